"""Any history of outcomes, breaks, wishes and restarts: no item is lost, none is in two hands, all come to an end."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from desktop.transfers.courier import Begun, Report, Run
from desktop.transfers.foreman import Clocks, Foreman
from desktop.transfers.items import Batch, Decision, Direction, Existing, Item, Policy, State
from desktop.transfers.ledger import Ledger
from desktop.transfers.ports import Conflicted, Finished, Stopped
from desktop.transfers.scheduler import Limits, Scheduler, Start, Work
from desktop.transfers.wishes import Wishes
from shared.entries import Entry, Kind
from shared.errors import (
    Code,
    ConnectionLostError,
    IdentityError,
    LoginError,
    PeerError,
    RemoteError,
    WherryError,
)
from shared.protocol.limits import MIB

SITE = "s"


def new_item(id: int, **changes: object) -> Item:
    values: dict[str, object] = {
        "id": id, "batch": 1, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": SITE, "local": f"/{id}",
        "remote": (f"f{id}",), "size": 10, "mtime_ns": 0, "position": id,
    }  # fmt: skip
    return Item(**(values | changes))  # type: ignore[arg-type]


class Desk:
    """A foreman with a clock that stands."""

    def __init__(self, patience: int | None = None, limits: Limits | None = None) -> None:
        self.now = 100.0
        self.ledger = Ledger()
        self.ledger.put_batch(Batch(1, Direction.UPLOAD, SITE, "t", 0.0), is_new=True)
        self.scheduler = Scheduler(limits)
        clocks = Clocks(lambda: self.now, lambda: 5000.0 + self.now)
        self.foreman = Foreman(self.ledger, self.scheduler, clocks, patience=patience)
        self.wishes = Wishes(self.foreman)

    def starts(self) -> list[Start]:
        for id in self.scheduler.due(self.now):
            self.foreman.due(id)
        return self.scheduler.decide(self.now)

    def run(self) -> Run:
        [start] = self.starts()
        return self.foreman.begin(start)

    def state(self, id: int) -> State:
        return self.ledger.items[id].state


def test_an_item_in_hand_is_running_only_once_its_worker_has_begun() -> None:
    desk = Desk()
    desk.foreman.admit(new_item(1))
    run = desk.run()
    assert desk.state(1) is State.QUEUED
    assert desk.foreman.is_in_hand(1)
    desk.foreman.take(1, Begun(12, 7))
    assert desk.state(1) is State.RUNNING
    assert (desk.ledger.items[1].size, desk.ledger.items[1].mtime_ns) == (12, 7)
    assert not desk.ledger.has_writes
    desk.foreman.take(1, Finished(12, b"d", 12))
    desk.foreman.end(run, None)
    assert desk.state(1) is State.DONE
    assert desk.ledger.has_writes


def test_a_report_after_the_outcome_is_dropped() -> None:
    desk = Desk()
    desk.foreman.admit(new_item(1))
    desk.run()
    desk.foreman.take(1, Finished(10, b"d", 10))
    desk.foreman.take(1, RemoteError(Code.IO))
    assert desk.state(1) is State.DONE


def test_a_worker_that_says_nothing_about_an_item_cannot_make_it_vanish_or_spin() -> None:
    desk = Desk()
    desk.foreman.admit(new_item(1))
    desk.foreman.end(desk.run(), None)
    assert desk.state(1) is State.FAILED


def test_a_waiting_item_tells_the_wall_clock_when_it_is_tried_again() -> None:
    desk = Desk()
    desk.foreman.admit(new_item(1))
    run = desk.run()
    desk.foreman.take(1, RemoteError(Code.BUSY))
    desk.foreman.end(run, None)
    assert desk.state(1) is State.WAITING
    assert desk.ledger.items[1].not_before == 5000.0 + desk.now + 1.0


def test_a_restored_item_waits_out_its_delay_but_no_more_than_half_a_minute() -> None:
    desk = Desk()
    desk.foreman.restore(new_item(1, state=State.WAITING, not_before=5100.0 + 10))
    desk.foreman.restore(new_item(2, state=State.WAITING, not_before=9e9))
    assert desk.scheduler.wake_at(desk.now) == 110.0
    desk.now = 130.0
    assert [start.items for start in desk.starts()] == [(1, 2)]


def test_a_cancelled_item_discards_only_what_nobody_else_is_sending_there() -> None:
    desk = Desk()
    for id in (1, 2):
        desk.foreman.admit(new_item(id, remote=("same",), size=5 * MIB))
    runs = [desk.foreman.begin(start) for start in desk.starts()]
    desk.foreman.take(1, Begun(5 * MIB, 0))
    desk.foreman.take(2, Begun(5 * MIB, 0))
    for _ in desk.wishes.cancel([1]):
        pass
    desk.foreman.take(1, Stopped())
    assert desk.state(1) is State.CANCELLED
    assert desk.foreman.take_discards() == []
    for _ in desk.wishes.cancel([2]):
        pass
    desk.foreman.take(2, Stopped())
    assert [item.id for item in desk.foreman.take_discards()] == [2]
    for run in runs:
        desk.foreman.end(run, None)


class AnyHistory(RuleBasedStateMachine):
    """Workers report anything, lines break, persons wish anything, the program restarts."""

    @initialize(patience=st.sampled_from([None, 3]))
    def begin(self, patience: int | None) -> None:
        self.patience = patience
        self.limits = Limits(channels=2, group_files=3, least_group=2, group_others=2)
        self.desk = Desk(patience, self.limits)
        self.next = 1
        self.runs: list[Run] = []
        self.scans: list[Start] = []
        self.added: set[int] = set()
        self.removed: set[int] = set()

    @property
    def ids(self) -> list[int]:
        return sorted(self.desk.ledger.items)

    def _new(self, **changes: object) -> Item:
        item = new_item(self.next, **changes)
        self.next += 1
        self.added.add(item.id)
        return item

    @rule(
        size=st.sampled_from([0, 10, 5 * MIB]),
        kind=st.sampled_from([Kind.FILE, Kind.FILE, Kind.FOLDER]),
        direction=st.sampled_from(Direction),
        is_scanned=st.sampled_from([True, True, False]),
    )
    def add(self, **changes: object) -> None:
        self.desk.foreman.admit(self._new(**changes))

    @rule(seconds=st.sampled_from([0, 1, 35]))
    def step(self, seconds: float) -> None:
        self.desk.now += seconds
        for start in self.desk.starts():
            if start.work is Work.SCAN:
                self.desk.foreman.begin_scan(start)
                self.scans.append(start)
            else:
                self.runs.append(self.desk.foreman.begin(start))

    @precondition(lambda self: self.runs)
    @rule(
        data=st.data(),
        report=st.sampled_from(
            [
                Begun(10, 0),
                Begun(10, 0),
                Finished(10, b"d", 10),
                Stopped(),
                Conflicted(Existing(Kind.FILE, 4, 0)),
                Conflicted(Existing(Kind.FOLDER, 0, 0)),
                Conflicted(None),
                RemoteError(Code.BUSY),
                RemoteError(Code.PERMISSION),
                RemoteError(Code.CLOSING),
                RemoteError(Code.CANCELLED),
            ]
        ),
        moved=st.sampled_from([0, 5]),
    )
    def report(self, data: st.DataObject, report: Report, moved: int) -> None:
        run = data.draw(st.sampled_from(self.runs))
        id = data.draw(st.sampled_from(sorted(run.tasks)))
        if self.desk.foreman.tasks.get(id) is run.tasks[id]:
            run.tasks[id].progress.moved = moved
            self.desk.foreman.take(id, report)

    @precondition(lambda self: self.runs)
    @rule(
        data=st.data(),
        error=st.sampled_from(
            [
                None,
                ConnectionLostError("cut"),
                ConnectionLostError("cut"),
                LoginError("no"),
                PeerError("nonsense"),
                IdentityError("other", found="x"),
                RemoteError(Code.IO),
            ]
        ),
    )
    def end(self, data: st.DataObject, error: WherryError | None) -> None:
        run = self.runs.pop(data.draw(st.integers(0, len(self.runs) - 1)))
        self.desk.foreman.end(run, error)

    @precondition(lambda self: self.scans)
    @rule(
        data=st.data(),
        kind=st.sampled_from([Kind.FILE, Kind.FOLDER, Kind.LINK]),
        error=st.sampled_from([None, None, ConnectionLostError("cut"), RemoteError(Code.PERMISSION)]),
        is_cut_short=st.booleans(),
    )
    def scan(self, data: st.DataObject, kind: Kind, error: WherryError | None, is_cut_short: bool) -> None:
        start = self.scans.pop(data.draw(st.integers(0, len(self.scans) - 1)))
        foreman = self.desk.foreman
        for id in start.items[: 1 if is_cut_short else None]:
            if foreman.is_wanted(id):
                foreman.looked(id, Entry("x", kind, 3, 0, 0o644))
                foreman.found(id, self._new(group=id))
            foreman.scan_ended(start, id, error)
        foreman.end_scan(start, None)

    @precondition(lambda self: self.ids)
    @rule(
        data=st.data(),
        wish=st.sampled_from(["pause", "resume", "cancel", "retry", "remove", "up", "top", "answer", "answer all"]),
    )
    def wish(self, data: st.DataObject, wish: str) -> None:
        ids = data.draw(st.lists(st.sampled_from(self.ids), min_size=1, max_size=3))
        wishes = self.desk.wishes
        match wish:
            case "up" | "top":
                steps = wishes.move(ids, wish)  # type: ignore[arg-type]
            case "answer" | "answer all":
                policy = data.draw(st.sampled_from([p for p in Policy if p is not Policy.ASK]))
                steps = wishes.answer(ids[0], Decision(policy, for_batch=wish == "answer all"))
            case _:
                if wish == "remove":
                    self.removed |= set(self.desk.ledger.expand(ids))
                steps = getattr(wishes, wish)(ids)
        for _ in steps:
            pass

    @rule()
    def ready(self) -> None:
        self.desk.scheduler.site_ready(SITE)

    @rule()
    def restart(self) -> None:
        """A crash: what was in hand comes back queued, as the store gives it."""
        batch, items = self.desk.ledger.batches[1], list(self.desk.ledger.items.values())
        self.desk = Desk(self.patience, self.limits)
        self.desk.ledger.put_batch(batch, is_new=True)
        self.runs.clear()
        self.scans.clear()
        for item in sorted(items, key=lambda item: item.position):
            if item.id in self.removed:
                continue
            if item.state in {State.RUNNING, State.SCANNING}:
                item = replace(item, state=State.QUEUED)
            self.desk.foreman.restore(item)

    @invariant()
    def no_item_is_lost(self) -> None:
        if hasattr(self, "desk"):
            assert self.added - set(self.desk.ledger.items) <= self.removed

    @invariant()
    def each_open_item_is_in_exactly_one_place(self) -> None:
        if not hasattr(self, "desk"):
            return
        for id, item in self.desk.ledger.items.items():
            foreman = self.desk.foreman
            places = [id in foreman.tasks, id in foreman.scanning, id in self.desk.scheduler]
            if item.state is State.RUNNING:
                assert places == [True, False, False]
            elif item.state is State.SCANNING:
                assert places == [False, True, False]
            elif item.state is State.QUEUED:
                assert places in ([True, False, False], [False, False, True])
            elif item.state is State.WAITING:
                assert places == [False, False, True]
            else:
                assert places == [False, False, False], item.state

    @invariant()
    def no_more_in_hand_than_the_limits(self) -> None:
        if hasattr(self, "desk"):
            files = sum(run.start.work is Work.FILES for run in self.runs)
            assert files <= self.limits.channels

    def teardown(self) -> None:
        """From wherever it got to: with a good line and an answer to each question, everything ends."""
        if not hasattr(self, "desk"):
            return
        for run in self.runs:
            self.desk.foreman.end(run, ConnectionLostError("cut"))
        for start in self.scans:
            self.desk.foreman.end_scan(start, None)
        self.runs.clear()
        self.scans.clear()
        for _ in range(60):
            open_ids = [id for id in self.ids if not self.desk.state(id).is_final]
            if not open_ids:
                break
            for _ in self.desk.wishes.resume(open_ids):
                pass
            for id in open_ids:
                for _ in self.desk.wishes.answer(id, Decision(Policy.OVERWRITE)):
                    pass
            self.desk.now += 40
            for start in self.desk.starts():
                if start.work is Work.SCAN:
                    self.desk.foreman.begin_scan(start)
                    for id in start.items:
                        self.desk.foreman.looked(id, Entry("x", Kind.FILE, 3, 0, 0o644))
                        self.desk.foreman.scan_ended(start, id, None)
                    self.desk.foreman.end_scan(start, None)
                    continue
                run = self.desk.foreman.begin(start)
                for id in start.items:
                    self.desk.foreman.take(id, Begun(10, 0))
                    self.desk.foreman.take(id, Finished(10, b"d", 10))
                self.desk.foreman.end(run, None)
        assert not [self.desk.ledger.items[id] for id in self.ids if not self.desk.state(id).is_final]
        assert not self.desk.ledger.is_open(1)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
