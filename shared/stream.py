"""The blocking driver of a conversation, for any object that receives and sends like a socket. Opens none.

Both the server's workers and the client's bulk channels use it, each on a socket of its own making.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from shared.coding.coder import Coder
from shared.errors import ConnectionLostError
from shared.protocol import limits, messages
from shared.protocol.conversation import Conversation

_COALESCE = 64 * limits.KIB
"""Messages wait in memory up to this size, so that thousands of small ones share a system call."""

_COPY_BELOW = 16 * limits.KIB
"""Content below one TLS record is copied behind its message; larger content is sent from where it lies."""

_PACED_PIECE = 16 * limits.KIB
"""Where a rate is kept and its keeper does not say better, content goes in pieces of this size: the wait before one
must not look like a dead line."""


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

    ``bytes_in`` and ``bytes_out`` count what went over the line inside TLS: of content that was compressed, what became
    of it.
    """

    def __init__(
        self,
        sock: SocketLike,
        conversation: C,
        pace: Callable[[int], None] | None = None,
        piece: Callable[[], int] | None = None,
        coder: Coder | None = None,
    ) -> None:
        """``pace`` is called with the number of bytes about to be sent or just received; it may wait. ``piece`` says
        how many may go between two such calls, now. ``coder`` compresses content for a peer that takes it so."""
        self.conversation = conversation
        self._sock = sock
        self._pace = pace
        self._fixed_piece = limits.MAX_DATA if pace is None else _PACED_PIECE
        self._ask_piece = piece
        self._coder = coder
        self._held_up = 0.0
        """Seconds that this end has waited to send."""
        self._paced_in = 0
        self._last_sent = time.monotonic()
        self._waited = 0.0
        self._moved = 0
        self.bytes_in = 0
        self.bytes_out = 0

    def send(self, message: messages.Any) -> None:
        """Queue a message; it leaves with :meth:`flush`, at 64 KiB, or before the next blocking receive."""
        if self._coder is not None and isinstance(message, messages.Put | messages.Offer):
            self._coder.begin_file(message.size)
        self.conversation.send(message)
        if self.conversation.output_size >= _COALESCE:
            self.flush()

    def flush(self) -> None:
        """Send what is queued."""
        if self.conversation.output_size:
            self._send_all(self.conversation.take_output())

    def send_data(self, data: memoryview) -> None:
        """Send content that the message before announced, compressed where the coder finds that it pays."""
        if self._coder is None or not self.conversation.may_code:
            self._send_raw(data)
            return
        start = 0
        while start < len(data):
            part = data[start : start + self._coder.piece()]
            start += len(part)
            coded = self._coder.code(part)
            if coded is None:
                self._send_raw(part)
            else:
                self.conversation.append_output(self.conversation.coded_header(len(part), len(coded)))
                self._send_paced(memoryview(coded))

    def _send_raw(self, data: memoryview) -> None:
        start = 0
        while start < len(data):
            piece = data[start : start + self._piece()]
            start += len(piece)
            self._keep_pace(len(piece))
            self.conversation.append_output(self.conversation.data_header(len(piece)))
            self._send_piece(piece)

    def _send_paced(self, data: memoryview) -> None:
        start = 0
        while start < len(data):
            piece = data[start : start + self._piece()]
            start += len(piece)
            self._keep_pace(len(piece))
            self._send_piece(piece)

    def _keep_pace(self, count: int) -> None:
        if self._pace is not None:
            started = time.monotonic()
            self._pace(count)
            self._held_up += time.monotonic() - started

    def _send_piece(self, piece: memoryview) -> None:
        if len(piece) < _COPY_BELOW:
            self.conversation.append_output(piece)
            if self.conversation.output_size >= _COALESCE:
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
                if room:
                    room = min(room, self._piece())
                    count = self._recv_into(into[got : got + room])
                    conversation.data_arrived(count)
                else:
                    self._fill()
            got += count
            if self._pace is not None:
                # What came, not what became of it: the line is what is spared.
                came, self._paced_in = self.bytes_in - self._paced_in, self.bytes_in
                if came:
                    self._pace(came)

    def fill(self) -> None:
        """Receive once, without reading a message: for a caller that knows the socket to be readable."""
        self._fill()

    def _piece(self) -> int:
        return self._fixed_piece if self._ask_piece is None else self._ask_piece()

    def _fill(self) -> None:
        with self.conversation.get_buffer() as space, space[: self._piece()] as piece:
            count = self._recv_into(piece)
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
        if self._coder is not None:
            self._coder.about_to_send(self.bytes_out, self._held_up)
        started = time.monotonic()
        try:
            self._sock.sendall(data)
        except TimeoutError as error:
            raise ConnectionLostError("the other side stopped reading") from error
        except OSError as error:
            raise ConnectionLostError(error.strerror or str(error)) from error
        self.bytes_out += len(data)
        self._last_sent = time.monotonic()
        self._held_up += self._last_sent - started
        self._judge_rate(len(data), self._last_sent - started)

    def _judge_rate(self, count: int, waited: float) -> None:
        """Hold the peer to the minimum rate, over the time that it kept this end waiting."""
        self._waited += waited
        self._moved += count
        if self._waited >= limits.STALL_DEADLINE:
            if self._moved < limits.MIN_RATE * self._waited:
                raise ConnectionLostError("the other side is too slow to be there")
            self._waited, self._moved = 0.0, 0
