"""How fast a line is, measured only while it is the line that holds its sender up. Pure: the caller has the clock.

A line that keeps up with its sender says nothing about itself, and needs no measuring: nothing is gained by sending
less over it. So a measurement counts when bytes were waiting for the line all the time that it took.
"""

from __future__ import annotations

from collections import deque

_LEAST_S = 0.01
"""A shorter measurement says more about the scheduler than about the line."""

_KEPT = 16
_NEEDED = 3
"""The rate is that of so many measurements together, at most and at least."""

_FORGET_S = 2.0
"""A line that has kept up for so long is another line now."""


class LineRate:
    """The rate of one direction of one line. Times in seconds of any steady clock, amounts in bytes."""

    def __init__(self) -> None:
        self.delivered = 0
        self.waiting = 0
        """What had gone over it at the last look, and what waited for it then."""
        self._samples: deque[tuple[int, float]] = deque(maxlen=_KEPT)
        self._mark: tuple[float, int] | None = None
        self._last_held = 0.0

    @property
    def bytes_per_s(self) -> float | None:
        """The rate; None while it is not known, or does not matter because the line keeps up."""
        if len(self._samples) < _NEEDED:
            return None
        return sum(count for count, _ in self._samples) / sum(seconds for _, seconds in self._samples)

    @property
    def is_being_learned(self) -> bool:
        """Whether the line holds the sender up, and it will be known soon how much."""
        return 0 < len(self._samples) < _NEEDED

    def look(self, now: float, delivered: int, waiting: int) -> None:
        """Take note, before more is sent, of how much has gone over the line since it exists, and of what still waits
        of all that was sent: nothing, when the line keeps up."""
        self.delivered, self.waiting = delivered, waiting
        if self._mark is None or not waiting:
            self._mark = (now, delivered)
            if now - self._last_held > _FORGET_S:
                self._samples.clear()
            return
        since, before = self._mark
        seconds, count = now - since, delivered - before
        if seconds < _LEAST_S:
            return
        self._mark, self._last_held = (now, delivered), now
        self._samples.append((max(count, 1), seconds))

    def forget(self) -> None:
        """Begin anew: what was measured is to be found out again."""
        self._samples.clear()
