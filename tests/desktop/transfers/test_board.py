"""Rows, changes and totals at the moment they are asked for."""

from __future__ import annotations

from desktop.transfers.board import Board
from desktop.transfers.courier import Begun, Run
from desktop.transfers.foreman import Clocks, Foreman
from desktop.transfers.items import Batch, Direction, Item, State
from desktop.transfers.ledger import Ledger
from desktop.transfers.ports import Finished
from desktop.transfers.scheduler import Scheduler
from desktop.transfers.stalls import StallWatch
from shared.entries import Kind


class Desk:
    """A board over two files of a folder, in hand and begun."""

    def __init__(self) -> None:
        self.now = 0.0
        ledger, scheduler = Ledger(), Scheduler()
        ledger.put_batch(Batch(1, Direction.UPLOAD, "s", "t", 0.0), is_new=True)
        self.foreman = Foreman(ledger, scheduler, Clocks(lambda: self.now, lambda: 0.0), patience=None)
        self.stalls = StallWatch()
        self.board = Board(self.foreman, self.stalls, lambda: self.now)
        for id, group in ((1, 0), (2, 1), (3, 1)):
            kind = Kind.FILE if group else Kind.FOLDER
            state = State.QUEUED if group else State.DONE
            self.foreman.admit(
                Item(id, 1, Direction.UPLOAD, kind, "s", "/x", ("x",), 100 * (group != 0), 0, group=group,
                     position=-id, state=state)
            )  # fmt: skip
        self.runs: list[Run] = [self.foreman.begin(start) for start in scheduler.decide(0.0)]
        for id in (2, 3):
            self.foreman.take(id, Begun(100, 0))

    def move(self, id: int, moved: int, sent: int) -> None:
        progress = self.foreman.tasks[id].progress
        progress.moved, progress.sent = moved, sent


def test_rows_stand_by_position() -> None:
    assert [row.item.id for row in Desk().board.rows()] == [3, 2, 1]


def test_what_stands_still_is_told_once_and_what_moves_each_time() -> None:
    desk = Desk()
    assert {change.item.id for change in desk.board.drain(99)} == {1, 2, 3}
    assert desk.board.drain(99) == []
    desk.now = 1.0
    desk.move(2, 50, 30)
    changes = {change.item.id: change for change in desk.board.drain(99)}
    assert set(changes) == {1, 2}
    assert (changes[2].moved, changes[2].rate_bps, changes[2].eta_s) == (50, 30, 50 / 30)


def test_a_folder_shows_what_its_files_have_moved_by_now() -> None:
    desk = Desk()
    desk.move(2, 50, 50)
    desk.move(3, 20, 20)
    [folder] = [change for change in desk.board.drain(99) if change.item.id == 1]
    assert folder.group is not None
    assert (folder.group.items, folder.group.open, folder.group.size, folder.group.moved) == (2, 2, 200, 70)
    desk.foreman.take(2, Finished(100, b"", 100))
    [folder] = [change for change in desk.board.drain(99) if change.item.id == 1]
    assert folder.group is not None
    assert (folder.group.open, folder.group.moved) == (1, 120)


def test_a_stall_brings_the_rate_down_without_any_report() -> None:
    desk = Desk()
    desk.board.drain(99)
    desk.now = 1.0
    desk.move(2, 50, 50)
    desk.board.drain(99)
    desk.now = 11.0
    [stalled] = [change for change in desk.board.drain(99) if change.item.id == 2]
    assert stalled.rate_bps < 5


def test_what_was_reused_counts_as_moved_and_not_as_rate() -> None:
    desk = Desk()
    desk.board.totals()
    desk.now = 1.0
    desk.move(2, 90, 10)
    totals = desk.board.totals()
    assert (totals.bytes_total, totals.bytes_moved, totals.rate_bps) == (200, 90, 10.0)


def test_bytes_that_travelled_stay_counted_when_a_file_has_ended() -> None:
    desk = Desk()
    desk.move(2, 100, 100)
    desk.now = 1.0
    assert desk.board.totals().rate_bps == 100.0
    desk.foreman.take(2, Finished(100, b"", 100))
    desk.now = 2.0
    before = desk.board.totals()
    assert before.bytes_moved == 100
    assert 0 < before.rate_bps < 100.0
    assert before.count(State.DONE) == 2
