"""What the queue looks like at the moment it is asked: rows, changes and totals. Changes nothing in the queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from desktop.transfers.foreman import Foreman
from desktop.transfers.items import Item, State
from desktop.transfers.progress import Change, RateMeter, Shortage, Totals, eta_s
from desktop.transfers.stalls import StallWatch


class Board:
    """Reads the counters of running items and measures rates between two looks. For one reader."""

    def __init__(self, foreman: Foreman, stalls: StallWatch, clock: Callable[[], float]) -> None:
        self._foreman = foreman
        self._stalls = stalls
        self._ledger = foreman.ledger
        self._clock = clock
        self._meters: dict[int, RateMeter] = {}
        self._shown: dict[int, tuple[int, float, int]] = {}
        self._total_meter = RateMeter(0, clock())
        self.shortages: dict[int, Shortage] = {}
        """Batches that may not fit where they go, by id; also ended ones, until they are measured again."""

    def rows(self) -> list[Change]:
        """Return all items by position, without rates."""
        live = self._live_by_group()
        items = sorted(self._ledger.items.values(), key=lambda item: item.position)
        return [self._row(item, live) for item in items]

    def drain(self, limit: int) -> list[Change]:
        """Return what changed since the last call: at most ``limit`` items, and those that are moving."""
        now = self._clock()
        live = self._live_by_group()
        changed, gone = self._ledger.take_changes(limit)
        rows = {item.id: item for item in changed}
        for id in self._foreman.begun:
            item = self._ledger.items[id]
            if item.state is State.RUNNING and self._measure(item, now):
                rows[id] = item
        for group in live:
            if group in self._ledger.items:
                rows[group] = self._ledger.items[group]
        for id in [id for id in self._meters if id not in self._foreman.begun]:
            del self._meters[id], self._shown[id]
        changes = [Change(item, item.moved, is_removed=True) for item in gone]
        return changes + [self._row(item, live) for item in rows.values()]

    def totals(self) -> Totals:
        """Return counts and bytes of the whole queue; the rate is measured between calls."""
        moved, sent = self._ledger.moved, self._foreman.sent
        for id in self._foreman.begun:
            progress = self._foreman.tasks[id].progress
            moved += max(0, progress.moved - self._ledger.items[id].moved)
            sent += progress.sent
        rate = self._total_meter.update(sent, self._clock())
        size = max(self._ledger.size, moved)
        counts = {state: count for state, count in self._ledger.counts.items() if count}
        return Totals(
            counts, size, moved, rate, eta_s(size - moved, rate), self._foreman.scheduler.is_paused, self._shortages()
        )

    def _shortages(self) -> tuple[Shortage, ...]:
        return tuple(each for each in self.shortages.values() if self._ledger.is_open(each.batch))

    def _measure(self, item: Item, now: float) -> bool:
        """Read a running item's counters; return whether its row looks different from the last time."""
        progress = self._foreman.tasks[item.id].progress
        meter = self._meters.get(item.id)
        if meter is None:
            meter = self._meters[item.id] = RateMeter(0, now)
        rate = round(meter.update(progress.sent, now))
        stalled = int(self._stalls.stalled_s(item.id))
        looks = (progress.checked if progress.is_comparing else progress.moved, rate, stalled)
        is_new = self._shown.get(item.id) != looks
        self._shown[item.id] = looks
        return is_new

    def _row(self, item: Item, live: Counter[int]) -> Change:
        moved, rate = item.moved, 0.0
        group = self._ledger.group(item.id)
        if group is not None:
            # A new object by position: dataclasses.replace costs more than all the rest of this row.
            total = group.moved + live[item.id]
            group = type(group)(group.items, group.open, group.failed, group.size, total, group.leading)
        task = self._foreman.tasks.get(item.id)
        is_comparing = False
        stalled = 0.0
        if task is not None and item.state is State.RUNNING:
            is_comparing = task.progress.is_comparing
            # Until the worker has read what is in place already, the last known count is the better one.
            moved = task.progress.checked if is_comparing else task.progress.moved or item.moved
            _, rate, _ = self._shown.get(item.id, (0, 0.0, 0))
            stalled = self._stalls.stalled_s(item.id)
        eta = eta_s(item.size - moved, rate) if item.state is State.RUNNING else None
        existing = self._foreman.existing.get(item.id)
        return Change(item, moved, rate, eta, existing, group, is_comparing=is_comparing, stalled_s=stalled)

    def _live_by_group(self) -> Counter[int]:
        """Bytes that running items of a folder have moved since they were last written down."""
        live: Counter[int] = Counter()
        for id in self._foreman.begun:
            item, moved = self._ledger.items[id], self._foreman.tasks[id].progress.moved
            if item.group and moved > item.moved:
                live[item.group] += moved - item.moved
        return live
