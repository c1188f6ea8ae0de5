"""A bookmark brings both folders back, and connects where that is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.client.address import Address
from desktop.controllers.bookmarks import BookmarksController
from desktop.places.local import LocalPlace
from desktop.places.remote import RemotePlace
from desktop.storage.bookmark_store import Bookmark, BookmarkStore
from tests.desktop.controllers.conftest import idle, until

pytestmark = pytest.mark.asyncio


class Session:
    address = Address("desk", 47623, "anna")
    site = address.site


class Pane:
    def __init__(self, place: object, path: tuple[str, ...] | None) -> None:
        self.place = place
        self.path = path
        self.went: list[object] = []
        self.notices: list[str] = []

    def go(self, path: tuple[str, ...]) -> None:
        self.went.append(path)

    def go_to_text(self, text: str) -> None:
        self.went.append(text)

    def show_notice(self, _kind: str, text: str) -> None:
        self.notices.append(text)

    def failed(self, what: str, error: Exception) -> None:
        raise AssertionError(what) from error


class Menu:
    def __init__(self) -> None:
        self.names: list[list[str]] = []

    def set_bookmarks(self, names: Sequence[str]) -> None:
        self.names.append(list(names))


class Namer:
    answer: str | None = "Work"

    async def name_bookmark(self, name: str, where: str) -> str | None:
        self.asked = (name, where)
        return self.answer


class Desk:
    def __init__(self, folder: Path) -> None:
        self.left = Pane(LocalPlace(), ("home", "anna", "work"))
        self.right = Pane(RemotePlace(Session()), ("my work",))
        self.menu, self.namer = Menu(), Namer()
        self.store = BookmarkStore(folder / "bookmarks.json")
        self.bookmarks = BookmarksController((self.left, self.right), self.menu, self.store, self.namer)
        self.connected: list[tuple[object, object]] = []
        self.bookmarks.connection_requested.connect(lambda *what: self.connected.append(what))


@pytest_asyncio.fixture
async def desk(tmp_path, qapp) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.bookmarks.close()


async def test_both_folders_are_kept_and_come_back(desk, tmp_path):
    desk.bookmarks.add()
    await until(lambda: desk.menu.names[-1] == ["Work"])
    assert desk.namer.asked == ("work", "/home/anna/work\nwherry://anna@desk:47623/my%20work/")
    assert BookmarkStore(tmp_path / "bookmarks.json").bookmarks == desk.store.bookmarks
    desk.bookmarks.open("Work")
    assert desk.left.went == ["/home/anna/work"]
    assert desk.right.went == [("my work",)]
    assert desk.connected == []
    await idle()


async def test_its_server_is_connected_to_where_another_or_none_is_shown(desk):
    desk.store.add(Bookmark(name="Den", local="/tmp", remote="wherry://bob@den/films/"))
    desk.bookmarks.open("Den")
    assert desk.connected == [(Address("den", 47623, "bob"), ("films",))]
    assert desk.right.went == []


async def test_no_name_keeps_nothing_and_removing_forgets(desk):
    desk.namer.answer = None
    desk.bookmarks.add()
    await until(lambda: hasattr(desk.namer, "asked"))
    await idle()
    assert desk.store.bookmarks == ()
    desk.store.add(Bookmark(name="Here", local="/tmp"))
    desk.bookmarks.open("Here")
    assert desk.connected == []
    desk.bookmarks.remove("Here")
    await until(lambda: desk.menu.names[-1] == [] and not desk.store.bookmarks)
    desk.bookmarks.open("Here")
    assert desk.left.went == ["/tmp"]
    await idle()


async def test_a_folder_whose_name_is_no_text_is_refused(desk):
    desk.left.path = ("home", "bad\udcff")
    desk.bookmarks.add()
    assert desk.left.notices
    assert desk.store.bookmarks == ()
