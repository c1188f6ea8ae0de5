"""A desk over a home, as one session has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.requests.dispatch import Desk
from server.storage.homes import Homes
from server.storage.mounts import Home
from shared.permissions import LOOK


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(home: Path) -> Iterator[Home]:
    opened = Homes().open(home, "anna")
    yield opened
    opened.close()


@pytest.fixture
def desk(opened: Home) -> Iterator[Desk]:
    desk = Desk(opened)
    yield desk
    desk.close()


@pytest.fixture
def reading_desk(home: Path) -> Iterator[Desk]:
    """The desk of an account that may only read."""
    opened = Homes().open(home, "anna", permissions=LOOK)
    desk = Desk(opened)
    yield desk
    desk.close()
    opened.close()
