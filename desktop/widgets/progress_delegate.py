"""Paints a row of the queue: title with its fold, state as icon and text, a progress bar, and figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.models.queue import DEPTH_ROLE, EXPANDED_ROLE, ROW_ROLE
from desktop.models.queue_row import Column, QueueRow
from desktop.transfers.items import Direction, State
from desktop.widgets.rows import RowLook, paint_row
from shared.look import filetypes, fonts, icons, wording
from shared.look.theme import theme_of
from shared.look.tokens import Colours, Size, Space

Index = QModelIndex | QPersistentModelIndex

_BAR = 6
_PERCENT = 44
_FOLD = 16
_INDENT = 20

_STATE_LOOK: dict[State, tuple[str, str]] = {
    # state: icon, colour token
    State.QUEUED: ("clock", "muted"),
    State.SCANNING: ("search", "accent"),
    State.RUNNING: ("", "accent"),
    State.PAUSED: ("pause", "muted"),
    State.WAITING: ("waiting", "warning"),
    State.ASKING: ("question", "warning"),
    State.FAILED: ("alert-circle", "danger"),
    State.DONE: ("check-circle", "success"),
    State.SKIPPED: ("skip", "muted"),
    State.CANCELLED: ("cancelled", "muted"),
}


def state_look(row: QueueRow) -> tuple[str, str]:
    """Return the icon and the colour token of a row's state."""
    icon, tone = _STATE_LOOK[row.state]
    if row.state is State.RUNNING:
        icon = "arrow-up" if row.direction is Direction.UPLOAD else "arrow-down"
    if row.state is State.DONE and row.parts is not None and row.parts.failed:
        return "alert-circle", "danger"
    return icon, tone


class ProgressDelegate(QStyledItemDelegate):
    """``look`` says how a row stands out just now; the table knows."""

    def __init__(self, look: RowLook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._theme = theme_of()
        self._body = fonts.body()
        self._figures = fonts.figures(12)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(Space.HUGE, Size.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, colours = option.rect, self._theme.colours
        paint_row(painter, rect, index, self._look, colours)
        row = index.data(ROW_ROLE)
        if not isinstance(row, QueueRow):
            return
        match index.column():
            case Column.NAME:
                self._paint_name(painter, rect, index, row, colours)
            case Column.STATE:
                self._paint_state(painter, rect, index, row, colours)
            case Column.PROGRESS:
                self._paint_progress(painter, rect, index, row, colours)
            case Column.TARGET:
                mode = Qt.TextElideMode.ElideMiddle
                self._text(painter, _inner(rect), str(index.data()), colours.muted, mode)
            case _:
                painter.setFont(self._figures)
                side = Qt.AlignmentFlag.AlignRight
                text = str(index.data())
                self._text(painter, _inner(rect), text, colours.muted, Qt.TextElideMode.ElideLeft, side)

    @staticmethod
    def fold_rect(rect: QRect) -> QRect:
        """Return where the fold of a folder's row is pressed, in a name cell's ``rect``."""
        return QRect(rect.left() + Space.XS, rect.top(), _FOLD + Space.S, rect.height())

    def _paint_name(self, painter: QPainter, rect: QRect, index: Index, row: QueueRow, colours: Colours) -> None:
        ratio = painter.device().devicePixelRatioF()
        left = rect.left() + Space.S + int(index.data(DEPTH_ROLE)) * _INDENT
        top = rect.top() + (rect.height() - Size.ICON) // 2
        expanded = index.data(EXPANDED_ROLE)
        if expanded is not None:
            fold = "chevron-down" if expanded else "chevron-right"
            painter.drawPixmap(left, top, icons.pixmap(fold, Size.ICON, ratio, colours.icon))
        left += _FOLD + Space.XS
        is_folder = row.is_folder or row.parts is not None
        name = "folder" if is_folder else filetypes.icon_for_name(row.title)
        colour = colours.accent if is_folder else colours.icon
        painter.drawPixmap(left, top, icons.pixmap(name, Size.ICON, ratio, colour))
        left += Size.ICON + Space.S
        area = QRect(left, rect.top(), rect.right() - left - Space.S, rect.height())
        painter.setFont(self._body)
        if row.parts is None or not row.parts.items:
            self._text(painter, area, row.title, colours.text, Qt.TextElideMode.ElideMiddle)
            return
        done = row.parts.items - row.parts.open
        of = self.tr("%1 of %2")
        tail = of.replace("%1", wording.number(done)).replace("%2", wording.number(row.parts.items))
        room = area.width() - painter.fontMetrics().horizontalAdvance(tail) - Space.M
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideMiddle, max(room, 60))
        self._text(painter, area, title, colours.text, Qt.TextElideMode.ElideRight)
        area.setLeft(area.left() + painter.fontMetrics().horizontalAdvance(title) + Space.S)
        painter.setFont(self._figures)
        self._text(painter, area, tail, colours.muted, Qt.TextElideMode.ElideRight)

    def _paint_state(self, painter: QPainter, rect: QRect, index: Index, row: QueueRow, colours: Colours) -> None:
        icon, tone = state_look(row)
        colour = str(getattr(colours, tone))
        top = rect.top() + (rect.height() - Size.ICON) // 2
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect.left() + Space.S, top, icons.pixmap(icon, Size.ICON, ratio, colour))
        area = rect.adjusted(Space.S + Size.ICON + Space.XS, 0, -Space.XS, 0)
        painter.setFont(self._body)
        words = colour if tone in {"danger", "warning"} else colours.text if tone == "accent" else colours.muted
        self._text(painter, area, str(index.data()), words, Qt.TextElideMode.ElideRight)

    def _paint_progress(self, painter: QPainter, rect: QRect, index: Index, row: QueueRow, colours: Colours) -> None:
        if row.state in {State.DONE, State.SKIPPED} or (row.state.is_final and not row.moved):
            return
        inner = _inner(rect)
        painter.setFont(self._figures)
        side = Qt.AlignmentFlag.AlignRight
        self._text(painter, inner, str(index.data()), colours.muted, Qt.TextElideMode.ElideNone, side)
        width = inner.width() - _PERCENT
        if width < Space.XL:
            return
        top = rect.top() + (rect.height() - _BAR) / 2
        track = QRectF(inner.left(), top, width, _BAR)
        is_live = row.state in {State.RUNNING, State.SCANNING}
        fill = colours.accent if is_live else colours.danger if row.state is State.FAILED else colours.border
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        if row.share > 0:
            painter.setBrush(QColor(fill))
            track.setWidth(max(_BAR, width * row.share))
            painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        painter.restore()

    @staticmethod
    def _text(
        painter: QPainter,
        area: QRect,
        text: str,
        colour: str,
        mode: Qt.TextElideMode,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, mode, area.width())
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


def _inner(rect: QRect) -> QRect:
    return rect.adjusted(Space.S, 0, -Space.S, 0)
