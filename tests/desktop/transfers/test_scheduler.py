"""What starts when: order, groups, free channels, held sites; and that a step's cost does not grow with the queue."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from desktop.transfers import scheduler as module
from desktop.transfers.items import Direction, Item, Priority
from desktop.transfers.scheduler import MOST_CHANNELS, SHARED_BYTES, Limits, Scheduler, Start, Work, automatic_channels
from shared.entries import Kind
from shared.protocol.limits import MIB


def item(id: int, **changes: object) -> Item:
    values: dict[str, object] = {
        "id": id, "batch": 1, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": "a", "local": "/x",
        "remote": ("x",), "size": 1000, "mtime_ns": 0, "position": id,
    }  # fmt: skip
    return Item(**(values | changes))  # type: ignore[arg-type]


def queued(*items: Item, limits: Limits | None = None) -> Scheduler:
    scheduler = Scheduler(limits)
    for each in items:
        scheduler.queue(each)
    return scheduler


def ids(starts: list[Start]) -> list[tuple[int, ...]]:
    return [start.items for start in starts]


# --- Priority --------------------------------------------------------------------------------------------------------


def test_priority_goes_before_position_within_and_between_lanes() -> None:
    scheduler = queued(
        item(1, priority=Priority.LOW), item(2), item(3, priority=Priority.HIGH), item(4, priority=Priority.HIGH),
        item(5, site="b", priority=Priority.HIGH), limits=Limits(channels=1),
    )  # fmt: skip
    assert ids(scheduler.decide(0)) == [(3, 4, 2, 1)]
    scheduler = queued(item(1), item(2, site="b", priority=Priority.HIGH), limits=Limits(channels=1))
    assert ids(scheduler.decide(0)) == [(2,)]


# --- The automatic number of channels --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "size", "channels"),
    [(1, 0, 1), (200, MIB, 1), (512, 2 * MIB, 1), (513, 2 * MIB, 2), (5000, 20 * MIB, 4), (1_000_000, 0, 4),
     (20, 65 * MIB, 2), (100, 400 * MIB, 4)],
)  # fmt: skip
def test_small_files_get_as_many_channels_as_they_can_use(files: int, size: int, channels: int) -> None:
    assert automatic_channels(files, size, round_trip_s=0.04) == channels
    assert automatic_channels(files, size, round_trip_s=0.001) == min(channels, 2)


def test_a_handful_of_files_goes_through_one_channel() -> None:
    scheduler = queued(*(item(id) for id in range(40)))
    assert [len(each) for each in ids(scheduler.decide(0))] == [40]


def test_thousands_of_files_are_spread_and_the_last_of_them_gathered() -> None:
    scheduler = queued(*(item(id) for id in range(5000)))
    starts = scheduler.decide(0)
    assert [len(start.items) for start in starts] == [1024] * 2
    scheduler.site_measured("a", 0.04)
    starts += scheduler.decide(0)
    assert [len(start.items) for start in starts] == [1024] * 4
    moved = 0
    while starts:
        start = starts.pop(0)
        moved += len(start.items)
        scheduler.ended(start)
        starts += scheduler.decide(0)
        assert len(starts) <= 4
    assert moved == 5000


def test_large_files_have_a_channel_each_and_small_ones_do_not_wait_for_them() -> None:
    scheduler = queued(*(item(id, size=5 * MIB) for id in range(9)))
    assert len(scheduler.decide(0)) == MOST_CHANNELS
    scheduler.queue(item(20))
    scheduler.queue(item(21))
    assert ids(scheduler.decide(0)) == [(20, 21)]
    scheduler.queue(item(22))
    assert scheduler.decide(0) == []


def test_a_large_file_gets_the_channels_that_nothing_else_wants() -> None:
    large, larger = SHARED_BYTES - 1, SHARED_BYTES
    together = Limits(file_channels=3)

    def channels(limits: Limits, *sizes: int) -> list[int]:
        starts = queued(*(item(id, size=size) for id, size in enumerate(sizes)), limits=limits).decide(0.0)
        return [start.channels for start in starts]

    assert channels(together, larger) == [3]
    assert channels(together, large) == [1]
    assert channels(together, *[larger] * MOST_CHANNELS) == [1] * MOST_CHANNELS
    assert channels(dataclasses.replace(together, channels=1), larger) == [1]
    assert channels(dataclasses.replace(together, channels=2), larger) == [2]
    assert channels(together, *[5] * 10) == [1]


def test_a_large_file_gets_all_channels_on_a_long_line() -> None:
    scheduler = queued(item(1, size=SHARED_BYTES), limits=Limits(file_channels=1))
    scheduler.site_measured("a", 0.1)
    (start,) = scheduler.decide(0.0)
    assert start.channels == MOST_CHANNELS


def test_a_site_whose_line_broke_is_probed_with_one_channel() -> None:
    scheduler = queued(item(1, size=SHARED_BYTES), item(2, size=SHARED_BYTES), limits=Limits(file_channels=4))
    first = scheduler.decide(0.0)[0]
    assert first.channels > 1
    until = scheduler.site_lost(first, 0.0)
    scheduler.ended(first)
    scheduler.queue(item(1, size=SHARED_BYTES))
    assert [start.channels for start in scheduler.decide(until)] == [1]


def test_each_site_has_its_own_number() -> None:
    scheduler = queued(item(1), item(2, site="b"), item(3, site="b"))
    assert sorted(ids(scheduler.decide(0))) == [(1,), (2, 3)]


# --- Order and groups ------------------------------------------------------------------------------------------------


def test_small_files_go_in_one_group_in_order() -> None:
    scheduler = queued(item(3), item(1), item(2))
    assert ids(scheduler.decide(0)) == [(1, 2, 3)]
    assert scheduler.decide(0) == []


def test_large_files_go_alone_and_no_more_than_there_are_channels() -> None:
    scheduler = queued(*(item(id, size=5 * MIB) for id in range(6)))
    starts = scheduler.decide(0)
    assert ids(starts) == [(0,), (1,), (2,), (3,)]
    scheduler.ended(starts[1])
    assert ids(scheduler.decide(0)) == [(4,)]


def test_a_file_of_exactly_one_block_is_small() -> None:
    assert ids(queued(item(1, size=4 * MIB), item(2, size=4 * MIB)).decide(0)) == [(1, 2)]
    assert ids(queued(item(1, size=4 * MIB + 1), item(2, size=4 * MIB + 1)).decide(0)) == [(1,), (2,)]


def test_a_group_has_at_most_1024_files_and_32_mib() -> None:
    scheduler = queued(*(item(id) for id in range(9000)), limits=Limits(channels=4))
    assert [len(each) for each in ids(scheduler.decide(0))] == [1024] * 4
    scheduler = queued(*(item(id, size=4 * MIB) for id in range(100)), limits=Limits(channels=4))
    assert [len(each) for each in ids(scheduler.decide(0))] == [8] * 4


def test_a_few_hundred_small_files_are_shared_out_over_the_free_channels() -> None:
    scheduler = queued(*(item(id) for id in range(300)), limits=Limits(channels=4))
    assert [len(each) for each in ids(scheduler.decide(0))] == [75, 75, 75, 75]


def test_sites_and_directions_do_not_mix_and_the_first_in_the_queue_goes_first() -> None:
    scheduler = queued(
        item(1, site="b"), item(2), item(3, direction=Direction.DOWNLOAD), item(4, site="b"), limits=Limits(channels=2)
    )
    starts = scheduler.decide(0)
    assert [(start.site, start.direction, start.items) for start in starts] == [
        ("b", Direction.UPLOAD, (1, 4)),
        ("a", Direction.UPLOAD, (2,)),
    ]


def test_an_item_that_failed_before_goes_alone() -> None:
    scheduler = queued(item(1), item(2, attempts=1), item(3))
    assert ids(scheduler.decide(0)) == [(1, 3), (2,)]


def test_a_new_position_replaces_the_old_one() -> None:
    scheduler = queued(item(1, size=5 * MIB), item(2, size=5 * MIB), limits=Limits(channels=1))
    scheduler.queue(item(2, size=5 * MIB, position=-7))
    start = scheduler.decide(0)
    assert ids(start) == [(2,)]
    scheduler.ended(start[0])
    assert ids(scheduler.decide(0)) == [(1,)]


def test_what_was_forgotten_does_not_start() -> None:
    scheduler = queued(item(1), item(2))
    scheduler.forget(1)
    scheduler.forget(99)
    assert 1 not in scheduler
    assert ids(scheduler.decide(0)) == [(2,)]


def test_folders_and_scans_have_workers_of_their_own() -> None:
    scheduler = queued(
        item(1), item(2, kind=Kind.FOLDER), item(3, kind=Kind.OTHER, is_scanned=False), limits=Limits(channels=1)
    )
    assert {(start.work, start.items) for start in scheduler.decide(0)} == {
        (Work.FILES, (1,)),
        (Work.FOLDERS, (2,)),
        (Work.SCAN, (3,)),
    }


def test_a_pause_of_everything_lets_only_scans_start() -> None:
    scheduler = queued(item(1), item(2, kind=Kind.FOLDER), item(3, is_scanned=False))
    scheduler.is_paused = True
    assert [start.work for start in scheduler.decide(0)] == [Work.SCAN]
    scheduler.is_paused = False
    assert {start.work for start in scheduler.decide(0)} == {Work.FILES, Work.FOLDERS}


# --- Waiting and held sites ------------------------------------------------------------------------------------------


def test_a_delayed_item_is_due_at_its_time_and_not_before() -> None:
    scheduler = Scheduler()
    scheduler.delay(item(1), 5.0)
    assert scheduler.wake_at(0) == 5.0
    assert scheduler.due(4.9) == []
    assert scheduler.due(5.0) == [1]
    assert scheduler.due(6.0) == []
    assert scheduler.wake_at(6.0) is None


def test_a_second_delay_replaces_the_first() -> None:
    scheduler = Scheduler()
    scheduler.delay(item(1), 5.0)
    scheduler.delay(item(1), 9.0)
    assert scheduler.wake_at(0) == 9.0
    assert scheduler.due(8.0) == []
    assert scheduler.due(9.0) == [1]


def test_a_lost_site_is_held_for_a_growing_delay_and_probed_by_one_start() -> None:
    scheduler = queued(*(item(id, size=5 * MIB) for id in range(9)))
    now, delays = 0.0, []
    starts = scheduler.decide(now)
    for _ in range(7):
        until = scheduler.site_lost(starts[0], now)
        delays.append(until - now)
        for start in starts:
            scheduler.ended(start)
        scheduler.queue(item(starts[0].items[0], size=5 * MIB))
        assert scheduler.decide(until - 0.1) == []
        assert scheduler.wake_at(now) == until
        now = until
        starts = scheduler.decide(now)
        assert len(starts) == 1
        assert scheduler.decide(now) == []
    assert delays == [1, 2, 4, 8, 16, 30, 30]
    assert scheduler.losses("a") == 7
    scheduler.site_works("a")
    assert len(scheduler.decide(now)) == 3


def test_channels_that_break_together_are_one_loss() -> None:
    scheduler = queued(*(item(id, size=5 * MIB) for id in range(4)))
    starts = scheduler.decide(0)
    assert [scheduler.site_lost(start, 0.5 * n) for n, start in enumerate(starts)] == [1.0] * 4
    assert scheduler.losses("a") == 1


def test_a_held_site_holds_no_other_site_nor_work_that_needs_no_server() -> None:
    scheduler = queued(item(1, size=5 * MIB))
    scheduler.site_lost(scheduler.decide(0)[0], 0)
    scheduler.queue(item(2))
    scheduler.queue(item(3, site="b"))
    scheduler.queue(item(4, is_scanned=False))
    scheduler.queue(item(5, direction=Direction.DOWNLOAD, kind=Kind.FOLDER))
    scheduler.queue(item(6, direction=Direction.DOWNLOAD, is_scanned=False))
    scheduler.queue(item(7, kind=Kind.FOLDER))
    assert sorted(ids(scheduler.decide(0.5))) == [(3,), (4,), (5,)]


def test_a_site_that_is_ready_makes_what_waits_for_it_due_at_once() -> None:
    scheduler = Scheduler()
    scheduler.delay(item(1), 500.0)
    scheduler.delay(item(2, site="b"), 500.0)
    scheduler.site_ready("a")
    assert scheduler.due(1.0) == [1]
    assert scheduler.wake_at(1.0) == 500.0


# --- Cost ------------------------------------------------------------------------------------------------------------


def heap_operations(monkeypatch: pytest.MonkeyPatch, count: int) -> int:
    operations = 0

    def counted(function):
        def call(*args):
            nonlocal operations
            operations += 1
            return function(*args)

        return call

    with monkeypatch.context() as patch:
        for name in ("heappush", "heappop"):
            patch.setattr(module, name, counted(getattr(module, name)))
        patch.setattr(Scheduler, "_first", counted(Scheduler._first))
        scheduler = queued(*(item(id, size=1000 if id % 3 else 5 * MIB) for id in range(count)))
        left = count
        while left:
            for start in scheduler.decide(0):
                left -= len(start.items)
                scheduler.ended(start)
    return operations


def test_the_cost_of_an_item_does_not_grow_with_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heap_operations(monkeypatch, 100_000) <= 10 * heap_operations(monkeypatch, 10_000) * 1.05


def test_moving_one_item_about_does_not_grow_the_heap() -> None:
    scheduler = queued(item(1), item(2))
    for position in range(10_000):
        scheduler.queue(item(1, position=position))
    assert sum(map(len, scheduler._heaps.values())) < 200


# --- Any history -----------------------------------------------------------------------------------------------------


class AnyHistory(RuleBasedStateMachine):
    """Items come, are delayed, forgotten, started and ended in any order; a simple model tells what must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.scheduler = Scheduler(Limits(channels=3, group_files=4, least_group=2, group_others=3))
        self.now = 0.0
        self.next = 1
        self.queued: dict[int, Item] = {}
        self.waiting: dict[int, float] = {}
        self.running: list[Start] = []
        self.items: dict[int, Item] = {}

    @rule(
        size=st.sampled_from([0, 10, 5 * MIB]),
        site=st.sampled_from("ab"),
        direction=st.sampled_from(Direction),
        kind=st.sampled_from([Kind.FILE, Kind.FILE, Kind.FOLDER]),
        is_scanned=st.sampled_from([True, True, False]),
    )
    def add(self, **changes: object) -> None:
        new = item(self.next, **changes)
        self.next += 1
        self.items[new.id] = self.queued[new.id] = new
        self.scheduler.queue(new)

    @precondition(lambda self: self.queued)
    @rule(data=st.data(), position=st.integers(-5, 50))
    def move(self, data: st.DataObject, position: int) -> None:
        id = data.draw(st.sampled_from(sorted(self.queued)))
        self.items[id] = self.queued[id] = replace(self.queued[id], position=position)
        self.scheduler.queue(self.queued[id])

    @precondition(lambda self: self.queued)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.queued)))
        del self.queued[id], self.items[id]
        self.scheduler.forget(id)

    @precondition(lambda self: self.queued)
    @rule(data=st.data(), seconds=st.integers(0, 40))
    def delay(self, data: st.DataObject, seconds: int) -> None:
        id = data.draw(st.sampled_from(sorted(self.queued)))
        self.scheduler.delay(self.queued.pop(id), self.now + seconds)
        self.waiting[id] = self.now + seconds

    @rule(seconds=st.integers(0, 40))
    def step(self, seconds: int) -> None:
        self.now += seconds
        due = self.scheduler.due(self.now)
        assert set(due) == {id for id, when in self.waiting.items() if when <= self.now}
        for id in due:
            del self.waiting[id]
            self.queued[id] = self.items[id]
            self.scheduler.queue(self.items[id])
        for start in self.scheduler.decide(self.now):
            assert start.items
            taken = [self.queued.pop(id) for id in start.items]
            assert {(each.site, each.direction) for each in taken} == {(start.site, start.direction)}
            order = [(each.position, each.id) for each in taken]
            assert order == sorted(order)
            alike = [each for each in self.queued.values() if self._lane(each) == self._lane(taken[0])]
            assert all((each.position, each.id) > order[-1] for each in alike)
            self.running.append(start)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), is_lost=st.booleans())
    def end(self, data: st.DataObject, is_lost: bool) -> None:
        start = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        if is_lost:
            assert self.scheduler.site_lost(start, self.now) <= self.now + 30
            for id in start.items:
                self.queued[id] = self.items[id]
                self.scheduler.queue(self.items[id])
        else:
            self.scheduler.site_works(start.site)
            for id in start.items:
                del self.items[id]
        self.scheduler.ended(start)

    @invariant()
    def never_more_than_the_limits(self) -> None:
        for work in Work:
            count = sum(start.work is work for start in self.running)
            limits = self.scheduler.limits
            most = {Work.FILES: limits.channels, Work.FOLDERS: limits.folder_workers, Work.SCAN: limits.scans}
            assert count <= (most[work] or 0)

    @invariant()
    def each_item_is_in_one_place(self) -> None:
        running = [id for start in self.running for id in start.items]
        assert sorted([*running, *self.queued, *self.waiting]) == sorted(self.items)
        assert all((id in self.scheduler) is (id not in running) for id in self.items)

    def teardown(self) -> None:
        """Whatever happened: when time passes and nothing breaks any more, everything is started."""
        for _ in range(200):
            if not self.items:
                break
            for start in self.running:
                self.scheduler.site_works(start.site)
                self.scheduler.ended(start)
                for id in start.items:
                    del self.items[id]
            self.running.clear()
            self.step(40)
        assert not self.items

    def _lane(self, each: Item) -> tuple[object, ...]:
        if not each.is_scanned:
            return each.site, each.direction, "scan"
        if each.kind is Kind.FOLDER:
            return each.site, each.direction, "folder"
        return each.site, each.direction, "file", each.size > 4 * MIB


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
