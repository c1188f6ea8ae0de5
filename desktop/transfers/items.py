"""What the queue holds, as values: batches and items, and the words for their states and conflict policies.

Items are msgspec structs (changed by ``msgspec.structs.replace``) where a queue of 100,000 counts: a changed copy costs
a twentieth of a dataclass's, and without cycles among them the garbage collector need not walk them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from msgspec import Struct

from shared.entries import Entry, Kind
from shared.errors import Code
from shared.names import RemotePath


class Direction(StrEnum):
    """Which way the bytes go."""

    UPLOAD = "upload"
    DOWNLOAD = "download"


class State(StrEnum):
    """Where an item stands; the moves between states are the table in states.py."""

    QUEUED = "queued"
    """Its turn has not come; an item whose ``is_scanned`` is false is looked into first."""
    SCANNING = "scanning"
    """A folder whose contents are being added to the queue."""
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
        return self in FINAL


FINAL = frozenset({State.FAILED, State.DONE, State.SKIPPED, State.CANCELLED})


class Policy(StrEnum):
    """What to do when the target exists; the same words on the command line, in the stores and in settings."""

    ASK = "ask"
    OVERWRITE = "overwrite"
    NEWER = "newer"
    SIZE = "size"
    """Overwrite where the size differs."""
    CONTENT = "content"
    """Overwrite where the content differs: both sides are read and compared first."""
    RESUME = "resume"
    RENAME = "rename"
    SKIP = "skip"


class Priority(IntEnum):
    """Which items go first; among equals the position decides."""

    LOW = -1
    NORMAL = 0
    HIGH = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer to a conflict; with ``for_batch`` also to all others of the batch, now and to come."""

    policy: Policy
    for_batch: bool = False

    def __post_init__(self) -> None:
        if self.policy is Policy.ASK:
            raise ValueError("“ask” is no answer")


@dataclass(frozen=True, slots=True)
class Source:
    """One thing a person chose to move: a path of this computer (upload) or of the server (download).

    ``entry`` spares looking when the chooser knows what stands there. ``name`` is what it is to be called in
    the target folder: None for its own name, ``""`` for “the target itself” (a home's contents, merged).
    """

    path: str | RemotePath
    entry: Entry | None = None
    name: str | None = None


class Failure(Struct, frozen=True, gc=False):
    """Why an item failed, ready to show: never a code alone."""

    code: Code
    title: str
    detail: str
    hint: str = ""
    is_retryable: bool = False


class Item(Struct, frozen=True, gc=False):
    """One file (or one folder to create) to move. Sizes in bytes, times in ns since the epoch.

    ``local`` is an absolute path of this computer; ``remote`` a path on the server named by ``site``.
    ``group`` is the id of the top-level folder that this was found in; 0 for what the person chose itself.
    ``policy`` is an answer for this item alone; ASK means: as the batch says.
    ``is_scanned`` is false until the engine knows what stands at the source and has queued what is below it.
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
    group: int = 0
    is_scanned: bool = True
    priority: Priority = Priority.NORMAL
    ended: float = 0.0
    """Wall-clock seconds at which it came into its final state; 0 while it is open."""

    @property
    def name(self) -> str:
        return self.remote[-1] if self.remote else ""


class Batch(Struct, frozen=True):
    """What one drag, paste or command asked for. ``title`` names it for people."""

    id: int
    direction: Direction
    site: str
    title: str
    created: float
    policy: Policy = Policy.ASK
    priority: Priority = Priority.NORMAL
    """That of what will still be added to it; each item has its own."""
    is_settled: bool = True
    """Its folders have the times and modes of their sources; until its contents have arrived they cannot."""


@dataclass(frozen=True, slots=True)
class Existing:
    """What stands at a target already."""

    kind: Kind
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Progress:
    """Counters that one worker thread writes and the engine reads at 10 Hz; never pushed.

    ``moved`` counts bytes of the item that are in place at the receiver, ``sent`` those that travelled,
    ``checked`` those that were only read, to be compared with the other side.
    ``is_cancelled`` is set by the engine; the worker looks at it at least once a data frame.
    """

    moved: int = 0
    sent: int = 0
    is_cancelled: bool = field(default=False)
    checked: int = 0
    is_comparing: bool = False
    """Nothing moves yet: the contents of both sides are being read, to tell whether they differ."""
