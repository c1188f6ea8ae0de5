"""Between the transfer engine and its screen: wishes in, changes out at 10 Hz, questions one at a time.

It keeps no state of transfers of its own; what it shows is what the engine says.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop.client.session import Session
from desktop.controllers.questions import Conflict, Questions
from desktop.controllers.views import QueueRows
from desktop.controllers.wording import name_first
from desktop.runtime.coalescer import INTERVAL_MS, Coalescer, Pace
from desktop.runtime.task_scope import ErrorReport, TaskScope
from desktop.transfers.engine import TransferEngine
from desktop.transfers.items import Direction, Item, Policy, Priority, Progress, Source, State
from desktop.transfers.ports import Job
from desktop.transfers.positions import Where
from desktop.transfers.progress import Change
from shared.names import RemotePath

_log = logging.getLogger(__name__)

BUDGET_S = 0.005
"""How long one turn should occupy the window: with the repaint that may follow, less than a frame at 60 Hz."""

SMALLEST_SLICE, LARGEST_SLICE = 20, 2000
"""Rows in one turn: as many as the budget allows. What a backlog brings is shown ten times a second."""

_ASKING = "asking about conflicts"
_TELLING = "telling what went wrong"


@dataclass(frozen=True, slots=True)
class Crossing:
    """Things that are to be copied into a folder on the other side: the target of an upload is a RemotePath,
    that of a download a native path. ``names`` are those of the sources."""

    names: tuple[str, ...]
    direction: Direction
    site: str
    sources: Sequence[Source]
    target: str | RemotePath

    @property
    def title(self) -> str:
        """What a person calls it."""
        return name_first(self.names)


class SessionTable(Protocol):
    """Where the engine's threads find the sessions that are up."""

    def set_session(self, site: str, session: Session | None) -> None: ...

    def compare(self, site: str, job: Job) -> bool:
        """Blocking; see desktop.transfers.ports.Links."""


class QueueController(QObject):
    """The queue as the window sees it.

    Signals:
        totals_changed: the engine's Totals.
        local_folder_changed: something arrived in this local folder (str, native path).
        remote_folder_changed: something arrived on a site (str) in a folder (RemotePath).
        reveal_requested: the Item whose target folder should be shown.
        items_ended: items that came into a final state since the program started (list[Item]).
        trouble_changed: why the queue cannot be stored just now (WherryError), or None when it can again.
    """

    totals_changed = Signal(object)
    local_folder_changed = Signal(str)
    remote_folder_changed = Signal(str, object)
    trouble_changed = Signal(object)
    reveal_requested = Signal(object)
    items_ended = Signal(object)

    def __init__(
        self,
        engine: TransferEngine,
        links: SessionTable,
        rows: QueueRows,
        questions: Questions,
        failed: ErrorReport,
        *,
        policy: Policy = Policy.ASK,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._policy = policy
        self._engine = engine
        self._links = links
        self._rows = rows
        self._questions = questions
        self._scope = TaskScope("queue", failed)
        self._coalescer = Coalescer(self._pull, self)
        self._watched: dict[int, dict[int, Item]] = {}
        """Batches that somebody waits for, with their items as they were shown last."""
        self._asking: dict[int, Change] = {}
        self._answered: set[int] = set()
        self._trouble: object = None
        self._told_at = 0.0
        self._slice = SMALLEST_SLICE
        self._since = time.time()

    # --- Life ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Load what an earlier run left. Raises ConfigError when the store cannot be read."""
        await self._engine.start()
        # All that was loaded counts as changed, and is shown slice by slice.
        self._coalescer.flush()

    async def close(self) -> None:
        """Stop the transfers where a resume can go on."""
        self._coalescer.stop()
        await self._scope.close()
        await self._engine.stop()

    @property
    def unfinished(self) -> int:
        """Items that are under way or will go on by themselves."""
        totals = self._engine.totals()
        return totals.active + totals.queued

    def wake(self) -> None:
        """The engine's callback: there is something to show. Callable from any thread."""
        self._coalescer.wake()

    # --- Sessions -----------------------------------------------------------------------------------------------

    def use_session(self, session: Session) -> None:
        """A site is connected: what waits for it goes on."""
        self._links.set_session(session.site, session)
        self._engine.site_ready(session.site)

    def lose_session(self, site: str) -> None:
        """A site's session is over; its items wait."""
        self._links.set_session(site, None)

    # --- Adding -------------------------------------------------------------------------------------------------

    def add(self, crossing: Crossing) -> None:
        """Put a crossing at the end of the queue."""
        self._scope.start(self._added(crossing), f"adding {crossing.title} to the queue")

    async def carry(self, crossing: Crossing, policy: Policy | None = None) -> Sequence[Item]:
        """Put a crossing at the end of the queue, wait until all of it is final, and return its items.

        policy: what to do where a target exists, when that is decided already.
        An item that a person took off the list while it was not DONE counts as it was last.
        """
        batch = await self._added(crossing, policy)
        seen = self._watched.setdefault(batch, {})
        try:
            await self._engine.finished(batch)
            self._coalescer.flush()
            for row in self._engine.rows():
                if row.item.batch == batch:
                    seen[row.item.id] = row.item
            return list(seen.values())
        finally:
            del self._watched[batch]

    async def _added(self, crossing: Crossing, policy: Policy | None = None) -> int:
        policy = policy or self._policy
        return await self._engine.add(
            crossing.title, crossing.direction, crossing.site, crossing.sources, crossing.target, policy
        )

    # --- Wishes -------------------------------------------------------------------------------------------------

    def pause(self, ids: Sequence[int]) -> None:
        self._engine.pause(ids)

    def resume(self, ids: Sequence[int]) -> None:
        self._engine.resume(ids)

    def cancel(self, ids: Sequence[int]) -> None:
        self._engine.cancel(ids)

    def retry(self, ids: Sequence[int]) -> None:
        self._engine.retry(ids)

    def retry_failed(self) -> None:
        self._engine.retry_failed()

    def remove(self, ids: Sequence[int]) -> None:
        self._engine.remove(ids)

    def clear_finished(self) -> None:
        self._engine.clear_finished()

    def move(self, ids: Sequence[int], where: Where) -> None:
        self._engine.move(ids, where)

    def set_priority(self, ids: Sequence[int], priority: Priority) -> None:
        self._engine.set_priority(ids, priority)

    def set_policy(self, policy: Policy) -> None:
        """What is added from now on does this when its target exists."""
        self._policy = policy

    def set_limits(self, total: int | None, up: int | None, down: int | None) -> None:
        """Bytes per second for all transfers together and each way; None for no limit."""
        self._engine.set_limits(total, up, down)

    def set_history(self, count: int) -> None:
        """Keep so many ended items of finished batches."""
        self._engine.set_history(count)

    def set_max_channels(self, count: int | None) -> None:
        """Use at most so many connections; None for as many as help."""
        self._engine.set_max_channels(count)

    def pause_all(self, is_paused: bool) -> None:
        """Hold the whole queue, or let it go."""
        if is_paused:
            self._engine.pause_all()
        else:
            self._engine.resume_all()
        self._coalescer.wake()

    def ask_again(self, ids: Sequence[int]) -> None:
        """Put the question about items that were left for later."""
        self._answered.difference_update(ids)
        self._ask_next()

    def reveal(self, id: int) -> None:
        """Ask for the folder that an item goes to."""
        for row in self._engine.rows():
            if row.item.id == id:
                self.reveal_requested.emit(row.item)

    def show_details(self, id: int) -> None:
        """Tell in full why an item failed, and try again if that is wanted."""
        self._scope.replace(_TELLING, self._tell(id), "telling what went wrong")

    async def _tell(self, id: int) -> None:
        change = next((row for row in self._engine.rows() if row.item.id == id), None)
        if change is not None and await self._questions.show_failure(change):
            self._engine.retry([id])

    # --- Showing ------------------------------------------------------------------------------------------------

    def _pull(self) -> Pace:
        began = time.monotonic()
        changes = self._engine.drain(self._slice)
        is_empty = len(changes) < self._slice
        is_quiet = not is_empty and began - self._told_at < INTERVAL_MS / 1000
        self._show(changes, has_more=is_quiet)
        if not is_empty:
            self._fit_slice(time.monotonic() - began)
        if is_quiet:
            return Pace.SOON
        self._told_at = began
        totals = self._engine.totals()
        if not totals.active:
            # The mean of a rate fades slowly, and nobody pulls it any more: what rests has none.
            totals = replace(totals, rate_bps=0.0, eta_s=None)
        self.totals_changed.emit(totals)
        if self._engine.trouble is not self._trouble:
            self._trouble = self._engine.trouble
            self.trouble_changed.emit(self._trouble)
        if not is_empty:
            return Pace.SOON
        return Pace.STEADY if totals.active else Pace.REST

    def _fit_slice(self, took_s: float) -> None:
        """Aim at the budget; at most double or halve, as one turn's time is a noisy measure."""
        wanted = self._slice * min(2.0, max(0.5, BUDGET_S / max(took_s, 1e-6)))
        self._slice = min(LARGEST_SLICE, max(SMALLEST_SLICE, int(wanted)))

    def _show(self, changes: Sequence[Change], *, has_more: bool) -> None:
        if changes or not has_more:
            self._rows.apply(changes, has_more=has_more)
        ended: list[Item] = []
        local: dict[str, None] = {}
        remote: dict[tuple[str, RemotePath], None] = {}
        for change in changes:
            item = change.item
            self._note_question(change)
            if item.batch in self._watched:
                self._watched[item.batch][item.id] = item
            if item.state.is_final and item.ended >= self._since and not change.is_removed:
                ended.append(item)
            if item.state is not State.DONE or change.is_removed:
                continue
            if item.direction is Direction.DOWNLOAD:
                local[str(PurePath(item.local).parent)] = None
            elif item.remote:
                remote[item.site, item.remote[:-1]] = None
        if ended:
            self.items_ended.emit(ended)
        for folder in local:
            self.local_folder_changed.emit(folder)
        for site, path in remote:
            self.remote_folder_changed.emit(site, path)

    # --- Conflicts ----------------------------------------------------------------------------------------------

    def _note_question(self, change: Change) -> None:
        id = change.item.id
        if change.item.state is State.ASKING and not change.is_removed:
            self._asking[id] = change
            self._ask_next()
        else:
            self._asking.pop(id, None)
            self._answered.discard(id)

    def _ask_next(self) -> None:
        if not self._scope.is_closed and not self._scope.is_running(_ASKING) and self._open_questions():
            self._scope.replace(_ASKING, self._ask(), _ASKING)

    def _open_questions(self) -> list[Change]:
        return [change for id, change in self._asking.items() if id not in self._answered]

    async def _ask(self) -> None:
        """One question at a time, in the order of the queue, until none is open."""
        while questions := self._open_questions():
            change = min(questions, key=lambda each: each.item.position)
            batch = change.item.batch
            alike = [each.item.id for each in questions if each.item.batch == batch]
            compare = partial(self._compare, change.item)
            conflict = Conflict(change.item, change.existing, others=len(alike) - 1, compare=compare)
            decision = await self._questions.resolve(conflict)
            self._answered.add(change.item.id)
            if decision is None:
                # “Later” is meant for the whole batch, or a hundred questions would follow.
                self._answered.update(alike)
                continue
            if decision.for_batch:
                self._answered.update(alike)
            self._engine.answer(change.item.id, decision)

    async def _compare(self, item: Item, progress: Progress) -> bool:
        job = Job(item.id, item.direction, item.local, item.remote, item.size, item.mtime_ns, None, False, progress)
        try:
            return await asyncio.to_thread(self._links.compare, item.site, job)
        finally:
            progress.is_cancelled = True
