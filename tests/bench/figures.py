"""What a row of the benchmark says: figures of both sides, their ratio, the bar, and whether it is met. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program and its children took: seconds of processor (user and system), most bytes resident at once."""

    cpu_s: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one command: seconds from its start to its end, and what both ends of the line took for it."""

    seconds: float
    client: Usage
    server: Usage


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one side, a value for each round. ``runs``: where they come from, when from commands."""

    name: str
    values: tuple[float, ...]
    runs: tuple[Run, ...] = ()

    @property
    def median(self) -> float:
        """The middle value; nan when there is none."""
        return statistics.median(self.values) if self.values else math.nan

    @classmethod
    def of_seconds(cls, name: str, runs: Sequence[Run]) -> Series:
        return cls(name, tuple(run.seconds for run in runs), tuple(runs))


class Measure(Enum):
    """What a bar is held against."""

    SPEED = "speed"
    """Their median over ours: how many times as fast; the bar is the least."""
    SHARE = "share"
    """Our median over theirs; the bar is the most."""
    VALUE = "value"
    """Our median itself; the bar is the most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What must be reached."""

    measure: Measure
    limit: float

    @classmethod
    def times_as_fast(cls, limit: float) -> Bar:
        return cls(Measure.SPEED, limit)

    @classmethod
    def share(cls, limit: float) -> Bar:
        return cls(Measure.SHARE, limit)

    @classmethod
    def at_most(cls, limit: float) -> Bar:
        return cls(Measure.VALUE, limit)

    def is_met_by(self, figure: float) -> bool:
        """Tell whether a figure reaches the bar; nan never does."""
        return figure >= self.limit if self.measure is Measure.SPEED else figure <= self.limit


_LEAST_SHARE = 0.05
"""Of a run: less of it is lost in how runs differ."""


class Verdict(Enum):
    """How a row ended. A gap is neither met nor missed: the other side could not be asked."""

    MET = "met"
    MISSED = "missed"
    GAP = "GAP"
    FAILED = "FAILED"
    INFO = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. ``unit`` is that of the values: s, ms, B, KiB, MiB or x.

    ``gap`` says why there is nothing to compare with, ``failure`` why there is nothing of ours. ``size`` in bytes
    is given where a rate is worth showing. ``note`` is for the reader.
    """

    case: str
    what: str
    unit: str
    ours: Series
    theirs: Series | None = None
    bar: Bar | None = None
    gap: str = ""
    failure: str = ""
    note: str = ""
    size: int | None = None
    more: dict[str, float] = field(default_factory=dict)

    @property
    def figure(self) -> float | None:
        """What the bar is held against; without a bar the speed, where there are two sides."""
        if not self.ours.values:
            return None
        measure = self.bar.measure if self.bar is not None else Measure.SPEED
        if measure is Measure.VALUE:
            return self.ours.median
        if self.theirs is None or not self.theirs.values:
            return None
        mine, other = self.ours.median, self.theirs.median
        above, below = (other, mine) if measure is Measure.SPEED else (mine, other)
        if below:
            return above / below
        return math.inf if above else math.nan

    @property
    def verdict(self) -> Verdict:
        if self.failure:
            return Verdict.FAILED
        if self.gap:
            return Verdict.GAP
        if self.bar is None:
            return Verdict.INFO
        figure = self.figure
        return Verdict.MET if figure is not None and self.bar.is_met_by(figure) else Verdict.MISSED


def gap(case: str, what: str, reason: str, bar: Bar | None = None, unit: str = "s") -> Row:
    """Return the row for something that could not be compared or measured here."""
    return Row(case, what, unit, Series("wherry", ()), bar=bar, gap=reason)


def failed(case: str, what: str, reason: str) -> Row:
    """Return the row for something of ours that did not work: worse than any figure."""
    return Row(case, what, "", Series("wherry", ()), failure=reason)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` (0 to 1) of all values do not exceed; nan for none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def per_item_growth(small: tuple[int, float], large: tuple[int, float], floor_s: float = 0.0) -> float:
    """Return how many times the cost of one item has grown from ``small`` to ``large``, each (items, seconds).

    ``floor_s`` is what a run of next to nothing takes; left in, it would flatter the large run. nan when so little is
    left of the small run without it that nothing can be told.
    """
    (few, few_s), (many, many_s) = small, large
    if few_s <= floor_s + _LEAST_SHARE * few_s:
        return math.nan
    return (many_s - floor_s) / many / ((few_s - floor_s) / few)
