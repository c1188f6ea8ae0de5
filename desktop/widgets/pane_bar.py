"""The tool bar over a pane's list: history, path, and what else there is to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from desktop.widgets.breadcrumb import Breadcrumb
from desktop.widgets.buttons import tool_button
from desktop.widgets.pane_actions import PaneActions
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

_TRAIL = 15
"""Folders in the menu of a button: as many as one looks through."""


class PaneBar(QFrame):
    """A thin accent at its top marks the pane that the keyboard acts on.

    Signals:
        step_requested: so many steps (int) back (negative) or forward in the history.
    """

    step_requested = Signal(int)

    def __init__(self, actions: PaneActions, crumb: Breadcrumb, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_active = False
        self.setProperty("tone", "bar")
        self.setFixedHeight(Size.BAR)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XS, 0, Space.XS, 0)
        row.setSpacing(Space.HALF)
        self._trails: dict[int, list[str]] = {-1: [], 1: []}
        for name, direction in (("back", -1), ("forward", 1), ("up", 0)):
            button = tool_button(actions[name])
            if direction:
                button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                button.customContextMenuRequested.connect(
                    lambda _, button=button, direction=direction: self._show_trail(button, direction)
                )
            row.addWidget(button)
        row.addSpacing(Space.XS)
        row.addWidget(crumb, 1)
        for name in ("home", "refresh"):
            row.addWidget(tool_button(actions[name]))
        self._more = tool_button(actions["menu"])
        row.addWidget(self._more)
        theme_of().changed.connect(self.update)

    @property
    def is_active(self) -> bool:
        return self._is_active

    def set_active(self, is_active: bool) -> None:
        """Show or hide the accent."""
        if is_active != self._is_active:
            self._is_active = is_active
            self.update()

    def set_trail(self, back: Sequence[str], forward: Sequence[str]) -> None:
        """Offer these folders, nearest first, when the buttons for back and forward are pressed on the right."""
        self._trails = {-1: list(back), 1: list(forward)}

    def trail_menu(self, direction: int) -> QMenu | None:
        """Return the menu of what lies behind (-1) or ahead (1); None when nothing does."""
        titles = self._trails[direction][:_TRAIL]
        if not titles:
            return None
        menu = QMenu(self)
        for step, title in enumerate(titles, start=1):
            action = menu.addAction(title.replace("&", "&&"))
            action.triggered.connect(lambda _=False, step=step: self.step_requested.emit(step * direction))
        return menu

    def _show_trail(self, button: QToolButton, direction: int) -> None:
        menu = self.trail_menu(direction)
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def pop_up(self, menu: QMenu) -> None:
        """Open a menu under the last button, its right edge at the button's."""
        corner = self._more.rect().bottomRight() - QPoint(menu.sizeHint().width(), 0)
        menu.popup(self._more.mapToGlobal(corner))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_active:
            QPainter(self).fillRect(0, 0, self.width(), 2, QColor(theme_of().colours.accent))
