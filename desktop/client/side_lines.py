"""Further lines of a session, for work that takes long: answers come in order, and no listing should wait for it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.client.address import Address
from desktop.client.line import Line
from shared import tls
from shared.auth.binding import attach_proof, server_end_point
from shared.errors import ConnectionLostError, IdentityError, PeerError
from shared.protocol import limits, messages

MAX_LINES = 4
"""Long works of one session at the same time; more wait for one to end. The disk is one."""

_MAX_IDLE = 1
"""So many are kept for the next work: comparing a hundred files should not connect a hundred times."""


class SideLines:
    """Attaches lines to one session and lends them out, one work at a time each."""

    def __init__(self, address: Address, fingerprint: str, session: bytes, key: bytes) -> None:
        """``fingerprint`` is the one that the session was opened with; ``key`` proves that a line belongs to it."""
        self._address = address
        self._fingerprint = fingerprint
        self._session = session
        self._key = key
        self._free = asyncio.Semaphore(MAX_LINES)
        self._lines: set[Line] = set()
        self._idle: list[Line] = []
        self._is_closed = False

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[Line]:
        """Lend a line that nobody else uses.

        Raises ConnectionLostError, IdentityError when another server answers, LoginError when the session has ended,
        PeerError.
        """
        async with self._free:
            line = await self._take()
            try:
                yield line
            finally:
                if line.error is None and len(self._idle) < _MAX_IDLE and not self._is_closed:
                    self._idle.append(line)
                else:
                    self._lines.discard(line)
                    await line.close()

    async def close(self) -> None:
        """End all lines, and whatever runs on them."""
        self._is_closed = True
        lines, self._lines = self._lines, set()
        self._idle.clear()
        await asyncio.gather(*(line.close() for line in lines))

    async def _take(self) -> Line:
        while self._idle:
            line = self._idle.pop()
            if line.error is None:
                return line
            self._lines.discard(line)
            await line.close()
        line = await self._attach()
        if self._is_closed:
            await line.close()
            raise ConnectionLostError("the session was closed")
        self._lines.add(line)
        return line

    async def _attach(self) -> Line:
        line = await Line.connect(self._address)
        try:
            async with asyncio.timeout(limits.LOGIN_DEADLINE):
                await self._prove(line)
        except TimeoutError as error:
            await line.shut()
            raise ConnectionLostError("the server did not let a further connection in, in time") from error
        except BaseException:
            await line.shut()
            raise
        line.start(f"side line {self._address.title}")
        return line

    async def _prove(self, line: Line) -> None:
        certificate = line.connection.getpeercert(binary_form=True) or b""
        found = tls.fingerprint_of(certificate)
        if found != self._fingerprint:
            raise IdentityError(
                "another server answered than the one logged in to", found=found, expected=self._fingerprint
            )
        hello = await line.read_login(messages.Hello)
        nonce, binding = line.conversation.local_nonce, server_end_point(certificate)
        line.conversation.say_hello()
        proof = attach_proof(self._key, "client", self._session, nonce, hello.nonce, binding)
        line.say(messages.Attach(session=self._session, proof=proof))
        answer = await line.read_login(messages.Attached)
        expected = attach_proof(self._key, "server", self._session, nonce, hello.nonce, binding)
        if not hmac.compare_digest(answer.proof, expected):
            raise PeerError("the server does not hold the session's key")
