"""The page that searches below a folder, in place of a pane's list, and lets what was found be acted on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.models.found import ICON_ROLE, FoundColumn, FoundModel
from desktop.widgets.busy_line import BusyLine
from desktop.widgets.buttons import describe_action, icon_button, push_button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import ElidedLabel, label, line
from desktop.widgets.rows import RowLook, paint_row
from desktop.widgets.table import RowTable
from shared.look import fonts, icons
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space
from shared.work import Match

_WIDTHS = {FoundColumn.WHERE: 180, FoundColumn.SIZE: 84, FoundColumn.MODIFIED: 132}
Index = QModelIndex | QPersistentModelIndex


class SearchPage(QFrame):
    """Shows a FoundModel.

    Signals:
        search_requested: look for names that fit a pattern (str).
        stop_requested: look no further.
        closed: show the folder again.
        go_requested: show the folder of a Match, with it selected.
        copy_requested, delete_requested, path_requested: the selected list[Match]: to the other pane, away, its paths.
    """

    search_requested = Signal(str)
    stop_requested = Signal()
    closed = Signal()
    go_requested = Signal(object)
    copy_requested = Signal(object)
    delete_requested = Signal(object)
    path_requested = Signal(object)

    def __init__(self, model: FoundModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._is_busy = False
        self.setProperty("tone", "bar")
        self._title = ElidedLabel("", "strong")
        self._field = QLineEdit()
        self._field.setProperty("kind", "slim")
        self._field.setPlaceholderText(self.tr("Part of a name, or *.jpg"))
        self._field.setAccessibleName(self.tr("Search for"))
        self._field.returnPressed.connect(self._start)
        self._go = push_button(self.tr("Search"), "primary")
        self._go.clicked.connect(self._press)
        close = icon_button("close", self.tr("Back to the folder  (Esc)"))
        close.clicked.connect(self.closed)
        self._table = _FoundTable(model)
        self._table.setAccessibleName(self.tr("What was found"))
        self._empty = EmptyState(self._table.viewport())
        self._busy = BusyLine()
        self._found = label("", "small")
        self._lay_out(close)
        self._make_actions()
        self.setFocusProxy(self._field)
        self.show_found("", 0)

    @property
    def field(self) -> QLineEdit:
        return self._field

    @property
    def table(self) -> RowTable:
        return self._table

    @property
    def status(self) -> str:
        """What is said of the search."""
        return self._found.text()

    def open_at(self, where: str) -> None:
        """Search below the folder ``where``, whose path is safe to display."""
        self._title.setText(self.tr("Search in %1").replace("%1", where))
        self._field.selectAll()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, is_busy: bool) -> None:
        """A search is under way, or over."""
        self._is_busy = is_busy
        self._busy.set_busy(is_busy)
        self._go.setText(self.tr("Stop") if is_busy else self.tr("Search"))
        self._show_emptiness()

    def show_found(self, text: str, _count: int) -> None:
        """Say how the search goes or went."""
        self._found.setText(text)
        self._show_emptiness()

    def selected(self) -> list[Match]:
        return [self._model.found(row) for row in self._table.selected_rows()]

    # --- How -----------------------------------------------------------------------------------------------------

    def _lay_out(self, close: QWidget) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.S, Space.XS, 0)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        row = QHBoxLayout()
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.S)
        row.setSpacing(Space.S)
        row.addWidget(self._field, 1)
        row.addWidget(self._go)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.M, 0, Space.M, 0)
        foot.addWidget(self._found, 1)
        self._found.setFixedHeight(Size.FOOTER)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(line())
        column.addWidget(self._busy)
        column.addWidget(self._table, 1)
        column.addWidget(line())
        column.addLayout(foot)

    def _make_actions(self) -> None:
        self._actions: list[QAction] = []
        for text, icon, keys, act in (
            (self.tr("Show in folder"), "folder-open", "Return", self._go_to_first),
            (self.tr("Copy to the other pane"), "copy", "F5", lambda: self.copy_requested.emit(self.selected())),
            (self.tr("Copy path"), "link", "Ctrl+Shift+C", lambda: self.path_requested.emit(self.selected())),
            (self.tr("Delete…"), "trash", "Del", lambda: self.delete_requested.emit(self.selected())),
        ):
            self._actions.append(self._make_action(text, icon, keys, act))
        self._table.doubleClicked.connect(lambda _: self._go_to_first())
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_menu)

    def _make_action(self, text: str, icon: str, keys: str, act: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False: act() if self._table.selected_spans() else None)
        icons.dress(action, icon)
        describe_action(action)
        self._table.addAction(action)
        return action

    def _show_menu(self, where: QPoint) -> None:
        if self._table.selected_spans():
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions(self._actions)
            menu.popup(self._table.viewport().mapToGlobal(where))

    def _press(self) -> None:
        if self._is_busy:
            self.stop_requested.emit()
        else:
            self._start()

    def _start(self) -> None:
        if self._field.text().strip():
            self.search_requested.emit(self._field.text().strip())

    def _go_to_first(self) -> None:
        for match in self.selected()[:1]:
            self.go_requested.emit(match)

    def _show_emptiness(self) -> None:
        self._empty.setVisible(not self._is_busy and not self._model.rowCount())
        if self._found.text():
            self._empty.show_text("search", self.tr("Nothing was found"), self.tr("Try a shorter part of the name."))
        else:
            self._empty.show_text(
                "search", self.tr("Search by name"), self.tr("It looks into all folders below this one.")
            )
        self._empty.setGeometry(self._table.viewport().rect())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._empty.setGeometry(self._table.viewport().rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class _FoundTable(RowTable):
    """Name and folder share the room."""

    def __init__(self, model: FoundModel) -> None:
        super().__init__(Size.ROW)
        self.setItemDelegate(_FoundDelegate(self))
        self.setModel(model)
        head = self.horizontalHeader()
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        for column, width in _WIDTHS.items():
            head.resizeSection(column, width)
        head.setSectionResizeMode(FoundColumn.NAME, QHeaderView.ResizeMode.Stretch)


class _FoundDelegate(QStyledItemDelegate):
    """Paints as the panes do: an icon, the name, and the quieter columns."""

    def __init__(self, table: RowTable) -> None:
        super().__init__(table)
        self._look: RowLook = table
        self._name_font = fonts.body()
        self._figures = fonts.figures(12)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(Space.HUGE, Size.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, colours = option.rect, theme_of().colours
        paint_row(painter, rect, index, self._look, colours)
        is_name = index.column() == FoundColumn.NAME
        left = Space.S
        if is_name:
            name = str(index.data(ICON_ROLE))
            colour = colours.accent if name == "folder" else colours.icon
            ratio = painter.device().devicePixelRatioF()
            top = rect.top() + (rect.height() - Size.ICON) // 2
            painter.drawPixmap(rect.left() + Space.M, top, icons.pixmap(name, Size.ICON, ratio, colour))
            left = Space.M + Size.ICON + Space.S
        area = rect.adjusted(left, 0, -Space.S, 0)
        painter.setFont(self._name_font if is_name else self._figures)
        painter.setPen(QColor(colours.text if is_name else colours.muted))
        shown = painter.fontMetrics().elidedText(str(index.data() or ""), Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)
