"""Copying contents and whole folders within the server. Gives nothing its final name: see staged_tree.py."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from server.capacity import Usage
from server.storage import jail_posix as system
from server.storage.content import PIECE, copy_range, extents
from server.storage.failure import StorageError, translated
from server.storage.folder import SETTABLE_MODE
from server.storage.tree_walk import Step, TreeWalk, Visit
from shared.disk import CAN_SYNC_FILE_SYSTEM, start_writing_back
from shared.errors import Code
from shared.names import RemotePath
from shared.work import Copied

_STRIDE = 16 * PIECE
"""Bytes between two looks at whether the copy is still wanted."""

_SYNC_LOOK = 1.0
"""Seconds between two signs of life while the disk is being synced."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is below a folder, itself not counted: things, and of them files with their bytes."""

    count: int
    usage: Usage


def survey(top: int, at: RemotePath, max_depth: int, step: Callable[[], None]) -> Survey:
    """Count what a copy of a folder will take. Raises StorageError: BAD_NAME for folders deeper than ``max_depth``."""
    count = files = size = 0
    walk = TreeWalk(top, max_depth=max_depth)
    try:
        with closing(iter(walk)) as steps:
            for visited in steps:
                if visited.entry is None:
                    continue
                step()
                count += 1
                try:
                    status = visited.entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    files += 1
                    size += status.st_size
    except OSError as error:
        raise translated(error, (*at, *walk.position)) from error
    return Survey(count, Usage(size, files))


class ContentCopier:
    """Copies the content of files: shares it where the file system can, else in the kernel, else through memory."""

    def __init__(self, moved: Callable[[int], None], before_moving: Callable[[], None]) -> None:
        """``moved`` is called with numbers of bytes as they are done, and may raise. ``before_moving`` is called once,
        before the first that are not shared: they need room."""
        self._moved = moved
        self._before_moving = before_moving
        self._can_share = True
        self._buffer: memoryview | None = None

    def copy(self, source: int, target: int, size: int) -> bool:
        """Copy ``size`` bytes into an empty file; holes stay holes. False when the source ends before that.

        Raises OSError.
        """
        if not size:
            return True
        if self._can_share:
            if system.clone_file(source, target):
                self._moved(size)
                return os.fstat(target).st_size >= size
            self._can_share = False
            self._before_moving()
        self._buffer = self._buffer or memoryview(bytearray(PIECE))
        reached = 0
        for start, length in extents(source, size):
            for offset in range(start, start + length, _STRIDE):
                piece = min(_STRIDE, start + length - offset)
                if not copy_range(source, target, offset, piece, self._buffer):
                    return False
                start_writing_back(target, offset, piece)
                self._moved(offset + piece - reached)
                reached = offset + piece
        os.ftruncate(target, size)
        if reached < size:
            self._moved(size - reached)
        return os.fstat(source).st_size >= size


class TreeCopy:
    """One copy of all that is in a folder, into an empty one that nobody else knows. For one thread.

    Links are copied as links, with the same text. Special files have no content to copy: they are counted.
    """

    def __init__(
        self,
        source: int,
        target: int,
        at: RemotePath,
        copier: ContentCopier,
        *,
        max_depth: int,
        charge: Callable[[int, RemotePath], None],
        did: Callable[[], None],
    ) -> None:
        """``at`` is the path of the source, for errors. ``charge`` is called with the bytes of each file before it is
        copied, ``did`` after each thing; both may raise."""
        self._source = source
        self._target = target
        self._at = at
        self._copier = copier
        self._max_depth = max_depth
        self._charge = charge
        self._did = did
        self._count = self._size = self._skipped = 0

    def run(self) -> Copied:
        """Copy. Raises StorageError about what could not be copied, by its path in the source."""
        walk = TreeWalk(self._source, max_depth=self._max_depth)
        here = os.open(".", system.FOLDER, dir_fd=self._target)
        entered: list[tuple[system.Identity, os.stat_result]] = []
        name = ""
        steps = iter(walk)
        try:
            for step in steps:
                name = step.name if step.visit is Visit.SEEN else ""
                if step.visit is Visit.ENTERED:
                    above = system.identity_of(os.fstat(here))
                    os.mkdir(step.name, 0o700, dir_fd=here)
                    below = system.open_child(here, step.name)
                    os.close(here)
                    here = below
                    entered.append((above, os.fstat(step.handle)))
                elif step.visit is Visit.LEFT:
                    above, status = entered.pop()
                    finish_folder(here, status)
                    parent = os.open("..", system.FOLDER, dir_fd=here)
                    os.close(here)
                    here = parent
                    if system.identity_of(os.fstat(here)) != above:
                        raise OSError(errno.EBUSY, "the copy was moved meanwhile")
                    self._done()
                else:
                    self._copy_entry(step, here, (*self._at, *walk.position, step.name))
            if not CAN_SYNC_FILE_SYSTEM:
                os.fsync(self._target)
        except OSError as error:
            raise translated(error, (*self._at, *walk.position, *([name] if name else []))) from error
        finally:
            steps.close()
            os.close(here)
        return Copied(self._count, self._size, self._skipped)

    def _copy_entry(self, step: Step, target: int, path: RemotePath) -> None:
        if step.entry is None or step.entry.is_dir(follow_symlinks=False):
            return
        try:
            status = system.look(step.handle, step.name)
        except FileNotFoundError:
            return
        if stat.S_ISLNK(status.st_mode):
            os.symlink(os.readlink(step.name, dir_fd=step.handle), step.name, dir_fd=target)
            os.utime(step.name, ns=(status.st_mtime_ns, status.st_mtime_ns), dir_fd=target, follow_symlinks=False)
        elif stat.S_ISREG(status.st_mode):
            self._copy_file(step, target, path)
        elif not stat.S_ISDIR(status.st_mode):
            self._skipped += 1
            return
        self._done()

    def _copy_file(self, step: Step, target: int, path: RemotePath) -> None:
        source, status = system.open_regular(step.handle, step.name)
        try:
            self._charge(status.st_size, path)
            made = system.create_file(target, step.name)
            try:
                if not self._copier.copy(source, made, status.st_size) or was_written(source, status):
                    raise StorageError(Code.CHANGED, at=path)
                os.ftruncate(made, status.st_size)
                os.fchmod(made, status.st_mode & SETTABLE_MODE)
                os.utime(made, ns=(status.st_mtime_ns, status.st_mtime_ns))
                if not CAN_SYNC_FILE_SYSTEM:
                    os.fsync(made)
            finally:
                os.close(made)
        finally:
            os.close(source)
        self._size += status.st_size

    def _done(self) -> None:
        self._count += 1
        self._did()


def finish_folder(handle: int, like: os.stat_result) -> None:
    """Give a folder the permissions and the time of another."""
    os.utime(handle, ns=(like.st_mtime_ns, like.st_mtime_ns))
    os.fchmod(handle, like.st_mode & SETTABLE_MODE)
    if not CAN_SYNC_FILE_SYSTEM:
        os.fsync(handle)


def was_written(handle: int, before: os.stat_result) -> bool:
    """Whether an open file is not what it was: written to, or made longer or shorter."""
    now = os.fstat(handle)
    return (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)


def sync_patiently(sync: Callable[[], None], still_at_it: Callable[[], None]) -> None:
    """Sync in a thread, calling ``still_at_it`` now and then: a disk may take longer than the other end waits.

    What ``still_at_it`` raises comes out when the sync is over.
    """
    failures: list[BaseException] = []

    def work() -> None:
        try:
            sync()
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=work, name="sync")
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_SYNC_LOOK)
            if thread.is_alive():
                still_at_it()
    finally:
        thread.join()
    if failures:
        raise failures[0]
