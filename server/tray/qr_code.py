"""A link as a QR code (ISO/IEC 18004), sharp at any scale. Always dark on light: many readers want it so."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shared.look.icons import pixmap
from shared.look.theme import theme_of
from shared.look.tokens import LIGHT, Size

_QUIET = 4
"""Light modules around the code, ISO/IEC 18004 section 6.3.8."""


class QrCode(QWidget):
    """Shows one text, by default in about ``edge`` device-independent pixels."""

    def __init__(self, edge: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edge = edge
        self._text = ""
        self._rows: tuple[tuple[int, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("QR code of the link"))

    @property
    def text(self) -> str:
        return self._text

    def show_text(self, text: str) -> None:
        """Show ``text``; for an empty one a blank place that says a code would stand here."""
        if text != self._text:
            self._text = text
            code = segno.make(text, error="m", micro=False) if text else None
            self._rows = tuple(tuple(row) for row in code.matrix) if code is not None else ()
            self.setAccessibleDescription(text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._edge, self._edge)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self._rows:
            colours = theme_of().colours
            painter.setBrush(QColor(colours.window))
            painter.drawRoundedRect(self.rect(), Size.RADIUS, Size.RADIUS)
            place = QRectF(0, 0, Size.ICON_LARGE, Size.ICON_LARGE)
            place.moveCenter(QRectF(self.rect()).center())
            drawing = pixmap("qr", Size.ICON_LARGE, self.devicePixelRatioF(), colours.faint)
            painter.drawPixmap(place.topLeft(), drawing)
            painter.end()
            return
        painter.setBrush(QColor(LIGHT.surface))
        painter.drawRoundedRect(self.rect(), Size.RADIUS, Size.RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        # Whole device pixels for each module, or seams appear between them.
        ratio = self.devicePixelRatioF()
        count = len(self._rows)
        module = max(1, int(min(self.width(), self.height()) * ratio // (count + 2 * _QUIET))) / ratio
        left = round((self.width() - module * count) / 2 * ratio) / ratio
        top = round((self.height() - module * count) / 2 * ratio) / ratio
        painter.setBrush(QColor(LIGHT.text))
        for y, row in enumerate(self._rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    painter.drawRect(QRectF(left + x * module, top + y * module, module, module))
        painter.end()
