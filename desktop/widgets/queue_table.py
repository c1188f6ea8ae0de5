"""The list of the queue: folding of folders by mouse and keys, and columns that fit."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop.models.queue import EXPANDED_ROLE, QueueModel
from desktop.models.queue_row import Column
from desktop.widgets.queue_painter import Cell, RowPainter, fold_rect
from desktop.widgets.rows import paint_row
from desktop.widgets.table import RowTable
from shared.look.theme import theme_of
from shared.look.tokens import Size

_WIDTHS = {
    Column.STATE: 168,
    Column.PROGRESS: 168,
    Column.SIZE: 136,
    Column.RATE: 88,
    Column.LEFT: 84,
    Column.TARGET: 176,
}
_NAME_MIN = 240
_GIVE_WAY = (Column.TARGET, Column.SIZE, Column.LEFT, Column.RATE)


class QueueTable(RowTable):
    """Shows a QueueModel.

    Signals:
        selection_changed: other rows are selected now.
        delete_pressed: Del on the selection.
        activated_row: Enter or a double-click on a row that cannot be unfolded (int).
    """

    selection_changed = Signal()
    delete_pressed = Signal()
    activated_row = Signal(int)

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(Size.ROW, parent)
        self._queue = model
        self._painter = RowPainter()
        self.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        self.setModel(model)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        self.setAccessibleName(self.tr("Transfers"))
        head = self.horizontalHeader()
        for column, width in _WIDTHS.items():
            head.resizeSection(column, width)
        head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)

    def selected_ids(self) -> list[int]:
        """Return the ids of the selected items, folders standing for what is below them."""
        return self._queue.ids(self.selected_rows())

    def each_selected_row(self) -> Iterator[int]:
        """Yield the selected rows from the top, without making a list of them all."""
        for top, bottom in self.selected_spans():
            yield from range(top, bottom + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        is_row = 0 <= row < self._queue.rowCount()
        match event.key():
            case Qt.Key.Key_Right if is_row:
                self._queue.set_expanded(row, True)
            case Qt.Key.Key_Left if is_row:
                parent = self._queue.parent_row(row)
                if parent >= 0:
                    self.selectRow(parent)
                else:
                    self._queue.set_expanded(row, False)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if is_row:
                self._activate(row)
            case Qt.Key.Key_Delete:
                self.delete_pressed.emit()
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if (
            event.button() == Qt.MouseButton.LeftButton
            and index.isValid()
            and index.column() == Column.NAME
            and index.data(EXPANDED_ROLE) is not None
            and fold_rect(self.visualRect(index)).contains(event.position().toPoint())
        ):
            self._queue.set_expanded(index.row(), not index.data(EXPANDED_ROLE))
            return
        super().mousePressEvent(event)
        if not index.isValid() and not event.modifiers():
            self.clearSelection()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self._activate(index.row())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        head, area = self.horizontalHeader(), event.rect()
        cells: list[Cell] = [
            (column, head.sectionViewportPosition(column), head.sectionSize(column))
            for column in Column
            if not head.isSectionHidden(column)
        ]
        colours = theme_of().colours
        last = self.rowAt(area.bottom())
        if last < 0:
            last = self._queue.rowCount() - 1
        for row in range(max(0, self.rowAt(area.top())), last + 1):
            band = QRect(0, self.rowViewportPosition(row), self.row_width, self.rowHeight(row))
            paint_row(painter, band, self._queue.index(row, 0), self, colours)
            self._painter.paint(painter, band, cells, *self._queue.shown(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width() - _NAME_MIN
        hidden: set[Column] = set()
        for column in _GIVE_WAY:
            if sum(width for each, width in _WIDTHS.items() if each not in hidden) > room:
                hidden.add(column)
        for column in _WIDTHS:
            if self.isColumnHidden(column) != (column in hidden):
                self.setColumnHidden(column, column in hidden)

    def _activate(self, row: int) -> None:
        expanded = self._queue.index(row, 0).data(EXPANDED_ROLE)
        if expanded is None:
            self.activated_row.emit(row)
        else:
            self._queue.set_expanded(row, not expanded)
