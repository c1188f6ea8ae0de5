"""Looks into what a person chose and finds the items below it, on either end. Makes nothing and queues nothing.

Runs in a worker thread as a generator: the engine takes its findings in chunks while files are moving already.
Looking twice is harmless: targets that are known already are not found again, so that a scan cut short by a
crash or a lost line simply starts over.
"""

from __future__ import annotations

import os.path
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from desktop.transfers.items import Direction, Failure, Item, Source, State
from desktop.transfers.ports import Links, LocalFiles
from desktop.transfers.retry import failure_of
from desktop.transfers.targets import is_part_name, join_local
from shared.entries import Entry, Kind
from shared.errors import Code, ItemError, LocalError, RemoteError, WherryError
from shared.names import BadNameError, RemotePath, check_path, check_unique, format_path
from shared.protocol.limits import MAX_LISTING_ENTRIES

Target = str | RemotePath


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier look found below a source: local paths (upload) or remote ones (download) of what is in the
    queue, and of the folders that could not be read, which are there beside the folder's own item."""

    paths: frozenset[Target] = frozenset()
    unread: frozenset[Target] = frozenset()


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands at the source itself."""

    source: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Found:
    """An item below the source, without id; what cannot be moved comes FAILED or SKIPPED, with the reason."""

    source: int
    item: Item


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more from this source. With an error it was not, or not completely, looked into."""

    source: int
    error: WherryError | None = None


Finding = Looked | Found | Ended

_AT_ONCE = 16
"""Folders of a server that are asked for together; all of their listings are in memory together."""


def source_item(source: Source, batch: int, direction: Direction, site: str, target: Target) -> Item:
    """Return the item for one chosen thing, without id: QUEUED, or FAILED when a name is not allowed."""
    if direction is Direction.UPLOAD:
        if not isinstance(source.path, str) or isinstance(target, str):
            raise TypeError("an upload goes from a local path to a remote one")
        name = os.path.basename(source.path) if source.name is None else source.name
        local, remote = source.path, (*target, name) if name else target
    else:
        if isinstance(source.path, str) or not isinstance(target, str):
            raise TypeError("a download goes from a remote path to a local one")
        name = (source.path[-1] if source.path else "") if source.name is None else source.name
        local, remote = os.path.join(target, name) if name else target, source.path
    item = Item(
        id=0, batch=batch, direction=direction, kind=Kind.OTHER, site=site, local=local, remote=remote,
        size=0, mtime_ns=0, is_scanned=False,
    )  # fmt: skip
    try:
        check_path(remote)
        if direction is Direction.DOWNLOAD and source.name is None and name and isinstance(target, str):
            join_local(target, (name,))
    except ItemError as error:
        return replace(item, local=_unusable(item), state=State.FAILED, failure=failure_of(error))
    if source.entry is None:
        return item
    return replace(described(item, source.entry), is_scanned=source.entry.kind is Kind.FILE)


def _unusable(item: Item) -> str:
    """A download to a name that is refused has no local path, so that no retry can ever write to one."""
    return item.local if item.direction is Direction.UPLOAD else ""


def described(item: Item, entry: Entry) -> Item:
    """Return the item with what is known about its source; for a folder, as one that is looked into."""
    size = entry.size if entry.kind is Kind.FILE else 0
    return replace(item, kind=entry.kind, size=size, mtime_ns=entry.mtime_ns, mode=entry.mode, is_scanned=True)


def link_failure(kind: Kind) -> Failure:
    """Return the reason why an entry that is neither file nor folder is not copied."""
    reason = "links are not followed or copied" if kind is Kind.LINK else "devices and pipes are not copied"
    hint = "Choose what the link leads to instead." if kind is Kind.LINK else ""
    return failure_of(LocalError(Code.NOT_FILE, reason, hint=hint))


class Surveyor:
    """Looks into sources, one after another."""

    def __init__(self, links: Links, files: LocalFiles) -> None:
        self._links = links
        self._files = files

    def survey(self, sources: Sequence[tuple[Item, Known]]) -> Generator[Finding, None, None]:
        """Yield for each source what is there, what is below it, and its end; a generator that blocks.

        With each source come the targets that are in the queue already. A lost line ends the sources that
        follow too. Raises nothing that a file, a disk or a peer could cause.
        """
        lost: WherryError | None = None
        for item, known in sources:
            if not item.local:
                yield Ended(item.id, BadNameError(item.name, "this name cannot be used on this computer"))
                continue
            if lost is not None and item.direction is Direction.DOWNLOAD:
                yield Ended(item.id, lost)
                continue
            look = self._look_local if item.direction is Direction.UPLOAD else self._look_remote
            try:
                yield from look(item, known)
            except ItemError as error:
                yield Ended(item.id, error)
            except WherryError as error:
                lost = error
                yield Ended(item.id, error)
            else:
                yield Ended(item.id)

    # --- This computer ---------------------------------------------------------------------------------------

    def _look_local(self, source: Item, known: Known) -> Iterator[Finding]:
        refused: RemotePath | None = None
        for relative, entry in self._files.walk(source.local):
            if not relative:
                if isinstance(entry, LocalError):
                    raise entry
                yield Looked(source.id, entry)
                continue
            # A walk tells a folder before its contents: below a refused one nothing needs a verdict of its own.
            if refused is not None and relative[: len(refused)] == refused:
                continue
            refused = None
            target = (*source.remote, *relative)
            local = os.path.join(source.local, *relative)
            if local in (known.unread if isinstance(entry, LocalError) else known.paths):
                continue
            item = self._child(source, local, target)
            if isinstance(entry, LocalError):
                if entry.code is not Code.NOT_FOUND:  # gone since its folder was read: nothing to copy
                    yield Found(source.id, _unreadable(item, entry))
                continue
            try:
                check_path(target)
            except ItemError as error:
                refused = relative
                yield Found(source.id, _refused(item, entry, error))
                continue
            yield Found(source.id, _child_of_kind(item, entry, is_part_name(entry.name)))

    # --- The server ------------------------------------------------------------------------------------------

    def _look_remote(self, source: Item, known: Known) -> Iterator[Finding]:
        entry = self._stat(source)
        yield Looked(source.id, entry)
        if entry.kind is not Kind.FOLDER:
            return
        count = 0
        folders: list[RemotePath] = [()]
        while folders:
            # Several at once: over a long line the waiting is what takes time.
            group = folders[: -_AT_ONCE - 1 : -1]
            del folders[-len(group) :]
            listings = self._links.list_folders(source.site, [(*source.remote, *each) for each in group])
            below: list[RemotePath] = []
            for relative, listing in zip(group, listings, strict=True):
                if not isinstance(listing, ItemError):
                    count += len(listing)
                if count > MAX_LISTING_ENTRIES:
                    raise RemoteError(Code.TOO_LARGE, "the folder has no end", path=format_path(source.remote))
                yield from self._look_into(source, known, relative, listing, below)
            folders.extend(reversed(below))

    def _look_into(
        self,
        source: Item,
        known: Known,
        relative: RemotePath,
        listing: Sequence[Entry] | ItemError,
        below: list[RemotePath],
    ) -> Iterator[Finding]:
        """Tell what one folder of the server has; its own folders come into ``below``."""
        try:
            if isinstance(listing, ItemError):
                raise listing
            check_unique([entry.name for entry in listing])
        except ItemError as error:
            if not relative:
                raise
            here = (*source.remote, *relative)
            if here not in known.unread:
                yield Found(
                    source.id, _unreadable(self._child(source, join_local(source.local, relative), here), error)
                )
            return
        for entry in listing:
            path = (*relative, entry.name)
            remote = (*source.remote, *path)
            is_new = remote not in known.paths
            try:
                check_path(remote)
                local = join_local(source.local, path)
            except ItemError as error:
                if is_new:
                    yield Found(source.id, _refused(self._child(source, "", remote), entry, error))
                continue
            if entry.kind is Kind.FOLDER:
                below.append(path)
            if is_new:
                yield Found(source.id, _child_of_kind(self._child(source, local, remote), entry, False))

    def _stat(self, source: Item) -> Entry:
        """There is no question about one entry in the port: the listing of the folder above answers it."""
        if source.kind is Kind.FOLDER or not source.remote:
            return Entry(source.name, Kind.FOLDER, 0, source.mtime_ns, source.mode or 0o755)
        for entry in self._links.list_folder(source.site, source.remote[:-1]):
            if entry.name == source.remote[-1]:
                return entry
        raise RemoteError(Code.NOT_FOUND, path=format_path(source.remote))

    def _child(self, source: Item, local: str, remote: RemotePath) -> Item:
        return replace(
            source, id=0, kind=Kind.OTHER, local=local, remote=remote, size=0, mtime_ns=0, mode=None,
            state=State.QUEUED, position=0, moved=0, attempts=0, not_before=0.0, failure=None,
            group=source.group or source.id, is_scanned=True,
        )  # fmt: skip


def _child_of_kind(item: Item, entry: Entry, is_part: bool) -> Item:
    item = described(item, entry)
    if is_part:
        failure = failure_of(LocalError(Code.BUSY, "this is an unfinished download"))
        return replace(item, state=State.SKIPPED, failure=failure)
    if entry.kind in {Kind.FILE, Kind.FOLDER}:
        return item
    return replace(item, state=State.SKIPPED, failure=link_failure(entry.kind))


def _unreadable(item: Item, error: ItemError) -> Item:
    """A folder that could not be listed: FAILED, and looked into again when it is retried."""
    return replace(item, kind=Kind.FOLDER, state=State.FAILED, failure=failure_of(error), is_scanned=False)


def _refused(item: Item, entry: Entry, error: ItemError) -> Item:
    item = replace(described(item, entry), state=State.FAILED, failure=failure_of(error))
    if entry.kind is not Kind.FOLDER or item.failure is None:
        return item
    detail = f"{item.failure.detail}; nothing in this folder is copied"
    return replace(item, failure=replace(item.failure, detail=detail))
