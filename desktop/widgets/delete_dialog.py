"""Asks before anything is deleted: what, how much, and whether it can come back. It deletes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QGridLayout, QWidget

from desktop.widgets.dialog import Dialog, Notice, name_in_heading
from desktop.widgets.labels import ElidedLabel, label
from shared.entries import Entry, Kind
from shared.look import wording
from shared.look.tokens import Space
from shared.names import display

_SHOWN = 6
"""Names in the list; more would push the buttons away, and nobody reads them."""


class DeleteDialog(Dialog):
    """Accepted means: delete. ``to_trash``: they go to the trash; else they are gone for good."""

    def __init__(self, entries: Sequence[Entry], *, to_trash: bool, parent: QWidget | None = None) -> None:
        super().__init__("trash", "icon" if to_trash else "danger", self._question(entries, to_trash), parent)
        self.body.addWidget(self._list(entries))
        if to_trash:
            self.body.addWidget(label(self._way_back(len(entries)), "muted", wraps=True))
        else:
            self.body.addWidget(Notice("danger", "alert", self._no_way_back(entries)))
        role = QDialogButtonBox.ButtonRole
        if to_trash:
            self.delete_button = self.add_button(self.tr("&Move to trash"), role.AcceptRole, "primary")
        else:
            self.delete_button = self.add_button(self.tr("&Delete for good"), role.AcceptRole, "danger")
        self.cancel_button = self.add_button(self.tr("Cancel"), role.RejectRole)
        self.delete_button.clicked.connect(self.accept)
        safe = self.delete_button if to_trash else self.cancel_button
        safe.setDefault(True)
        safe.setFocus()

    def _question(self, entries: Sequence[Entry], to_trash: bool) -> str:
        text = self.tr("Move %1 to the trash?") if to_trash else self.tr("Delete %1 for good?")
        return text.replace("%1", self._name(entries))

    def _name(self, entries: Sequence[Entry]) -> str:
        if len(entries) == 1:
            return f"“{name_in_heading(entries[0].name)}”"
        files = sum(entry.kind is Kind.FILE for entry in entries)
        folders = sum(entry.is_folder for entry in entries)
        if files + folders < len(entries):
            return self.tr("%1 items").replace("%1", wording.number(len(entries)))
        file_text = wording.counted(files, self.tr("1 file"), self.tr("%1 files"))
        folder_text = wording.counted(folders, self.tr("1 folder"), self.tr("%1 folders"))
        if not folders:
            return file_text
        if not files:
            return folder_text
        return self.tr("%1 and %2").replace("%1", file_text).replace("%2", folder_text)

    def _way_back(self, count: int) -> str:
        if count == 1:
            return self.tr("You can bring it back from there until the trash is emptied.")
        return self.tr("You can bring them back from there until the trash is emptied.")

    def _no_way_back(self, entries: Sequence[Entry]) -> str:
        folders = sum(entry.is_folder for entry in entries)
        if not folders:
            return self.tr("This does not go to a trash and cannot be undone.")
        if folders == 1:
            return self.tr("The folder goes with everything in it. There is no trash, and this cannot be undone.")
        return self.tr("The folders go with everything in them. There is no trash, and this cannot be undone.")

    def _list(self, entries: Sequence[Entry]) -> QFrame:
        """The first names with their sizes, how many more there are, and the sum."""
        frame = QFrame()
        frame.setProperty("tone", "well")
        grid = QGridLayout(frame)
        grid.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(0, 1)
        shown = entries if len(entries) <= _SHOWN else entries[: _SHOWN - 1]
        for entry in shown:
            self._add_row(grid, ElidedLabel(display(entry.name)), self._measure(entry))
        hidden = len(entries) - len(shown)
        if hidden:
            self._add_row(grid, label(self.tr("and %1 more").replace("%1", wording.number(hidden)), "muted"), "")
        if len(entries) > 1:
            self._add_row(grid, label(self.tr("Together"), "strong"), self._sum(entries))
        return frame

    def _add_row(self, grid: QGridLayout, name: QWidget, text: str) -> None:
        row = grid.rowCount()
        grid.addWidget(name, row, 0)
        grid.addWidget(label(text, "muted"), row, 1, Qt.AlignmentFlag.AlignRight)

    def _measure(self, entry: Entry) -> str:
        if entry.is_folder:
            return self.tr("folder")
        return wording.size(entry.size) if entry.kind is Kind.FILE else self.tr("link")

    def _sum(self, entries: Sequence[Entry]) -> str:
        size = wording.size(sum(entry.size for entry in entries if entry.kind is Kind.FILE))
        if any(entry.is_folder for entry in entries):
            # The size of a folder is not known before it is walked, and a question should not wait for that.
            return self.tr("%1, and what is in the folders").replace("%1", size)
        return size
