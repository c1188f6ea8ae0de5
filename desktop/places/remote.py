"""A server as a place: the pane's view of a session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from desktop.client.session import Session
from desktop.places.place import PlacePath, SpaceInfo
from shared.entries import Entry
from shared.names import format_path, parse_path


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

    async def remove(self, path: PlacePath) -> None:
        await self.session.remove(path, recursive=True)

    async def space(self, path: PlacePath) -> SpaceInfo:
        free, total = await self.session.space()
        return SpaceInfo(free, total)
