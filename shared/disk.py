"""What Python's os has no name for yet: bringing many files to the disk at once. Linux; elsewhere each goes alone."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from typing import Final

_SYNC_FILE_RANGE_WRITE: Final = 2

_libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
_syncfs: Callable[..., int] | None = getattr(_libc, "syncfs", None)
_sync_file_range: Callable[..., int] | None = getattr(_libc, "sync_file_range", None)
if _sync_file_range is not None:
    # off64_t twice; without this ctypes would pass them as C ints.
    _sync_file_range.argtypes = [ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint]  # type: ignore[attr-defined]

CAN_SYNC_FILE_SYSTEM: Final = _syncfs is not None
"""Whether :func:`sync_file_system` works here (Linux; it reports failed writes since 5.8)."""


def sync_file_system(handle: int) -> None:
    """Bring everything of the file system that an open file or folder is on to the disk in one go (syncfs(2)); only
    where CAN_SYNC_FILE_SYSTEM. Raises OSError."""
    if _syncfs is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if _syncfs(handle) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def start_writing_back(handle: int, offset: int, length: int) -> None:
    """Ask the kernel to begin writing a range to the disk, without waiting; so that the sync at the end of a
    large file finds little left to do. A hint: where it cannot be followed, nothing is lost."""
    if _sync_file_range is not None:
        _sync_file_range(handle, offset, length, _SYNC_FILE_RANGE_WRITE)
