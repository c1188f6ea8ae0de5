"""The tables of the queue's database, as migrations, and how items and batches become rows. Opens nothing."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.transfers.items import Batch, Direction, Failure, Item, Policy, Priority, State
from shared.entries import Kind
from shared.errors import Code

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE batches (
        id INTEGER PRIMARY KEY,
        direction TEXT NOT NULL,
        site TEXT NOT NULL,
        title BLOB NOT NULL,
        created REAL NOT NULL,
        policy TEXT NOT NULL
    ) STRICT;
    CREATE TABLE items (
        id INTEGER PRIMARY KEY,
        batch INTEGER NOT NULL REFERENCES batches (id),
        position INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        local BLOB NOT NULL,
        remote BLOB NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        mode INTEGER,
        state TEXT NOT NULL,
        policy TEXT NOT NULL,
        moved INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        not_before REAL NOT NULL,
        failure BLOB,
        digest BLOB NOT NULL,
        "group" INTEGER NOT NULL,
        is_scanned INTEGER NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE batches ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE batches ADD COLUMN is_settled INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE items ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE items ADD COLUMN ended REAL NOT NULL DEFAULT 0;
    UPDATE items SET ended = (SELECT max(created, 1) FROM batches WHERE batches.id = items.batch)
        WHERE state IN ('done', 'failed', 'skipped', 'cancelled') AND batch IN (SELECT id FROM batches);
    CREATE TABLE flags (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) STRICT;
    """,
)
"""Each brings the database from the version of its index to the next. Never changed once released, only added to."""

BATCH_COLUMNS = ("direction", "site", "title", "created", "policy", "priority", "is_settled")

ITEM_COLUMNS = (
    "position", "kind", "local", "remote", "size", "mtime_ns", "mode", "state", "policy", "moved", "attempts",
    "not_before", "failure", "digest", '"group"', "is_scanned", "priority", "ended",
)  # fmt: skip

_INTERRUPTED = frozenset({State.RUNNING, State.SCANNING})

# Names hold bytes that are no Unicode (as surrogates), which SQLite's TEXT cannot: so blobs.
_TEXT = ("utf-8", "surrogatepass")


class _FailureRow(msgspec.Struct, array_like=True):
    code: Code
    title: str
    detail: str
    hint: str
    is_retryable: bool


_failures = msgspec.msgpack.Decoder(_FailureRow)
_paths = msgspec.msgpack.Decoder(tuple[bytes, ...])
_encode = msgspec.msgpack.Encoder().encode
_STATES: dict[str, State] = {state.value: state for state in State}
_POLICIES: dict[str, Policy] = {policy.value: policy for policy in Policy}
_PRIORITIES: dict[int, Priority] = {priority.value: priority for priority in Priority}
_KINDS: dict[int, Kind] = {kind.value: kind for kind in Kind}


def batch_row(batch: Batch) -> tuple[Any, ...]:
    """Return the values of BATCH_COLUMNS, then the id."""
    return (
        batch.direction.value,
        batch.site,
        batch.title.encode(*_TEXT),
        batch.created,
        batch.policy.value,
        batch.priority.value,
        batch.is_settled,
        batch.id,
    )


def read_batch(row: tuple[Any, ...]) -> Batch:
    """Read ``id`` and BATCH_COLUMNS; raises ValueError or KeyError for what we never wrote."""
    id, direction, site, title, created, policy, priority, is_settled = row
    return Batch(
        id,
        Direction(direction),
        site,
        title.decode(*_TEXT),
        created,
        _POLICIES[policy],
        Priority(priority),
        bool(is_settled),
    )


def item_row(item: Item) -> tuple[Any, ...]:
    """Return the values of ITEM_COLUMNS, then the id."""
    failure = item.failure
    return (
        item.position,
        item.kind.value,
        item.local.encode(*_TEXT),
        _encode([name.encode(*_TEXT) for name in item.remote]),
        item.size,
        item.mtime_ns,
        item.mode,
        item.state.value,
        item.policy.value,
        item.moved,
        item.attempts,
        item.not_before,
        None if failure is None else _encode_failure(failure),
        item.digest,
        item.group,
        item.is_scanned,
        item.priority.value,
        item.ended,
        item.id,
    )


def read_item(row: tuple[Any, ...], batches: dict[int, Batch]) -> Item:
    """Read ``id, batch`` and ITEM_COLUMNS; raises ValueError or KeyError for what we never wrote."""
    (
        id, batch, position, kind, local, remote, size, mtime_ns, mode, state, policy, moved, attempts,
        not_before, failure, digest, group, is_scanned, priority, ended,
    ) = row  # fmt: skip
    of = batches[batch]
    known = _STATES[state]
    return Item(
        id=id,
        batch=batch,
        direction=of.direction,
        kind=_KINDS[kind],
        site=of.site,
        local=local.decode(*_TEXT),
        remote=tuple(name.decode(*_TEXT) for name in _paths.decode(remote)),
        size=size,
        mtime_ns=mtime_ns,
        mode=mode,
        state=State.QUEUED if known in _INTERRUPTED else known,
        position=position,
        policy=_POLICIES[policy],
        moved=moved,
        attempts=attempts,
        not_before=not_before,
        failure=None if failure is None else _read_failure(failure),
        digest=digest,
        group=group,
        is_scanned=bool(is_scanned),
        priority=_PRIORITIES[priority],
        ended=ended,
    )


def _encode_failure(failure: Failure) -> bytes:
    title, detail, hint = map(_printable, (failure.title, failure.detail, failure.hint))
    return _encode(_FailureRow(failure.code, title, detail, hint, failure.is_retryable))


def _printable(text: str) -> str:
    """Texts come from other machines too, and may hold what is no Unicode: shown, not refused."""
    return text.encode("utf-8", "replace").decode()


def _read_failure(raw: bytes) -> Failure:
    row = _failures.decode(raw)
    return Failure(row.code, row.title, row.detail, row.hint, row.is_retryable)
