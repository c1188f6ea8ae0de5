"""Paints a cell with room beside its text, so that it stands below its header. Selection fills the whole cell."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from server.accounts.account import Account
from server.tray.models import ITEM_ROLE
from shared.look.theme import theme_of
from shared.look.tokens import Space

_STYLE_MARGIN = 3
"""Pixels that the style adds beside a text by itself; with ours they are what the style sheet gives a header."""


class CellDelegate(QStyledItemDelegate):
    """For every column that has no delegate of its own. A disabled account is muted."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = theme_of().colours
        inner = QStyleOptionViewItem(option)
        if inner.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(inner.rect, QColor(colours.selection))
        inner.state &= ~(
            QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver
        )
        left = Space.M if index.column() == 0 else Space.S
        inner.rect = inner.rect.adjusted(left - _STYLE_MARGIN, 0, _STYLE_MARGIN - Space.S, 0)
        item = index.data(ITEM_ROLE)
        if isinstance(item, Account) and not item.enabled:
            inner.palette.setColor(QPalette.ColorRole.Text, QColor(colours.muted))
        super().paint(painter, inner, index)
