"""The one interface behind both panes: list, and the small changes. Moving bytes is the transfer engine's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.entries import Entry
from shared.names import RemotePath
from shared.protocol.limits import MAX_FOUND
from shared.work import Copied, Findings, OnProgress

PlacePath = RemotePath
"""Components from the root of the place; for this computer from ``/`` (on Windows the first is the drive)."""


@dataclass(frozen=True, slots=True)
class SpaceInfo:
    """Bytes on the storage that a folder lies on."""

    free: int
    total: int


class Place(Protocol):
    """Somewhere with files. All calls are for the GUI's event loop and block nothing.

    What takes an ``on_progress`` may take long. Cancel the task that awaits it: it ends at its next step, and the task
    once it has; then an unfinished copy is gone without a trace, and what a removal took until then is gone for good.

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

    async def remove(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> None:
        """Remove a file or a whole folder: to the trash on this computer, for good on a server."""

    async def copy(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> Copied:
        """Copy a file, a link itself, or a whole folder within this place; ``target`` is the new path.

        It appears in one step, complete, or not at all. Code.EXISTS when the target is there; with ``replace`` a file
        or link takes the place of a file or link, but no folder is ever replaced or merged into.
        """

    async def move(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> None:
        """Move within this place to the new path ``target``, by the same rules. Progress where that takes a copy."""

    async def digest(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> tuple[int, bytes]:
        """Return size and root of a file's content: two files are equal when both are."""

    def search(
        self,
        path: PlacePath,
        pattern: str,
        *,
        limit: int = MAX_FOUND,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[Findings]:
        """Yield what below a folder has a name that ``pattern`` fits (see shared.patterns), as it is found.

        Progress counts what was looked at. Close the iterator, or cancel, to end the search.
        """

    async def set_mode(self, path: PlacePath, mode: int) -> None:
        """Set the permission bits (0o777 and below) of a file or folder."""

    async def space(self, path: PlacePath) -> SpaceInfo: ...
