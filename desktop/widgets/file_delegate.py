"""Paints a row of a pane: icon, name, and the quieter columns; selection and hover go across the whole row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.models.directory import ENTRY_ROLE, ICON_ROLE, Column
from desktop.widgets.rows import RowLook, paint_row
from shared.entries import Entry
from shared.look import fonts, icons
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

Index = QModelIndex | QPersistentModelIndex

_GAP = Space.S
_NAME_LEFT = Space.M + Size.ICON + _GAP


class FileDelegate(QStyledItemDelegate):
    """``look`` says how a row stands out just now; the table knows."""

    def __init__(self, look: RowLook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._theme = theme_of()
        self._name_font = fonts.body()
        self._figures = fonts.figures(12)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(Space.HUGE, Size.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = option.rect
        colours = self._theme.colours
        paint_row(painter, rect, index, self._look, colours)
        text = str(index.data() or "")
        entry = index.data(ENTRY_ROLE)
        if index.column() == Column.NAME:
            folder = isinstance(entry, Entry) and entry.is_folder
            colour = colours.accent if folder else colours.icon
            top = rect.top() + (rect.height() - Size.ICON) // 2
            ratio = painter.device().devicePixelRatioF()
            name = str(index.data(ICON_ROLE))
            painter.drawPixmap(rect.left() + Space.M, top, icons.pixmap(name, Size.ICON, ratio, colour))
            area = rect.adjusted(_NAME_LEFT, 0, -_GAP, 0)
            is_quiet = isinstance(entry, Entry) and entry.is_hidden
            painter.setFont(self._name_font)
            painter.setPen(QColor(colours.muted if is_quiet else colours.text))
            mode = Qt.TextElideMode.ElideMiddle
        else:
            area = rect.adjusted(_GAP, 0, -_GAP, 0)
            painter.setFont(self._figures)
            painter.setPen(QColor(colours.muted))
            mode = Qt.TextElideMode.ElideRight
        shown = painter.fontMetrics().elidedText(text, mode, area.width())
        painter.drawText(area, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect = option.rect
        editor.setGeometry(rect.adjusted(_NAME_LEFT - Space.S + 3, 1, -Space.XS, -1))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(self._name_font)
        editor.setAccessibleName(self.tr("New name"))
        return editor
