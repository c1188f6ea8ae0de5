"""What one row of the queue shows, as values, and how the engine's changes become such rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import PurePath
from urllib.parse import unquote

from desktop.transfers.items import Direction, Failure, Item, State
from desktop.transfers.progress import Change, Group
from shared.entries import Kind
from shared.look import wording
from shared.names import display, format_path
from shared.protocol import limits


class Column(IntEnum):
    """The columns, in their first order."""

    NAME = 0
    STATE = 1
    PROGRESS = 2
    SIZE = 3
    RATE = 4
    LEFT = 5
    TARGET = 6


class QueueFilter(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    ACTIVE = "active"
    FAILED = "failed"
    DONE = "done"


SHOWN: dict[QueueFilter, frozenset[State]] = {
    QueueFilter.ALL: frozenset(State),
    QueueFilter.ACTIVE: frozenset(state for state in State if not state.is_final),
    QueueFilter.FAILED: frozenset({State.FAILED}),
    QueueFilter.DONE: frozenset({State.DONE, State.SKIPPED, State.CANCELLED}),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One item as it is shown. Bytes, bytes per second, seconds; all texts are safe to display.

    ``group`` is the id of the folder row that this stands under, 0 for none; ``parts`` is set for a folder
    with contents, and ``size`` and ``moved`` are then sums. ``eta_s`` is None while unknown.
    """

    id: int
    position: int
    title: str
    direction: Direction
    state: State
    size: int
    moved: int
    source: str = ""
    target: str = ""
    group: int = 0
    rate_bps: float = 0.0
    eta_s: float | None = None
    failure: Failure | None = None
    parts: Group | None = None
    is_folder: bool = False

    @property
    def share(self) -> float:
        """How much of it is in place, 0.0 to 1.0."""
        if self.state is State.DONE:
            return 1.0
        return min(1.0, self.moved / self.size) if self.size > 0 else 0.0


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many items each filter has; folders with contents count by their contents."""

    all: int = 0
    active: int = 0
    failed: int = 0
    done: int = 0


def row_of(change: Change) -> QueueRow:
    """Return how a change of the engine is shown; every text made safe to display."""
    item = change.item
    server = display(unquote(item.site)).removesuffix(f":{limits.DEFAULT_PORT}")
    remote, remote_folder = format_path(item.remote), format_path(item.remote[:-1])
    is_upload = item.direction is Direction.UPLOAD
    group = change.group
    return QueueRow(
        id=item.id,
        position=item.position,
        title=display(item.name or PurePath(item.local).name),
        direction=item.direction,
        state=_state(item, group),
        size=item.size if group is None else group.size,
        moved=change.moved if group is None else group.moved,
        source=display(item.local) if is_upload else f"{server}:{remote}",
        target=f"{server}:{remote_folder}" if is_upload else display(str(PurePath(item.local).parent)),
        group=item.group,
        rate_bps=change.rate_bps,
        eta_s=change.eta_s,
        failure=item.failure,
        parts=group,
        is_folder=item.kind is Kind.FOLDER,
    )


def _state(item: Item, group: Group | None) -> State:
    """A folder is made before its contents have arrived: until then it is what they are doing."""
    if item.state is State.DONE and group is not None and group.leading is not None:
        return group.leading
    return item.state


def size_text(row: QueueRow) -> str:
    """Return what is moved of all while it is under way, else the size."""
    if row.state.is_final or not row.moved:
        return wording.size(row.size)
    return f"{wording.size(row.moved)} / {wording.size(row.size)}"


def tip(row: QueueRow) -> str:
    """Return the tool tip: from where to where, and what went wrong."""
    lines = [row.title, f"{row.source} → {row.target}" if row.source else row.target]
    if row.failure is not None:
        lines += [row.failure.title, row.failure.detail, row.failure.hint]
    return wording.tooltip(*lines)
