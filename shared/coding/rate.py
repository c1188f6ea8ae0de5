"""How fast a line is, measured only while it is the line that holds its sender up. Pure: the caller has the clock.

A line that keeps up with its sender says nothing about itself, and needs no measuring: nothing is gained by sending
less over it. So a measurement counts when bytes were waiting for the line all the time that it took.
"""

from __future__ import annotations

from collections import deque
from statistics import median

_LEAST_S = 0.005
"""A shorter measurement says more about the scheduler than about the line."""

_KEPT = 5
_NEEDED = 3
"""The rate is the median of so many measurements at most and at least: a single hiccup moves nothing."""

_FORGET_S = 2.0
"""A line that has kept up for so long is another line now."""


class LineRate:
    """The rate of one direction of one line. Times in seconds of any steady clock, amounts in bytes."""

    def __init__(self) -> None:
        self.held_s = 0.0
        """How long the line has held the sender up, as far as it was measured."""
        self._samples: deque[float] = deque(maxlen=_KEPT)
        self._mark: tuple[float, int] | None = None
        self._last_held = 0.0

    @property
    def bytes_per_s(self) -> float | None:
        """The rate; None while it is not known, or does not matter because the line keeps up."""
        return median(self._samples) if len(self._samples) >= _NEEDED else None

    @property
    def is_settled(self) -> bool:
        """Whether further measurements would tell nothing new about whether it holds the sender up."""
        return self._mark is None or not self._samples or len(self._samples) >= _NEEDED

    def look(self, now: float, delivered: int, is_held_up: bool) -> None:
        """Take note, before more is sent, of how much has gone over the line since it exists.

        ``is_held_up``: something that was sent before is still waiting for the line.
        """
        if self._mark is None or not is_held_up:
            self._mark = (now, delivered)
            if now - self._last_held > _FORGET_S:
                self._samples.clear()
            return
        since, before = self._mark
        if now - since < _LEAST_S:
            return
        self._mark, self._last_held = (now, delivered), now
        self.held_s += now - since
        self._samples.append(max(delivered - before, 1) / (now - since))

    def forget(self) -> None:
        """Begin anew: what was measured no longer holds."""
        self._samples.clear()
