"""A server as a place: the pane's view of a session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from desktop.client.session import Session
from desktop.places.place import PlacePath, SpaceInfo
from shared.entries import Entry
from shared.names import format_path, parse_path
from shared.protocol.limits import MAX_FOUND
from shared.work import Copied, Findings, OnProgress


class RemotePlace:
    """Implements :class:`desktop.places.place.Place` for the account's home on a server."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def title(self) -> str:
        return self.session.address.title

    @property
    def is_local(self) -> bool:
        return False

    @property
    def home(self) -> PlacePath:
        return ()

    def format(self, path: PlacePath) -> str:
        return format_path(path)

    def parse(self, text: str) -> PlacePath:
        return parse_path(text)

    def list(self, path: PlacePath) -> AsyncIterator[Sequence[Entry]]:
        return self.session.list(path)

    async def stat(self, path: PlacePath) -> Entry:
        return await self.session.stat(path)

    async def make_folder(self, path: PlacePath) -> None:
        await self.session.make_folder(path)

    async def rename(self, source: PlacePath, target: PlacePath) -> None:
        await self.session.rename(source, target)

    async def remove(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> None:
        await self.session.remove(path, recursive=True, on_progress=on_progress)

    async def copy(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> Copied:
        return await self.session.copy(source, target, replace=replace, on_progress=on_progress)

    async def move(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> None:
        await self.session.move(source, target, replace=replace, on_progress=on_progress)

    async def digest(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> tuple[int, bytes]:
        return await self.session.digest(path, on_progress=on_progress)

    def search(
        self,
        path: PlacePath,
        pattern: str,
        *,
        limit: int = MAX_FOUND,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[Findings]:
        return self.session.search(path, pattern, limit=limit, on_progress=on_progress)

    async def set_mode(self, path: PlacePath, mode: int) -> None:
        await self.session.set_attributes(path, mode=mode)

    async def space(self, path: PlacePath) -> SpaceInfo:
        free, total = await self.session.space()
        return SpaceInfo(free, total)
