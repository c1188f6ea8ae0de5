"""What the system knows about a connection's line: how much went over it, and what waits for it."""

from __future__ import annotations

import socket
import struct
import sys
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes: ``delivered`` are confirmed by the other machine, ``waiting`` could not even be sent so far."""

    delivered: int
    waiting: int


class Informed(Protocol):
    """A TCP socket."""

    def getsockopt(self, level: int, name: int, length: int, /) -> bytes: ...


_INFORMATION = struct.Struct("@120xQ16xI")
"""tcpi_bytes_acked and tcpi_notsent_bytes of struct tcp_info (linux/tcp.h; since Linux 4.6)."""


def look_at(sock: Informed) -> Delivery | None:
    """Return how a socket's line is doing; None where the system does not say. A system call of a microsecond."""
    if sys.platform != "linux":
        return None
    try:
        information = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFORMATION.size)
    except OSError:
        # The connection is over; who sends next will hear why.
        return None
    if len(information) < _INFORMATION.size:
        return None
    return Delivery(*_INFORMATION.unpack(information))
