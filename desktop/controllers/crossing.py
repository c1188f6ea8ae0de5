"""What crosses between the two panes: F5, drags and drops become uploads, downloads or moves.

It decides only which of them is meant; the queue does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QObject

from desktop.controllers.changes import ChangesController
from desktop.controllers.copying import CopyingController
from desktop.controllers.pane import PaneController
from desktop.controllers.queue import Crossing, QueueController
from desktop.controllers.views import Banner, Notices
from desktop.places.local import LocalPlace
from desktop.places.place import PlacePath
from desktop.places.remote import RemotePlace
from desktop.transfers.items import Direction, Item, Source
from shared.entries import Entry
from shared.names import RemotePath, display

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Side:
    """One half of the window: its pane, what changes its folder and copies within its place, and its banner."""

    pane: PaneController
    changes: ChangesController
    copying: CopyingController
    notices: Notices


class CrossingController(QObject):
    """Knows both halves of the window."""

    def __init__(self, left: Side, right: Side, queue: QueueController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = left.pane
        self._right = right.pane
        self._sides = {left.pane: left, right.pane: right}
        self._queue = queue

    def other(self, pane: PaneController) -> PaneController:
        """The pane opposite."""
        return self._right if pane is self._left else self._left

    # --- What a person does -------------------------------------------------------------------------------------

    def copy(self, source: PaneController, entries: Sequence[Entry]) -> None:
        """Copy entries of a pane's folder into the folder that the other pane shows (F5)."""
        self._add(self.plan(source, entries))

    def drop_paths(self, target: PaneController, paths: Sequence[str], folder: PlacePath) -> None:
        """Take what was dragged here from the system's file manager: native paths of this computer."""
        if not paths:
            return
        match target.place:
            case RemotePlace() as server:
                self._add(self._plan_paths(server, paths, folder))
            case LocalPlace() as here:
                self._sides[target].copying.bring([here.from_native(path) for path in paths], folder)

    def drop_names(
        self,
        source: PaneController,
        path: PlacePath,
        names: Sequence[str],
        target: PaneController,
        folder: PlacePath,
        *,
        is_copy: bool = False,
    ) -> None:
        """Take what was dragged from folder ``path`` of a pane: a copy across, or within one place a move.

        ``is_copy``: a copy within one place too.
        """
        if source.place is not target.place:
            self._add(self.plan_names(source, path, names, target, folder))
        elif is_copy:
            self._sides[target].copying.bring([(*path, name) for name in names], folder)
        elif names:
            self._sides[target].changes.move(path, names, folder)

    def deliver(self, source: PaneController, path: PlacePath, entries: Sequence[Entry], chosen: PurePath) -> None:
        """Fetch what was dropped on another program: into the folder of ``chosen``, one thing alone under its name."""
        match source.place:
            case RemotePlace() as server:
                name = chosen.name if len(entries) == 1 and chosen.name != entries[0].name else None
                sources = [Source((*path, entry.name), entry, name) for entry in entries]
                names = tuple(entry.name for entry in entries)
                self._add(Crossing(names, Direction.DOWNLOAD, server.session.site, sources, str(chosen.parent)))

    def bring(
        self, target: PaneController, sources: Sequence[PlacePath], folder: PlacePath, *, is_move: bool = False
    ) -> None:
        """Copy or move things of a pane's own place into a folder of it."""
        self._sides[target].copying.bring(sources, folder, is_move=is_move)

    # --- What it means ------------------------------------------------------------------------------------------

    def plan(self, source: PaneController, entries: Sequence[Entry]) -> Crossing | None:
        """Return what it means to bring entries to where the other pane stands; None, said in a banner, if nothing."""
        target = self.other(source)
        if source.path is None or not entries:
            return None
        if target.path is None:
            self._refuse(source, _unconnected())
            return None
        return self._plan(source, source.path, {entry.name: entry for entry in entries}, target, target.path)

    def plan_names(
        self,
        source: PaneController,
        path: PlacePath,
        names: Sequence[str],
        target: PaneController,
        folder: PlacePath,
    ) -> Crossing | None:
        """Return what it means to bring names in folder ``path`` of one pane into a folder of another."""
        return self._plan(source, path, dict.fromkeys(names), target, folder) if names else None

    def plan_paths(self, target: PaneController, paths: Sequence[str], folder: PlacePath) -> Crossing | None:
        """Return what it means to bring files of this computer into a folder of a server's pane."""
        match target.place:
            case RemotePlace() as server if paths:
                return self._plan_paths(server, paths, folder)
        return None

    @staticmethod
    def _plan_paths(server: RemotePlace, paths: Sequence[str], folder: PlacePath) -> Crossing:
        names = tuple(PurePath(path).name for path in paths)
        return Crossing(names, Direction.UPLOAD, server.session.site, [Source(path) for path in paths], folder)

    def _plan(
        self,
        source: PaneController,
        path: PlacePath,
        chosen: Mapping[str, Entry | None],
        target: PaneController,
        folder: PlacePath,
    ) -> Crossing | None:
        names = tuple(chosen)
        match source.place, target.place:
            case LocalPlace() as here, RemotePlace() as server:
                sources = [Source(here.native((*path, name)), entry) for name, entry in chosen.items()]
                return Crossing(names, Direction.UPLOAD, server.session.site, sources, folder)
            case RemotePlace() as server, LocalPlace() as here:
                sources = [Source((*path, name), entry) for name, entry in chosen.items()]
                return Crossing(names, Direction.DOWNLOAD, server.session.site, sources, here.native(folder))
        self._refuse(source, _unconnected())
        return None

    def _add(self, crossing: Crossing | None) -> None:
        if crossing is not None:
            self._queue.add(crossing)

    def reveal(self, item: Item) -> None:
        """Show where an item of the queue goes to, with it selected, in the pane that can show it."""
        for pane in (self._left, self._right):
            match pane.place:
                case LocalPlace() as here if item.direction is Direction.DOWNLOAD:
                    *folder, name = here.from_native(item.local)
                    pane.go(tuple(folder), select=name)
                    return
                case RemotePlace() as server if item.direction is Direction.UPLOAD and item.remote:
                    if server.session.site == item.site:
                        pane.go(item.remote[:-1], select=item.name)
                        return
        text = translate("CrossingController", "Connect to %1 to see where it goes.")
        self._refuse(self._right, text.replace("%1", display(item.site)))

    def _refuse(self, pane: PaneController, text: str) -> None:
        self._sides[pane].notices.show_banner(Banner.INFO, text)


def _unconnected() -> str:
    return translate("CrossingController", "Connect to a server first; then files can be copied there.")


class ArrivalController(QObject):
    """Shows in the panes what transfers brought: the folder that something arrived in is read again."""

    def __init__(self, panes: Sequence[PaneController], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panes = panes

    def local_arrival(self, folder: str) -> None:
        """Something arrived in a folder of this computer (native path)."""
        for pane in self._panes:
            place, path = pane.place, pane.path
            if isinstance(place, LocalPlace) and path is not None and place.native(path) == folder:
                pane.refresh_soon()

    def remote_arrival(self, site: str, folder: RemotePath) -> None:
        """Something arrived in a folder of a server."""
        for pane in self._panes:
            if isinstance(pane.place, RemotePlace) and pane.place.session.site == site and pane.path == folder:
                pane.refresh_soon()
