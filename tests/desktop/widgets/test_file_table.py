from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from pytestqt.qtbot import QtBot

from desktop.models.directory import DirectoryModel
from desktop.models.directory_row import Column
from desktop.widgets.drops import EntriesDrop, PathsDrop, write_entries
from desktop.widgets.file_table import FileTable
from desktop.widgets.pane import PaneView
from shared.entries import Entry, Kind

_COPY = Qt.DropAction.CopyAction
_BOTH = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


class Hand:
    """Drags over a table as the window system would tell it."""

    def __init__(self, table: FileTable, data: QMimeData) -> None:
        self._table, self._data = table, data

    def _where(self, row: int) -> QPointF:
        model = self._table.model()
        if row < 0:
            return QPointF(40, self._table.viewport().height() - 10)
        return QPointF(self._table.visualRect(model.index(row, 0)).center())

    def move(self, row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QDragMoveEvent:
        at = self._where(row)
        args = (at.toPoint(), _BOTH, self._data, Qt.MouseButton.LeftButton, modifiers)
        self._table.dragEnterEvent(QDragEnterEvent(*args))
        event = QDragMoveEvent(*args)
        self._table.dragMoveEvent(event)
        return event

    def drop(self, row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QDropEvent:
        event = QDropEvent(self._where(row), _BOTH, self._data, Qt.MouseButton.LeftButton, modifiers)
        self._table.dropEvent(event)
        return event

    def leave(self) -> None:
        self._table.dragLeaveEvent(QDragLeaveEvent())


def entries(names: Sequence[str], pane: str = "right", path: tuple[str, ...] = ("in",)) -> QMimeData:
    data = QMimeData()
    write_entries(data, EntriesDrop(pane, path, tuple(names)))
    return data


def files() -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/one")])
    return data


def test_entries_of_the_other_pane_drop_into_the_folder_shown(pane: PaneView, qtbot: QtBot) -> None:
    data = entries(["x"])
    hand = Hand(pane.table, data)
    assert hand.move(-1).isAccepted()
    assert pane.table.is_drop_target
    with qtbot.waitSignal(pane.entries_dropped) as dropped:
        event = hand.drop(-1)
    assert dropped.args == [EntriesDrop("right", ("in",), ("x",)), ("home", "anna")]
    assert event.dropAction() == _COPY
    assert not pane.table.is_drop_target


def test_a_drop_on_a_folder_goes_into_it_and_on_a_file_beside_it(pane: PaneView, qtbot: QtBot) -> None:
    data = files()
    hand = Hand(pane.table, data)
    hand.move(1)
    assert pane.table.is_row_target(1)
    with qtbot.waitSignal(pane.paths_dropped) as dropped:
        hand.drop(1)
    assert dropped.args == [PathsDrop(("/tmp/one",)), ("home", "anna", "photos")]
    hand.move(2)
    assert not pane.table.is_row_target(2)
    with qtbot.waitSignal(pane.paths_dropped) as dropped:
        hand.drop(2)
    assert dropped.args[1] == ("home", "anna")


def test_entries_are_not_taken_where_they_are_or_into_themselves(pane: PaneView, qtbot: QtBot) -> None:
    own = entries(["docs"], pane="left", path=("home", "anna"))
    hand = Hand(pane.table, own)
    assert not hand.move(-1).isAccepted()
    assert not hand.move(0).isAccepted()
    with qtbot.assertNotEmitted(pane.entries_dropped):
        hand.drop(0)
    event = hand.move(1)
    assert event.isAccepted()
    assert event.dropAction() == Qt.DropAction.MoveAction


def test_entries_are_taken_by_a_folder_that_opened_under_their_drag(pane: PaneView, qtbot: QtBot) -> None:
    own = entries(["docs"], pane="left", path=("home",))
    hand = Hand(pane.table, own)
    event = hand.move(-1)
    assert event.isAccepted()
    assert event.dropAction() == Qt.DropAction.MoveAction
    with qtbot.waitSignal(pane.entries_dropped) as dropped:
        hand.drop(-1)
    assert dropped.args == [EntriesDrop("left", ("home",), ("docs",)), ("home", "anna")]


def test_a_drag_that_begins_on_a_file_is_followed_to_the_folders(pane: PaneView) -> None:
    own = entries(["a.txt"], pane="left", path=("home", "anna"))
    model = pane.table.model()
    at = QPointF(pane.table.visualRect(model.index(2, 0)).center()).toPoint()
    no_keys = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(at, _BOTH, own, Qt.MouseButton.LeftButton, no_keys)
    event.ignore()
    pane.table.dragEnterEvent(event)
    assert event.isAccepted()
    assert not pane.table.is_drop_target


def test_shift_means_a_move(pane: PaneView, qtbot: QtBot) -> None:
    data = entries(["x"])
    hand = Hand(pane.table, data)
    hand.move(-1, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(pane.entries_dropped) as dropped:
        hand.drop(-1, Qt.KeyboardModifier.ShiftModifier)
    assert dropped.args[0].is_move


def test_files_of_other_programs_are_never_moved(pane: PaneView) -> None:
    data = files()
    event = Hand(pane.table, data).move(-1, Qt.KeyboardModifier.ShiftModifier)
    assert event.dropAction() == _COPY


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"pane":1,"path":[],"names":["x"]}', b'{"pane":"a","path":"/","names":["x"]}']
)
def test_nonsense_in_a_drag_is_refused(pane: PaneView, qtbot: QtBot, content: bytes) -> None:
    data = QMimeData()
    data.setData("application/x-wherry-entries", content)
    hand = Hand(pane.table, data)
    assert not hand.move(-1).isAccepted()
    with qtbot.assertNotEmitted(pane.entries_dropped):
        assert not hand.drop(-1).isAccepted()


def test_a_folder_opens_when_a_drag_rests_on_it(pane: PaneView, qtbot: QtBot) -> None:
    data = files()
    hand = Hand(pane.table, data)
    with qtbot.waitSignal(pane.entry_activated, timeout=3000) as opened:
        hand.move(1)
    assert opened.args[0].name == "photos"
    hand.leave()


def test_a_drag_that_moves_on_opens_nothing(pane: PaneView, qtbot: QtBot) -> None:
    data = files()
    hand = Hand(pane.table, data)
    hand.move(1)
    with qtbot.assertNotEmitted(pane.entry_activated, wait=1000):
        hand.move(-1)
    hand.leave()


def test_narrow_panes_give_the_name_room(pane: PaneView) -> None:
    assert not pane.table.isColumnHidden(Column.KIND)
    assert pane.table.isColumnHidden(Column.PERMISSIONS)
    pane.resize(400, 480)
    pane.layout().activate()
    assert pane.table.isColumnHidden(Column.KIND)
    assert pane.table.columnWidth(Column.NAME) >= 150
    pane.resize(640, 480)
    pane.layout().activate()
    assert not pane.table.isColumnHidden(Column.KIND)


def test_chosen_columns_stay_hidden(pane: PaneView, qtbot: QtBot) -> None:
    columns = pane.table.columns
    with qtbot.waitSignal(pane.columns_changed):
        columns.choose(Column.KIND, is_shown=False)
    columns.choose(Column.NAME, is_shown=False)
    assert pane.table.isColumnHidden(Column.KIND)
    assert not pane.table.isColumnHidden(Column.NAME)


def test_widths_order_and_sorting_come_back_as_they_were_left(pane: PaneView, qtbot: QtBot) -> None:
    head, columns = pane.table.horizontalHeader(), pane.table.columns
    with qtbot.waitSignal(pane.columns_changed):
        head.resizeSection(Column.SIZE, 111)
    head.moveSection(head.visualIndex(Column.KIND), 1)
    columns.choose(Column.MODIFIED, is_shown=False)
    pane.table.sortByColumn(Column.SIZE, Qt.SortOrder.DescendingOrder)
    kept = columns.save()
    columns.restore("size:84 modified:124 kind:120 -permissions:100 up:0")
    assert pane.table.columnWidth(Column.SIZE) == 84
    assert head.visualIndex(Column.SIZE) == 1
    columns.restore(kept)
    assert columns.save() == kept
    assert pane.table.columnWidth(Column.SIZE) == 111
    assert head.visualIndex(Column.KIND) == 1
    assert head.visualIndex(Column.NAME) == 0
    assert pane.table.isColumnHidden(Column.MODIFIED)
    model = pane.table.model()
    assert isinstance(model, DirectoryModel)
    assert (model.sort_column, model.sort_order) == (Column.SIZE, Qt.SortOrder.DescendingOrder)


@pytest.mark.parametrize("text", ["", "x:1", "size:", "size:99999 up:7 down:", "-name:3 \x00", "kind:1 kind:2"])
def test_nonsense_about_columns_is_passed_over(pane: PaneView, text: str) -> None:
    pane.table.columns.restore(text)
    assert not pane.table.isColumnHidden(Column.NAME)
    assert 48 <= pane.table.columnWidth(Column.SIZE) <= 600


def test_ctrl_means_a_copy_beside_the_originals(pane: PaneView, qtbot: QtBot) -> None:
    own = entries(["docs"], pane="left", path=("home", "anna"))
    hand = Hand(pane.table, own)
    event = hand.move(-1, Qt.KeyboardModifier.ControlModifier)
    assert event.isAccepted()
    assert event.dropAction() == _COPY
    with qtbot.waitSignal(pane.entries_dropped) as dropped:
        hand.drop(-1, Qt.KeyboardModifier.ControlModifier)
    assert dropped.args[0].is_copy


def test_a_pattern_selects_and_deselects_and_the_rest_can_be_chosen(pane: PaneView) -> None:
    assert pane.table.select_mask("*.txt; *.gz; !b*", is_selected=True) == 1
    assert [each.name for each in pane.selected_entries()] == ["a.txt"]
    pane.table.invert_selection()
    assert [each.name for each in pane.selected_entries()] == ["docs", "photos", "b.tar.gz"]
    pane.table.select_mask("p*", is_selected=False)
    assert [each.name for each in pane.selected_entries()] == ["docs", "b.tar.gz"]


def test_names_are_selected_once_their_rows_have_come(pane: PaneView, qtbot: QtBot) -> None:
    model = pane.table.model()
    assert isinstance(model, DirectoryModel)
    model.append_entries([Entry(f"f{i}", Kind.FILE, 1, 1, 0o644) for i in range(20_000)])
    pane.select_names(["f19999"])
    qtbot.waitUntil(lambda: not model.is_settling)
    assert [each.name for each in pane.selected_entries()] == ["f19999"]


def test_all_of_a_large_folder_stays_selected_over_sorting(pane: PaneView, qtbot: QtBot) -> None:
    model = pane.table.model()
    assert isinstance(model, DirectoryModel)
    model.set_entries([Entry(f"f{i}", Kind.FILE, i % 97, i, 0o644) for i in range(20_000)])
    qtbot.waitUntil(lambda: model.rowCount() == 20_000)
    pane.table.selectAll()
    model.sort(Column.SIZE)
    qtbot.waitUntil(lambda: not model.is_settling)
    assert model.entry(0).size == 0
    assert pane.table.selected_spans() == [(0, 19_999)]
