"""Folders whose names have changed, brought to the disk together. Changes nothing itself."""

from __future__ import annotations

import os

from server.storage import jail_posix as system
from server.storage.failure import translated
from shared.errors import ItemError
from shared.names import RemotePath

MAX_FOLDERS = 64
"""So many wait for one sync at most: each holds a handle."""


class FolderSync:
    """Each folder is held open until :meth:`sync`, and synced once however much changed in it. For one thread."""

    def __init__(self) -> None:
        self._waiting: dict[system.Identity, tuple[int, RemotePath]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, handle: int, path: RemotePath) -> None:
        """Note that names changed in a folder; ``handle`` stays the caller's. Raises OSError."""
        identity = system.identity_of(os.fstat(handle))
        if identity not in self._waiting:
            self._waiting[identity] = os.dup(handle), path

    def sync(self) -> ItemError | None:
        """Bring all of them to the disk; return the first failure. Nothing waits afterwards."""
        failure: ItemError | None = None
        waiting, self._waiting = self._waiting, {}
        for handle, path in waiting.values():
            try:
                os.fsync(handle)
            except OSError as error:
                failure = failure or translated(error, path)
            finally:
                os.close(handle)
        return failure

    def close(self) -> None:
        """Forget what waits, unsynced."""
        waiting, self._waiting = self._waiting, {}
        for handle, _ in waiting.values():
            os.close(handle)
