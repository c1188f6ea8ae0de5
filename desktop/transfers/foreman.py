"""Who has which item in hand, and what becomes of it: keeps ledger and scheduler in step. Runs and writes nothing.

The engine hands over what its threads report and what persons want; the foreman applies the pure rules of
outcomes.py and states.py. It is synchronous and used from one thread; times come from the clock it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from desktop.transfers import retry
from desktop.transfers.conflicts import may_replace
from desktop.transfers.courier import Begun, Report, Run, Task
from desktop.transfers.items import Direction, Existing, Item, Policy, State
from desktop.transfers.ledger import Ledger
from desktop.transfers.outcomes import Facts, Settled, Wish, failed, lose, moved_to, settle
from desktop.transfers.ports import Conflicted, Finished, Outcome
from desktop.transfers.scan import Known, described, link_failure
from desktop.transfers.scheduler import Scheduler, Start
from desktop.transfers.settling import Settling
from desktop.transfers.states import Event, after, is_allowed
from shared.entries import Entry, Kind
from shared.errors import Code, ItemError, PeerError, WherryError
from shared.protocol.limits import MIN_BLOCK


@dataclass(frozen=True, slots=True)
class Clocks:
    """``now`` is monotonic and decides; ``wall`` is for what is stored and shown. Seconds."""

    now: Callable[[], float]
    wall: Callable[[], float]


class Foreman:
    """The items in workers' hands, and the rules for giving them out and taking them back."""

    def __init__(self, ledger: Ledger, scheduler: Scheduler, clocks: Clocks, *, patience: int | None) -> None:
        self.ledger = ledger
        self.scheduler = scheduler
        self.tasks: dict[int, Task] = {}
        """Files and folders in hand. Those not begun yet are still QUEUED."""
        self.scanning: dict[int, int] = {}
        """Sources being looked into, with the number of the start that has them: an item can be due and given out
        again before the worker that gave it back has ended."""
        self.wishes: dict[int, Wish] = {}
        self.existing: dict[int, Existing] = {}
        """What the questions of ASKING items are about."""
        self.sent = 0
        """Bytes of content that travelled, of tasks that have ended."""
        self._clocks = clocks
        self._patience = patience
        self.begun: set[int] = set()
        """Those of :attr:`tasks` that are under way. Most of a group of small files is not, at any moment."""
        self._may_replace: set[int] = set()
        self._tried: set[int] = set()
        self._leaving: set[int] = set()
        self._discards: list[Item] = []
        self.settling = Settling(ledger)
        self.unmeasured: dict[int, str] = {}
        """Batches whose size is to be compared with the free space once it is known, with a local path of each."""

    # --- Giving out ------------------------------------------------------------------------------------------

    def admit(self, item: Item) -> None:
        """Take a new item that the store has."""
        self.ledger.admit(item)
        if not item.state.is_final:
            self.unmeasured.setdefault(item.batch, item.local)
        self._place(item, 0.0)

    def restore(self, item: Item) -> None:
        """Take an item from an earlier run of the program."""
        self.ledger.admit(item, is_old=True)
        self.settling.restore(item)
        if item.state.is_final:
            return
        self.unmeasured.setdefault(item.batch, item.local)
        # The run may have ended between the file's arrival and the note of it.
        self._tried.add(item.id)
        if item.state is State.ASKING:
            # What the question was about may be gone: it is asked again with what is there now.
            item = moved_to(item, Event.RELEASE)
            self.ledger.put(item)
        self._place(item, min(30.0, max(0.0, item.not_before - self._clocks.wall())))

    def due(self, id: int) -> None:
        """The delay of a WAITING item is over."""
        self.change(moved_to(self.ledger.items[id], Event.DUE))

    def begin(self, start: Start) -> Run:
        """Give the items of a start to a worker."""
        tasks: dict[int, Task] = {}
        for id in start.items:
            item = self.ledger.items[id]
            policy = self.policy_of(item)
            tasks[id] = Task(item, may_replace(policy) or id in self._may_replace, policy)
        self.tasks.update(tasks)
        return Run(start, tasks)

    def begin_scan(self, start: Start) -> list[tuple[Item, Known]]:
        """Give sources to a worker to look into, each with what is known below it."""
        sources: list[tuple[Item, Known]] = []
        for id in start.items:
            item = moved_to(self.ledger.items[id], Event.SCAN)
            self.ledger.put(item, is_written=False)
            self.scanning[id] = start.number
            sources.append((item, self._known(item)))
        return sources

    def _known(self, source: Item) -> Known:
        members = [self.ledger.items[id] for id in self.ledger.members(source.group or source.id)]
        is_upload = source.direction is Direction.UPLOAD
        return Known(
            frozenset(each.local if is_upload else each.remote for each in members),
            frozenset(each.local if is_upload else each.remote for each in members if not each.is_scanned),
        )

    def policy_of(self, item: Item) -> Policy:
        """The item's own answer, or else the batch's."""
        return self.ledger.batches[item.batch].policy if item.policy is Policy.ASK else item.policy

    # --- Taking back: files and folders ----------------------------------------------------------------------

    def take(self, id: int, report: Report) -> None:
        """Take a worker's report on an item; one that comes after its outcome is dropped."""
        if id not in self.tasks:
            return
        if isinstance(report, Begun):
            self.ledger.put(self._begin_item(id, report), is_written=False)
            return
        self._settle(id, self._begun_item(id), report)

    def take_all(self, reports: Iterable[tuple[int, Report]]) -> None:
        """Take reports in their order. What begins and ends among them, as most small files do, changes once."""
        begun: dict[int, Begun] = {}
        for id, report in reports:
            if isinstance(report, Begun):
                begun[id] = report
                continue
            first = begun.pop(id, None)
            if first is not None and id in self.tasks:
                self._settle(id, self._begin_item(id, first), report)
            else:
                self.take(id, report)
        for id, first in begun.items():
            self.take(id, first)

    def _begin_item(self, id: int, report: Begun) -> Item:
        self.begun.add(id)
        item = self.ledger.items[id]
        state = after(item.state, Event.START) if item.state is State.QUEUED else item.state
        return replace(item, state=state, size=report.size, mtime_ns=report.mtime_ns)

    def _settle(self, id: int, item: Item, outcome: Outcome) -> None:
        if isinstance(outcome, Finished):
            self.scheduler.site_works(item.site)
        settled = settle(item, outcome, self._release(id, item))
        if isinstance(outcome, Conflicted):
            # What stands there is not ours, or is proven to be by moving the file over it.
            self._tried.discard(id)
        self._accept(settled)

    def end(self, run: Run, error: WherryError | None, *, is_bug: bool = False) -> None:
        """Take back what a worker has not reported on; ``error`` is why its run ended, if not by itself."""
        self.scheduler.ended(run.start)
        left = [id for id, task in run.tasks.items() if self.tasks.get(id) is task]
        if error is None:
            self._blame(run, left, ItemError(Code.INTERNAL, "its worker said nothing about it"))
        elif is_bug or isinstance(error, PeerError):
            self._blame(run, left, error)
        elif retry.is_line_down(error):
            self._line_lost(run, left, error)
        elif retry.is_site_refused(error):
            self._fail_left(left, error)
            self.fail_site(run.start.site, error)
        else:
            for id in left:
                item = self._begun_item(id)
                self._accept(settle(item, error, self._release(id, item)))

    def _begun_item(self, id: int) -> Item:
        item = self.ledger.items[id]
        return moved_to(item, Event.START) if item.state is State.QUEUED else item

    def _release(self, id: int, item: Item) -> Facts:
        task = self.tasks.pop(id)
        self.sent += task.progress.sent
        facts = Facts(self.wishes.pop(id, None), self.policy_of(item), id in self._tried, task.progress)
        if id in self.begun:
            self.begun.discard(id)
            self._tried.add(id)
        return facts

    def _give_back(self, id: int) -> None:
        item = self.ledger.items[id]
        facts = self._release(id, item)
        event = Event.RELEASE if facts.wish is None else Event(facts.wish.value)
        self._accept(Settled(moved_to(item, event)))

    def _fail_left(self, left: Sequence[int], error: WherryError) -> None:
        for id in left:
            item = self._begun_item(id)
            wish = self._release(id, item).wish
            is_cancelled = wish is Wish.CANCEL
            self._accept(
                Settled(moved_to(item, Event.CANCEL) if is_cancelled else failed(item, retry.failure_of(error)))
            )

    def _blame(self, run: Run, left: Sequence[int], error: WherryError) -> None:
        """The items under way fail, the others get another chance; with none under way, all fail: so each such
        end makes the queue shorter, whatever the peer does."""
        if not left:
            return
        self.scheduler.site_lost(run.start, self._clocks.now())
        begun = [id for id in left if id in self.begun]
        for id in left:
            if begun and id not in self.begun:
                self._give_back(id)
        self._fail_left(begun or left, error)

    def _line_lost(self, run: Run, left: Sequence[int], error: WherryError) -> None:
        until = self.scheduler.site_lost(run.start, self._clocks.now())
        delay = max(0.0, until - self._clocks.now())
        for id in left:
            was_begun = id in self.begun
            item = self.ledger.items[id]
            facts = self._release(id, item)
            self._accept(lose(item, error, facts, was_begun=was_begun, delay_s=delay))
        self._lose_patience(run.start.site, error)

    def _lose_patience(self, site: str, error: WherryError) -> None:
        if self._patience is not None and self.scheduler.losses(site) >= self._patience:
            self.fail_site(site, error)

    def fail_site(self, site: str, error: WherryError) -> None:
        """Fail all that waits for a site: it said no, or was lost too often. Costs a look at every item."""
        failure = retry.failure_of(error)
        for item in list(self.ledger.items.values()):
            if item.site == site and item.id in self.scheduler and is_allowed(item.state, Event.FAIL):
                self.scheduler.forget(item.id)
                self._accept(Settled(failed(item, failure)))

    # --- Taking back: scans ----------------------------------------------------------------------------------

    def is_wanted(self, source: int) -> bool:
        """Tell whether what is found below a source is still to be queued."""
        return self.wishes.get(source) is not Wish.CANCEL

    def looked(self, source: int, entry: Entry) -> None:
        """What stands at a source is known; what is below it not yet."""
        item = self.ledger.items[source]
        self.ledger.put(replace(described(item, entry), is_scanned=False), is_written=False)

    def found(self, source: int, item: Item) -> None:
        """Take an item found below a source, with what is wanted of the source meanwhile."""
        wish = self.wishes.get(source)
        self.admit(item)
        if wish is not None and is_allowed(item.state, Event(wish.value)):
            self.withdraw(item, Event(wish.value))

    def scan_ended(self, start: Start, source: int, error: WherryError | None) -> None:
        """A source has been looked into, or could not be."""
        item = self.ledger.items[source]
        self.scanning.pop(source, None)
        wish = self.wishes.pop(source, None)
        if wish is not None:
            self._accept(Settled(moved_to(item, Event(wish.value))))
        elif error is None:
            self._scanned(item)
        elif retry.is_line_down(error):
            until = self.scheduler.site_lost(start, self._clocks.now())
            item = replace(moved_to(item, Event.DELAY), failure=retry.failure_of(error))
            self._accept(Settled(item, delay_s=max(0.0, until - self._clocks.now())))
            self._lose_patience(item.site, error)
        else:
            self._accept(Settled(failed(item, retry.failure_of(error))))
            if retry.is_site_refused(error):
                self.fail_site(item.site, error)

    def end_scan(self, start: Start, error: WherryError | None) -> None:
        """The worker is done with all sources of a start; those it did not end are released, or fail."""
        self.scheduler.ended(start)
        for id in start.items:
            if self.scanning.get(id) != start.number:
                continue
            if error is not None or id in self.wishes:
                self.scan_ended(start, id, error)
            else:
                del self.scanning[id]
                self._accept(Settled(moved_to(self.ledger.items[id], Event.RELEASE)))

    def _scanned(self, item: Item) -> None:
        if item.direction is Direction.DOWNLOAD:
            self.scheduler.site_works(item.site)
        if item.kind in {Kind.FILE, Kind.FOLDER}:
            item = replace(moved_to(item, Event.SCANNED), is_scanned=True, failure=None)
            self._accept(Settled(item))
        else:
            self._accept(Settled(failed(item, link_failure(item.kind))))

    # --- Changing what nobody has in hand --------------------------------------------------------------------

    def is_in_hand(self, id: int) -> bool:
        return id in self.tasks or id in self.scanning

    def wish(self, id: int, wish: Wish) -> None:
        """Tell the worker that has the item to stop."""
        self.wishes[id] = wish
        if id in self.tasks:
            self.tasks[id].progress.is_cancelled = True

    def withdraw(self, item: Item, event: Event) -> None:
        """Apply an event to an item that nobody has in hand."""
        self._accept(Settled(moved_to(item, event)))

    def change(self, item: Item) -> None:
        """Take a changed item that nobody has in hand, such as one with a new position or an answer."""
        self._accept(Settled(item))

    def leave(self, id: int) -> None:
        """Forget an item; one in hand as soon as its worker has given it back."""
        if self.is_in_hand(id):
            self._leaving.add(id)
            self.wish(id, Wish.CANCEL)
            return
        item = self.ledger.items[id]
        if not item.state.is_final:
            self._leaving.add(id)
            self.withdraw(item, Event.CANCEL)
            return
        if item.state is State.FAILED:
            self._discard(item, was_tried=item.moved > 0 or item.attempts > 0)
        self.ledger.remove(id)

    def take_discards(self) -> list[Item]:
        """Return, and forget, items whose unfinished parts are to be removed from the receiving end."""
        discards, self._discards = self._discards, []
        return discards

    # --- Inside ----------------------------------------------------------------------------------------------

    def _accept(self, settled: Settled) -> None:
        item = settled.item
        if item.state is State.WAITING:
            item = replace(item, not_before=self._clocks.wall() + settled.delay_s)
        elif item.state.is_final != (item.ended > 0):
            item = replace(item, ended=self._clocks.wall() if item.state.is_final else 0.0)
        self.ledger.put(item)
        if settled.may_replace:
            self._may_replace.add(item.id)
        if settled.existing is not None:
            self.existing[item.id] = settled.existing
        elif item.state is not State.ASKING:
            self.existing.pop(item.id, None)
        if item.state.is_final:
            self._conclude(item)
        else:
            self._place(item, settled.delay_s)

    def _place(self, item: Item, delay_s: float) -> None:
        match item.state:
            case State.QUEUED:
                self.scheduler.queue(item)
            case State.WAITING:
                self.scheduler.delay(item, self._clocks.now() + delay_s)
            case _:
                self.scheduler.forget(item.id)

    def _conclude(self, item: Item) -> None:
        self.scheduler.forget(item.id)
        if item.state is State.DONE:
            self.settling.arrived(item)
        was_tried = item.id in self._tried
        if item.state is State.CANCELLED:
            self._discard(item, was_tried=was_tried)
        if item.state is not State.FAILED:
            self._tried.discard(item.id)
        self._may_replace.discard(item.id)
        if item.id in self._leaving:
            self._leaving.discard(item.id)
            self.ledger.remove(item.id)

    def _discard(self, item: Item, *, was_tried: bool) -> None:
        """Only what this item may have made, and nothing that another item is just sending to the same place."""
        if item.kind is not Kind.FILE or not was_tried:
            return
        is_upload = item.direction is Direction.UPLOAD
        if is_upload and item.size <= MIN_BLOCK:
            return  # sent in one piece: the server keeps no part of it
        for task in self.tasks.values():
            other = task.item
            if other.direction is item.direction and (
                (other.site, other.remote) == (item.site, item.remote) if is_upload else other.local == item.local
            ):
                return
        self._discards.append(item)
