"""The queue on disk: one SQLite file that a crash cannot harm and a damaged one cannot stop. Decides nothing.

WAL with synchronous=NORMAL: a transaction that has returned survives the end of the program at any moment; a loss
of power may cost the last ones, but never the file (https://www.sqlite.org/wal.html, section 2.2).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from desktop.storage.json_file import kept_name
from desktop.storage.queue_schema import (
    BATCH_COLUMNS,
    ITEM_COLUMNS,
    MIGRATIONS,
    batch_row,
    item_row,
    read_batch,
    read_item,
)
from desktop.transfers.history import KEEP
from desktop.transfers.items import Batch, Item, State
from shared.errors import ConfigError
from shared.names import display

HISTORY = KEEP
"""Items of finished batches that are kept; desktop.transfers.history has the rule, this one spares loading them."""

_BUSY_TIMEOUT_S = 2.0
_SIDE_FILES = ("-wal", "-shm", "-journal")
_FORGOTTEN = (State.DONE.value, State.SKIPPED.value, State.CANCELLED.value)
_DAMAGED = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_FORGET = """
    DELETE FROM items WHERE id IN (
        SELECT id FROM items
        WHERE state IN (?, ?, ?) AND batch NOT IN (SELECT batch FROM items WHERE state NOT IN (?, ?, ?))
        ORDER BY ended DESC, id DESC LIMIT -1 OFFSET ?
    )
"""

_PAUSED = "paused"


_NEVER_WRITTEN = (ValueError, KeyError, TypeError, AttributeError)
"""What reading raises for a row that this program has not made; msgspec's errors are ValueErrors."""

T = TypeVar("T")


class _UnusableError(Exception):
    """The file is not a queue that this version can read; ``why`` is part of its copy's name."""

    def __init__(self, why: str, reason: str) -> None:
        self.why = why
        super().__init__(reason)


class QueueStore:
    """Implements :class:`desktop.transfers.ports.Store`. Opens its file at the first call, in the caller's thread.

    A file that is damaged or from a newer version is kept under another name and a fresh one begun; where only some
    rows make no sense, a copy of all is kept, and the others go on. ``notice`` then is text to show. Before an older
    version is brought up to date it is copied beside, as ``queue.db.version-N``.

    ``history`` is how many items of finished batches are loaded, HISTORY where it is not said. Raises ConfigError
    when the disk refuses, or another Wherry has the queue open: two programs working on one queue would move
    everything twice.
    """

    def __init__(self, path: Path, history: int | None = None) -> None:
        self.path = path
        self._history = history
        self.notice = ""
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._next_batch = 1
        self._next_item = 1

    # --- The port --------------------------------------------------------------------------------------------

    def add_batch(self, batch: Batch) -> Batch:
        with self._transaction() as database:
            batch = replace(batch, id=self._next_batch)
            columns = ", ".join((*BATCH_COLUMNS, "id"))
            marks = ", ".join("?" * (len(BATCH_COLUMNS) + 1))
            database.execute(
                f"INSERT INTO batches ({columns}) VALUES ({marks})",  # noqa: S608 -- constants only
                batch_row(batch),
            )
        self._next_batch += 1
        return batch

    def update_batch(self, batch: Batch) -> None:
        columns = ", ".join(f"{column} = ?" for column in BATCH_COLUMNS)
        with self._transaction() as database:
            database.execute(f"UPDATE batches SET {columns} WHERE id = ?", batch_row(batch))  # noqa: S608 -- constants

    def add_items(self, items: Sequence[Item]) -> Sequence[Item]:
        columns = ", ".join(("batch", *ITEM_COLUMNS, "id"))
        marks = ", ".join("?" * (len(ITEM_COLUMNS) + 2))
        with self._transaction() as database:
            first = self._next_item
            # Ids only grow, and nothing is ever moved behind the end: so the id is the position at the end.
            stored = [replace(item, id=id, position=id) for id, item in enumerate(items, first)]
            database.executemany(
                f"INSERT INTO items ({columns}) VALUES ({marks})",  # noqa: S608 -- constants only
                ((item.batch, *item_row(item)) for item in stored),
            )
            self._next_item = first + len(stored)
        return stored

    def update_items(self, items: Sequence[Item]) -> None:
        columns = ", ".join(f"{column} = ?" for column in ITEM_COLUMNS)
        with self._transaction() as database:
            database.executemany(
                f"UPDATE items SET {columns} WHERE id = ?",  # noqa: S608 -- constants only
                map(item_row, items),
            )

    def remove_items(self, ids: Sequence[int]) -> None:
        with self._transaction() as database:
            database.executemany("DELETE FROM items WHERE id = ?", ((id,) for id in ids))

    def set_paused(self, is_paused: bool) -> None:
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO flags (name, value) VALUES (?, ?)", (_PAUSED, is_paused))

    @property
    def is_paused(self) -> bool:
        with self._lock:
            database = self._open()
            with self._errors():
                row = database.execute("SELECT value FROM flags WHERE name = ?", (_PAUSED,)).fetchone()
        return row is not None and bool(row[0])

    def load(self) -> tuple[Sequence[Batch], Sequence[Item]]:
        with self._lock:
            database = self._open()
            try:
                return self._read(database)
            except _UnusableError as error:
                self._start_over(error)
                return self._read(self._open())

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    # --- Inside ----------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            database = self._open()
            with self._errors():
                database.execute("BEGIN IMMEDIATE")
                try:
                    yield database
                    database.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        database.execute("ROLLBACK")
                    raise

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except _UnusableError as error:
                self._start_over(error)
                self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        with self._errors():
            # 0600 from the first byte; SQLite gives the files beside it the same mode.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            database = sqlite3.connect(
                self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(database)
            except BaseException:
                database.close()
                raise
        return database

    def _prepare(self, database: sqlite3.Connection) -> None:
        with _damage():
            # Held until closed, so that a second program is refused; it also spares the shared-memory file.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if 0 < version < len(MIGRATIONS):
                _copy(database, self.path.with_name(f"{self.path.name}.version-{version}"))
            database.execute("BEGIN IMMEDIATE")
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise _UnusableError("newer", "it was written by a newer version of Wherry")
            for number, migration in enumerate(MIGRATIONS[version:], version + 1):
                for statement in migration.split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {number}")
            database.execute("COMMIT")
            problems = database.execute("PRAGMA quick_check(1)").fetchone()
            if problems != ("ok",):
                raise _UnusableError("damaged", "it is damaged")
            self._next_batch = 1 + database.execute("SELECT coalesce(max(id), 0) FROM batches").fetchone()[0]
            self._next_item = 1 + database.execute("SELECT coalesce(max(id), 0) FROM items").fetchone()[0]

    def _read(self, database: sqlite3.Connection) -> tuple[Sequence[Batch], Sequence[Item]]:
        columns = ", ".join(ITEM_COLUMNS)
        with self._errors(), _damage():
            _trim(database, HISTORY if self._history is None else self._history)
            rows = database.execute(f"SELECT id, {', '.join(BATCH_COLUMNS)} FROM batches")  # noqa: S608 -- constants
            read, strange_batches = _sift(rows, read_batch)
            batches = {batch.id: batch for batch in read}
            rows = database.execute(
                f"SELECT id, batch, {columns} FROM items ORDER BY position, id"  # noqa: S608 -- constants only
            )
            items, strange = _sift(rows, lambda row: read_item(row, batches))
            if strange or strange_batches:
                if not items:
                    raise _UnusableError("damaged", "it holds what Wherry never wrote")
                self._leave_out(database, strange_batches, strange)
            return list(batches.values()), items

    def _leave_out(self, database: sqlite3.Connection, batches: Sequence[int], items: Sequence[int]) -> None:
        """Go on without rows that make no sense, with a copy of everything for whoever can read something in them."""
        kept = kept_name(self.path, "damaged")
        _copy(database, kept)
        with database:
            database.execute("BEGIN IMMEDIATE")
            database.executemany("DELETE FROM items WHERE rowid = ?", ((id,) for id in items))
            database.executemany("DELETE FROM batches WHERE rowid = ?", ((id,) for id in batches))
        count = f"{len(items)} entries" if len(items) != 1 else "One entry"
        self.notice = (
            f"{count} of the queue of transfers could not be read and were left out. "
            f"The queue as it was is kept as {display(str(kept))}."
        )

    def _start_over(self, error: _UnusableError) -> None:
        """Set the file aside, with what SQLite keeps beside it, for whoever can still read something in it."""
        self._disconnect()
        kept = kept_name(self.path, error.why)
        with self._errors():
            os.replace(self.path, kept)
            for side in _SIDE_FILES:
                with suppress(FileNotFoundError):
                    os.replace(f"{self.path}{side}", f"{kept}{side}")
        self.notice = (
            f"The queue of transfers could not be read: {error}. Wherry starts with an empty one; "
            f"the old one is kept as {display(str(kept))}."
        )

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise ConfigError(
                    f"{display(str(self.path))} is in use",
                    title="The queue is open in another Wherry",
                    hint="Close the other window, or use another --profile.",
                ) from error
            raise self._refused(str(error)) from error
        except OSError as error:
            raise self._refused(error.strerror or str(error)) from error

    def _refused(self, reason: str) -> ConfigError:
        return ConfigError(
            f"{display(str(self.path))}: {reason}",
            title="The queue could not be stored",
            hint="Check the folder's permissions and the free space.",
        )


def _trim(database: sqlite3.Connection, history: int) -> None:
    """Forget old history: what failed stays, and so does all of a batch that has something to do."""
    with database:  # commits, or rolls back
        database.execute("BEGIN IMMEDIATE")
        database.execute(_FORGET, (*_FORGOTTEN, *_FORGOTTEN, history))
        database.execute("DELETE FROM batches WHERE id NOT IN (SELECT batch FROM items)")


def _sift(rows: Iterable[tuple[Any, ...]], read: Callable[[tuple[Any, ...]], T]) -> tuple[list[T], list[int]]:
    """Read rows; return what they hold, and the ids of those that hold what Wherry never wrote."""
    found: list[T] = []
    strange: list[int] = []
    for row in rows:
        try:
            found.append(read(row))
        except _NEVER_WRITTEN:
            strange.append(row[0])
    return found, strange


def _copy(database: sqlite3.Connection, path: Path) -> None:
    """Copy all of the database into a new file; one that is there is replaced."""
    path.unlink(missing_ok=True)
    # An empty file counts as none: so the copy is private from its first byte.
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    database.execute("VACUUM INTO ?", (str(path),))


@contextmanager
def _damage() -> Iterator[None]:
    """Tell a file that cannot be understood from a disk that refuses."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) in _DAMAGED:
            raise _UnusableError("damaged", f"it is damaged ({error})") from error
        raise
    except _NEVER_WRITTEN as error:
        raise _UnusableError("damaged", "it holds what Wherry never wrote") from error


def _code(error: sqlite3.Error) -> int:
    """The primary result code; errors of the module itself have none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF


class MemoryStore:
    """Implements :class:`desktop.transfers.ports.Store` without a disk, for one run of the command line.

    It keeps nothing to load again: what such a run leaves unfinished is carried on from the partial files.
    """

    def __init__(self) -> None:
        self.is_paused = False
        self._lock = threading.Lock()
        self._next_batch = 1
        self._next_item = 1

    def add_batch(self, batch: Batch) -> Batch:
        with self._lock:
            batch = replace(batch, id=self._next_batch)
            self._next_batch += 1
        return batch

    def update_batch(self, batch: Batch) -> None:
        """Nothing to keep."""

    def add_items(self, items: Sequence[Item]) -> Sequence[Item]:
        with self._lock:
            stored = [replace(item, id=id, position=id) for id, item in enumerate(items, self._next_item)]
            self._next_item += len(stored)
        return stored

    def update_items(self, items: Sequence[Item]) -> None:
        """Nothing to keep."""

    def remove_items(self, ids: Sequence[int]) -> None:
        """Nothing to keep."""

    def set_paused(self, is_paused: bool) -> None:
        self.is_paused = is_paused

    def load(self) -> tuple[Sequence[Batch], Sequence[Item]]:
        return (), ()

    def close(self) -> None:
        """Nothing to close."""
