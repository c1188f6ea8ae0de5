"""Paints a cell with room beside its text, so that it stands below its header. Selection fills the whole cell."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from server.accounts.account import Account
from server.tray.models import ITEM_ROLE
from shared.look.theme import theme_of
from shared.look.tokens import Space

# The style adds some pixels of its own beside a text; together it is what a header has.
_PADDING = Space.S - 3


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
        inner.rect = inner.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        item = index.data(ITEM_ROLE)
        if isinstance(item, Account) and not item.enabled:
            inner.palette.setColor(QPalette.ColorRole.Text, QColor(colours.muted))
        super().paint(painter, inner, index)
