"""Paints the rows of the queue: title with its fold, state as icon and text, a progress bar, and figures.

A whole row in one go and no delegate: Qt would ask Python for each cell by itself, which takes three times as long,
and while files pour in a screen full of rows is painted often.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from desktop.models.queue_row import Column, QueueRow, cell_text
from desktop.transfers.items import Direction, State
from shared.look import filetypes, fonts, icons, wording
from shared.look.theme import theme_of
from shared.look.tokens import Colours, Size, Space

translate = QCoreApplication.translate

_BAR = 6
_PERCENT = 44
_FOLD = 16
_INDENT = 20
_TITLE_MIN = 60

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

_LEFT = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignVCenter.value
_RIGHT = Qt.AlignmentFlag.AlignRight.value | Qt.AlignmentFlag.AlignVCenter.value

Cell = tuple[Column, int, int]
"""A column that is shown: where it begins and how wide it is."""


def state_look(row: QueueRow) -> tuple[str, str]:
    """Return the icon and the colour token of a row's state."""
    icon, tone = _STATE_LOOK[row.state]
    if row.state is State.RUNNING and row.stalled_s >= 1:
        return "waiting", "warning"
    if row.state is State.RUNNING and row.is_comparing:
        return "compare", "accent"
    if row.state is State.RUNNING:
        icon = "arrow-up" if row.direction is Direction.UPLOAD else "arrow-down"
    if row.state is State.DONE and row.parts is not None and row.parts.failed:
        return "alert-circle", "danger"
    return icon, tone


def fold_rect(cell: QRect) -> QRect:
    """Return where the fold of a folder's row is pressed, in its name's ``cell``."""
    return QRect(cell.left() + Space.XS, cell.top(), _FOLD + Space.S, cell.height())


class RowPainter:
    """Knows fonts and colours; what to paint is said each time."""

    def __init__(self) -> None:
        self._theme = theme_of()
        self._body = fonts.body()
        self._figures = fonts.figures(12)
        self._body_metrics = QFontMetrics(self._body)
        self._figure_metrics = QFontMetrics(self._figures)

    def paint(
        self,
        painter: QPainter,
        band: QRect,
        cells: Sequence[Cell],
        row: QueueRow,
        depth: int,
        is_expanded: bool | None,
    ) -> None:
        """Paint what a row says; ``band`` is the room of the whole row. The ground is painted already."""
        colours = self._theme.colours
        for column, left, width in cells:
            rect = QRect(left, band.top(), width, band.height())
            if column is Column.NAME:
                self._paint_name(painter, rect, row, depth, is_expanded, colours)
            elif column is Column.STATE:
                self._paint_state(painter, rect, row, colours)
            elif column is Column.PROGRESS:
                self._paint_progress(painter, rect, row, colours)
            elif column is Column.TARGET:
                text = cell_text(row, column)
                self._text(painter, self._body, _inner(rect), text, colours.muted, Qt.TextElideMode.ElideMiddle)
            elif text := cell_text(row, column):
                self._text(
                    painter, self._figures, _inner(rect), text, colours.muted, Qt.TextElideMode.ElideLeft, _RIGHT
                )

    def _paint_name(
        self, painter: QPainter, rect: QRect, row: QueueRow, depth: int, is_expanded: bool | None, colours: Colours
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        left = rect.left() + Space.S + depth * _INDENT
        top = rect.top() + (rect.height() - Size.ICON) // 2
        if is_expanded is not None:
            fold = "chevron-down" if is_expanded else "chevron-right"
            painter.drawPixmap(left, top, icons.pixmap(fold, Size.ICON, ratio, colours.icon))
        left += _FOLD + Space.XS
        is_folder = row.is_folder or row.parts is not None
        name = "folder" if is_folder else filetypes.icon_for_name(row.title)
        colour = colours.accent if is_folder else colours.icon
        painter.drawPixmap(left, top, icons.pixmap(name, Size.ICON, ratio, colour))
        left += Size.ICON + Space.S
        area = QRect(left, rect.top(), rect.right() - left - Space.S, rect.height())
        if row.parts is None or not row.parts.items:
            self._text(painter, self._body, area, row.title, colours.text, Qt.TextElideMode.ElideMiddle)
            return
        tail = parts_text(row)
        room = area.width() - self._figure_metrics.horizontalAdvance(tail) - Space.M
        title = self._body_metrics.elidedText(row.title, Qt.TextElideMode.ElideMiddle, max(room, _TITLE_MIN))
        self._text(painter, self._body, area, title, colours.text, Qt.TextElideMode.ElideRight)
        area.setLeft(area.left() + self._body_metrics.horizontalAdvance(title) + Space.S)
        self._text(painter, self._figures, area, tail, colours.muted, Qt.TextElideMode.ElideRight)

    def _paint_state(self, painter: QPainter, rect: QRect, row: QueueRow, colours: Colours) -> None:
        icon, tone = state_look(row)
        colour = str(getattr(colours, tone))
        top = rect.top() + (rect.height() - Size.ICON) // 2
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect.left() + Space.S, top, icons.pixmap(icon, Size.ICON, ratio, colour))
        area = rect.adjusted(Space.S + Size.ICON + Space.XS, 0, -Space.XS, 0)
        words = colour if tone in {"danger", "warning"} else colours.text if tone == "accent" else colours.muted
        text = cell_text(row, Column.STATE)
        self._text(painter, self._body, area, text, words, Qt.TextElideMode.ElideRight)

    def _paint_progress(self, painter: QPainter, rect: QRect, row: QueueRow, colours: Colours) -> None:
        if row.state in {State.DONE, State.SKIPPED} or (row.state.is_final and not row.moved):
            return
        inner = _inner(rect)
        share = cell_text(row, Column.PROGRESS)
        self._text(painter, self._figures, inner, share, colours.muted, Qt.TextElideMode.ElideNone, _RIGHT)
        width = inner.width() - _PERCENT
        if width < Space.XL:
            return
        track = QRectF(inner.left(), rect.top() + (rect.height() - _BAR) / 2, width, _BAR)
        is_live = row.state in {State.RUNNING, State.SCANNING}
        fill = colours.accent if is_live else colours.danger if row.state is State.FAILED else colours.border
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        if row.share > 0:
            painter.setBrush(QColor(fill))
            track.setWidth(max(_BAR, width * row.share))
            painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)

    def _text(
        self,
        painter: QPainter,
        font: QFont,
        area: QRect,
        text: str,
        colour: str,
        mode: Qt.TextElideMode,
        flags: int = _LEFT,
    ) -> None:
        metrics = self._body_metrics if font is self._body else self._figure_metrics
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(area, flags, metrics.elidedText(text, mode, area.width()))


def parts_text(row: QueueRow) -> str:
    """Return how many of a folder's contents are done with: ``3 of 24``."""
    if row.parts is None:
        return ""
    done, of = row.parts.items - row.parts.open, translate("QueueView", "%1 of %2")
    return of.replace("%1", wording.number(done)).replace("%2", wording.number(row.parts.items))


def _inner(rect: QRect) -> QRect:
    return rect.adjusted(Space.S, 0, -Space.S, 0)
