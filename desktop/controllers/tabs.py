"""The tabs of one pane: each remembers a place and the way through it; the pane stands where the chosen one does.

A tab may stand in another place than its neighbour: what it holds is a Stand, and nothing here asks which kind. One
without a place is empty: there a person says where to connect. Never are two of them empty.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.controllers.history import History
from desktop.controllers.pane import PaneController, Stand
from desktop.controllers.views import TabScreen
from desktop.places.place import Place, PlacePath
from shared.names import display

MAX_TABS = 40
"""More than anybody finds again."""


class TabsController(QObject):
    """Keeps the strip of tabs and the pane together.

    Signals:
        closed: a person closed a tab; it may have been the last one of its place.
    """

    closed = Signal()

    def __init__(self, pane: PaneController, screen: TabScreen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pane = pane
        self._screen = screen
        self._stands = [pane.stand]
        self._current = 0
        pane.location_changed.connect(self._show)
        pane.place_changed.connect(self._follow)

    @property
    def count(self) -> int:
        return len(self._stands)

    @property
    def current(self) -> int:
        return self._current

    def add(self) -> None:
        """Open a tab beside this one, in the same folder."""
        place, path = self._pane.place, self._pane.path
        if place is None or path is None or len(self._stands) >= MAX_TABS:
            return
        history = History()
        history.visit(path)
        self._keep()
        self._stands.insert(self._current + 1, Stand(place, history))
        self._choose(self._current + 1)

    @property
    def places(self) -> list[Place]:
        """The places that tabs stand in; one may be named more than once."""
        self._keep()
        return [stand.place for stand in self._stands if stand.place is not None]

    def open_empty(self) -> None:
        """Show the tab that is empty; make one where all are taken."""
        self._keep()
        found = next((at for at, stand in enumerate(self._stands) if stand.place is None), None)
        if found is not None:
            self.choose(found)
        elif len(self._stands) < MAX_TABS:
            self._stands.insert(self._current + 1, Stand(None, History()))
            self._choose(self._current + 1)

    def settle(self, place: Place, start: PlacePath | None) -> None:
        """Show a place that no tab shows yet: in the empty tab, which is made if there is none."""
        self.open_empty()
        self._pane.set_place(place, start)

    def show_place(self, place: Place, path: PlacePath | None = None) -> bool:
        """Show a tab that stands in a place, and there a folder; False when there is none."""
        self._keep()
        if self._stands[self._current].place is not place:
            found = next((at for at, stand in enumerate(self._stands) if stand.place is place), None)
            if found is None:
                return False
            self.choose(found)
        if path is not None:
            self._pane.go(path)
        return True

    def renew(self, old: Place, new: Place) -> None:
        """The same place is reached by another connection: its tabs go on through that."""
        self._keep()
        self._stands = [Stand(new, stand.history) if stand.place is old else stand for stand in self._stands]
        if self._pane.place is old:
            self._pane.replace_place(new)

    def drop(self, place: Place) -> None:
        """A place is left: its tabs go, but for the one that is shown, which is empty then."""
        self._keep()
        shown = self._stands[self._current]
        is_shown = shown.place is place
        gone = [stand.place is place or (is_shown and stand.place is None) for stand in self._stands]
        gone[self._current] = False
        self._stands = [stand for stand, is_gone in zip(self._stands, gone, strict=True) if not is_gone]
        self._current = next(at for at, stand in enumerate(self._stands) if stand is shown)
        if is_shown:
            self._pane.set_place(None)
        self._show()

    def close_current(self) -> None:
        """Close the tab that is shown; the last one stays."""
        self.close_tab(self._current)

    def close_tab(self, at: int) -> None:
        """Close a tab; the last one stays."""
        if len(self._stands) == 1 or not 0 <= at < len(self._stands):
            return
        self._keep()
        was_current = at == self._current
        del self._stands[at]
        self._current -= at < self._current
        if was_current:
            self._choose(min(at, len(self._stands) - 1))
        else:
            self._show()
        self.closed.emit()

    def choose(self, at: int) -> None:
        """Show a tab."""
        if 0 <= at < len(self._stands) and at != self._current:
            self._keep()
            self._choose(at)

    def go_next(self) -> None:
        """Show the tab on the right, from the last one the first."""
        self.choose((self._current + 1) % len(self._stands))

    def go_previous(self) -> None:
        """Show the tab on the left, from the first one the last."""
        self.choose((self._current - 1) % len(self._stands))

    def move(self, source: int, target: int) -> None:
        """A tab was dragged to another place in the strip."""
        if not (0 <= source < len(self._stands) and 0 <= target < len(self._stands)):
            return
        self._keep()
        shown = self._stands[self._current]
        self._stands.insert(target, self._stands.pop(source))
        self._current = next(at for at, stand in enumerate(self._stands) if stand is shown)

    # --- How ----------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        self._stands[self._current] = self._pane.stand

    def _choose(self, at: int) -> None:
        self._current = at
        self._pane.take(self._stands[at])
        self._show()

    def _follow(self, _place: Place | None) -> None:
        """The shown tab stands in another place. Neighbours in one of the same title go on through the new one."""
        shown = self._stands[self._current] = self._pane.stand
        place = shown.place
        if place is not None:
            self._stands = [
                Stand(place, stand.history) if stand.place is not None and stand.place.title == place.title else stand
                for stand in self._stands
            ]
        self._show()

    def _show(self, _path: object = None) -> None:
        self._keep()
        servers = {stand.place for stand in self._stands if stand.place is not None}
        titles = [_titles(stand, is_alone=len(servers) < 2) for stand in self._stands]
        self._screen.show_tabs(titles, self._current)


def _titles(stand: Stand, *, is_alone: bool) -> tuple[str, str]:
    place, path = stand.place, stand.history.current
    if place is None:
        text = QCoreApplication.translate("TabsController", "New connection")
        return text, text
    if path is None:
        return place.title, place.title
    if not path:
        root = place.format(()) if place.is_local else place.title
        return root, root
    whole = place.format(path)
    name = display(path[-1])
    return name if is_alone else f"{name} · {place.title}", whole if place.is_local else f"{place.title}: {whole}"
