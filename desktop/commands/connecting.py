"""A session for a command: whose password, which fingerprint, and what a person is asked on a terminal."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field

from desktop.client.address import Address
from desktop.client.session import Session
from desktop.client.trust import KnownServers
from desktop.commands.options import Options
from desktop.storage.profile import Profile
from desktop.storage.secrets import Passwords
from shared.errors import IdentityError, LoginError, WherryError


@dataclass(slots=True)
class Connector:
    """Opens sessions as the options say. A password is read or asked for once, also when a session is opened anew."""

    options: Options
    profile: Profile
    _from_stdin: str | None = field(default=None, init=False, repr=False)
    _typed: dict[Address, str] = field(default_factory=dict, init=False, repr=False)
    _begun: tuple[Address, asyncio.Task[Session]] | None = field(default=None, init=False, repr=False)
    _is_met: asyncio.Event = field(default_factory=asyncio.Event, init=False, repr=False)

    async def begin(self) -> None:
        """Start to log in to the first server of the command, and return when the server has shown itself; :meth:`open`
        hands the session over. What is wrong with the command's words, or the server, is not said here."""
        address = self.options.first_address()
        if address is None:
            return
        task = asyncio.create_task(self._open(address))
        task.add_done_callback(lambda _: self._is_met.set())
        self._begun = address, task
        await self._is_met.wait()

    async def abandon(self) -> None:
        """End what was begun and not asked for."""
        if self._begun is None:
            return
        (_, task), self._begun = self._begun, None
        task.cancel()
        with suppress(asyncio.CancelledError, WherryError):
            await (await task).close()

    async def open(self, address: Address) -> Session:
        """Return a logged-in session. Raises what :meth:`Session.open` raises."""
        if self._begun is not None and self._begun[0] == address:
            (_, task), self._begun = self._begun, None
            try:
                return await task
            except asyncio.CancelledError:
                task.cancel()
                raise
        return await self._open(address)

    async def _open(self, address: Address) -> Session:
        known = KnownServers(self.profile.known_servers)
        password = await self.password(address)

        def judge(fingerprint: str) -> None:
            self._is_met.set()
            expected = self.options.fingerprint
            if expected is None:
                known.require(address.host, address.port, fingerprint)
            elif fingerprint != expected:
                raise IdentityError(
                    f"{address.title} shows {fingerprint}, but --fingerprint asks for {expected}",
                    found=fingerprint,
                    expected=expected,
                    hint="If the server was not set up anew, somebody may be in between: do not connect.",
                )

        try:
            return await Session.open(address, password, judge)
        except IdentityError as error:
            if error.expected is not None or not is_terminal():
                raise
            found = error.found
            if not _accepts(address, found):
                raise
        # The server's patience with a login does not last as long as a person's look: connect anew.
        known.pin(address.host, address.port, found)
        return await Session.open(address, password, judge)

    async def password(self, address: Address) -> str:
        """Return the password for an address, from standard input, the keyring, the environment or a person. Raises
        LoginError when there is none."""
        if self.options.password_stdin:
            if self._from_stdin is None:
                self._from_stdin = sys.stdin.readline().rstrip("\r\n")
            return self._from_stdin
        saved = await asyncio.to_thread(Passwords().get, address.site)
        if saved is not None:
            return saved
        given = os.environ.get("WHERRY_PASSWORD")
        if given is not None:
            return given
        if address in self._typed:
            return self._typed[address]
        if is_terminal():
            self._typed[address] = getpass.getpass(f"Password for {address.title}: ")
            return self._typed[address]
        raise LoginError(
            f"there is no password for {address.title}",
            hint="Use --password-stdin, or set WHERRY_PASSWORD, or save it in the window.",
        )


def is_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _accepts(address: Address, fingerprint: str) -> bool:
    print(
        f"The server {address.title} is new here. Its fingerprint is\n\n    {fingerprint}\n\n"
        "Compare it with the one that Wherry Server shows on that machine.",
        file=sys.stderr,
    )
    print("Trust it from now on? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
