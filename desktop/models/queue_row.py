"""What one row of the queue shows, as values, and how the engine's changes become such rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import PurePath
from urllib.parse import unquote

from PySide6.QtCore import QCoreApplication

from desktop.transfers.items import Direction, Failure, Priority, State
from desktop.transfers.progress import Change, Group
from shared.entries import Kind
from shared.look import wording
from shared.look.error_words import translated
from shared.names import display, format_path
from shared.protocol import limits

translate = QCoreApplication.translate


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
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


SHOWN: dict[QueueFilter, frozenset[State]] = {
    QueueFilter.ALL: frozenset(State),
    QueueFilter.ACTIVE: frozenset({State.RUNNING, State.SCANNING}),
    QueueFilter.WAITING: frozenset({State.QUEUED, State.WAITING, State.PAUSED, State.ASKING}),
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
    priority: Priority = Priority.NORMAL
    is_comparing: bool = False
    stalled_s: float = 0.0

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
    waiting: int = 0
    failed: int = 0
    done: int = 0

    @property
    def unfinished(self) -> int:
        return self.active + self.waiting


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
        state=state_of(change),
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
        priority=item.priority,
        is_comparing=change.is_comparing,
        stalled_s=change.stalled_s,
    )


def state_of(change: Change) -> State:
    """Return what an item is doing. A folder is made before its contents have arrived: until then it is what they
    do."""
    item, group = change.item, change.group
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
        lines += [*map(translated, (row.failure.title, row.failure.detail, row.failure.hint))]
    return wording.tooltip(*lines)


def failure_text(row: QueueRow) -> str:
    """Return what happened to an item as it is copied: names, places, and what went wrong."""
    lines = [row.title, f"{row.source} → {row.target}", state_text(row)]
    if row.failure is not None:
        lines += [*map(translated, (row.failure.detail, row.failure.hint))]
    kept: list[str] = []
    for text in lines:
        if text and text not in kept:
            kept.append(text)
    return "\n".join(kept)


def column_title(column: Column) -> str:
    """Return the heading of a column."""
    return {
        Column.NAME: translate("QueueModel", "Name"),
        Column.STATE: translate("QueueModel", "State"),
        Column.PROGRESS: translate("QueueModel", "Progress"),
        Column.SIZE: translate("QueueModel", "Size"),
        Column.RATE: translate("QueueModel", "Speed"),
        Column.LEFT: translate("QueueModel", "Time left"),
        Column.TARGET: translate("QueueModel", "To"),
    }[column]


def state_text(row: QueueRow) -> str:
    """Return the state in words; for a failure what went wrong."""
    match row.state:
        case State.QUEUED:
            return translate("QueueModel", "Queued")
        case State.SCANNING:
            return translate("QueueModel", "Looking inside")
        case State.RUNNING if row.stalled_s >= 1:
            return translate("QueueModel", "Stalled for %1").replace("%1", wording.duration(row.stalled_s))
        case State.RUNNING if row.is_comparing:
            return translate("QueueModel", "Comparing")
        case State.RUNNING:
            return (
                translate("QueueModel", "Uploading")
                if row.direction is Direction.UPLOAD
                else translate("QueueModel", "Downloading")
            )
        case State.PAUSED:
            return translate("QueueModel", "Paused")
        case State.WAITING:
            return translate("QueueModel", "Waiting to retry")
        case State.ASKING:
            return translate("QueueModel", "Needs an answer")
        case State.FAILED:
            return translated(row.failure.title) if row.failure is not None else translate("QueueModel", "Failed")
        case State.SKIPPED:
            return translate("QueueModel", "Skipped")
        case State.CANCELLED:
            return translate("QueueModel", "Cancelled")
    if row.parts is not None and row.parts.failed:
        return translate("QueueModel", "Done, %1 failed").replace("%1", wording.number(row.parts.failed))
    return translate("QueueModel", "Done")


def cell_text(row: QueueRow, column: int) -> str:
    """Return what a cell says."""
    is_running = row.state is State.RUNNING
    match column:
        case Column.NAME:
            return row.title
        case Column.STATE:
            return state_text(row)
        case Column.PROGRESS:
            return f"{int(row.share * 100)} %"
        case Column.SIZE:
            return size_text(row)
        case Column.RATE:
            return wording.rate(row.rate_bps) if is_running and row.rate_bps > 0 else ""
        case Column.LEFT:
            return wording.duration(row.eta_s) if is_running and row.eta_s is not None else ""
        case _:
            return row.target
