"""The window: two panes side by side, the queue below, a menu bar and a line of status."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QWidget

from desktop.transfers.progress import Totals
from desktop.widgets.command_list import Command, Part, commands_of
from desktop.widgets.labels import label
from desktop.widgets.pane import PaneView
from desktop.widgets.queue_actions import BAR_MENU
from desktop.widgets.queue_view import QueueView, totals_text
from shared.look import icons, wording
from shared.look.theme import Scheme
from shared.look.tokens import Space

_HEADER_HEIGHT = 36
_TITLE = "Wherry"

_Names = tuple[str | None, ...]
_FILE_MENU: _Names = (
    "new_folder", None, "open", "edit", "rename", "delete", None, "properties", None, "new_tab", "close_tab", None,
)  # fmt: skip
_EDIT_MENU: _Names = (
    "undo", None, "cut", "copy", "paste", "copy_path", None, "copy_across", "move_across", None,
    "select_all", "select_mask", "invert", "filter",
)  # fmt: skip
_GO_MENU: _Names = (
    "back", "forward", "up", "home", "edit_path", None, "next_tab", "previous_tab", None, "search", None,
    "new_server", "change_password", "disconnect", None,
    "bookmark",
)  # fmt: skip
_SERVER_ACTIONS = frozenset({"new_server", "change_password", "disconnect"})
"""They are about the pane on the right, whichever is active."""


class MainWindow(QMainWindow):
    """Holds the panes and the queue, which are made outside.

    Signals:
        close_requested: the person wants to close the window; it stays until :meth:`close_now`.
        scheme_chosen: follow the system, or be light or dark (Scheme).
        about_requested, settings_requested, shortcuts_requested, palette_requested: from the menu, or their keys.
        log_requested: show the activity log; log_file_requested: open the file that it is kept in.
        afterwards_chosen: what to do when all transfers are done (one of those of :meth:`set_afterwards_offered`).
        bookmark_chosen, bookmark_removed: from the menu, the bookmark's name (str).
        active_pane_changed: the PaneView that has the keyboard now.
    """

    close_requested = Signal()
    scheme_chosen = Signal(object)
    about_requested = Signal()
    settings_requested = Signal()
    shortcuts_requested = Signal()
    palette_requested = Signal()
    log_requested = Signal()
    log_file_requested = Signal()
    afterwards_chosen = Signal(object)
    bookmark_chosen = Signal(str)
    bookmark_removed = Signal(str)
    active_pane_changed = Signal(object)

    def __init__(self, left: PaneView, right: PaneView, queue: QueueView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left, self._right, self._queue = left, right, queue
        self._active = left
        self._may_close = False
        self._queue_height = 220
        self.setWindowTitle(_TITLE)
        self.setWindowIcon(icons.app_icon("wherry"))
        self._panes = QSplitter(Qt.Orientation.Horizontal)
        self._panes.addWidget(left)
        self._panes.addWidget(right)
        self._panes.setChildrenCollapsible(False)
        self._panes.setSizes([1000, 1000])
        self._panes.setHandleWidth(1)
        self._stack = QSplitter(Qt.Orientation.Vertical)
        self._stack.addWidget(self._panes)
        self._stack.addWidget(queue)
        self._stack.setChildrenCollapsible(False)
        self._stack.setStretchFactor(0, 1)
        self._stack.setHandleWidth(1)
        self.setCentralWidget(self._stack)
        left.setMinimumSize(320, 160)
        right.setMinimumSize(320, 160)
        queue.setMinimumHeight(_HEADER_HEIGHT)
        self._status = label("", "small")
        self._counts = label("", "small")
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._counts)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().setContentsMargins(Space.S, 0, Space.S, 0)
        self._fill_menus()
        for pane in (left, right):
            pane.focused.connect(lambda pane=pane: self._set_active(pane))
            pane.other_pane_requested.connect(self._go_to_other_pane)
        queue.collapse_toggled.connect(self._fit_queue)
        left.set_active(True)
        self.resize(1240, 800)
        self._stack.setSizes([560, self._queue_height])

    # --- What it shows -------------------------------------------------------------------------------------------

    @property
    def active_pane(self) -> PaneView:
        """The pane that the keyboard acts on."""
        return self._active

    def other_pane(self, pane: PaneView) -> PaneView:
        return self._right if pane is self._left else self._left

    def set_status(self, text: str) -> None:
        """Say in the status line to whom the window is connected, or that it is not."""
        self._status.setText(text)

    def set_totals(self, totals: Totals) -> None:
        """Show the queue's totals: the speed as a graph, numbers of items, bytes and time left in the status line."""
        self._queue.set_totals(totals)
        parts = (self._count_text(totals), totals_text(totals))
        self._counts.setText("   ·   ".join(part for part in parts if part))

    def set_progress(self, share: float | None) -> None:
        """Show in the title, and so in the task bar, how far the transfers are; None: none is under way."""
        if share is None:
            self.setWindowTitle(_TITLE)
            return
        text = self.tr("%1 % – %2").replace("%1", wording.number(int(share * 100)))
        self.setWindowTitle(text.replace("%2", _TITLE))

    def set_afterwards_offered(self, offered: Sequence[str]) -> None:
        """Offer these things to do when all transfers are done: ``nothing``, ``quit``, ``suspend``, ``shutdown``."""
        for name, action in self._afterwards.items():
            action.setVisible(name in offered)

    def set_afterwards(self, chosen: str) -> None:
        """Check what will be done when all transfers are done."""
        self._afterwards[chosen].setChecked(True)

    def commands(self) -> list[Command]:
        """Return everything that can be done: in the active pane, in the queue, and with the window."""
        parts = (
            Part(self.tr("Files"), self._active),
            Part(self.tr("Transfers"), self._queue),
            Part(self.tr("Window"), self),
        )
        return list(commands_of(parts))

    def set_bookmarks(self, names: Sequence[str]) -> None:
        """List the bookmarks in the menu."""
        menu = self._bookmarks
        menu.clear()
        for name in names:
            menu.addAction(name.replace("&", "&&")).triggered.connect(
                lambda _=False, name=name: self.bookmark_chosen.emit(name)
            )
        if not names:
            menu.addAction(self.tr("No bookmarks yet; Ctrl+B keeps both folders")).setEnabled(False)
            return
        menu.addSeparator()
        removing = menu.addMenu(self.tr("Remove"))
        icons.dress(removing.menuAction(), "trash")
        for name in names:
            removing.addAction(name.replace("&", "&&")).triggered.connect(
                lambda _=False, name=name: self.bookmark_removed.emit(name)
            )

    def set_scheme(self, scheme: Scheme) -> None:
        """Check the scheme in the menu that the settings say."""
        self._schemes[scheme].setChecked(True)

    def counts_text(self) -> str:
        """Return what the status line says about the queue."""
        return self._counts.text()

    def _count_text(self, totals: Totals) -> str:
        parts = (
            (totals.active, self.tr("%1 transferring")),
            (totals.queued, self.tr("%1 waiting")),
            (totals.paused, self.tr("%1 paused")),
            (totals.asking, self.tr("%1 to answer")),
            (totals.failed, self.tr("%1 failed")),
        )
        return "   ·   ".join(text.replace("%1", wording.number(count)) for count, text in parts if count)

    def close_now(self) -> None:
        """Close, with nothing more to ask."""
        self._may_close = True
        self.close()

    def save_layout(self) -> bytes:
        """Return where the splitters and the window stand, for :meth:`restore_layout`."""
        parts = (self.saveGeometry(), self._panes.saveState(), self._stack.saveState())
        return b"\n".join(bytes(part.toBase64().data()) for part in parts)

    def restore_layout(self, layout: bytes) -> None:
        """Put window and splitters where they were; what cannot be read is left as it is."""
        parts = [QByteArray.fromBase64(QByteArray(part)) for part in layout.split(b"\n")]
        if len(parts) == 3:
            self.restoreGeometry(parts[0])
            self._panes.restoreState(parts[1])
            self._stack.restoreState(parts[2])

    # --- Menus ---------------------------------------------------------------------------------------------------

    def _fill_menus(self) -> None:
        file = self._menu(self.tr("&File"), _FILE_MENU)
        self._add(file, self.tr("&Settings…"), "Ctrl+,", self.settings_requested.emit, "settings")
        file.addSeparator()
        self._add(file, self.tr("&Quit"), "Ctrl+Q", self.close, "power")
        self._menu(self.tr("&Edit"), _EDIT_MENU)
        view = self._menu(self.tr("&View"), ("hidden", "refresh", None, "compare", "step", None))
        self._add(view, self.tr("Show or hide the queue"), "Ctrl+J", self._toggle_queue, "panel-down")
        self._add(view, self.tr("Activity log"), "Ctrl+Shift+L", self.log_requested.emit, "log")
        view.addSeparator()
        self._fill_schemes(view.addMenu(self.tr("Appearance")))
        go = self._menu(self.tr("&Go"), _GO_MENU)
        self._bookmarks = go.addMenu(self.tr("Bookmarks"))
        icons.dress(self._bookmarks.menuAction(), "star")
        self.set_bookmarks(())
        self._fill_transfers(self.menuBar().addMenu(self.tr("&Transfers")))
        help_menu = self._menu(self.tr("&Help"), ())
        self._add(help_menu, self.tr("Keyboard shortcuts"), "F1", self.shortcuts_requested.emit, "keyboard")
        self._add(help_menu, self.tr("Commands…"), "Ctrl+K", self.palette_requested.emit, "command")
        help_menu.addSeparator()
        self._add(help_menu, self.tr("Open the log file"), "", self.log_file_requested.emit, "text")
        self._add(help_menu, self.tr("About Wherry"), "", self.about_requested.emit, "info")

    def _menu(self, title: str, names: tuple[str | None, ...]) -> QMenu:
        """Make a menu of actions of whichever pane is active when it is opened."""
        menu = self.menuBar().addMenu(title)
        for name in names:
            if name is None:
                menu.addSeparator()
                continue
            model = self._left.actions_of_pane[name]
            keys = model.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            # The pane owns the key; a second action with it would make both ambiguous. The tab only shows it.
            action = menu.addAction(f"{model.text()}\t{keys}" if keys else model.text())
            action.setCheckable(model.isCheckable())
            icons.dress(action, self._left.actions_of_pane.icon_of(name))
            action.triggered.connect(lambda _=False, name=name: self._pane_for(name).actions_of_pane[name].trigger())
            menu.aboutToShow.connect(lambda action=action, name=name: self._refresh(action, name))
        return menu

    def _fill_transfers(self, menu: QMenu) -> None:
        actions = self._queue.actions_of_queue
        for name in BAR_MENU:
            if name is None:
                menu.addSeparator()
            else:
                menu.addAction(actions[name])
        menu.addSeparator()
        after = menu.addMenu(self.tr("When all is done"))
        group = QActionGroup(self)
        self._afterwards: dict[str, QAction] = {}
        for name, text in (
            ("nothing", self.tr("Do nothing")),
            ("quit", self.tr("Quit Wherry")),
            ("suspend", self.tr("Suspend this computer")),
            ("shutdown", self.tr("Shut this computer down")),
        ):
            action = after.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, name=name: self.afterwards_chosen.emit(name))
            self._afterwards[name] = action
        self._afterwards["nothing"].setChecked(True)
        self.set_afterwards_offered(("nothing", "quit"))

    def _pane_for(self, name: str) -> PaneView:
        return self._right if name in _SERVER_ACTIONS else self._active

    def _refresh(self, action: QAction, name: str) -> None:
        model = self._pane_for(name).actions_of_pane[name]
        keys = model.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(f"{model.text()}\t{keys}" if keys else model.text())
        action.setEnabled(model.isEnabled())
        action.setChecked(model.isChecked())

    def _add(self, menu: QMenu, text: str, keys: str, act: Callable[[], object], icon: str) -> None:
        action = menu.addAction(text)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False: act())
        icons.dress(action, icon)
        # Also among the window's own: the palette and the overview of shortcuts are made from those.
        self.addAction(action)

    def _fill_schemes(self, menu: QMenu) -> None:
        group = QActionGroup(self)
        self._schemes: dict[Scheme, QAction] = {}
        for scheme, text in (
            (Scheme.SYSTEM, self.tr("Like the system")),
            (Scheme.LIGHT, self.tr("Light")),
            (Scheme.DARK, self.tr("Dark")),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, scheme=scheme: self.scheme_chosen.emit(scheme))
            self._schemes[scheme] = action
        self._schemes[Scheme.SYSTEM].setChecked(True)

    # --- Acting --------------------------------------------------------------------------------------------------

    def _set_active(self, pane: PaneView) -> None:
        self._left.set_active(pane is self._left)
        self._right.set_active(pane is self._right)
        if pane is not self._active:
            self._active = pane
            self.active_pane_changed.emit(pane)

    def _go_to_other_pane(self) -> None:
        other = self.other_pane(self._active)
        self._set_active(other)
        other.focus_list()

    def _toggle_queue(self) -> None:
        self._queue.set_collapsed(not self._queue.is_collapsed)

    def _fit_queue(self, is_collapsed: bool) -> None:
        whole = sum(self._stack.sizes())
        if is_collapsed:
            self._queue_height = max(self._stack.sizes()[1], 120)
            self._queue.setMaximumHeight(_HEADER_HEIGHT)
            self._stack.setSizes([whole - _HEADER_HEIGHT, _HEADER_HEIGHT])
        else:
            self._queue.setMaximumHeight(16777215)
            self._stack.setSizes([whole - self._queue_height, self._queue_height])

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()
