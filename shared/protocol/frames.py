"""Frames: what keeps messages apart on a stream. Splits and joins bytes; knows no message.

A frame is a header of five bytes, big-endian: payload length (unsigned 32 bit) and kind; then the payload.
Control payloads are buffered whole, after their length was checked against the limit of the moment. Data
payloads are never buffered whole: they go straight to where the caller wants them. A coded payload is content that
was compressed: its length as 32 bits, then what a decoder makes that content of; it is buffered whole, and bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import IntEnum

from shared.errors import PeerError
from shared.protocol import limits

HEADER = struct.Struct(">IB")
CONTENT_LENGTH = struct.Struct(">I")
"""What a coded payload begins with."""

Decode = Callable[[memoryview, int], bytes | None]
"""Makes of what was compressed the content of exactly this length; None when it is not that. Raises nothing."""

_CHUNK = 64 * limits.KIB
"""Read-ahead: several small messages in one system call, yet cheap for each of thousands of connections."""

_SMALL_CHUNK = 4 * limits.KIB
"""The same before login, when the peer is anybody."""


class FrameKind(IntEnum):
    """What a payload is."""

    CONTROL = 1
    DATA = 2
    CODED = 3


def frame_header(kind: FrameKind, length: int) -> bytes:
    """Return the header of a frame with ``length`` bytes of payload."""
    return HEADER.pack(length, kind)


def coded_header(content: int, coded: int) -> bytes:
    """Return what stands before ``coded`` compressed bytes of ``content`` bytes: header and length of the content."""
    return frame_header(FrameKind.CODED, CONTENT_LENGTH.size + coded) + CONTENT_LENGTH.pack(content)


class FrameReader:
    """Cuts a byte stream into frames without copying what is large.

    The driver asks :meth:`get_buffer` where to put bytes, reports them with :meth:`buffer_updated`, then asks
    :meth:`read_control` or :meth:`read_data`. ``max_control`` is the limit of the moment, in bytes.
    """

    __slots__ = ("_buffer", "_data_left", "_decode", "_decoded", "_end", "_need", "_start", "max_control")

    def __init__(self, max_control: int = limits.MAX_FRAME_BEFORE_LOGIN, decode: Decode | None = None) -> None:
        """Without ``decode`` coded frames are refused."""
        self.max_control = max_control
        self._decode = decode
        self._decoded = memoryview(b"")
        """Content of the coded frame under way that was not handed out yet."""
        self._buffer = bytearray()
        self._start = 0
        self._end = 0
        self._need = 0
        """Bytes that the control or coded frame at the front takes in total, once its header is known."""
        self._data_left = 0
        """Payload bytes of the data frame under way that were not handed out yet."""

    @property
    def buffered(self) -> int:
        """Bytes received and not handed out."""
        return self._end - self._start

    @property
    def is_mid_frame(self) -> bool:
        """Whether the stream may not end here."""
        return self.buffered > 0 or self._data_left > 0 or len(self._decoded) > 0

    def get_buffer(self) -> memoryview:
        """Return free space, at least one byte; its content is valid until the next call of any method."""
        if self._start == self._end:
            self._start = self._end = 0
        need = max(self._need, HEADER.size)
        if self._end == len(self._buffer) or len(self._buffer) - self._start < need:
            rest = self._buffer[self._start : self._end]
            chunk = _SMALL_CHUNK if self.max_control <= limits.MAX_FRAME_BEFORE_LOGIN else _CHUNK
            self._buffer = bytearray(max(chunk, need, 2 * len(rest)))
            self._buffer[: len(rest)] = rest
            self._start, self._end = 0, len(rest)
        return memoryview(self._buffer)[self._end :]

    def buffer_updated(self, count: int) -> None:
        """Say that the first ``count`` bytes of :meth:`get_buffer` were filled."""
        self._end += count

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take received bytes by copy, for drivers that are handed bytes."""
        view = memoryview(data)
        while view:
            space = self.get_buffer()
            count = min(len(space), len(view))
            space[:count] = view[:count]
            space.release()
            self._end += count
            view = view[count:]

    def read_control(self) -> bytes | None:
        """Return the payload of the control frame at the front, or None until it is complete.

        Raises :class:`~shared.errors.PeerError` when something else stands there or it is too long.
        """
        if self._data_left or self._decoded:
            raise PeerError("a control message was due and data came")
        if self.buffered < HEADER.size:
            return None
        if not self._need:
            length, kind = self._header()
            if kind != FrameKind.CONTROL:
                raise PeerError("a control message was due and another kind of frame came")
            if not 0 < length <= self.max_control:
                raise PeerError(f"a control message of {length} bytes; at most {self.max_control} are allowed")
            self._need = HEADER.size + length
        if self.buffered < self._need:
            return None
        payload = bytes(memoryview(self._buffer)[self._start + HEADER.size : self._start + self._need])
        self._drop_front()
        return payload

    def direct_room(self, wanted: int) -> int:
        """Return how many bytes may be received straight into the caller's memory now; report with
        :meth:`data_arrived`. Zero while anything is buffered or no data frame is under way."""
        return min(wanted, self._data_left) if self._start == self._end else 0

    def data_arrived(self, count: int) -> None:
        """Say that ``count`` payload bytes of the data frame under way were received directly."""
        self._data_left -= count

    def read_data(self, into: memoryview) -> int:
        """Copy buffered payload bytes of data frames into ``into``; return how many, 0 when more must be received.

        Raises :class:`~shared.errors.PeerError` when a frame of another kind, an empty or a too long one comes.
        """
        if not into:
            return 0
        if self._decoded:
            return self._hand_out(into)
        if not self._data_left:
            if self.buffered < HEADER.size:
                return 0
            length, kind = self._header()
            if kind == FrameKind.CODED and self._decode is not None:
                return self._hand_out(into) if self._decode_front(length, self._decode) else 0
            if kind != FrameKind.DATA:
                raise PeerError("data was due and another kind of frame came")
            if not 0 < length <= limits.MAX_DATA:
                raise PeerError(f"a data frame of {length} bytes; at most {limits.MAX_DATA} are allowed")
            self._start += HEADER.size
            self._data_left = length
        count = min(len(into), self._data_left, self.buffered)
        if count:
            into[:count] = memoryview(self._buffer)[self._start : self._start + count]
            self._start += count
            self._data_left -= count
        return count

    def release(self) -> None:
        """Give the buffer's memory back when nothing is in it: for connections that go to sleep."""
        if self._start == self._end:
            self._buffer = bytearray()
            self._start = self._end = 0

    def _decode_front(self, length: int, decode: Decode) -> bool:
        """Decode the coded frame at the front, ``length`` bytes; False until it is there. Raises PeerError when it
        claims what no honest end sends: nothing is allocated on its word."""
        if not CONTENT_LENGTH.size < length < CONTENT_LENGTH.size + limits.MAX_DATA:
            raise PeerError(f"a coded frame of {length} bytes; at most {limits.MAX_DATA} are allowed")
        self._need = HEADER.size + length
        start = self._start + HEADER.size
        if self.buffered >= HEADER.size + CONTENT_LENGTH.size:
            (content,) = CONTENT_LENGTH.unpack_from(self._buffer, start)
            if not length - CONTENT_LENGTH.size < content <= limits.MAX_DATA:
                raise PeerError(f"a coded frame of {length} bytes that claims {content} of content")
        if self.buffered < self._need:
            return False
        with memoryview(self._buffer) as buffer:
            coded = buffer[start + CONTENT_LENGTH.size : start + length]
            decoded = decode(coded, content)
            coded.release()
        # What was damaged must still have its length, so that the conversation goes on; its digest will be wrong.
        self._decoded = memoryview(bytes(content) if decoded is None else decoded)
        self._drop_front()
        return True

    def _hand_out(self, into: memoryview) -> int:
        count = min(len(into), len(self._decoded))
        into[:count] = self._decoded[:count]
        self._decoded = self._decoded[count:]
        return count

    def _drop_front(self) -> None:
        """Forget the frame at the front, and the memory that only a large one needed."""
        self._start += self._need
        self._need = 0
        if self._start == self._end and len(self._buffer) > _CHUNK:
            # A large block list was read: thousands of idle sessions must not each keep a megabyte.
            self._buffer = bytearray()
            self._start = self._end = 0

    def _header(self) -> tuple[int, int]:
        length, kind = HEADER.unpack_from(self._buffer, self._start)
        return length, kind
