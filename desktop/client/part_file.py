"""A download in progress beside its target, and how it becomes the target: complete, synced, in one step."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress

from desktop.places.exclusive_rename import rename_exclusively
from desktop.places.spelling import check_spelling
from desktop.transfers.targets import part_path
from shared.disk import CAN_SYNC_FILE_SYSTEM, sync_file_system
from shared.entries import Kind
from shared.errors import Code, LocalError, local_errors
from shared.names import display

_NEW = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
_SYNC_EACH = 16
"""Up to so many files are synced one by one; more wait together for one sync of the disk."""

_DISK_FAILED = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT})

_READ = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def kind_of(mode: int) -> Kind:
    """Return what an ``st_mode`` is."""
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.LINK if stat.S_ISLNK(mode) else Kind.OTHER


def open_regular(path: str) -> tuple[int, os.stat_result]:
    """Open a regular file for reading, following no link. Raises LocalError."""
    with local_errors(display(path)):
        descriptor = os.open(path, _READ)
        try:
            found = os.fstat(descriptor)
        except OSError:
            os.close(descriptor)
            raise
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        code = Code.IS_FOLDER if stat.S_ISDIR(found.st_mode) else Code.NOT_FILE
        raise LocalError(code, "only regular files are transferred", path=display(path))
    return descriptor, found


def read_fully(descriptor: int, into: memoryview, offset: int) -> bool:
    """Fill ``into`` from a file; False when the file ends before. Raises OSError."""
    while into:
        count = os.preadv(descriptor, [into], offset)
        if not count:
            return False
        into, offset = into[count:], offset + count
    return True


class PartFile:
    """An unfinished download, held by one writer: a second one gets Code.BUSY. Raises LocalError throughout.

    ``size`` is what an earlier attempt left, in bytes; its content is worth what its digests prove.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.path = part_path(target)
        self._shown = display(target)
        self.descriptor = -1
        self._mode = 0o600
        with local_errors(self._shown):
            self.descriptor = os.open(self.path, _NEW, 0o600)
        try:
            found = os.fstat(self.descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
                in_the_way = display(os.path.basename(self.path))
                raise LocalError(Code.EXISTS, f"{in_the_way} is in the way", path=self._shown)
            self.size = found.st_size
            self.device = found.st_dev
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Between open and lock another download may have finished and renamed this very file.
                is_ours = os.lstat(self.path).st_ino == found.st_ino
            except (BlockingIOError, FileNotFoundError):
                is_ours = False
            if not is_ours:
                raise LocalError(Code.BUSY, "another transfer writes this file", path=self._shown)
        except BaseException:
            self.close()
            raise

    def read(self, into: memoryview, offset: int) -> int:
        """Fill ``into`` from ``offset``; return how many bytes there were."""
        with local_errors(self._shown):
            return os.preadv(self.descriptor, [into], offset)

    def write(self, data: memoryview, offset: int) -> None:
        """Write all of ``data`` at ``offset``."""
        with local_errors(self._shown):
            while data:
                count = os.pwrite(self.descriptor, data, offset)
                data, offset = data[count:], offset + count

    @property
    def length(self) -> int:
        """Bytes that it has now."""
        with local_errors(self._shown):
            return os.fstat(self.descriptor).st_size

    def truncate(self, size: int) -> None:
        """Cut to at most ``size`` bytes."""
        if self.length <= size:
            return
        with local_errors(self._shown):
            os.ftruncate(self.descriptor, size)
            self.size = size

    def finish(self, mode: int, mtime_ns: int) -> None:
        """Set the time, and keep the permissions for the commit; :func:`sync_parts` must follow.

        Until then the part stays ours to write: left behind without that right, it could not be resumed.
        """
        self._mode = mode & 0o777
        with local_errors(self._shown):
            os.utime(self.descriptor, ns=(mtime_ns, mtime_ns))

    def sync(self) -> None:
        """Bring the content to the disk."""
        with local_errors(self._shown):
            os.fsync(self.descriptor)

    def sync_disk(self) -> None:
        """Bring everything on this part's disk to it; only where CAN_SYNC_FILE_SYSTEM."""
        with local_errors(self._shown):
            sync_file_system(self.descriptor)

    def commit(self, *, replace: bool) -> None:
        """Give the file its name in one step. Raises LocalError; Code.EXISTS when the name is taken."""
        with local_errors(self._shown):
            if not os.path.samestat(os.lstat(self.path), os.fstat(self.descriptor)):
                raise LocalError(Code.IO, "somebody replaced its unfinished part", path=self._shown)
            os.fchmod(self.descriptor, self._mode)
            if replace:
                check_spelling(str(self.target))
                os.replace(self.path, self.target)
            else:
                rename_exclusively(self.path, self.target)
        self.close()

    def discard(self) -> None:
        """Remove what was downloaded so far."""
        with suppress(OSError):
            os.unlink(self.path)
        self.close()

    def close(self) -> None:
        """Let go of the file and leave it as it is, for a resume; an empty one is removed. Safe to call again."""
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            with suppress(OSError):
                found = os.fstat(descriptor)
                if found.st_size == 0 and os.lstat(self.path).st_ino == found.st_ino:
                    os.unlink(self.path)
            os.close(descriptor)


def sync_parts(parts: Sequence[PartFile]) -> list[LocalError | None]:
    """Bring finished parts to the disk, many with one sync of each disk; return what became of each."""
    if len(parts) > _SYNC_EACH and CAN_SYNC_FILE_SYSTEM:
        synced: dict[int, LocalError | None] = {}
        failures = []
        for part in parts:
            if part.device not in synced:
                synced[part.device] = _failure_of(part.sync_disk)
            failures.append(synced[part.device])
        return failures
    return [_failure_of(part.sync) for part in parts]


def _failure_of(step: Callable[[], None]) -> LocalError | None:
    try:
        step()
    except LocalError as error:
        return error
    return None


def sync_folder(folder: str) -> LocalError | None:
    """Bring the names in a folder to the disk; return why the disk could not. A system that cannot is left alone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        with local_errors(display(folder)):
            try:
                os.fsync(descriptor)
            except OSError as error:
                if error.errno in _DISK_FAILED:
                    raise
    except LocalError as failure:
        return failure
    finally:
        os.close(descriptor)
    return None
