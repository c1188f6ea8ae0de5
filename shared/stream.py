"""The blocking driver of a conversation, for any object that receives and sends like a socket. Opens none.

Both the server's workers and the client's bulk channels use it, each on a socket of its own making.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from shared.errors import ConnectionLostError
from shared.protocol import limits, messages
from shared.protocol.conversation import Conversation

_COALESCE = 64 * limits.KIB
"""Messages wait in memory up to this size, so that thousands of small ones share a system call."""

_COPY_BELOW = 16 * limits.KIB
"""Content below one TLS record is copied behind its message; larger content is sent from where it lies."""

_PACED_PIECE = 16 * limits.KIB
"""Where a rate is kept, content goes in pieces of this size: the wait before one must not look like a dead line."""


class SocketLike(Protocol):
    """What the stream needs of a (TLS) socket; timeouts are set by the owner and arrive as TimeoutError."""

    def recv_into(self, buffer: memoryview, /) -> int: ...

    def sendall(self, data: bytes | bytearray | memoryview, /) -> None: ...


class OptionsHolder(Protocol):
    """A socket, or asyncio's stand-in for one."""

    def setsockopt(self, level: int, name: int, value: int, /) -> None: ...


def prepare_socket(sock: OptionsHolder) -> None:
    """Send small messages at once, and let the system notice when the other machine or the line is gone.

    A peer whose machine lost its power says nothing, ever: without probes its connection would stay for hours.
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    probes = {
        "TCP_KEEPIDLE": int(limits.PING_INTERVAL),
        "TCP_KEEPINTVL": int(limits.PING_INTERVAL / 2),
        "TCP_KEEPCNT": 4,
        "TCP_USER_TIMEOUT": int(limits.STALL_DEADLINE * 1000),
    }
    for name, value in probes.items():
        # Not every system knows all of them; zero would mean its own, much longer, patience.
        if value and hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


C = TypeVar("C", bound=Conversation)


class BlockingStream(Generic[C]):
    """Sends and receives messages and content. Raises ConnectionLostError and PeerError.

    ``bytes_in`` and ``bytes_out`` count what went over the line inside TLS.
    """

    def __init__(self, sock: SocketLike, conversation: C, pace: Callable[[int], None] | None = None) -> None:
        """``pace`` is called with the number of content bytes about to be sent or just received; it may wait."""
        self.conversation = conversation
        self._sock = sock
        self._pace = pace
        self._piece = limits.MAX_DATA if pace is None else _PACED_PIECE
        self._last_sent = time.monotonic()
        self._waited = 0.0
        self._moved = 0
        self.bytes_in = 0
        self.bytes_out = 0

    def send(self, message: messages.Any) -> None:
        """Queue a message; it leaves with :meth:`flush`, at 64 KiB, or before the next blocking receive."""
        self.conversation.send(message)
        if self.conversation.output_size >= _COALESCE:
            self.flush()

    def flush(self) -> None:
        """Send what is queued."""
        if self.conversation.output_size:
            self._send_all(self.conversation.take_output())

    def send_data(self, data: memoryview) -> None:
        """Send content that the message before announced, in data frames."""
        conversation = self.conversation
        for start in range(0, len(data), self._piece):
            piece = data[start : start + self._piece]
            if self._pace is not None:
                self._pace(len(piece))
            conversation.append_output(conversation.data_header(len(piece)))
            if len(piece) < _COPY_BELOW:
                conversation.append_output(piece)
                if conversation.output_size >= _COALESCE:
                    self.flush()
            else:
                self.flush()
                self._send_all(piece)

    def keep_alive(self) -> None:
        """Say that this end works, when it has said nothing for a while: call it between pieces of long work."""
        if time.monotonic() - self._last_sent >= limits.ALIVE_INTERVAL:
            self.conversation.send(messages.Alive())
            self.flush()

    def receive(self) -> messages.Any:
        """Return the next message; blocks."""
        while (message := self.conversation.next_message()) is None:
            self.flush()
            self._fill()
        return message

    def receive_data(self, into: memoryview) -> None:
        """Fill ``into`` with the content that the message before announced; blocks."""
        conversation = self.conversation
        got = 0
        while got < len(into):
            count = conversation.read_data(into[got:])
            if not count:
                room = conversation.direct_room(len(into) - got)
                if not room:
                    self._fill()
                    continue
                count = self._recv_into(into[got : got + room])
                conversation.data_arrived(count)
            if self._pace is not None:
                self._pace(count)
            got += count

    def fill(self) -> None:
        """Receive once, without reading a message: for a caller that knows the socket to be readable."""
        self._fill()

    def _fill(self) -> None:
        with self.conversation.get_buffer() as space:
            count = self._recv_into(space)
        self.conversation.buffer_updated(count)

    def _recv_into(self, space: memoryview) -> int:
        is_due = self.conversation.is_mid_message
        started = time.monotonic()
        try:
            count = self._sock.recv_into(space)
        except TimeoutError as error:
            raise ConnectionLostError("the other side has been silent for too long") from error
        except OSError as error:
            raise ConnectionLostError(error.strerror or str(error)) from error
        if not count:
            raise ConnectionLostError("the other side closed the connection")
        self.bytes_in += count
        if is_due:
            self._judge_rate(count, time.monotonic() - started)
        return count

    def _send_all(self, data: bytes | bytearray | memoryview) -> None:
        started = time.monotonic()
        try:
            self._sock.sendall(data)
        except TimeoutError as error:
            raise ConnectionLostError("the other side stopped reading") from error
        except OSError as error:
            raise ConnectionLostError(error.strerror or str(error)) from error
        self.bytes_out += len(data)
        self._last_sent = time.monotonic()
        self._judge_rate(len(data), self._last_sent - started)

    def _judge_rate(self, count: int, waited: float) -> None:
        """Hold the peer to the minimum rate, over the time that it kept this end waiting."""
        self._waited += waited
        self._moved += count
        if self._waited >= limits.STALL_DEADLINE:
            if self._moved < limits.MIN_RATE * self._waited:
                raise ConnectionLostError("the other side is too slow to be there")
            self._waited, self._moved = 0.0, 0
