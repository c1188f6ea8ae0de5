"""How fast things move, from counters read now and then. Pure: the time is passed in, monotonic seconds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

WINDOW_S = 3.0
"""A rate is the mean over so long: calm enough to read, quick enough to believe."""


class Rates(Generic[K]):
    """Rates in bytes per second of counters that only grow, each known by a key."""

    def __init__(self) -> None:
        self._readings: dict[K, list[tuple[float, int]]] = {}

    def read(self, now: float, counters: Mapping[K, int]) -> dict[K, float]:
        """Take the counters of this moment and return the rate of each; keys that are gone are forgotten.

        A counter seen for the first time, or one that was set back, has the rate 0 until the next reading.
        """
        self._readings = {key: self._next(key, now, count) for key, count in counters.items()}
        return {key: _slope(readings) for key, readings in self._readings.items()}

    def _next(self, key: K, now: float, count: int) -> list[tuple[float, int]]:
        readings = self._readings.get(key, [])
        if readings and count < readings[-1][1]:
            readings = []
        # The newest reading that is old enough stays as the beginning of the window.
        while len(readings) > 1 and readings[1][0] <= now - WINDOW_S:
            readings = readings[1:]
        return [*readings, (now, count)]


def _slope(readings: list[tuple[float, int]]) -> float:
    (first_time, first), (last_time, last) = readings[0], readings[-1]
    return (last - first) / (last_time - first_time) if last_time > first_time else 0.0
