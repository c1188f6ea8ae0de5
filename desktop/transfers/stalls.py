"""Which runs should move and do not: from counters that are read now and then. Stops nothing and keeps no timer.

Breaking a dead line is the channel's own affair: it hears each sign of life of the other side, and gives up after
STALL_DEADLINE without one; the queue then connects again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from desktop.transfers.courier import Run

STALLED_S = 10.0
"""Without a byte for so long a person would like to know; slow disks and servers take a few seconds now and then."""

LOOK_S = 1.0
"""How often the counters are to be read while something is under way."""


@dataclass(slots=True)
class _Seen:
    looks: tuple[int, int]
    since: float


class StallWatch:
    """Counters of runs as they were when they changed last. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._seen: dict[Run, _Seen] = {}
        self._stalled: dict[int, float] = {}

    def look(self, runs: Iterable[Run], in_hand: Collection[int], now: float) -> None:
        """Read the counters. A run moves when bytes do, in any of its items, or when an item ends."""
        self._stalled.clear()
        for run in runs:
            left = [id for id in run.tasks if id in in_hand]
            moved = sum(task.progress.sent + task.progress.moved + task.progress.checked for task in run.tasks.values())
            channel = run.channel
            looks = (len(left), moved + (channel.traffic if channel is not None else 0))
            seen = self._seen.get(run)
            if seen is None or seen.looks != looks:
                self._seen[run] = _Seen(looks, now)
            elif now - seen.since >= STALLED_S:
                self._stalled.update(dict.fromkeys(left, now - seen.since))

    def stalled_s(self, id: int) -> float:
        """Return the seconds for which an item's run has not moved, as of the last look; 0 while it moves."""
        return self._stalled.get(id, 0.0)

    @property
    def is_any(self) -> bool:
        return bool(self._stalled)

    def forget(self, run: Run) -> None:
        """The run has ended."""
        self._seen.pop(run, None)
        for id in run.tasks:
            self._stalled.pop(id, None)
