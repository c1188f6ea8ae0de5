"""What a pane is doing that takes a while: a sentence, a bar, and a button to stop it. It does nothing itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from desktop.widgets.buttons import push_button
from desktop.widgets.labels import ElidedLabel
from shared.look.tokens import Space

_STEPS = 1000
"""The bar's own scale: Qt's counts in 32 bits, and files are larger."""
_BAR_WIDTH = 120


class TaskLine(QFrame):
    """Hidden while nothing is under way; of several tasks the one begun last is shown.

    Signals:
        cancel_requested: stop the task with this key (object).
    """

    cancel_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[object, tuple[str, float | None]] = {}
        self.setProperty("tone", "info")
        self._text = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._cancel = push_button(self.tr("Cancel"), "link")
        self._cancel.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.S, Space.XS)
        row.setSpacing(Space.M)
        row.addWidget(self._text, 1)
        row.addWidget(self._bar)
        row.addWidget(self._cancel)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while nothing is under way."""
        return "" if self.isHidden() else self._text.text()

    def show_task(self, key: object, text: str, share: float | None) -> None:
        """Say what is done and how much of it, 0.0 to 1.0; None: nobody knows."""
        self._tasks[key] = (text, share)
        self._show_last()

    def end_task(self, key: object) -> None:
        """The task is over, one way or the other."""
        self._tasks.pop(key, None)
        self._show_last()

    def _show_last(self) -> None:
        if not self._tasks:
            self.hide()
            return
        text, share = next(reversed(self._tasks.values()))
        self._text.setText(text)
        self.setAccessibleName(text)
        self._bar.setRange(0, 0 if share is None else _STEPS)
        self._bar.setValue(0 if share is None else round(share * _STEPS))
        self.show()

    def _stop(self) -> None:
        if self._tasks:
            self.cancel_requested.emit(next(reversed(self._tasks)))
