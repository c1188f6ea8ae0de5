"""The server pane's connection: logging in, the identity question, staying connected, and leaving.

It stores no password itself and shows no window itself; failures stand where the person is looking: on the
connect page before a login, in a quiet banner after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.client.address import Address
from desktop.client.reconnect import Connected, Ended, Link, Reconnecting, Reconnector
from desktop.client.session import Judge, Session
from desktop.client.trust import KnownServers
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions, ServerIdentity
from desktop.controllers.views import Banner, ConnectScreen, ServerScreen
from desktop.controllers.wording import describe, explain
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from shared.errors import IdentityError, LoginError, WherryError
from shared.look import wording

translate = QCoreApplication.translate

_log = logging.getLogger(__name__)

_CONNECTION = "connection"
_PASSWORD = "looking for a password"  # noqa: S105  (a task's name)


class OpenSession(Protocol):
    """How a session is opened; :meth:`Session.open` does it."""

    def __call__(self, address: Address, password: str, judge: Judge) -> Awaitable[Session]: ...


class PasswordStore(Protocol):
    """Where passwords are kept; blocking, so it is called in a thread."""

    def get(self, site: str) -> str | None: ...

    def set(self, site: str, password: str) -> None: ...

    def delete(self, site: str) -> None: ...

    @property
    def is_persistent(self) -> bool:
        """False when there is no keyring: what is set is known until the program ends."""


class ConnectionController(QObject):
    """One server at a time, behind one pane.

    Signals:
        session_up: a Session, at first or again after a break.
        session_down: the site (str) whose session is over; it may come again by itself.
        left: nobody is logged in any more, and nothing is being tried.
    """

    session_up = Signal(object)
    session_down = Signal(str)
    left = Signal()

    def __init__(
        self,
        screen: ServerScreen,
        page: ConnectScreen,
        pane: PaneController,
        questions: Questions,
        known: KnownServers,
        passwords: PasswordStore,
        make_place: Callable[[Session], Place],
        *,
        open_session: OpenSession = Session.open,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._page = page
        self._pane = pane
        self._questions = questions
        self._known = known
        self._passwords = passwords
        self._make_place = make_place
        self._open_session = open_session
        self._scope = TaskScope("connection", self._failed)
        self._session: Session | None = None
        self._reconnector: Reconnector | None = None
        self._start: PlacePath | None = None
        self._is_focused = False
        self._task: asyncio.Task[None] | None = None

    @property
    def session(self) -> Session | None:
        """The session that is up, if one is."""
        return self._session

    @property
    def is_wanted(self) -> bool:
        """Whether a connection is up or being tried."""
        return self._scope.is_running(_CONNECTION)

    # --- What a person asks for ---------------------------------------------------------------------------------

    def connect_to(
        self,
        address: Address,
        password: str,
        *,
        remember: bool = False,
        start: PlacePath | None = None,
        is_focused: bool = False,
    ) -> None:
        """Log in and show the server's folders; a connection there is ends first.

        An empty password is looked for in the keyring. ``start``: the folder to show, else the home.
        ``is_focused``: a person asked for it on the page, and goes on in the server's list.
        """
        self._start = start
        self._is_focused = is_focused
        work = self._run(address, password, remember, after=self._task)
        self._task = self._scope.replace(_CONNECTION, work, f"connecting to {address.title}")

    def cancel(self) -> None:
        """Give up a login under way; on a connection that is up this is :meth:`disconnect`."""
        self.disconnect_from_server()

    def disconnect_from_server(self) -> None:
        """Leave the server. Its items in the queue wait until it is connected again."""
        self._scope.cancel(_CONNECTION)

    def try_now(self) -> None:
        """Do not wait for the next attempt to reconnect."""
        if self._reconnector is not None:
            self._reconnector.try_now()

    def forget_password(self, address: Address) -> None:
        """Take a password out of the keyring."""
        self._scope.start(asyncio.to_thread(self._passwords.delete, address.site), "forgetting a password")

    async def close(self) -> None:
        """Leave the server and wait until it is left."""
        await self._scope.close()

    # --- How ----------------------------------------------------------------------------------------------------

    async def _run(self, address: Address, password: str, remember: bool, *, after: asyncio.Task[None] | None) -> None:
        """From the first attempt to the end of the last session."""
        if after is not None:
            # The connection before was cancelled for this one; it closes its session in order first.
            await asyncio.wait([after])
        found = await self._try_once(address, password)
        if found is None:
            return
        session, password = found
        if remember:
            self._scope.start(self._remember(address, password), "keeping the password")
        await self._stay(session, address, password)

    async def _try_once(self, address: Address, password: str) -> tuple[Session, str] | None:
        """Log in, with the password that served; None when the page says why not."""
        self._page.set_connecting(address.title)
        is_typed = bool(password)
        try:
            if not password:
                kept = await asyncio.to_thread(self._passwords.get, address.site)
                password = kept or ""
            session = await self._log_in(address, password) if password else None
        except WherryError as error:
            # The form is free again before anything is said: what is said may put the cursor into it.
            self._page.set_connecting(None)
            if isinstance(error, LoginError) and not is_typed:
                # What the keyring holds does not serve any more: the form is to be filled in.
                self._page.ask_password(address)
            self._page.show_error(*explain(error))
            return None
        except BaseException:
            self._page.set_connecting(None)
            raise
        self._page.set_connecting(None)
        if not password:
            self._page.ask_password(address)
        return (session, password) if session is not None else None

    async def _log_in(self, address: Address, password: str) -> Session | None:
        """Open a session; None when the person does not trust a server that is new here."""
        try:
            return await self._open(address, password)
        except IdentityError as error:
            server = ServerIdentity(address.host, address.port, error.found, error.expected)
            if not await self._questions.confirm_server(server):
                if error.expected is not None:
                    # Both fingerprints stay in view on the page.
                    raise
                return None
        # The server's patience with a login does not last as long as a person's look: connect anew.
        await asyncio.to_thread(self._known.pin, server.host, server.port, server.found)
        return await self._open(address, password)

    async def _open(self, address: Address, password: str) -> Session:
        def judge(fingerprint: str) -> None:
            self._known.require(address.host, address.port, fingerprint)

        return await self._open_session(address, password, judge)

    async def _stay(self, session: Session, address: Address, password: str) -> None:
        """Keep the session up until it is cancelled or trying again cannot help."""
        self._reconnector = Reconnector(lambda: self._open(address, password), self._heard)
        try:
            await self._reconnector.run(session)
        finally:
            self._reconnector = None
            self._drop(address.site)
            self._pane.set_place(None)
            self._screen.show_page(self._page)
            self.left.emit()

    def _heard(self, link: Link) -> None:
        match link:
            case Connected(session):
                self._take(session)
            case Reconnecting(_error, pause, _attempt):
                if self._session is not None:
                    self._drop(self._session.site)
                text = translate(
                    "ConnectionController",
                    "The connection was lost. The next attempt is in %1; transfers go on by themselves.",
                )
                self._screen.show_banner(Banner.RECONNECTING, text.replace("%1", wording.duration(pause)))
            case Ended(error):
                self._page.show_error(*explain(error))

    def _take(self, session: Session) -> None:
        is_first = self._pane.place is None
        self._session = session
        place = self._make_place(session)
        self._screen.show_page(None)
        self._screen.show_banner(Banner.NONE, "")
        if is_first:
            self._pane.set_place(place, self._start)
            if self._is_focused:
                self._screen.focus_list()
        else:
            self._pane.replace_place(place)
        self.session_up.emit(session)

    def _drop(self, site: str) -> None:
        if self._session is not None:
            self._session = None
            self.session_down.emit(site)

    async def _remember(self, address: Address, password: str) -> None:
        await asyncio.to_thread(self._passwords.set, address.site, password)
        if not self._passwords.is_persistent:
            text = translate(
                "ConnectionController",
                "This system has no keyring: the password is remembered until Wherry is closed.",
            )
            self._screen.show_banner(Banner.INFO, text)

    def _failed(self, what: str, error: Exception) -> None:
        if not isinstance(error, WherryError):
            _log.error("%s failed", what, exc_info=error)
        if self._session is None:
            self._page.show_error(*explain(error))
        else:
            self._screen.show_banner(Banner.ERROR, describe(error))
