"""A line with a delay and a rate, as arithmetic: when bytes arrive, and how many may be on their way. Pure.

It is what :mod:`tests.bench.relay` drives. The line loses nothing. Each connection begins with ten segments and may
have twice as much under way after each round trip (RFC 6928, RFC 5681), so that a program which opens many
connections, or goes back and forth, pays for it as on a real line; then MAX_WINDOW, which a line of 1 Gbit/s and
250 ms just fills. So no window but that of the two programs themselves limits a long transfer.
"""

from __future__ import annotations

from collections import deque

FIRST_WINDOW = 10 * 1460
MAX_WINDOW = 32 << 20

WINDOW_HERE = 1 << 20
"""Without a delay: enough to keep both sides busy."""

QUEUE_S = 0.1
"""How far ahead a line of limited rate takes bytes in: a router's buffer. More would only delay what is urgent."""


class Wire:
    """One direction. All connections share its rate (bytes per second, None for any) and its delay (seconds)."""

    def __init__(self, delay_s: float = 0.0, rate_bps: float | None = None) -> None:
        self.delay_s = delay_s
        self._rate = rate_bps
        self._free_at = 0.0

    def carry(self, now: float, count: int) -> float:
        """Take in ``count`` bytes and return when the last of them arrives at the other end."""
        if self._rate is None:
            return now + self.delay_s
        self._free_at = max(now, self._free_at) + count / self._rate
        return self._free_at + self.delay_s

    def takes_more_at(self) -> float:
        """Return the time from which on bytes are taken in."""
        return self._free_at - QUEUE_S


class Window:
    """How much of one connection's direction may be sent and not yet acknowledged."""

    def __init__(self, delay_s: float, first: int = FIRST_WINDOW, limit: int = MAX_WINDOW) -> None:
        """``delay_s``: what an acknowledgement takes on its way back."""
        self._delay_s = delay_s
        # Where nothing takes time, much under way is only a queue in the middle.
        self._size = first if delay_s else WINDOW_HERE
        self._limit = limit if delay_s else WINDOW_HERE
        self._out = 0
        self._acks: deque[tuple[float, int]] = deque()

    @property
    def room(self) -> int:
        """Bytes that may be sent now."""
        return max(0, self._size - self._out)

    def sent(self, count: int) -> None:
        self._out += count

    def arrived(self, now: float, count: int) -> None:
        """The other end has ``count`` more bytes; the acknowledgement is on its way."""
        self._acks.append((now + self._delay_s, count))

    def turn(self, now: float) -> None:
        """Take in the acknowledgements that are here by now. Each byte of them opens the window by one more."""
        while self._acks and self._acks[0][0] <= now:
            _, count = self._acks.popleft()
            self._out -= count
            self._size = min(self._limit, self._size + count)

    def next_at(self) -> float | None:
        """Return when the next acknowledgement comes; None when none is on its way."""
        return self._acks[0][0] if self._acks else None
