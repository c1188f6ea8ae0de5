"""Gives tests a real display; where the tools for one are missing they are skipped, by the tools' names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.display import Screen, missing_tools

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.screen)
            # Programs start and a hand moves here; a minute or two is no sign of a hang.
            item.add_marker(pytest.mark.timeout(300))


def _need(tools: list[str]) -> None:
    if tools:
        pytest.skip(f"these are not installed: {', '.join(tools)} (see packaging/debian-packages.txt)")


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """One display for all tests; each test ends the programs it started."""
    _need(missing_tools())
    with Screen(tmp_path_factory.mktemp("screen")) as found:
        yield found


@pytest.fixture(scope="session")
def keyring_screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """A display whose session has an unlocked keyring."""
    _need(missing_tools(keyring=True))
    with Screen(tmp_path_factory.mktemp("keyring"), keyring=True) as found:
        yield found
