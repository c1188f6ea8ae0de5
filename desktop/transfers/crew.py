"""The engine's threads and its one alarm clock: the door out to blocking code, and the door back into the loop.

Knows nothing of items.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

LINGER_S = 0.05
"""How long reports may wait for company, so that many small files share a wake-up and a write."""

MAX_WORKERS = 64
"""More than any setting of channels asks for; threads are made only when needed."""


class Crew(Generic[T]):
    """Workers for channels and disks, one clerk for the store, so that writes keep their order."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.wake = asyncio.Event()
        """Set when the engine should look again; by reports, by the alarm, and by anybody in the loop."""
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._workers = ThreadPoolExecutor(MAX_WORKERS, "transfer")
        self._clerk = ThreadPoolExecutor(1, "queue-store")
        self._reports: deque[T] = deque()
        self._is_nudged = False
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = 0.0

    def open(self) -> None:
        """Begin, in the running event loop; no thread is made before there is a call for it."""
        self._loop = asyncio.get_running_loop()

    async def work(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a blocking call in a worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, lambda: call(*args, **kwargs))

    async def write(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a call to the store in the clerk's thread, after those before it."""
        return await asyncio.get_running_loop().run_in_executor(self._clerk, lambda: call(*args, **kwargs))

    def report(self, report: T) -> None:
        """Bring a report from any thread; the engine is woken within LINGER_S."""
        self._reports.append(report)
        if not self._is_nudged and self._loop is not None:
            self._is_nudged = True
            self._loop.call_soon_threadsafe(self._linger)

    def take_reports(self, limit: int) -> list[T]:
        """Return, and forget, at most ``limit`` reports, the oldest first."""
        self._is_nudged = False  # before looking: a report that comes now nudges again
        return [self._reports.popleft() for _ in range(min(limit, len(self._reports)))]

    def ring_at(self, when: float) -> None:
        """Set :attr:`wake` at a time of the clock; the earliest of several counts."""
        if self._alarm is not None:
            if self._alarm_at <= when:
                return
            self._alarm.cancel()
        self._alarm_at = when
        self._alarm = asyncio.get_running_loop().call_later(max(0.0, when - self._clock()), self._ring)

    def dismiss(self) -> None:
        """End all threads; every call must have returned. Nothing rings or reports after it."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._loop = None
        self._workers.shutdown()
        self._clerk.shutdown()

    def _linger(self) -> None:
        self.ring_at(self._clock() + LINGER_S)

    def _ring(self) -> None:
        self._alarm = None
        self.wake.set()
