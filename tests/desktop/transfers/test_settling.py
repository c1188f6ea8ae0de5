"""Which folders get their times, and when: after all of a batch has ended, deepest first, and again when more came."""

from __future__ import annotations

import pytest

from desktop.transfers.items import Batch, Direction, Item, State
from desktop.transfers.ledger import Ledger
from desktop.transfers.settling import Settling
from shared.entries import Kind

FOLDER, FILE = Kind.FOLDER, Kind.FILE


class Desk:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.ledger.put_batch(Batch(1, Direction.UPLOAD, "s", "t", 0.0), is_new=True)
        self.settling = Settling(self.ledger)

    def add(self, id: int, kind: Kind, *remote: str, state: State = State.DONE, **changes: object) -> None:
        values: dict[str, object] = {"mtime_ns": 10 * id, "mode": 0o750, "group": 0 if id == 1 else 1, **changes}
        item = Item(id, 1, Direction.UPLOAD, kind, "s", "/" + "/".join(remote), remote, size=0, state=state, **values)  # type: ignore[arg-type]
        self.ledger.admit(item)
        if state is State.DONE:
            self.settling.arrived(item)

    def ready(self) -> list[int]:
        return [batch.id for batch in self.settling.take_ready()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_folders_wait_for_everything_and_come_deepest_first(desk: Desk) -> None:
    desk.add(1, FOLDER, "a")
    desk.add(2, FOLDER, "a", "b")
    desk.add(3, FILE, "a", "b", "c", state=State.RUNNING)
    assert desk.ready() == []
    desk.ledger.remove(3)
    assert desk.ready() == [1]
    assert [(each.remote, each.mtime_ns, each.mode) for each in desk.settling.folders(1)] == [
        (("a", "b"), 20, 0o750),
        (("a",), 10, 0o750),
    ]
    assert desk.ready() == []


def test_that_folders_are_due_is_written_with_the_batch_and_taken_back_when_done(desk: Desk) -> None:
    desk.add(1, FOLDER, "a")
    assert not desk.ledger.batches[1].is_settled
    assert desk.ledger.take_writes().batches == [desk.ledger.batches[1]]
    desk.ready()
    desk.settling.settled(1)
    assert desk.ledger.batches[1].is_settled


def test_what_comes_while_folders_are_settled_makes_them_due_again(desk: Desk) -> None:
    desk.add(1, FOLDER, "a")
    desk.ready()
    desk.add(2, FILE, "a", "x")
    desk.settling.settled(1)
    assert not desk.ledger.batches[1].is_settled
    assert desk.ready() == [1]


def test_a_file_of_its_own_settles_nothing(desk: Desk) -> None:
    desk.add(1, FILE, "a")
    assert desk.ready() == []
    assert desk.ledger.batches[1].is_settled


def test_a_home_and_a_folder_without_a_time_get_nothing(desk: Desk) -> None:
    desk.add(1, FOLDER)
    desk.add(2, FOLDER, "a", mtime_ns=0)
    desk.add(3, FOLDER, "b", state=State.FAILED)
    assert desk.ready() == [1]
    assert desk.settling.folders(1) == []


def test_an_earlier_run_left_folders_behind(desk: Desk) -> None:
    desk.ledger.put_batch(Batch(1, Direction.UPLOAD, "s", "t", 0.0, is_settled=False), is_new=True)
    item = Item(7, 1, Direction.UPLOAD, FOLDER, "s", "/a", ("a",), 0, 5, state=State.DONE)
    desk.ledger.admit(item, is_old=True)
    desk.settling.restore(item)
    assert desk.ready() == [1]
    assert [each.remote for each in desk.settling.folders(1)] == [("a",)]


def test_a_batch_that_was_settled_is_left_alone_at_the_next_start(desk: Desk) -> None:
    item = Item(7, 1, Direction.UPLOAD, FOLDER, "s", "/a", ("a",), 0, 5, state=State.DONE)
    desk.ledger.admit(item, is_old=True)
    desk.settling.restore(item)
    assert desk.ready() == []
