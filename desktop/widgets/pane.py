"""One pane: path, list, footer, and what stands over the list. Both panes of the window are this class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from desktop.models.directory import DirectoryModel
from desktop.places.place import PlacePath, SpaceInfo
from desktop.widgets.banner import Banner
from desktop.widgets.breadcrumb import Breadcrumb, Crumb
from desktop.widgets.busy_line import BusyLine
from desktop.widgets.compare_bar import CompareBar
from desktop.widgets.drops import EntriesDrop, PathsDrop
from desktop.widgets.file_table import FileTable
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.labels import line
from desktop.widgets.mask_dialog import MaskDialog
from desktop.widgets.pane_actions import FOLDER_MENU, PANE_MENU, SELECTION_MENU, PaneActions
from desktop.widgets.pane_bar import PaneBar
from desktop.widgets.pane_clipboard import PaneClipboard
from desktop.widgets.pane_emptiness import PaneEmptiness
from desktop.widgets.pane_footer import PaneFooter
from desktop.widgets.tab_strip import TabStrip
from desktop.widgets.task_line import TaskLine
from shared.entries import Entry
from shared.look import filetypes
from shared.permissions import FULL, Permission

COMMANDS = ("undo", "new_tab", "close_tab", "next_tab", "previous_tab", "compare", "step", "search", "bookmark")
"""Actions that mean more than this pane; they are passed on by name."""


class PaneView(QWidget):
    """``pane_id`` names the pane in drags; ``icon`` is drawn for the root of its place.

    Its parts ``tabs``, ``compare_bar``, ``filter_bar``, ``task_line``, ``clipboard`` and ``banner`` speak for
    themselves; their signals are not repeated here.

    Signals:
        path_requested: a crumb was pressed (PlacePath).
        text_entered: a path was typed (str). completion_requested: it is being typed (str).
        back_requested, forward_requested, up_requested, home_requested, refresh_requested: navigation.
        step_requested: so many steps (int) back (negative) or forward in the history.
        entry_activated: Enter, a double-click, or a drag that rested on a folder (Entry).
        rename_requested: an Entry and its new name (str).
        new_folder_requested: F7.
        delete_requested, copy_requested, move_requested, properties_requested: the selected list[Entry].
        edit_requested: F4 on an Entry.
        paths_dropped: a PathsDrop and the PlacePath it fell on.
        entries_dropped: an EntriesDrop and the PlacePath it fell on.
        disconnect_requested: leave the server. new_server_requested: connect to one more.
        password_change_requested: choose another password for the account on the server.
        banner_action_requested: the button of the banner; its kind (str).
        hidden_toggled: hidden files are shown from now on, or not.
        columns_changed: the person chose other columns, widths or another order.
        command_requested: one of COMMANDS (str).
        drag_ended: entries were dragged out of this program, which may have moved them.
        focused: this pane has the keyboard now.
        other_pane_requested: Tab.
    """

    path_requested = Signal(object)
    text_entered = Signal(str)
    completion_requested = Signal(str)
    back_requested = Signal()
    forward_requested = Signal()
    step_requested = Signal(int)
    up_requested = Signal()
    home_requested = Signal()
    refresh_requested = Signal()
    entry_activated = Signal(object)
    rename_requested = Signal(object, str)
    new_folder_requested = Signal()
    delete_requested = Signal(object)
    copy_requested = Signal(object)
    move_requested = Signal(object)
    properties_requested = Signal(object)
    edit_requested = Signal(object)
    paths_dropped = Signal(object, object)
    entries_dropped = Signal(object, object)
    disconnect_requested = Signal()
    new_server_requested = Signal()
    password_change_requested = Signal()
    banner_action_requested = Signal(str)
    hidden_toggled = Signal(bool)
    columns_changed = Signal()
    command_requested = Signal(str)
    drag_ended = Signal()
    focused = Signal()
    other_pane_requested = Signal()

    def __init__(self, pane_id: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pane_id = pane_id
        self._model: DirectoryModel | None = None
        self._crumbs: list[Crumb] = []
        self._can_back = self._can_forward = self._can_disconnect = self._can_undo = False
        self._here = self._there = FULL
        self._page: QWidget | None = None
        self.actions_of_pane = PaneActions(self)
        self.clipboard = PaneClipboard(pane_id)
        self.tabs = TabStrip()
        self.filter_bar = FilterBar()
        self.compare_bar = CompareBar()
        self.task_line = TaskLine()
        self.banner = Banner()
        self._crumb = Breadcrumb(icon)
        self._busy = BusyLine()
        self._table = FileTable(pane_id)
        self._emptiness = PaneEmptiness(self._table)
        self._footer = PaneFooter()
        self._list = self._make_list()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._bar = PaneBar(self.actions_of_pane, self._crumb)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._bar)
        column.addWidget(self._stack, 1)
        self._connect_parts()
        self._connect_actions()
        self._allow()

    # --- What it shows -------------------------------------------------------------------------------------------

    @property
    def pane_id(self) -> str:
        return self._pane_id

    @property
    def table(self) -> FileTable:
        return self._table

    @property
    def path(self) -> PlacePath:
        """The folder that is shown; the root before there is one."""
        return self._crumbs[-1][1] if self._crumbs else ()

    def footer_text(self) -> str:
        """Return what the footer says about the folder and the selection."""
        return self._footer.totals_text

    def space_text(self) -> str:
        """Return what the footer says about free space."""
        return self._footer.space_text

    def empty_text(self) -> str:
        """Return the message that stands for the rows; empty while there are some."""
        return self._emptiness.text

    def set_model(self, model: DirectoryModel) -> None:
        """Show a folder's entries; the model stays for good, its rows change."""
        self._model = model
        self._table.set_directory(model)
        model.counts_changed.connect(self._show_counts)
        model.settled.connect(self._show_counts)
        model.rename_requested.connect(self.rename_requested)
        self.filter_bar.text_changed.connect(model.set_filter)
        self.compare_bar.marks_chosen.connect(model.show_marks)
        self._emptiness.marks_clear_requested.connect(lambda: model.show_marks(None))
        self.actions_of_pane["hidden"].setChecked(model.shows_hidden)
        self._show_counts()

    def set_location(self, title: str, crumbs: Sequence[Crumb], can_back: bool, can_forward: bool) -> None:
        """Show where the pane stands: the path as text, its parts from the root on, and the history."""
        has_moved = [path for _, path in crumbs] != [path for _, path in self._crumbs]
        self._crumbs = list(crumbs)
        self._can_back, self._can_forward = can_back, can_forward
        self._crumb.set_crumbs(title, crumbs)
        self._table.set_path(self.path)
        self._table.setAccessibleName(self.tr("Files in %1").replace("%1", title))
        if has_moved:
            if self.filter_bar.is_open:
                self.filter_bar.close_bar()
            self.banner.show_text("", "")
            self._table.forget_selection()
            if self._table.hasFocus() and self._model is not None and self._model.rowCount():
                self._table.setFocus()
        self._allow()

    def set_trail(self, back: Sequence[str], forward: Sequence[str]) -> None:
        """Offer the folders of the history, nearest first, in menus of the buttons for back and forward."""
        self._bar.set_trail(back, forward)

    def offer_paths(self, typed: str, paths: Sequence[str]) -> None:
        """Offer these to complete what is typed into the path, if that is still ``typed``."""
        self._crumb.offer(typed, paths)

    def set_busy(self, is_busy: bool) -> None:
        """Show that something is under way; the list stays usable."""
        self._busy.set_busy(is_busy)
        self._show_emptiness()

    def set_space(self, space: SpaceInfo | None) -> None:
        """Show how much is free where this folder lies; nothing when that is not known."""
        self._footer.set_space(space)

    def show_page(self, page: object) -> None:
        """Show a page, such as the one to connect on, in place of path and list; None shows these again."""
        if self._page is not None and self._page is not page:
            self._stack.removeWidget(self._page)
            self._page.hide()
            self._page = None
        if isinstance(page, QWidget):
            had_focus = self._has_focus_inside()
            if self._page is not page:
                self._stack.addWidget(page)
                self._page = page
            self._stack.setCurrentWidget(page)
            self.banner.show_text("", "")
            if had_focus:
                page.setFocus()
        else:
            self._stack.setCurrentWidget(self._list)
            if self._bar.is_active:
                self._table.setFocus()
        self._bar.setVisible(self._page is None)
        self._allow()

    @property
    def shows_page(self) -> bool:
        return self._page is not None

    def show_banner(self, kind: str, text: str) -> None:
        """Show a sentence over the list: ``info``, ``success``, ``warning``, ``error``, ``reconnecting``, or ``""``."""
        self.banner.show_text(kind, text, self.tr("Try now") if kind == "reconnecting" else "")

    def update_banner(self, kind: str, text: str) -> None:
        """Change what the banner says while it is of this kind; an empty text closes it."""
        if self.banner.kind == kind and kind:
            self.show_banner(kind, text)

    def show_task(self, key: object, text: str, share: float | None) -> None:
        """Show something under way that takes a while, with how much of it is done (0.0 to 1.0, None: unknown)."""
        self.task_line.show_task(key, text, share)

    def end_task(self, key: object) -> None:
        """What was shown under ``key`` is over."""
        self.task_line.end_task(key)

    def set_can_disconnect(self, can: bool) -> None:
        """Whether this pane's place can be left; the local one cannot."""
        self._can_disconnect = can
        self._allow()

    def set_permitted(self, here: Permission, there: Permission) -> None:
        """Offer only what may be done in the folder that is shown, and in the one of the other pane."""
        self._here, self._there = here, there
        self._emptiness.set_can_fill(Permission.WRITE in here, Permission.MAKE_FOLDER in here)
        self._show_emptiness()
        self._allow()

    def set_undo(self, text: str) -> None:
        """Say what Ctrl+Z would undo, such as “renaming a.txt”; empty when nothing can be undone."""
        self._can_undo = bool(text)
        self.actions_of_pane.rename("undo", self.tr("Undo %1").replace("%1", text) if text else "")
        self._allow()

    def set_checked(self, name: str, is_checked: bool) -> None:
        """Show an action as on or off; it is not triggered by that."""
        self.actions_of_pane[name].setChecked(is_checked)

    def set_active(self, is_active: bool) -> None:
        """Mark this as the pane that the keyboard acts on."""
        self._bar.set_active(is_active)

    def set_shows_hidden(self, shows: bool) -> None:
        """Show hidden files, as the settings say."""
        self.actions_of_pane["hidden"].setChecked(shows)

    def select_names(self, names: Sequence[str]) -> None:
        """Select these and scroll to the first; names that are not shown are skipped."""
        self._table.select_names(names)

    def edit_name(self, name: str | None = None) -> None:
        """Let the person type over a name in place."""
        self._table.edit_name(name)

    def selected_entries(self) -> list[Entry]:
        return self._table.selected_entries()

    def focus_list(self) -> None:
        """Give the keyboard to the list, or to the page that stands for it."""
        (self._page or self._table).setFocus(Qt.FocusReason.TabFocusReason)

    # --- Building ------------------------------------------------------------------------------------------------

    def _make_list(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.filter_bar, self.compare_bar, line(), self._busy, self.task_line, self.banner):
            column.addWidget(part)
        column.addWidget(self._table, 1)
        column.addWidget(line())
        column.addWidget(self._footer)
        return page

    def _connect_parts(self) -> None:
        self._crumb.path_requested.connect(self.path_requested)
        self._crumb.text_entered.connect(self.text_entered)
        self._crumb.completion_requested.connect(self.completion_requested)
        self._crumb.edit_ended.connect(self.focus_list)
        self._bar.step_requested.connect(self.step_requested)
        self.filter_bar.left.connect(self.focus_list)
        self.banner.action_requested.connect(self.banner_action_requested)
        self.tabs.add_requested.connect(lambda: self.command_requested.emit("new_tab"))
        self.compare_bar.closed.connect(self.actions_of_pane["compare"].trigger)
        self._emptiness.filter_clear_requested.connect(self.filter_bar.close_bar)
        self._emptiness.hidden_requested.connect(lambda: self.set_shows_hidden(True))
        self._table.entry_activated.connect(self.entry_activated)
        self._table.up_requested.connect(self.up_requested)
        self._table.other_pane_requested.connect(self.other_pane_requested)
        self._table.filter_typed.connect(self.filter_bar.open_bar)
        self._table.escape_pressed.connect(self._escape)
        self._table.selection_changed.connect(self._show_selection)
        self._table.dropped.connect(self._take_drop)
        self._table.drag_ended.connect(self.drag_ended)
        self._table.focused.connect(self.focused)
        self._table.columns_changed.connect(self.columns_changed)
        self._table.mask_requested.connect(self._ask_for_mask)
        self._table.set_packer(lambda entries: self.clipboard.pack(self.path, entries))
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_menu)

    def _connect_actions(self) -> None:
        chosen = self.selected_entries
        plain: dict[str, Callable[[], object]] = {
            "back": self.back_requested.emit,
            "forward": self.forward_requested.emit,
            "up": self.up_requested.emit,
            "home": self.home_requested.emit,
            "refresh": self.refresh_requested.emit,
            "edit_path": self._crumb.edit,
            "filter": self.filter_bar.open_bar,
            "open": lambda: self.entry_activated.emit(chosen()[0]),
            "edit": lambda: self.edit_requested.emit(chosen()[0]),
            "copy_across": lambda: self.copy_requested.emit(chosen()),
            "move_across": lambda: self.move_requested.emit(chosen()),
            "cut": lambda: self.clipboard.copy(self.path, chosen(), is_cut=True),
            "copy": lambda: self.clipboard.copy(self.path, chosen()),
            "paste": lambda: self._take_drop(self.clipboard.paste(), None),
            "copy_path": lambda: self.clipboard.copy_path(self.path, self._crumb.title, chosen()),
            "rename": self.edit_name,
            "new_folder": self.new_folder_requested.emit,
            "delete": lambda: self.delete_requested.emit(chosen()),
            "properties": lambda: self.properties_requested.emit(chosen()),
            "select_all": self._table.selectAll,
            "select_mask": self._ask_for_mask,
            "invert": self._table.invert_selection,
            "menu": self._show_pane_menu,
            "disconnect": self.disconnect_requested.emit,
            "new_server": self.new_server_requested.emit,
            "change_password": self.password_change_requested.emit,
        }
        plain |= {name: partial(self.command_requested.emit, name) for name in COMMANDS}
        for name, act in plain.items():
            self.actions_of_pane[name].triggered.connect(lambda _=False, act=act: act())
        self.actions_of_pane["hidden"].toggled.connect(self._toggle_hidden)

    # --- Acting --------------------------------------------------------------------------------------------------

    def _allow(self) -> None:
        has_place = bool(self._crumbs) and self._page is None
        actions = self.actions_of_pane
        actions.allow(has_place, self._selected_count(), self._here, self._there)
        actions["back"].setEnabled(has_place and self._can_back)
        actions["forward"].setEnabled(has_place and self._can_forward)
        actions["up"].setEnabled(has_place and len(self._crumbs) > 1)
        actions["undo"].setEnabled(has_place and self._can_undo)
        for name in ("new_server", "change_password", "disconnect"):
            actions[name].setVisible(self._can_disconnect)
            actions[name].setEnabled(self._can_disconnect and has_place)
        # From the page to connect on, one can go to the tabs beside it.
        for name in ("close_tab", "next_tab", "previous_tab"):
            actions[name].setEnabled(has_place or len(self.tabs.titles) > 1)

    def _selected_count(self) -> int:
        return sum(bottom - top + 1 for top, bottom in self._table.selected_spans())

    def _escape(self) -> None:
        if self.filter_bar.is_open:
            self.filter_bar.close_bar()
        else:
            self._table.clearSelection()

    def _toggle_hidden(self, shows: bool) -> None:
        if self._model is not None:
            self._model.set_shows_hidden(shows)
        self.hidden_toggled.emit(shows)

    def _ask_for_mask(self, is_selecting: bool = True) -> None:
        model = self._model
        if model is None:
            return
        entry = self._table.current_entry()
        ending = filetypes.suffix_of(entry.name) if entry is not None and not entry.is_folder else ""
        dialog = MaskDialog(
            f"*.{ending}" if ending else "*",
            lambda mask: len(model.rows_like(mask)),
            is_selecting=is_selecting,
            parent=self.window(),
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._table.select_mask(dialog.pattern, is_selected=dialog.is_selecting))
        dialog.open()

    def _take_drop(self, payload: object, folder: object) -> None:
        target = (*self.path, folder.name) if isinstance(folder, Entry) else self.path
        if isinstance(payload, EntriesDrop):
            # What is where it should go already: only a copy beside it can have been meant.
            is_here = payload.source_pane_id == self._pane_id and payload.source_path == target
            if not is_here or payload.is_copy:
                self.entries_dropped.emit(payload, target)
        elif isinstance(payload, PathsDrop):
            self.paths_dropped.emit(payload, target)

    def _show_menu(self, where: QPoint) -> None:
        layout = SELECTION_MENU if self._selected_count() else FOLDER_MENU
        menu = self.actions_of_pane.make_menu(layout, self)
        menu.popup(self._table.viewport().mapToGlobal(where))

    def _show_pane_menu(self) -> None:
        self._bar.pop_up(self.actions_of_pane.make_menu(PANE_MENU, self))

    # --- Showing -------------------------------------------------------------------------------------------------

    def _show_counts(self) -> None:
        if self._model is not None:
            self.filter_bar.show_count(self._model.rowCount(), self._model.total)
        self._show_emptiness()
        self._show_selection()

    def _show_selection(self) -> None:
        self._allow()
        if self._model is None:
            return
        is_filtered = self.filter_bar.is_open or self._model.shown_marks is not None
        self._footer.show_totals(self._model, self._table.selected_spans(), is_filtered=is_filtered)

    def _show_emptiness(self) -> None:
        is_there = bool(self._crumbs) and not self._busy.is_busy
        self._emptiness.show(self._model if is_there else None)

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The extra buttons of a mouse, which the list passes on.
        if event.button() == Qt.MouseButton.BackButton and self._can_back:
            self.back_requested.emit()
        elif event.button() == Qt.MouseButton.ForwardButton and self._can_forward:
            self.forward_requested.emit()
        else:
            super().mousePressEvent(event)

    def _has_focus_inside(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)
