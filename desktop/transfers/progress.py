"""How far things are, for whoever pulls: rates from measured time, rows that changed, and totals. Keeps no timer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.transfers.items import Existing, Item, State

SMOOTHING_S = 3.0
"""Time constant of the mean: steady enough to read, quick enough to show a stall."""


class RateMeter:
    """An exponentially weighted mean of a growing count, in units per second of the clock that is passed in."""

    __slots__ = ("_count", "_is_primed", "_rate", "_when")

    def __init__(self, count: int, now: float) -> None:
        self._count = count
        self._when = now
        self._rate = 0.0
        self._is_primed = False

    def update(self, count: int, now: float) -> float:
        """Take a new reading and return the smoothed rate; readings of one moment change nothing."""
        passed = now - self._when
        if passed <= 0.0:
            return self._rate
        sample = max(0, count - self._count) / passed
        # The first sample is all that is known; after it, weight by the time that really passed, not by a timer's.
        weight = 1.0 - math.exp(-passed / SMOOTHING_S) if self._is_primed else 1.0
        self._rate += weight * (sample - self._rate)
        self._is_primed = True
        self._count = count
        self._when = now
        return self._rate


def eta_s(bytes_left: int, rate_bps: float) -> float | None:
    """Return the seconds left, or None while nothing moves. Rates here are bytes per second."""
    if bytes_left <= 0:
        return 0.0
    return bytes_left / rate_bps if rate_bps >= 1.0 else None


@dataclass(frozen=True, slots=True)
class Group:
    """What is below a top-level folder: counts of items, bytes of their sizes and of what is in place.

    ``leading`` is the most telling state of those that are open, None when none is.
    """

    items: int = 0
    open: int = 0
    failed: int = 0
    size: int = 0
    moved: int = 0
    leading: State | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row as it is now. Bytes, bytes per second, seconds; ``eta_s`` is None while unknown.

    ``existing`` is what an ASKING item's question is about; ``group`` is set for a folder that has contents.
    While ``is_comparing``, ``moved`` counts what has been compared.
    """

    item: Item
    moved: int
    rate_bps: float = 0.0
    eta_s: float | None = None
    existing: Existing | None = None
    group: Group | None = None
    is_removed: bool = False
    is_comparing: bool = False
    """Running, and so far only read on both sides, to tell whether the contents differ."""
    stalled_s: float = 0.0
    """Seconds for which nothing has moved though it should; 0 while all is well."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A batch that may not fit where it goes: bytes to come, and free bytes less the reserve. ``where`` is the site,
    or the local folder, ready to display."""

    batch: int
    needed: int
    free: int
    where: str


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole queue at one moment. ``bytes_total`` and ``bytes_moved`` leave out what failed or was skipped,
    and what was finished before this start of the program."""

    counts: Mapping[State, int]
    bytes_total: int
    bytes_moved: int
    rate_bps: float
    eta_s: float | None
    is_paused: bool = False
    """The whole queue is held."""
    shortages: tuple[Shortage, ...] = ()
    """Open batches that may not fit, oldest first."""

    def count(self, *states: State) -> int:
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def queued(self) -> int:
        """Items that will go on by themselves."""
        return self.count(State.QUEUED, State.WAITING, State.SCANNING)

    @property
    def active(self) -> int:
        return self.count(State.RUNNING)

    @property
    def paused(self) -> int:
        return self.count(State.PAUSED)

    @property
    def asking(self) -> int:
        return self.count(State.ASKING)

    @property
    def failed(self) -> int:
        return self.count(State.FAILED)

    @property
    def done(self) -> int:
        return self.count(State.DONE)
