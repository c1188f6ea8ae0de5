"""The small changes in a pane's folder: rename, new folder, delete, move. Copies nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QObject

from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.wording import describe, name_some
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from shared.entries import Entry
from shared.errors import Code, ItemError, LocalError, WherryError
from shared.names import check_component, display

NEW_FOLDER = "New folder"
MAX_NEW_FOLDERS = 100
"""Nobody leaves so many unnamed; something else is wrong then."""


class ChangesController(QObject):
    """Does to the folder that a pane shows what its widget asks for, and shows the outcome there."""

    def __init__(self, pane: PaneController, questions: Questions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pane = pane
        self._questions = questions
        self._scope = TaskScope("changes", pane.failed)

    async def close(self) -> None:
        """End what is under way; what was done stays done."""
        await self._scope.close()

    def rename(self, entry: Entry, name: str) -> None:
        """Give an entry of the shown folder another name; one that exists is not replaced."""
        place, path = self._pane.place, self._pane.path
        if place is None or path is None or name == entry.name:
            return
        try:
            check_component(name)
        except WherryError as error:
            self._pane.show_error(describe(error))
            return
        self._scope.start(self._rename(place, path, entry.name, name), f"renaming {display(entry.name)}")

    def make_folder(self) -> None:
        """Make a folder in the shown one, and let the person type its name in place."""
        place, path = self._pane.place, self._pane.path
        if place is not None and path is not None:
            self._scope.start(self._make_folder(place, path), "making a folder")

    def delete(self, entries: Sequence[Entry]) -> None:
        """Ask, then remove entries of the shown folder: to the trash on this computer, else for good."""
        place, path = self._pane.place, self._pane.path
        if place is not None and path is not None and entries:
            self._scope.start(self._delete(place, path, tuple(entries)), f"deleting {name_some(entries)}")

    def move(self, source: PlacePath, names: Sequence[str], target: PlacePath) -> None:
        """Move entries within the pane's place, from folder ``source`` into folder ``target``."""
        place = self._pane.place
        if place is not None and source != target:
            self._scope.start(self._move(place, source, tuple(names), target), "moving")

    # --- How ----------------------------------------------------------------------------------------------------

    async def _rename(self, place: Place, path: PlacePath, old: str, new: str) -> None:
        with self._pane.busy_shown():
            await place.rename((*path, old), (*path, new))
        self._pane.show_change(place, path, select=new)

    async def _make_folder(self, place: Place, path: PlacePath) -> None:
        with self._pane.busy_shown():
            name = await self._make_free_folder(place, path)
        self._pane.show_change(place, path, edit=name)

    async def _make_free_folder(self, place: Place, path: PlacePath) -> str:
        """Make a folder under the first name that is free; trying each one leaves no race with others."""
        for number in range(1, MAX_NEW_FOLDERS):
            name = NEW_FOLDER if number == 1 else f"{NEW_FOLDER} {number}"
            try:
                await place.make_folder((*path, name))
            except ItemError as error:
                if error.code is not Code.EXISTS:
                    raise
            else:
                return name
        raise LocalError(Code.EXISTS, path=place.format((*path, NEW_FOLDER)))

    async def _delete(self, place: Place, path: PlacePath, entries: Sequence[Entry]) -> None:
        if not await self._questions.confirm_delete(entries, to_trash=place.is_local):
            return
        names = [entry.name for entry in entries]
        await self._each(names, lambda name: place.remove((*path, name)), "could not be deleted")
        self._pane.show_change(place, path)

    async def _move(self, place: Place, source: PlacePath, names: Sequence[str], target: PlacePath) -> None:
        await self._each(names, lambda name: place.rename((*source, name), (*target, name)), "could not be moved")
        self._pane.show_change(place, source)
        self._pane.show_change(place, target)

    async def _each(self, names: Sequence[str], act: Callable[[str], Awaitable[None]], trouble: str) -> None:
        """Do one thing to each name; failures of single ones are told together, not one box a file."""
        failures: list[ItemError] = []
        with self._pane.busy_shown():
            for name in names:
                try:
                    await act(name)
                except ItemError as error:
                    failures.append(error)
        if failures:
            first = describe(failures[0])
            is_only = len(names) == 1
            self._pane.show_error(
                first if is_only else f"{len(failures):,} of {len(names):,} {trouble}. First: {first}"
            )
