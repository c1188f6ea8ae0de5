"""Work that takes its time: says how far it is, and hears when nobody wants it any more. Does none itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from server.requests.exchange import Exchange
from server.storage.failure import StorageError
from shared.errors import Code
from shared.names import RemotePath
from shared.protocol import limits, messages

_LOOK_INTERVAL = 0.05
"""Seconds between two looks for a Stop: each costs a system call."""


class Work:
    """The progress of one request, for its handler. Call :meth:`did` or :meth:`step` between pieces of work.

    Both raise StorageError (CANCELLED) once the client has said Stop, and what the connection raises when it is over.
    """

    def __init__(
        self, exchange: Exchange, request: int, at: RemotePath, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``at`` is the path that the work is about; ``clock`` in seconds."""
        self.count = 0
        self.size = 0
        self.total_count: int | None = None
        self.total_size: int | None = None
        self._exchange = exchange
        self._request = request
        self._at = at
        self._clock = clock
        self._next_look = 0.0
        self._next_report = clock() + limits.PROGRESS_INTERVAL
        self._reported = (0, 0)

    def did(self, count: int = 0, size: int = 0) -> None:
        """Count things and bytes as done, then :meth:`step`."""
        self.count += count
        self.size += size
        self.step()

    def step(self) -> None:
        """Look whether the work is still wanted; report how far it is, when that is due. Cheap."""
        now = self._clock()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_INTERVAL
        if self._exchange.is_stopped(self._request):
            raise StorageError(Code.CANCELLED, "stopped at the client's wish", at=self._at)
        if now >= self._next_report and self._reported != (self.count, self.size):
            self._next_report = now + limits.PROGRESS_INTERVAL
            self._report()
        self._exchange.keep_alive()

    def _report(self) -> None:
        if not self._exchange.knows_long_work:
            return
        self._reported = self.count, self.size
        self._exchange.send_now(
            messages.Progress(
                id=self._request,
                count=self.count,
                size=self.size,
                total_count=self.total_count,
                total_size=self.total_size,
            )
        )
