"""Saved and recent servers on the connect page: choosing, adding, changing, forgetting. Opens no connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, Signal

from desktop.client.address import Address
from desktop.controllers.questions import Finding, Questions
from desktop.runtime.task_scope import ErrorReport, TaskScope
from desktop.storage.site_store import RecentServer, Site, SiteStore
from shared.names import BadNameError, RemotePath, parse_path


class SitesScreen(Protocol):
    """The part of the connect page that lists servers."""

    def set_sites(self, sites: Sequence[Site]) -> None: ...

    def set_recent(self, recent: Sequence[RecentServer]) -> None: ...


class SitesController(QObject):
    """Keeps the page's lists and the store in step.

    Signals:
        site_opened: a person wants to connect to this Site.
        site_forgotten: the Address of a server whose password is wanted no more.
    """

    site_opened = Signal(object)
    site_forgotten = Signal(object)

    def __init__(
        self,
        screen: SitesScreen,
        store: SiteStore,
        questions: Questions,
        failed: ErrorReport,
        *,
        test: Callable[[Site], Awaitable[Finding]],
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._store = store
        self._questions = questions
        self._test = test
        self._clock = clock
        self._scope = TaskScope("sites", failed)
        # The store is not for several threads at once.
        self._turn = asyncio.Lock()
        self._show()

    async def close(self) -> None:
        """End what is under way."""
        await self._scope.close()

    def open(self, site: Site) -> None:
        """Connect to a saved server."""
        self.site_opened.emit(site)

    def add(self, address: Address | None = None) -> None:
        """Ask about a server and save it, beginning with an address that was typed."""
        known = address or Address("")
        self._edit(Site(name="", host=known.host, port=known.port, user=known.user))

    def edit(self, site: Site) -> None:
        """Ask what should be different about a saved server."""
        self._edit(site)

    def remove(self, site: Site) -> None:
        """Forget a saved server and its password."""
        self._scope.start(self._change(lambda: self._store.remove(site.id)), f"forgetting {site.name}")
        self.site_forgotten.emit(address_of(site))

    def forget_password(self, site: Site) -> None:
        """Let the password of a saved server be asked for the next time."""
        self.site_forgotten.emit(address_of(site))

    def clear_recent(self) -> None:
        """Forget the servers used last."""
        self._scope.start(self._change(self._store.forget_recent), "forgetting the recent servers")

    def note_use(self, address: Address) -> None:
        """Somebody logged in: the server is the latest of the recent ones."""
        when = self._clock()
        note = self._change(lambda: self._store.note_use(address.host, address.port, address.user, when))
        self._scope.start(note, "noting the server")

    # --- How ----------------------------------------------------------------------------------------------------

    def _edit(self, site: Site) -> None:
        self._scope.start(self._ask_and_save(site), "saving the server")

    async def _ask_and_save(self, site: Site) -> None:
        wanted = await self._questions.edit_site(site, self._test)
        if wanted is not None:
            saved = msgspec.structs.replace(wanted, id=site.id)
            await self._change(lambda: self._store.save(saved))

    async def _change(self, change: Callable[[], object]) -> None:
        async with self._turn:
            await asyncio.to_thread(change)
        self._show()

    def _show(self) -> None:
        self._screen.set_sites(self._store.sites)
        self._screen.set_recent(self._store.recent)


def address_of(site: Site) -> Address:
    """Return where a saved server is, and as whom."""
    return Address(site.host, site.port, site.user)


def folder_of(site: Site) -> RemotePath | None:
    """Return the folder that a saved server opens with; None for its home, or when the text names no folder."""
    try:
        return parse_path(site.remote_folder) if site.remote_folder else None
    except BadNameError:
        return None
