"""The ground of a row in a list: selection, hover and focus as one rounded shape across all columns."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from shared.look.tokens import Colours, Size, Space


class RowLook(Protocol):
    """What a table says about its rows while it is painted."""

    def is_row_selected(self, row: int) -> bool: ...

    def is_row_hovered(self, row: int) -> bool: ...

    def is_row_focused(self, row: int) -> bool:
        """Whether the keyboard acts on this row just now."""

    def is_row_target(self, row: int) -> bool:
        """Whether a drag would drop into this row."""

    @property
    def has_keyboard(self) -> bool: ...

    @property
    def row_width(self) -> int:
        """Of the viewport: a row reaches to its edge even where the columns end before."""


def paint_row(
    painter: QPainter,
    cell: QRect,
    index: QModelIndex | QPersistentModelIndex,
    look: RowLook,
    colours: Colours,
) -> None:
    """Paint the part of the row's ground that lies in ``cell``."""
    row = index.row()
    if look.is_row_target(row):
        ground, ring = colours.drop, colours.accent
    elif look.is_row_selected(row):
        ground = colours.selection if look.has_keyboard else colours.selection_idle
        ring = colours.focus if look.is_row_focused(row) else ""
    else:
        ground = colours.hover if look.is_row_hovered(row) else ""
        ring = colours.focus if look.is_row_focused(row) else ""
    if not ground and not ring:
        return
    whole = QRectF(Space.XS, cell.top(), look.row_width - 2 * Space.XS, cell.height()).adjusted(0, 1, 0, -1)
    painter.save()
    painter.setClipRect(cell)
    _paint_shape(painter, whole, ground, ring)
    painter.restore()


def paint_ground(painter: QPainter, area: QRect, ground: str) -> None:
    """Paint the ground of an entry that is a row by itself, such as one of a list."""
    painter.save()
    _paint_shape(painter, QRectF(area).adjusted(0, 1, 0, -1), ground, "")
    painter.restore()


def _paint_shape(painter: QPainter, whole: QRectF, ground: str, ring: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(ground) if ground else QColor(0, 0, 0, 0))
    if ring:
        painter.setPen(QPen(QColor(ring), 1.0))
        whole.adjust(0.5, 0.5, -0.5, -0.5)
    else:
        painter.setPen(QColor(0, 0, 0, 0))
    painter.drawRoundedRect(whole, Size.RADIUS_SMALL, Size.RADIUS_SMALL)
