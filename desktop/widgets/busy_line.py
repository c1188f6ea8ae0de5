"""A thin moving line that says something is under way, without taking room or attention."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from shared.look.theme import theme_of

_DELAY_MS = 150
"""What is done sooner needs no sign; showing one would only flicker."""
_TURN_MS = 1200
_SHARE = 0.3


class BusyLine(QWidget):
    """Two pixels high; empty while nothing is under way, so that nothing moves when it starts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(2)
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._turn = QVariantAnimation(self)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(1.0)
        self._turn.setDuration(_TURN_MS)
        self._turn.setLoopCount(-1)
        self._delay.timeout.connect(self._turn.start)
        self._turn.valueChanged.connect(self.update)
        self.setAccessibleName(self.tr("Loading"))

    @property
    def is_busy(self) -> bool:
        return self._delay.isActive() or self._turn.state() is QVariantAnimation.State.Running

    def set_busy(self, is_busy: bool) -> None:
        """Start or stop the line."""
        if is_busy and not self.is_busy:
            self._delay.start()
        elif not is_busy:
            self._delay.stop()
            self._turn.stop()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme_of().colours.surface))
        if self._turn.state() is not QVariantAnimation.State.Running:
            return
        length = self.width() * _SHARE
        left = (self.width() + length) * float(self._turn.currentValue()) - length
        painter.fillRect(QRectF(left, 0, length, self.height()), QColor(theme_of().colours.accent))
