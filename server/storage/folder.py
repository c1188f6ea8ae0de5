"""An open folder below a home, and what stands in it. Checks no paths: :mod:`server.storage.jail` does."""

from __future__ import annotations

import os
import stat
from types import TracebackType

from server.storage import jail_posix as system
from server.storage.failure import StorageError, storage_errors
from shared.entries import Entry, Kind
from shared.errors import Code
from shared.names import RemotePath, display
from shared.protocol.limits import MAX_FILE
from shared.spelling import other_spelling

SETTABLE_MODE = 0o777
"""Permission bits that a client may set. Set-user-id and its like would lend the server's rights to a program."""

_TIME_MIN, _TIME_MAX = -(1 << 63), (1 << 63) - 1


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

    def other_spelling(self, name: str, found: os.stat_result) -> str | None:
        """Return what ``found`` is really called here, where the disk takes ``name`` for it; None: just so.

        Raises StorageError.
        """

        def identify(other: str) -> system.Identity | None:
            try:
                return system.identity_of(system.look(self.handle, other))
            except OSError:
                # Not there; or no name at all: another spelling of a long one can be too long.
                return None

        with storage_errors(self.path):
            return other_spelling(name, system.identity_of(found), identify, lambda: os.listdir(self.handle))


def spelling_error(folder: Folder, name: str, other: str) -> StorageError:
    """Return the failure “another name that this disk takes for the same is there”, with what that is."""
    error = exists_error(folder, other)
    text = f"this disk takes the name for “{display(other)}”, which is there"
    return StorageError(Code.EXISTS, text, at=(*folder.path, name), entry=error.entry)


def exists_error(folder: Folder, name: str) -> StorageError:
    """Return the failure “it is there already”, with what is there."""
    at = (*folder.path, name)
    status = folder.find(name)
    entry = None if status is None else entry_of(name, status)
    return StorageError(Code.EXISTS, at=at, entry=entry)
