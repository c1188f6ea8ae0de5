"""A small graph of the last minute's throughput: what a row of figures cannot show, whether it flows evenly.

For both programs. It measures nothing: whoever knows a rate gives it, at any moments, with the time of each.
"""

from __future__ import annotations

import math
from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from shared.look import wording
from shared.look.theme import theme_of
from shared.look.tokens import Space

SPAN_S = 60.0
"""How far back it shows."""

STEP_S = 0.5
"""Readings closer together than this become one, the later: more could not be told apart in so small a picture."""

_SMALLEST_TOP = 1000.0
_HEADROOM = 1.15
_WIDTH, _HEIGHT = 120, 24


class ThroughputGraph(QWidget):
    """Newest at the right; the top of the scale follows the largest rate that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readings: deque[tuple[float, float]] = deque()
        self._now = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Speed over the last minute"))
        theme_of().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def add(self, rate_bps: float, now_s: float) -> None:
        """Take a rate in bytes per second at a moment of a monotonic clock; times must not go back."""
        self._now = now_s
        if len(self._readings) > 1 and now_s - self._readings[-2][0] < STEP_S:
            self._readings[-1] = (now_s, rate_bps)
        else:
            self._readings.append((now_s, rate_bps))
        while len(self._readings) > 1 and self._readings[1][0] <= now_s - SPAN_S:
            self._readings.popleft()
        self.setToolTip(wording.tooltip(self.summary()))
        self.setAccessibleDescription(self.summary())
        self.update()

    def clear(self) -> None:
        """Forget all."""
        self._readings.clear()
        self.update()

    @property
    def readings(self) -> list[tuple[float, float]]:
        """Times and rates that are kept, oldest first."""
        return list(self._readings)

    def summary(self) -> str:
        """Return what it shows in words: the rate now and the largest one."""
        if not self._readings:
            return self.tr("Nothing has moved yet")
        largest = max(rate for _, rate in self._readings)
        text = self.tr("Now %1, at most %2 in the last minute")
        return text.replace("%1", wording.rate(self._readings[-1][1])).replace("%2", wording.rate(largest))

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme_of().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(colours.separator), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        curve = self._curve(area.adjusted(0, Space.HALF, 0, -1))
        if curve is None:
            return
        accent = QColor(colours.accent)
        ground = QPainterPath(curve)
        ground.lineTo(curve.currentPosition().x(), area.bottom())
        ground.lineTo(curve.elementAt(0).x, area.bottom())
        ground.closeSubpath()
        shade = QLinearGradient(area.topLeft(), area.bottomLeft())
        for place, strength in ((0.0, 0.35), (1.0, 0.05)):
            accent.setAlphaF(strength)
            shade.setColorAt(place, accent)
        painter.fillPath(ground, shade)
        accent.setAlphaF(1.0)
        painter.strokePath(curve, QPen(accent, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))

    def _curve(self, area: QRectF) -> QPainterPath | None:
        points = [
            QPointF(area.right() - (self._now - when) / SPAN_S * area.width(), rate) for when, rate in self._readings
        ]
        if len(points) < 2:
            return None
        top = _round_up(max(_SMALLEST_TOP, *(point.y() for point in points)) * _HEADROOM)
        path = QPainterPath()
        for number, point in enumerate(points):
            place = QPointF(max(area.left(), point.x()), area.bottom() - point.y() / top * area.height())
            if number == 0:
                path.moveTo(place)
            else:
                path.lineTo(place)
        return path


def _round_up(rate: float) -> float:
    """Return the next of 1, 2, 5, 10, …: a scale that does not jump with every reading."""
    power = 10 ** math.floor(math.log10(rate))
    return next(float(step * power) for step in (1, 2, 5, 10) if step * power >= rate)
