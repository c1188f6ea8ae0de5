"""The three lists of the status window, each with what can be done to its rows and a word for when it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from server.accounts.account import Account
from server.tray.cell_delegate import CellDelegate
from server.tray.models import ITEM_ROLE, RowsModel, account_model, session_model, transfer_model
from server.tray.transfer_delegate import TransferDelegate
from server.tray.view import SessionRow, TransferRow
from shared.look import fonts
from shared.look.icons import dress, pixmap
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space


class EmptyState(QWidget):
    """A drawing and a sentence where rows would be."""

    def __init__(self, icon: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.title = QLabel(title, alignment=Qt.AlignmentFlag.AlignCenter)
        self.title.setProperty("role", "strong")
        self.text = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.text.setProperty("role", "muted")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(Space.XS)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addSpacing(Space.S)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        layout.addStretch(3)
        theme_of().changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        colour = theme_of().colours.faint
        self._picture.setPixmap(pixmap(self._icon, Size.ICON_LARGE, self.devicePixelRatioF(), colour))


class ListPage(QFrame):
    """A table over a model of rows, or its empty state; actions for the chosen row stand in its context menu."""

    def __init__(self, model: RowsModel[Any], empty: EmptyState, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "page")
        self.model = model
        self.model.setParent(self)
        self.empty = empty
        self.table = QTableView()
        self.table.setAccessibleName(name)
        self.table.setModel(model)
        self.table.setFont(fonts.figures())
        self.table.setItemDelegate(CellDelegate(self.table))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(Size.ROW)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFixedHeight(Size.HEADER)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self.refresh_actions)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(empty)
        # With a cell's own padding the text stands below the cards above.
        self.stack.setContentsMargins(Space.XS, 0, Space.S, 0)
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.outer.setSpacing(0)
        self.outer.addWidget(self.stack, 1)
        self._row_actions: list[QAction] = []
        self.apply([])

    def set_widths(self, *widths: int) -> None:
        """Give each column its width; 0 shares what is left."""
        header = self.table.horizontalHeader()
        for column, width in enumerate(widths):
            mode = QHeaderView.ResizeMode.Interactive if width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            if width:
                header.resizeSection(column, width)

    def apply(self, rows: Sequence[Any]) -> None:
        """Show these rows, or the empty state."""
        self.model.apply(rows)
        self.stack.setCurrentIndex(0 if rows else 1)
        self.refresh_actions()

    @property
    def chosen(self) -> Any:
        """The selected row's value, or None."""
        index = self.table.currentIndex()
        return index.data(ITEM_ROLE) if self.table.selectionModel().isSelected(index) else None

    def add_action(self, text: str, icon: str, *, key: QKeySequence | None = None) -> QAction:
        """Add an action that needs a chosen row."""
        action = QAction(text, self)
        dress(action, icon)
        if key is not None:
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(action)
        self._row_actions.append(action)
        action.setEnabled(False)
        return action

    def refresh_actions(self) -> None:
        """Enable what the chosen row allows."""
        for action in self._row_actions:
            action.setEnabled(self.chosen is not None)

    def _show_menu(self, where: QPoint) -> None:
        if self.chosen is None or not self._row_actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([action for action in self._row_actions if action.isVisible()])
        menu.popup(self.table.viewport().mapToGlobal(where))


class SessionPage(ListPage):
    """Signals:
    kick_requested: End a session; carries its id.
    """

    kick_requested = Signal(bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("users", self.tr("Nobody is connected"))
        super().__init__(session_model(), empty, self.tr("Connected"), parent)
        self.set_widths(0, 170, 150, 100, 110)
        self.kick = self.add_action(
            self.tr("End this session"), "disconnect", key=QKeySequence(QKeySequence.StandardKey.Delete)
        )
        self.kick.triggered.connect(self._kick)

    def _kick(self) -> None:
        row = self.chosen
        if isinstance(row, SessionRow):
            self.kick_requested.emit(row.info.id)


class TransferPage(ListPage):
    """What moves at this moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("queue", self.tr("Nothing is being transferred"))
        empty.text.setText(self.tr("Uploads and downloads show here while they run."))
        super().__init__(transfer_model(), empty, self.tr("Transfers"), parent)
        self.set_widths(0, 100, 90, 220, 100)
        self.table.setItemDelegateForColumn(3, TransferDelegate(self.table))

    @property
    def rows(self) -> tuple[TransferRow, ...]:
        return self.model.rows


class AccountPage(ListPage):
    """Who may log in, with what can be done about it in a bar above.

    Signals:
        add_requested: Make an account.
        password_requested, home_requested, open_home_requested, remove_requested: For the chosen Account.
        enable_requested, read_only_requested: For the chosen Account, with the wish.
    """

    add_requested = Signal()
    password_requested = Signal(object)
    home_requested = Signal(object)
    open_home_requested = Signal(object)
    remove_requested = Signal(object)
    enable_requested = Signal(object, bool)
    read_only_requested = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("user", self.tr("No accounts yet"))
        empty.text.setText(self.tr("Add one for each person who may connect."))
        super().__init__(account_model(), empty, self.tr("Accounts"), parent)
        self.set_widths(150, 0, 130, 150)
        self.add = QAction(self.tr("Add account…"), self)
        self.add.setShortcut(QKeySequence(QKeySequence.StandardKey.New))
        dress(self.add, "plus")
        self.add.triggered.connect(self.add_requested)
        self.addAction(self.add)
        self.password = self.add_action(self.tr("Password…"), "key")
        self.home = self.add_action(self.tr("Home folder…"), "folder")
        self.open_home = self.add_action(self.tr("Open home folder"), "folder-open")
        self.read_only = self.add_action(self.tr("Read only"), "lock")
        self.read_only.setCheckable(True)
        self.enable = self.add_action(self.tr("Disable"), "pause")
        self.remove = self.add_action(self.tr("Remove…"), "trash", key=QKeySequence(QKeySequence.StandardKey.Delete))
        for action, signal in (
            (self.password, self.password_requested),
            (self.home, self.home_requested),
            (self.open_home, self.open_home_requested),
            (self.remove, self.remove_requested),
        ):
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(self.chosen))
        self.enable.triggered.connect(lambda: self.enable_requested.emit(self.chosen, not self.chosen.enabled))
        self.read_only.triggered.connect(lambda: self.read_only_requested.emit(self.chosen, not self.chosen.read_only))
        bar = QHBoxLayout()
        bar.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        bar.setSpacing(Space.HALF)
        for action in (self.add, self.password, self.home, self.enable, self.remove):
            button = QToolButton()
            button.setProperty("kind", "text")
            button.setIconSize(QSize(Size.ICON, Size.ICON))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setDefaultAction(action)
            bar.addWidget(button)
        bar.addStretch()
        line = QFrame()
        line.setProperty("tone", "line")
        self.outer.insertLayout(0, bar)
        self.outer.insertWidget(1, line)

    def select(self, name: str) -> None:
        """Choose an account; one that is not there is passed over."""
        for position, account in enumerate(self.model.rows):
            if account.name == name:
                self.table.selectRow(position)

    def refresh_actions(self) -> None:
        super().refresh_actions()
        account = self.chosen
        if isinstance(account, Account):
            self.enable.setText(self.tr("Disable") if account.enabled else self.tr("Enable"))
            dress(self.enable, "pause" if account.enabled else "play")
            self.read_only.setChecked(account.read_only)
