"""Says what is about to happen when all transfers are done, and gives time to prevent it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialogButtonBox, QProgressBar, QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.look import wording

_SECOND_MS = 1000


class CountdownDialog(Dialog):
    """Accepted when the time is over or the person does not want to wait; every other way out prevents it."""

    def __init__(self, title: str, now_text: str, seconds: int, parent: QWidget | None = None) -> None:
        super().__init__("clock", "warning", title, parent)
        self._left = seconds
        self._text = label("", wraps=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, seconds)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Time left"))
        self.body.addWidget(self._text)
        self.body.addWidget(self._bar)
        now = self.add_button(now_text, QDialogButtonBox.ButtonRole.AcceptRole)
        now.clicked.connect(self.accept)
        cancel = self.add_button(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole, "primary")
        cancel.setDefault(True)
        cancel.setFocus()
        self._timer = QTimer(self)
        self._timer.setInterval(_SECOND_MS)
        self._timer.timeout.connect(self.count)
        self.finished.connect(self._timer.stop)
        self._show()
        self._timer.start()

    @property
    def seconds_left(self) -> int:
        return self._left

    def count(self) -> None:
        """A second has gone."""
        self._left -= 1
        self._show()
        if self._left <= 0:
            self.accept()

    def _show(self) -> None:
        text = self.tr("All transfers are done. %1 left to prevent it.")
        self._text.setText(text.replace("%1", wording.duration(self._left)))
        self._bar.setValue(self._left)
