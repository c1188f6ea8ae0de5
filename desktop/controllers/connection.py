"""The server pane's connections: whom to log in to, staying connected, and leaving. How one logs in is login.py's.

Several servers at once, each in tabs of its own; one login at a time, as there is one page to type on. It stores no
password itself and shows no window itself; failures stand where the person is looking: on the connect page before a
login, in a quiet banner after it.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from desktop.client.address import Address
from desktop.client.reconnect import Connected, Ended, Link, Reconnecting, Reconnector, Trying
from desktop.client.session import Session
from desktop.client.trust import KnownServers
from desktop.controllers.kept_server import KeptServer
from desktop.controllers.login import Login, OpenSession, PasswordStore
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.tabs import TabsController
from desktop.controllers.views import Banner, ConnectScreen, ServerScreen
from desktop.controllers.wording import describe, explain
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from shared.errors import LoginError, WherryError

_log = logging.getLogger(__name__)

_SECOND_MS = 1000
_CHANGING = "changing the password"


class ConnectionController(QObject):
    """Any number of servers behind one pane with tabs.

    Signals:
        session_up: a Session, at first or again after a break.
        session_down: the site (str) whose session is over; it may come again by itself.
        left: a site (str) that nobody is logged in to any more, and that is not being tried.
        connected_shown: the tab that is shown stands in the place of this Session.
        waiting_shown: the tab that is shown belongs to a site (str) whose line is lost.
        nothing_shown: the tab that is shown belongs to no server.
    """

    session_up = Signal(object)
    session_down = Signal(str)
    left = Signal(str)
    connected_shown = Signal(object)
    waiting_shown = Signal(str)
    nothing_shown = Signal()

    def __init__(
        self,
        screen: ServerScreen,
        page: ConnectScreen,
        pane: PaneController,
        tabs: TabsController,
        questions: Questions,
        known: KnownServers,
        passwords: PasswordStore,
        make_place: Callable[[Session], Place],
        *,
        is_busy: Callable[[], bool] = lambda: False,
        open_session: OpenSession = Session.open,
        parent: QObject | None = None,
    ) -> None:
        """``is_busy``: whether transfers are under way, which no closed tab should stop."""
        super().__init__(parent)
        self._screen = screen
        self._page = page
        self._pane = pane
        self._tabs = tabs
        self._questions = questions
        self._passwords = passwords
        self._make_place = make_place
        self._is_busy = is_busy
        self._logins = Login(page, questions, known, passwords, open_session)
        self._scope = TaskScope("connection", self._failed)
        self._kept: dict[str, KeptServer] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._login: str | None = None
        self._told: KeptServer | None = None
        self._tick = QTimer(self, interval=_SECOND_MS)
        self._tick.timeout.connect(self._count_down)
        pane.place_changed.connect(self._follow)
        tabs.closed.connect(self.release_unseen)

    @property
    def session(self) -> Session | None:
        """The session behind the tab that is shown, if one is up."""
        kept = self._shown()
        return kept.session if kept is not None else None

    @property
    def is_wanted(self) -> bool:
        """Whether any connection is up or being tried."""
        return any(not task.done() for task in self._tasks.values())

    def place_of(self, site: str) -> Place | None:
        """Return the place of a site that is connected now."""
        kept = self._kept.get(site)
        return kept.place if kept is not None and kept.session is not None else None

    # --- What a person asks for ---------------------------------------------------------------------------------

    def connect_to(
        self,
        address: Address,
        password: str,
        *,
        remember: bool = False,
        start: PlacePath | None = None,
        is_focused: bool = False,
        fingerprint: str | None = None,
    ) -> None:
        """Log in and show the server's folders; a server that is connected already is only shown.

        An empty password is looked for in the keyring. ``start``: the folder to show, else the home.
        ``is_focused``: a person asked for it, and goes on in the server's list. ``fingerprint``: what a link says
        that the server shows; no other one is talked to, and an unknown one is asked about all the same.
        """
        kept = self._kept.get(address.site)
        if kept is not None and not kept.is_leaving:
            self._show_again(kept, start, is_focused=is_focused)
            return
        # A connection that was cancelled for this one closes its session, and frees the page, in order first.
        before = [self._tasks[site] for site in {address.site, self._login} if site in self._tasks]
        self._give_up_login()
        self._tabs.open_empty()
        self._login = address.site
        work = self._run(address, password, remember, start, is_focused, fingerprint, after=before)
        task = self._scope.replace(address.site, work, f"connecting to {address.title}")
        self._tasks[address.site] = task
        task.add_done_callback(lambda done: self._note_end(address.site, done))

    def open_page(self) -> None:
        """Show the page to connect to another server."""
        self._tabs.open_empty()
        self._screen.focus_list()

    def cancel(self) -> None:
        """Give up the login under way."""
        self._give_up_login()

    def disconnect_from_server(self) -> None:
        """Leave the server that is shown. Its items in the queue wait until it is connected again."""
        kept = self._shown()
        if kept is not None:
            self._leave(kept)

    def try_now(self) -> None:
        """Do not wait for the next attempt to reconnect to the server that is shown."""
        kept = self._shown()
        if kept is not None and kept.reconnector is not None:
            kept.reconnector.try_now()

    def release_unseen(self) -> None:
        """Leave servers that no tab shows any more, unless transfers are under way."""
        places = self._tabs.places
        for kept in list(self._kept.values()):
            if kept.place is not None and not any(kept.place is place for place in places) and not self._is_busy():
                self._leave(kept)

    def show_site(self, site: str) -> None:
        """Show a tab of a site, if it is connected."""
        kept = self._kept.get(site)
        if kept is not None and kept.place is not None:
            self._show_again(kept, None, is_focused=False)

    def change_password(self) -> None:
        """Let the person choose another password for the account on the server that is shown."""
        kept = self._shown()
        if kept is not None and kept.session is not None:
            self._scope.replace(_CHANGING, self._change_password(kept), _CHANGING)

    def forget_password(self, address: Address) -> None:
        """Take a password out of the keyring."""
        self._scope.start(asyncio.to_thread(self._passwords.delete, address.site), "forgetting a password")

    async def close(self) -> None:
        """Leave all servers and wait until they are left."""
        self._tick.stop()
        await self._scope.close()

    # --- Logging in ---------------------------------------------------------------------------------------------

    def _note_end(self, site: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(site) is task:
            del self._tasks[site]

    def _give_up_login(self) -> None:
        if self._login is not None:
            self._scope.cancel(self._login)
            self._login = None

    async def _run(
        self,
        address: Address,
        password: str,
        remember: bool,
        start: PlacePath | None,
        is_focused: bool,
        fingerprint: str | None,
        *,
        after: Sequence[asyncio.Task[None]],
    ) -> None:
        """From the first attempt to the end of the last session."""
        if after:
            await asyncio.wait(after)
        found = await self._logins.try_once(address, password, fingerprint)
        self._login = None
        if found is None:
            return
        session, password = found
        if remember:
            self._scope.start(self._remember(address, password), "keeping the password")
        await self._stay(session, KeptServer(address, password, start), is_focused)

    async def _remember(self, address: Address, password: str) -> None:
        await asyncio.to_thread(self._passwords.set, address.site, password)
        if not self._passwords.is_persistent:
            self._screen.show_banner(
                Banner.INFO, _tr("This system has no keyring: the password is remembered until Wherry is closed.")
            )

    async def _change_password(self, kept: KeptServer) -> None:
        async def change(old: str, new: str) -> None:
            if kept.session is None:
                raise LoginError(_tr("the connection is lost at the moment"), title=_tr("Not connected"))
            await kept.session.change_password(old, new)
            kept.password = new
            if await asyncio.to_thread(self._passwords.get, kept.site) is not None:
                await asyncio.to_thread(self._passwords.set, kept.site, new)

        if await self._questions.change_password(kept.address.title, change):
            text = _tr("The password for %1 was changed. Other computers have to log in again with the new one.")
            self._screen.show_banner(Banner.SUCCESS, text.replace("%1", kept.address.title))

    # --- Staying connected --------------------------------------------------------------------------------------

    async def _stay(self, session: Session, kept: KeptServer, is_focused: bool) -> None:
        """Keep the session up until it is cancelled or trying again cannot help."""

        def heard(link: Link) -> None:
            self._heard(kept, link, is_focused)

        self._kept[kept.site] = kept
        kept.reconnector = Reconnector(lambda: self._logins.open(kept.address, kept.password), heard)
        try:
            await kept.reconnector.run(session)
        finally:
            self._forget(kept)

    def _heard(self, kept: KeptServer, link: Link, is_focused: bool) -> None:
        match link:
            case Connected(session):
                self._take(kept, session, is_focused)
            case Reconnecting(_error, pause, _attempt):
                self._lose(kept)
                kept.next_try = asyncio.get_running_loop().time() + pause
                self._show_state()
            case Trying():
                kept.next_try = None
                self._show_state()
            case Ended(error):
                kept.error = error

    def _take(self, kept: KeptServer, session: Session, is_focused: bool) -> None:
        before, place = kept.place, self._make_place(session)
        kept.session, kept.next_try, kept.place = session, None, place
        if before is None:
            self._tabs.settle(place, kept.start)
            if is_focused:
                self._screen.focus_list()
        else:
            self._tabs.renew(before, place)
        self.session_up.emit(session)
        self._show_state()

    def _lose(self, kept: KeptServer) -> None:
        if kept.session is not None:
            kept.session = None
            self.session_down.emit(kept.site)

    def _leave(self, kept: KeptServer) -> None:
        kept.is_leaving = True
        self._scope.cancel(kept.site)

    def _forget(self, kept: KeptServer) -> None:
        del self._kept[kept.site]
        kept.reconnector = None
        self._lose(kept)
        if kept.place is not None:
            self._tabs.drop(kept.place)
        self.left.emit(kept.site)
        self._show_state()
        if kept.error is not None:
            self._tell_end(kept.address, kept.error)

    def _tell_end(self, address: Address, error: WherryError) -> None:
        if self._pane.place is None:
            self._page.show_error(*explain(error))
        else:
            text = _tr("Left %1. %2").replace("%1", address.title)
            self._screen.show_banner(Banner.ERROR, text.replace("%2", describe(error)))

    # --- What is shown ------------------------------------------------------------------------------------------

    def _shown(self) -> KeptServer | None:
        """Return the server that the shown tab belongs to."""
        place = self._pane.place
        return next((kept for kept in self._kept.values() if place is not None and kept.place is place), None)

    def _show_again(self, kept: KeptServer, start: PlacePath | None, *, is_focused: bool) -> None:
        place = kept.place
        if place is None:
            return
        if not self._tabs.show_place(place, start):
            self._tabs.settle(place, start)
        if is_focused:
            self._screen.focus_list()

    def _follow(self, place: Place | None) -> None:
        """Another place is shown: its page, and what there is to say of its line."""
        self._screen.show_page(self._page if place is None else None)
        self._told = None
        self._show_state()

    def _show_state(self) -> None:
        """Say how the line of the shown server is."""
        kept = self._shown()
        if kept is not None and kept.session is None:
            if self._told is not kept:
                self._told = kept
                self._screen.show_banner(Banner.RECONNECTING, self._wait_text(kept))
                self.waiting_shown.emit(kept.site)
            else:
                # A person may have closed the banner: it stays closed.
                self._screen.update_banner(Banner.RECONNECTING, self._wait_text(kept))
            self._tick.start()
            return
        self._tick.stop()
        self._told = None
        self._screen.update_banner(Banner.RECONNECTING, "")
        if kept is not None:
            self.connected_shown.emit(kept.session)
        else:
            self.nothing_shown.emit()

    def _count_down(self) -> None:
        self._show_state()

    def _wait_text(self, kept: KeptServer) -> str:
        left = math.ceil((kept.next_try or 0.0) - asyncio.get_running_loop().time())
        if left <= 0:
            text = _tr("The connection to %1 was lost. Trying again now; transfers go on by themselves.")
        else:
            text = _tr("The connection to %1 was lost. Trying again in %2 s; transfers go on by themselves.")
        return text.replace("%1", kept.address.title).replace("%2", str(left))

    def _failed(self, what: str, error: Exception) -> None:
        if not isinstance(error, WherryError):
            _log.error("%s failed", what, exc_info=error)
        if self._pane.place is None:
            self._page.show_error(*explain(error))
        else:
            self._screen.show_banner(Banner.ERROR, describe(error))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConnectionController", text)
