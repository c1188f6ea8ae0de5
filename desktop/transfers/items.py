"""What the queue holds, as values: batches and items, and the words for their states and conflict policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from shared.entries import Kind
from shared.errors import Code
from shared.names import RemotePath


class Direction(StrEnum):
    """Which way the bytes go."""

    UPLOAD = "upload"
    DOWNLOAD = "download"


class State(StrEnum):
    """Where an item stands; the moves between states are the table in states.py."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    WAITING = "waiting"
    """Will be tried again by itself at ``not_before``."""
    ASKING = "asking"
    """The target exists and a person must say what to do."""
    FAILED = "failed"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset({State.FAILED, State.DONE, State.SKIPPED, State.CANCELLED})


class Policy(StrEnum):
    """What to do when the target exists; the same words on the command line, in the stores and in settings."""

    ASK = "ask"
    OVERWRITE = "overwrite"
    NEWER = "newer"
    RESUME = "resume"
    RENAME = "rename"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item failed, ready to show: never a code alone."""

    code: Code
    title: str
    detail: str
    hint: str = ""
    is_retryable: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One file (or one folder to create) to move. Sizes in bytes, times in ns since the epoch.

    ``local`` is an absolute path of this computer; ``remote`` a path on the server named by ``site``.
    ``group`` is the top-level thing the person chose, relative names below it are shown under it.
    """

    id: int
    batch: int
    direction: Direction
    kind: Kind
    site: str
    local: str
    remote: RemotePath
    size: int
    mtime_ns: int
    mode: int | None = None
    state: State = State.QUEUED
    position: int = 0
    policy: Policy = Policy.ASK
    moved: int = 0
    attempts: int = 0
    not_before: float = 0.0
    """Wall-clock seconds before which a WAITING item is not tried."""
    failure: Failure | None = None
    digest: bytes = b""

    @property
    def name(self) -> str:
        return self.remote[-1] if self.remote else ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one drag, paste or command asked for. ``title`` names it for people."""

    id: int
    direction: Direction
    site: str
    title: str
    created: float
    policy: Policy = Policy.ASK


@dataclass(frozen=True, slots=True)
class Existing:
    """What stands at a target already."""

    kind: Kind
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Progress:
    """Counters that one worker thread writes and the engine reads at 10 Hz; never pushed.

    ``moved`` counts bytes of the item that are in place at the receiver, ``sent`` those that travelled.
    ``is_cancelled`` is set by the engine; the worker looks at it at least once a data frame.
    """

    moved: int = 0
    sent: int = 0
    is_cancelled: bool = field(default=False)
