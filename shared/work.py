"""Work that takes its time, as values both programs use: how far it is, what it found. Does none itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.entries import Entry
from shared.names import RemotePath


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """Things and bytes done so far, and of how many; None where that is not known."""

    count: int = 0
    size: int = 0
    total_count: int | None = None
    total_size: int | None = None


OnProgress = Callable[[WorkProgress], None]
"""Called at most twice a second, and each time it is further. Must not block, and not raise."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy made: files, links and folders, and the bytes in them. ``skipped`` counts the special files (fifos,
    sockets, devices), which have no content to copy."""

    count: int
    size: int
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that a search found. ``path`` is complete: from the root of its place."""

    path: RemotePath
    entry: Entry


@dataclass(frozen=True, slots=True)
class Findings:
    """A batch of what a search found. Only the last may have ``is_cut`` (there would have been more than the limit)
    and ``unread``, the number of folders that could not be looked into."""

    matches: Sequence[Match]
    is_cut: bool = False
    unread: int = 0
