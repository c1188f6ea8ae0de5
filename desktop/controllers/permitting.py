"""Keeps what an account may not do from being offered. The server decides all the same, each time anew."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject

from desktop.controllers.pane import PaneController
from desktop.places.remote import RemotePlace
from shared.permissions import FULL, Permission


class PermissionScreen(Protocol):
    """The part of a pane's widget that offers actions."""

    def set_permitted(self, here: Permission, there: Permission) -> None:
        """What may be done in the folder that is shown, and in the one that the other pane shows."""


class PermissionController(QObject):
    """Tells both panes' widgets whenever one of the panes stands somewhere else."""

    def __init__(
        self,
        panes: tuple[PaneController, PaneController],
        screens: tuple[PermissionScreen, PermissionScreen],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panes = panes
        self._screens = screens
        for pane in panes:
            pane.location_changed.connect(self._show)
            pane.place_changed.connect(self._show)

    def _show(self, _where: object = None) -> None:
        left, right = (_permitted(pane) for pane in self._panes)
        self._screens[0].set_permitted(left, right)
        self._screens[1].set_permitted(right, left)


def _permitted(pane: PaneController) -> Permission:
    """On this computer the system decides; where nothing is shown, what is missing is something else."""
    if isinstance(pane.place, RemotePlace):
        return pane.place.session.permissions_at(pane.path or ())
    return FULL
