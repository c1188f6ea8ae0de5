"""Who is writing which file just now, across processes: a byte of one lock file for each target. Locks no content.

Decision: locks of byte ranges that belong to the open file (F_OFD_SETLK, Linux since 3.15), on a file in the staging
folder. They cost a system call each and make nothing on the disk, are kept by NFS for all of its clients, and end with
the process. Which byte is a hash of folder and name. Where the system knows no such locks, only the claims hold
(:mod:`server.storage.claims`), of this process alone.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import sys

from blake3 import blake3

from server.storage.claims import Place

LOCK_NAME = "targets.lock"

_IS_KNOWN = hasattr(fcntl, "F_OFD_SETLK") and sys.maxsize > 2**32
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN})


class TargetLocks:
    """The locks that one staging folder holds; all end with :meth:`close`. For one place, one at a time."""

    def __init__(self, staging: int) -> None:
        """``staging`` is the handle of the staging folder. Raises OSError."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._handle = os.open(LOCK_NAME, flags, 0o600, dir_fd=staging)

    def close(self) -> None:
        """Give all back."""
        os.close(self._handle)

    def take(self, place: Place) -> bool:
        """Lock a target; False while another process has it. Raises OSError where it cannot be locked at all."""
        try:
            self._set(place, fcntl.F_WRLCK)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True

    def release(self, place: Place) -> None:
        """Give one back."""
        self._set(place, fcntl.F_UNLCK)

    def _set(self, place: Place, kind: int) -> None:
        if _IS_KNOWN:
            # struct flock: type, whence, start, length, and a process id that must be 0.
            request = struct.pack("hhqqi4x", kind, os.SEEK_SET, _byte_of(place), 1, 0)
            fcntl.fcntl(self._handle, fcntl.F_OFD_SETLK, request)


def _byte_of(place: Place) -> int:
    """Return which byte stands for a target. The device is left out: it differs from machine to machine."""
    _, folder, name = place
    digest = blake3(folder.to_bytes(8, "big") + name.encode("utf-8", "surrogateescape")).digest(length=8)
    return int.from_bytes(digest, "big") >> 2
