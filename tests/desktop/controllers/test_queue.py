"""The window's queue shows what the engine says, asks one question at a time and loses no error."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from msgspec import structs

from desktop.controllers.queue import BUDGET_S, SMALLEST_SLICE, Crossing, QueueController
from desktop.transfers.items import Decision, Direction, Existing, Item, Policy, Priority, Progress, Source, State
from desktop.transfers.progress import Change, Totals
from shared.entries import Kind
from shared.errors import ConfigError

pytestmark = pytest.mark.asyncio


def change(id: int, state: State, *, batch: int = 1, direction: Direction = Direction.UPLOAD) -> Change:
    item = Item(
        id,
        batch,
        direction,
        Kind.FILE,
        "anna@desk:47623",
        f"/home/anna/in/{id}.txt",
        ("docs", f"{id}.txt"),
        10,
        0,
        state=state,
        position=id,
    )
    existing = Existing(Kind.FILE, 5, 0) if state is State.ASKING else None
    return Change(item, moved=0, existing=existing)


class FakeEngine:
    """Hands out prepared changes and records what it is told."""

    def __init__(self) -> None:
        self.pending: list[list[Change]] = []
        self.backlog: list[Change] = []
        self.stored: list[Change] = []
        self.calls: list[tuple[Any, ...]] = []
        self.running = 0
        self.trouble: ConfigError | None = None
        self.add_error: Exception | None = None

    async def start(self) -> None:
        self.calls.append(("start",))

    async def stop(self) -> None:
        self.calls.append(("stop",))

    def rows(self) -> list[Change]:
        return self.stored

    def drain(self, limit: int = 1000) -> list[Change]:
        if self.backlog:
            taken, self.backlog = self.backlog[:limit], self.backlog[limit:]
            return taken
        return self.pending.pop(0) if self.pending else []

    def totals(self) -> Totals:
        return Totals(Counter({State.RUNNING: self.running}), 0, 0, 0.0, None)

    async def add(self, *what: Any) -> int:
        if self.add_error is not None:
            raise self.add_error
        self.calls.append(("add", *what))
        return 1

    async def finished(self, batch: int) -> None:
        self.calls.append(("finished", batch))

    def answer(self, id: int, decision: Decision) -> None:
        self.calls.append(("answer", id, decision))

    def __getattr__(self, name: str) -> Any:
        if name not in {
            "pause",
            "resume",
            "cancel",
            "retry",
            "retry_failed",
            "remove",
            "clear_finished",
            "move",
            "pause_all",
            "resume_all",
            "site_ready",
            "set_priority",
            "set_limits",
            "set_max_channels",
            "set_history",
        }:
            raise AttributeError(name)
        return lambda *args: self.calls.append((name, *args))


class RecordingQueueRows:
    def __init__(self) -> None:
        self.applied: list[list[int]] = []

    def apply(self, changes: Sequence[Change], *, has_more: bool = False) -> None:
        if changes:
            self.applied.append([change.item.id for change in changes])


class Links:
    def __init__(self) -> None:
        self.sessions: list[tuple[str, object]] = []

    def set_session(self, site: str, session: object) -> None:
        self.sessions.append((site, session))

    def compare(self, site: str, job: Any) -> bool:
        job.progress.checked = job.size
        return (site, job.local, job.remote) == ("anna@desk:47623", "/home/anna/in/1.txt", ("docs", "1.txt"))


class HeldPerson:
    """Answers a conflict only when the test says what."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.answers: asyncio.Queue[Decision | None] = asyncio.Queue()

    async def resolve(self, conflict: Any) -> Decision | None:
        self.asked.append(conflict)
        return await self.answers.get()

    async def show_failure(self, change: Change) -> bool:
        self.asked.append(change)
        return await self.answers.get() is not None


class Site:
    site = "anna@desk:47623"


async def until(condition) -> None:
    async with asyncio.timeout(3):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def links() -> Links:
    return Links()


@pytest.fixture
def queue_rows() -> RecordingQueueRows:
    return RecordingQueueRows()


@pytest_asyncio.fixture
async def person() -> HeldPerson:
    return HeldPerson()


@pytest_asyncio.fixture
async def queue(engine, links, queue_rows, person, reports) -> AsyncIterator[QueueController]:
    controller = QueueController(engine, links, queue_rows, person, reports)
    yield controller
    await controller.close()


async def test_what_an_earlier_run_left_is_shown_at_start(queue, engine, queue_rows):
    engine.pending = [[change(1, State.QUEUED), change(2, State.DONE)]]
    await queue.start()
    assert queue_rows.applied == [[1, 2]]


async def test_a_backlog_is_shown_in_slices_as_large_as_the_time_allows(queue, engine, queue_rows, monkeypatch):
    now = itertools.count()
    seconds = 2 * BUDGET_S
    monkeypatch.setattr("desktop.controllers.queue.time.monotonic", lambda: next(now) * seconds)
    engine.backlog = [change(id, State.QUEUED) for id in range(10 * SMALLEST_SLICE)]
    await queue.start()
    assert len(queue_rows.applied) == 1
    await until(lambda: len(queue_rows.applied) == 3)
    assert {len(slice) for slice in queue_rows.applied} == {SMALLEST_SLICE}
    seconds = BUDGET_S / 2
    await until(lambda: sum(map(len, queue_rows.applied)) == 10 * SMALLEST_SLICE)
    assert max(len(slice) for slice in queue_rows.applied) > SMALLEST_SLICE


async def test_changes_are_pulled_while_something_runs(queue, engine, queue_rows):
    engine.running = 1
    engine.pending = [[change(1, State.RUNNING)], [], [change(1, State.RUNNING)]]
    queue.wake()
    await until(lambda: len(queue_rows.applied) == 2)
    engine.running = 0


UPLOAD = Crossing(("a.txt",), Direction.UPLOAD, "anna@desk:47623", [Source("/home/anna/a.txt")], ("docs",))


async def test_a_crossing_goes_to_the_engine_and_its_error_is_reported(queue, engine, reports):
    queue.add(UPLOAD)
    await until(lambda: engine.calls)
    assert engine.calls == [
        ("add", "a.txt", Direction.UPLOAD, "anna@desk:47623", UPLOAD.sources, ("docs",), Policy.ASK)
    ]
    engine.add_error = ConfigError("the disk is full")
    queue.add(UPLOAD)
    await until(lambda: reports.seen)
    assert reports.seen == [("adding a.txt to the queue", engine.add_error)]


async def test_carrying_returns_how_every_item_ended_those_cleared_away_too(queue, engine):
    engine.stored = [change(1, State.DONE), change(3, State.DONE, batch=2)]
    engine.pending = [[replace(change(2, State.FAILED), is_removed=True)]]
    items = await queue.carry(UPLOAD)
    assert {item.id: item.state for item in items} == {1: State.DONE, 2: State.FAILED}


async def test_a_session_reaches_links_before_the_engine_is_told(queue, engine, links):
    session = Site()
    queue.use_session(session)
    assert links.sessions == [(Site.site, session)]
    assert engine.calls == [("site_ready", Site.site)]
    queue.lose_session(Site.site)
    assert links.sessions[-1] == (Site.site, None)


async def test_arrivals_name_their_folders_once(queue, engine):
    local, remote = [], []
    queue.local_folder_changed.connect(local.append)
    queue.remote_folder_changed.connect(lambda site, path: remote.append((site, path)))
    engine.pending = [
        [change(1, State.DONE), change(2, State.DONE), change(3, State.DONE, direction=Direction.DOWNLOAD)],
        [change(4, State.FAILED)],
    ]
    queue.wake()
    await until(lambda: remote)
    assert remote == [("anna@desk:47623", ("docs",))]
    assert local == ["/home/anna/in"]


async def test_one_question_at_a_time_in_the_order_of_the_queue(queue, engine, person):
    engine.pending = [[change(2, State.ASKING), change(1, State.ASKING)]]
    queue.wake()
    await until(lambda: person.asked)
    await asyncio.sleep(0.02)
    assert [asked.item.id for asked in person.asked] == [1]
    assert person.asked[0].others == 1
    person.answers.put_nowait(Decision(Policy.SKIP))
    await until(lambda: len(person.asked) == 2)
    assert person.asked[1].item.id == 2
    person.answers.put_nowait(Decision(Policy.OVERWRITE))
    await until(lambda: ("answer", 2, Decision(Policy.OVERWRITE)) in engine.calls)
    assert ("answer", 1, Decision(Policy.SKIP)) in engine.calls


async def test_an_answer_for_the_batch_asks_no_more_of_it_but_of_others(queue, engine, person):
    engine.pending = [
        [change(1, State.ASKING), change(2, State.ASKING), change(3, State.ASKING, batch=2)],
    ]
    queue.wake()
    await until(lambda: person.asked)
    person.answers.put_nowait(Decision(Policy.SKIP, for_batch=True))
    await until(lambda: len(person.asked) == 2)
    assert person.asked[1].item.id == 3
    assert [call[1] for call in engine.calls if call[0] == "answer"] == [1]


async def test_later_leaves_the_batch_alone_until_asked_again(queue, engine, person):
    engine.pending = [[change(1, State.ASKING), change(2, State.ASKING)]]
    queue.wake()
    await until(lambda: person.asked)
    person.answers.put_nowait(None)
    await asyncio.sleep(0.02)
    assert len(person.asked) == 1
    assert not [call for call in engine.calls if call[0] == "answer"]
    queue.ask_again([2])
    await until(lambda: len(person.asked) == 2)
    assert person.asked[1].item.id == 2


async def test_an_item_that_asks_again_later_is_asked_about_again(queue, engine, person):
    engine.pending = [[change(1, State.ASKING)]]
    queue.wake()
    await until(lambda: person.asked)
    person.answers.put_nowait(Decision(Policy.RENAME))
    await until(lambda: engine.calls)
    engine.pending = [[change(1, State.RUNNING)]]
    queue.wake()
    await until(lambda: not engine.pending)
    engine.pending = [[change(1, State.ASKING)]]
    queue.wake()
    await until(lambda: len(person.asked) == 2)


async def test_trouble_with_the_store_is_told_once_and_its_end_too(queue, engine):
    told = []
    queue.trouble_changed.connect(told.append)
    trouble = engine.trouble = ConfigError("the disk is full")
    engine.pending = [[change(1, State.QUEUED)], [change(1, State.QUEUED)]]
    queue.wake()
    await until(lambda: told)
    engine.trouble = None
    queue.wake()
    await until(lambda: len(told) == 2)
    assert told == [trouble, None]


async def test_wishes_reach_the_engine(queue, engine):
    queue.pause([1, 2])
    queue.resume([1])
    queue.cancel([2])
    queue.retry([3])
    queue.retry_failed()
    queue.remove([4])
    queue.clear_finished()
    queue.move([1], "top")
    queue.set_priority([5], Priority.HIGH)
    queue.set_limits(1000, None, 500)
    queue.set_max_channels(None)
    queue.set_history(9)
    queue.pause_all(True)
    queue.pause_all(False)
    assert engine.calls == [
        ("pause", [1, 2]),
        ("resume", [1]),
        ("cancel", [2]),
        ("retry", [3]),
        ("retry_failed",),
        ("remove", [4]),
        ("clear_finished",),
        ("move", [1], "top"),
        ("set_priority", [5], Priority.HIGH),
        ("set_limits", 1000, None, 500),
        ("set_max_channels", None),
        ("set_history", 9),
        ("pause_all",),
        ("resume_all",),
    ]


async def test_the_contents_of_both_sides_can_be_compared_while_the_question_stands(queue, engine, person):
    engine.pending = [[change(1, State.ASKING)]]
    queue.wake()
    await until(lambda: person.asked)
    progress = Progress()
    assert await person.asked[0].compare(progress)
    assert progress.checked == 10
    person.answers.put_nowait(None)


async def test_a_failure_is_told_in_full_and_tried_again_if_wanted(queue, engine, person):
    engine.stored = [change(1, State.DONE), change(2, State.FAILED)]
    queue.show_details(2)
    await until(lambda: person.asked)
    assert person.asked[0].item.id == 2
    person.answers.put_nowait(None)
    await asyncio.sleep(0.02)
    assert engine.calls == []
    queue.show_details(2)
    person.answers.put_nowait(Decision(Policy.SKIP))
    await until(lambda: engine.calls == [("retry", [2])])


async def test_what_is_added_after_a_change_of_the_settings_follows_them(queue, engine):
    queue.set_policy(Policy.SKIP)
    queue.add(UPLOAD)
    await until(lambda: engine.calls)
    assert engine.calls[0][-1] is Policy.SKIP


async def test_only_what_ended_in_this_run_is_told_as_news(queue, engine):
    told = []
    queue.items_ended.connect(told.append)
    old, new = change(1, State.DONE), change(2, State.FAILED)
    engine.pending = [
        [
            replace(old, item=structs.replace(old.item, ended=5.0)),
            replace(new, item=structs.replace(new.item, ended=time.time() + 1)),
            change(3, State.RUNNING),
        ]
    ]
    queue.wake()
    await until(lambda: told)
    assert [[item.id for item in items] for items in told] == [[2]]
