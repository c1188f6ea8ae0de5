"""Long work on this computer: runs in a thread, tells how far it is, and ends when nobody wants it any more."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from shared.errors import Code, LocalError
from shared.protocol.limits import PROGRESS_INTERVAL
from shared.work import OnProgress, WorkProgress

T = TypeVar("T")


class Ticket:
    """What work tells and hears while it goes on, in its thread."""

    def __init__(
        self, report: Callable[[WorkProgress], None] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``report`` is called in the thread, at most twice a second; ``clock`` in seconds."""
        self._report = report
        self._clock = clock
        self._count = self._size = 0
        self._total_count: int | None = None
        self._total_size: int | None = None
        self._next = clock() + PROGRESS_INTERVAL
        self._reported = (0, 0)
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        """Say, from any thread, that the work is not wanted any more."""
        self._is_cancelled.set()

    def expects(self, count: int | None, size: int | None) -> None:
        """Say how many things and bytes there will be."""
        self._total_count, self._total_size = count, size

    def did(self, count: int = 0, size: int = 0) -> None:
        """Count things and bytes as done. Raises LocalError (CANCELLED) when the work is not wanted any more."""
        if self._is_cancelled.is_set():
            raise LocalError(Code.CANCELLED)
        self._count += count
        self._size += size
        if self._report is None or self._clock() < self._next or self._reported == (self._count, self._size):
            return
        self._next = self._clock() + PROGRESS_INTERVAL
        self._reported = self._count, self._size
        self._report(WorkProgress(self._count, self._size, self._total_count, self._total_size))


async def in_thread(work: Callable[[Ticket], T], on_progress: OnProgress | None) -> T:
    """Run ``work`` in a thread. A cancel ends it at its next step, and this once it has ended.

    ``on_progress`` is called on the loop.
    """
    loop = asyncio.get_running_loop()

    def report(progress: WorkProgress) -> None:
        if on_progress is not None:
            # The loop may be closing: then nobody looks any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(on_progress, progress)

    ticket = Ticket(report)
    running = asyncio.ensure_future(asyncio.to_thread(work, ticket))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        ticket.cancel()
        running.add_done_callback(_look)
        await asyncio.wait({running})
        raise


def _look(task: asyncio.Future[T]) -> None:
    """Take note of how work ended that nobody wants the result of."""
    if not task.cancelled():
        task.exception()
