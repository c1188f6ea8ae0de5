"""One pane: path, list, footer, and what stands over the list. Both panes of the window are this class."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from desktop.models.directory import DirectoryModel
from desktop.places.place import PlacePath, SpaceInfo
from desktop.widgets.banner import Banner
from desktop.widgets.breadcrumb import Breadcrumb, Crumb
from desktop.widgets.busy_line import BusyLine
from desktop.widgets.drops import EntriesDrop, read_drop, read_local_paths, write_drop
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.file_table import FileTable
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.labels import line
from desktop.widgets.pane_actions import FOLDER_MENU, PANE_MENU, SELECTION_MENU, PaneActions
from desktop.widgets.pane_bar import PaneBar
from desktop.widgets.pane_footer import PaneFooter
from shared.entries import Entry
from shared.names import display

PathsOf = Callable[[PlacePath, Sequence[str]], Sequence[str]]


class PaneView(QWidget):
    """``pane_id`` names the pane in drags; ``icon`` is drawn for the root of its place.

    Signals:
        path_requested: a crumb was pressed (PlacePath).
        text_entered: a path was typed (str).
        back_requested, forward_requested, up_requested, home_requested, refresh_requested: navigation.
        entry_activated: Enter, a double-click, or a drag that rested on a folder (Entry).
        rename_requested: an Entry and its new name (str).
        new_folder_requested: F7.
        delete_requested, copy_requested, move_requested, properties_requested: the selected list[Entry].
        urls_dropped: local paths (list[str]) and the PlacePath they fell on.
        entries_dropped: an EntriesDrop and the PlacePath it fell on.
        disconnect_requested: leave the server.
        banner_action_requested: the button of the banner; its kind (str).
        hidden_toggled: hidden files are shown from now on, or not.
        columns_changed: the person chose other columns.
        focused: this pane has the keyboard now.
        other_pane_requested: Tab.
    """

    path_requested = Signal(object)
    text_entered = Signal(str)
    back_requested = Signal()
    forward_requested = Signal()
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
    urls_dropped = Signal(object, object)
    entries_dropped = Signal(object, object)
    disconnect_requested = Signal()
    banner_action_requested = Signal(str)
    hidden_toggled = Signal(bool)
    columns_changed = Signal()
    focused = Signal()
    other_pane_requested = Signal()

    def __init__(self, pane_id: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pane_id = pane_id
        self._model: DirectoryModel | None = None
        self._crumbs: list[Crumb] = []
        self._can_back = self._can_forward = False
        self._paths_of: PathsOf | None = None
        self._can_disconnect = False
        self._page: QWidget | None = None
        self.actions_of_pane = PaneActions(self)
        self._crumb = Breadcrumb(icon)
        self._busy = BusyLine()
        self._filter = FilterBar()
        self._banner = Banner()
        self._table = FileTable(pane_id)
        self._empty = EmptyState(self._table.viewport())
        self._footer = PaneFooter()
        self._list = self._make_list()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._bar = PaneBar(self.actions_of_pane, self._crumb)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
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

    @property
    def banner(self) -> Banner:
        return self._banner

    def footer_text(self) -> str:
        """Return what the footer says about the folder and the selection."""
        return self._footer.totals_text

    def space_text(self) -> str:
        """Return what the footer says about free space."""
        return self._footer.space_text

    def empty_text(self) -> str:
        """Return the message that stands for the rows; empty while there are some."""
        return "" if self._empty.isHidden() else self._empty.title

    def set_model(self, model: DirectoryModel) -> None:
        """Show a folder's entries; the model stays for good, its rows change."""
        self._model = model
        self._table.set_directory(model)
        model.counts_changed.connect(self._show_counts)
        model.rename_requested.connect(self.rename_requested)
        self.actions_of_pane["hidden"].setChecked(model.shows_hidden)
        self._show_counts()

    def set_location(self, title: str, crumbs: Sequence[Crumb], can_back: bool, can_forward: bool) -> None:
        """Show where the pane stands: the path as text, its parts from the root on, and the history."""
        has_moved = [path for _, path in crumbs] != [path for _, path in self._crumbs]
        self._crumbs = list(crumbs)
        self._can_back, self._can_forward = can_back, can_forward
        self._crumb.set_crumbs(title, crumbs)
        self._table.setAccessibleName(self.tr("Files in %1").replace("%1", title))
        if has_moved:
            if self._filter.is_open:
                self._filter.close_bar()
            self._banner.show_text("", "")
            self._table.forget_selection()
            if self._table.hasFocus() and self._model is not None and self._model.rowCount():
                self._table.setFocus()
        self._allow()

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
            self._banner.show_text("", "")
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
        self._banner.show_text(kind, text, self.tr("Try now") if kind == "reconnecting" else "")

    def set_can_disconnect(self, can: bool) -> None:
        """Whether this pane's place can be left; the local one cannot."""
        self._can_disconnect = can
        self._allow()

    def set_local_paths(self, paths_of: PathsOf | None) -> None:
        """Say how names in a folder become paths of this computer, so that other programs can take drags."""
        self._paths_of = paths_of

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
        column.addWidget(self._filter)
        column.addWidget(line())
        column.addWidget(self._busy)
        column.addWidget(self._banner)
        column.addWidget(self._table, 1)
        column.addWidget(line())
        column.addWidget(self._footer)
        return page

    def _connect_parts(self) -> None:
        self._crumb.path_requested.connect(self.path_requested)
        self._crumb.text_entered.connect(self.text_entered)
        self._crumb.edit_ended.connect(self.focus_list)
        self._filter.text_changed.connect(self._apply_filter)
        self._filter.left.connect(self.focus_list)
        self._banner.action_requested.connect(self.banner_action_requested)
        self._empty.action_requested.connect(self._mend_emptiness)
        self._table.entry_activated.connect(self.entry_activated)
        self._table.up_requested.connect(self.up_requested)
        self._table.other_pane_requested.connect(self.other_pane_requested)
        self._table.filter_typed.connect(self._filter.open_bar)
        self._table.escape_pressed.connect(self._escape)
        self._table.selection_changed.connect(self._show_selection)
        self._table.dropped.connect(self._take_drop)
        self._table.focused.connect(self.focused)
        self._table.columns_changed.connect(self.columns_changed)
        self._table.set_packer(self._pack)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_menu)
        self._table.viewport().installEventFilter(self)

    def _connect_actions(self) -> None:
        actions = self.actions_of_pane
        plain: dict[str, Callable[[], object]] = {
            "back": self.back_requested.emit,
            "forward": self.forward_requested.emit,
            "up": self.up_requested.emit,
            "home": self.home_requested.emit,
            "refresh": self.refresh_requested.emit,
            "edit_path": self._crumb.edit,
            "filter": self._filter.open_bar,
            "open": self._open_selected,
            "copy_across": lambda: self.copy_requested.emit(self.selected_entries()),
            "move_across": lambda: self.move_requested.emit(self.selected_entries()),
            "copy": self._copy,
            "paste": self._paste,
            "copy_path": self._copy_path,
            "rename": self.edit_name,
            "new_folder": self.new_folder_requested.emit,
            "delete": lambda: self.delete_requested.emit(self.selected_entries()),
            "properties": lambda: self.properties_requested.emit(self.selected_entries()),
            "select_all": self._table.selectAll,
            "menu": self._show_pane_menu,
            "disconnect": self.disconnect_requested.emit,
        }
        for name, act in plain.items():
            actions[name].triggered.connect(lambda _=False, act=act: act())
        actions["hidden"].toggled.connect(self._toggle_hidden)

    # --- Acting --------------------------------------------------------------------------------------------------

    def _allow(self) -> None:
        has_place = bool(self._crumbs) and self._page is None
        actions = self.actions_of_pane
        actions.allow(has_place, self._selected_count())
        actions["back"].setEnabled(has_place and self._can_back)
        actions["forward"].setEnabled(has_place and self._can_forward)
        actions["up"].setEnabled(has_place and len(self._crumbs) > 1)
        actions["disconnect"].setVisible(self._can_disconnect)
        actions["disconnect"].setEnabled(self._can_disconnect and has_place)

    def _selected_count(self) -> int:
        return sum(bottom - top + 1 for top, bottom in self._table.selected_spans())

    def _open_selected(self) -> None:
        for entry in self.selected_entries()[:1]:
            self.entry_activated.emit(entry)

    def _escape(self) -> None:
        if self._filter.is_open:
            self._filter.close_bar()
        else:
            self._table.clearSelection()

    def _apply_filter(self, text: str) -> None:
        if self._model is not None:
            self._model.set_filter(text)

    def _toggle_hidden(self, shows: bool) -> None:
        if self._model is not None:
            self._model.set_shows_hidden(shows)
        self.hidden_toggled.emit(shows)

    def _mend_emptiness(self) -> None:
        if self._filter.is_open:
            self._filter.close_bar()
        elif self._model is not None and self._model.total:
            self.set_shows_hidden(True)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setMimeData(self._pack(self.selected_entries()))

    def _paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if data is not None:
            self._take_drop(read_drop(data) or read_local_paths(data), None)

    def _copy_path(self) -> None:
        names = [entry.name for entry in self.selected_entries()]
        if self._paths_of is not None:
            texts = list(self._paths_of(self.path, names)) if names else [self._crumb.title]
        else:
            base = self._crumb.title.rstrip("/")
            texts = [f"{base}/{display(name)}" for name in names] or [self._crumb.title]
        QGuiApplication.clipboard().setText("\n".join(map(display, texts)))

    def _pack(self, entries: Sequence[Entry]) -> QMimeData:
        names = tuple(entry.name for entry in entries)
        paths = self._paths_of(self.path, names) if self._paths_of is not None else ()
        return write_drop(EntriesDrop(self._pane_id, self.path, names), paths)

    def _take_drop(self, payload: object, folder: object) -> None:
        target = (*self.path, folder.name) if isinstance(folder, Entry) else self.path
        if isinstance(payload, EntriesDrop):
            if payload.source_pane_id != self._pane_id or payload.source_path != target:
                self.entries_dropped.emit(payload, target)
        elif payload:
            self.urls_dropped.emit(payload, target)

    def _show_menu(self, where: QPoint) -> None:
        layout = SELECTION_MENU if self._selected_count() else FOLDER_MENU
        menu = self.actions_of_pane.make_menu(layout, self)
        menu.popup(self._table.viewport().mapToGlobal(where))

    def _show_pane_menu(self) -> None:
        self._bar.pop_up(self.actions_of_pane.make_menu(PANE_MENU, self))

    # --- Showing -------------------------------------------------------------------------------------------------

    def _show_counts(self) -> None:
        if self._model is not None:
            self._filter.show_count(self._model.rowCount(), self._model.total)
        self._show_emptiness()
        self._show_selection()

    def _show_selection(self) -> None:
        self._allow()
        if self._model is None:
            return
        spans = self._table.selected_spans()
        self._footer.show_totals(self._model, spans, is_filtered=self._filter.is_open)

    def _show_emptiness(self) -> None:
        model = self._model
        is_empty = model is not None and not model.rowCount() and not self._busy.is_busy and bool(self._crumbs)
        self._empty.setVisible(is_empty)
        if model is None or not is_empty:
            return
        if model.filter_text:
            title = self.tr("Nothing matches “%1”").replace("%1", display(model.filter_text))
            self._empty.show_text("search", title, "", self.tr("Clear the filter"))
        elif model.total:
            title = self.tr("Only hidden files here")
            self._empty.show_text("eye-off", title, "", self.tr("Show hidden files"))
        else:
            hint = self.tr("Drop files here, or press F7 to make a folder.")
            self._empty.show_text("folder-open", self.tr("This folder is empty"), hint)
        self._empty.setGeometry(self._table.viewport().rect())

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._table.viewport() and event.type() == QEvent.Type.Resize:
            self._empty.setGeometry(self._table.viewport().rect())
        return super().eventFilter(watched, event)

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
