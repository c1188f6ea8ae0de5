"""What a search finds is shown as it comes, and acted on where it lies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.pane import PaneController
from desktop.controllers.searching import SearchController
from desktop.models.found import FoundModel
from shared.errors import Code, RemoteError
from tests.desktop.controllers.conftest import MemoryPlace, file, folder, idle, until

pytestmark = pytest.mark.asyncio


class Page:
    def __init__(self) -> None:
        self.opened: list[str] = []
        self.busy = False
        self.texts: list[str] = []

    def open_at(self, where: str) -> None:
        self.opened.append(where)

    def set_busy(self, is_busy: bool) -> None:
        self.busy = is_busy

    def show_found(self, text: str, _count: int) -> None:
        self.texts.append(text)


class Crossing:
    def __init__(self) -> None:
        self.dropped: list[tuple[object, ...]] = []
        self.target = None

    def other(self, _pane: object) -> object:
        return self.target

    def copy(self, _pane: object, entries: object) -> None:
        self.dropped.append(("nowhere", entries))

    def drop_names(self, source, path, names, target, folder) -> None:
        self.dropped.append((path, list(names), folder))


class Target:
    path = ("there",)


@pytest.fixture
def place() -> MemoryPlace:
    made = MemoryPlace()
    made.folders = {
        (): [folder("a"), folder("b"), file("one.jpg")],
        ("a",): [file("two.jpg"), file("x.txt"), folder("jpg")],
        ("a", "jpg"): [file("three.jpg")],
        ("b",): [],
    }
    return made


@pytest_asyncio.fixture
async def pane(screen, rows, place) -> AsyncIterator[PaneController]:
    controller = PaneController(screen, rows)
    controller.set_place(place)
    await until(lambda: rows.names == ["a", "b", "one.jpg"])
    yield controller
    await controller.close()


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def found(qapp) -> FoundModel:
    return FoundModel()


@pytest.fixture
def crossing() -> Crossing:
    made = Crossing()
    made.target = Target()
    return made


@pytest_asyncio.fixture
async def search(pane, screen, page, found, crossing, person) -> AsyncIterator[SearchController]:
    controller = SearchController(pane, screen, page, found, crossing, person)
    controller.open()
    yield controller
    await controller.close()


def paths(found: FoundModel) -> list[str]:
    return ["/".join(found.found(row).path) for row in range(found.rowCount())]


async def test_everything_below_is_found_and_counted(search, page, found, screen):
    assert screen.pages == [page]
    assert page.opened == ["/"]
    search.search("jpg")
    await until(lambda: not page.busy and page.texts[-1] == "4 found")
    assert paths(found) == ["one.jpg", "a/two.jpg", "a/jpg", "a/jpg/three.jpg"]
    assert found.index(3, 1).data() == "a/jpg"
    await idle()


async def test_showing_one_goes_to_its_folder_with_it_selected(search, pane, page, found, screen):
    search.search("three")
    await until(lambda: found.rowCount() == 1)
    search.go_to(found.found(0))
    await until(lambda: pane.path == ("a", "jpg"))
    await until(lambda: screen.selected == [["three.jpg"]])
    assert screen.pages[-1] is None
    await idle()


async def test_copies_go_folder_by_folder(search, crossing, found):
    search.search("o")
    await until(lambda: found.rowCount() == 2)
    search.copy([found.found(row) for row in range(2)])
    assert crossing.dropped == [((), ["one.jpg"], ("there",)), (("a",), ["two.jpg"], ("there",))]
    await idle()


async def test_what_is_deleted_goes_from_the_list_with_what_was_in_it(search, place, found, person, page):
    search.search("jpg")
    await until(lambda: found.rowCount() == 4)
    search.delete([found.found(row) for row in range(1, 4)])
    await until(lambda: found.rowCount() == 1)
    assert [call[1] for call in place.calls if call[0] == "remove"] == [("a", "two.jpg"), ("a", "jpg")]
    assert person.asked[0][1] is False
    await idle()


async def test_a_refusal_keeps_all(search, place, found, person):
    person.yes = False
    search.search("one")
    await until(lambda: found.rowCount() == 1)
    search.delete([found.found(0)])
    await until(lambda: person.asked)
    await asyncio.sleep(0)
    assert not [call for call in place.calls if call[0] == "remove"]
    await idle()


async def test_it_can_be_stopped_and_a_failure_is_told_on_the_page(search, place, page):
    place.gates[()] = asyncio.Event()
    search.search("jpg")
    await until(lambda: page.busy)
    search.stop()
    await until(lambda: not page.busy)
    del place.gates[()]
    place.broken[()] = RemoteError(Code.PERMISSION, path="/")
    search.search("jpg")
    await until(lambda: "Permission denied" in page.texts[-1])
    await idle()


async def test_another_place_forgets_what_was_found(search, pane, found):
    search.search("jpg")
    await until(lambda: found.rowCount() == 4)
    pane.set_place(None)
    assert found.rowCount() == 0
    search.search("jpg")
    assert found.rowCount() == 0
    await idle()
