"""One connection to a server on asyncio: requests go out, answers come back in order. Logs in nobody."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from desktop.client.address import Address
from desktop.client.answers import error_from, goodbye_from, refusal_from
from shared import tls
from shared.errors import ConnectionLostError, PeerError, WherryError
from shared.names import display
from shared.protocol import limits, messages
from shared.protocol.client import ClientConversation
from shared.stream import prepare_socket
from shared.version import VERSION
from shared.work import OnProgress, WorkProgress

NONCE_BYTES = 24
_READ_SIZE = 256 * limits.KIB

STOP_PATIENCE = 10.0
"""Seconds that a server has to end what nobody wants any more; then the line is given up."""

A = TypeVar("A", bound=messages.Message)


def agent() -> str:
    """Return the name and version this client gives itself."""
    return f"wherry {VERSION}"


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
class Asked:
    """A request without its last answer, and where its answers go; None there means that the line is over."""

    id: int
    since: float
    answers: asyncio.Queue[messages.Any | None] = field(default_factory=asyncio.Queue)
    report: messages.Progress | None = None
    """The latest that nobody has looked at. It stands in ``answers`` once, however many came."""
    entries: int = 0
    is_dropped: bool = False
    """Nobody waits for the rest of a listing."""
    is_answered: bool = False


class Line:
    """Requests may raise RemoteError for themselves, and ConnectionLostError or PeerError when the line is over.

    Made by :meth:`connect`; the owner logs in or attaches with :meth:`say` and :meth:`read_login`, then calls
    :meth:`start`. All on the loop that made it.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.conversation = ClientConversation(nonce=secrets.token_bytes(NONCE_BYTES), agent=agent())
        self.error: WherryError | None = None
        """Why the line is over, once :attr:`closed` is set."""
        self.closed = asyncio.Event()
        self._reader = reader
        self._writer = writer
        self._waiting: deque[Asked] = deque()
        self._heard = time.monotonic()
        self._tasks: list[asyncio.Task[None]] = []
        self._at_end: Callable[[], Awaitable[None]] | None = None

    @classmethod
    async def connect(cls, address: Address) -> Line:
        """Connect with TLS. Raises ConnectionLostError, and PeerError for what is no Wherry server."""
        try:
            async with asyncio.timeout(limits.CONNECT_DEADLINE):
                reader, writer = await asyncio.open_connection(
                    address.host, address.port, ssl=tls.client_context(), server_hostname="", limit=_READ_SIZE
                )
        except (OSError, TimeoutError, UnicodeError) as error:
            raise connect_error(address, error) from error
        line = cls(reader, writer)
        try:
            prepare_socket(writer.get_extra_info("socket"))
            tls.check_negotiated(line.connection)
        except BaseException:
            await line.shut()
            raise
        return line

    @property
    def connection(self) -> ssl.SSLObject:
        """The TLS connection."""
        connection: ssl.SSLObject = self._writer.get_extra_info("ssl_object")
        return connection

    def start(self, name: str, at_end: Callable[[], Awaitable[None]] | None = None) -> None:
        """Begin to hear answers; ``at_end`` is awaited when the line is over, before that is told."""
        self._at_end = at_end
        self._tasks = [
            asyncio.create_task(self._receive(), name=name),
            asyncio.create_task(self._keep_alive(), name=f"keep-alive {name}"),
        ]

    async def close(self) -> None:
        """End the line in order. Safe to call again."""
        await self.end(ConnectionLostError("the session was closed"))
        # Whoever ended it first may still be at it.
        await self.closed.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- before login

    def say(self, message: messages.Any) -> None:
        """Send a message."""
        self.conversation.send(message)
        self._writer.write(self.conversation.take_output())

    async def read_login(self, kind: type[A]) -> A:
        """Return the next message of a login, which must be of this kind."""
        while (message := self.conversation.next_message()) is None:
            await self._read_more()
        if isinstance(message, messages.Refused):
            raise refusal_from(message)
        if not isinstance(message, kind):
            raise PeerError(f"“{type(message).__name__}” came in the middle of the login")
        return message

    async def shut(self) -> None:
        """Close the connection."""
        self._writer.close()
        # Whatever the line says while it is being closed changes nothing any more.
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()

    # --- requests

    def ask(self, request: messages.Requests) -> Asked:
        """Send a request."""
        if self.error is not None:
            raise self.error
        asked = Asked(request.id, time.monotonic())
        self._waiting.append(asked)
        self.say(request)
        return asked

    async def request(self, request: messages.Requests, kind: type[A]) -> A:
        """Send a request and return its one answer."""
        return await self.answer(self.ask(request), kind)

    async def answer(self, asked: Asked, kind: type[A], on_progress: OnProgress | None = None) -> A:
        """Return the next answer to a request, which must be of this kind."""
        answer = await self._next(asked, on_progress)
        if isinstance(answer, messages.Failed):
            raise error_from(answer)
        if not isinstance(answer, kind):
            raise self.error or ConnectionLostError("the session ended")
        return answer

    async def stop(self, asked: Asked, on_progress: OnProgress | None = None) -> None:
        """Let the server end a request that nobody wants any more, and wait until it says that it has.

        What it had done by then is told to ``on_progress``. A server that does not end it loses the line.
        """
        if asked.is_answered or self.error is not None:
            return
        self.say(messages.Stop(id=asked.id))
        last = asyncio.ensure_future(self._last(asked, on_progress))
        try:
            await asyncio.wait({last}, timeout=STOP_PATIENCE)
        finally:
            if not last.done():
                last.cancel()
                self._break(ConnectionLostError("the server did not stop when it was asked to"))

    def drop(self, asked: Asked) -> None:
        """Say that nobody reads the rest of a listing or of a search; the server need not go on with it."""
        if asked.is_dropped or asked.is_answered or self.error is not None:
            return
        asked.is_dropped = True
        if self.conversation.knows_long_work:
            self.say(messages.Stop(id=asked.id))

    async def end(self, error: WherryError) -> WherryError:
        """Make the line over, once; wake whoever waits. Returns the error, to raise."""
        if self.error is not None:
            return self.error
        others = self._fail(error)
        try:
            await asyncio.gather(*others, return_exceptions=True)
            await self.shut()
            if self._at_end is not None:
                await self._at_end()
        finally:
            self.closed.set()
        return error

    # --- inside

    def _fail(self, error: WherryError) -> list[asyncio.Task[None]]:
        self.error = error
        current = asyncio.current_task()
        others = [task for task in self._tasks if task is not current]
        for task in others:
            task.cancel()
        while self._waiting:
            asked = self._waiting.popleft()
            asked.is_answered = True
            asked.answers.put_nowait(None)
        return others

    def _break(self, error: WherryError) -> None:
        """Make the line over without waiting for anything; its owner still closes it."""
        if self.error is None:
            self._fail(error)
            self._writer.transport.abort()
            self.closed.set()

    async def _next(self, asked: Asked, on_progress: OnProgress | None) -> messages.Any | None:
        while isinstance(answer := await asked.answers.get(), messages.Progress):
            report, asked.report = asked.report, None
            if report is not None and on_progress is not None:
                on_progress(WorkProgress(report.count, report.size, report.total_count, report.total_size))
        return answer

    async def _last(self, asked: Asked, on_progress: OnProgress | None) -> None:
        while True:
            answer = await self._next(asked, on_progress)
            if isinstance(answer, messages.Found | messages.Entries) and answer.more:
                continue
            if isinstance(answer, messages.Failed | messages.Done) and answer.count and on_progress is not None:
                on_progress(WorkProgress(answer.count))
            return

    async def _read_more(self) -> None:
        try:
            data = await self._reader.read(_READ_SIZE)
        except OSError as error:
            raise ConnectionLostError(error.strerror or str(error)) from error
        if not data:
            self.conversation.receive_end()
            raise ConnectionLostError("the server closed the connection")
        self._heard = time.monotonic()
        self.conversation.feed(data)

    async def _receive(self) -> None:
        try:
            while True:
                while (message := self.conversation.next_message()) is not None:
                    self._deliver(message)
                await self._read_more()
        except WherryError as error:
            await self.end(error)

    def _deliver(self, message: messages.Any) -> None:
        if isinstance(message, messages.Goodbye):
            raise goodbye_from(message)
        asked = self._waiting[0]
        if isinstance(message, messages.Progress):
            # Only the latest counts: nobody may be looking, and they must not pile up.
            is_first, asked.report = asked.report is None, message
            if is_first and not asked.is_dropped:
                asked.answers.put_nowait(message)
            return
        is_last = True
        if isinstance(message, messages.Entries):
            # Counted here and not where they are read: nobody may be reading.
            asked.entries += len(message.entries)
            if asked.entries > limits.MAX_LISTING_ENTRIES or (message.more and not message.entries):
                raise PeerError("its listing never ends")
        if isinstance(message, messages.Entries | messages.Found):
            is_last = not message.more
        if is_last:
            self._waiting.popleft()
            asked.is_answered = True
        if not asked.is_dropped:
            asked.answers.put_nowait(message)

    async def _keep_alive(self) -> None:
        """Ping when all is quiet; end the line when something is unanswered and nothing at all is heard."""
        while True:
            await asyncio.sleep(limits.PING_INTERVAL / 2)
            now = time.monotonic()
            if not self._waiting:
                if now - self._heard >= limits.PING_INTERVAL:
                    self.ask(messages.Ping(id=self.conversation.new_id()))
            elif now - max(self._heard, self._waiting[0].since) >= limits.PING_DEADLINE - limits.PING_INTERVAL:
                await self.end(ConnectionLostError("the server has been silent for too long"))
                return
