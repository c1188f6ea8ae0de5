"""Keeps all channels together at a rate: a token bucket that many threads draw from."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_BURST_S = 0.1
"""Seconds' worth of bytes that may go at once: small enough to keep the rate even, large enough for a frame."""


class Throttle:
    """Call it with a number of bytes; it waits as long as the rate demands. ``rate`` is bytes per second.

    Time is borrowed, not lent in advance: each call books its bytes on a common time line and sleeps until its
    own have been paid for, so that the sum over all threads keeps the rate whatever the size of a call.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if rate <= 0:
            raise ValueError("a rate must be positive")
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._paid_until = clock()

    def __call__(self, count: int) -> None:
        with self._lock:
            now = self._clock()
            self._paid_until = max(self._paid_until, now - _BURST_S) + count / self._rate
            wait = self._paid_until - now
        if wait > 0:
            self._sleep(wait)
