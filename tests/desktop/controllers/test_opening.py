"""Enter on a file opens it here, follows a link here, and fetches it from there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from desktop.controllers.opening import OpeningController
from desktop.places.local import LocalPlace
from shared.entries import Entry, Kind

pytestmark = pytest.mark.asyncio


def entry(name: str, kind: Kind = Kind.FILE) -> Entry:
    return Entry(name, kind, 10, 0, 0o644)


class FakePane:
    def __init__(self, place: object, path: tuple[str, ...]) -> None:
        self.place = place
        self.path = path
        self.went: list[tuple[str, ...]] = []
        self.errors: list[str] = []

    def go(self, path: tuple[str, ...]) -> None:
        self.went.append(path)

    def show_error(self, text: str) -> None:
        self.errors.append(text)

    def failed(self, what: str, error: Exception) -> None:
        self.errors.append(f"{what}: {error}")


class FakeCrossing:
    def __init__(self) -> None:
        self.copied: list[Any] = []

    def copy(self, pane: object, entries: list[Entry]) -> None:
        self.copied.append((pane, entries))


class System:
    """The desktop's way of opening files."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.knows_how = True

    def __call__(self, url) -> bool:
        self.opened.append(url.toLocalFile())
        return self.knows_how


async def until(condition) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def system() -> System:
    return System()


@pytest.fixture
def crossing() -> FakeCrossing:
    return FakeCrossing()


@pytest.fixture
def pane(tmp_path) -> FakePane:
    place = LocalPlace()
    return FakePane(place, place.from_native(str(tmp_path)))


@pytest_asyncio.fixture
async def opening(pane, crossing, person, system) -> AsyncIterator[OpeningController]:
    controller = OpeningController(pane, crossing, person, system)
    yield controller
    await controller.close()


async def test_a_local_file_is_opened_by_the_system(opening, system, tmp_path):
    opening.open(entry("a b.txt"))
    assert system.opened == [str(tmp_path / "a b.txt")]


async def test_a_file_nothing_opens_says_so(opening, system, pane):
    system.knows_how = False
    opening.open(entry("a.xyz"))
    assert pane.errors == ["No program on this computer opens “a.xyz”."]


async def test_a_link_to_a_folder_is_entered_and_one_to_a_file_opened(opening, system, pane, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "to-folder").symlink_to("real")
    (tmp_path / "to-file").symlink_to("nothing")
    opening.open(entry("to-folder", Kind.LINK))
    await until(lambda: pane.went)
    assert pane.went == [(*pane.path, "to-folder")]
    assert system.opened == []
    opening.open(entry("to-file", Kind.LINK))
    await until(lambda: system.opened)
    assert system.opened == [str(tmp_path / "to-file")]


async def test_a_file_of_a_server_is_fetched_and_never_opened(crossing, person, system, memory_place):
    pane = FakePane(memory_place(), ())
    controller = OpeningController(pane, crossing, person, system)
    controller.open(entry("report.desktop"))
    assert crossing.copied == [(pane, [entry("report.desktop")])]
    assert system.opened == []
    await controller.close()
