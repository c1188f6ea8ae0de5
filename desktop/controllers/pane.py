"""One pane: navigation with history, and listing. Both panes use this class.

It changes nothing: that is :mod:`desktop.controllers.changes`, and what crosses is in crossing.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
import operator
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.controllers.history import History
from desktop.controllers.shown_work import ShownWork, shown
from desktop.controllers.views import Banner, DirectoryRows, PaneScreen
from desktop.controllers.wording import describe
from desktop.models.natural import natural_key
from desktop.places.place import Place, PlacePath
from desktop.runtime.task_scope import TaskScope
from shared.entries import Entry
from shared.errors import ConnectionLostError, ItemError, WherryError
from shared.names import display

_log = logging.getLogger(__name__)

REFRESH_MS = 400
"""How long a folder that something arrived in waits before it is listed again."""

LISTING_SHARE = 5
"""A refresh by itself may take at most about a fifth of the time."""

HUGE = 5000
"""Entries that are compared in less than a millisecond or two."""

MAX_OFFERED = 500
"""Folders that are offered for a path that is being typed; nobody scrolls through more."""

_COMPLETING = "completing"
_LISTING = "listing"
_SPACE = "space"


@dataclass(frozen=True, slots=True)
class Stand:
    """A place and the way through it: what a tab remembers."""

    place: Place | None
    history: History


@dataclass(frozen=True, slots=True)
class _Visit:
    """A folder that a person is on the way to. ``step`` is its distance in the history, 0 for a new visit."""

    path: PlacePath
    step: int = 0
    select: str | None = None
    fallback: PlacePath | None = None
    """Where to go instead when this folder cannot be listed: a remembered one may be gone."""
    notice: str = ""
    """Why the person arrives here and not where they wanted to be."""


class PaneController(QObject):
    """Keeps a pane showing a folder of its place.

    Signals:
        location_changed: the PlacePath that is shown from now on.
        entries_changed: the shown listing is complete.
        place_changed: another Place is shown now, or None.
        file_activated: a file (Entry) was double-clicked or Enter was pressed on it.
    """

    location_changed = Signal(object)
    entries_changed = Signal()
    place_changed = Signal(object)
    file_activated = Signal(object)

    def __init__(
        self,
        view: PaneScreen,
        rows: DirectoryRows,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._rows = rows
        self._place: Place | None = None
        self._history = History()
        self._completions: tuple[PlacePath, list[str]] | None = None
        self._scope = TaskScope("pane", self.failed)
        self._opening: _Visit | None = None
        self._shown: list[Entry] = []
        self._work: dict[object, asyncio.Task[object]] = {}
        self._busy = 0
        self._listing_ms = 0
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.timeout.connect(self._refresh_by_itself)

    # --- What is shown ------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        return self._place

    @property
    def path(self) -> PlacePath | None:
        """The folder shown, None before the first one arrived."""
        return self._history.current

    def set_place(self, place: Place | None, start: PlacePath | None = None) -> None:
        """Show another place from ``start`` (its home when None), or nothing at all."""
        self._leave(place, History())
        if place is not None:
            home = place.home
            self._open(_Visit(start if start is not None else home, fallback=home))
        self.place_changed.emit(place)

    def replace_place(self, place: Place) -> None:
        """Go on where the pane stands, by another connection to the same place."""
        if self.path is None:
            self.set_place(place)
        else:
            self._place = place
            self.refresh()
            self.place_changed.emit(place)

    @property
    def stand(self) -> Stand:
        """Where the pane stands, for :meth:`take`."""
        return Stand(self._place, self._history)

    def take(self, stand: Stand) -> None:
        """Stand where a pane stood once, with the history it had there."""
        before = self._place
        self._leave(stand.place, stand.history)
        path = self.path
        if stand.place is not None:
            home = stand.place.home
            if path is not None:
                self._show_location(stand.place, path)
            self._open(_Visit(path if path is not None else home, fallback=home))
        if stand.place is not before:
            self.place_changed.emit(stand.place)

    @property
    def entries(self) -> Sequence[Entry]:
        """What the shown folder holds, as far as it is listed."""
        return self._shown

    async def close(self) -> None:
        """End what is under way."""
        self._refresh_timer.stop()
        await self._scope.close()

    # --- Navigation ---------------------------------------------------------------------------------------------

    def go(self, path: PlacePath, *, select: str | None = None) -> None:
        """Show a folder, with an entry selected; the old one stays until the new one answers."""
        if path == self.path:
            self._opening = None
            self._relist(select)
        else:
            self._open(_Visit(path, select=select))

    def go_to_text(self, text: str) -> None:
        """Show what was typed into the path box."""
        if self._place is None:
            return
        try:
            path = self._place.parse(text)
        except WherryError as error:
            self.show_error(describe(error))
        else:
            self.go(path)

    def complete(self, text: str) -> None:
        """Offer the folders that could complete a path that is being typed."""
        place = self._place
        if place is None:
            return
        base, _, _ = text.rpartition("/")
        try:
            folder = place.parse(base + "/")
        except WherryError:
            return
        self._scope.replace(_COMPLETING, self._complete(place, folder, base, text), "looking for folders")

    def go_back(self) -> None:
        self._step(-1)

    def go_forward(self) -> None:
        self._step(1)

    def go_steps(self, step: int) -> None:
        """Go several steps back (negative) or forward in the history."""
        self._step(step)

    def go_up(self) -> None:
        """Show the folder above, with the one left selected."""
        if self.path:
            self._open(_Visit(self.path[:-1], select=self.path[-1]))

    def go_home(self) -> None:
        if self._place is not None:
            self.go(self._place.home)

    def refresh(self) -> None:
        """List the shown folder again; what is selected stays so."""
        self._relist()

    def refresh_soon(self) -> None:
        """List the shown folder again before long; many calls are one listing."""
        if not self._refresh_timer.isActive():
            # A folder that takes long to list must not be listed all the time while files pour into it.
            self._refresh_timer.start(max(REFRESH_MS, LISTING_SHARE * self._listing_ms))

    def activate(self, entry: Entry) -> None:
        """Enter a folder, or pass a file on."""
        if self._place is None or self.path is None:
            return
        if entry.is_folder:
            self.go((*self.path, entry.name))
        else:
            self.file_activated.emit(entry)

    # --- For what changes the folder ----------------------------------------------------------------------------

    def show_change(self, place: Place, path: PlacePath, *, select: str | None = None, edit: str | None = None) -> None:
        """A folder was changed: list it again if it is the one shown; then select or type over a name."""
        if place is self._place and path == self.path:
            self._relist(select, edit)

    @contextlib.contextmanager
    def busy_shown(self) -> Iterator[None]:
        """Show that something is under way, for as long as the block lasts."""
        self._busy += 1
        self._view.set_busy(True)
        try:
            yield
        finally:
            self._busy -= 1
            self._view.set_busy(self._busy > 0)

    def work_shown(self, text: str, total: int = 1) -> contextlib.AbstractContextManager[ShownWork]:
        """Show, once it lasts, what the current task does within the block; a person can cancel it."""
        return shown(self._view, self._work, text, total)

    def cancel_work(self, key: object) -> None:
        """A person stops what is shown under ``key``."""
        if key in self._work:
            self._work[key].cancel()

    def failed(self, what: str, error: Exception) -> None:
        """Log and show how something failed that was done in this pane."""
        if not isinstance(error, WherryError):
            _log.error("%s failed", what, exc_info=error)
        if isinstance(error, ConnectionLostError) and self._place is not None and not self._place.is_local:
            # The connection's own banner says so, and when the next attempt starts.
            _log.info("%s failed: %s", what, error)
            return
        self.show_error(describe(error))

    def show_notice(self, kind: Banner, text: str) -> None:
        """Show a sentence over the list."""
        self._view.show_banner(kind, text)

    def show_error(self, text: str) -> None:
        """Show a sentence about something that went wrong here."""
        self._view.show_banner(Banner.ERROR, text)

    # --- How ----------------------------------------------------------------------------------------------------

    def _step(self, step: int) -> None:
        path = self._history.peek(step)
        if path is not None:
            self._open(_Visit(path, step=step))

    def _open(self, visit: _Visit) -> None:
        place = self._place
        if place is not None:
            self._opening = visit
            self._scope.replace(_LISTING, self._arrive(place, visit), f"opening {place.format(visit.path)}")

    async def _arrive(self, place: Place, visit: _Visit) -> None:
        """List a folder; only when it answers is it where the pane stands. Rows show as they come."""
        try:
            with self.busy_shown():
                has_arrived = False
                async with _listing(place, visit.path) as batches:
                    async for batch in batches:
                        if has_arrived:
                            self._rows.append_entries(batch)
                            self._shown += batch
                        else:
                            has_arrived = True
                            self._show_arrival(place, visit, batch)
                if not has_arrived:
                    self._show_arrival(place, visit, ())
        except ItemError as error:
            if visit.fallback is None or visit.fallback == visit.path:
                raise
            self._open(_Visit(visit.fallback, notice=describe(error)))
            return
        finally:
            if self._opening is visit:
                self._opening = None
        if visit.select is not None:
            self._view.select_names([visit.select])
        self.entries_changed.emit()

    def _show_arrival(self, place: Place, visit: _Visit, rows: Sequence[Entry]) -> None:
        path = visit.path
        self._opening = None
        if visit.step:
            self._history.move(visit.step)
        else:
            self._history.visit(path)
        self._fill(rows)
        self._show_location(place, path)
        if visit.notice:
            self._view.show_banner(Banner.ERROR, visit.notice)
        self.location_changed.emit(path)
        self._scope.replace(_SPACE, self._show_space(place, path), "asking for the free space")

    def _show_location(self, place: Place, path: PlacePath) -> None:
        crumbs = [(display(name), path[: depth + 1]) for depth, name in enumerate(path)]
        root = place.format(()) if place.is_local else place.title
        history = self._history
        self._view.set_location(place.format(path), [(root, ()), *crumbs], history.can_go_back, history.can_go_forward)
        behind, ahead = history.around()
        self._view.set_trail([place.format(each) for each in behind], [place.format(each) for each in ahead])

    def _leave(self, place: Place | None, history: History) -> None:
        """Show nothing of what was there any more; ``place`` is what comes."""
        for key in (_LISTING, _SPACE, _COMPLETING):
            self._scope.cancel(key)
        self._opening = None
        self._completions = None
        self._place = place
        self._history = history
        self._fill(())
        self._view.set_space(None)
        if place is None:
            self._view.set_location("", [], False, False)
            self._view.set_trail([], [])

    async def _complete(self, place: Place, folder: PlacePath, base: str, text: str) -> None:
        if self._completions is None or self._completions[0] != folder:
            names: list[str] = []
            try:
                async with _listing(place, folder) as batches:
                    async for batch in batches:
                        names += [entry.name for entry in batch if entry.is_folder]
            except WherryError:
                # What is being typed is no folder yet; to say so would only be in the way.
                names = []
            self._completions = (folder, names)
        typed = text[len(base) + 1 :].casefold()
        fitting = [name for name in self._completions[1] if name.casefold().startswith(typed) and display(name) == name]
        offered = heapq.nsmallest(MAX_OFFERED, fitting, key=natural_key)
        self._view.offer_paths(text, [f"{base}/{name}" for name in offered])

    def _fill(self, entries: Sequence[Entry]) -> None:
        self._shown = list(entries)
        self._rows.set_entries(entries)

    def _refresh_by_itself(self) -> None:
        if self._scope.is_running(_LISTING):
            self._refresh_timer.start(REFRESH_MS)
        else:
            self.refresh()

    def _relist(self, select: str | None = None, edit: str | None = None) -> None:
        place, path = self._place, self.path
        # A person on the way to another folder is not called back by a transfer that ends in this one.
        if place is not None and path is not None and self._opening is None:
            work = self._list_again(place, path, select, edit)
            self._scope.replace(_LISTING, work, "reading the folder again")

    async def _list_again(self, place: Place, path: PlacePath, select: str | None, edit: str | None) -> None:
        entries: list[Entry] = []
        began = time.monotonic()
        with self.busy_shown():
            async with _listing(place, path) as batches:
                async for batch in batches:
                    entries.extend(batch)
        if not await _are_same(entries, self._shown):
            self._fill(entries)
        self._listing_ms = int((time.monotonic() - began) * 1000)
        if select is not None:
            self._view.select_names([select])
        if edit is not None:
            self._view.edit_name(edit)
        self._scope.replace(_SPACE, self._show_space(place, path), "asking for the free space")
        self.entries_changed.emit()

    async def _show_space(self, place: Place, path: PlacePath) -> None:
        try:
            space = await place.space(path)
        except ItemError:
            # Some file systems do not tell; the line under the list then says nothing, which is true.
            self._view.set_space(None)
        else:
            self._view.set_space(space)


@contextlib.asynccontextmanager
async def _listing(place: Place, path: PlacePath) -> AsyncIterator[AsyncIterator[Sequence[Entry]]]:
    """A listing that is ended at once when its reader is cancelled, not when the collector comes by."""
    batches = place.list(path)
    try:
        yield batches
    finally:
        if isinstance(batches, AsyncGenerator):
            await batches.aclose()


async def _are_same(some: list[Entry], others: list[Entry]) -> bool:
    """Compare listings; a huge one is compared in a thread, as filling the list anew costs more still."""
    if len(some) != len(others):
        return False
    if len(some) < HUGE:
        return some == others
    return await asyncio.to_thread(operator.eq, some, others)
