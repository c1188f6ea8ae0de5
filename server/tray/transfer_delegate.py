"""Paints a transfer's progress as a bar with its figures, from the row's values. No widget per row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from server.tray.models import ITEM_ROLE
from server.tray.view import TransferRow
from shared.look.theme import theme_of
from shared.look.tokens import Space

_BAR_HEIGHT = 4
_TEXT_WIDTH = 108


class TransferDelegate(QStyledItemDelegate):
    """For the progress column of the transfers."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ITEM_ROLE)
        if not isinstance(row, TransferRow):
            super().paint(painter, option, index)
            return
        rect, font, state = option.rect, option.font, option.state
        colours = theme_of().colours
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.selection))
        area = rect.adjusted(Space.S, 0, -Space.S, 0)
        text_width = min(_TEXT_WIDTH, area.width())
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        painter.drawText(
            area.adjusted(area.width() - text_width, 0, 0, 0),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            str(index.data()),
        )
        track = QRectF(area.left(), 0, area.width() - text_width - Space.S, _BAR_HEIGHT)
        if track.width() > _BAR_HEIGHT:
            track.moveTop(area.center().y() - _BAR_HEIGHT / 2 + 1)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.track))
            painter.drawRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
            track.setWidth(max(_BAR_HEIGHT, track.width() * row.fraction))
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.restore()
