"""The small card that follows the pointer in a drag: what is dragged, and how many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap

from shared.entries import Entry
from shared.look import filetypes, fonts, icons, wording
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space, Type
from shared.names import display

_HEIGHT = 32
_WIDEST = 240


def drag_picture(entries: Sequence[Entry], ratio: float) -> QPixmap:
    """Return the card for ``entries``, sharp on a screen of ``ratio``."""
    colours = theme_of().colours
    font = fonts.body(weight=Type.MEDIUM)
    metrics = QFontMetrics(font)
    first = entries[0]
    if len(entries) == 1:
        text, icon = display(first.name), filetypes.icon_name(first)
    else:
        text = QCoreApplication.translate("DragPicture", "%1 items").replace("%1", wording.number(len(entries)))
        icon = "folder" if all(entry.is_folder for entry in entries) else "copy"
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, _WIDEST)
    width = Space.M + Size.ICON + Space.S + metrics.horizontalAdvance(text) + Space.M
    result = QPixmap(QSize(round(width * ratio), round(_HEIGHT * ratio)))
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.accent), 1.0))
    painter.setBrush(QColor(colours.raised))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, _HEIGHT - 1), Size.RADIUS, Size.RADIUS)
    top = (_HEIGHT - Size.ICON) // 2
    painter.drawPixmap(Space.M, top, icons.pixmap(icon, Size.ICON, ratio, colours.accent))
    painter.setFont(font)
    painter.setPen(QColor(colours.text))
    left = Space.M + Size.ICON + Space.S
    painter.drawText(QRectF(left, 0, width - left, _HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), text)
    painter.end()
    return result
