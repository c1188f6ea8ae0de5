"""This computer as a place, and its disk as the transfer engine sees it. Follows no links, replaces nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import string
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePath

from desktop.places import local_copy
from desktop.places.content import digest_file
from desktop.places.exclusive_rename import rename_exclusively
from desktop.places.local_search import LocalSearch
from desktop.places.place import PlacePath, SpaceInfo
from desktop.places.spelling import check_spelling
from desktop.places.ticket import in_thread
from desktop.transfers.items import Existing
from desktop.transfers.ports import Room
from desktop.transfers.targets import part_path
from shared.entries import Entry, Kind
from shared.errors import Code, LocalError, local_errors
from shared.names import MAX_DEPTH, BadNameError, RemotePath, display
from shared.patterns import NamePattern
from shared.protocol.limits import MAX_FOUND
from shared.work import Copied, Findings, OnProgress, WorkProgress

BATCH = 1000
"""Entries of a listing that appear together."""

_IS_WINDOWS = sys.platform == "win32"
_TIME_LIMIT = 1 << 63
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class LocalPlace:
    """Implements :class:`desktop.places.place.Place` for this computer. Every call to the disk runs in a thread."""

    @property
    def title(self) -> str:
        return "This computer"

    @property
    def is_local(self) -> bool:
        return True

    @property
    def home(self) -> PlacePath:
        return self.from_native(os.path.expanduser("~"))

    def native(self, path: PlacePath) -> str:
        """Return the path as this system's programs write it, exactly; not for display."""
        if _IS_WINDOWS and path:
            return path[0] + "\\" + "\\".join(path[1:])
        return "/" + "/".join(path)

    def from_native(self, path: str) -> PlacePath:
        """Return the components of an absolute path; ``.`` and ``..`` are resolved by their text alone."""
        parts = PurePath(os.path.abspath(path)).parts
        return (parts[0].rstrip("\\"), *parts[1:]) if _IS_WINDOWS else parts[1:]

    def format(self, path: PlacePath) -> str:
        return display(self.native(path))

    def parse(self, text: str) -> PlacePath:
        """A path may begin with ``~``; one that is not absolute counts from the home folder."""
        if "\0" in text:
            raise BadNameError(text, "a name may not contain a NUL")
        if not text.strip():
            raise BadNameError(text, "a name may not be empty")
        return self.from_native(os.path.join(os.path.expanduser("~"), os.path.expanduser(text)))

    async def list(self, path: PlacePath) -> AsyncIterator[Sequence[Entry]]:
        if _IS_WINDOWS and not path:
            yield await asyncio.to_thread(_drives)
            return
        entries = _Listing(self.native(path))
        try:
            while batch := await asyncio.to_thread(entries.take, BATCH):
                yield batch
        finally:
            entries.close()

    async def stat(self, path: PlacePath) -> Entry:
        return await asyncio.to_thread(_stat, self.native(path))

    async def make_folder(self, path: PlacePath) -> None:
        await asyncio.to_thread(_make_one_folder, self.native(path))

    async def rename(self, source: PlacePath, target: PlacePath) -> None:
        await asyncio.to_thread(_rename, self.native(source), self.native(target))

    async def remove(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> None:
        """Into the trash, from where a person can bring it back: one step, with nothing to report on the way."""
        await asyncio.to_thread(_trash, self.native(path))

    async def copy(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> Copied:
        here, there = self.native(source), self.native(target)
        return await in_thread(lambda ticket: local_copy.copy(here, there, replace=replace, ticket=ticket), on_progress)

    async def move(
        self, source: PlacePath, target: PlacePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> None:
        here, there = self.native(source), self.native(target)
        await in_thread(lambda ticket: local_copy.move(here, there, replace=replace, ticket=ticket), on_progress)

    async def digest(self, path: PlacePath, *, on_progress: OnProgress | None = None) -> tuple[int, bytes]:
        native = self.native(path)
        return await in_thread(lambda ticket: digest_file(native, ticket), on_progress)

    async def search(
        self,
        path: PlacePath,
        pattern: str,
        *,
        limit: int = MAX_FOUND,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[Findings]:
        search = LocalSearch(self.native(path), path, NamePattern(pattern), limit, _entry)
        try:
            is_last, reported = False, 0
            while not is_last:
                found, is_last = await asyncio.to_thread(search.take)
                if on_progress is not None and search.seen > reported:
                    reported = search.seen
                    on_progress(WorkProgress(reported))
                if found.matches or is_last:
                    yield found
        finally:
            search.close()

    async def set_mode(self, path: PlacePath, mode: int) -> None:
        await asyncio.to_thread(_set_mode, self.native(path), mode)

    async def space(self, path: PlacePath) -> SpaceInfo:
        return await asyncio.to_thread(_space, self.native(path))


class DiskFiles:
    """Implements :class:`desktop.transfers.ports.LocalFiles` on this computer's disks. Blocking."""

    def walk(self, path: str) -> Iterator[tuple[RemotePath, Entry | LocalError]]:
        try:
            top = _stat(path)
        except LocalError as error:
            yield (), error
            return
        yield (), top
        if not top.is_folder:
            return
        entered = _listing(path)
        if isinstance(entered, LocalError):
            yield (), entered
            return
        relative: list[str] = []
        levels = [iter(entered)]
        while levels:
            entry = next(levels[-1], None)
            if entry is None:
                levels.pop()
                if relative:
                    relative.pop()
                continue
            here = (*relative, entry.name)
            yield here, entry
            if not entry.is_folder:
                continue
            if len(here) >= MAX_DEPTH:
                yield here, LocalError(Code.BAD_NAME, "the folders are nested too deeply", path=display(path))
                continue
            entered = _listing(os.path.join(path, *here))
            if isinstance(entered, LocalError):
                yield here, entered
                continue
            levels.append(iter(entered))
            relative.append(entry.name)

    def existing(self, path: str) -> Existing | None:
        with local_errors(display(path)):
            try:
                found = os.lstat(path)
            except (FileNotFoundError, NotADirectoryError):
                return None
        return Existing(_kind(found.st_mode), found.st_size, _time(found))

    def make_folder(self, path: str) -> None:
        with local_errors(display(path)):
            try:
                os.makedirs(path, exist_ok=True)
                check_spelling(path)
            except (FileExistsError, NotADirectoryError) as error:
                raise LocalError(
                    Code.NOT_FOLDER, "a file has the name that the folder needs", path=display(path)
                ) from error

    def settle_folder(self, path: str, mtime_ns: int, mode: int | None) -> None:
        """Its owner keeps the right to work in it: nothing could be added to it, or resumed in it, without."""
        with local_errors(display(path)):
            if _IS_WINDOWS:
                os.utime(path, ns=(mtime_ns, mtime_ns))
                return
            descriptor = os.open(path, _FOLDER_FLAGS)
            try:
                if mode is not None:
                    os.fchmod(descriptor, mode & 0o777 | 0o700)
                os.utime(descriptor, ns=(mtime_ns, mtime_ns))
            finally:
                os.close(descriptor)

    def room(self, path: str) -> Room:
        """A folder that is still to be made has the space of the one that it will be in."""
        with local_errors(display(path)):
            while True:
                try:
                    usage = shutil.disk_usage(path)
                    return Room(usage.free, usage.total)
                except (FileNotFoundError, NotADirectoryError):
                    above = os.path.dirname(path)
                    if above == path:
                        raise
                    path = above

    def discard(self, path: str) -> None:
        """A part that another program holds is left to it."""
        part = part_path(path)
        with local_errors(display(path)), suppress(FileNotFoundError, NotADirectoryError, BlockingIOError):
            if _IS_WINDOWS:
                os.unlink(part)  # refused by the system while somebody has it open
            else:
                _unlink_unlocked(part)


class _Listing:
    """A folder being read in pieces, each in whichever thread comes."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._scan: Iterator[os.DirEntry[str]] | None = None

    def take(self, count: int) -> Sequence[Entry]:
        with local_errors(display(self._path)):
            if self._scan is None:
                self._scan = os.scandir(self._path)
            return [_entry(each) for each in islice(self._scan, count)]

    def close(self) -> None:
        if self._scan is not None:
            self._scan.close()  # type: ignore[attr-defined]  # scandir's iterator has it


def _listing(path: str) -> Sequence[Entry] | LocalError:
    """Return a folder's entries by name, or why they cannot be read; a link that took its place is not entered."""
    try:
        with local_errors(display(path)):
            if _IS_WINDOWS:
                with os.scandir(path) as scan:
                    entries = [_entry(each) for each in scan]
            else:
                descriptor = os.open(path, _FOLDER_FLAGS)
                try:
                    with os.scandir(descriptor) as scan:
                        entries = [_entry(each) for each in scan]
                finally:
                    os.close(descriptor)
    except LocalError as error:
        return error
    entries.sort(key=lambda entry: entry.name)
    return entries


def _entry(each: os.DirEntry[str]) -> Entry:
    try:
        found = each.stat(follow_symlinks=False)
    except OSError:
        # Gone meanwhile, or in a folder that may be listed but not entered: its name is all that is known.
        return Entry(each.name, _kind_from_listing(each), 0, 0, 0)
    return _described(each.name, found)


def _kind_from_listing(each: os.DirEntry[str]) -> Kind:
    with suppress(OSError):
        if each.is_symlink():
            return Kind.LINK
        if each.is_dir(follow_symlinks=False):
            return Kind.FOLDER
    return Kind.FILE


def _described(name: str, found: os.stat_result) -> Entry:
    kind = _kind(found.st_mode)
    size = found.st_size if kind is Kind.FILE else 0
    return Entry(name, kind, size, _time(found), stat.S_IMODE(found.st_mode))


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.LINK if stat.S_ISLNK(mode) else Kind.OTHER


def _time(found: os.stat_result) -> int:
    """Some disks hold times that 64 bits of nanoseconds, and so the wire, do not reach."""
    return max(-_TIME_LIMIT, min(_TIME_LIMIT - 1, found.st_mtime_ns))


def _stat(path: str) -> Entry:
    with local_errors(display(path)):
        return _described(os.path.basename(path), os.lstat(path))


def _make_one_folder(path: str) -> None:
    with local_errors(display(path)):
        os.mkdir(path)


def _rename(source: str, target: str) -> None:
    with local_errors(display(target)):
        rename_exclusively(source, target)


def _trash(path: str) -> None:
    # Imported here, in the thread: it looks for the desktop's libraries, which takes its time.
    from send2trash import send2trash  # type: ignore[import-untyped]  # it ships no types

    with local_errors(display(path)):
        os.lstat(path)  # its own error for a missing file says less
        send2trash(path)


def _set_mode(path: str, mode: int) -> None:
    with local_errors(display(path)):
        if stat.S_ISLNK(os.lstat(path).st_mode):
            # It would change what the link leads to.
            raise LocalError(Code.NOT_FILE, "a link has no permissions of its own", path=display(path))
        os.chmod(path, mode)


def _space(path: str) -> SpaceInfo:
    with local_errors(display(path)):
        usage = shutil.disk_usage(path)
    return SpaceInfo(usage.free, usage.total)


def _drives() -> Sequence[Entry]:
    letters = (f"{letter}:" for letter in string.ascii_uppercase)
    return [Entry(drive, Kind.FOLDER, 0, 0, 0o755) for drive in letters if Path(drive + "\\").exists()]


def _unlink_unlocked(part: str) -> None:
    import fcntl

    descriptor = os.open(part, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(part)
    finally:
        os.close(descriptor)
