"""What the tables of the window share: whole rows, fixed height, hover, and telling how a row stands out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from shared.look.theme import theme_of


class RowTable(QTableView):
    """A table that is a list with columns: rows are chosen, never cells. Implements RowLook."""

    def __init__(self, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered = -1
        self._nothing: QItemSelectionModel | None = None
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        rows = self.verticalHeader()
        rows.hide()
        # Fixed: Qt then never asks the rows for their height.
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height)
        rows.setMinimumSectionSize(row_height)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsMovable(False)
        head.setMinimumSectionSize(48)
        head.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme_of().changed.connect(self.viewport().update)

    def setSelectionModel(self, selection: QItemSelectionModel) -> None:
        """Qt's headings ask for each of their sections whether all its rows are selected, row by row, at every paint.

        These headings do not show it, so they look at a selection of their own in which nothing ever is.
        """
        super().setSelectionModel(selection)
        if self._nothing is not None:
            self._nothing.deleteLater()
        self._nothing = QItemSelectionModel(selection.model(), self)
        for head in (self.horizontalHeader(), self.verticalHeader()):
            head.setSelectionModel(self._nothing)

    # --- RowLook -------------------------------------------------------------------------------------------------

    def is_row_selected(self, row: int) -> bool:
        model = self.selectionModel()
        return model is not None and model.isRowSelected(row, QModelIndex())

    def is_row_hovered(self, row: int) -> bool:
        return row == self._hovered

    def is_row_focused(self, row: int) -> bool:
        return self.hasFocus() and self.currentIndex().row() == row and self._shows_ring(row)

    def is_row_target(self, row: int) -> bool:
        return False

    @property
    def has_keyboard(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    @property
    def row_width(self) -> int:
        return max(self.viewport().width(), self.horizontalHeader().length())

    def _shows_ring(self, row: int) -> bool:
        # One selected row says itself where the keyboard is; among many, or none, the ring does.
        return not (self.is_row_selected(row) and len(self.selected_spans()) == 1 and self._selected_count() == 1)

    # --- Selection -----------------------------------------------------------------------------------------------

    def selected_spans(self) -> list[tuple[int, int]]:
        """Return first and last row of each selected range, from the top; cheap with 100,000 rows selected."""
        model = self.selectionModel()
        if model is None:
            return []
        selection = model.selection()
        spans = [selection.at(i) for i in range(selection.count())]
        return sorted({(span.top(), span.bottom()) for span in spans})

    def selected_rows(self) -> list[int]:
        """Return the selected rows from the top."""
        return [row for top, bottom in self.selected_spans() for row in range(top, bottom + 1)]

    def select_rows(self, rows: list[int]) -> None:
        """Select exactly these rows, which are in order; neighbours go in as one range."""
        model, source = self.selectionModel(), self.model()
        if model is None or source is None:
            return
        selection = QItemSelection()
        last_column = source.columnCount() - 1
        start = 0
        for i in range(1, len(rows) + 1):
            if i == len(rows) or rows[i] != rows[i - 1] + 1:
                selection.select(source.index(rows[start], 0), source.index(rows[i - 1], last_column))
                start = i
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _selected_count(self) -> int:
        return sum(bottom - top + 1 for top, bottom in self.selected_spans())

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.HoverLeave, QEvent.Type.Leave):
            self._hover(-1)
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hover(-1 if event.buttons() else self.indexAt(event.position().toPoint()).row())
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            before, self._hovered = self._hovered, row
            for each in (before, row):
                self._update_row(each)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            self.viewport().update(0, top, self.viewport().width(), height)
