"""One login: whose password, which identity, and what is said on the page when it fails. It keeps no session up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from desktop.client.address import Address
from desktop.client.session import Judge, Session
from desktop.client.trust import KnownServers
from desktop.controllers.questions import Questions, ServerIdentity
from desktop.controllers.views import ConnectScreen
from desktop.controllers.wording import explain
from shared.errors import IdentityError, LoginError, WherryError


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


class Login:
    """Asks about servers that are new here, and pins those that a person trusts, before any password is sent."""

    def __init__(
        self,
        page: ConnectScreen,
        questions: Questions,
        known: KnownServers,
        passwords: PasswordStore,
        open_session: OpenSession,
    ) -> None:
        self._page = page
        self._questions = questions
        self._known = known
        self._passwords = passwords
        self._open_session = open_session

    async def try_once(self, address: Address, password: str, fingerprint: str | None) -> tuple[Session, str] | None:
        """Log in, with the password that served; None when the page says why not."""
        self._page.set_connecting(address.title)
        is_typed = bool(password)
        try:
            self._check_link(address, fingerprint)
            if not password:
                kept = await asyncio.to_thread(self._passwords.get, address.site)
                password = kept or ""
            session = await self._log_in(address, password, fingerprint) if password else None
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

    def _check_link(self, address: Address, fingerprint: str | None) -> None:
        """Refuse a link that means another server than the one known here, before anything is sent."""
        pinned = self._known.pinned(address.host, address.port)
        if fingerprint is not None and pinned not in (None, fingerprint):
            raise IdentityError(
                f"the link means a server with {fingerprint}, but {pinned} was accepted for {address.title} before",
                found=fingerprint,
                expected=pinned,
                hint="Ask whoever gave you the link; nothing was sent.",
            )

    async def _log_in(self, address: Address, password: str, fingerprint: str | None) -> Session | None:
        """Open a session; None when the person does not trust a server that is new here."""
        try:
            return await self.open(address, password, fingerprint)
        except IdentityError as error:
            if fingerprint is not None and error.found != fingerprint:
                # A link that names the server leaves nothing to ask.
                raise
            server = ServerIdentity(
                address.host, address.port, error.found, error.expected, is_named=fingerprint is not None
            )
            if not await self._questions.confirm_server(server):
                if error.expected is not None:
                    # Both fingerprints stay in view on the page.
                    raise
                return None
        # The server's patience with a login does not last as long as a person's look: connect anew.
        await asyncio.to_thread(self._known.pin, server.host, server.port, server.found)
        return await self.open(address, password, fingerprint)

    async def open(self, address: Address, password: str, fingerprint: str | None = None) -> Session:
        """Open a session to the server that is known here, and meant. Raises what :meth:`Session.open` raises."""

        def judge(found: str) -> None:
            if fingerprint is not None and found != fingerprint:
                raise IdentityError(
                    f"{address.title} shows {found}, but the link means a server with {fingerprint}",
                    found=found,
                    expected=fingerprint,
                    hint="Somebody may be in between, or the link is old: do not connect.",
                )
            self._known.require(address.host, address.port, found)

        return await self._open_session(address, password, judge)
