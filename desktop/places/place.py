"""The one interface behind both panes: list, and the small changes. Moving bytes is the transfer engine's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.entries import Entry
from shared.names import RemotePath

PlacePath = RemotePath
"""Components from the root of the place; for this computer from ``/`` (on Windows the first is the drive)."""


@dataclass(frozen=True, slots=True)
class SpaceInfo:
    """Bytes on the storage that a folder lies on."""

    free: int
    total: int


class Place(Protocol):
    """Somewhere with files. All calls are for the GUI's event loop and block nothing.

    They raise :class:`shared.errors.WherryError`: an ItemError for one path, ConnectionLostError for the line.
    """

    @property
    def title(self) -> str:
        """What a person calls it: “This computer”, or ``anna@desk``."""

    @property
    def is_local(self) -> bool: ...

    @property
    def home(self) -> PlacePath: ...

    def format(self, path: PlacePath) -> str:
        """Return the path as this place writes it, safe to display."""

    def parse(self, text: str) -> PlacePath:
        """Read what a person typed into the path box; raises BadNameError."""

    def list(self, path: PlacePath) -> AsyncIterator[Sequence[Entry]]:
        """Yield batches of entries as they arrive."""

    async def stat(self, path: PlacePath) -> Entry: ...

    async def make_folder(self, path: PlacePath) -> None: ...

    async def rename(self, source: PlacePath, target: PlacePath) -> None:
        """Refuses to replace an existing target (Code.EXISTS)."""

    async def remove(self, path: PlacePath) -> None:
        """Remove a file or a whole folder: to the trash on this computer, for good on a server."""

    async def space(self, path: PlacePath) -> SpaceInfo: ...
