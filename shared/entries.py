"""What stands in a folder, as values both programs use. Reads no disk."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct


class Kind(IntEnum):
    """What an entry is. Links are shown, never followed."""

    FILE = 0
    FOLDER = 1
    LINK = 2
    OTHER = 3


class Entry(Struct, frozen=True, gc=False):
    """One name in a folder. Size in bytes, time in nanoseconds since the epoch, ``mode`` permission bits only.

    ``name`` is one component, decoded with ``surrogateescape``; show it with :func:`shared.names.display`.
    A struct and no dataclass: folders have 100,000 of them, and one is made and compared in a tenth of the time.
    """

    name: str
    kind: Kind
    size: int
    mtime_ns: int
    mode: int

    @property
    def is_folder(self) -> bool:
        return self.kind is Kind.FOLDER

    @property
    def is_hidden(self) -> bool:
        return self.name.startswith(".")
