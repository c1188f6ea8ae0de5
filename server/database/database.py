"""One open database: SQLite in the data folder, or a PostgreSQL that several servers share. Knows no account.

SQLite belongs to one machine: the running server, the tray and ``wherry-server user`` use the file at once. Everything
in it is private from the first byte. A PostgreSQL is named by a URL; who may read it is its owner's care.
"""

from __future__ import annotations

import logging
import os
import shlex
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import ConnectionPoolEntry

from server.database import tables
from server.database.migrations import migrate
from server.database.tables import SCHEMA_VERSION
from shared.errors import ConfigError
from shared.names import display

_log = logging.getLogger(__name__)

FILE_NAME = "accounts.db"

BUSY_SECONDS = 10.0
"""How long a change waits for another process's; each takes milliseconds."""

_SCHEMA_LOCK = 0x77686572
"""Key of the PostgreSQL advisory lock that is held while the tables are made: two servers may start at once."""

_SETTINGS_HINT = "Check the address, and that the database runs and lets this user in."


class Database:
    """Transactions on one database. Thread-safe; close it after use.

    Every method raises :class:`~shared.errors.ConfigError` when the database cannot be used. IntegrityError of
    SQLAlchemy passes through: what it means, the caller knows.
    """

    def __init__(self, data: Path, *, url: str | None = None, fill: Callable[[Connection], None]) -> None:
        """Open the database, making it if need be. ``url`` is an SQLAlchemy URL in place of the file in ``data``.

        ``fill`` writes the first rows of a database just made. Raises :class:`~shared.errors.ConfigError` for one
        that is damaged, of a newer version, or open to others.
        """
        parsed = _parse(url) if url is not None else sa.URL.create("sqlite", database=str(data / FILE_NAME))
        self.is_shared = parsed.get_backend_name() == "postgresql"
        self.shown = display(parsed.render_as_string(hide_password=True) if self.is_shared else parsed.database or "")
        """How to call it in front of people; without a password."""
        # The parameters of a statement are verifiers: they stay out of errors and logs.
        if self.is_shared:
            self._file: Path | None = None
            self.engine = _open_postgresql(parsed)
        else:
            self._file = Path(parsed.database or "")
            _make_private_file(self._file)
            self.engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
            event.listen(self.engine, "connect", _prepare_connection)
            event.listen(self.engine, "begin", _begin)
        self._writer: Engine = self.engine.execution_options(is_write=True)
        try:
            self._open_schema(fill)
        except BaseException:
            self.engine.dispose()
            raise

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change it; with SQLite nobody else's runs at the same time."""
        with self._translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.IntegrityError:
            raise
        except (exc.SQLAlchemyError, TypeError, ValueError) as error:
            # The latter two: a row that a damaged file has given other types.
            # What PostgreSQL says comes in several lines; the first has the cause.
            reason = str(error.orig).partition("\n")[0] if isinstance(error, exc.DBAPIError) else type(error).__name__
            raise ConfigError(
                f"the account store {self.shown} cannot be used: {display(reason)}",
                hint=_SETTINGS_HINT
                if self.is_shared
                else "Check the disk and the file's permissions; restore it from a backup if it is damaged.",
            ) from error

    # --- versions

    def _open_schema(self, fill: Callable[[Connection], None]) -> None:
        with self.write() as connection:
            if self.is_shared:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
            version = self._version(connection)
            if version > SCHEMA_VERSION:
                raise ConfigError(
                    f"the account store {self.shown} is of version {version}; "
                    f"this program knows up to {SCHEMA_VERSION}",
                    hint="Use the newer Wherry Server that has written it.",
                )
            if version == 0:
                self._make_tables(connection, fill)
            elif version < SCHEMA_VERSION and self._file is not None:
                backup = _back_up(self._file, version)
                migrate(connection, version, SCHEMA_VERSION)
                _log.warning(
                    "the account store %s was brought from version %d to %d; as it was, it is kept in %s",
                    self.shown,
                    version,
                    SCHEMA_VERSION,
                    display(str(backup)),
                )
            if version != SCHEMA_VERSION and not self.is_shared:
                # Servers of version 1 look here, and must find that this is newer than they are.
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self, connection: Connection) -> int:
        """Return the version of the schema, 0 for an empty database."""
        names = sa.inspect(connection).get_table_names()
        version = 0 if self.is_shared else int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if tables.schema_version.name in names:
            version = max(version, int(connection.execute(sa.select(tables.schema_version.c.version)).scalar_one()))
        if version:
            return version
        if names:
            raise ConfigError(
                f"{self.shown} is not an account store",
                hint="Choose an empty database." if self.is_shared else "Choose another --data.",
            )
        return 0

    def _make_tables(self, connection: Connection, fill: Callable[[Connection], None]) -> None:
        tables.metadata.create_all(connection)
        if self.is_shared:
            tables.shared_metadata.create_all(connection)
        connection.execute(sa.insert(tables.schema_version).values(version=SCHEMA_VERSION))
        fill(connection)
        _log.debug("made the account store %s", self.shown)


def _parse(url: str) -> sa.URL:
    """Read a database's URL; PostgreSQL is always spoken through psycopg."""
    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        # Its text may hold a password.
        raise ConfigError(
            "the database's address cannot be read", hint="For example: postgresql://wherry@db.example/wherry"
        ) from None
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not parsed.database:
        raise ConfigError(f"accounts cannot be kept in “{display(backend)}”", hint="Use SQLite or PostgreSQL.")
    return parsed


def _open_postgresql(url: sa.URL) -> Engine:
    try:
        return sa.create_engine(
            url,
            hide_parameters=True,
            # A database that was restarted must cost a reconnect, not a failed login.
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=16,
            connect_args={"connect_timeout": int(BUSY_SECONDS), "application_name": "wherry-server"},
        )
    except ImportError as error:
        raise ConfigError(
            f"PostgreSQL needs psycopg, which cannot be loaded: {error}",
            title="A library is missing",
            hint="Install it with: pip install 'wherry[postgres]'",
        ) from error


def _prepare_connection(connection: Any, entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions on its own, or those below would not be the real ones.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Readers and one writer do not wait for each other; FULL, so that a password once changed stays changed.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that has read first could no longer wait for another.
    is_write = connection.get_execution_options().get("is_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _make_private_file(path: Path) -> None:
    """Make an empty file with mode 0600 before SQLite sees it; its -wal and -shm get the mode of the file."""
    shown = display(str(path))
    try:
        _make_empty(path)
    except FileExistsError:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(
                f"others can read the account store {shown}", hint=f"Run: chmod 600 {shlex.quote(shown)}"
            ) from None
    except OSError as error:
        raise ConfigError(f"the account store {shown} cannot be made: {error.strerror}") from error


def _make_empty(path: Path) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _back_up(path: Path, version: int) -> Path:
    """Copy an SQLite file as it is now, by a connection of its own beside the writer's; return the copy's path."""
    shown = display(str(path))
    try:
        backup = _fresh_backup(path, version)
        try:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as target:
                source.backup(target)
            handle = os.open(backup, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except BaseException:
            with suppress(OSError):
                backup.unlink()
            raise
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(
            f"the account store {shown} must be brought to a new version, and no backup of it can be made: {error}",
            hint="Nothing was changed. Make room on the disk, then start again.",
        ) from error
    return backup


def _fresh_backup(path: Path, version: int) -> Path:
    """Make the empty file that the backup goes into, private as the store itself; earlier ones stay."""
    number = 0
    while True:
        suffix = f".version-{version}" + (f"-{number}" if number else "")
        backup = path.with_name(path.name + suffix + ".backup")
        try:
            _make_empty(backup)
        except FileExistsError:
            number += 1
        else:
            return backup
