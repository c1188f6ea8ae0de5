from __future__ import annotations

import random
from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_item
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.models.queue import EXPANDED_ROLE, QueueModel
from desktop.models.queue_row import Column, QueueCounts, QueueFilter, QueueRow
from desktop.transfers.items import Direction, Failure, Item, State
from desktop.transfers.progress import Change, Group
from shared.entries import Kind
from shared.errors import Code


def row(id: int, state: State = State.QUEUED, *, group: int = 0, position: int | None = None) -> QueueRow:
    place = id if position is None else position
    return QueueRow(id, place, f"item {id}", Direction.UPLOAD, state, size=100, moved=0, group=group)


def shown(model: QueueModel) -> list[int]:
    return [model.row(i).id for i in range(model.rowCount())]


class Spans:
    """Records the rows of each dataChanged."""

    def __init__(self, model: QueueModel) -> None:
        self.seen: list[tuple[int, int]] = []
        model.dataChanged.connect(self._take)

    def _take(self, top: QModelIndex, bottom: QModelIndex) -> None:
        self.seen.append((top.row(), bottom.row()))


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> QueueModel:
    model = QueueModel()
    qtmodeltester.check(model)
    return model


def test_rows_stand_in_the_order_of_their_positions(model: QueueModel) -> None:
    model.apply_rows([row(3), row(1), row(2)])
    assert shown(model) == [1, 2, 3]
    model.apply_rows([row(3, position=0)])
    assert shown(model) == [3, 1, 2]


def test_a_held_index_follows_a_row_that_moves(model: QueueModel) -> None:
    model.apply_rows([row(1), row(2), row(3)])
    held = QPersistentModelIndex(model.index(2, 0))
    model.apply_rows([row(3, position=0)])
    assert held.row() == 0


def test_changes_are_told_once_for_each_span(model: QueueModel) -> None:
    model.apply_rows([row(i) for i in range(1, 11)])
    spans = Spans(model)
    model.apply_rows([row(i, State.RUNNING) for i in (9, 2, 3, 4, 8)])
    assert spans.seen == [(1, 3), (7, 8)]


def test_a_folder_hides_its_contents_until_it_is_unfolded(model: QueueModel) -> None:
    model.apply_rows([row(1), row(2, group=1), row(3, group=1), row(4)])
    assert shown(model) == [1, 4]
    assert model.index(0, 0).data(EXPANDED_ROLE) is False
    assert model.index(1, 0).data(EXPANDED_ROLE) is None
    model.set_expanded(0, True)
    assert shown(model) == [1, 2, 3, 4]
    assert model.parent_row(2) == 0
    model.apply_rows([row(5, group=1)])
    assert shown(model) == [1, 2, 3, 5, 4]
    model.set_expanded(0, False)
    assert shown(model) == [1, 4]


def test_a_folder_moves_with_its_contents(model: QueueModel) -> None:
    model.apply_rows([row(1), row(2), row(3, group=2)])
    model.set_expanded(1, True)
    model.apply_rows([row(2, position=0)])
    assert shown(model) == [2, 3, 1]


def test_what_was_moved_to_the_top_stays_below_its_folder(model: QueueModel) -> None:
    model.apply_rows([row(1), row(2), row(3, group=2), row(4, group=2, position=-7)])
    model.set_expanded(1, True)
    assert shown(model) == [1, 2, 4, 3]


def test_filters_show_items_and_the_folders_they_are_in(model: QueueModel) -> None:
    model.apply_rows(
        [row(1, State.RUNNING), row(2, State.DONE, group=1), row(3, State.FAILED, group=1), row(4, State.DONE)]
    )
    model.set_filter(QueueFilter.FAILED)
    assert shown(model) == [1]
    model.set_expanded(0, True)
    assert shown(model) == [1, 3]
    model.apply_rows([row(3, State.DONE, group=1)])
    assert shown(model) == []
    model.set_filter(QueueFilter.DONE)
    assert shown(model) == [1, 2, 3, 4]


def test_an_item_leaves_the_active_filter_when_it_is_done(model: QueueModel) -> None:
    model.apply_rows([row(i, State.RUNNING) for i in range(1, 6)])
    model.set_filter(QueueFilter.ACTIVE)
    model.apply_rows([row(2, State.DONE), row(3, State.DONE), row(5, State.FAILED), row(6, State.SCANNING), row(7)])
    assert shown(model) == [1, 4, 6]


def test_counts_leave_out_folders_with_contents(model: QueueModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.counts_changed) as told:
        model.apply_rows([row(1), row(2, State.DONE, group=1), row(3, State.FAILED, group=1), row(4)])
    assert told.args == [QueueCounts(all=3, waiting=1, failed=1, done=1)]
    with qtbot.assertNotEmitted(model.counts_changed):
        model.apply_rows([replace(row(4), moved=50)])


def changed(id: int, state: State = State.QUEUED, *, group: int = 0, parts: Group | None = None) -> Change:
    name = f"{id}.txt"
    item = Item(id, 1, Direction.UPLOAD, Kind.FILE, "anna@desk", f"/in/{name}", (name,), 10, 0)
    return Change(replace_item(item, state=state, position=id, group=group), moved=0, group=parts)


def test_rows_of_a_backlog_are_shown_together_with_its_last_ones(model: QueueModel, qtbot: QtBot) -> None:
    model.apply([changed(1)])
    with qtbot.assertNotEmitted(model.rowsInserted):
        model.apply([changed(2), changed(3), changed(4)], has_more=True)
        model.apply([changed(5, group=4), replace(changed(3), is_removed=True)], has_more=True)
    assert shown(model) == [1]
    assert model.counts.all == 3
    with qtbot.waitSignal(model.rowsInserted):
        model.apply([changed(6)])
    assert shown(model) == [1, 2, 4, 6]


def test_what_waits_to_be_shown_is_there_when_the_filter_changes(model: QueueModel) -> None:
    model.apply([changed(1), changed(2, State.DONE)], has_more=True)
    model.set_filter(QueueFilter.DONE)
    assert shown(model) == [2]
    model.set_filter(QueueFilter.ALL)
    model.apply([changed(3)])
    assert shown(model) == [1, 2, 3]


def test_a_folder_whose_contents_are_gone_counts_by_itself_again(model: QueueModel) -> None:
    model.apply([changed(1, State.DONE, parts=Group(items=1)), changed(2, State.DONE, group=1)])
    assert model.counts == QueueCounts(all=1, done=1)
    model.apply([replace(changed(2), is_removed=True), changed(1, State.DONE)])
    assert model.counts == QueueCounts(all=1, done=1)
    assert model.index(0, 0).data(EXPANDED_ROLE) is None
    model.apply([replace(changed(1), is_removed=True)])
    assert model.counts == QueueCounts()


def test_a_row_that_changed_is_not_shown_as_it_was(model: QueueModel) -> None:
    model.apply([changed(1)])
    assert model.row(0).state is State.QUEUED
    model.apply([changed(1, State.RUNNING)])
    assert model.row(0).state is State.RUNNING
    assert model.states([0]) == {State.RUNNING}


def test_removed_rows_are_gone_from_view_and_counts(model: QueueModel) -> None:
    model.apply_rows([row(1), row(2, group=1), row(3), row(4, State.DONE)])
    model.set_expanded(0, True)
    model.apply_rows([], removed=[1, 2, 4, 99])
    assert shown(model) == [3]
    assert model.counts == QueueCounts(all=1, waiting=1)
    assert model.row_of(2) == -1


def test_acting_on_a_folder_and_its_contents_names_the_folder_only(model: QueueModel) -> None:
    model.apply_rows([row(1), row(2, group=1), row(3)])
    model.set_expanded(0, True)
    assert model.ids([0, 1, 2]) == [1, 3]
    assert model.ids([1]) == [2]


def test_a_failure_is_told_in_words_with_what_to_do(model: QueueModel) -> None:
    failure = Failure(Code.PERMISSION, "Permission denied", "/home/x", "Check the permissions.")
    model.apply_rows([replace(row(1, State.FAILED), failure=failure)])
    assert model.index(0, Column.STATE).data() == "Permission denied"
    tip = model.index(0, 0).data(3)
    assert "/home/x" in tip
    assert "Check the permissions." in tip


def test_a_share_is_never_beyond_whole(model: QueueModel) -> None:
    assert replace(row(1), moved=150).share == 1.0
    assert replace(row(1), size=0).share == 0.0
    assert replace(row(1, State.DONE), size=0).share == 1.0


def test_it_agrees_with_a_plain_list_through_any_changes(model: QueueModel) -> None:
    dice = random.Random(7)
    rows: dict[int, QueueRow] = {}
    unfolded: set[int] = set()
    states = list(State)
    for step in range(300):
        if rows and dice.random() < 0.3:
            gone = dice.sample(sorted(rows), min(len(rows), 3))
            gone += [r.id for r in rows.values() if r.group in gone and r.id not in gone]
            model.apply_rows([], removed=gone)
            for id in gone:
                rows.pop(id)
                unfolded.discard(id)
        else:
            fresh = []
            for _ in range(dice.randint(1, 6)):
                id = dice.randint(1, 60)
                old = rows.get(id)
                group = old.group if old else (id // 10 * 10 if id % 10 and id // 10 * 10 in rows else 0)
                parts = Group(items=1) if id % 10 == 0 else None
                place = dice.choice([id, old.position if old else id, dice.randint(1, 99)])
                fresh.append(replace(row(id, dice.choice(states), group=group, position=place), parts=parts))
            fresh = list({r.id: r for r in fresh}.values())
            model.apply_rows(fresh)
            rows |= {r.id: r for r in fresh}
        if step % 20 == 0:
            model.set_filter(dice.choice(list(QueueFilter)))
        for i, id in enumerate(shown(model)):
            if id % 10 == 0 and dice.random() < 0.2 and id not in unfolded:
                unfolded.add(id)
                model.set_expanded(i, True)
                break
        assert shown(model) == _expected(rows, unfolded, model.filter)


def _expected(rows: dict[int, QueueRow], unfolded: set[int], which: QueueFilter) -> list[int]:
    def passes(r: QueueRow) -> bool:
        match which:
            case QueueFilter.ALL:
                return True
            case QueueFilter.ACTIVE:
                return r.state in {State.RUNNING, State.SCANNING}
            case QueueFilter.WAITING:
                return r.state in {State.QUEUED, State.WAITING, State.PAUSED, State.ASKING}
            case QueueFilter.FAILED:
                return r.state is State.FAILED
        return r.state in {State.DONE, State.SKIPPED, State.CANCELLED}

    result = []
    for top in sorted((r for r in rows.values() if not r.group), key=lambda r: (r.position, r.id)):
        below = sorted((r for r in rows.values() if r.group == top.id), key=lambda r: (r.position, r.id))
        if any(map(passes, below)) if below else passes(top):
            result.append(top.id)
            if top.id in unfolded:
                result += [r.id for r in below if passes(r)]
    return result
