"""What a pane's list says when there is nothing in it: why, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal

from desktop.models.directory import DirectoryModel
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.file_table import FileTable
from shared.names import display


class PaneEmptiness(QObject):
    """Lies over the rows of ``table``.

    Signals:
        filter_clear_requested, marks_clear_requested, hidden_requested: its button, which says which.
    """

    filter_clear_requested = Signal()
    marks_clear_requested = Signal()
    hidden_requested = Signal()

    def __init__(self, table: FileTable) -> None:
        super().__init__(table)
        self._table = table
        self._state = EmptyState(table.viewport())
        self._state.hide()
        self._state.action_requested.connect(self._mend)
        self._mending = self.filter_clear_requested
        self._can_drop = self._can_make_folder = True
        table.viewport().installEventFilter(self)

    @property
    def text(self) -> str:
        """The message that stands for the rows; empty while there are some."""
        return "" if self._state.isHidden() else self._state.title

    def set_can_fill(self, can_drop: bool, can_make_folder: bool) -> None:
        """Whether files may be put here, and folders made: only that is offered then."""
        self._can_drop, self._can_make_folder = can_drop, can_make_folder

    def show(self, model: DirectoryModel | None) -> None:
        """Say why ``model`` has no rows; nothing while it has some, or when there is no folder at all."""
        is_empty = model is not None and not model.rowCount() and not model.is_settling
        self._state.setVisible(is_empty)
        if model is None or not is_empty:
            return
        if model.filter_text and model.total:
            title = self.tr("Nothing matches “%1”").replace("%1", display(model.filter_text))
            self._mending = self.filter_clear_requested
            self._state.show_text("search", title, "", self.tr("Clear the filter"))
        elif model.shown_marks is not None and model.total:
            self._mending = self.marks_clear_requested
            self._state.show_text("compare", self.tr("Nothing of this kind here"), "", self.tr("Show all"))
        elif model.total:
            self._mending = self.hidden_requested
            self._state.show_text("eye-off", self.tr("Only hidden files here"), "", self.tr("Show hidden files"))
        else:
            hint = ""
            if self._can_drop and self._can_make_folder:
                hint = self.tr("Drop files here, or press F7 to make a folder.")
            elif self._can_drop:
                hint = self.tr("Drop files here.")
            elif not self._can_make_folder:
                hint = self.tr("Your account may only look here.")
            self._state.show_text("folder-open", self.tr("This folder is empty"), hint)
        self._state.setGeometry(self._table.viewport().rect())

    def _mend(self) -> None:
        self._mending.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._state.setGeometry(self._table.viewport().rect())
        return False
