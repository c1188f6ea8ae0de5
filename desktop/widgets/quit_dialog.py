"""Asks before the window is closed over transfers that are under way."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.look import wording


class QuitDialog(Dialog):
    """Accepted means: quit. Every other way out keeps the transfers going."""

    def __init__(self, unfinished: int, parent: QWidget | None = None) -> None:
        title = self.tr("Quit while files are being transferred?")
        super().__init__("queue", "warning", title, parent)
        text = wording.counted(
            unfinished,
            self.tr("1 transfer is not finished. It stays in the queue and goes on at the next start."),
            self.tr("%1 transfers are not finished. They stay in the queue and go on at the next start."),
        )
        self.body.addWidget(label(text, wraps=True))
        leave = self.add_button(self.tr("Quit"), QDialogButtonBox.ButtonRole.AcceptRole)
        leave.clicked.connect(self.accept)
        stay = self.add_button(self.tr("Keep transferring"), QDialogButtonBox.ButtonRole.RejectRole, "primary")
        stay.setDefault(True)
        stay.setFocus()
