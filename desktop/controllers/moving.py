"""Moving across: what the queue has copied and both ends have agreed on is then removed where it came from.

A move that is interrupted, even by a crash, is a copy: the originals stay until all of them have arrived.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject

from desktop.controllers.crossing import CrossingController
from desktop.controllers.pane import PaneController
from desktop.controllers.queue import Crossing, QueueController
from desktop.controllers.wording import describe
from desktop.places.local import LocalPlace
from desktop.places.place import PlacePath
from desktop.places.remote import RemotePlace
from desktop.runtime.task_scope import TaskScope
from desktop.transfers.items import Item, State
from shared.entries import Entry
from shared.errors import ItemError
from shared.look import wording
from shared.names import display


class MovingController(QObject):
    """F6, and drags across with Shift."""

    def __init__(self, crossing: CrossingController, queue: QueueController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crossing = crossing
        self._queue = queue
        self._scopes: dict[PaneController, TaskScope] = {}

    async def close(self) -> None:
        """Stop waiting: what has not been removed stays, and the queue goes on copying."""
        for scope in self._scopes.values():
            await scope.close()

    def move(self, source: PaneController, entries: Sequence[Entry]) -> None:
        """Move entries of a pane's folder into the folder that the other pane shows."""
        crossing = self._crossing.plan(source, entries)
        if crossing is not None and source.path is not None:
            self._start(source, crossing, source.path)

    def move_names(
        self,
        source: PaneController,
        path: PlacePath,
        names: Sequence[str],
        target: PaneController,
        folder: PlacePath,
    ) -> None:
        """Move what was dragged from folder ``path`` of a pane."""
        crossing = self._crossing.plan_names(source, path, names, target, folder)
        if crossing is not None:
            self._start(source, crossing, path)

    def move_paths(self, target: PaneController, paths: Sequence[str], folder: PlacePath) -> None:
        """Move files of this computer that another program cut or dragged here with Shift: to a server, or within.

        What a server has got goes to this computer's trash.
        """
        match target.place:
            case LocalPlace() as here:
                self._crossing.bring(target, [here.from_native(path) for path in paths], folder, is_move=True)
            case RemotePlace():
                crossing = self._crossing.plan_paths(target, paths, folder)
                if crossing is not None:
                    here = LocalPlace()
                    work = self._move_paths(target, crossing, here, [here.from_native(path) for path in paths])
                    self._scope_of(target).start(work, f"moving {crossing.title}")

    def _start(self, source: PaneController, crossing: Crossing, path: PlacePath) -> None:
        self._scope_of(source).start(self._move(source, crossing, path), f"moving {crossing.title}")

    def _scope_of(self, pane: PaneController) -> TaskScope:
        if pane not in self._scopes:
            self._scopes[pane] = TaskScope("moving", pane.failed)
        return self._scopes[pane]

    async def _move_paths(
        self, target: PaneController, crossing: Crossing, here: LocalPlace, paths: Sequence[PlacePath]
    ) -> None:
        if await self._carry(target, crossing):
            for path in paths:
                await here.remove(path)

    async def _carry(self, pane: PaneController, crossing: Crossing) -> Sequence[Item]:
        """Copy everything and return its items; none, with the reason in the pane, unless all have arrived."""
        items = await self._queue.carry(crossing)
        missing = sum(item.state is not State.DONE for item in items)
        if missing or not items:
            one = _tr("1 thing has not been copied, so everything stays here. The queue shows why.")
            many = _tr("%1 things have not been copied, so everything stays here. The queue shows why.")
            pane.show_error(wording.counted(missing, one, many))
            return ()
        return items

    async def _move(self, source: PaneController, crossing: Crossing, path: PlacePath) -> None:
        place = source.place
        items = await self._carry(source, crossing)
        if not items:
            return
        match place:
            case LocalPlace():
                for name in crossing.names:
                    await place.remove((*path, name))
            case RemotePlace():
                await self._remove_remote(source, place, items)
        if place is not None:
            source.show_change(place, path)

    async def _remove_remote(self, source: PaneController, place: RemotePlace, items: Sequence[Item]) -> None:
        """Remove exactly what has arrived, contents before folders: what came in meanwhile was not copied."""
        kept: list[str] = []
        first: ItemError | None = None
        for item in sorted(items, key=lambda item: len(item.remote), reverse=True):
            try:
                await place.session.remove(item.remote)
            except ItemError as error:
                kept.append(display(item.name))
                first = first or error
        if first is not None:
            text = _tr("%1 of the originals stay. First: %2").replace("%1", wording.number(len(kept)))
            source.show_error(text.replace("%2", describe(first)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("MovingController", text)
