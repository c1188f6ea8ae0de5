"""Servers in the local network, for as long as somebody looks at the page that lists them. Connects to none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from desktop.client.nearby import NearbyBrowser
from desktop.client.nearby_server import NearbyServer
from desktop.runtime.coalescer import Coalescer, Pace
from desktop.runtime.task_scope import ErrorReport, TaskScope

DELAY_MS = 300
"""A page that is only passed by starts nothing."""

PATIENCE_MS = 4000
"""Whoever is there has answered by then, asked twice; nothing found is then said as such. Later ones show too."""


class NearbyScreen(Protocol):
    """The part of the connect page that lists what was found."""

    def set_nearby(self, servers: Sequence[NearbyServer]) -> None: ...

    def set_looking(self, is_looking: bool, problem: str = "") -> None:
        """``problem``: why nothing can be found on this network."""


class Browser(Protocol):
    """The part of :class:`desktop.client.nearby.NearbyBrowser` that is used."""

    problem: str

    @property
    def servers(self) -> Sequence[NearbyServer]: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


MakeBrowser = Callable[[Callable[[NearbyServer], None]], Browser]
"""Makes a browser that calls this, from a thread of its own, for every server found, changed or lost."""


def browse(heard: Callable[[NearbyServer], None]) -> Browser:
    """Make the real browser."""
    return NearbyBrowser(heard, heard, heard)


class NearbyController(QObject):
    """Listens from :meth:`allow` on while the page is seen. What was found last stays listed in between."""

    def __init__(
        self,
        screen: NearbyScreen,
        failed: ErrorReport,
        *,
        make_browser: MakeBrowser = browse,
        delay_ms: int = DELAY_MS,
        patience_ms: int = PATIENCE_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._make_browser = make_browser
        self._scope = TaskScope("nearby", failed)
        self._coalescer = Coalescer(self._pull, self)
        self._browser: Browser | None = None
        # Starting and stopping take their time; one after the other.
        self._turn = asyncio.Lock()
        self._is_allowed = self._is_seen = self._is_closed = False
        self._delay = QTimer(self, singleShot=True, interval=delay_ms)
        self._delay.timeout.connect(self._start)
        self._patience = QTimer(self, singleShot=True, interval=patience_ms)
        self._patience.timeout.connect(lambda: self._screen.set_looking(False))

    def allow(self) -> None:
        """The window can be used: what takes time to load may be loaded from now on."""
        self._is_allowed = True
        self.set_seen(self._is_seen)

    def set_seen(self, is_seen: bool) -> None:
        """The page came into view, or went."""
        self._is_seen = is_seen
        if self._is_closed:
            return
        if not is_seen:
            self._delay.stop()
            self._patience.stop()
            if self._browser is not None:
                self._scope.start(self._settle(), "ending to look for servers nearby")
        elif self._is_allowed and self._browser is None:
            self._delay.start()

    async def close(self) -> None:
        """Listen no more, and wait until all threads have ended."""
        self._is_closed, self._is_seen = True, False
        self._delay.stop()
        self._patience.stop()
        await self._scope.close()
        await self._settle()
        self._coalescer.stop()

    # --- How ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if not self._is_closed:
            self._screen.set_looking(True)
            self._scope.start(self._settle(), "looking for servers nearby")

    async def _settle(self) -> None:
        """Listen if that is wanted now, and else do not."""
        async with self._turn:
            if self._is_seen and self._browser is None:
                browser = self._browser = self._make_browser(lambda _server: self._coalescer.wake())
                await _finished(browser.start)
                self._tell_start(browser)
            elif not self._is_seen and self._browser is not None:
                browser, self._browser = self._browser, None
                await _finished(browser.stop)

    def _tell_start(self, browser: Browser) -> None:
        if browser.problem:
            self._screen.set_looking(False, browser.problem)
        elif self._is_seen:
            self._patience.start()

    def _pull(self) -> Pace:
        if self._browser is not None:
            self._screen.set_nearby(self._browser.servers)
        return Pace.REST


async def _finished(call: Callable[[], object]) -> None:
    """Do something in a thread, to its end even when nobody waits any more: half a start could not be stopped."""
    work = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
