"""The session: one login on asyncio streams, for everything small. Files travel in desktop.client.channel."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from importlib import metadata
from typing import TypeVar

from desktop.client.address import Address
from desktop.client.answers import entry_from, error_from, goodbye_from, refusal_from
from shared import tls
from shared.auth.binding import server_end_point
from shared.auth.scram import ClientLogin
from shared.entries import Entry
from shared.errors import Code, ConnectionLostError, PeerError, RemoteError, WherryError
from shared.names import RemotePath, check_unique, display, encode_path
from shared.protocol import limits, messages
from shared.protocol.client import ClientConversation

CONNECT_TIMEOUT = 10.0
"""Seconds for TCP and TLS; a machine on the same network answers in milliseconds."""

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
        detail = f"{where} did not answer within {CONNECT_TIMEOUT:.0f} seconds"
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
        self._waiting: deque[asyncio.Queue[messages.Any | None]] = deque()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def open(cls, address: Address, password: str, judge: Judge) -> Session:
        """Connect, have ``judge`` look at the server's fingerprint, and log in.

        Raises ConnectionLostError, what ``judge`` raises, LoginError, and PeerError for what is no Wherry server.
        """
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                reader, writer = await asyncio.open_connection(
                    address.host, address.port, ssl=tls.client_context(), server_hostname="", limit=_READ_SIZE
                )
        except (OSError, TimeoutError, UnicodeError) as error:
            raise connect_error(address, error) from error
        session = cls(address, reader, writer)
        try:
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
        request = messages.List(id=self._conversation.new_id(), path=encode_path(path))
        answers = self._ask(request)
        count = 0
        while True:
            batch = await self._next(answers, messages.Entries)
            count += len(batch.entries)
            if count > limits.MAX_LISTING_ENTRIES or (batch.more and not batch.entries):
                raise await self._end(PeerError("its listing never ends"))
            try:
                found = [entry_from(entry) for entry in batch.entries]
                check_unique([entry.name for entry in found])
            except PeerError as error:
                raise await self._end(error) from None
            yield found
            if not batch.more:
                return

    async def list_all(self, path: RemotePath) -> Sequence[Entry]:
        """Return the complete listing of a folder."""
        return [entry async for batch in self.list(path) for entry in batch]

    async def stat(self, path: RemotePath) -> Entry:
        """Return one entry."""
        answer = await self._request(messages.Stat(id=self._new_id(), path=encode_path(path)), messages.Stated)
        if not path:
            # The home itself: its name is the server's business.
            return Entry("/", answer.entry.kind, answer.entry.size, answer.entry.mtime_ns, answer.entry.mode)
        return entry_from(answer.entry)

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

    # --- how requests travel

    def _new_id(self) -> int:
        return self._conversation.new_id()

    def _ask(self, request: messages.Requests) -> asyncio.Queue[messages.Any | None]:
        if self.error is not None:
            raise self.error
        answers: asyncio.Queue[messages.Any | None] = asyncio.Queue()
        self._waiting.append(answers)
        self._conversation.send(request)
        self._writer.write(self._conversation.take_output())
        return answers

    async def _request(self, request: messages.Requests, kind: type[A]) -> A:
        return await self._next(self._ask(request), kind)

    async def _next(self, answers: asyncio.Queue[messages.Any | None], kind: type[A]) -> A:
        answer = await answers.get()
        if isinstance(answer, messages.Failed):
            raise error_from(answer)
        if not isinstance(answer, kind):
            raise self.error or ConnectionLostError("the session ended")
        return answer

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
        answers = self._waiting[0]
        if not (isinstance(message, messages.Entries) and message.more):
            self._waiting.popleft()
        answers.put_nowait(message)

    async def _keep_alive(self) -> None:
        try:
            while True:
                await asyncio.sleep(limits.PING_INTERVAL)
                async with asyncio.timeout(limits.PING_DEADLINE - limits.PING_INTERVAL):
                    await self._request(messages.Ping(id=self._new_id()), messages.Done)
        except TimeoutError:
            await self._end(ConnectionLostError("the server has been silent for too long"))
        except WherryError as error:
            await self._end(error)

    async def _end(self, error: WherryError) -> WherryError:
        """Make the session over, once; wake whoever waits. Returns the error, to raise."""
        if self.error is not None:
            return self.error
        self.error = error
        current = asyncio.current_task()
        others = [task for task in self._tasks if task is not current]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        while self._waiting:
            self._waiting.popleft().put_nowait(None)
        await self._shut()
        self.closed.set()
        return error

    async def _shut(self) -> None:
        self._writer.close()
        # Whatever the line says while it is being closed changes nothing any more.
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()
