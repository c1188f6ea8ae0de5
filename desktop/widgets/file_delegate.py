"""Paints a row of a pane: icon, name, and the quieter columns; selection and hover go across the whole row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.models.directory import DirectoryModel, cell_text
from desktop.models.directory_row import Column, Mark
from desktop.widgets.rows import RowLook, paint_row
from shared.look import filetypes, fonts, icons
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

Index = QModelIndex | QPersistentModelIndex

_GAP = Space.S
_NAME_LEFT = Space.M + Size.ICON + _GAP
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_END = Qt.TextElideMode.ElideRight

_MARK_WIDTH = Size.ICON
_MARKS = {
    # A sign as well as a colour: nothing is told by colour alone.
    Mark.NEW: ("+", "success"),
    Mark.NEWER: ("↑", "accent"),
    Mark.OLDER: ("↓", "muted"),
    Mark.DIFFERENT: ("≠", "warning"),
    Mark.EQUAL: ("=", "muted"),
}
_REMEMBERED = 2000
"""Shortened texts that are kept: several screens full."""


class FileDelegate(QStyledItemDelegate):
    """``look`` says how a row stands out just now; the table knows."""

    def __init__(self, look: RowLook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._theme = theme_of()
        self._name_font = fonts.body()
        self._figures = fonts.figures(12)
        self._elided: dict[tuple[str, int, Qt.TextElideMode], str] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(Space.HUGE, Size.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell. Everything comes from the row at once: a cell is painted thousands of times a second."""
        model = index.model()
        if not isinstance(model, DirectoryModel):
            return
        rect, column = option.rect, index.column()
        row = model.row(index.row())
        colours = self._theme.colours
        paint_row(painter, rect, index, self._look, colours)
        if column != Column.NAME:
            painter.setFont(self._figures)
            painter.setPen(QColor(colours.muted))
            side = _RIGHT if column == Column.SIZE else _LEFT
            self._draw_text(painter, rect.adjusted(_GAP, 0, -_GAP, 0), side, cell_text(row, column), _END)
            return
        is_folder = row.entry.is_folder
        top = rect.top() + (rect.height() - Size.ICON) // 2
        ratio = painter.device().devicePixelRatioF()
        drawing = icons.pixmap(
            filetypes.icon_name(row.entry), Size.ICON, ratio, colours.accent if is_folder else colours.icon
        )
        painter.drawPixmap(rect.left() + Space.M, top, drawing)
        area = rect.adjusted(_NAME_LEFT, 0, -_GAP, 0)
        colour = colours.muted if row.entry.is_hidden else colours.text
        painter.setFont(self._name_font)
        if row.mark is not None:
            sign, tone = _MARKS[row.mark]
            mark_colour = colour = getattr(colours, tone)
            place = QRect(area.right() - _MARK_WIDTH, area.top(), _MARK_WIDTH, area.height())
            painter.setPen(QColor(mark_colour))
            painter.drawText(place, _CENTRE, sign)
            area.adjust(0, 0, -_MARK_WIDTH - Space.XS, 0)
        painter.setPen(QColor(colour))
        self._draw_text(painter, area, _LEFT, row.text, Qt.TextElideMode.ElideMiddle)

    def _draw_text(self, painter: QPainter, area: QRect, side: int, text: str, mode: Qt.TextElideMode) -> None:
        key = (text, area.width(), mode)
        shown = self._elided.get(key)
        if shown is None:
            if len(self._elided) > _REMEMBERED:
                self._elided.clear()
            shown = self._elided[key] = painter.fontMetrics().elidedText(text, mode, area.width())
        painter.drawText(area, side, shown)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect = option.rect
        editor.setGeometry(rect.adjusted(_NAME_LEFT - Space.S + 3, 1, -Space.XS, -1))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(self._name_font)
        editor.setAccessibleName(self.tr("New name"))
        return editor
