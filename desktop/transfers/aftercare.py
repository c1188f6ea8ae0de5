"""What is done about a batch beside moving its items: its folders settled, its size measured, its history bounded.

Starts errands and takes what they bring back; decides nothing that settling.py and history.py do not say.
"""

from __future__ import annotations

import asyncio
import os.path
from collections.abc import Iterator

from desktop.transfers import history, retry
from desktop.transfers.board import Board
from desktop.transfers.errands import Errands
from desktop.transfers.foreman import Clocks, Foreman
from desktop.transfers.items import Batch, Policy
from desktop.transfers.wishes import Wishes

MEASURE_AGAIN_S = 30.0
"""How long a shortage stands before the space is looked at again: somebody may have made room."""

_MEASURED = frozenset({Policy.ASK, Policy.OVERWRITE, Policy.RENAME})
"""The other policies are for what is there in part: how much of it will travel nobody knows beforehand."""


class Aftercare:
    """For one engine; called in its loop."""

    def __init__(self, foreman: Foreman, errands: Errands, board: Board, wishes: Wishes, clocks: Clocks) -> None:
        self._foreman = foreman
        self._ledger = foreman.ledger
        self._settling = foreman.settling
        self._errands = errands
        self._board = board
        self._wishes = wishes
        self._clocks = clocks
        self.keep = history.KEEP
        """Ended items that stay on the list."""
        self._late: dict[int, tuple[float, int]] = {}
        """Batches whose folders could not be reached: when that is tried again, and how often it was."""
        self._given_up: set[int] = set()
        self._short: dict[int, str] = {}
        """Batches that may not fit, each with a local path of it."""
        self._measure_again_at: float | None = None

    def begin(self, tasks: asyncio.TaskGroup) -> None:
        """Start what is due."""
        now = self._clocks.now()
        for batch in self._settling.take_ready():
            # As long as it is held, whoever waits for the batch waits for its folders too.
            self._ledger.hold(batch.id)
            tasks.create_task(self._settle(batch, 0))
        for id, (when, attempts) in list(self._late.items()):
            if when <= now:
                del self._late[id]
                tasks.create_task(self._settle(self._ledger.batches[id], attempts))
        self._measure_due(tasks, now)

    def wake_at(self) -> float | None:
        """Return when time alone makes something due; None for never."""
        times = [when for when, _ in self._late.values()]
        if self._measure_again_at is not None:
            times.append(self._measure_again_at)
        return min(times, default=None)

    def site_ready(self, site: str) -> None:
        """The line to a site is up again: its folders can be reached."""
        for id, (_, attempts) in self._late.items():
            if self._ledger.batches[id].site == site:
                self._late[id] = (0.0, attempts)
        for id in [id for id in self._given_up if self._ledger.batches[id].site == site]:
            self._given_up.discard(id)
            self._settling.again(id)

    def forget_old(self) -> Iterator[None]:
        """Take what has ended long ago off the list; looks when its turn comes."""
        yield from self._wishes.forget(
            history.to_forget(self._ledger.items.values(), self._ledger.is_open, self._clocks.wall(), self.keep)
        )

    @property
    def is_history_long(self) -> bool:
        """Whether so much has ended that somebody should look."""
        return self._ledger.ended > self.keep + history.SLACK

    async def _settle(self, batch: Batch, attempts: int) -> None:
        error = await self._errands.settle(batch, self._settling.folders(batch.id))
        attempts += 1
        if error is not None and retry.is_tried_again(error, attempts) and not self._errands.is_stopping:
            self._late[batch.id] = (self._clocks.now() + retry.delay_s(attempts), attempts)
        else:
            if error is None:
                self._settling.settled(batch.id)
            else:
                self._given_up.add(batch.id)
            self._ledger.release(batch.id)
        self._errands.wake()

    def _measure_due(self, tasks: asyncio.TaskGroup, now: float) -> None:
        unmeasured = self._foreman.unmeasured
        if self._measure_again_at is not None and self._measure_again_at <= now:
            for id, local in self._short.items():
                unmeasured.setdefault(id, local)
            self._measure_again_at = None
        for id in [id for id in unmeasured if self._ledger.is_measured(id)]:
            local = unmeasured.pop(id)
            self._board.shortages.pop(id, None)
            self._short.pop(id, None)
            batch = self._ledger.batches[id]
            if batch.policy in _MEASURED and self._ledger.left(id):
                tasks.create_task(self._measure(batch, local))

    async def _measure(self, batch: Batch, local: str) -> None:
        shortage = await self._errands.measure(batch, self._ledger.left(batch.id), os.path.dirname(local))
        if shortage is not None:
            self._board.shortages[batch.id] = shortage
            self._short[batch.id] = local
            self._measure_again_at = self._clocks.now() + MEASURE_AGAIN_S
        self._errands.wake()
