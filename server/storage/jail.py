"""The only door to the disk: what an account may do below its home, and nothing above it. Moves no content.

Every path is judged by :mod:`shared.names`, then walked by folder handles (see jail_posix.py), so neither
``..`` nor a link nor a race can lead out. Links are listed, renamed and removed as what they are, never followed.
Special files are listed as OTHER and never opened. Failures are :class:`~server.storage.failure.StorageError`,
or :class:`~shared.names.BadNameError` for a path that nobody may use.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from types import TracebackType

from server.storage.failure import StorageError, storage_errors, translated
from shared.entries import Entry, Kind
from shared.errors import Code, ConfigError
from shared.names import STAGING_NAME, BadNameError, RemotePath, check_component, check_path
from shared.protocol.limits import MAX_FILE

if os.name != "posix":
    raise ConfigError(
        "the server keeps its homes apart by POSIX folder handles, which this system has not",
        hint="Run Wherry Server on Linux or another POSIX system.",
    )

from server.storage import jail_posix as system

SETTABLE_MODE = 0o777
"""Permission bits that a client may set. Set-user-id and its like would lend the server's rights to a program."""

SIDECAR_SUFFIX = ".meta"
"""Files in the staging folder that are about uploads; no account pays for them."""

_TIME_MIN, _TIME_MAX = -(1 << 63), (1 << 63) - 1
_REMOVE_ROUNDS = 3
_NOT_EMPTY = frozenset({errno.ENOTEMPTY, errno.EEXIST})


def entry_of(name: str, status: os.stat_result) -> Entry:
    """Return what a status says, within what the wire can carry."""
    kind = Kind.OTHER
    if stat.S_ISREG(status.st_mode):
        kind = Kind.FILE
    elif stat.S_ISDIR(status.st_mode):
        kind = Kind.FOLDER
    elif stat.S_ISLNK(status.st_mode):
        kind = Kind.LINK
    mtime_ns = max(_TIME_MIN, min(status.st_mtime_ns, _TIME_MAX))
    return Entry(name, kind, min(status.st_size, MAX_FILE), mtime_ns, stat.S_IMODE(status.st_mode))


class Folder:
    """An open folder below the home. Stays the same folder wherever it is moved; close it after use."""

    __slots__ = ("handle", "identity", "path")

    def __init__(self, handle: int, path: RemotePath) -> None:
        self.handle = handle
        self.path = path
        self.identity = system.identity_of(os.fstat(handle))

    def close(self) -> None:
        """Give the handle back; a second time does nothing."""
        if self.handle >= 0:
            handle, self.handle = self.handle, -1
            os.close(handle)

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def find(self, name: str) -> os.stat_result | None:
        """Return the status of an entry (a link's own), or None when there is none. Raises StorageError."""
        with storage_errors((*self.path, name)):
            try:
                return system.look(self.handle, name)
            except FileNotFoundError:
                return None


class Jail:
    """One account's home, held open. Safe to use from several threads at once until it is closed."""

    def __init__(self, home: Path) -> None:
        """Open the home. Raises ConfigError when it cannot be opened, or names on this system are not UTF-8."""
        if sys.getfilesystemencoding().lower().replace("-", "") != "utf8":
            raise ConfigError("file names on this system are not UTF-8", hint="Start the server with PYTHONUTF8=1.")
        try:
            self.handle = system.open_home(os.fspath(home))
        except OSError as error:
            raise ConfigError(
                f"the home {home} cannot be opened: {error.strerror}",
                hint="Make the folder, or give the account another home.",
            ) from error
        self.identity = system.identity_of(os.fstat(self.handle))

    def close(self) -> None:
        """Let go of the home; a second time does nothing."""
        if self.handle >= 0:
            handle, self.handle = self.handle, -1
            os.close(handle)

    # --- looking

    def open_folder(self, path: RemotePath, *, make: bool = False) -> Folder:
        """Open a folder; with ``make``, make it and those above it where they are missing."""
        check_path(path)
        with storage_errors(path):
            return Folder(system.open_path(self.handle, path, make=make), path)

    def scan(self, path: RemotePath) -> Generator[Entry, None, None]:
        """Yield what is in a folder, in the order of the disk, a name at a time.

        A name that no request could use is left out: the staging folder, and names that :mod:`shared.names`
        forbids. So is what vanishes while it is looked at. Close the iterator if it is not read to its end.
        """
        with self.open_folder(path) as folder, storage_errors(path), os.scandir(folder.handle) as entries:
            for found in entries:
                if not _is_nameable(found.name):
                    continue
                try:
                    status = found.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                yield entry_of(found.name, status)

    def stat(self, path: RemotePath) -> Entry:
        """Return the entry at a path; of the home itself with an empty name."""
        if not path:
            with storage_errors(path):
                return entry_of("", os.fstat(self.handle))
        with self._parent_of(path) as folder, storage_errors(path):
            return entry_of(path[-1], system.look(folder.handle, path[-1]))

    def open_read(self, path: RemotePath) -> tuple[int, os.stat_result]:
        """Open a regular file to read; the caller closes the handle."""
        if not path:
            raise StorageError(Code.IS_FOLDER, at=path)
        with self._parent_of(path) as folder, storage_errors(path):
            return system.open_regular(folder.handle, path[-1])

    def leads_to(self, path: RemotePath, status: os.stat_result) -> bool:
        """Whether ``path`` still is the file that ``status`` is of."""
        try:
            with self._parent_of(path) as folder:
                found = folder.find(path[-1])
        except StorageError:
            return False
        return found is not None and system.identity_of(found) == system.identity_of(status)

    def space(self) -> tuple[int, int]:
        """Return the bytes that are free to this process, and all bytes, of the home's file system."""
        with storage_errors(()):
            status = os.fstatvfs(self.handle)
        return status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize

    def measure(self) -> int:
        """Return the bytes of all files below the home, those being staged included. Slow in a large home."""
        total = 0
        walk = system.TreeWalk(self.handle)
        with storage_errors(()):
            for _, entry in walk:
                if isinstance(entry, str):
                    continue
                if walk.position == [STAGING_NAME] and entry.name.endswith(SIDECAR_SUFFIX):
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    total += status.st_size
        return total

    # --- changing

    def make_folder(self, path: RemotePath, parents: bool) -> None:
        """Make a folder. With ``parents`` those above too, and an existing folder is no error."""
        if parents:
            self.open_folder(path, make=True).close()
            return
        if not path:
            raise StorageError(Code.EXISTS, at=path)
        with self._parent_of(path) as folder:
            with storage_errors(path):
                is_made = system.make_folder(folder.handle, path[-1])
            if not is_made:
                raise exists_error(folder, path[-1])

    def rename(self, source: RemotePath, target: RemotePath, replace: bool) -> None:
        """Rename or move within the home, atomically. ``replace`` may replace a file or link, never a folder."""
        check_path(source)
        check_path(target)
        if not source or not target:
            raise StorageError(Code.BAD_REQUEST, "the home itself cannot be renamed", at=())
        if target[: len(source)] == source and target != source:
            raise StorageError(Code.BAD_REQUEST, "a folder cannot be moved into itself", at=target)
        with self._parent_of(source) as source_folder, self._parent_of(target) as target_folder:
            with storage_errors(source):
                status = system.look(source_folder.handle, source[-1])
            if target == source:
                return
            with storage_errors(target):
                # rename(2) lets a folder replace an empty folder, but nothing else cross that line.
                if replace and not stat.S_ISDIR(status.st_mode):
                    os.rename(
                        source[-1],
                        target[-1],
                        src_dir_fd=source_folder.handle,
                        dst_dir_fd=target_folder.handle,
                    )
                    return
                try:
                    system.rename_fresh(source_folder.handle, source[-1], target_folder.handle, target[-1])
                except FileExistsError as error:
                    raise exists_error(target_folder, target[-1]) from error

    def remove(self, path: RemotePath, recursive: bool, still_at_it: Callable[[], None] = lambda: None) -> int:
        """Remove a file, a link itself, or a folder; return how many things are gone.

        A folder with contents goes only with ``recursive``, calling ``still_at_it`` as it goes on. Where that fails
        half-way, what is left is whole.
        """
        if not path:
            raise StorageError(Code.BAD_REQUEST, "the home itself cannot be removed", at=path)
        with self._parent_of(path) as folder:
            name = path[-1]
            with storage_errors(path):
                if not stat.S_ISDIR(system.look(folder.handle, name).st_mode):
                    os.unlink(name, dir_fd=folder.handle)
                    return 1
                if not recursive:
                    os.rmdir(name, dir_fd=folder.handle)
                    return 1
            return self._remove_tree(folder, name, still_at_it)

    def set_attributes(self, path: RemotePath, mtime_ns: int | None, mode: int | None) -> None:
        """Set the modification time, in ns since the epoch, and the permission bits, where given."""
        if not path:
            raise StorageError(Code.BAD_REQUEST, "the home itself is not changed", at=path)
        with self._parent_of(path) as folder, storage_errors(path):
            status = system.look(folder.handle, path[-1])
            if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                raise StorageError(Code.NOT_FILE, "links and special files are left as they are", at=path)
            if mode is not None:
                system.set_mode(folder.handle, path[-1], mode & SETTABLE_MODE)
            if mtime_ns is not None:
                os.utime(
                    path[-1],
                    ns=(time.time_ns(), mtime_ns),
                    dir_fd=folder.handle,
                    follow_symlinks=False,
                )

    # --- inside

    def _parent_of(self, path: RemotePath) -> Folder:
        check_path(path)
        with storage_errors(path):
            return Folder(system.open_path(self.handle, path[:-1]), path[:-1])

    def _remove_tree(self, folder: Folder, name: str, still_at_it: Callable[[], None]) -> int:
        at = (*folder.path, name)
        count = 0
        for round_number in range(_REMOVE_ROUNDS):
            with storage_errors(at):
                top = system.open_child(folder.handle, name)
            try:
                count += _empty(top, at, still_at_it)
            finally:
                os.close(top)
            try:
                os.rmdir(name, dir_fd=folder.handle)
            except OSError as error:
                # Others may add while we remove, and some file systems skip entries of a folder that shrinks.
                if isinstance(error, FileNotFoundError) or round_number + 1 == _REMOVE_ROUNDS:
                    raise translated(error, at) from error
            else:
                break
        return count + 1


def exists_error(folder: Folder, name: str) -> StorageError:
    """Return the failure “it is there already”, with what is there."""
    at = (*folder.path, name)
    status = folder.find(name)
    entry = None if status is None else entry_of(name, status)
    return StorageError(Code.EXISTS, at=at, entry=entry)


def _empty(top: int, at: RemotePath, still_at_it: Callable[[], None]) -> int:
    count = 0
    walk = system.TreeWalk(top)
    name = ""
    try:
        for handle, entry in walk:
            still_at_it()
            if isinstance(entry, str):
                name = entry
                try:
                    os.rmdir(entry, dir_fd=handle)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    if error.errno not in _NOT_EMPTY:
                        raise
                    continue
            else:
                name = entry.name
                try:
                    os.unlink(entry.name, dir_fd=handle)
                except FileNotFoundError:
                    continue
            count += 1
            name = ""
    except OSError as error:
        raise translated(error, (*at, *walk.position, *([name] if name else []))) from error
    return count


def _is_nameable(name: str) -> bool:
    if name.casefold() == STAGING_NAME:
        return False
    try:
        check_component(name)
    except BadNameError:
        return False
    return True
