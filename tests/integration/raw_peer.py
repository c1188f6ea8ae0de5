"""One end of a connection without rules: frames and messages as they are, sent and read at any time.

Neither state nor order is checked, so that either side of the protocol can be played by a liar.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

from shared.coding.codec import encode
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block
from shared.protocol.frames import FrameKind, FrameReader, coded_header, frame_header

M = TypeVar("M")


def framed(message: messages.Any) -> bytes:
    """Return a message as it stands on the line."""
    payload = messages.encode(message)
    return frame_header(FrameKind.CONTROL, len(payload)) + payload


class RawPeer:
    """A connected socket, with TLS or without."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self._reader = FrameReader(limits.MAX_CONTROL)

    # --- saying

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def say(self, *said: messages.Any) -> None:
        """Send messages, whether or not it is the time for them."""
        self.raw(b"".join(map(framed, said)))

    def content(self, data: bytes) -> None:
        """Send content in data frames."""
        for start in range(0, len(data), limits.MAX_DATA):
            piece = data[start : start + limits.MAX_DATA]
            self.raw(frame_header(FrameKind.DATA, len(piece)) + piece)

    def coded_content(self, data: bytes, damage: Callable[[bytes], bytes] = bytes) -> None:
        """Send content compressed, in coded frames; ``damage`` may change what the decoder gets."""
        for start in range(0, len(data), limits.MAX_DATA):
            piece = data[start : start + limits.MAX_DATA]
            coded = damage(encode(piece, 1))
            self.raw(coded_header(len(piece), len(coded)) + coded)

    def block(self, request: int, index: int, data: bytes, *, digest: bytes | None = None) -> None:
        """Send one block; its digest is the true one unless given."""
        self.say(messages.Block(id=request, index=index, digest=digest or digest_block(data)))
        self.content(data)

    def vanish(self) -> None:
        """End the TCP stream without the close_notify of TLS: what a cut looks like, or an attacker's FIN."""
        socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    # --- hearing

    def hear(self) -> messages.Any:
        """Return the next message; raises EOFError when the other side has gone."""
        while (payload := self._reader.read_control()) is None:
            self._fill()
        return messages.decode(payload)

    def hear_a(self, kind: type[M]) -> M:
        """Return the next message, which must be of this kind."""
        message = self.hear()
        assert isinstance(message, kind), message
        return message

    def hear_all(self) -> Iterator[messages.Any]:
        """Yield messages until the other side has gone."""
        with suppress(EOFError):
            while True:
                yield self.hear()

    def hear_content(self, size: int) -> bytes:
        """Return the content that the other side sends."""
        into = memoryview(bytearray(size))
        got = 0
        while got < size:
            count = self._reader.read_data(into[got:])
            if not count:
                self._fill()
            got += count
        return bytes(into)

    def _fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self._reader.feed(data)
