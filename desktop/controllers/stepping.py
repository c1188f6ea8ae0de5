"""Browsing in step: where one pane goes, the other goes too, as far as both have the same folders."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.controllers.pane import PaneController
from desktop.controllers.views import Banner
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from shared.errors import ItemError
from shared.names import display


class StepController(QObject):
    """Knows both panes. The folders they show when it begins belong together, and so do all below them.

    Signals:
        toggled: the panes go in step from now on, or no more.
    """

    toggled = Signal(bool)

    def __init__(self, panes: tuple[PaneController, PaneController], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panes = panes
        self._bases: tuple[PlacePath, PlacePath] | None = None
        self._scope = TaskScope("stepping", panes[0].failed)
        for at, pane in enumerate(panes):
            pane.location_changed.connect(lambda path, at=at: self._follow(at, path))
            pane.place_changed.connect(self._end)

    async def close(self) -> None:
        """End what is under way."""
        await self._scope.close()

    @property
    def is_on(self) -> bool:
        return self._bases is not None

    def toggle(self) -> None:
        """Begin where both panes stand now, or end."""
        left, right = (pane.path for pane in self._panes)
        if self._bases is not None:
            self._bases = None
        elif left is None or right is None:
            self._panes[0].show_notice(Banner.INFO, _tr("Connect to a server first; then both sides can go in step."))
        else:
            self._bases = (left, right)
        self.toggled.emit(self.is_on)

    # --- How ----------------------------------------------------------------------------------------------------

    def _end(self, _place: Place | None) -> None:
        if self._bases is not None:
            self.toggle()

    def _follow(self, at: int, path: PlacePath) -> None:
        if self._bases is None:
            return
        base, other_base = self._bases[at], self._bases[1 - at]
        other = self._panes[1 - at]
        if path[: len(base)] == base:
            target = (*other_base, *path[len(base) :])
        elif base[: len(path)] == path and len(base) - len(path) <= len(other_base):
            # Above where it began: both sides go up by as much, and belong together there from now on.
            target = other_base[: len(other_base) - (len(base) - len(path))]
            self._bases = (path, target) if at == 0 else (target, path)
        else:
            self.toggle()
            self._panes[at].show_notice(
                Banner.INFO, _tr("This is outside of the folders that went in step; it has ended.")
            )
            return
        if other.place is not None and other.path != target:
            self._scope.replace("following", self._go(self._panes[at], other, other.place, target), "going in step")

    async def _go(self, leader: PaneController, other: PaneController, place: Place, target: PlacePath) -> None:
        try:
            is_there = not target or (await place.stat(target)).is_folder
        except ItemError:
            is_there = False
        if is_there:
            other.go(target)
        else:
            text = _tr("The other side has no folder “%1”; it stays where it is.")
            leader.show_notice(Banner.INFO, text.replace("%1", display(target[-1])))


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepController", text)
