"""What controllers ask of the widgets and models, as interfaces. The widgets themselves are met in wiring only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from desktop.places.place import PlacePath, SpaceInfo
from shared.entries import Entry


class PaneScreen(Protocol):
    """The part of a pane's widget that its controller drives."""

    def set_location(
        self, title: str, crumbs: Sequence[tuple[str, PlacePath]], can_back: bool, can_forward: bool
    ) -> None: ...

    def set_busy(self, is_busy: bool) -> None: ...

    def show_banner(self, kind: str, text: str) -> None: ...

    def set_space(self, space: SpaceInfo | None) -> None: ...

    def select_names(self, names: Sequence[str]) -> None:
        """Select these and scroll to the first; names that are not shown are skipped."""


class DirectoryRows(Protocol):
    """The part of a pane's model that its controller fills."""

    def set_entries(self, entries: Sequence[Entry]) -> None: ...

    def append_entries(self, entries: Sequence[Entry]) -> None: ...

    def clear(self) -> None: ...
