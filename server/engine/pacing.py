"""Rate limits: token buckets that any number of transfers share, one pair an account and one for the server.

A bucket is the generic cell rate algorithm (ITU-T I.371, annex A): one number, the time at which what was let through
so far is paid for. Who takes from it is told how long to wait, in the order of asking, so those who share it share it
fairly; a change of the rate counts from the next piece on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from server.config import MIN_RATE
from shared.protocol import limits

LARGEST_PIECE = 256 * limits.KIB
SMALLEST_PIECE = 4 * limits.KIB

BURST_SECONDS = 0.25
"""What may pass at once after a pause: enough for a listing or a small file, too short to be seen in a graph."""


class Bucket:
    """``rate`` in bytes per second, None for no limit. Thread-safe; waits for nobody itself."""

    def __init__(self, rate: int | None = None) -> None:
        self._lock = threading.Lock()
        self._paid_at = 0.0
        self._rate: int | None = None
        self.set_rate(rate)

    @property
    def rate(self) -> int | None:
        return self._rate

    def set_rate(self, rate: int | None) -> None:
        """Change the limit, live."""
        with self._lock:
            self._rate = None if rate is None else max(rate, MIN_RATE)
            # What was reserved at the old rate must not hold up the new one.
            self._paid_at = 0.0

    def take(self, count: int, now: float) -> float:
        """Let ``count`` bytes through; return the seconds to wait before (or after) moving them."""
        with self._lock:
            if self._rate is None:
                return 0.0
            self._paid_at = max(self._paid_at, now) + count / self._rate
            return max(0.0, self._paid_at - now - BURST_SECONDS)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Rates:
    """Both directions of one limit, as the client sees them."""

    upload: Bucket = field(default_factory=Bucket)
    download: Bucket = field(default_factory=Bucket)

    def set(self, upload: int | None, download: int | None) -> None:
        """Change both limits where they differ; bytes per second, None for none."""
        for bucket, rate in ((self.upload, upload), (self.download, download)):
            if bucket.rate != (None if rate is None else max(rate, MIN_RATE)):
                bucket.set_rate(rate)


class Pacer:
    """One connection's share of the buckets it is under; for the one worker that has its turn."""

    def __init__(
        self,
        *limited_by: Bucket,
        wait: Callable[[float], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``wait`` sleeps for so many seconds, or less when the connection is to end."""
        self._buckets = limited_by
        self._wait = wait
        self._clock = clock

    @property
    def piece(self) -> int | None:
        """How much content to move between two calls of :meth:`pace`; None while there is no limit."""
        rates = [bucket.rate for bucket in self._buckets if bucket.rate is not None]
        if not rates:
            return None
        # Eight pieces a second at least: neither a stutter, nor a wait that looks like a dead line.
        return max(SMALLEST_PIECE, min(LARGEST_PIECE, min(rates) // 8))

    def pace(self, count: int) -> None:
        """Wait until ``count`` more bytes are within every limit."""
        now = self._clock()
        delay = max((bucket.take(count, now) for bucket in self._buckets), default=0.0)
        if delay > 0:
            self._wait(delay)


class RateBook:
    """The buckets of a server: one pair for all, one for each account that has a live session. Thread-safe."""

    def __init__(self) -> None:
        self.total = Rates()
        self._lock = threading.Lock()
        self._accounts: WeakValueDictionary[str, Rates] = WeakValueDictionary()

    def of(self, account: str) -> Rates:
        """Return the pair that all sessions of an account share; it lives as long as one of them holds it."""
        with self._lock:
            rates = self._accounts.get(account)
            if rates is None:
                rates = self._accounts[account] = Rates()
            return rates
