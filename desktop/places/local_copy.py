"""Copying and moving on this computer: complete under the new name or not at all. Blocking; for a thread."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import closing, suppress

from desktop.places.exclusive_rename import rename_exclusively
from desktop.places.ticket import Ticket
from desktop.places.tree import walk
from shared.errors import Code, LocalError, local_errors
from shared.names import display
from shared.protocol.limits import MIB
from shared.work import Copied

_PIECE = 16 * MIB
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_CANNOT_COPY = frozenset({errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EBADF})


def copy(source: str, target: str, *, replace: bool, ticket: Ticket, is_safe: bool = False) -> Copied:
    """Copy a file, a link itself, or a folder with all that is in it, to the new path ``target``.

    Links are copied as links. With ``replace`` a file or link takes the place of a file or link; no folder is ever
    replaced. ``is_safe``: on the disk before it has its name. Raises LocalError, with nothing left of the copy.
    """
    with local_errors(display(source)):
        status = os.lstat(source)
    is_folder = stat.S_ISDIR(status.st_mode)
    _check_target(source, target, is_folder=is_folder, replace=replace)
    staged = os.path.join(os.path.dirname(target), f".wherry-copy-{secrets.token_hex(8)}")
    making = _Making(ticket, is_safe=is_safe)
    try:
        if is_folder:
            making.copy_tree(source, staged)
        else:
            ticket.expects(1, status.st_size if stat.S_ISREG(status.st_mode) else 0)
            making.copy_one(source, staged)
            if making.skipped:
                raise LocalError(Code.NOT_FILE, "neither a file nor a folder", path=display(source))
        with local_errors(display(target)):
            if replace and not is_folder:
                os.replace(staged, target)
            else:
                rename_exclusively(staged, target)
    except BaseException:
        _sweep(staged)
        raise
    return Copied(making.count, making.size, making.skipped)


def move(source: str, target: str, *, replace: bool, ticket: Ticket) -> None:
    """Move to the new path ``target``: by a rename, and to another disk by a copy that is safe before the original
    is removed. Raises LocalError."""
    with local_errors(display(source)):
        is_folder = stat.S_ISDIR(os.lstat(source).st_mode)
    _check_target(source, target, is_folder=is_folder, replace=replace)
    try:
        if replace and not is_folder:
            _replace(source, target)
        else:
            rename_exclusively(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            with local_errors(display(target)):
                raise
    else:
        return
    copied = copy(source, target, replace=replace, ticket=ticket, is_safe=True)
    if copied.skipped:
        raise LocalError(
            Code.NOT_FILE,
            "special files cannot be copied to another disk; the original stays beside the copy",
            path=display(source),
        )
    with local_errors(display(source)):
        if is_folder:
            shutil.rmtree(source)
        else:
            os.unlink(source)


class _Making:
    """A copy under way."""

    def __init__(self, ticket: Ticket, *, is_safe: bool) -> None:
        self.count = self.size = self.skipped = 0
        self._ticket = ticket
        self._is_safe = is_safe

    def copy_tree(self, source: str, staged: str) -> None:
        count = size = 0
        with closing(walk(source)) as entries:
            for _, entry in entries:
                self._ticket.did()
                count += 1
                with suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_size if entry.is_file(follow_symlinks=False) else 0
        self._ticket.expects(count + 1, size)
        with local_errors(display(source)):
            os.mkdir(staged, 0o700)
        folders = [(source, staged)]
        with closing(walk(source)) as entries:
            for relative, entry in entries:
                here, there = os.path.join(source, *relative), os.path.join(staged, *relative)
                if entry.is_dir(follow_symlinks=False):
                    with local_errors(display(here)):
                        os.mkdir(there, 0o700)
                    folders.append((here, there))
                else:
                    self.copy_one(here, there)
        # Contents first: a folder that may not be written to could not have been filled.
        for here, there in reversed(folders):
            with local_errors(display(here)):
                shutil.copystat(here, there, follow_symlinks=False)
            self.count += 1
            self._ticket.did(count=1)

    def copy_one(self, source: str, target: str) -> None:
        with local_errors(display(source)):
            status = os.lstat(source)
            if stat.S_ISLNK(status.st_mode):
                os.symlink(os.readlink(source), target)
                shutil.copystat(source, target, follow_symlinks=False)
            elif stat.S_ISREG(status.st_mode):
                self.size += self._copy_content(source, target)
                shutil.copystat(source, target, follow_symlinks=False)
            else:
                self.skipped += 1
                return
        self.count += 1
        self._ticket.did(count=1)

    def _copy_content(self, source: str, target: str) -> int:
        reading = os.open(source, os.O_RDONLY | _NO_FOLLOW)
        try:
            before = os.fstat(reading)
            writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
            try:
                done = self._pour(reading, writing, before.st_size)
                if self._is_safe:
                    os.fsync(writing)
            finally:
                os.close(writing)
            after = os.fstat(reading)
        finally:
            os.close(reading)
        if done != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise LocalError(Code.CHANGED, path=display(source))
        return done

    def _pour(self, reading: int, writing: int, size: int) -> int:
        """Copy to the end of the file, or a little beyond ``size``: a file that grows has no end."""
        done = 0
        pour: Callable[[int, int], int] = _copy_in_kernel if hasattr(os, "copy_file_range") else _copy_by_hand
        while done <= size:
            try:
                count = pour(reading, writing)
            except OSError as error:
                if pour is _copy_by_hand or error.errno not in _CANNOT_COPY:
                    raise
                pour = _copy_by_hand
                continue
            if not count and pour is _copy_in_kernel:
                # Some file systems of the kernel have no sizes, and say at once that they are at their end.
                pour = _copy_by_hand
                continue
            if not count:
                break
            done += count
            self._ticket.did(size=count)
        return done


def _copy_in_kernel(reading: int, writing: int) -> int:
    if sys.platform == "linux":
        return os.copy_file_range(reading, writing, _PIECE)
    return 0


def _copy_by_hand(reading: int, writing: int) -> int:
    data = memoryview(os.read(reading, 4 * MIB))
    done = 0
    while done < len(data):
        done += os.write(writing, data[done:])
    return done


def _check_target(source: str, target: str, *, is_folder: bool, replace: bool) -> None:
    inside = os.path.join(os.path.realpath(source), "")
    parent = os.path.realpath(os.path.dirname(target))
    if os.path.abspath(target) == os.path.abspath(source) or (
        is_folder and not os.path.islink(source) and os.path.join(parent, "").startswith(inside)
    ):
        raise LocalError(Code.BAD_REQUEST, "nothing can be copied or moved into itself", path=display(target))
    with local_errors(display(target)):
        try:
            found = os.lstat(target)
        except FileNotFoundError:
            return
        if stat.S_ISDIR(found.st_mode) and replace and not is_folder:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if (is_folder or not replace) and not os.path.samestat(found, os.lstat(source)):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _replace(source: str, target: str) -> None:
    folder, name = os.path.split(target)
    is_same = os.path.lexists(target) and os.path.samestat(os.lstat(source), os.lstat(target))
    if is_same and name in os.listdir(folder):
        # Two names of one file: a rename would do nothing, and say that it did.
        os.unlink(source)
    else:
        os.replace(source, target)


def _sweep(staged: str) -> None:
    if os.path.isdir(staged) and not os.path.islink(staged):
        shutil.rmtree(staged, ignore_errors=True)
    else:
        with suppress(OSError):
            os.unlink(staged)
