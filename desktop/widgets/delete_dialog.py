"""Asks before anything is deleted: what, how many, how much, and whether it can be had back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import ElidedLabel, label
from shared.entries import Entry, Kind
from shared.look import wording
from shared.look.tokens import Space
from shared.names import display

_SHOWN = 5
"""Names listed; the rest is a number."""


class DeleteDialog(Dialog):
    """Answers True, or None."""

    def __init__(self, entries: Sequence[Entry], *, to_trash: bool, parent: QWidget | None = None) -> None:
        super().__init__(self._question(entries, to_trash), "trash", "accent" if to_trash else "danger", parent)
        files = [entry for entry in entries if entry.kind is Kind.FILE]
        folders = sum(entry.is_folder for entry in entries)
        parts = []
        if len(entries) > 1 or files:
            parts.append(wording.size(sum(entry.size for entry in files)))
        if folders:
            parts.append(
                wording.counted(
                    folders, self.tr("1 folder with all it contains"), self.tr("%1 folders with all they contain")
                )
            )
        self.add_text("  +  ".join(parts))
        if len(entries) > 1:
            self.content.addWidget(self._list(entries))
        self.add_text(
            self.tr("They can be had back from the trash of this computer.")
            if to_trash
            else self.tr("This cannot be undone: a server keeps no trash."),
            "muted" if to_trash else "error",
        )
        self.add_stretch()
        # The safe button has the focus: a habitual Enter loses nothing.
        self.add_button(self.tr("Cancel"), None, is_default=not to_trash)
        text = self.tr("Move to trash") if to_trash else self.tr("Delete for good")
        self.add_button(text, True, "primary" if to_trash else "danger", is_default=to_trash)

    @staticmethod
    def _question(entries: Sequence[Entry], to_trash: bool) -> str:
        translate = QCoreApplication.translate
        if len(entries) != 1:
            if to_trash:
                text = translate("DeleteDialog", "Move %1 items to the trash?")
            else:
                text = translate("DeleteDialog", "Delete %1 items?")
            return text.replace("%1", wording.number(len(entries)))
        if to_trash:
            text = translate("DeleteDialog", "Move “%1” to the trash?")
        else:
            text = translate("DeleteDialog", "Delete “%1”?")
        name = display(entries[0].name)
        return text.replace("%1", name if len(name) <= 60 else f"{name[:40]}…{name[-16:]}")

    def _list(self, entries: Sequence[Entry]) -> QFrame:
        well = QFrame()
        well.setProperty("tone", "well")
        column = QVBoxLayout(well)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XS)
        for entry in entries[:_SHOWN]:
            name = ElidedLabel(display(entry.name))
            name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            column.addWidget(name)
        rest = len(entries) - _SHOWN
        if rest > 0:
            column.addWidget(label(self.tr("and %1 more").replace("%1", wording.number(rest)), "muted"))
        return well
