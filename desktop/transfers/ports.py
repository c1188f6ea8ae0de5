"""What the engine needs from outside, as interfaces. Implementations: desktop.client, desktop.storage, tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.transfers.items import Batch, Direction, Existing, Item, Progress
from shared.entries import Entry
from shared.errors import ItemError, LocalError, WherryError
from shared.names import RemotePath
from shared.protocol.limits import MIB


@dataclass(frozen=True, slots=True)
class Job:
    """One file to move now. ``replace``: an existing target was asked about and may be replaced.

    For an upload size, mtime and mode are the source's; the channel checks them again at open and at end.
    For a download they are what the listing said; the server's offer wins.
    """

    item: int
    direction: Direction
    local: str
    remote: RemotePath
    size: int
    mtime_ns: int
    mode: int | None
    replace: bool
    progress: Progress
    channels: int = 1
    """How many channels may carry this one file together, if it is large enough: the one that runs it opens others."""


RESERVE = 64 * MIB
"""Space that is left on every disk: a full one hurts everybody who uses it. On a tiny one, a hundredth."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of a disk, or of an account's share of one."""

    free: int
    total: int

    @property
    def usable(self) -> int:
        """What transfers may fill."""
        return max(0, self.free - min(RESERVE, self.total // 100))


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What a folder gets once its contents are complete: at a local path (download) or a remote one."""

    local: str
    remote: RemotePath
    mtime_ns: int
    mode: int | None


@dataclass(frozen=True, slots=True)
class Finished:
    """Both ends agree on ``size`` and ``root``, the data is synced and the name is in place."""

    size: int
    root: bytes
    sent: int
    """Bytes of content that travelled, before compression."""


@dataclass(frozen=True, slots=True)
class Conflicted:
    """The target exists and ``replace`` was not set. The target was not touched.

    ``clock_offset_ns`` is the server's clock less ours; ``is_equal`` tells whether the contents are the same, None
    where nobody looked.
    """

    existing: Existing | None
    clock_offset_ns: int = 0
    is_equal: bool | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """The engine asked the worker to stop; what was moved so far stays for a resume."""


Outcome = Finished | Conflicted | Stopped | WherryError


class Channel(Protocol):
    """A blocking bulk connection, used by one worker thread at a time."""

    @property
    def traffic(self) -> int:
        """Bytes of content that went through, either way, up to this moment; any thread."""

    def run(
        self, jobs: Sequence[Job], started: Callable[[Job], None], finished: Callable[[Job, Outcome], None]
    ) -> None:
        """Move the jobs in order, pipelining small ones; every job gets exactly one ``finished``, in order,
        unless this raises.

        A failed job fails alone. Raises ConnectionLostError, PeerError, LoginError or IdentityError when the
        connection is over: jobs without an outcome were not committed and may be tried again.
        """

    def close(self) -> None:
        """Close at once; a thread inside :meth:`run` gets ConnectionLostError. Callable from any thread."""


class Links(Protocol):
    """Where channels and remote listings come from."""

    def open_channel(self, site: str) -> Channel:
        """Blocking: connect and attach. Raises ConnectionLostError when the site's session is not up."""

    def list_folder(self, site: str, path: RemotePath) -> Sequence[Entry]:
        """Blocking: the complete listing of a remote folder. Raises RemoteError or ConnectionLostError."""

    def list_folders(self, site: str, paths: Sequence[RemotePath]) -> Sequence[Sequence[Entry] | ItemError]:
        """Blocking: the listings of several folders, or why one cannot be read, asked for without waiting in between.
        Raises ConnectionLostError."""

    def make_folders(self, site: str, paths: Sequence[RemotePath]) -> Sequence[ItemError | None]:
        """Blocking: make remote folders, in order, and those above them, without waiting in between; an existing one
        is no error. Return what went wrong with each. Raises ConnectionLostError."""

    def compare(self, site: str, job: Job) -> bool:
        """Tell whether the local and the remote file of a job have the same content; moves and changes nothing.

        Blocks while both sides read theirs; ``job.progress.checked`` counts. Raises ItemError, with Code.CANCELLED
        once ``job.progress.is_cancelled`` is set, ConnectionLostError and PeerError.
        """

    def discard(self, site: str, path: RemotePath) -> None:
        """Blocking, best effort: forget the unfinished upload to ``path``."""

    def settle_folders(self, site: str, folders: Sequence[FolderFacts]) -> None:
        """Blocking: give remote folders their times and modes; those that cannot have them are left as they are.
        Raises ConnectionLostError."""

    def room(self, site: str) -> Room:
        """Blocking: the space of the account's storage. Raises RemoteError or ConnectionLostError."""

    def round_trip_s(self, site: str) -> float:
        """How long a message to the site and its answer take, as seen when channels were opened; 0 before."""

    def clock_offset_ns(self, site: str) -> int:
        """The site's clock less ours, as seen at login; 0 while the site is not up."""

    def set_limits(self, total: int | None, up: int | None, down: int | None) -> None:
        """Keep all channels together at these rates from now on: bytes per second, None for no limit."""


class Store(Protocol):
    """The queue on disk. Blocking and thread-safe; each call is one transaction that has reached the disk
    (synchronous=NORMAL on WAL suffices) when it returns."""

    def add_batch(self, batch: Batch) -> Batch:
        """Store a batch and return it with its id."""

    def update_batch(self, batch: Batch) -> None: ...

    def add_items(self, items: Sequence[Item]) -> Sequence[Item]:
        """Store items at the end of the queue and return them with ids and positions."""

    def update_items(self, items: Sequence[Item]) -> None: ...

    def remove_items(self, ids: Sequence[int]) -> None: ...

    def set_paused(self, is_paused: bool) -> None:
        """Remember whether the whole queue is held."""

    @property
    def is_paused(self) -> bool:
        """Whether the whole queue was held; asked after :meth:`load`."""

    def load(self) -> tuple[Sequence[Batch], Sequence[Item]]:
        """Everything, in order of position; items that were RUNNING or SCANNING come back QUEUED."""

    def close(self) -> None: ...


class LocalFiles(Protocol):
    """The local disk as scanning and conflicts see it; blocking."""

    def walk(self, path: str) -> Iterator[tuple[RemotePath, Entry | LocalError]]:
        """The thing itself (relative path ``()``), then everything below it, folders before their contents.

        Links and special files are yielded as such and not entered. What cannot be read is yielded as its
        error, a folder a second time after its entry, and the walk goes on. Names are as the disk has them,
        those that may not go on the wire too: judging them is the caller's. Raises nothing.
        """

    def existing(self, path: str) -> Existing | None:
        """What stands at ``path``, a link itself and not what it leads to. Raises LocalError."""

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it; an existing one is no error. Raises LocalError."""

    def discard(self, path: str) -> None:
        """Forget the unfinished download to ``path``; none is no error. Raises LocalError."""

    def settle_folder(self, path: str, mtime_ns: int, mode: int | None) -> None:
        """Give a folder its time and mode; follows no link. Raises LocalError."""

    def room(self, path: str) -> Room:
        """The space where ``path`` lies, or will once its folders are made. Raises LocalError."""
