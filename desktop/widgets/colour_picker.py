"""A row of colours to tell servers apart by; each has a name, since a colour alone says nothing to some."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from shared.look import wording
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

SITE_COLOURS = ("#0a84c6", "#168a80", "#2f8f4e", "#a17800", "#c9631c", "#d5484f", "#c2509b", "#8467cf")
"""They are stored with the server, so one value serves light and dark: 3:1 on the grounds of both."""

_EDGE = 28
_DOT = 16


class ColourPicker(QWidget):
    """One of :data:`SITE_COLOURS`, or none. The arrow keys move the choice.

    Signals:
        colour_changed: ``#rrggbb`` or empty (str).
    """

    colour_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._swatches: dict[str, Swatch] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Space.XS)
        names = (
            self.tr("Blue"),
            self.tr("Teal"),
            self.tr("Green"),
            self.tr("Ochre"),
            self.tr("Orange"),
            self.tr("Red"),
            self.tr("Pink"),
            self.tr("Purple"),
        )
        for colour, name in (("", self.tr("No colour")), *zip(SITE_COLOURS, names, strict=True)):
            self._add(colour, name)
        self._row.addStretch(1)
        self._group.buttonClicked.connect(lambda: self.colour_changed.emit(self.colour))
        self._swatches[""].setChecked(True)

    @property
    def colour(self) -> str:
        """The chosen colour; empty for none."""
        return next((colour for colour, swatch in self._swatches.items() if swatch.isChecked()), "")

    def choose(self, colour: str) -> None:
        """Choose a colour; one from elsewhere gets a swatch of its own."""
        if colour not in self._swatches:
            self._row.takeAt(self._row.count() - 1)
            self._add(colour, colour)
            self._row.addStretch(1)
        self._swatches[colour].setChecked(True)

    def swatch(self, colour: str) -> Swatch:
        """Return the button of a colour."""
        return self._swatches[colour]

    def _add(self, colour: str, name: str) -> None:
        swatch = Swatch(colour, name)
        self._swatches[colour] = swatch
        self._group.addButton(swatch)
        self._row.addWidget(swatch)


class Swatch(QAbstractButton):
    """A round button: filled, or an empty ring for “none”; the chosen one has a ring around it."""

    def __init__(self, colour: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(wording.tooltip(name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_of().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_EDGE, _EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme_of().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QRectF(self.rect()).center()
        dot = QRectF(0, 0, _DOT, _DOT)
        dot.moveCenter(middle)
        if self._colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(dot)
        else:
            painter.setPen(QPen(QColor(colours.border), 1.5))
            painter.drawEllipse(dot.adjusted(1, 1, -1, -1))
        if self.isChecked():
            ring = QRectF(0, 0, _DOT + 7, _DOT + 7)
            ring.moveCenter(middle)
            painter.setPen(QPen(QColor(colours.text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(ring)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), Size.RADIUS, Size.RADIUS)
        painter.end()
