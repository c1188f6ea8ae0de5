"""A short list of servers to click, as high as its rows. It scrolls with the page that it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from shared.look import fonts, icons, wording
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space, Type

NAMED_HEIGHT = 44
PLAIN_HEIGHT = 32
_DOT = 12
_MORE_WIDTH = 32
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One server, ready to show; without a name it is one line.

    ``colour`` is ``#rrggbb`` or empty; ``value`` comes back in the signals. ``icon`` is drawn in place of the colour,
    ``detail`` stands in the tool tip only.
    """

    name: str
    address: str
    colour: str
    value: object
    icon: str = ""
    detail: str = ""


class ServerModel(QAbstractListModel):
    """The rows; few, so a change replaces them all."""

    ROW_ROLE = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ServerRow] = []

    def set_rows(self, rows: Sequence[ServerRow]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name or row.address
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (row.name, row.address) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return wording.tooltip(row.name, *(part for part in (row.address, row.detail) if part))
            case self.ROW_ROLE:
                return row
        return None


class ServerList(QListView):
    """Click or Enter chooses; the menu comes by right click, by its key, or by the dots at the end of a row.

    Signals:
        chosen: the row's value.
        menu_requested: the row's value, and where on the screen (QPoint).
        current_moved: the row that the keyboard is on, as a QRect of this widget.
    """

    chosen = Signal(object)
    menu_requested = Signal(object, QPoint)
    current_moved = Signal(QRect)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ServerModel(self)
        self.setModel(self._model)
        self.setItemDelegate(ServerDelegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(0)
        theme_of().changed.connect(self.viewport().update)

    def set_rows(self, rows: Sequence[ServerRow]) -> None:
        """Show these servers and take the height they need."""
        self._model.set_rows(rows)
        self.setFixedHeight(sum(_height(row) for row in rows))

    @property
    def rows(self) -> list[ServerRow]:
        return [self._row(self._model.index(i)) for i in range(self._model.rowCount())]

    def more_rect(self, row: QRect) -> QRect:
        """Return where the dots of a row are."""
        return QRect(row.right() - _MORE_WIDTH - Space.XS + 1, row.top(), _MORE_WIDTH, row.height())

    def _row(self, index: QModelIndex) -> ServerRow:
        row = index.data(ServerModel.ROW_ROLE)
        assert isinstance(row, ServerRow)
        return row

    def _ask_menu(self, index: QModelIndex, where: QPoint) -> None:
        if index.isValid():
            self.menu_requested.emit(self._row(index).value, self.viewport().mapToGlobal(where))

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._pressed = QPersistentModelIndex(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        where = event.position().toPoint()
        index = self.indexAt(where)
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid() or self._pressed != index:
            return
        rect = self.visualRect(index)
        if self.more_rect(rect).contains(where):
            self._ask_menu(index, self.more_rect(rect).bottomLeft())
        else:
            self.chosen.emit(self._row(index).value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and index.isValid():
            self.chosen.emit(self._row(index).value)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            self._ask_menu(index, self.visualRect(index).bottomLeft() + QPoint(Space.XL, 0))
        else:
            self._ask_menu(self.indexAt(event.pos()), event.pos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0))
        self.viewport().update()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.current_moved.emit(self.visualRect(current))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ServerDelegate(QStyledItemDelegate):
    """A dot in the server's colour, its name, and below it the address."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, _height(index.data(ServerModel.ROW_ROLE)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ServerModel.ROW_ROLE)
        view = option.widget
        if not isinstance(row, ServerRow) or not isinstance(view, ServerList):
            return
        colours = theme_of().colours
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        is_enabled = view.isEnabled()
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver) and is_enabled
        has_keyboard = view.hasFocus() and view.currentIndex().row() == index.row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(rect).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(colours.focus), 2.0) if has_keyboard else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hover) if is_hovered or has_keyboard else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ground, Size.RADIUS, Size.RADIUS)
        if row.name and not row.icon:
            self._paint_dot(painter, rect, row.colour, is_enabled)
        else:
            edge = Size.ICON // 2
            corner = QPoint(rect.left() + Space.M + _DOT // 2 - edge, rect.center().y() - edge + 1)
            colour = colours.icon if is_enabled else colours.faint
            painter.drawPixmap(corner, icons.pixmap(row.icon or "clock", Size.ICON, view.devicePixelRatioF(), colour))
        if is_hovered or has_keyboard:
            more = view.more_rect(rect)
            picture = icons.pixmap("more", Size.ICON, view.devicePixelRatioF(), colours.icon)
            corner = more.center() - QPoint(Size.ICON // 2 - 1, Size.ICON // 2 - 1)
            painter.drawPixmap(corner, picture)
        words = rect.adjusted(Space.M + _DOT + Space.M, Space.XS, -_MORE_WIDTH - Space.S, -Space.XS)
        upper, lower = QRect(words), QRect(words)
        upper.setHeight(words.height() // 2)
        lower.setTop(upper.bottom() + 1)
        faint = colours.faint
        if row.name:
            self._write(painter, upper, row.name, fonts.body(weight=Type.MEDIUM), colours.text if is_enabled else faint)
            self._write(painter, lower, row.address, fonts.body(Type.SMALL), colours.muted if is_enabled else faint)
        else:
            self._write(painter, words, row.address, fonts.body(), colours.text if is_enabled else faint)
        painter.restore()

    def _paint_dot(self, painter: QPainter, rect: QRect, colour: str, is_enabled: bool) -> None:
        dot = QRectF(rect.left() + Space.M, rect.center().y() - _DOT / 2 + 1, _DOT, _DOT)
        colours = theme_of().colours
        if colour and is_enabled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(dot)
        else:
            painter.setPen(QPen(QColor(colours.border if is_enabled else colours.separator), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(dot.adjusted(1, 1, -1, -1))

    def _write(self, painter: QPainter, where: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _height(row: ServerRow) -> int:
    return NAMED_HEIGHT if row.name else PLAIN_HEIGHT
