"""Runs the queue: carries out what the scheduler decides, in worker threads, and keeps the store in step.

One task of the event loop changes items; it owns all other tasks and ends them in :meth:`TransferEngine.stop`.
Blocking calls run in the engine's own threads: workers for channels and disks, and one clerk for the store, so
that writes keep their order. Threads report through a queue and one ``call_soon_threadsafe``. What is done about
a report stands in foreman.py, what a person can want in wishes.py. Knows no Qt, socket or SQL.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from msgspec.structs import replace as change

from desktop.transfers.aftercare import Aftercare
from desktop.transfers.board import Board
from desktop.transfers.courier import Report
from desktop.transfers.crew import Crew
from desktop.transfers.errands import Errands
from desktop.transfers.foreman import Clocks, Foreman
from desktop.transfers.items import Batch, Decision, Direction, Item, Policy, Priority, Source
from desktop.transfers.ledger import Ledger, Writes
from desktop.transfers.ports import Links, LocalFiles, Store
from desktop.transfers.positions import Where
from desktop.transfers.progress import Change, Totals
from desktop.transfers.scan import Target, source_item
from desktop.transfers.scheduler import Limits, Scheduler, Work
from desktop.transfers.stalls import LOOK_S
from desktop.transfers.wishes import Wishes
from shared.errors import WherryError

_log = logging.getLogger(__name__)

CHUNK = 500
"""Items handled between two breaths of the loop: a few milliseconds."""

STORE_RETRY_S = 5.0
GRACE_S = 5.0
"""How long a stop waits for workers to stop by themselves before it cuts their connections."""


class TransferEngine:
    """The queue of transfers, running. All methods are for the thread of the event loop that started it.

    ``store`` and ``links`` stay the caller's to close, after :meth:`stop`. ``max_channels``: at most so many in all;
    None or 0 for as many as what is queued can use. ``patience``: how many losses of a
    site in a row fail what waits for it; None waits for ever, as a window should and a command line should not.
    ``on_change`` is called in the loop, once between two calls of :meth:`drain`, when there is something to drain
    or something moves; also from within ``drain``, so it should only start a timer.
    """

    def __init__(
        self,
        store: Store,
        links: Links,
        files: LocalFiles,
        *,
        max_channels: int | None = None,
        patience: int | None = 8,
        on_change: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._on_change = on_change
        self._clock = clock
        self._wall_clock = wall_clock
        self._ledger = Ledger()
        self._scheduler = Scheduler(Limits(channels=max_channels or None))
        clocks = Clocks(clock, wall_clock)
        self._foreman = Foreman(self._ledger, self._scheduler, clocks, patience=patience)
        self._wishes = Wishes(self._foreman)
        self._crew: Crew[tuple[int, Report]] = Crew(clock)
        self._links = links
        self._errands = Errands(self._crew, self._foreman, store, links, files, clock)
        self._board = Board(self._foreman, self._errands.stalls, clock)
        self._aftercare = Aftercare(self._foreman, self._errands, self._board, self._wishes, clocks)
        self._is_pause_stored = False
        self._orders: deque[Iterator[None]] = deque()
        self._waiters: dict[int, asyncio.Event] = {}
        self._is_writing = False
        self._is_stopping = False
        self._is_shown = True
        self._trouble: WherryError | None = None
        self._main: asyncio.Task[None] | None = None

    # --- Life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Load the queue and begin to work on it. Raises ConfigError when the store cannot be read."""
        if self._is_stopping or self._main is not None:
            raise RuntimeError("the engine was started before")
        self._crew.open()
        try:
            batches, items = await self._crew.write(self._store.load)
        except BaseException:
            self._crew.dismiss()
            raise
        self._is_pause_stored = self._store.is_paused
        self._scheduler.is_paused = self._is_pause_stored
        for batch in batches:
            self._ledger.put_batch(batch, is_new=True)
        await _breathe(map(self._foreman.restore, items))
        self._orders.append(self._aftercare.forget_old())
        self._main = asyncio.create_task(self._work(), name="transfer engine")
        self._crew.wake.set()

    async def stop(self) -> None:
        """Stop the workers where a resume can go on, write everything, and end all threads.

        A worker that does not stop within GRACE_S has its connection cut. Raises what ended the engine if that
        was a bug. A second call does nothing.
        """
        main, self._main = self._main, None
        if main is None:
            return
        self._is_stopping = True
        self._crew.wake.set()
        try:
            await main
        finally:
            self._crew.dismiss()

    @property
    def trouble(self) -> WherryError | None:
        """Why the queue could not be stored just now; it works on and tries again. None when all is well."""
        return self._trouble

    # --- Adding ----------------------------------------------------------------------------------------------

    async def add(
        self,
        title: str,
        direction: Direction,
        site: str,
        sources: Sequence[Source],
        target: Target,
        policy: Policy = Policy.ASK,
        priority: Priority = Priority.NORMAL,
    ) -> int:
        """Put things into the queue and return the batch's id: each source goes into the folder ``target``.

        When this returns all sources are stored; what is below them is looked for while files move already.
        """
        if self._main is None:
            raise RuntimeError("the engine does not run")
        new = Batch(0, direction, site, title, self._wall_clock(), policy, priority)
        batch = await self._crew.write(self._store.add_batch, new)
        self._ledger.put_batch(batch, is_new=True)
        self._ledger.hold(batch.id)
        try:
            items = await self._crew.write(self._store_sources, batch, tuple(sources), target)
            await _breathe(map(self._foreman.admit, items))
        finally:
            self._ledger.release(batch.id)
            self._crew.wake.set()
        return batch.id

    def _store_sources(self, batch: Batch, sources: Sequence[Source], target: Target) -> Sequence[Item]:
        items = (source_item(each, batch.id, batch.direction, batch.site, target) for each in sources)
        return self._store.add_items([change(item, priority=batch.priority) for item in items])

    async def finished(self, batch: int) -> None:
        """Wait until every item of the batch is in a final state that is stored, or the engine has stopped."""
        is_written = not (self._ledger.has_writes or self._is_writing)
        if self._main is None or (is_written and not self._ledger.is_open(batch)):
            return
        self._crew.wake.set()
        await self._waiters.setdefault(batch, asyncio.Event()).wait()

    # --- Wishes: done by the engine's task, in slices, in the order of the calls -----------------------------

    def pause(self, ids: Iterable[int]) -> None:
        self._order(self._wishes.pause(tuple(ids)))

    def resume(self, ids: Iterable[int]) -> None:
        self._order(self._wishes.resume(tuple(ids)))

    def cancel(self, ids: Iterable[int]) -> None:
        """Stop items for good and remove their unfinished parts, on both ends only what they made."""
        self._order(self._wishes.cancel(tuple(ids)))

    def retry(self, ids: Iterable[int]) -> None:
        self._order(self._wishes.retry(tuple(ids)))

    def retry_failed(self) -> None:
        self._order(self._wishes.retry_failed())

    def remove(self, ids: Iterable[int]) -> None:
        """Take items off the list; those not finished are cancelled first."""
        self._order(self._wishes.remove(tuple(ids)))

    def clear_finished(self) -> None:
        self._order(self._wishes.clear_finished())

    def move(self, ids: Iterable[int], where: Where) -> None:
        self._order(self._wishes.move(tuple(ids), where))

    def set_priority(self, ids: Iterable[int], priority: Priority) -> None:
        """Have items go before others, or after them, whatever their place."""
        self._order(self._wishes.prioritise(tuple(ids), priority))

    def answer(self, id: int, decision: Decision) -> None:
        """Say what to do about an ASKING item; with ``for_batch`` about all of its batch, now and to come."""
        self._order(self._wishes.answer(id, decision))

    def pause_all(self) -> None:
        """Hold the whole queue, also over the next start; items keep their states, and those that run go back to
        their places."""
        self._scheduler.is_paused = True
        self._errands.stop_runs()
        self._mark_changed()
        self.look_again()

    def resume_all(self) -> None:
        self._scheduler.is_paused = False
        self.look_again()

    @property
    def is_paused(self) -> bool:
        return self._scheduler.is_paused

    def set_max_channels(self, count: int | None) -> None:
        """Use at most so many channels from now on, or (None) as many as help; those running are not cut."""
        self._scheduler.limits = replace(self._scheduler.limits, channels=count or None)
        self.look_again()

    def set_history(self, count: int) -> None:
        """Keep so many ended items of finished batches; history.KEEP until it is said."""
        self._aftercare.keep = count
        self._order(self._aftercare.forget_old())

    def set_limits(self, total: int | None, up: int | None, down: int | None) -> None:
        """Keep all channels together at these rates from now on, in total and each way: bytes per second, None for
        no limit. Raises ValueError for a rate that is not positive."""
        self._links.set_limits(total, up, down)

    def site_ready(self, site: str) -> None:
        """The line to a site is up again: what waits for it is due at once."""
        self._scheduler.site_ready(site)
        self._aftercare.site_ready(site)
        self.look_again()

    def look_again(self) -> None:
        """Look at the clock anew: after the machine slept, timers may be late by as long."""
        self._crew.wake.set()

    def _order(self, order: Iterator[None]) -> None:
        self._orders.append(order)
        self.look_again()

    # --- Showing ---------------------------------------------------------------------------------------------

    def rows(self) -> list[Change]:
        """Return everything, by position."""
        return self._board.rows()

    def drain(self, limit: int = 1000) -> list[Change]:
        """Return what changed since the last call, running items included, at most about ``limit`` rows."""
        self._is_shown = True
        changes = self._board.drain(limit)
        if self._ledger.has_changes or self._foreman.tasks:
            self._mark_changed()
        return changes

    def totals(self) -> Totals:
        return self._board.totals()

    def batch(self, id: int) -> Batch:
        """Return a batch; raises KeyError."""
        return self._ledger.batches[id]

    def _mark_changed(self) -> None:
        if self._is_shown and self._on_change is not None:
            self._is_shown = False
            self._on_change()

    # --- The engine's task -----------------------------------------------------------------------------------

    async def _work(self) -> None:
        cut: asyncio.TimerHandle | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                while not self._is_stopping:
                    await self._crew.wake.wait()
                    self._crew.wake.clear()
                    await self._obey()
                    await self._errands.collect()
                    self._start_due(tasks)
                    self._aftercare.begin(tasks)
                    # Their last items are in this write or an earlier one.
                    settled = [batch for batch in self._waiters if not self._ledger.is_open(batch)]
                    await self._flush()
                    self._announce(settled)
                    if settled and self._aftercare.is_history_long:
                        self._orders.append(self._aftercare.forget_old())
                cut = asyncio.get_running_loop().call_later(GRACE_S, self._errands.cut)
                self._errands.stop()
            await self._obey()
            await self._errands.collect()
            while await self._flush():
                pass
            await self._errands.close(self._errands.idle.take_all())
        except Exception:
            _log.exception("the transfer engine ended by a bug")
            raise
        finally:
            if cut is not None:
                cut.cancel()
            for waiter in self._waiters.values():
                waiter.set()

    async def _obey(self) -> None:
        while self._orders:
            await _breathe(self._orders.popleft())

    def _start_due(self, tasks: asyncio.TaskGroup) -> None:
        now = self._clock()
        for id in self._scheduler.due(now):
            self._foreman.due(id)
        for site in self._scheduler.sites():
            self._scheduler.site_measured(site, self._links.round_trip_s(site))
        for start in self._scheduler.decide(now):
            if start.work is Work.SCAN:
                tasks.create_task(self._errands.scan(start, self._foreman.begin_scan(start)))
            else:
                tasks.create_task(self._errands.carry(self._errands.take(self._foreman.begin(start))))
        for item in self._foreman.take_discards():
            tasks.create_task(self._errands.discard(item))
        if expired := self._errands.idle.take_expired(now):
            tasks.create_task(self._errands.close(expired))
        if self._errands.is_carrying:
            self._errands.watch()
            self._crew.ring_at(now + LOOK_S)
        for at in (self._scheduler.wake_at(now), self._errands.idle.next_expiry(), self._aftercare.wake_at()):
            if at is not None:
                self._crew.ring_at(at)

    async def _flush(self) -> bool:
        """Write what changed; return whether there was something and it is written."""
        writes = self._ledger.take_writes()
        is_paused = self._scheduler.is_paused
        if not writes and is_paused is self._is_pause_stored:
            return False
        self._is_writing = True
        try:
            await self._crew.write(self._store_writes, writes)
            if is_paused is not self._is_pause_stored:
                await self._crew.write(self._store.set_paused, is_paused)
                self._is_pause_stored = is_paused
        except WherryError as error:
            _log.error("the queue could not be stored: %s", error)
            self._ledger.put_back(writes)
            self._trouble = error
            self._crew.ring_at(self._clock() + STORE_RETRY_S)
            return False
        finally:
            self._is_writing = False
        self._trouble = None
        return True

    def _store_writes(self, writes: Writes) -> None:
        for batch in writes.batches:
            self._store.update_batch(batch)
        if writes.items:
            self._store.update_items(writes.items)
        if writes.removed:
            self._store.remove_items(writes.removed)

    def _announce(self, settled: Sequence[int]) -> None:
        if self._trouble is None:
            if self._ledger.has_writes:
                self._crew.wake.set()
            for batch in settled:
                self._waiters.pop(batch).set()
        if self._ledger.has_changes or self._foreman.tasks:
            self._mark_changed()


async def _breathe(steps: Iterator[object]) -> None:
    """Run through an iterator, letting the loop do other things every few milliseconds."""
    for count, _ in enumerate(steps, 1):
        if count % CHUNK == 0:
            await asyncio.sleep(0)
