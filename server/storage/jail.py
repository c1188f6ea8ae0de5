"""The only door to the disk: what an account may do below its home, and nothing above it. Moves no content.

Every path is judged by :mod:`shared.names`, then walked by folder handles (see jail_posix.py), so neither
``..`` nor a link nor a race can lead out. Links are listed, renamed and removed as what they are, never followed.
Special files are listed as OTHER and never opened. Failures are :class:`~server.storage.failure.StorageError`,
or :class:`~shared.names.BadNameError` for a path that nobody may use.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

from server.capacity import Usage
from server.storage.failure import StorageError, storage_errors
from shared.entries import Entry
from shared.errors import Code, ConfigError
from shared.names import STAGING_NAME, BadNameError, RemotePath, check_component, check_path

if os.name != "posix":
    raise ConfigError(
        "the server keeps its homes apart by POSIX folder handles, which this system has not",
        hint="Run Wherry Server on Linux or another POSIX system.",
    )

from server.storage import jail_posix as system
from server.storage.folder import SETTABLE_MODE, Folder, entry_of, exists_error
from server.storage.folder_sync import FolderSync
from server.storage.removal import remove_tree
from server.storage.renaming import note_change, rename_entry
from server.storage.tree_walk import TreeWalk

__all__ = ["SETTABLE_MODE", "Folder", "Jail", "entry_of", "exists_error", "is_nameable"]

SIDECAR_SUFFIX = ".meta"
"""Files in the staging folder that are about uploads; no account pays for them."""


class Jail:
    """One account's home, or a folder shared with it, held open. Safe to use from several threads until it is closed.

    ``root`` is where the account finds the folder: every path begins with it, and so does that of every error.
    """

    def __init__(self, home: Path, root: RemotePath = ()) -> None:
        """Open the home. Raises ConfigError when it cannot be opened, or names on this system are not UTF-8."""
        self.root = root
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

    def is_root(self, path: RemotePath) -> bool:
        """Whether a path is that of the folder itself."""
        return path == self.root

    # --- looking

    def open_folder(self, path: RemotePath, *, make: bool = False) -> Folder:
        """Open a folder; with ``make``, make it and those above it where they are missing."""
        check_path(path)
        with storage_errors(path):
            return Folder(system.open_path(self.handle, self._inside(path), make=make), path)

    def scan(self, path: RemotePath) -> Generator[Entry, None, None]:
        """Yield what is in a folder, in the order of the disk, a name at a time.

        A name that no request could use is left out: the staging folder, and names that :mod:`shared.names`
        forbids. So is what vanishes while it is looked at. Close the iterator if it is not read to its end.
        """
        with self.open_folder(path) as folder, storage_errors(path), os.scandir(folder.handle) as entries:
            for found in entries:
                if not is_nameable(found.name):
                    continue
                try:
                    status = found.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                yield entry_of(found.name, status)

    def stat(self, path: RemotePath) -> Entry:
        """Return the entry at a path; of the home itself with an empty name."""
        if self.is_root(path):
            with storage_errors(path):
                return entry_of(path[-1] if path else "", os.fstat(self.handle))
        with self._parent_of(path) as folder, storage_errors(path):
            return entry_of(path[-1], system.look(folder.handle, path[-1]))

    def open_read(self, path: RemotePath) -> tuple[int, os.stat_result]:
        """Open a regular file to read; the caller closes the handle."""
        if self.is_root(path):
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

    def measure(self) -> Usage:
        """Return what is below the home: bytes with those being staged, files without. Slow in a large home."""
        total = files = 0
        walk = TreeWalk(self.handle)
        with storage_errors(()), closing(iter(walk)) as steps:
            for step in steps:
                entry = step.entry
                if entry is None:
                    continue
                if walk.position == [STAGING_NAME] and entry.name.endswith(SIDECAR_SUFFIX):
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    total += status.st_size
                    files += walk.position[:1] != [STAGING_NAME]
        return Usage(total, files)

    # --- changing

    def make_folder(self, path: RemotePath, parents: bool, changed: FolderSync | None = None) -> None:
        """Make a folder. With ``parents`` those above too, and an existing folder is no error.

        It is on the disk when this returns, or, with ``changed``, once that is synced.
        """
        if parents:
            self.open_folder(path, make=True).close()
            return
        if self.is_root(path):
            raise StorageError(Code.EXISTS, at=path)
        with self._parent_of(path) as folder:
            with storage_errors(path):
                is_made = system.make_folder(folder.handle, path[-1])
            if not is_made:
                raise exists_error(folder, path[-1])
            note_change(changed, folder)

    def rename(self, source: RemotePath, target: RemotePath, replace: bool, changed: FolderSync | None = None) -> None:
        """Rename or move within the home, atomically. ``replace`` may replace a file or link, never a folder.

        It is on the disk when this returns, or, with ``changed``, once that is synced.
        """
        check_path(source)
        check_path(target)
        if self.is_root(source) or self.is_root(target):
            raise StorageError(Code.BAD_REQUEST, f"{self._called()} itself cannot be renamed", at=self.root)
        if target[: len(source)] == source and target != source:
            raise StorageError(Code.BAD_REQUEST, "a folder cannot be moved into itself", at=target)
        with self._parent_of(source) as source_folder, self._parent_of(target) as target_folder:
            with storage_errors(source):
                status = system.look(source_folder.handle, source[-1])
            if target == source:
                return
            with storage_errors(target):
                rename_entry(source_folder, source[-1], status, target_folder, target[-1], replace)
            note_change(changed, target_folder)
            if source_folder.identity != target_folder.identity:
                note_change(changed, source_folder)

    def remove(self, path: RemotePath, recursive: bool, on_gone: Callable[[], None] = lambda: None) -> int:
        """Remove a file, a link itself, or a folder; return how many things are gone.

        A folder with contents goes only with ``recursive``; ``on_gone`` is called after each thing. Where that fails
        half-way, or ``on_gone`` raises, what is left is whole.
        """
        if self.is_root(path):
            raise StorageError(Code.BAD_REQUEST, f"{self._called()} itself cannot be removed", at=path)
        with self._parent_of(path) as folder:
            name = path[-1]
            with storage_errors(path):
                if not stat.S_ISDIR(system.look(folder.handle, name).st_mode):
                    os.unlink(name, dir_fd=folder.handle)
                    on_gone()
                    return 1
                if not recursive:
                    os.rmdir(name, dir_fd=folder.handle)
                    on_gone()
                    return 1
            return remove_tree(folder, name, on_gone)

    def set_attributes(self, path: RemotePath, mtime_ns: int | None, mode: int | None) -> None:
        """Set the modification time, in ns since the epoch, and the permission bits, where given."""
        if self.is_root(path):
            raise StorageError(Code.BAD_REQUEST, f"{self._called()} itself is not changed", at=path)
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
            return Folder(system.open_path(self.handle, self._inside(path[:-1])), path[:-1])

    def _inside(self, path: RemotePath) -> RemotePath:
        """Return a path as it is below this folder."""
        if path[: len(self.root)] != self.root:
            raise StorageError(Code.BAD_REQUEST, "this path leads to another folder", at=path)
        return path[len(self.root) :]

    def _called(self) -> str:
        return "a shared folder" if self.root else "the home"


def is_nameable(name: str) -> bool:
    """Whether a request could name it: not the staging folder, nor what :mod:`shared.names` forbids."""
    if name.casefold() == STAGING_NAME:
        return False
    try:
        check_component(name)
    except BadNameError:
        return False
    return True
