"""Compares what the two panes show and keeps the marks true while either changes. Copies nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.controllers.pane import PaneController
from desktop.controllers.views import Banner
from desktop.models.comparison import Marks, alike, compare, with_contents
from desktop.models.directory_row import Mark
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from shared.entries import Entry
from shared.errors import ItemError

_COMPARING = "comparing"
MAX_KNOWN = 50_000
"""Contents that were compared and are remembered."""


class MarkedRows(Protocol):
    """The part of a pane's model that shows marks."""

    def set_marks(self, marks: Mapping[str, Mark]) -> None: ...

    def show_marks(self, marks: frozenset[Mark] | None) -> None: ...


class CompareScreen(Protocol):
    """The bar of a pane that tells what was found."""

    def show_counts(self, counts: Mapping[Mark, int] | None) -> None: ...


Known = tuple[PlacePath, PlacePath, Entry, Entry]


class CompareController(QObject):
    """Knows both panes, their models and their bars, left first.

    Signals:
        toggled: it compares from now on, or no more.
    """

    toggled = Signal(bool)

    def __init__(
        self,
        panes: tuple[PaneController, PaneController],
        rows: tuple[MarkedRows, MarkedRows],
        screens: tuple[CompareScreen, CompareScreen],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panes = panes
        self._rows = rows
        self._screens = screens
        self._is_on = False
        self._reads_contents = False
        self._known: dict[Known, bool] = {}
        self._scope = TaskScope("comparing", panes[0].failed)
        for pane in panes:
            pane.entries_changed.connect(self._refresh)
            pane.place_changed.connect(self._forget)

    async def close(self) -> None:
        """End what is under way."""
        await self._scope.close()

    @property
    def is_on(self) -> bool:
        return self._is_on

    def toggle(self) -> None:
        """Compare, or compare no more."""
        if not self._is_on and any(pane.path is None for pane in self._panes):
            text = QCoreApplication.translate(
                "CompareController", "Connect to a server first; then both sides can be compared."
            )
            self._panes[0].show_notice(Banner.INFO, text)
        else:
            self._is_on = not self._is_on
        self.toggled.emit(self._is_on)
        if self._is_on:
            self._refresh()
        else:
            self._scope.cancel(_COMPARING)
            self._show(({}, {}), is_on=False)

    def read_contents(self, reads: bool) -> None:
        """Whether files of one size are to be read on both sides, as their times may say nothing."""
        self._reads_contents = reads
        self._refresh()

    # --- How ----------------------------------------------------------------------------------------------------

    def _forget(self, place: Place | None) -> None:
        self._known.clear()
        if place is None and self._is_on:
            self.toggle()

    def _refresh(self) -> None:
        if self._is_on:
            self._scope.replace(_COMPARING, self._compare(), _COMPARING)

    async def _compare(self) -> None:
        left, right = (list(pane.entries) for pane in self._panes)
        # A hundred thousand names take a tenth of a second: not in the thread that paints.
        marks = await asyncio.to_thread(compare, left, right)
        self._show(marks)
        if self._reads_contents:
            await self._compare_contents(marks, left, right)

    async def _compare_contents(self, marks: tuple[Marks, Marks], left: list[Entry], right: list[Entry]) -> None:
        places = [pane.place for pane in self._panes]
        folders = [pane.path for pane in self._panes]
        if places[0] is None or places[1] is None or folders[0] is None or folders[1] is None:
            return
        here, there = ({entry.name: entry for entry in each} for each in (left, right))
        names = alike(left, right)
        equal: dict[str, bool] = {}
        doing = QCoreApplication.translate("CompareController", "Comparing the contents of %1 files")
        with self._panes[0].work_shown(doing.replace("%1", f"{len(names):,}"), len(names)) as work:
            for name in names:
                key = (folders[0], folders[1], here[name], there[name])
                if key not in self._known:
                    try:
                        some, others = await asyncio.gather(
                            places[0].digest((*folders[0], name), on_progress=work.note),
                            places[1].digest((*folders[1], name)),
                        )
                    except ItemError:
                        # What cannot be read keeps the mark that its size and time gave it.
                        work.finish_one()
                        continue
                    if len(self._known) >= MAX_KNOWN:
                        self._known.clear()
                    self._known[key] = some == others
                equal[name] = self._known[key]
                work.finish_one()
        self._show(with_contents(marks, equal))

    def _show(self, marks: tuple[Marks, Marks], *, is_on: bool = True) -> None:
        for rows, screen, side in zip(self._rows, self._screens, marks, strict=True):
            rows.set_marks(side)
            if not is_on:
                rows.show_marks(None)
            screen.show_counts(Counter(side.values()) if is_on else None)
