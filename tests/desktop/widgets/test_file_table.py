from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from pytestqt.qtbot import QtBot

from desktop.models.directory import Column, DirectoryModel
from desktop.widgets.drops import EntriesDrop, write_drop
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


def entries(names: Sequence[str], pane: str = "right") -> QMimeData:
    return write_drop(EntriesDrop(pane, ("in",), tuple(names)))


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
    with qtbot.waitSignal(pane.urls_dropped) as dropped:
        hand.drop(1)
    assert dropped.args == [["/tmp/one"], ("home", "anna", "photos")]
    hand.move(2)
    assert not pane.table.is_row_target(2)
    with qtbot.waitSignal(pane.urls_dropped) as dropped:
        hand.drop(2)
    assert dropped.args[1] == ("home", "anna")


def test_entries_are_not_taken_where_they_are_or_into_themselves(pane: PaneView, qtbot: QtBot) -> None:
    own = entries(["docs"], pane="left")
    hand = Hand(pane.table, own)
    assert not hand.move(-1).isAccepted()
    assert not hand.move(0).isAccepted()
    with qtbot.assertNotEmitted(pane.entries_dropped):
        hand.drop(0)
    event = hand.move(1)
    assert event.isAccepted()
    assert event.dropAction() == Qt.DropAction.MoveAction


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


def test_chosen_columns_stay_hidden(pane: PaneView) -> None:
    pane.table.set_hidden_columns([Column.KIND, Column.NAME])
    assert pane.table.isColumnHidden(Column.KIND)
    assert not pane.table.isColumnHidden(Column.NAME)
    assert pane.table.hidden_columns == {Column.KIND}


def test_all_of_a_large_folder_is_selected_and_sorted_at_once(pane: PaneView) -> None:
    model = pane.table.model()
    assert isinstance(model, DirectoryModel)
    model.set_entries([Entry(f"f{i}", Kind.FILE, i % 97, i, 0o644) for i in range(20_000)])
    pane.table.selectAll()
    model.sort(Column.SIZE)
    assert pane.table.selected_spans() == [(0, 19_999)]
