"""System calls on folder handles, for Linux and other POSIX systems. Decides nothing; raises plain OSError.

Nothing here takes a path of several components to the kernel: a walk opens one component at a time below a
handle, with O_NOFOLLOW, so that a link is met as a link whatever anybody swaps in meanwhile. (openat2 with
RESOLVE_BENEATH would do the same in one call on Linux 5.6 and later; the plain walk is fast enough and everywhere.)
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import stat
from collections.abc import Callable
from typing import Final

from server.storage.failure import NotRegularError
from shared.names import RemotePath, display
from shared.spelling import other_spelling

FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder is opened: a link in its place is an error."""

# O_NONBLOCK: a fifo put there between the look and the open must not hold the thread.
_FILE: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_RENAME_NOREPLACE: Final = 1

_FICLONE: Final = 0x40049409
_CANNOT_CLONE: Final = frozenset(
    {errno.EOPNOTSUPP, errno.ENOTTY, errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.ETXTBSY, errno.EBADF}
)

# What renameat2 says where the kernel or the file system does not know it (rename(2)).
_NO_SUCH_CALL: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})

_libc = ctypes.CDLL(None, use_errno=True)
_renameat2: Callable[..., int] | None = getattr(_libc, "renameat2", None)

Identity = tuple[int, int]
"""Device and inode: which file it is, whatever it is called."""


def identity_of(status: os.stat_result) -> Identity:
    """Return which file a status is about."""
    return status.st_dev, status.st_ino


def open_home(path: str) -> int:
    """Open the home itself. The administrator named it, so links on the way to it are followed."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def open_child(folder: int, name: str) -> int:
    """Open the folder ``name`` in a folder; a link there is ELOOP."""
    try:
        return os.open(name, FOLDER, dir_fd=folder)
    except OSError as error:
        # Linux says ENOTDIR for a link opened with O_DIRECTORY and O_NOFOLLOW; say what it is.
        if error.errno in (errno.ENOTDIR, errno.ELOOP) and _is_link(folder, name):
            raise OSError(errno.ELOOP, "a link, and links are not followed") from error
        raise


def open_path(home: int, path: RemotePath, *, make: bool = False) -> int:
    """Open the folder at ``path`` below ``home``; with ``make``, make what is missing, and sync that it is there.

    What is to be filled must be called so: FileExistsError for another name that the disk takes for the same.
    """
    folder = os.open(".", FOLDER, dir_fd=home)
    try:
        for name in path:
            try:
                child = open_child(folder, name)
            except FileNotFoundError:
                if not make:
                    raise
                make_folder(folder, name)
                os.fsync(folder)
                child = open_child(folder, name)
            if make:
                try:
                    _check_spelling(folder, name, child)
                except BaseException:
                    os.close(child)
                    raise
            os.close(folder)
            folder = child
    except BaseException:
        os.close(folder)
        raise
    return folder


def make_folder(folder: int, name: str) -> bool:
    """Make a folder unless something is there; return whether it was made."""
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError:
        return False
    return True


def look(folder: int, name: str) -> os.stat_result:
    """Return the status of an entry; of a link, its own."""
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def open_regular(folder: int, name: str, flags: int = os.O_RDONLY) -> tuple[int, os.stat_result]:
    """Open a regular file. Anything else is refused without being opened: a device may act on being opened."""
    _check_regular(look(folder, name))
    handle = os.open(name, flags | _FILE, dir_fd=folder)
    try:
        status = os.fstat(handle)
        _check_regular(status)
    except BaseException:
        os.close(handle)
        raise
    return handle, status


def create_file(folder: int, name: str) -> int:
    """Make and open a new file, with the modes that the process's umask leaves."""
    return os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder)


def set_mode(folder: int, name: str, mode: int) -> None:
    """Set the permission bits of a file or folder, also of one that may not be read; a link is ELOOP."""
    flags: int = getattr(os, "O_PATH", os.O_RDONLY | os.O_NONBLOCK)
    handle = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        if stat.S_ISLNK(os.fstat(handle).st_mode):
            raise OSError(errno.ELOOP, "a link, and links are not followed")
        # fchmod(2) refuses an O_PATH handle; the magic link under /proc leads to exactly the file it holds.
        if hasattr(os, "O_PATH"):
            os.chmod(f"/proc/self/fd/{handle}", mode)
        else:
            os.fchmod(handle, mode)
    finally:
        os.close(handle)


def rename_fresh(source_folder: int, source: str, target_folder: int, target: str) -> None:
    """Rename unless the target exists (FileExistsError), without a moment between the look and the deed."""
    if _renameat2 is not None:
        result = _renameat2(source_folder, os.fsencode(source), target_folder, os.fsencode(target), _RENAME_NOREPLACE)
        if result == 0:
            return
        code = ctypes.get_errno()
        if code not in _NO_SUCH_CALL:
            raise OSError(code, os.strerror(code))
    _rename_fresh_by_link(source_folder, source, target_folder, target)


def clone_file(source: int, target: int) -> bool:
    """Let ``target`` share all content of ``source`` (ioctl_ficlone(2)); False where the file system cannot.

    What is shared is the source at one moment, however it is written meanwhile.
    """
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError as error:
        if error.errno not in _CANNOT_CLONE:
            raise
        return False
    return True


def leads_up_to(folder: int, home: int, wanted: Identity) -> bool:
    """Whether ``wanted`` is ``folder``, or a folder on the way from it up to ``home``."""
    end = identity_of(os.fstat(home))
    here = os.open(".", FOLDER, dir_fd=folder)
    try:
        while True:
            identity = identity_of(os.fstat(here))
            if identity == wanted:
                return True
            if identity == end:
                return False
            above = os.open("..", FOLDER, dir_fd=here)
            os.close(here)
            here = above
            if identity_of(os.fstat(here)) == identity:
                # The root of everything: the folder was moved out of the home meanwhile.
                return False
    finally:
        os.close(here)


def _check_spelling(folder: int, name: str, child: int) -> None:
    def identify(other: str) -> Identity | None:
        try:
            return identity_of(look(folder, other))
        except OSError:
            return None

    other = other_spelling(name, identity_of(os.fstat(child)), identify, lambda: os.listdir(folder))
    if other is not None:
        raise FileExistsError(errno.EEXIST, f"this disk takes the name for “{display(other)}”, which is there")


def _is_link(folder: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(look(folder, name).st_mode)
    except OSError:
        return False


def _check_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, "a link, and links are not followed")
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(errno.ENXIO, "neither a file nor a folder")


def _rename_fresh_by_link(source_folder: int, source: str, target_folder: int, target: str) -> None:
    status = look(source_folder, source)
    if stat.S_ISDIR(status.st_mode):
        # No call refuses this atomically here. At worst an empty folder made meanwhile is replaced.
        try:
            look(target_folder, target)
        except FileNotFoundError:
            os.rename(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)
            return
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    os.link(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder, follow_symlinks=False)
    os.unlink(source, dir_fd=source_folder)
