"""The queue under the panes: filter tabs with counts, speed, and everything that can be done to a transfer."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from desktop.models.queue import QueueModel
from desktop.models.queue_row import QueueCounts, QueueFilter, QueueRow, failure_text
from desktop.transfers.items import Priority, State
from desktop.transfers.progress import Shortage, Totals
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import describe_action, tool_button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import line
from desktop.widgets.queue_actions import ITEM_MENU, QueueActions
from desktop.widgets.queue_table import QueueTable
from desktop.widgets.rate_box import RateBox
from shared.look import icons, wording
from shared.look.theme import restyle
from shared.look.throughput_graph import ThroughputGraph
from shared.look.tokens import Size, Space

_LOOKED_AT = 500
"""Selected rows that say which actions make sense; with 100,000 selected the others hardly differ."""

_TEXT_FROM, _GRAPH_FROM, _LIMIT_FROM = 720, 840, 960
"""The width from which the header has room for the text of its button, for the graph, and for the limit too."""

_COPIED = 1000
"""Rows that go to the clipboard at most."""

_LIMIT_WIDTH = 112
_HEADER_HEIGHT = 36


class QueueView(QWidget):
    """Shows a QueueModel; a page beside it, such as the log, has a tab after the filters'.

    Signals:
        pause_requested, resume_requested, cancel_requested, retry_requested, remove_requested: ids (list[int]).
        answer_requested: ids (list[int]) of items that wait for an answer.
        retry_failed_requested, clear_finished_requested: for the whole queue.
        move_requested: ids (list[int]) and ``top``, ``up``, ``down`` or ``bottom``.
        priority_requested: ids (list[int]) and the Priority.
        pause_all_toggled: hold the whole queue, or let it go.
        limit_requested: keep both ways together to so many bytes per second (int), or to no limit (None).
        show_in_folder_requested, details_requested: an id (int).
        collapse_toggled: the list below the header is folded away, or not.
    """

    pause_requested = Signal(object)
    resume_requested = Signal(object)
    cancel_requested = Signal(object)
    retry_requested = Signal(object)
    answer_requested = Signal(object)
    retry_failed_requested = Signal()
    remove_requested = Signal(object)
    move_requested = Signal(object, str)
    priority_requested = Signal(object, object)
    pause_all_toggled = Signal(bool)
    limit_requested = Signal(object)
    show_in_folder_requested = Signal(object)
    details_requested = Signal(object)
    clear_finished_requested = Signal()
    collapse_toggled = Signal(bool)

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._shortages: Sequence[Shortage] = ()
        self._table = QueueTable(model)
        self._empty = EmptyState()
        self._banner = Banner()
        self._pages: dict[QToolButton, QWidget] = {}
        self._tabs: dict[QueueFilter, QToolButton] = {}
        self.graph = ThroughputGraph()
        self.limit_box = RateBox(self.tr("Speed limit"))
        self.actions_of_queue = QueueActions(self)
        self._actions = self.actions_of_queue
        self._pause_all = self._actions["pause_all"]
        self._connect_actions()
        header = self._make_header()
        self._list = QWidget()
        rows = QVBoxLayout(self._list)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._table, 1)
        rows.addWidget(self._empty, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(line())
        body.addWidget(self._banner)
        body.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._body, 1)
        self._empty.setProperty("tone", "page")
        self._empty.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        model.counts_changed.connect(self._show_counts)
        model.dataChanged.connect(self._allow)
        model.modelReset.connect(self._show_emptiness)
        model.rowsInserted.connect(self._show_emptiness)
        model.rowsRemoved.connect(self._show_emptiness)
        self._table.selection_changed.connect(self._allow)
        self._table.delete_pressed.connect(self._delete)
        self._table.activated_row.connect(self._activate)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_menu)
        self._fit_header()
        self._show_counts(model.counts)
        self._allow()

    # --- What it shows -------------------------------------------------------------------------------------------

    @property
    def table(self) -> QueueTable:
        return self._table

    def empty_text(self) -> str:
        """Return the message that stands for the rows; empty while there are some."""
        return "" if self._empty.isHidden() else self._empty.title

    @property
    def is_collapsed(self) -> bool:
        return self._body.isHidden()

    def set_collapsed(self, is_collapsed: bool) -> None:
        """Fold the list away and leave the header, or bring it back."""
        if is_collapsed == self.is_collapsed:
            return
        self._body.setVisible(not is_collapsed)
        self._show_fold()
        self.collapse_toggled.emit(is_collapsed)

    def set_totals(self, totals: Totals) -> None:
        """Take what the whole queue comes to: its speed goes into the graph."""
        self.graph.add(totals.rate_bps, time.monotonic())
        self.set_all_paused(totals.is_paused)
        self._show_shortages(totals.shortages)

    def set_limit(self, limit: int | None) -> None:
        """Show the limit for both ways together; tells nobody."""
        self.limit_box.set_limit(limit)

    def add_page(self, text: str, icon: str, page: QWidget) -> None:
        """Add a page beside the list, with a tab of its own."""
        tab = self._make_tab(text)
        icons.dress(tab, icon)
        tab.setIconSize(QSize(Size.ICON, Size.ICON))
        tab.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        tab.clicked.connect(lambda: self.show_page(page))
        self._pages[tab] = page
        self._tab_row.addWidget(tab)
        self._stack.addWidget(page)

    def show_page(self, page: QWidget | None) -> None:
        """Show a page that was added, or the list (None)."""
        self.set_collapsed(False)
        self._stack.setCurrentWidget(self._list if page is None else page)
        for tab, each in self._pages.items():
            if each is page:
                tab.setChecked(True)
        if page is None:
            self._tabs[self._model.filter].setChecked(True)

    def set_all_paused(self, is_paused: bool) -> None:
        """Show whether the whole queue is held; tells nobody."""
        self._pause_all.blockSignals(True)
        self._pause_all.setChecked(is_paused)
        self._pause_all.blockSignals(False)
        self._dress_pause_all(is_paused)

    def show_banner(self, kind: str, text: str) -> None:
        """Show a sentence over the list, such as that the queue cannot be stored."""
        self._banner.show_text(kind, text)
        if kind:
            self.set_collapsed(False)

    def select(self, id: int) -> None:
        """Select an item and scroll to it, if it is shown."""
        row = self._model.row_of(id)
        if row >= 0:
            self._table.selectRow(row)

    # --- Building ------------------------------------------------------------------------------------------------

    def _connect_actions(self) -> None:
        on, ids = self._actions.on, self._table.selected_ids
        for name, signal in (
            ("pause", self.pause_requested),
            ("resume", self.resume_requested),
            ("retry", self.retry_requested),
            ("answer", self.answer_requested),
            ("cancel", self.cancel_requested),
            ("remove", self.remove_requested),
        ):
            on(name, lambda signal=signal: signal.emit(ids()))  # type: ignore[misc]  # mypy sees no default
        for where in ("top", "up", "down", "bottom"):
            on(where, lambda where=where: self.move_requested.emit(ids(), where))  # type: ignore[misc]
        for name, priority in (("first", Priority.HIGH), ("normal", Priority.NORMAL), ("last", Priority.LOW)):
            on(name, lambda priority=priority: self.priority_requested.emit(ids(), priority))  # type: ignore[misc]
        on("show", lambda: self._emit_first(self.show_in_folder_requested))
        on("details", lambda: self._emit_first(self.details_requested))
        on("copy", self._copy)
        on("retry_failed", self.retry_failed_requested.emit)
        on("clear", self.clear_finished_requested.emit)
        on("fold", self._toggle_fold)
        self._pause_all.toggled.connect(self._toggle_all)
        self.limit_box.limit_changed.connect(self.limit_requested)

    def _make_header(self) -> QFrame:
        header = QFrame()
        header.setProperty("tone", "bar")
        header.setFixedHeight(_HEADER_HEIGHT)
        # Parts of it give way, so it asks for no width of its own.
        header.setMinimumWidth(1)
        row = QHBoxLayout(header)
        row.setContentsMargins(Space.XS, 0, Space.XS, 0)
        row.setSpacing(Space.HALF)
        row.addWidget(tool_button(self._actions["fold"]))
        self._tab_row = QHBoxLayout()
        self._tab_row.setSpacing(Space.HALF)
        self._tab_group = QButtonGroup(self)
        for which in QueueFilter:
            tab = self._make_tab("")
            tab.clicked.connect(lambda _=False, which=which: self._choose_filter(which))
            self._tabs[which] = tab
            self._tab_row.addWidget(tab)
        self._tabs[self._model.filter].setChecked(True)
        row.addLayout(self._tab_row)
        row.addStretch(1)
        self.limit_box.setProperty("kind", "slim")
        self.limit_box.setFixedWidth(_LIMIT_WIDTH)
        row.addWidget(self.graph)
        row.addSpacing(Space.S)
        row.addWidget(self.limit_box)
        row.addSpacing(Space.S)
        row.addWidget(tool_button(self._actions["retry_failed"]))
        row.addWidget(tool_button(self._actions["clear"]))
        self._pause_button = tool_button(self._pause_all)
        self._pause_button.setProperty("kind", "text")
        self._pause_button.setIconSize(QSize(Size.ICON, Size.ICON))
        self._dress_pause_all(False)
        row.addWidget(self._pause_button)
        return header

    def _make_tab(self, text: str) -> QToolButton:
        tab = QToolButton()
        tab.setText(text)
        tab.setAccessibleName(text)
        tab.setCheckable(True)
        tab.setProperty("kind", "tab")
        tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tab_group.addButton(tab)
        return tab

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_header()

    def _fit_header(self) -> None:
        style = Qt.ToolButtonStyle
        has_text = self.width() >= _TEXT_FROM
        self._pause_button.setToolButtonStyle(style.ToolButtonTextBesideIcon if has_text else style.ToolButtonIconOnly)
        self.graph.setVisible(self.width() >= _GRAPH_FROM)
        self.limit_box.setVisible(self.width() >= _LIMIT_FROM)

    # --- Acting --------------------------------------------------------------------------------------------------

    def _selected_rows(self) -> list[QueueRow]:
        return [self._model.row(row) for row in self._table.selected_rows()]

    def _emit_first(self, signal: SignalInstance) -> None:
        for id in self._table.selected_ids()[:1]:
            signal.emit(id)

    def _copy(self) -> None:
        """The names and places of what is selected, and what went wrong with it."""
        rows = itertools.islice(self._table.each_selected_row(), _COPIED)
        text = "\n\n".join(failure_text(self._model.row(row)) for row in rows)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _delete(self) -> None:
        """Del cancels what is under way and takes off the list what is over."""
        rows = self._selected_rows()
        chosen = set(self._table.selected_ids())
        live = [row.id for row in rows if row.id in chosen and not row.state.is_final]
        over = [row.id for row in rows if row.id in chosen and row.state.is_final]
        if live:
            self.cancel_requested.emit(live)
        if over:
            self.remove_requested.emit(over)

    def _activate(self, row: int) -> None:
        item = self._model.row(row)
        if item.state is State.ASKING:
            self.answer_requested.emit([item.id])
        elif item.failure is not None:
            self.details_requested.emit(item.id)
        else:
            self.show_in_folder_requested.emit(item.id)

    def _toggle_all(self, is_paused: bool) -> None:
        self._dress_pause_all(is_paused)
        self.pause_all_toggled.emit(is_paused)

    def _choose_filter(self, which: QueueFilter) -> None:
        self._model.set_filter(which)
        self.show_page(None)
        self._show_emptiness()

    def _toggle_fold(self) -> None:
        self.set_collapsed(not self.is_collapsed)

    def _allow(self) -> None:
        states = self._model.states(itertools.islice(self._table.each_selected_row(), _LOOKED_AT))
        self._actions.allow(states)

    def _show_menu(self, where: QPoint) -> None:
        menu = self._actions.make_menu(ITEM_MENU, self)
        menu.popup(self._table.viewport().mapToGlobal(where))

    # --- Showing -------------------------------------------------------------------------------------------------

    def _show_counts(self, counts: QueueCounts) -> None:
        texts = {
            QueueFilter.ALL: (self.tr("All"), counts.all),
            QueueFilter.ACTIVE: (self.tr("Active"), counts.active),
            QueueFilter.WAITING: (self.tr("Waiting"), counts.waiting),
            QueueFilter.FAILED: (self.tr("Failed"), counts.failed),
            QueueFilter.DONE: (self.tr("Done"), counts.done),
        }
        for which, (text, count) in texts.items():
            shown = f"{text}  {wording.number(count)}" if count else text
            self._tabs[which].setText(shown)
            self._tabs[which].setAccessibleName(shown)
        failed = self._tabs[QueueFilter.FAILED]
        if failed.property("alarm") != (counts.failed > 0):
            failed.setProperty("alarm", counts.failed > 0)
            restyle(failed)
        self._actions["retry_failed"].setEnabled(counts.failed > 0)
        self._actions["clear"].setEnabled(counts.done > 0)
        self._pause_all.setEnabled(counts.unfinished > 0 or self._pause_all.isChecked())
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        is_empty = self._model.rowCount() == 0
        self._empty.setVisible(is_empty)
        self._table.setVisible(not is_empty)
        if not is_empty:
            return
        match self._model.filter:
            case QueueFilter.ALL:
                title, hint = (
                    self.tr("No transfers yet"),
                    self.tr("Drag files from one pane to the other, or press F5."),
                )
            case QueueFilter.ACTIVE:
                title, hint = self.tr("Nothing is being transferred"), ""
            case QueueFilter.WAITING:
                title, hint = self.tr("Nothing is waiting"), ""
            case QueueFilter.FAILED:
                title, hint = self.tr("Nothing has failed"), ""
            case QueueFilter.DONE:
                title, hint = self.tr("Nothing is done yet"), ""
        self._empty.show_text("queue", title, hint)

    def _show_shortages(self, shortages: Sequence[Shortage]) -> None:
        """Tell, once for each, of batches that may not fit where they go."""
        if shortages == self._shortages:
            return
        self._shortages = shortages
        text = ""
        for short in shortages[:1]:
            text = self.tr("This may not fit: %1 are to come, and %2 has %3 free.")
            for mark, value in (
                ("%1", wording.size(short.needed)),
                ("%2", short.where),
                ("%3", wording.size(max(0, short.free))),
            ):
                text = text.replace(mark, value, 1)
        if text or self._banner.kind == "warning":
            self.show_banner("warning" if text else "", text)

    def _show_fold(self) -> None:
        action = self._actions["fold"]
        action.setText(self.tr("Show the queue") if self.is_collapsed else self.tr("Hide the queue"))
        icons.dress(action, "chevron-up" if self.is_collapsed else "chevron-down")
        describe_action(action)

    def _dress_pause_all(self, is_paused: bool) -> None:
        self._pause_all.setText(self.tr("Resume all") if is_paused else self.tr("Pause all"))
        icons.dress(self._pause_all, "play" if is_paused else "pause")
        describe_action(self._pause_all)


def totals_text(totals: Totals) -> str:
    """Return the totals in one line: moved of all, rate, time left; empty when nothing is under way."""
    if not any(not state.is_final and count for state, count in totals.counts.items()):
        return ""
    moved = f"{wording.size(totals.bytes_moved)} / {wording.size(totals.bytes_total)}"
    parts = [moved]
    if totals.rate_bps >= 1:
        parts.append(wording.rate(totals.rate_bps))
    if totals.eta_s is not None and totals.rate_bps >= 1:
        left = QCoreApplication.translate("QueueView", "%1 left").replace("%1", wording.duration(totals.eta_s))
        parts.append(left)
    return "   ·   ".join(parts)
