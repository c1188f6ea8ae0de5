"""How much a folder holds and may hold: promises before each upload, kept account after it. Moves nothing.

Decision: one ledger a folder, filled by a scan the first time a limit is asked about, then kept by what uploads
add. What frees something (remove, rename over) makes the ledger forget, and the next question scans again: slower,
never wrong. Changes by others on the server's machine are seen at the next scan. Where several servers share a folder,
the ledger is in their database (:mod:`server.storage.shared_ledger`), by the same rules.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from server.capacity import Limit, Usage
from server.storage.failure import StorageError
from shared.errors import Code
from shared.names import RemotePath


@dataclass(slots=True, eq=False)
class Reservation:
    """What is promised to an upload under way: by how much the folder will grow; may be negative."""

    growth: Usage
    generation: int
    id: str = ""


class Ledger(Protocol):
    """What a folder holds, and what is promised. Thread-safe; shared by all sessions of that folder."""

    def reserve(self, growth: Usage, limit: Limit, measure: Callable[[], Usage], at: RemotePath) -> Reservation:
        """Promise ``growth``; raises StorageError (QUOTA) when that would pass ``limit``.

        ``measure`` counts the folder anew, and is called only when there is a limit and the number is not known.
        """

    def settle(self, reservation: Reservation, added: Usage) -> None:
        """End a promise: the folder has grown by ``added``. To be called once for each reservation."""

    def forget(self) -> None:
        """Say that something was freed: count anew before the next promise."""

    def left(self, limit: Limit, measure: Callable[[], Usage]) -> int | None:
        """Return the bytes that may still be added, None for any number."""


class MemoryLedger:
    """The ledger of a folder that one server process has to itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: Usage | None = None
        self._promised = Usage()
        self._generation = 0

    def reserve(self, growth: Usage, limit: Limit, measure: Callable[[], Usage], at: RemotePath) -> Reservation:
        with self._lock:
            if limit.is_set:
                check_room(self._measured(measure), self._promised, growth, limit, at)
            self._promised += growth.growth
            return Reservation(growth, self._generation)

    def settle(self, reservation: Reservation, added: Usage) -> None:
        with self._lock:
            self._promised -= reservation.growth.growth
            if self._used is not None and reservation.generation == self._generation:
                self._used += added
            else:
                # A scan in the meantime may have counted these bytes, or part of them.
                self._used = None

    def forget(self) -> None:
        with self._lock:
            self._used = None

    def left(self, limit: Limit, measure: Callable[[], Usage]) -> int | None:
        if limit.bytes is None:
            return None
        with self._lock:
            return max(0, limit.bytes - self._measured(measure).bytes - self._promised.bytes)

    def _measured(self, measure: Callable[[], Usage]) -> Usage:
        if self._used is None:
            self._generation += 1
            self._used = measure()
        return self._used


def check_room(used: Usage, promised: Usage, growth: Usage, limit: Limit, at: RemotePath) -> None:
    """Raise StorageError (QUOTA) when ``growth`` would pass ``limit``. What does not grow is always allowed."""
    total = used + promised + growth
    if growth.bytes > 0 and limit.bytes is not None and total.bytes > limit.bytes:
        held = used.bytes + promised.bytes
        raise StorageError(Code.QUOTA, f"{held} of {limit.bytes} bytes are used, {growth.bytes} more are needed", at=at)
    if growth.files > 0 and limit.files is not None and total.files > limit.files:
        raise StorageError(Code.QUOTA, f"all of the {limit.files} files that may be here are used", at=at)
