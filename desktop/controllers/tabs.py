"""The tabs of one pane: each remembers a place and the way through it; the pane stands where the chosen one does.

A tab may stand in another place than its neighbour: what it holds is a Stand, and nothing here asks which kind.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.controllers.history import History
from desktop.controllers.pane import PaneController, Stand
from desktop.controllers.views import TabScreen
from desktop.places.place import Place
from shared.names import display

MAX_TABS = 40
"""More than anybody finds again."""


class TabsController(QObject):
    """Keeps the strip of tabs and the pane together."""

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

    def _follow(self, place: Place | None) -> None:
        """The pane shows another place: tabs of the one that is left cannot be shown any more.

        A place of the same title is the same by another connection; its tabs go on through the new one.
        """
        shown = self._stands[self._current] = self._pane.stand
        if place is None:
            self._stands = [shown]
        else:
            self._stands = [
                Stand(place, stand.history) if stand.place is not None and stand.place.title == place.title else stand
                for stand in self._stands
                if stand is shown or stand.place is None or stand.place.is_local or stand.place.title == place.title
            ]
            shown = next(stand for stand in self._stands if stand.history is shown.history)
        self._current = next(at for at, stand in enumerate(self._stands) if stand.history is shown.history)
        self._show()

    def _show(self, _path: object = None) -> None:
        self._keep()
        self._screen.show_tabs([_titles(stand) for stand in self._stands], self._current)


def _titles(stand: Stand) -> tuple[str, str]:
    place, path = stand.place, stand.history.current
    if place is None or path is None:
        return "", ""
    if not path:
        root = place.format(()) if place.is_local else place.title
        return root, root
    whole = place.format(path)
    return display(path[-1]), whole if place.is_local else f"{place.title}: {whole}"
