"""Searches below the folder that a pane shows, and acts on what was found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QGuiApplication

from desktop.controllers.crossing import CrossingController
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.wording import describe
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from shared.errors import ItemError, WherryError
from shared.work import Match, WorkProgress

_SEARCH = "searching"


class SearchScreen(Protocol):
    """The page of a search."""

    def open_at(self, where: str) -> None: ...

    def set_busy(self, is_busy: bool) -> None: ...

    def show_found(self, text: str, count: int) -> None: ...


class FoundRows(Protocol):
    """The model of what was found."""

    def clear(self, below: PlacePath) -> None: ...

    def append(self, matches: Sequence[Match]) -> None: ...

    def remove(self, paths: Collection[PlacePath]) -> None: ...


class PageScreen(Protocol):
    """The pane, which shows the page in place of its list."""

    def show_page(self, page: object) -> None: ...


class SearchController(QObject):
    """One search at a time in one pane; leaving the page ends it."""

    def __init__(
        self,
        pane: PaneController,
        view: PageScreen,
        page: SearchScreen,
        rows: FoundRows,
        crossing: CrossingController,
        questions: Questions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._view = view
        self._page = page
        self._rows = rows
        self._crossing = crossing
        self._questions = questions
        self._where: tuple[Place, PlacePath] | None = None
        self._count = 0
        self._looked_at = 0
        self._scope = TaskScope("search", self._failed)
        pane.place_changed.connect(self._forget)

    async def close(self) -> None:
        """End what is under way."""
        await self._scope.close()

    def open(self) -> None:
        """Show the page, for the folder that the pane shows."""
        place, path = self._pane.place, self._pane.path
        if place is None or path is None:
            return
        if self._where != (place, path):
            self._where = (place, path)
            self._rows.clear(path)
            self._page.show_found("", 0)
        self._view.show_page(self._page)
        self._page.open_at(place.format(path))

    def leave(self) -> None:
        """Show the folder again."""
        self.stop()
        self._view.show_page(None)

    def search(self, pattern: str) -> None:
        """Look for names that fit."""
        if self._where is not None:
            place, path = self._where
            self._rows.clear(path)
            self._scope.replace(_SEARCH, self._search(place, path, pattern), _SEARCH)

    def stop(self) -> None:
        """Look no further; what was found stays."""
        self._scope.cancel(_SEARCH)

    # --- What is done with it -----------------------------------------------------------------------------------

    def go_to(self, match: Match) -> None:
        """Show the folder of what was found, with it selected."""
        if self._where is not None and self._pane.place is self._where[0]:
            self.leave()
            self._pane.go(match.path[:-1], select=match.path[-1])

    def copy(self, matches: Sequence[Match]) -> None:
        """Copy to the folder that the other pane shows."""
        target = self._crossing.other(self._pane)
        if target.path is None:
            self._crossing.copy(self._pane, [match.entry for match in matches])
            return
        for folder, names in _by_folder(matches):
            self._crossing.drop_names(self._pane, folder, names, target, target.path)

    def copy_paths(self, matches: Sequence[Match]) -> None:
        """Put the paths of what was found on the clipboard, a line each."""
        if self._where is not None:
            place = self._where[0]
            QGuiApplication.clipboard().setText("\n".join(place.format(match.path) for match in matches))

    def delete(self, matches: Sequence[Match]) -> None:
        """Ask, then delete: to the trash on this computer, else for good."""
        if self._where is not None and matches:
            self._scope.start(self._delete(self._where[0], tuple(matches)), "deleting what was found")

    # --- How ----------------------------------------------------------------------------------------------------

    def _forget(self, _place: Place | None) -> None:
        self.stop()
        self._where = None
        self._rows.clear(())

    async def _search(self, place: Place, path: PlacePath, pattern: str) -> None:
        self._count = self._looked_at = unread = 0
        is_cut = False
        self._page.set_busy(True)
        self._tell(is_over=False)
        try:
            async for findings in place.search(path, pattern, on_progress=self._note):
                self._rows.append(findings.matches)
                self._count += len(findings.matches)
                is_cut, unread = findings.is_cut, findings.unread
                self._tell(is_over=False)
        finally:
            self._page.set_busy(False)
            self._tell(is_over=True, is_cut=is_cut, unread=unread)

    def _note(self, progress: WorkProgress) -> None:
        self._looked_at = progress.count
        self._tell(is_over=False)

    def _tell(self, *, is_over: bool, is_cut: bool = False, unread: int = 0) -> None:
        parts = [_tr("1 found") if self._count == 1 else _tr("%1 found").replace("%1", f"{self._count:,}")]
        if not is_over and self._looked_at:
            parts.append(_tr("%1 looked at").replace("%1", f"{self._looked_at:,}"))
        if is_cut:
            parts.append(_tr("there is more: search for something narrower"))
        if unread:
            parts.append(_tr("%1 folders could not be read").replace("%1", f"{unread:,}"))
        self._page.show_found("  ·  ".join(parts), self._count)

    async def _delete(self, place: Place, matches: Sequence[Match]) -> None:
        if not await self._questions.confirm_delete([match.entry for match in matches], to_trash=place.is_local):
            return
        gone: list[PlacePath] = []
        first: ItemError | None = None
        for match in matches:
            if any(match.path[: len(path)] == path for path in gone):
                continue
            try:
                await place.remove(match.path)
            except ItemError as error:
                first = first or error
            else:
                gone.append(match.path)
        self._rows.remove(gone)
        if first is not None:
            self._page.show_found(describe(first), self._count)
        if self._pane.path is not None:
            self._pane.show_change(place, self._pane.path)

    def _failed(self, what: str, error: Exception) -> None:
        if isinstance(error, WherryError):
            self._page.show_found(describe(error), self._count)
        else:
            self._pane.failed(what, error)


def _by_folder(matches: Sequence[Match]) -> Sequence[tuple[PlacePath, list[str]]]:
    ordered = sorted(matches, key=lambda match: (match.path[:-1], match.path[-1]))
    return [
        (folder, [match.path[-1] for match in group])
        for folder, group in groupby(ordered, key=lambda match: match.path[:-1])
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("SearchController", text)
