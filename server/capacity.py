"""How much a folder holds, and may hold: two values that accounts and storage both speak of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """What a folder may hold at most: bytes, and files. None: no limit."""

    bytes: int | None = None
    files: int | None = None

    @property
    def is_set(self) -> bool:
        return self.bytes is not None or self.files is not None


UNLIMITED = Limit()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a folder holds, or by how much that changes (then it may be negative): bytes, and files."""

    bytes: int = 0
    files: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.bytes + other.bytes, self.files + other.files)

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.bytes - other.bytes, self.files - other.files)

    @property
    def growth(self) -> Usage:
        """What of it is more; a promise holds nothing for what becomes less."""
        return Usage(max(self.bytes, 0), max(self.files, 0))
