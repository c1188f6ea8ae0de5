"""The list of a pane: keys, in-place rename, drags out and drops in. It opens no file and changes none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QMenu, QWidget

from desktop.models.directory import Column, DirectoryModel
from desktop.widgets.drag_picture import drag_picture
from desktop.widgets.drops import EntriesDrop, read_drop, read_local_paths
from desktop.widgets.file_delegate import FileDelegate
from desktop.widgets.table import RowTable
from shared.entries import Entry
from shared.look import filetypes
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space
from shared.names import display

SPRING_MS = 800
"""How long a drag rests on a folder before it opens."""

_WIDTHS = {Column.SIZE: 84, Column.MODIFIED: 124, Column.KIND: 116, Column.PERMISSIONS: 100}
_NAME_MIN = 190
"""When the name would get less, columns give way, the least needed first."""
_GIVE_WAY = (Column.PERMISSIONS, Column.KIND, Column.MODIFIED)

Payload = EntriesDrop | list[str]


class FileTable(RowTable):
    """Shows a DirectoryModel.

    Signals:
        entry_activated: Enter or a double-click on an Entry, or a drag that rested on a folder.
        up_requested: Backspace.
        other_pane_requested: Tab.
        filter_typed: a letter was typed, to filter by (str).
        escape_pressed: Escape with no drag and no editor open.
        selection_changed: other rows are selected now.
        dropped: an EntriesDrop or a list of local paths, and the folder Entry it fell on or None for the pane.
        focused: the list has got the keyboard.
        columns_changed: the person chose which columns are shown.
    """

    entry_activated = Signal(object)
    up_requested = Signal()
    other_pane_requested = Signal()
    filter_typed = Signal(str)
    escape_pressed = Signal()
    selection_changed = Signal()
    dropped = Signal(object, object)
    focused = Signal()
    columns_changed = Signal()

    def __init__(self, pane_id: str, parent: QWidget | None = None) -> None:
        super().__init__(Size.ROW, parent)
        self._pane_id = pane_id
        self._directory: DirectoryModel | None = None
        self._pack: Callable[[Sequence[Entry]], QMimeData] | None = None
        self._kept: tuple[set[str], str, int] = (set(), "", 0)
        self._incoming: Payload | None = None
        self._target_row = -1
        self._is_target = False
        self._hidden_columns = {Column.PERMISSIONS}
        self._spring = QTimer(self, singleShot=True, interval=SPRING_MS)
        self._spring.timeout.connect(self._spring_open)
        self.setItemDelegate(FileDelegate(self, self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDragEnabled(True)
        self.setDropIndicatorShown(False)
        self.setAutoScroll(True)
        self.setSortingEnabled(True)
        head = self.horizontalHeader()
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._show_header_menu)

    # --- What it shows -------------------------------------------------------------------------------------------

    def set_directory(self, model: DirectoryModel) -> None:
        """Show a model. Its order becomes the one that the heading shows."""
        # Before the selection model connects: the names are taken while the rows are still where they were.
        model.rows_about_to_move.connect(self._keep_selection)
        model.rows_moved.connect(self._restore_selection)
        self._directory = model
        head = self.horizontalHeader()
        head.setSortIndicator(int(model.sort_column), model.sort_order)
        self.setModel(model)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        for column, width in _WIDTHS.items():
            head.resizeSection(column, width)
        head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self._lay_out_columns()

    def set_packer(self, pack: Callable[[Sequence[Entry]], QMimeData]) -> None:
        """Say how entries become the data of a drag; the pane knows its place."""
        self._pack = pack

    def selected_entries(self) -> list[Entry]:
        """Return the selected entries from the top."""
        return [] if self._directory is None else self._directory.entries(self.selected_rows())

    def current_entry(self) -> Entry | None:
        """Return the entry that the keyboard acts on."""
        row = self.currentIndex().row()
        if self._directory is None or not 0 <= row < self._directory.rowCount():
            return None
        return self._directory.entry(row)

    def select_names(self, names: Sequence[str]) -> None:
        """Select these and make the first the current one; names that are not shown are skipped."""
        if self._directory is None:
            return
        rows = self._directory.rows_of(names)
        if rows:
            self._set_current(rows[0])
            self.select_rows(rows)
            self.scrollTo(self._directory.index(rows[0], 0))

    def forget_selection(self) -> None:
        """Start at the top with nothing selected, as in a folder just entered."""
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        self.scrollToTop()

    def edit_name(self, name: str | None = None) -> None:
        """Let the person type over a name (the current one when None); its stem is selected."""
        if self._directory is None:
            return
        if name is not None:
            self.select_names([name])
        index = self.currentIndex().siblingAtColumn(Column.NAME)
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return
        self.scrollTo(index)
        self.edit(index)
        editor = self.viewport().findChild(QLineEdit)
        if isinstance(editor, QLineEdit):
            entry = self._directory.entry(index.row())
            ending = filetypes.suffix_of(display(entry.name)) if not entry.is_folder else ""
            stem = len(editor.text()) - (len(ending) + 1 if ending else 0)
            editor.setSelection(0, stem)

    # --- Columns -------------------------------------------------------------------------------------------------

    @property
    def hidden_columns(self) -> frozenset[Column]:
        """What the person does not want to see; narrow panes hide more by themselves."""
        return frozenset(self._hidden_columns)

    def set_hidden_columns(self, columns: Sequence[Column] | frozenset[Column]) -> None:
        """Choose the columns that are not shown; the name always is."""
        self._hidden_columns = set(columns) - {Column.NAME}
        self._lay_out_columns()

    def _show_header_menu(self, where: QPoint) -> None:
        if self._directory is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in _WIDTHS:
            action = menu.addAction(self._directory.column_title(column))
            action.setCheckable(True)
            action.setChecked(column not in self._hidden_columns)
            action.toggled.connect(lambda shown, column=column: self._choose_column(column, shown))
        menu.popup(self.horizontalHeader().mapToGlobal(where))

    def _choose_column(self, column: Column, is_shown: bool) -> None:
        if is_shown:
            self._hidden_columns.discard(column)
        else:
            self._hidden_columns.add(column)
        self._lay_out_columns()
        self.columns_changed.emit()

    def _lay_out_columns(self) -> None:
        if self._directory is None:
            return
        hidden = set(self._hidden_columns)
        room = self.viewport().width() - _NAME_MIN
        for column in _GIVE_WAY:
            if sum(self._width(each) for each in _WIDTHS if each not in hidden) > room:
                hidden.add(column)
        for column in _WIDTHS:
            if self.isColumnHidden(column) != (column in hidden):
                self.setColumnHidden(column, column in hidden)

    def _width(self, column: Column) -> int:
        return self.columnWidth(column) or _WIDTHS[column]

    # --- Selection over changes ----------------------------------------------------------------------------------

    def _keep_selection(self) -> None:
        entry = self.current_entry()
        names = {entry.name for entry in self.selected_entries()}
        self._kept = (names, entry.name if entry else "", self.verticalScrollBar().value())
        self.clearSelection()

    def _restore_selection(self) -> None:
        names, current, scroll = self._kept
        self._kept = (set(), "", 0)
        if self._directory is None:
            return
        if current and (rows := self._directory.rows_of([current])):
            self._set_current(rows[0])
        if names:
            self.select_rows(self._directory.rows_of(names))
        self.updateGeometries()
        self.verticalScrollBar().setValue(scroll)

    def _set_current(self, row: int) -> None:
        assert self._directory is not None
        flags = self.selectionModel().SelectionFlag.NoUpdate
        self.selectionModel().setCurrentIndex(self._directory.index(row, 0), flags)

    # --- Keys and mouse ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            # The editor passes on the Return that ends it: it is meant for the name, not for the file.
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self._activate(self.currentIndex())
            case Qt.Key.Key_Backspace:
                self.up_requested.emit()
            case Qt.Key.Key_Tab:
                self.other_pane_requested.emit()
            case Qt.Key.Key_Escape:
                self.escape_pressed.emit()
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                # The current cell would wander through the columns, which nobody sees.
                event.ignore()
            case _ if self._is_typing(event):
                self.filter_typed.emit(event.text())
            case _:
                super().keyPressEvent(event)

    @staticmethod
    def _is_typing(event: QKeyEvent) -> bool:
        plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        return bool(event.text().strip()) and event.text().isprintable() and not event.modifiers() & ~plain

    def focusNextPrevChild(self, forwards: bool) -> bool:
        # Tab means the other pane here; only back out of the list does it walk the controls.
        return False if forwards else super().focusNextPrevChild(forwards)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if self._directory is not None and not self.currentIndex().isValid() and self._directory.rowCount():
            self._set_current(0)
        self.focused.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._activate(self.indexAt(event.position().toPoint()))
        else:
            super().mouseDoubleClickEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.BackButton, Qt.MouseButton.ForwardButton):
            event.ignore()
            return
        super().mousePressEvent(event)
        if not self.indexAt(event.position().toPoint()).isValid() and not event.modifiers():
            self.clearSelection()

    def _activate(self, index: QModelIndex) -> None:
        if self._directory is not None and index.isValid():
            self.entry_activated.emit(self._directory.entry(index.row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_columns()

    # --- Drags ---------------------------------------------------------------------------------------------------

    def is_row_target(self, row: int) -> bool:
        return self._is_target and row == self._target_row

    @property
    def is_drop_target(self) -> bool:
        """Whether a drag over this list would be taken just now."""
        return self._is_target

    def startDrag(self, actions: Qt.DropAction) -> None:
        entries = self.selected_entries()
        if not entries or self._pack is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self._pack(entries))
        picture = drag_picture(entries, self.devicePixelRatioF())
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(-Space.M, -Space.S))
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._incoming = read_drop(event.mimeData()) or read_local_paths(event.mimeData()) or None
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        # For the scrolling at the edges; whether the drop is taken is decided below.
        super().dragMoveEvent(event)
        self._consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        is_move = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        payload = read_drop(event.mimeData(), is_move=is_move) or read_local_paths(event.mimeData())
        folder = self._folder_at(event.position())
        is_welcome = bool(payload) and self._is_welcome(payload, folder)
        self._end_drag()
        if not is_welcome:
            event.ignore()
            return
        event.setDropAction(self._action_for(payload, is_move))
        event.accept()
        self.dropped.emit(payload, folder)

    def _consider(self, event: QDragMoveEvent) -> None:
        folder = self._folder_at(event.position())
        if self._incoming is None or not self._is_welcome(self._incoming, folder):
            self._show_target(False, -1)
            event.ignore()
            return
        row = self.indexAt(event.position().toPoint()).row() if folder is not None else -1
        self._show_target(True, row)
        is_move = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        event.setDropAction(self._action_for(self._incoming, is_move))
        event.accept()

    def _is_welcome(self, payload: Payload, folder: Entry | None) -> bool:
        if isinstance(payload, EntriesDrop) and payload.source_pane_id == self._pane_id:
            # Where they are already, or into themselves.
            return folder is not None and folder.name not in payload.names
        return True

    def _action_for(self, payload: Payload, is_move: bool) -> Qt.DropAction:
        if isinstance(payload, EntriesDrop) and (is_move or payload.source_pane_id == self._pane_id):
            return Qt.DropAction.MoveAction
        # Files of other programs are only read: a move would let the file manager delete them.
        return Qt.DropAction.CopyAction

    def _folder_at(self, where: QPointF) -> Entry | None:
        index = self.indexAt(where.toPoint())
        if self._directory is None or not index.isValid():
            return None
        entry = self._directory.entry(index.row())
        return entry if entry.is_folder else None

    def _show_target(self, is_target: bool, row: int) -> None:
        if (is_target, row) == (self._is_target, self._target_row):
            return
        self._is_target, self._target_row = is_target, row
        if is_target and row >= 0:
            self._spring.start()
        else:
            self._spring.stop()
        self.viewport().update()

    def _spring_open(self) -> None:
        if self._directory is not None and 0 <= self._target_row < self._directory.rowCount():
            entry = self._directory.entry(self._target_row)
            self._show_target(self._is_target, -1)
            if entry.is_folder:
                self.entry_activated.emit(entry)

    def _end_drag(self) -> None:
        self._incoming = None
        self._show_target(False, -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_target and self._target_row < 0:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme_of().colours.accent), 2.0))
            edge = self.viewport().rect().adjusted(Space.XS, Space.XS, -Space.XS, -Space.XS)
            painter.drawRoundedRect(edge, Size.RADIUS, Size.RADIUS)
