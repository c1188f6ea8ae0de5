"""How fast a line is, measured only while it is the line that holds its sender up. Pure: the caller has the clock.

A line that keeps up with its sender says nothing about itself, and needs no measuring: nothing is gained by sending
less over it. So a measurement counts when bytes were waiting for the line all the time that it took.
"""

from __future__ import annotations

from collections import deque

from shared.protocol import limits

_LEAST_S = 0.01
"""A shorter measurement says more about the scheduler than about the line."""

_KEPT = 32
_NEEDED = 3
"""The rate is that of so many measurements together, at most and at least."""

_NEEDED_BYTES = limits.MIB
_NEEDED_S = 0.5
"""They must cover so much, or so long: who stores small files stops now and then, and goes on faster after that."""

_FORGET_S = 2.0
"""A line that has kept up for so long is another line now."""


class LineRate:
    """The rate of one direction of one line. Times in seconds of any steady clock, amounts in bytes."""

    def __init__(self) -> None:
        self.delivered = 0
        self.waiting = 0
        """What had gone over it at the last look, and what waited for it then."""
        self._samples: deque[tuple[int, float]] = deque()
        self._bytes = 0
        self._seconds = 0.0
        self._mark: tuple[float, int] | None = None
        self._last_held = 0.0

    @property
    def bytes_per_s(self) -> float | None:
        """The rate; None while it is not known, or does not matter because the line keeps up."""
        if len(self._samples) < _NEEDED or (self._bytes < _NEEDED_BYTES and self._seconds < _NEEDED_S):
            return None
        return max(self._bytes, 1) / self._seconds

    @property
    def is_being_learned(self) -> bool:
        """Whether the line holds the sender up, and it will be known soon how much."""
        return bool(self._samples) and self.bytes_per_s is None

    def look(self, now: float, delivered: int, waiting: int) -> None:
        """Take note, before more is sent, of how much has gone over the line since it exists, and of what still waits
        of all that was sent: nothing, when the line keeps up."""
        self.delivered, self.waiting = delivered, waiting
        if self._mark is None or not waiting:
            self._mark = (now, delivered)
            if now - self._last_held > _FORGET_S:
                self.forget()
            return
        since, before = self._mark
        seconds, count = now - since, delivered - before
        if seconds < _LEAST_S:
            return
        self._mark, self._last_held = (now, delivered), now
        if len(self._samples) == _KEPT:
            oldest_count, oldest_seconds = self._samples.popleft()
            self._bytes -= oldest_count
            self._seconds -= oldest_seconds
        self._samples.append((count, seconds))
        self._bytes += count
        self._seconds += seconds

    def forget(self) -> None:
        """Begin anew: what was measured is to be found out again."""
        self._samples.clear()
        self._bytes, self._seconds = 0, 0.0
