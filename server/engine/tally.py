"""What a server has counted since its start: connections, logins, bans, transfers. Shows nothing itself."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class Count(StrEnum):
    """What is counted. The labels of each are its second argument in :meth:`Tally.add`."""

    CONNECTIONS = "connections"
    """By result: accepted, refused."""
    LOGINS = "logins"
    """By result: ok, failed, refused."""
    BANS = "bans"
    """By what the guard did: begun, lifted."""
    TRANSFERS = "transfers"
    """By direction and result, as in ``upload ok``."""
    TRANSFERRED = "transferred"
    """Bytes of files that arrived whole, by direction."""


class Tally:
    """Thread-safe counters that only grow."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[Count, str]] = Counter()

    def add(self, what: Count, label: str, by: int = 1) -> None:
        with self._lock:
            self._counts[what, label] += by

    def read(self) -> Mapping[tuple[Count, str], int]:
        """Return all counts at this moment."""
        with self._lock:
            return dict(self._counts)
