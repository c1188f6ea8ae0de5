"""The tool bar over a pane's list: history, path, and what else there is to do."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from desktop.widgets.breadcrumb import Breadcrumb
from desktop.widgets.buttons import tool_button
from desktop.widgets.pane_actions import PaneActions
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space


class PaneBar(QFrame):
    """A thin accent at its top marks the pane that the keyboard acts on."""

    def __init__(self, actions: PaneActions, crumb: Breadcrumb, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_active = False
        self.setProperty("tone", "bar")
        self.setFixedHeight(Size.BAR)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XS, 0, Space.XS, 0)
        row.setSpacing(Space.HALF)
        for name in ("back", "forward", "up"):
            row.addWidget(tool_button(actions[name]))
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

    def pop_up(self, menu: QMenu) -> None:
        """Open a menu under the last button, its right edge at the button's."""
        corner = self._more.rect().bottomRight() - QPoint(menu.sizeHint().width(), 0)
        menu.popup(self._more.mapToGlobal(corner))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_active:
            QPainter(self).fillRect(0, 0, self.width(), 2, QColor(theme_of().colours.accent))
