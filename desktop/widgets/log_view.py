"""The activity log under the panes: what the program did, to be read, filtered, copied and saved."""

from __future__ import annotations

import logging

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from desktop.models.log import LINE_ROLE, Column, LogLine, LogModel
from desktop.widgets.buttons import describe_action, tool_button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import line
from desktop.widgets.rows import paint_row
from desktop.widgets.table import RowTable
from shared.look import fonts, icons
from shared.look.theme import theme_of
from shared.look.tokens import Colours, Size, Space

_TIME_WIDTH = 92
_FILTER_WIDTH = 220
_BAR = 36
_ROW = 24


class LogView(QWidget):
    """Shows a LogModel, newest last, and stays at the end while the end is what is looked at.

    Signals:
        save_requested: write a text (str) into a file (str, native path).
    """

    save_requested = Signal(str, str)

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._shown = _Filter(model, self)
        self.table = LogTable(self._shown)
        self._empty = EmptyState()
        self._empty.setProperty("tone", "page")
        self._empty.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.filter_edit = QLineEdit()
        self.filter_edit.setProperty("kind", "slim")
        self.filter_edit.setPlaceholderText(self.tr("Filter the log"))
        self.filter_edit.setAccessibleName(self.tr("Filter the log"))
        self.filter_edit.setClearButtonEnabled(True)
        self.filter_edit.setFixedWidth(_FILTER_WIDTH)
        self.filter_edit.textChanged.connect(self._shown.set_text)
        self.trouble_box = QCheckBox(self.tr("Only what went &wrong"))
        self.trouble_box.toggled.connect(self._shown.set_only_trouble)
        self.copy_action = self._action(self.tr("Copy"), "copy", "Ctrl+C", self._copy)
        self.save_action = self._action(self.tr("Save the log…"), "save", "Ctrl+S", self._choose_file)
        self.clear_action = self._action(self.tr("Clear the log"), "clear", "", model.clear)
        bar = QFrame()
        bar.setProperty("tone", "page")
        bar.setFixedHeight(_BAR)
        row = QHBoxLayout(bar)
        row.setContentsMargins(Space.M, 0, Space.XS, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.filter_edit)
        row.addWidget(self.trouble_box)
        row.addStretch(1)
        for action in (self.copy_action, self.save_action, self.clear_action):
            row.addWidget(tool_button(action))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(line())
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        self._is_at_end = True
        self._shown.rowsAboutToBeInserted.connect(self._note_place)
        for change in (self._shown.rowsInserted, self._shown.rowsRemoved, self._shown.modelReset):
            change.connect(self._follow)
        self._shown.layoutChanged.connect(self._follow)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._follow()

    def shown_text(self) -> str:
        """Return all lines that the filter lets through, as they are saved."""
        return self._text_of(range(self._shown.rowCount()))

    # --- How -----------------------------------------------------------------------------------------------------

    def _action(self, text: str, icon: str, keys: str, act: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(act)
        icons.dress(action, icon)
        describe_action(action)
        self.addAction(action)
        return action

    def _text_of(self, rows: range | list[int]) -> str:
        return self._model.text_of([self._shown.mapToSource(self._shown.index(row, 0)).row() for row in rows])

    def _copy(self) -> None:
        """The selected lines; all that are shown when none is."""
        rows = self.table.selected_rows()
        text = self._text_of(rows) if rows else self.shown_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def _choose_file(self) -> None:
        chooser = QFileDialog(self, self.tr("Save the log"), "wherry.log")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.fileSelected.connect(lambda path: self.save_requested.emit(path, self.shown_text() + "\n"))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _note_place(self) -> None:
        bar = self.table.verticalScrollBar()
        self._is_at_end = bar.value() >= bar.maximum() - _ROW

    def _follow(self) -> None:
        is_empty = self._shown.rowCount() == 0
        self.table.setVisible(not is_empty)
        self._empty.setVisible(is_empty)
        for action in (self.copy_action, self.save_action):
            action.setEnabled(not is_empty)
        self.clear_action.setEnabled(self._model.rowCount() > 0)
        if is_empty and self._model.rowCount():
            self._empty.show_text("filter", self.tr("Nothing in the log matches"), "")
        elif is_empty:
            self._empty.show_text(
                "log", self.tr("Nothing has happened yet"), self.tr("Connections and transfers are told here.")
            )
        elif self._is_at_end:
            self.table.scrollToBottom()

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.copy_action, self.save_action, self.clear_action])
        menu.popup(self.cursor().pos())


class LogTable(RowTable):
    """Time and text of each line; what went wrong has a mark before it."""

    def __init__(self, model: QSortFilterProxyModel, parent: QWidget | None = None) -> None:
        super().__init__(_ROW, parent)
        self._lines = model
        self._body = fonts.body(12)
        self._figures = fonts.figures(12)
        self.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        self.setModel(model)
        self.setAccessibleName(self.tr("Activity log"))
        head = self.horizontalHeader()
        head.hide()
        head.resizeSection(Column.TIME, _TIME_WIDTH)
        head.setSectionResizeMode(Column.TEXT, QHeaderView.ResizeMode.Stretch)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = theme_of().colours
        last = self.rowAt(event.rect().bottom())
        if last < 0:
            last = self._lines.rowCount() - 1
        for row in range(max(0, self.rowAt(event.rect().top())), last + 1):
            band = QRect(0, self.rowViewportPosition(row), self.row_width, self.rowHeight(row))
            index = self._lines.index(row, Column.TEXT)
            paint_row(painter, band, index, self, colours)
            self._paint_line(painter, band, row, index.data(LINE_ROLE), colours)

    def _paint_line(self, painter: QPainter, band: QRect, row: int, told: LogLine, colours: Colours) -> None:
        painter.setFont(self._figures)
        painter.setPen(colours.muted)
        when = band.adjusted(Space.M, 0, 0, 0)
        painter.drawText(when, _LEFT, str(self._lines.index(row, Column.TIME).data()))
        left = _TIME_WIDTH
        tone = "danger" if told.level >= logging.ERROR else "warning" if told.level >= logging.WARNING else ""
        if tone:
            name = "alert-circle" if tone == "danger" else "alert"
            colour = str(getattr(colours, tone))
            ratio = self.devicePixelRatioF()
            top = band.top() + (band.height() - Size.ICON) // 2
            painter.drawPixmap(left, top, icons.pixmap(name, Size.ICON, ratio, colour))
        left += Size.ICON + Space.S
        area = QRect(left, band.top(), band.right() - left - Space.M, band.height())
        painter.setFont(self._body)
        painter.setPen(colours.text)
        text = str(self._lines.index(row, Column.TEXT).data())
        painter.drawText(area, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width()))


_LEFT = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignVCenter.value


class _Filter(QSortFilterProxyModel):
    def __init__(self, model: LogModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._is_only_trouble = False
        self.setSourceModel(model)

    def set_text(self, text: str) -> None:
        self._text = text.strip().casefold()
        self.invalidate()

    def set_only_trouble(self, is_only: bool) -> None:
        self._is_only_trouble = is_only
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        told = self.sourceModel().index(row, Column.TEXT, parent).data(LINE_ROLE)
        if self._is_only_trouble and told.level < logging.WARNING:
            return False
        return self._text in told.text.casefold()
