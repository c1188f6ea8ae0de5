"""A whole folder in staging on its way to its name: built where nobody sees it, named in one step, or swept away."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import secrets
import stat
from collections.abc import Callable

from server.capacity import Usage
from server.storage import jail_posix as system
from server.storage.failure import StorageError, storage_errors
from server.storage.folder import Folder, exists_error
from server.storage.quota import Reservation
from server.storage.removal import remove_tree
from server.storage.tree_copy import finish_folder, sync_patiently
from shared.disk import CAN_SYNC_FILE_SYSTEM, sync_file_system
from shared.errors import Code, ItemError
from shared.names import STAGING_NAME, RemotePath

_log = logging.getLogger(__name__)

_SUFFIX = ".copy"
_OURS = re.compile(r"[0-9a-f]{32}\.copy")

_GRACE = 60.0
"""Seconds that a copy just made has to lock what it made, before it counts as forgotten."""


class Room:
    """What a tree may take: as much as was planned, and more as it comes. Close it once."""

    def __init__(
        self,
        path: RemotePath,
        planned: Usage,
        reserve: Callable[[Usage, RemotePath], Reservation],
        settle: Callable[[Reservation, Usage], None],
    ) -> None:
        """Reserve what is planned. Raises StorageError: QUOTA."""
        self._reserve = reserve
        self._settle = settle
        self._reserved = planned
        self._used = Usage()
        self._reservations = [reserve(planned, path)]

    def charge(self, size: int, path: RemotePath) -> None:
        """Take room for one file of ``size`` bytes. Raises StorageError: QUOTA, about ``path``."""
        used = self._used + Usage(size, 1)
        excess = (used - self._reserved).growth
        if excess != Usage():
            # The source has grown since it was looked through.
            self._reservations.append(self._reserve(excess, path))
            self._reserved += excess
        self._used = used

    def close(self, *, is_kept: bool) -> None:
        """Give back what is not used, or all."""
        added = self._used if is_kept else Usage()
        for reservation in self._reservations:
            self._settle(reservation, added)
            added = Usage()


class StagedTree:
    """A folder being built, claimed for its target. Close it whatever happened: what was not published goes.

    ``handle`` is the open folder to build in, ``room`` what it may take.
    """

    def __init__(self, path: RemotePath, folder: Folder, stage: int, room: Room, on_close: Callable[[], None]) -> None:
        """``folder`` will hold it, under the last name of ``path``; ``stage`` is the handle of the staging folder.
        Both stay the caller's; ``room`` is taken over. Raises OSError."""
        self.path = path
        self.room = room
        self.is_published = False
        self._folder = folder
        self._stage = stage
        self._name = secrets.token_hex(16) + _SUFFIX
        self._on_close = on_close
        os.mkdir(self._name, 0o700, dir_fd=stage)
        self.handle = system.open_child(stage, self._name)
        fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def publish(self, like: os.stat_result, still_at_it: Callable[[], None]) -> None:
        """Bring all to the disk, and give the folder its name and the permissions and time of ``like``.

        Raises StorageError: EXISTS with what is there, or another.
        """
        name = self.path[-1]
        with storage_errors(self.path):
            if CAN_SYNC_FILE_SYSTEM:
                # Through a handle of its own, opened before anything was written: a write that failed is told once to
                # each, and another copy may be syncing through the staging folder's.
                sync_patiently(lambda: sync_file_system(self.handle), still_at_it)
            try:
                system.rename_fresh(self._stage, self._name, self._folder.handle, name)
            except FileExistsError as error:
                raise exists_error(self._folder, name) from error
            self.is_published = True
            # Only now: a folder that may not be written to cannot be moved.
            finish_folder(self.handle, like)
            os.fsync(self.handle)
            os.fsync(self._folder.handle)

    def close(self) -> None:
        """End it: give back the claim, remove what is left in staging. A second time does nothing."""
        if self.handle < 0:
            return
        handle, self.handle = self.handle, -1
        try:
            if not self.is_published:
                _remove(self._stage, self._name)
        except ItemError as error:
            # Why the copy failed is what is being told; the rest goes with the next sweep.
            _log.warning("what a copy left in staging could not be removed: %s", error)
        finally:
            os.close(handle)
            self.room.close(is_kept=self.is_published)
            self._on_close()


def check_device(stage: int, folder: Folder) -> None:
    """Raise StorageError (CROSS_DEVICE) when nothing can be renamed from staging into ``folder``."""
    if os.fstat(stage).st_dev != folder.identity[0]:
        raise StorageError(Code.CROSS_DEVICE, "this folder is on another disk than the one above", at=folder.path)


def place_link(text: str, folder: Folder, name: str, stage: int, *, replace: bool) -> None:
    """Make a symbolic link in one step, with ``replace`` in the place of what is there.

    Raises OSError, and StorageError: EXISTS with what is there.
    """
    if not replace:
        try:
            os.symlink(text, name, dir_fd=folder.handle)
        except FileExistsError as error:
            raise exists_error(folder, name) from error
    else:
        between = secrets.token_hex(16) + _SUFFIX
        os.symlink(text, between, dir_fd=stage)
        try:
            os.rename(between, name, src_dir_fd=stage, dst_dir_fd=folder.handle)
        except BaseException:
            os.unlink(between, dir_fd=stage)
            raise
    os.fsync(folder.handle)


def sweep_trees(stage: int, now: float) -> int:
    """Remove the copies that nobody works on any more; ``now`` in seconds since the epoch. Returns how many things."""
    count = 0
    for name in os.listdir(stage):
        if not _OURS.fullmatch(name):
            continue
        try:
            status = system.look(stage, name)
            if now - status.st_ctime < _GRACE:
                continue
            if not stat.S_ISDIR(status.st_mode):
                os.unlink(name, dir_fd=stage)
                count += 1
                continue
            handle = system.open_child(stage, name)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            count += _remove(stage, name)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
    return count


def _remove(stage: int, name: str) -> int:
    with Folder(os.dup(stage), (STAGING_NAME,)) as folder:
        return remove_tree(folder, name, lambda: None, is_ours=True)
