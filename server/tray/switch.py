"""A switch: on or off by the place of its knob, half-way while the engine is on its way. It decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from shared.look.theme import theme_of

_WIDTH, _HEIGHT = 48, 28
_MARGIN = 3
_DURATION_MS = 140


class Switch(QAbstractButton):
    """Emits ``clicked``; what it shows is set by :meth:`show_position` alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._position = 0.0
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(_DURATION_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._move)
        theme_of().changed.connect(self.update)

    def show_position(self, position: float) -> None:
        """Put the knob left (0.0), half-way (0.5) or right (1.0).

        It is never disabled: that would throw the keyboard's focus elsewhere in the middle of a press.
        """
        self.setChecked(position == 1.0)
        if self._animation.endValue() == position and self._animation.state() == QVariantAnimation.State.Running:
            return
        self._animation.stop()
        if not self.isVisible():
            self._move(position)
        elif position != self._position:
            self._animation.setStartValue(self._position)
            self._animation.setEndValue(position)
            self._animation.start()

    def nextCheckState(self) -> None:
        """A click asks; the answer comes by :meth:`show_position`."""

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _move(self, position: object) -> None:
        assert isinstance(position, float)
        self._position = position
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme_of().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(0, 0, _WIDTH, _HEIGHT)
        area.moveCenter(QRectF(self.rect()).center())
        track = area.adjusted(2, 2, -2, -2)
        radius = track.height() / 2
        is_on = self._position > 0
        ground = QColor(colours.accent if is_on else colours.surface)
        if is_on and self.underMouse():
            ground = QColor(colours.accent_hover)
        painter.setPen(QPen(ground if is_on else QColor(colours.border), 1.5))
        painter.setBrush(ground)
        painter.drawRoundedRect(track, radius, radius)
        knob = radius - _MARGIN
        left, right = track.left() + radius, track.right() - radius
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.on_accent if is_on else colours.border))
        painter.drawEllipse(QPointF(left + (right - left) * self._position, track.center().y()), knob, knob)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = area.adjusted(1, 1, -1, -1) if not is_on else area.adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.end()
