"""How many bytes a home holds and may hold. Counts when it must, keeps account in memory; moves nothing.

Decision: one ledger a home, filled by a scan the first time a limit is asked about, then kept by what uploads
add. What frees bytes (remove, rename over) makes the ledger forget, and the next question scans again: slower,
never wrong. Changes by others on the server's machine are seen at the next scan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from server.storage.failure import StorageError
from shared.errors import Code
from shared.names import RemotePath


@dataclass(slots=True, eq=False)
class Reservation:
    """Bytes promised to an upload under way. ``growth`` is by how much the home will grow; may be negative."""

    growth: int
    generation: int


class Ledger:
    """Bytes used in one home, and those promised. Thread-safe; shared by all sessions of that home."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: int | None = None
        self._promised = 0
        self._generation = 0

    def reserve(self, growth: int, limit: int | None, measure: Callable[[], int], at: RemotePath) -> Reservation:
        """Promise ``growth`` bytes; raises StorageError (QUOTA) when that would pass ``limit`` bytes.

        ``measure`` counts the home anew, and is called only when there is a limit and the number is not known.
        """
        with self._lock:
            if limit is not None:
                if self._used is None:
                    self._generation += 1
                    self._used = measure()
                if growth > 0 and self._used + self._promised + growth > limit:
                    raise StorageError(
                        Code.QUOTA, f"{self._used} of {limit} bytes are used, {growth} more are needed", at=at
                    )
            self._promised += max(growth, 0)
            return Reservation(growth, self._generation)

    def settle(self, reservation: Reservation, added: int) -> None:
        """End a promise: the home has grown by ``added`` bytes. To be called once for each reservation."""
        with self._lock:
            self._promised -= max(reservation.growth, 0)
            if self._used is not None and reservation.generation == self._generation:
                self._used += added
            else:
                # A scan in the meantime may have counted these bytes, or part of them.
                self._used = None

    def forget(self) -> None:
        """Say that bytes were freed: count anew before the next promise."""
        with self._lock:
            self._used = None
