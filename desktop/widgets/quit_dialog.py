"""Asks before the window is closed over transfers that are under way."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.dialog import Dialog
from shared.look import wording


class QuitDialog(Dialog):
    """Answers True: quit; or None."""

    def __init__(self, unfinished: int, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Quit while files are being transferred?"), "queue", "warning", parent)
        self.add_text(
            wording.counted(
                unfinished,
                self.tr("1 transfer is not finished. It stays in the queue and goes on at the next start."),
                self.tr("%1 transfers are not finished. They stay in the queue and go on at the next start."),
            ),
            "",
        )
        self.add_stretch()
        self.add_button(self.tr("Quit"), True)
        self.add_button(self.tr("Keep transferring"), None, "primary", is_default=True)
