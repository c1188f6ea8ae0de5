"""The queue on disk: one SQLite file that a crash cannot harm and a damaged one cannot stop. Decides nothing.

WAL with synchronous=NORMAL: a transaction that has returned survives the end of the program at any moment; a loss
of power may cost the last ones, but never the file (https://www.sqlite.org/wal.html, section 2.2).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec.structs import replace

from desktop.storage.json_file import kept_name
from desktop.storage.queue_schema import (
    ITEM_COLUMNS,
    MIGRATIONS,
    batch_row,
    item_row,
    read_batch,
    read_item,
)
from desktop.transfers.items import Batch, Item, State
from shared.errors import ConfigError
from shared.names import display

HISTORY = 10_000
"""Items of finished batches that are kept to be looked at; more would only make every start slower."""

_BUSY_TIMEOUT_S = 2.0
_SIDE_FILES = ("-wal", "-shm", "-journal")
_FORGOTTEN = (State.DONE.value, State.SKIPPED.value, State.CANCELLED.value)
_DAMAGED = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_FORGET = """
    DELETE FROM items WHERE id IN (
        SELECT id FROM items
        WHERE state IN (?, ?, ?) AND batch NOT IN (SELECT batch FROM items WHERE state NOT IN (?, ?, ?))
        ORDER BY id DESC LIMIT -1 OFFSET ?
    )
"""


class _UnusableError(Exception):
    """The file is not a queue that this version can read; ``why`` is part of its copy's name."""

    def __init__(self, why: str, reason: str) -> None:
        self.why = why
        super().__init__(reason)


class QueueStore:
    """Implements :class:`desktop.transfers.ports.Store`. Opens its file at the first call, in the caller's thread.

    A file that is damaged or from a newer version is kept under another name and a fresh one begun; ``notice``
    then is text to show. Raises ConfigError when the disk refuses, or another Wherry has the queue open: two
    programs working on one queue would move everything twice.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice = ""
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._next_batch = 1
        self._next_item = 1

    # --- The port --------------------------------------------------------------------------------------------

    def add_batch(self, batch: Batch) -> Batch:
        with self._transaction() as database:
            batch = replace(batch, id=self._next_batch)
            database.execute(
                "INSERT INTO batches (direction, site, title, created, policy, id) VALUES (?, ?, ?, ?, ?, ?)",
                batch_row(batch),
            )
        self._next_batch += 1
        return batch

    def update_batch(self, batch: Batch) -> None:
        with self._transaction() as database:
            database.execute(
                "UPDATE batches SET direction = ?, site = ?, title = ?, created = ?, policy = ? WHERE id = ?",
                batch_row(batch),
            )

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
            _trim(database)
            rows = database.execute("SELECT id, direction, site, title, created, policy FROM batches")
            batches = {batch.id: batch for batch in map(read_batch, rows)}
            rows = database.execute(
                f"SELECT id, batch, {columns} FROM items ORDER BY position, id"  # noqa: S608 -- constants only
            )
            return list(batches.values()), [read_item(row, batches) for row in rows]

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


def _trim(database: sqlite3.Connection) -> None:
    """Forget old history: what failed stays, and so does all of a batch that has something to do."""
    with database:  # commits, or rolls back
        database.execute("BEGIN IMMEDIATE")
        database.execute(_FORGET, (*_FORGOTTEN, *_FORGOTTEN, HISTORY))
        database.execute("DELETE FROM batches WHERE id NOT IN (SELECT batch FROM items)")


@contextmanager
def _damage() -> Iterator[None]:
    """Tell a file that cannot be understood from a disk that refuses."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) in _DAMAGED:
            raise _UnusableError("damaged", f"it is damaged ({error})") from error
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _UnusableError("damaged", "it holds what Wherry never wrote") from error


def _code(error: sqlite3.Error) -> int:
    """The primary result code; errors of the module itself have none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF


class MemoryStore:
    """Implements :class:`desktop.transfers.ports.Store` without a disk, for one run of the command line.

    It keeps nothing to load again: what such a run leaves unfinished is carried on from the partial files.
    """

    def __init__(self) -> None:
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

    def load(self) -> tuple[Sequence[Batch], Sequence[Item]]:
        return (), ()

    def close(self) -> None:
        """Nothing to close."""
