"""Keeps all channels together at a rate, in total and each way: token buckets that many threads draw from."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from desktop.transfers.items import Direction
from shared.protocol.limits import KIB, MAX_DATA

_BURST_S = 0.1
"""Seconds' worth of bytes that may go at once: small enough to keep the rate even, large enough for a piece."""

_SLICE_S = 0.1
"""How long a wait sleeps before it looks again whether the rate has changed, or nobody wants the bytes any more."""

_SHORTEST_S = 0.001
"""A shorter sleep is not worth the call; what it oversleeps is made good by the next."""

_SMALLEST_PIECE = KIB
_LARGEST_PIECE = 256 * KIB
"""Between two waits: at most a fraction of a second's bytes, so that the rate is even, and a slow line not a dead one;
but no smaller than is worth a call."""

Wanted = Callable[[], bool]


class Bucket:
    """One rate in bytes per second, or None for no limit; both may change while threads wait.

    Time is borrowed, not lent in advance: each call books its bytes behind those of others and waits until the
    rate has come so far, so that the sum over all threads keeps the rate whatever the size of a call.
    """

    def __init__(self, rate: float | None, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._when = clock()
        self._booked = 0.0
        self._allowed = 0.0
        self._rate: float | None = None
        self.rate = rate

    @property
    def rate(self) -> float | None:
        return self._rate

    @rate.setter
    def rate(self, rate: float | None) -> None:
        if rate is not None and rate <= 0:
            raise ValueError("a rate must be positive")
        with self._lock:
            self._advance()
            if self._rate is None:
                # What went without a limit is no credit, and no debt.
                self._allowed = self._booked
            self._rate = rate

    def take(self, count: int, is_wanted: Wanted) -> None:
        """Wait until ``count`` bytes may go. Returns at once when they are no longer wanted."""
        if self._rate is None:
            return
        with self._lock:
            self._advance()
            self._booked += count
            mine = self._booked
        while is_wanted():
            with self._lock:
                self._advance()
                if self._rate is None or self._allowed >= mine:
                    return
                wait = (mine - self._allowed) / self._rate
            self._sleep(min(max(wait, _SHORTEST_S), _SLICE_S))

    def _advance(self) -> None:
        now = self._clock()
        if self._rate is not None:
            most = self._booked + self._rate * _BURST_S
            self._allowed = min(most, self._allowed + (now - self._when) * self._rate)
        self._when = now


class Throttle:
    """The limits of one program: in total, up and down. Bytes per second; None is no limit."""

    def __init__(
        self,
        total: float | None = None,
        up: float | None = None,
        down: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._total = Bucket(total, clock, sleep)
        self._ways = {Direction.UPLOAD: Bucket(up, clock, sleep), Direction.DOWNLOAD: Bucket(down, clock, sleep)}

    def set_limits(self, total: float | None, up: float | None, down: float | None) -> None:
        """Keep these rates from now on; who waits already is held to them too. Raises ValueError."""
        self._total.rate = total
        self._ways[Direction.UPLOAD].rate = up
        self._ways[Direction.DOWNLOAD].rate = down

    def pace(self, direction: Direction, count: int, is_wanted: Wanted = lambda: True) -> None:
        """Wait as long as the rates demand for ``count`` bytes. Callable from any thread."""
        self._ways[direction].take(count, is_wanted)
        self._total.take(count, is_wanted)

    def piece(self, direction: Direction) -> int:
        """Return how many bytes should go between two calls of :meth:`pace`."""
        rates = [rate for rate in (self._total.rate, self._ways[direction].rate) if rate is not None]
        if not rates:
            return MAX_DATA
        return max(_SMALLEST_PIECE, min(_LARGEST_PIECE, int(min(rates) * _BURST_S)))
