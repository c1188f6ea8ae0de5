"""The icon in the tray: its shape tells the state, a left click asks for the window. It has no window itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from server.tray.view import View
from server.tray.wording import tip_text, tray_state
from shared.look.icons import TrayState, tray_icon


class TrayIcon(QObject):
    """Stands in the tray as soon as the desktop has one, also when it comes later.

    Signals:
        activated: The icon was clicked with the left button, or chosen by keyboard.
    """

    activated = Signal()

    def __init__(self, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: TrayState | None = None
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(menu)
        self._icon.activated.connect(self._activated)

    @property
    def state(self) -> TrayState | None:
        """The drawing shown; None before the first view."""
        return self._state

    @property
    def tip(self) -> str:
        return self._icon.toolTip()

    @staticmethod
    def has_host() -> bool:
        """Whether the desktop shows tray icons at this moment."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show_view(self, view: View) -> None:
        """Show the state; the first call makes the icon visible."""
        state = tray_state(view)
        if state is not self._state:
            self._state = state
            self._icon.setIcon(tray_icon(state))
        tip = tip_text(view)
        if tip != self._icon.toolTip():
            self._icon.setToolTip(tip)
        self._icon.show()

    def hide(self) -> None:
        self._icon.hide()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.activated.emit()
