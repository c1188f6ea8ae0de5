"""The list of a pane: keys, in-place rename, drags out and drops in. It opens no file and changes none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, Signal
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
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QWidget

from desktop.models.directory import DirectoryModel
from desktop.models.directory_row import Column
from desktop.places.place import PlacePath
from desktop.widgets.drag_picture import drag_picture
from desktop.widgets.drop_target import DropTarget
from desktop.widgets.file_columns import FileColumns
from desktop.widgets.file_delegate import FileDelegate
from desktop.widgets.table import RowTable
from shared.entries import Entry
from shared.look import filetypes
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space
from shared.names import display


class FileTable(RowTable):
    """Shows a DirectoryModel.

    Signals:
        entry_activated: Enter or a double-click on an Entry, or a drag that rested on a folder.
        up_requested: Backspace.
        other_pane_requested: Tab.
        filter_typed: a letter was typed, to filter by (str).
        escape_pressed: Escape with no drag and no editor open.
        selection_changed: other rows are selected now.
        dropped: an EntriesDrop or a PathsDrop, and the folder Entry it fell on or None for the pane.
        drag_ended: what was dragged was let go outside of this program, which may have moved it.
        focused: the list has got the keyboard.
        columns_changed: the person chose other columns, widths or another order.
        mask_requested: select (True) or deselect by a mask: the plus and minus keys of the number pad.
    """

    entry_activated = Signal(object)
    up_requested = Signal()
    other_pane_requested = Signal()
    filter_typed = Signal(str)
    escape_pressed = Signal()
    selection_changed = Signal()
    dropped = Signal(object, object)
    drag_ended = Signal()
    focused = Signal()
    columns_changed = Signal()
    mask_requested = Signal(bool)

    def __init__(self, pane_id: str, parent: QWidget | None = None) -> None:
        super().__init__(Size.ROW, parent)
        self._directory: DirectoryModel | None = None
        self._pack: Callable[[Sequence[Entry]], QMimeData] | None = None
        self._kept: tuple[set[str] | None, str, int] = (set(), "", 0)
        self._wanted: tuple[str, ...] = ()
        """Names to select as soon as their rows are there."""
        self.columns = FileColumns(self)
        self._target = DropTarget(self, pane_id)
        self.setItemDelegate(FileDelegate(self, self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDragEnabled(True)
        self.setDropIndicatorShown(False)
        self.setAutoScroll(True)
        self.setSortingEnabled(True)
        self.columns.changed.connect(self.columns_changed)
        self._target.changed.connect(self.viewport().update)
        self._target.spring_opened.connect(self.entry_activated)

    # --- What it shows -------------------------------------------------------------------------------------------

    def set_directory(self, model: DirectoryModel) -> None:
        """Show a model. Its order becomes the one that the heading shows."""
        # Before the selection model connects: the names are taken while the rows are still where they were.
        model.rows_about_to_move.connect(self._keep_selection)
        model.rows_moved.connect(self._restore_selection)
        model.settled.connect(self._select_wanted)
        self._directory = model
        self.horizontalHeader().setSortIndicator(int(model.sort_column), model.sort_order)
        self.setModel(model)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        self._target.set_model(model)
        self.columns.set_model(model)

    def set_path(self, path: PlacePath) -> None:
        """Say which folder is shown."""
        self._target.path = path

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
        """Select these and make the first the current one; names that are not shown are skipped.

        While rows still come in, it is done once they have.
        """
        if self._directory is None:
            return
        self._wanted = tuple(names) if self._directory.is_settling else ()
        rows = self._directory.rows_of(names)
        if rows:
            self._set_current(rows[0])
            self.select_rows(rows)
            self.scrollTo(self._directory.index(rows[0], 0))

    def _select_wanted(self) -> None:
        if self._wanted:
            self.select_names(self._wanted)

    def select_mask(self, mask: str, *, is_selected: bool) -> int:
        """Add the rows whose names fit to the selection, or take them out of it; return how many fit."""
        if self._directory is None:
            return 0
        rows = self._directory.rows_like(mask)
        if is_selected:
            self.select_rows(sorted({*self.selected_rows(), *rows}))
        else:
            unwanted = set(rows)
            self.select_rows([row for row in self.selected_rows() if row not in unwanted])
        if rows:
            self.scrollTo(self._directory.index(rows[0], 0))
        return len(rows)

    def invert_selection(self) -> None:
        """Select what is not, and the other way round."""
        if self._directory is not None:
            chosen = set(self.selected_rows())
            self.select_rows([row for row in range(self._directory.rowCount()) if row not in chosen])

    def forget_selection(self) -> None:
        """Start at the top with nothing selected, as in a folder just entered."""
        self._wanted = ()
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

    # --- Selection over changes ----------------------------------------------------------------------------------

    def _keep_selection(self) -> None:
        entry = self.current_entry()
        count = self._selected_count()
        names: set[str] | None = set()
        if self._directory is not None and count == self._directory.rowCount() and count:
            # All of them: no need to remember 100,000 names to find the same rows again.
            names = None
        elif count:
            names = {entry.name for entry in self.selected_entries()}
        self._kept = (names, entry.name if entry else "", self.verticalScrollBar().value())
        if count:
            self.clearSelection()

    def _restore_selection(self) -> None:
        names, current, scroll = self._kept
        self._kept = (set(), "", 0)
        if self._directory is None:
            return
        if current and (rows := self._directory.rows_of([current])):
            self._set_current(rows[0])
        if names is None:
            self.selectAll()
        elif names:
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
            case Qt.Key.Key_Plus | Qt.Key.Key_Minus if event.modifiers() == Qt.KeyboardModifier.KeypadModifier:
                self.mask_requested.emit(event.key() == Qt.Key.Key_Plus)
            case Qt.Key.Key_Asterisk if event.modifiers() == Qt.KeyboardModifier.KeypadModifier:
                self.invert_selection()
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
        self.columns.lay_out()

    # --- Drags ---------------------------------------------------------------------------------------------------

    def is_row_target(self, row: int) -> bool:
        return self._target.is_target and row == self._target.row

    @property
    def is_drop_target(self) -> bool:
        """Whether a drag over this list would be taken just now."""
        return self._target.is_target

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
        if drag.target() is None:
            self.drag_ended.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._target.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        # For the scrolling at the edges; whether the drop is taken is decided below.
        super().dragMoveEvent(event)
        self._target.consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._target.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        if (dropped := self._target.drop(event)) is not None:
            self.dropped.emit(*dropped)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._target.is_target and self._target.row < 0:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme_of().colours.accent), 2.0))
            edge = self.viewport().rect().adjusted(Space.XS, Space.XS, -Space.XS, -Space.XS)
            painter.drawRoundedRect(edge, Size.RADIUS, Size.RADIUS)
