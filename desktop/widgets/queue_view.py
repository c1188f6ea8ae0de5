"""The queue under the panes: filter tabs with counts, totals, and everything that can be done to a transfer."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from desktop.models.queue import QueueModel
from desktop.models.queue_row import QueueCounts, QueueFilter, QueueRow
from desktop.transfers.items import State
from desktop.transfers.progress import Totals
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import describe_action, tool_button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import ElidedLabel, line
from desktop.widgets.queue_table import QueueTable
from shared.look import icons, wording
from shared.look.theme import restyle
from shared.look.tokens import Size, Space

_LOOKED_AT = 500
"""Selected rows that say which actions make sense; with 100,000 selected the others hardly differ."""

_PAUSABLE = frozenset({State.QUEUED, State.SCANNING, State.RUNNING, State.WAITING})


class QueueView(QWidget):
    """Shows a QueueModel, with its totals in the header.

    Signals:
        pause_requested, resume_requested, cancel_requested, retry_requested, remove_requested: ids (list[int]).
        answer_requested: ids (list[int]) of items that wait for an answer.
        retry_failed_requested, clear_finished_requested: for the whole queue.
        move_requested: ids (list[int]) and ``top``, ``up`` or ``down``.
        pause_all_toggled: hold the whole queue, or let it go.
        show_in_folder_requested: an id (int).
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
    pause_all_toggled = Signal(bool)
    show_in_folder_requested = Signal(object)
    clear_finished_requested = Signal()
    collapse_toggled = Signal(bool)

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._table = QueueTable(model)
        self._empty = EmptyState()
        self._banner = Banner()
        self._totals = ElidedLabel("", "small", mode=Qt.TextElideMode.ElideRight)
        self._totals.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._tabs: dict[QueueFilter, QToolButton] = {}
        self._actions = self._make_actions()
        self._pause_all = self._actions["pause_all"]
        header = self._make_header()
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(line())
        body.addWidget(self._banner)
        body.addWidget(self._table, 1)
        body.addWidget(self._empty, 1)
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
        """Show what the whole queue comes to."""
        self._totals.setText(totals_text(totals))

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

    def _make_actions(self) -> dict[str, QAction]:
        ids: Callable[[], list[int]] = self._selected
        specs: tuple[tuple[str, str, str, str, Callable[[], object]], ...] = (
            ("pause", self.tr("Pause"), "pause", "Space", lambda: self.pause_requested.emit(ids())),
            ("resume", self.tr("Resume"), "play", "Ctrl+Space", lambda: self.resume_requested.emit(ids())),
            ("retry", self.tr("Retry"), "retry", "Ctrl+Shift+R", lambda: self.retry_requested.emit(ids())),
            ("answer", self.tr("Answer…"), "question", "", lambda: self.answer_requested.emit(ids())),
            ("cancel", self.tr("Cancel"), "stop", "Ctrl+.", lambda: self.cancel_requested.emit(ids())),
            ("top", self.tr("Move to the top"), "arrow-top", "Alt+Home", lambda: self._move("top")),
            ("up", self.tr("Move up"), "arrow-up", "Alt+Up", lambda: self._move("up")),
            ("down", self.tr("Move down"), "arrow-down", "Alt+Down", lambda: self._move("down")),
            ("show", self.tr("Show in folder"), "folder-open", "Ctrl+Return", self._show_in_folder),
            ("remove", self.tr("Remove from the list"), "trash", "", lambda: self.remove_requested.emit(ids())),
            ("retry_failed", self.tr("Retry all failed"), "retry", "", self.retry_failed_requested.emit),
            ("clear", self.tr("Clear finished"), "clear", "", self.clear_finished_requested.emit),
            ("fold", self.tr("Hide the queue"), "chevron-down", "", self._toggle_fold),
        )
        actions: dict[str, QAction] = {}
        for name, text, icon, keys, act in specs:
            action = QAction(text, self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            icons.dress(action, icon)
            describe_action(action)
            self.addAction(action)
            actions[name] = action
        pause_all = QAction(self.tr("Pause all"), self)
        pause_all.setCheckable(True)
        pause_all.toggled.connect(self._toggle_all)
        actions["pause_all"] = pause_all
        return actions

    def _make_header(self) -> QFrame:
        header = QFrame()
        header.setProperty("tone", "bar")
        header.setFixedHeight(36)
        row = QHBoxLayout(header)
        row.setContentsMargins(Space.XS, 0, Space.XS, 0)
        row.setSpacing(Space.HALF)
        fold = tool_button(self._actions["fold"])
        row.addWidget(fold)
        group = QButtonGroup(self)
        for which in QueueFilter:
            tab = QToolButton()
            tab.setCheckable(True)
            tab.setProperty("kind", "tab")
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tab.clicked.connect(lambda _=False, which=which: self._choose_filter(which))
            group.addButton(tab)
            self._tabs[which] = tab
            row.addWidget(tab)
        self._tabs[self._model.filter].setChecked(True)
        row.addSpacing(Space.M)
        row.addWidget(self._totals, 1)
        row.addSpacing(Space.M)
        row.addWidget(tool_button(self._actions["retry_failed"]))
        row.addWidget(tool_button(self._actions["clear"]))
        self._pause_button = tool_button(self._pause_all)
        self._pause_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._pause_button.setProperty("kind", "text")
        self._pause_button.setIconSize(QSize(Size.ICON, Size.ICON))
        self._dress_pause_all(False)
        row.addWidget(self._pause_button)
        return header

    # --- Acting --------------------------------------------------------------------------------------------------

    def _selected(self) -> list[int]:
        return self._table.selected_ids()

    def _selected_rows(self) -> list[QueueRow]:
        return [self._model.row(row) for row in self._table.selected_rows()]

    def _move(self, where: str) -> None:
        self.move_requested.emit(self._selected(), where)

    def _show_in_folder(self) -> None:
        for id in self._selected()[:1]:
            self.show_in_folder_requested.emit(id)

    def _delete(self) -> None:
        """Del cancels what is under way and takes off the list what is over."""
        rows = self._selected_rows()
        chosen = set(self._selected())
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
        else:
            self.show_in_folder_requested.emit(item.id)

    def _toggle_all(self, is_paused: bool) -> None:
        self._dress_pause_all(is_paused)
        self.pause_all_toggled.emit(is_paused)

    def _choose_filter(self, which: QueueFilter) -> None:
        self._model.set_filter(which)
        self.set_collapsed(False)
        self._show_emptiness()

    def _toggle_fold(self) -> None:
        self.set_collapsed(not self.is_collapsed)

    def _allow(self) -> None:
        states = self._model.states(itertools.islice(self._table.each_selected_row(), _LOOKED_AT))
        allowed = {
            "pause": bool(states & _PAUSABLE),
            "resume": State.PAUSED in states,
            "retry": bool(states & {State.FAILED, State.CANCELLED, State.SKIPPED, State.WAITING}),
            "answer": State.ASKING in states,
            "cancel": any(not state.is_final for state in states),
            "remove": any(state.is_final for state in states),
            "show": bool(states),
        }
        for name in ("top", "up", "down"):
            allowed[name] = any(not state.is_final for state in states)
        for name, is_allowed in allowed.items():
            self._actions[name].setEnabled(is_allowed)

    def _show_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in (
            ("answer", "pause", "resume", "retry", "cancel"),
            ("top", "up", "down"),
            ("show",),
            ("remove", "retry_failed", "clear"),
        ):
            for name in group:
                if self._actions[name].isEnabled():
                    menu.addAction(self._actions[name])
            menu.addSeparator()
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
