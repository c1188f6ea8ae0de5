"""Pairs of folders that belong together: kept under a name, and opened in both panes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.client.address import parse_link
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.views import Banner
from desktop.places.local import LocalPlace
from desktop.places.remote import RemotePlace
from desktop.runtime.task_scope import TaskScope
from desktop.storage.bookmark_store import Bookmark, BookmarkStore
from shared.names import display


class BookmarkScreen(Protocol):
    """The menu that lists bookmarks."""

    def set_bookmarks(self, names: Sequence[str]) -> None: ...


class BookmarksController(QObject):
    """Keeps the menu and the store together.

    Signals:
        connection_requested: connect to an Address and show a folder (PlacePath) of it.
    """

    connection_requested = Signal(object, object)

    def __init__(
        self,
        panes: tuple[PaneController, PaneController],
        screen: BookmarkScreen,
        store: BookmarkStore,
        questions: Questions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._local, self._remote = panes
        self._screen = screen
        self._store = store
        self._questions = questions
        self._scope = TaskScope("bookmarks", panes[0].failed)
        self._show()

    async def close(self) -> None:
        """End what is under way."""
        await self._scope.close()

    def add(self) -> None:
        """Ask for a name and keep both folders that are shown."""
        here, path = self._local.place, self._local.path
        if not isinstance(here, LocalPlace) or path is None:
            return
        local = here.native(path)
        if not local.isprintable():
            text = QCoreApplication.translate("BookmarksController", "This folder's name cannot be kept in a bookmark.")
            self._local.show_notice(Banner.WARNING, text)
            return
        remote = ""
        match self._remote.place:
            case RemotePlace() as server if self._remote.path is not None:
                remote = server.session.address.url(self._remote.path)
                remote = remote if remote.endswith("/") else remote + "/"
        name = display(path[-1]) if path else local
        self._scope.replace("asking", self._add(Bookmark(name=name, local=local, remote=remote)), "adding a bookmark")

    def open(self, name: str) -> None:
        """Show both folders of a bookmark; its server is connected to if it is not."""
        found = next((each for each in self._store.bookmarks if each.name == name), None)
        if found is None:
            return
        self._local.go_to_text(found.local)
        if not found.remote:
            return
        link = parse_link(found.remote)
        place = self._remote.place
        if isinstance(place, RemotePlace) and place.session.site == link.address.site:
            self._remote.go(link.path)
        else:
            self.connection_requested.emit(link.address, link.path)

    def remove(self, name: str) -> None:
        """Forget a bookmark; its folders stay as they are."""
        self._scope.start(self._changed(lambda: self._store.remove(name)), "removing a bookmark")

    # --- How ----------------------------------------------------------------------------------------------------

    async def _add(self, bookmark: Bookmark) -> None:
        where = "\n".join(part for part in (bookmark.local, bookmark.remote) if part)
        name = await self._questions.name_bookmark(bookmark.name, where)
        if name:
            kept = Bookmark(name=name, local=bookmark.local, remote=bookmark.remote)
            await self._changed(lambda: self._store.add(kept))

    async def _changed(self, change: Callable[[], None]) -> None:
        await asyncio.to_thread(change)
        self._show()

    def _show(self) -> None:
        self._screen.set_bookmarks([bookmark.name for bookmark in self._store.bookmarks])
