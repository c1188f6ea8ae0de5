"""Wishes in all states: those that mean something are granted, the others pass by, in slices."""

from __future__ import annotations

import pytest

from desktop.transfers.courier import Begun
from desktop.transfers.foreman import Clocks, Foreman
from desktop.transfers.items import Batch, Decision, Direction, Existing, Item, Policy, State
from desktop.transfers.ledger import Ledger
from desktop.transfers.outcomes import Wish
from desktop.transfers.ports import Conflicted, Stopped
from desktop.transfers.scheduler import Scheduler
from desktop.transfers.wishes import Wishes
from shared.entries import Kind

OPEN_AT_REST = [State.QUEUED, State.WAITING, State.ASKING]


class Desk:
    """A foreman with nothing under way."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.ledger.put_batch(Batch(1, Direction.UPLOAD, "s", "t", 0.0), is_new=True)
        self.scheduler = Scheduler()
        self.foreman = Foreman(self.ledger, self.scheduler, Clocks(lambda: 0.0, lambda: 0.0), patience=None)
        self.wishes = Wishes(self.foreman)

    def add(self, id: int, state: State = State.QUEUED, **changes: object) -> None:
        values: dict[str, object] = {
            "id": id, "batch": 1, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": "s", "local": f"/{id}",
            "remote": (str(id),), "size": 9, "mtime_ns": 0, "position": id, "state": state,
        }  # fmt: skip
        self.foreman.admit(Item(**(values | changes)))  # type: ignore[arg-type]

    def state(self, id: int) -> State:
        return self.ledger.items[id].state

    def states(self) -> dict[int, State]:
        return {id: item.state for id, item in self.ledger.items.items()}


def grant(steps: object) -> int:
    return sum(1 for _ in steps)  # type: ignore[attr-defined]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    "state", [*OPEN_AT_REST, State.PAUSED, State.FAILED, State.DONE, State.SKIPPED, State.CANCELLED]
)
def test_each_wish_in_each_state_at_rest(state: State) -> None:
    expected = {
        "pause": State.PAUSED if state in OPEN_AT_REST else state,
        "resume": State.QUEUED if state is State.PAUSED else state,
        "cancel": state if state.is_final else State.CANCELLED,
        "retry": State.QUEUED if state.is_final and state is not State.DONE else state,
    }
    for wish, following in expected.items():
        desk = Desk()
        desk.add(1, state)
        grant(getattr(desk.wishes, wish)([1]))
        assert desk.state(1) is following, wish


def test_a_folder_stands_for_its_contents_one_step_each(desk: Desk) -> None:
    desk.add(1, kind=Kind.FOLDER)
    for id in range(2, 6):
        desk.add(id, group=1)
    assert grant(desk.wishes.pause([1])) == 5
    assert set(desk.states().values()) == {State.PAUSED}
    grant(desk.wishes.resume([1, 3]))
    assert set(desk.states().values()) == {State.QUEUED}


def test_retrying_a_folder_leaves_what_was_skipped_or_cancelled_on_purpose(desk: Desk) -> None:
    desk.add(1, State.DONE, kind=Kind.FOLDER)
    for id, state in enumerate((State.FAILED, State.SKIPPED, State.CANCELLED), 2):
        desk.add(id, state, group=1, attempts=3)
    grant(desk.wishes.retry([1]))
    assert desk.states() == {1: State.DONE, 2: State.QUEUED, 3: State.SKIPPED, 4: State.CANCELLED}
    assert desk.ledger.items[2].attempts == 0


def test_the_last_wish_for_an_item_in_hand_counts_but_no_pause_undoes_a_cancel(desk: Desk) -> None:
    desk.add(1)
    [start] = desk.scheduler.decide(0.0)
    run = desk.foreman.begin(start)
    grant(desk.wishes.pause([1]))
    assert run.tasks[1].progress.is_cancelled
    grant(desk.wishes.resume([1]))
    assert desk.foreman.wishes == {}
    grant(desk.wishes.cancel([1]))
    grant(desk.wishes.pause([1]))
    grant(desk.wishes.resume([1]))
    assert desk.foreman.wishes == {1: Wish.CANCEL}
    desk.foreman.take(1, Stopped())
    assert desk.state(1) is State.CANCELLED


def test_removing_takes_everything_and_what_is_in_hand_when_it_comes_back(desk: Desk) -> None:
    desk.add(1)
    [start] = desk.scheduler.decide(0.0)
    desk.foreman.begin(start)
    desk.foreman.take(1, Begun(9, 0))
    for id, state in enumerate((State.QUEUED, State.DONE, State.FAILED, State.ASKING), 2):
        desk.add(id, state)
    grant(desk.wishes.remove([1, 2, 3, 4, 5, 99]))
    assert set(desk.states()) == {1}
    desk.foreman.take(1, Stopped())
    assert desk.states() == {}
    assert set(desk.ledger.take_writes().removed) == {1, 2, 3, 4, 5}
    assert not desk.ledger.is_open(1)


def test_clearing_keeps_what_is_open_or_failed(desk: Desk) -> None:
    for id, state in enumerate(State, 1):
        if state not in {State.RUNNING, State.SCANNING}:
            desk.add(id, state)
    grant(desk.wishes.clear_finished())
    assert set(desk.states().values()) == {State.QUEUED, State.PAUSED, State.WAITING, State.ASKING, State.FAILED}


def test_answers_reach_only_open_questions(desk: Desk) -> None:
    desk.add(1)
    [start] = desk.scheduler.decide(0.0)
    desk.foreman.begin(start)
    desk.foreman.take(1, Conflicted(Existing(Kind.FILE, 1, 1)))
    assert desk.foreman.existing[1].size == 1
    grant(desk.wishes.answer(1, Decision(Policy.OVERWRITE)))
    assert (desk.state(1), desk.ledger.items[1].policy) == (State.QUEUED, Policy.OVERWRITE)
    assert desk.foreman.existing == {}
    grant(desk.wishes.answer(1, Decision(Policy.SKIP)))
    assert desk.state(1) is State.QUEUED


def test_ask_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no answer"):
        Decision(Policy.ASK)


def test_moving_leaves_finished_items_alone(desk: Desk) -> None:
    desk.add(1)
    desk.add(2, State.DONE)
    desk.add(3)
    grant(desk.wishes.move([3, 2], "up"))
    assert {id: item.position for id, item in desk.ledger.items.items()} == {1: 3, 2: 2, 3: 1}
    [start] = desk.scheduler.decide(0.0)
    assert start.items == (3, 1)
