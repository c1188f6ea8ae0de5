"""The small changes in a pane's folder: rename, new folder, delete, move, permissions. Copies nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject

from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.shown_work import ShownWork
from desktop.controllers.undoing import Step, UndoController
from desktop.controllers.wording import describe, name_first, name_some
from desktop.places.local import LocalPlace
from desktop.places.place import Place, PlacePath
from desktop.places.trash import find_trashed, restore
from desktop.runtime.task_scope import TaskScope
from shared.entries import Entry, Kind
from shared.errors import Code, ItemError, LocalError, WherryError
from shared.look import wording
from shared.names import check_component, display

translate = QCoreApplication.translate

MAX_NEW_FOLDERS = 100
"""Nobody leaves so many unnamed; something else is wrong then."""


class ChangesController(QObject):
    """Does to the folder that a pane shows what its widget asks for, and shows the outcome there."""

    def __init__(
        self,
        pane: PaneController,
        questions: Questions,
        undoing: UndoController | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._questions = questions
        self._undoing = undoing
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

    def show_properties(self, entries: Sequence[Entry]) -> None:
        """Show what is known of entries of the shown folder, and change their permissions if the person wants to."""
        place, path = self._pane.place, self._pane.path
        if place is not None and path is not None and entries:
            shown = self._show_properties(place, path, tuple(entries))
            self._scope.replace("properties", shown, "showing properties")

    # --- How ----------------------------------------------------------------------------------------------------

    async def _rename(self, place: Place, path: PlacePath, old: str, new: str) -> None:
        with self._pane.busy_shown():
            await place.rename((*path, old), (*path, new))
        self._pane.show_change(place, path, select=new)

        async def take_back() -> None:
            await place.rename((*path, new), (*path, old))
            self._pane.show_change(place, path, select=old)

        self._note(translate("UndoController", "renaming “%1”").replace("%1", display(old)), take_back)

    async def _make_folder(self, place: Place, path: PlacePath) -> None:
        with self._pane.busy_shown():
            name = await self._make_free_folder(place, path)
        self._pane.show_change(place, path, edit=name)

    async def _make_free_folder(self, place: Place, path: PlacePath) -> str:
        """Make a folder under the first name that is free; trying each one leaves no race with others."""
        first = translate("ChangesController", "New folder")
        for number in range(1, MAX_NEW_FOLDERS):
            name = first if number == 1 else f"{first} {number}"
            try:
                await place.make_folder((*path, name))
            except ItemError as error:
                if error.code is not Code.EXISTS:
                    raise
            else:
                return name
        raise LocalError(Code.EXISTS, path=place.format((*path, first)))

    async def _delete(self, place: Place, path: PlacePath, entries: Sequence[Entry]) -> None:
        if not await self._questions.confirm_delete(entries, to_trash=place.is_local):
            return
        names = [entry.name for entry in entries]
        doing = translate("ChangesController", "Deleting %1").replace("%1", name_some(entries))
        gone: list[str] = []

        async def remove(name: str, work: ShownWork) -> None:
            await place.remove((*path, name), on_progress=work.note)
            gone.append(name)

        try:
            await self._each(names, remove, doing, translate("ChangesController", "%1 of %2 could not be deleted."))
        finally:
            self._pane.show_change(place, path)
        if isinstance(place, LocalPlace) and gone:
            await self._note_trashed(place, path, gone)

    async def _note_trashed(self, place: LocalPlace, path: PlacePath, names: Sequence[str]) -> None:
        """What lies in the trash can be brought back, as long as it is found there."""
        origins = [place.native((*path, name)) for name in names]
        found = await asyncio.to_thread(lambda: [find_trashed(origin) for origin in origins])
        trashed = [each for each in found if each is not None]
        if len(trashed) < len(names):
            return

        async def take_back() -> None:
            try:
                for each in trashed:
                    await asyncio.to_thread(restore, each)
            finally:
                self._pane.show_change(place, path)

        self._note(translate("UndoController", "deleting %1").replace("%1", name_first(names)), take_back)

    async def _move(self, place: Place, source: PlacePath, names: Sequence[str], target: PlacePath) -> None:
        moved: list[str] = []

        async def move(name: str, work: ShownWork) -> None:
            await place.move((*source, name), (*target, name), on_progress=work.note)
            moved.append(name)

        try:
            doing = translate("ChangesController", "Moving %1").replace("%1", name_first(names))
            trouble = translate("ChangesController", "%1 of %2 could not be moved.")
            await self._each(names, move, doing, trouble)
        finally:
            self._show_both(place, source, target)
        if not moved:
            return

        async def take_back() -> None:
            try:
                for name in moved:
                    await place.move((*target, name), (*source, name))
            finally:
                self._show_both(place, source, target)

        self._note(translate("UndoController", "moving %1").replace("%1", name_first(moved)), take_back)

    def _show_both(self, place: Place, *folders: PlacePath) -> None:
        for folder in folders:
            self._pane.show_change(place, folder)

    def _note(self, text: str, take_back: Callable[[], Awaitable[None]]) -> None:
        if self._undoing is not None:
            self._undoing.note(Step(text, take_back))

    async def _show_properties(self, place: Place, path: PlacePath, entries: Sequence[Entry]) -> None:
        change = await self._questions.show_properties(entries, place.format(path), can_change=True)
        if change is None or change.is_empty:
            return
        chosen = {entry.name: entry for entry in entries if entry.kind in (Kind.FILE, Kind.FOLDER)}

        async def set_mode(name: str, _work: ShownWork) -> None:
            await place.set_mode((*path, name), change.applied(chosen[name].mode))

        doing = translate("ChangesController", "Changing permissions")
        await self._each(
            list(chosen), set_mode, doing, translate("ChangesController", "%1 of %2 could not be changed.")
        )
        self._pane.show_change(place, path)

    async def _each(
        self, names: Sequence[str], act: Callable[[str, ShownWork], Awaitable[None]], doing: str, trouble: str
    ) -> None:
        """Do one thing to each name; failures of single ones are told together, not one box a file.

        ``doing`` is shown with a button to stop when it takes long; what was done until then stays done.
        ``trouble`` is a sentence about %1 of %2 names.
        """
        failures: list[ItemError] = []
        with self._pane.busy_shown(), self._pane.work_shown(doing, len(names)) as work:
            for name in names:
                try:
                    await act(name, work)
                except ItemError as error:
                    failures.append(error)
                work.finish_one()
        if failures:
            first = describe(failures[0])
            is_only = len(names) == 1
            count = trouble.replace("%1", wording.number(len(failures))).replace("%2", wording.number(len(names)))
            # The first one's own text goes in last: a name in it may hold a “%1”.
            text = translate("ChangesController", "%1 First: %2").replace("%1", count)
            self._pane.show_error(first if is_only else text.replace("%2", first))
