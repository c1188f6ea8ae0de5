"""A drag over a pane's list: whether it is welcome, which folder it means, and the folder that opens under it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from desktop.models.directory import DirectoryModel
from desktop.places.place import PlacePath
from desktop.widgets.drops import EntriesDrop, PathsDrop, Payload, read_drop
from desktop.widgets.table import RowTable
from shared.entries import Entry

SPRING_MS = 800
"""How long a drag rests on a folder before it opens."""


class DropTarget(QObject):
    """Decides for ``table``, which passes its drag events on. Shift asks for a move, Ctrl for a copy.

    Signals:
        changed: another row, or the whole list, is what a drop would mean now.
        spring_opened: the drag rested on a folder (Entry).
    """

    changed = Signal()
    spring_opened = Signal(object)

    def __init__(self, table: RowTable, pane_id: str) -> None:
        super().__init__(table)
        self._table = table
        self._pane_id = pane_id
        self.path: PlacePath = ()
        """The folder that is shown."""
        self._model: DirectoryModel | None = None
        self._incoming: Payload | None = None
        self._is_target = False
        self._row = -1
        self._spring = QTimer(self, singleShot=True, interval=SPRING_MS)
        self._spring.timeout.connect(self._open_folder)

    def set_model(self, model: DirectoryModel) -> None:
        self._model = model

    @property
    def is_target(self) -> bool:
        """Whether a drag over the list would be taken just now."""
        return self._is_target

    @property
    def row(self) -> int:
        """The folder's row that a drop would go into, -1 for the folder that is shown."""
        return self._row

    def enter(self, event: QDragMoveEvent) -> None:
        """A drag came over the list."""
        self._incoming = read_drop(event.mimeData())
        self.consider(event)
        if self._incoming is not None:
            # Qt tells a list that refuses at its edge nothing more, and the next row may be a welcome one.
            event.accept()

    def consider(self, event: QDragMoveEvent) -> None:
        """Take the drag where it is now, or not, and show which."""
        folder = self._folder_at(event.position())
        if self._incoming is None or not self._is_welcome(self._incoming, folder, event):
            self._show(False, -1)
            event.ignore()
            return
        self._show(True, self._table.indexAt(event.position().toPoint()).row() if folder is not None else -1)
        event.setDropAction(self._action_for(self._incoming, event))
        event.accept()

    def leave(self) -> None:
        """The drag is over, or elsewhere."""
        self._incoming = None
        self._show(False, -1)

    def drop(self, event: QDropEvent) -> tuple[Payload, Entry | None] | None:
        """Return what was dropped and on which folder (None: the one that is shown); None if it is not taken."""
        payload = read_drop(event.mimeData(), is_move=_holds_shift(event), is_copy=_holds_ctrl(event))
        folder = self._folder_at(event.position())
        is_welcome = payload is not None and self._is_welcome(payload, folder, event)
        self.leave()
        if payload is None or not is_welcome:
            event.ignore()
            return None
        event.setDropAction(self._action_for(payload, event))
        event.accept()
        return payload, folder

    def _is_welcome(self, payload: Payload, folder: Entry | None, event: QDropEvent) -> bool:
        if isinstance(payload, EntriesDrop) and payload.source_pane_id == self._pane_id:
            # Another folder may have opened under the drag; in their own, they are where they are already.
            is_here = payload.source_path == self.path
            if folder is None:
                return not is_here or _holds_ctrl(event)
            return not is_here or folder.name not in payload.names
        return True

    def _action_for(self, payload: Payload, event: QDropEvent) -> Qt.DropAction:
        if isinstance(payload, PathsDrop):
            # Told that they were moved, the other program might delete them; what a move takes away is our business.
            return Qt.DropAction.CopyAction
        is_within = payload.source_pane_id == self._pane_id and not _holds_ctrl(event)
        return Qt.DropAction.MoveAction if is_within or _holds_shift(event) else Qt.DropAction.CopyAction

    def _folder_at(self, where: QPointF) -> Entry | None:
        index = self._table.indexAt(where.toPoint())
        if self._model is None or not index.isValid():
            return None
        entry = self._model.entry(index.row())
        return entry if entry.is_folder else None

    def _show(self, is_target: bool, row: int) -> None:
        if (is_target, row) == (self._is_target, self._row):
            return
        self._is_target, self._row = is_target, row
        if is_target and row >= 0:
            self._spring.start()
        else:
            self._spring.stop()
        self.changed.emit()

    def _open_folder(self) -> None:
        if self._model is not None and 0 <= self._row < self._model.rowCount():
            entry = self._model.entry(self._row)
            self._show(self._is_target, -1)
            if entry.is_folder:
                self.spring_opened.emit(entry)


def _holds_shift(event: QDropEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


def _holds_ctrl(event: QDropEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
