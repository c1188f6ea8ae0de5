"""Copies and moves within one place: what the file manager drops on this computer's pane, and pastes within a pane.

Nothing is ever replaced: a name that is taken gets a number, and the banner says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.controllers.pane import PaneController
from desktop.controllers.shown_work import ShownWork
from desktop.controllers.undoing import Step, UndoController
from desktop.controllers.views import Banner
from desktop.controllers.wording import describe, name_first
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from desktop.transfers.conflicts import next_name
from shared.errors import Code, ItemError, LocalError
from shared.names import display

MAX_NAMES = 1000
"""Nobody has so many copies of one name; something else is wrong then."""


class CopyingController(QObject):
    """Brings things into folders of the place that a pane shows.

    Signals:
        brought: things are in a folder (PlacePath) of a Place now, and may be gone from another.
    """

    brought = Signal(object, object)

    def __init__(
        self, pane: PaneController, undoing: UndoController | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._undoing = undoing
        self._scope = TaskScope("copying", pane.failed)

    async def close(self) -> None:
        """End what is under way; an unfinished copy leaves no trace."""
        await self._scope.close()

    def bring(self, sources: Sequence[PlacePath], target: PlacePath, *, is_move: bool = False) -> None:
        """Copy or move things of this place into a folder of it."""
        place = self._pane.place
        if is_move:
            sources = [source for source in sources if source[:-1] != target]
        if place is not None and sources:
            names = name_first([source[-1] if source else "/" for source in sources])
            doing = _tr("Moving %1") if is_move else _tr("Copying %1")
            work = self._bring(place, tuple(sources), target, is_move, doing.replace("%1", names), names)
            self._scope.start(work, f"{'moving' if is_move else 'copying'} {names}")

    async def _bring(
        self, place: Place, sources: Sequence[PlacePath], target: PlacePath, is_move: bool, doing: str, names: str
    ) -> None:
        failures: list[ItemError] = []
        renamed: list[tuple[str, str]] = []
        moved: list[tuple[PlacePath, PlacePath]] = []
        try:
            with self._pane.busy_shown(), self._pane.work_shown(doing, len(sources)) as work:
                for source in sources:
                    try:
                        name = await _bring_one(place, source, target, work, is_move=is_move)
                    except ItemError as error:
                        failures.append(error)
                    else:
                        if name != source[-1]:
                            renamed.append((source[-1], name))
                        if is_move:
                            moved.append((source, (*target, name)))
                    work.finish_one()
        finally:
            self.brought.emit(place, target)
            for folder in {source[:-1] for source in sources} if is_move else ():
                self.brought.emit(place, folder)
        if moved and self._undoing is not None:
            text = QCoreApplication.translate("UndoController", "moving %1").replace("%1", names)
            self._undoing.note(Step(text, lambda: self._take_back(place, moved)))
        self._tell(len(sources), failures, renamed)

    async def _take_back(self, place: Place, moved: Sequence[tuple[PlacePath, PlacePath]]) -> None:
        try:
            for source, target in moved:
                await place.move(target, source)
        finally:
            for folder in {path[:-1] for pair in moved for path in pair}:
                self.brought.emit(place, folder)

    def _tell(self, total: int, failures: Sequence[ItemError], renamed: Sequence[tuple[str, str]]) -> None:
        if failures:
            first = describe(failures[0])
            text = _tr("%1 of %2 could not be copied. First: %3")
            many = text.replace("%1", f"{len(failures):,}").replace("%2", f"{total:,}").replace("%3", first)
            self._pane.show_error(first if total == 1 else many)
        elif len(renamed) == 1:
            old, new = map(display, renamed[0])
            text = _tr("“%1” is there already, so this one is called “%2”.")
            self._pane.show_notice(Banner.INFO, text.replace("%1", old).replace("%2", new))
        elif renamed:
            text = _tr("%1 names were there already; the new ones have a number.")
            self._pane.show_notice(Banner.INFO, text.replace("%1", f"{len(renamed):,}"))


async def _bring_one(place: Place, source: PlacePath, target: PlacePath, work: ShownWork, *, is_move: bool) -> str:
    """Copy or move one thing under the first name that is free; trying each leaves no race with others."""
    name = source[-1]
    act = place.move if is_move else place.copy
    for _ in range(MAX_NAMES):
        try:
            await act(source, (*target, name), on_progress=work.note)
        except ItemError as error:
            if error.code is not Code.EXISTS:
                raise
            name = next_name(name)
        else:
            return name
    raise LocalError(Code.EXISTS, path=place.format((*target, source[-1])))


def _tr(text: str) -> str:
    return QCoreApplication.translate("CopyingController", text)
