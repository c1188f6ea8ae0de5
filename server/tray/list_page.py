"""A list of the window: a table over rows, what can be done to them, and a word for when it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
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

from server.tray.cell_delegate import CellDelegate
from server.tray.models import ITEM_ROLE, RowsModel
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
        self.table.activated.connect(self._activated)
        self._main_action: QAction | None = None
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

    def add_general_action(self, text: str, icon: str, *, key: QKeySequence | None = None) -> QAction:
        """Add an action that needs no row."""
        action = QAction(text, self)
        dress(action, icon)
        if key is not None:
            # In the whole window, as long as this page is the one that shows.
            action.setShortcut(key)
        self.addAction(action)
        return action

    def add_bar(self, *actions: QAction) -> None:
        """Show actions as buttons above the rows."""
        bar = QHBoxLayout()
        bar.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        bar.setSpacing(Space.HALF)
        for action in actions:
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

    def refresh_actions(self) -> None:
        """Enable what the chosen row allows."""
        for action in self._row_actions:
            action.setEnabled(self.chosen is not None)

    def set_main_action(self, action: QAction) -> None:
        """Let a double click or Return on a row do this."""
        self._main_action = action

    def _activated(self) -> None:
        if self._main_action is not None and self._main_action.isEnabled():
            self._main_action.trigger()

    def _show_menu(self, where: QPoint) -> None:
        if self.chosen is None or not self._row_actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([action for action in self._row_actions if action.isVisible()])
        menu.popup(self.table.viewport().mapToGlobal(where))
