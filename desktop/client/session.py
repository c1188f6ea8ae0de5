"""The session: one login on asyncio streams, for everything small. Files travel in desktop.client.channel."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from typing import TypeVar

from desktop.client.address import Address
from desktop.client.answers import entry_from, error_from, goodbye_from, refusal_from
from shared import tls
from shared.auth.binding import server_end_point
from shared.auth.scram import ClientLogin
from shared.entries import Entry
from shared.errors import Code, ConnectionLostError, PeerError, RemoteError, WherryError
from shared.names import RemotePath, display, encode_path
from shared.protocol import limits, messages
from shared.protocol.client import ClientConversation
from shared.stream import prepare_socket

_NONCE_BYTES = 24
_READ_SIZE = 256 * limits.KIB

Judge = Callable[[str], None]
"""Called with the server's fingerprint before any login byte is sent; raises IdentityError to refuse."""

A = TypeVar("A", bound=messages.Message)


def agent() -> str:
    """Return the name and version this client gives itself."""
    return f"wherry {metadata.version('wherry')}"


def connect_error(address: Address, error: Exception) -> ConnectionLostError:
    """Say why a server could not be reached, and what to do about it."""
    where = f"{display(address.host)}, port {address.port}"
    if isinstance(error, TimeoutError):
        detail = f"{where} did not answer within {limits.CONNECT_DEADLINE:.0f} seconds"
        hint = "Check the address, and that a firewall lets this port through."
    elif isinstance(error, ConnectionRefusedError):
        detail, hint = f"nothing listens at {where}", "Check that Wherry Server is switched on there, and the port."
    elif isinstance(error, ssl.SSLError):
        detail = f"{where} does not speak TLS 1.3 ({error.reason or error})"
        hint = "Check that this is the port of a Wherry server."
    else:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        detail, hint = f"{where}: {reason}", "Check the address and the network."
    return ConnectionLostError(detail, title="Could not connect", hint=hint)


@dataclass(eq=False, slots=True)
class _Asked:
    """A request without its last answer, and where its answers go; None there means that the session is over."""

    since: float
    answers: asyncio.Queue[messages.Any | None] = field(default_factory=asyncio.Queue)
    entries: int = 0
    is_dropped: bool = False
    """Nobody waits for the rest of a listing."""


class Session:
    """A logged-in connection. Made by :meth:`open`; every request may raise RemoteError for itself, and
    ConnectionLostError or PeerError when the session is over. All on the loop that opened it."""

    def __init__(self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address = address
        self.fingerprint = ""
        self.server_name = ""
        self.welcome: messages.Welcome | None = None
        self.clock_offset_ns = 0
        """The server's clock less ours, as seen at login."""
        self.error: WherryError | None = None
        """Why the session is over, once :attr:`closed` is set."""
        self.closed = asyncio.Event()
        self._reader = reader
        self._writer = writer
        self._conversation = ClientConversation(nonce=secrets.token_bytes(_NONCE_BYTES), agent=agent())
        self._waiting: deque[_Asked] = deque()
        self._heard = time.monotonic()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def open(cls, address: Address, password: str, judge: Judge) -> Session:
        """Connect, have ``judge`` look at the server's fingerprint, and log in.

        Raises ConnectionLostError, what ``judge`` raises, LoginError, and PeerError for what is no Wherry server.
        """
        try:
            async with asyncio.timeout(limits.CONNECT_DEADLINE):
                reader, writer = await asyncio.open_connection(
                    address.host, address.port, ssl=tls.client_context(), server_hostname="", limit=_READ_SIZE
                )
        except (OSError, TimeoutError, UnicodeError) as error:
            raise connect_error(address, error) from error
        session = cls(address, reader, writer)
        try:
            prepare_socket(writer.get_extra_info("socket"))
            async with asyncio.timeout(limits.LOGIN_DEADLINE):
                await session._log_in(password, judge)
        except TimeoutError as error:
            await session._shut()
            raise ConnectionLostError("the server did not finish the login in time") from error
        except BaseException:
            await session._shut()
            raise
        session._tasks = [
            asyncio.create_task(session._receive(), name=f"session {address.title}"),
            asyncio.create_task(session._keep_alive(), name=f"keep-alive {address.title}"),
        ]
        return session

    @property
    def site(self) -> str:
        """The key of this server and user in queue and stores."""
        return self.address.site

    @property
    def is_read_only(self) -> bool:
        return self._greeting.read_only

    @property
    def id(self) -> bytes:
        """Names the session when a channel attaches."""
        return self._greeting.session

    @property
    def key(self) -> bytes:
        """Proves that a channel belongs to this session; never leaves the process."""
        return self._greeting.key

    @property
    def _greeting(self) -> messages.Welcome:
        if self.welcome is None:
            raise RuntimeError("the session is not logged in")
        return self.welcome

    # --- requests

    async def list(self, path: RemotePath) -> AsyncIterator[Sequence[Entry]]:
        """Yield the entries of a folder in batches, as they arrive."""
        asked = self._ask(messages.List(id=self._new_id(), path=encode_path(path)))
        seen: set[str] = set()
        try:
            while True:
                batch = await self._next(asked, messages.Entries)
                try:
                    found = [self._new_entry(entry, seen) for entry in batch.entries]
                except PeerError as error:
                    raise await self._end(error) from None
                yield found
                if not batch.more:
                    return
        finally:
            asked.is_dropped = True

    async def list_all(self, path: RemotePath) -> Sequence[Entry]:
        """Return the complete listing of a folder."""
        return [entry async for batch in self.list(path) for entry in batch]

    async def stat(self, path: RemotePath) -> Entry:
        """Return one entry."""
        answer = await self._request(messages.Stat(id=self._new_id(), path=encode_path(path)), messages.Stated)
        if not path:
            # The home itself: its name is the server's business.
            return Entry("/", answer.entry.kind, answer.entry.size, answer.entry.mtime_ns, answer.entry.mode)
        try:
            found = entry_from(answer.entry)
            if found.name != path[-1]:
                raise PeerError(f"it told about “{display(found.name)}” when asked about “{display(path[-1])}”")
        except PeerError as error:
            raise await self._end(error) from None
        return found

    async def is_folder(self, path: RemotePath) -> bool:
        """Whether a folder stands at ``path``; nothing there is no error."""
        try:
            return (await self.stat(path)).is_folder
        except RemoteError as error:
            if error.code is Code.NOT_FOUND:
                return False
            raise

    async def make_folder(self, path: RemotePath, *, parents: bool = False) -> None:
        """Make a folder; with ``parents`` those above too, and an existing one is no error."""
        request = messages.MakeFolder(id=self._new_id(), path=encode_path(path), parents=parents)
        await self._request(request, messages.Done)

    async def rename(self, source: RemotePath, target: RemotePath, *, replace: bool = False) -> None:
        """Rename or move. Without ``replace`` an existing target is Code.EXISTS."""
        exists = messages.Exists.REPLACE if replace else messages.Exists.REFUSE
        request = messages.Rename(
            id=self._new_id(), source=encode_path(source), target=encode_path(target), exists=exists
        )
        await self._request(request, messages.Done)

    async def remove(self, path: RemotePath, *, recursive: bool = False) -> int:
        """Remove for good; return how many things went."""
        request = messages.Remove(id=self._new_id(), path=encode_path(path), recursive=recursive)
        return (await self._request(request, messages.Done)).count

    async def set_attributes(self, path: RemotePath, *, mtime_ns: int | None = None, mode: int | None = None) -> None:
        """Set modification time and permission bits where given."""
        request = messages.SetAttributes(id=self._new_id(), path=encode_path(path), mtime_ns=mtime_ns, mode=mode)
        await self._request(request, messages.Done)

    async def space(self) -> tuple[int, int]:
        """Return free and total bytes of the account's storage."""
        answer = await self._request(messages.Space(id=self._new_id()), messages.SpaceLeft)
        return answer.free, answer.total

    async def digest(self, path: RemotePath) -> tuple[int, bytes]:
        """Return size and root of a file's content, as shared.protocol.blocks defines it."""
        answer = await self._request(messages.DigestOf(id=self._new_id(), path=encode_path(path)), messages.Digested)
        return answer.size, answer.root

    async def discard(self, path: RemotePath) -> None:
        """Forget the unfinished upload to ``path``, if there is one."""
        await self._request(messages.Discard(id=self._new_id(), path=encode_path(path)), messages.Done)

    async def close(self) -> None:
        """End the session in order. Safe to call again."""
        await self._end(ConnectionLostError("the session was closed"))
        # Whoever ended it first may still be at it.
        await self.closed.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- how requests travel

    def _new_id(self) -> int:
        return self._conversation.new_id()

    def _ask(self, request: messages.Requests) -> _Asked:
        if self.error is not None:
            raise self.error
        asked = _Asked(time.monotonic())
        self._waiting.append(asked)
        self._say(request)
        return asked

    async def _request(self, request: messages.Requests, kind: type[A]) -> A:
        return await self._next(self._ask(request), kind)

    async def _next(self, asked: _Asked, kind: type[A]) -> A:
        answer = await asked.answers.get()
        if isinstance(answer, messages.Failed):
            raise error_from(answer)
        if not isinstance(answer, kind):
            raise self.error or ConnectionLostError("the session ended")
        return answer

    @staticmethod
    def _new_entry(wire: messages.Entry, seen: set[str]) -> Entry:
        found = entry_from(wire)
        if found.name in seen:
            raise PeerError(f"it listed “{display(found.name)}” twice")
        seen.add(found.name)
        return found

    async def _log_in(self, password: str, judge: Judge) -> None:
        connection: ssl.SSLObject = self._writer.get_extra_info("ssl_object")
        tls.check_negotiated(connection)
        certificate = connection.getpeercert(binary_form=True) or b""
        self.fingerprint = tls.fingerprint_of(certificate)
        judge(self.fingerprint)
        hello = await self._read_login(messages.Hello)
        self.server_name = display(hello.name)
        scram = ClientLogin(self.address.user, password, server_end_point(certificate))
        self._conversation.say_hello()
        self._say(messages.ScramFirst(text=scram.first()))
        challenge = await self._read_login(messages.ScramChallenge)
        # PBKDF2 takes about a third of a second on purpose: not in the thread that paints.
        final = await asyncio.get_running_loop().run_in_executor(None, scram.answer, challenge.text)
        self._say(messages.ScramFinal(text=final))
        welcome = await self._read_login(messages.Welcome)
        scram.verify(welcome.text)
        self.clock_offset_ns = welcome.clock_ns - time.time_ns()
        self.welcome = welcome

    def _say(self, message: messages.Any) -> None:
        self._conversation.send(message)
        self._writer.write(self._conversation.take_output())

    async def _read_login(self, kind: type[A]) -> A:
        while (message := self._conversation.next_message()) is None:
            await self._read_more()
        if isinstance(message, messages.Refused):
            raise refusal_from(message)
        if not isinstance(message, kind):
            raise PeerError(f"“{type(message).__name__}” came in the middle of the login")
        return message

    async def _read_more(self) -> None:
        try:
            data = await self._reader.read(_READ_SIZE)
        except OSError as error:
            raise ConnectionLostError(error.strerror or str(error)) from error
        if not data:
            self._conversation.receive_end()
            raise ConnectionLostError("the server closed the connection")
        self._heard = time.monotonic()
        self._conversation.feed(data)

    async def _receive(self) -> None:
        try:
            while True:
                while (message := self._conversation.next_message()) is not None:
                    self._deliver(message)
                await self._read_more()
        except WherryError as error:
            await self._end(error)

    def _deliver(self, message: messages.Any) -> None:
        if isinstance(message, messages.Goodbye):
            raise goodbye_from(message)
        asked = self._waiting[0]
        is_last = True
        if isinstance(message, messages.Entries):
            # Counted here and not where they are read: nobody may be reading.
            asked.entries += len(message.entries)
            if asked.entries > limits.MAX_LISTING_ENTRIES or (message.more and not message.entries):
                raise PeerError("its listing never ends")
            is_last = not message.more
        if is_last:
            self._waiting.popleft()
        if not asked.is_dropped:
            asked.answers.put_nowait(message)

    async def _keep_alive(self) -> None:
        """Ping when all is quiet; end the session when something is unanswered and nothing at all is heard."""
        while True:
            await asyncio.sleep(limits.PING_INTERVAL / 2)
            now = time.monotonic()
            if not self._waiting:
                if now - self._heard >= limits.PING_INTERVAL:
                    self._ask(messages.Ping(id=self._new_id()))
            elif now - max(self._heard, self._waiting[0].since) >= limits.PING_DEADLINE - limits.PING_INTERVAL:
                await self._end(ConnectionLostError("the server has been silent for too long"))
                return

    async def _end(self, error: WherryError) -> WherryError:
        """Make the session over, once; wake whoever waits. Returns the error, to raise."""
        if self.error is not None:
            return self.error
        self.error = error
        current = asyncio.current_task()
        others = [task for task in self._tasks if task is not current]
        for task in others:
            task.cancel()
        while self._waiting:
            self._waiting.popleft().answers.put_nowait(None)
        try:
            await asyncio.gather(*others, return_exceptions=True)
            await self._shut()
        finally:
            self.closed.set()
        return error

    async def _shut(self) -> None:
        self._writer.close()
        # Whatever the line says while it is being closed changes nothing any more.
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()
