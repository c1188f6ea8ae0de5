"""Both ends of a transfer in memory: written classes that record what is asked of them and fail on demand."""

from __future__ import annotations

import asyncio
import os.path
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from desktop.storage.queue_store import MemoryStore
from desktop.transfers.engine import TransferEngine
from desktop.transfers.items import Batch, Direction, Existing, Item, State
from desktop.transfers.ports import Conflicted, Finished, FolderFacts, Job, Outcome, Room, Stopped
from shared.entries import Entry, Kind
from shared.errors import Code, ConnectionLostError, ItemError, LocalError, RemoteError, WherryError
from shared.names import RemotePath

SITE = "anna@desk:47623"


def file_entry(name: str, size: int = 3, mtime_ns: int = 0) -> Entry:
    return Entry(name, Kind.FILE, size, mtime_ns, 0o644)


def folder_entry(name: str) -> Entry:
    return Entry(name, Kind.FOLDER, 0, 0, 0o755)


class Tree:
    """Files and folders by path components."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, ...], Entry] = {}
        self.lock = threading.Lock()

    def add(self, path: str, entry: Entry | None = None) -> None:
        parts = tuple(part for part in path.split("/") if part)
        for depth in range(1, len(parts)):
            self.entries.setdefault(parts[:depth], folder_entry(parts[depth - 1]))
        self.entries[parts] = entry or file_entry(parts[-1])

    def children(self, path: tuple[str, ...]) -> list[Entry]:
        depth = len(path)
        return [e for p, e in self.entries.items() if len(p) == depth + 1 and p[:depth] == path]

    def names(self) -> set[str]:
        return {"/".join(path) for path in self.entries}


def parts_of(local: str) -> tuple[str, ...]:
    return tuple(part for part in local.split("/") if part)


class Files:
    """LocalFiles in memory."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.discarded: list[str] = []
        self.unreadable: set[str] = set()
        self.settled: list[FolderFacts] = []
        self.space = Room(1 << 50, 1 << 50)

    def walk(self, path: str) -> Iterator[tuple[RemotePath, Entry | LocalError]]:
        top = parts_of(path)
        if top and top not in self.tree.entries:
            yield (), LocalError(Code.NOT_FOUND, path=path)
            return
        yield (), self.tree.entries.get(top, folder_entry(""))
        yield from self._below(top, ())

    def _below(
        self, top: tuple[str, ...], relative: tuple[str, ...]
    ) -> Iterator[tuple[RemotePath, Entry | LocalError]]:
        if "/" + "/".join(top + relative) in self.unreadable:
            yield relative, LocalError(Code.PERMISSION)
            return
        for entry in self.tree.children(top + relative):
            yield (*relative, entry.name), entry
            if entry.is_folder:
                yield from self._below(top, (*relative, entry.name))

    def existing(self, path: str) -> Existing | None:
        entry = self.tree.entries.get(parts_of(path))
        return None if entry is None else Existing(entry.kind, entry.size, entry.mtime_ns)

    def make_folder(self, path: str) -> None:
        with self.tree.lock:
            self.tree.add(path, folder_entry(os.path.basename(path)))

    def discard(self, path: str) -> None:
        self.discarded.append(path)

    def settle_folder(self, path: str, mtime_ns: int, mode: int | None) -> None:
        self.settled.append(FolderFacts(path, (), mtime_ns, mode))

    def room(self, path: str) -> Room:
        return self.space


@dataclass
class Links:
    """A server in memory. ``script`` may answer for a job, or raise to break the line under it."""

    files: Files
    tree: Tree = field(default_factory=Tree)
    script: Callable[[Job], Outcome | None] = lambda job: None
    is_up: bool = True
    opened: int = 0
    closed: int = 0
    jobs: list[Job] = field(default_factory=list)
    runs: list[list[Job]] = field(default_factory=list)
    folders: list[RemotePath] = field(default_factory=list)
    discarded: list[RemotePath] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    is_gated: bool = False
    running: int = 0
    most_running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    open_error: WherryError | None = None
    listing_error: dict[RemotePath, WherryError] = field(default_factory=dict)
    folder_error: dict[RemotePath, ItemError] = field(default_factory=dict)
    listed: list[list[RemotePath]] = field(default_factory=list)
    settled: list[FolderFacts] = field(default_factory=list)
    space: Room = field(default_factory=lambda: Room(1 << 50, 1 << 50))
    limits: tuple[int | None, int | None, int | None] | None = None
    offset_ns: int = 0
    delay_s: float = 0.0
    compared: list[RemotePath] = field(default_factory=list)
    same: Callable[[Job], bool] = lambda job: True

    def open_channel(self, site: str) -> Channel:
        with self.lock:
            self.opened += 1
        if self.open_error is not None:
            raise self.open_error
        if not self.is_up:
            raise ConnectionLostError("no session")
        return Channel(self)

    def list_folder(self, site: str, path: RemotePath) -> Sequence[Entry]:
        if not self.is_up:
            raise ConnectionLostError("no session")
        if path in self.listing_error:
            raise self.listing_error[path]
        return self.tree.children(path)

    def list_folders(self, site: str, paths: Sequence[RemotePath]) -> Sequence[Sequence[Entry] | ItemError]:
        self.listed.append(list(paths))
        listings: list[Sequence[Entry] | ItemError] = []
        for path in paths:
            try:
                listings.append(self.list_folder(site, path))
            except ItemError as error:
                listings.append(error)
        return listings

    def make_folders(self, site: str, paths: Sequence[RemotePath]) -> Sequence[ItemError | None]:
        if not self.is_up:
            raise ConnectionLostError("no session")
        with self.lock:
            for path in paths:
                self.folders.append(path)
                self.tree.add("/".join(path), folder_entry(path[-1]))
        return [self.folder_error.get(path) for path in paths]

    def discard(self, site: str, path: RemotePath) -> None:
        self.discarded.append(path)

    def compare(self, site: str, job: Job) -> bool:
        if not self.is_up:
            raise ConnectionLostError("no session")
        self.compared.append(job.remote)
        return self.same(job)

    def settle_folders(self, site: str, folders: Sequence[FolderFacts]) -> None:
        if not self.is_up:
            raise ConnectionLostError("no session")
        self.settled.extend(folders)

    def room(self, site: str) -> Room:
        if not self.is_up:
            raise ConnectionLostError("no session")
        return self.space

    def round_trip_s(self, site: str) -> float:
        return self.delay_s

    def clock_offset_ns(self, site: str) -> int:
        return self.offset_ns

    def set_limits(self, total: int | None, up: int | None, down: int | None) -> None:
        self.limits = (total, up, down)


class Channel:
    """A channel that copies entries between the two trees, one job after another."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self.is_closed = False
        self.traffic = 0

    def run(
        self,
        jobs: Sequence[Job],
        started: Callable[[Job], None],
        finished: Callable[[Job, Outcome], None],
    ) -> None:
        links = self._links
        with links.lock:
            links.runs.append(list(jobs))
            links.running += 1
            links.most_running = max(links.most_running, links.running)
        try:
            for job in jobs:
                if self.is_closed or not links.is_up:
                    raise ConnectionLostError("the line is down")
                started(job)
                with links.lock:
                    links.jobs.append(job)
                if links.is_gated:
                    links.entered.release()
                    while not links.gate.wait(0.001):
                        if job.progress.is_cancelled or self.is_closed:
                            break
                if self.is_closed:
                    raise ConnectionLostError("closed")
                finished(job, self._move(job))
        finally:
            with links.lock:
                links.running -= 1

    def _move(self, job: Job) -> Outcome:
        if job.progress.is_cancelled:
            return Stopped()
        answer = self._links.script(job)
        if answer is not None:
            return answer
        here, there = parts_of(job.local), job.remote
        up = job.direction is Direction.UPLOAD
        source, target = (
            (self._links.files.tree, self._links.tree) if up else (self._links.tree, self._links.files.tree)
        )
        read, write = (here, there) if up else (there, here)
        entry = source.entries.get(read)
        if entry is None:
            return RemoteError(Code.NOT_FOUND)
        with target.lock:
            found = target.entries.get(write)
            if found is not None and not job.replace:
                return Conflicted(Existing(found.kind, found.size, found.mtime_ns))
            target.add("/".join(write), Entry(write[-1], Kind.FILE, entry.size, entry.mtime_ns, entry.mode))
        job.progress.moved = job.progress.sent = entry.size
        return Finished(entry.size, b"d" * 32, entry.size)

    def close(self) -> None:
        self.is_closed = True
        with self._links.lock:
            self._links.closed += 1


class Store(MemoryStore):
    """A store that remembers as a disk would, counts its transactions, and can be full."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: dict[int, Batch] = {}
        self.items: dict[int, Item] = {}
        self.writes = 0
        self.error: WherryError | None = None

    def _write(self) -> None:
        if self.error is not None:
            raise self.error
        self.writes += 1

    def add_batch(self, batch: Batch) -> Batch:
        self._write()
        batch = super().add_batch(batch)
        self.batches[batch.id] = batch
        return batch

    def update_batch(self, batch: Batch) -> None:
        self._write()
        self.batches[batch.id] = batch

    def add_items(self, items: Sequence[Item]) -> Sequence[Item]:
        self._write()
        stored = super().add_items(items)
        self.items.update((item.id, item) for item in stored)
        return stored

    def update_items(self, items: Sequence[Item]) -> None:
        self._write()
        self.items.update((item.id, item) for item in items if item.id in self.items)

    def remove_items(self, ids: Sequence[int]) -> None:
        self._write()
        for id in ids:
            self.items.pop(id, None)

    def load(self) -> tuple[Sequence[Batch], Sequence[Item]]:
        items = sorted(self.items.values(), key=lambda item: item.position)
        return list(self.batches.values()), items


class World:
    """An engine between two trees, with a clock that stands until it is moved."""

    def __init__(self, *, max_channels: int | None = 4, patience: int | None = 8, store: Store | None = None) -> None:
        self.now = 1000.0
        self.files = Files()
        self.links = Links(self.files)
        self.store = store or Store()
        self.calls = 0
        self.engine = self.new_engine(max_channels, patience)

    def new_engine(self, max_channels: int | None = 4, patience: int | None = 8) -> TransferEngine:
        return TransferEngine(
            self.store,
            self.links,
            self.files,
            max_channels=max_channels,
            patience=patience,
            on_change=self._called,
            clock=lambda: self.now,
            wall_clock=lambda: self.now,
        )

    def _called(self) -> None:
        self.calls += 1

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.engine.look_again()

    def states(self) -> dict[str, State]:
        """States by the path that a person knows the item by: where it comes from."""
        return {
            row.item.local
            if row.item.direction is Direction.UPLOAD
            else "/" + "/".join(row.item.remote): row.item.state
            for row in self.engine.rows()
        }

    def item(self, name: str) -> Item:
        return next(row.item for row in self.engine.rows() if os.path.basename(row.item.local) == name)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the engine work until the condition holds; the test's own timeout ends a wait in vain."""
        while not condition():
            await asyncio.sleep(0.001)

    async def until_started(self, count: int = 1) -> None:
        for _ in range(count):
            await asyncio.to_thread(self.links.entered.acquire)
