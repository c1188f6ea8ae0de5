"""A place in memory, a pane's widget and model that record, and a person who answers as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from desktop.controllers.mode_change import ModeChange
from desktop.controllers.questions import Conflict, Finding, ServerIdentity
from desktop.places.place import PlacePath, SpaceInfo
from desktop.storage.site_store import Site
from desktop.transfers.items import Decision
from shared.entries import Entry, Kind
from shared.errors import Code, RemoteError, WherryError
from shared.names import format_path, parse_path
from shared.work import Copied, Findings, Match, OnProgress


def file(name: str, size: int = 10) -> Entry:
    return Entry(name, Kind.FILE, size, 0, 0o644)


def folder(name: str) -> Entry:
    return Entry(name, Kind.FOLDER, 0, 0, 0o755)


class MemoryPlace:
    """Folders as a dict of lists. ``gates`` hold a listing back until they are opened; ``broken`` paths fail."""

    def __init__(self, *, is_local: bool = False) -> None:
        self.folders: dict[PlacePath, list[Entry]] = {(): []}
        self.gates: dict[PlacePath, asyncio.Event] = {}
        self.broken: dict[PlacePath, WherryError] = {}
        self.contents: dict[PlacePath, bytes] = {}
        self.calls: list[tuple[Any, ...]] = []
        self.ended: list[PlacePath] = []
        self.batch = 2
        self._is_local = is_local

    title = "anna@desk"
    home: PlacePath = ()

    @property
    def is_local(self) -> bool:
        return self._is_local

    def format(self, path: PlacePath) -> str:
        return format_path(path)

    def parse(self, text: str) -> PlacePath:
        return parse_path(text)

    async def list(self, path: PlacePath) -> AsyncIterator[Sequence[Entry]]:
        self.calls.append(("list", path))
        try:
            if path in self.gates:
                await self.gates[path].wait()
            else:
                await asyncio.sleep(0)
            if path in self.broken:
                raise self.broken[path]
            if path not in self.folders:
                raise RemoteError(Code.NOT_FOUND, path=format_path(path))
            entries = list(self.folders[path])
            for start in range(0, len(entries), self.batch):
                yield entries[start : start + self.batch]
        finally:
            self.ended.append(path)

    async def stat(self, path: PlacePath) -> Entry:
        for entry in self.folders.get(path[:-1], []):
            if entry.name == path[-1]:
                return entry
        raise RemoteError(Code.NOT_FOUND, path=format_path(path))

    async def make_folder(self, path: PlacePath) -> None:
        self.calls.append(("make_folder", path))
        self._refuse(path)
        if path in self.folders:
            raise RemoteError(Code.EXISTS, path=format_path(path))
        self.folders[path[:-1]].append(folder(path[-1]))
        self.folders[path] = []

    async def rename(self, source: PlacePath, target: PlacePath) -> None:
        self.calls.append(("rename", source, target))
        self._refuse(source)
        if any(entry.name == target[-1] for entry in self.folders[target[:-1]]):
            raise RemoteError(Code.EXISTS, path=format_path(target))
        entry = await self.stat(source)
        self.folders[source[:-1]].remove(entry)
        self.folders[target[:-1]].append(Entry(target[-1], entry.kind, entry.size, entry.mtime_ns, entry.mode))

    async def remove(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> None:
        self.calls.append(("remove", path))
        if path in self.gates:
            await self.gates[path].wait()
        self._refuse(path)
        self.folders[path[:-1]].remove(await self.stat(path))

    async def copy(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> Copied:
        self.calls.append(("copy", source, target))
        self._refuse(source)
        if any(entry.name == target[-1] for entry in self.folders[target[:-1]]):
            raise RemoteError(Code.EXISTS, path=format_path(target))
        entry = await self.stat(source)
        self.folders[target[:-1]].append(Entry(target[-1], entry.kind, entry.size, entry.mtime_ns, entry.mode))
        return Copied(1, entry.size)

    async def move(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> None:
        await self.rename(source, target)

    async def digest(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> tuple[int, bytes]:
        self.calls.append(("digest", path))
        self._refuse(path)
        entry = await self.stat(path)
        return entry.size, self.contents.get(path, b"")

    async def search(
        self, path: PlacePath, pattern: str, *, limit: int = 1000, on_progress: OnProgress | None = None
    ) -> AsyncIterator[Findings]:
        self.calls.append(("search", path, pattern))
        if path in self.gates:
            await self.gates[path].wait()
        self._refuse(path)
        for folder, entries in self.folders.items():
            if folder[: len(path)] == path:
                found = [Match((*folder, entry.name), entry) for entry in entries if pattern in entry.name]
                yield Findings(found)

    async def set_mode(self, path: PlacePath, mode: int) -> None:
        self.calls.append(("set_mode", path, mode))
        self._refuse(path)

    async def space(self, path: PlacePath) -> SpaceInfo:
        return SpaceInfo(free=100, total=1000)

    def _refuse(self, path: PlacePath) -> None:
        if path in self.broken:
            raise self.broken[path]


class RecordingScreen:
    """A pane's widget: remembers what it was told."""

    def __init__(self) -> None:
        self.locations: list[tuple[str, list[tuple[str, PlacePath]], bool, bool]] = []
        self.busy: list[bool] = []
        self.banners: list[tuple[str, str]] = []
        self.spaces: list[SpaceInfo | None] = []
        self.selected: list[list[str]] = []
        self.edited: list[str | None] = []
        self.pages: list[object] = []
        self.focused = 0
        self.trails: list[tuple[list[str], list[str]]] = []
        self.offers: list[tuple[str, list[str]]] = []
        self.tasks: dict[object, tuple[str, float | None]] = {}
        self.tabs: list[tuple[list[str], int]] = []

    def set_trail(self, back: Sequence[str], forward: Sequence[str]) -> None:
        self.trails.append((list(back), list(forward)))

    def offer_paths(self, typed: str, paths: Sequence[str]) -> None:
        self.offers.append((typed, list(paths)))

    def show_task(self, key: object, text: str, share: float | None) -> None:
        self.tasks[key] = (text, share)

    def end_task(self, key: object) -> None:
        self.tasks.pop(key, None)

    def show_tabs(self, titles: Sequence[tuple[str, str]], current: int) -> None:
        self.tabs.append(([title for title, _ in titles], current))

    def set_location(
        self, title: str, crumbs: Sequence[tuple[str, PlacePath]], can_back: bool, can_forward: bool
    ) -> None:
        self.locations.append((title, list(crumbs), can_back, can_forward))

    def set_busy(self, is_busy: bool) -> None:
        self.busy.append(is_busy)

    def show_banner(self, kind: str, text: str) -> None:
        self.banners.append((kind, text))

    def set_space(self, space: SpaceInfo | None) -> None:
        self.spaces.append(space)

    def select_names(self, names: Sequence[str]) -> None:
        self.selected.append(list(names))

    def edit_name(self, name: str | None = None) -> None:
        self.edited.append(name)

    def focus_list(self) -> None:
        self.focused += 1

    def update_banner(self, kind: str, text: str) -> None:
        if self.banners and self.banners[-1][0] == kind:
            self.banners.append((kind if text else "", text))

    def show_page(self, page: object) -> None:
        self.pages.append(page)


class RecordingRows:
    """A directory model: what it shows now, and how often it was filled anew."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.fills = 0

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries]

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)
        self.fills += 1

    def append_entries(self, entries: Sequence[Entry]) -> None:
        self.entries += entries


class Person:
    """Answers every question as told beforehand, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.yes = True
        self.decision: Decision | None = None
        self.site: Site | None = None
        self.passwords: tuple[str, str] | None = None
        self.mode_change: ModeChange | None = None

    async def confirm_delete(self, entries: Sequence[Entry], *, to_trash: bool) -> bool:
        self.asked.append((tuple(entries), to_trash))
        return self.yes

    async def confirm_server(self, server: ServerIdentity) -> bool:
        self.asked.append(server)
        return self.yes

    async def edit_site(self, site: Site, test: Callable[[Site], Awaitable[Finding]]) -> Site | None:
        self.asked.append(site)
        self.test = test
        return self.site

    async def change_password(self, title: str, change: Callable[[str, str], Awaitable[None]]) -> bool:
        self.asked.append(title)
        if self.passwords is None:
            return False
        await change(*self.passwords)
        return True

    async def resolve(self, conflict: Conflict) -> Decision | None:
        self.asked.append(conflict)
        return self.decision

    async def show_properties(self, entries: Sequence[Entry], where: str, *, can_change: bool) -> ModeChange | None:
        self.asked.append((list(entries), where))
        return self.mode_change

    async def show_about(self) -> None:
        self.asked.append("about")

    async def confirm_quit(self, unfinished: int) -> bool:
        self.asked.append(unfinished)
        return self.yes


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something is so; fails after two seconds."""
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


async def idle() -> None:
    """Let everything end that a test has started; what goes on after it would find no loop."""
    await until(lambda: len(asyncio.all_tasks()) == 1)


@pytest.fixture
def memory_place() -> type[MemoryPlace]:
    return MemoryPlace


@pytest.fixture
def screen() -> RecordingScreen:
    return RecordingScreen()


@pytest.fixture
def rows() -> RecordingRows:
    return RecordingRows()


@pytest.fixture
def person() -> Person:
    return Person()
