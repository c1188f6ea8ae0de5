"""Keeps the accounts in a database: SQLite, one file in the data folder. Holds verifiers, never a password.

Several processes use it at once: the running server, the tray, ``wherry-server user``. Each change counts
up a generation, by which a running server learns of it.
"""

from __future__ import annotations

import builtins
import logging
import os
import secrets
import shlex
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.pool import ConnectionPoolEntry

from server.accounts.account import Account, account_key, check_account_name, name_taken, no_such_account
from server.accounts.homes import check_home, default_home
from shared.auth.credentials import Verifier, fake_verifier, make_verifier
from shared.errors import ConfigError
from shared.names import display
from shared.protocol import limits

_log = logging.getLogger(__name__)

FILE_NAME = "accounts.db"
SCHEMA_VERSION = 1

BUSY_SECONDS = 10.0
"""How long a change waits for another process's; each takes milliseconds."""

_FAKE_SECRET_BYTES = 32

_metadata = sa.MetaData()
_accounts = sa.Table(
    "accounts",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # What all spellings of the name share; `name` is how its owner spelt it.
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("home", sa.Text, nullable=False),
    sa.Column("read_only", sa.Boolean, nullable=False),
    sa.Column("quota", sa.BigInteger),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("last_login", sa.Double),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("iterations", sa.Integer, nullable=False),
    sa.Column("stored_key", sa.LargeBinary, nullable=False),
    sa.Column("server_key", sa.LargeBinary, nullable=False),
)
_state = sa.Table(
    "state",
    _metadata,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("fake_secret", sa.LargeBinary, nullable=False),
)


class AccountStore:
    """The accounts of one data folder. Thread-safe; close it after use.

    Every method raises :class:`~shared.errors.ConfigError` when the database cannot be used, and those that
    name an account also when there is none of that name. Names are compared without regard to case.
    """

    def __init__(self, data: Path, *, url: str | None = None, clock: Callable[[], float] = time.time) -> None:
        """Open the store, making it if need be. ``url`` is an SQLAlchemy URL in place of the file in
        ``data``.

        Only SQLite is spoken so far. Raises :class:`~shared.errors.ConfigError` for a store that is
        damaged, of a newer version, or open to others.
        """
        parsed = sa.make_url(url) if url is not None else sa.URL.create("sqlite", database=str(data / FILE_NAME))
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            raise ConfigError(f"accounts cannot be kept in “{parsed.get_backend_name()}”", hint="Use SQLite.")
        self._data = data
        self._file = Path(parsed.database)
        self._clock = clock
        _make_private_file(self._file)
        # The parameters of a statement are verifiers: they stay out of errors and logs.
        self._engine: Engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(self._engine, "connect", _prepare_connection)
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(is_write=True)
        try:
            self._fake_secret = self._open_schema()
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Close all connections of this store."""
        self._engine.dispose()

    # --- reading

    def find(self, name: str) -> Account | None:
        """Return the account that a person calls ``name``, enabled or not; None when there is none."""
        with self._read() as connection:
            row = connection.execute(_by_name(name)).one_or_none()
            return _account(row) if row is not None else None

    def list(self) -> builtins.list[Account]:
        """Return all accounts in the order of their names."""
        with self._read() as connection:
            return [_account(row) for row in connection.execute(sa.select(_accounts).order_by(_accounts.c.key))]

    def verifier_for(self, name: str) -> Verifier:
        """Return what a login of ``name`` is checked against.

        For an unknown name it is a fake with the iteration count that most accounts have; for a disabled
        account a fake with that account's salt and count. All three cost the same statements and the same
        hashing, and no password fits a fake, so a stranger learns nothing from trying names.
        """
        usual_count = (
            sa.select(_accounts.c.iterations)
            .group_by(_accounts.c.iterations)
            .order_by(sa.func.count().desc(), _accounts.c.iterations.desc())
            .limit(1)
        )
        with self._read() as connection:
            row = connection.execute(_by_name(name)).one_or_none()
            count = connection.execute(usual_count).scalar_one_or_none() or limits.DEFAULT_ITERATIONS
            fake = fake_verifier(self._fake_secret, account_key(name), count)
            if row is None:
                return fake
            if not row.enabled:
                return replace(fake, salt=row.salt, iterations=row.iterations)
            return Verifier(row.salt, row.iterations, row.stored_key, row.server_key)

    def generation(self) -> int:
        """Return a number that has changed when any process has changed an account. Logins do not count."""
        with self._read() as connection:
            return int(connection.execute(sa.select(_state.c.generation)).scalar_one())

    # --- changing

    def add(
        self,
        name: str,
        password: str,
        *,
        home: Path | None = None,
        read_only: bool = False,
        quota: int | None = None,
        iterations: int = limits.DEFAULT_ITERATIONS,
    ) -> Account:
        """Make an account and its home, by default ``homes/NAME`` in the data folder. Slow: PBKDF2.

        ``quota`` is in bytes. Raises :class:`~shared.errors.ConfigError` for a name, password, home or
        quota that cannot be, and for a name that is taken; then nothing was made.
        """
        name = check_account_name(name)
        _check_quota(quota)
        if self.find(name) is not None:
            raise name_taken(name)
        verifier = _make_verifier(password, iterations)
        folder = check_home(home, self._data) if home is not None else default_home(self._data, name)
        values = {
            "key": account_key(name),
            "name": name,
            "home": str(folder),
            "read_only": read_only,
            "quota": quota,
            "enabled": True,
            "created": self._clock(),
            "last_login": None,
            **_columns(verifier),
        }
        try:
            with self._change() as connection:
                connection.execute(sa.insert(_accounts).values(values))
                return _account(connection.execute(_by_name(name)).one())
        except exc.IntegrityError as error:
            # Another process took the name since we looked.
            raise name_taken(name) from error

    def set_password(self, name: str, password: str, *, iterations: int = limits.DEFAULT_ITERATIONS) -> None:
        """Give an account a new password. Slow: PBKDF2."""
        self._update(name, _columns(_make_verifier(password, iterations)))

    def set_home(self, name: str, home: Path) -> None:
        """Give an account another home, made if need be. The files in the old one stay where they are."""
        self._update(name, {"home": str(check_home(home, self._data))})

    def set_enabled(self, name: str, enabled: bool) -> None:
        """Let an account log in, or not; disabling ends its sessions."""
        self._update(name, {"enabled": enabled})

    def set_read_only(self, name: str, read_only: bool) -> None:
        """Forbid or allow changes in the account's home."""
        self._update(name, {"read_only": read_only})

    def set_quota(self, name: str, quota: int | None) -> None:
        """Limit what the account's home may hold, in bytes; None for no limit."""
        _check_quota(quota)
        self._update(name, {"quota": quota})

    def remove(self, name: str) -> None:
        """Forget an account. Its home and the files in it stay where they are."""
        with self._change() as connection:
            removed = connection.execute(sa.delete(_accounts).where(_accounts.c.key == account_key(name)))
            if removed.rowcount == 0:
                raise no_such_account(name)

    def record_login(self, name: str, when: float) -> None:
        """Note when an account last logged in, in seconds since the epoch. An account gone meanwhile is no error."""
        statement = sa.update(_accounts).where(_accounts.c.key == account_key(name)).values(last_login=when)
        with self._write() as connection:
            connection.execute(statement)

    def _update(self, name: str, values: dict[str, object]) -> None:
        with self._change() as connection:
            changed = connection.execute(
                sa.update(_accounts).where(_accounts.c.key == account_key(name)).values(values)
            )
            if changed.rowcount == 0:
                raise no_such_account(name)

    # --- transactions

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _change(self) -> Iterator[Connection]:
        with self._write() as connection:
            yield connection
            connection.execute(sa.update(_state).values(generation=_state.c.generation + 1))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.IntegrityError:
            raise
        except (exc.SQLAlchemyError, TypeError, ValueError) as error:
            # The latter two: a row that a damaged file has given other types.
            reason = str(error.orig) if isinstance(error, exc.DBAPIError) else type(error).__name__
            raise ConfigError(
                f"the account store {display(str(self._file))} cannot be used: {reason}",
                hint="Check the disk and the file's permissions; restore it from a backup if it is damaged.",
            ) from error

    def _open_schema(self) -> bytes:
        """Check the version or make the tables; return the secret of the fakes."""
        with self._write() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > SCHEMA_VERSION:
                raise ConfigError(
                    f"the account store {display(str(self._file))} is of version {version}; "
                    f"this program knows up to {SCHEMA_VERSION}",
                    hint="Use the newer Wherry Server that has written it.",
                )
            if version == 0:
                if sa.inspect(connection).get_table_names():
                    raise ConfigError(
                        f"{display(str(self._file))} is not an account store", hint="Choose another --data."
                    )
                _metadata.create_all(connection)
                secret = secrets.token_bytes(_FAKE_SECRET_BYTES)
                connection.execute(sa.insert(_state).values(id=1, generation=0, fake_secret=secret))
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
                _log.debug("made the account store %s", display(str(self._file)))
            return bytes(connection.execute(sa.select(_state.c.fake_secret)).scalar_one())


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
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(
                f"others can read the account store {shown}", hint=f"Run: chmod 600 {shlex.quote(shown)}"
            ) from None
    except OSError as error:
        raise ConfigError(f"the account store {shown} cannot be made: {error.strerror}") from error


def _by_name(name: str) -> sa.Select[Any]:
    return sa.select(_accounts).where(_accounts.c.key == account_key(name))


def _account(row: Row[Any]) -> Account:
    return Account(
        name=row.name,
        home=Path(row.home),
        read_only=row.read_only,
        quota=row.quota,
        enabled=row.enabled,
        created=row.created,
        last_login=row.last_login,
        iterations=row.iterations,
    )


def _columns(verifier: Verifier) -> dict[str, object]:
    return {
        "salt": verifier.salt,
        "iterations": verifier.iterations,
        "stored_key": verifier.stored_key,
        "server_key": verifier.server_key,
    }


def _make_verifier(password: str, iterations: int) -> Verifier:
    try:
        return make_verifier(password, iterations=iterations)
    except ValueError as error:
        raise ConfigError(str(error), title="This password cannot be used") from error


def _check_quota(quota: int | None) -> None:
    if quota is not None and not 0 < quota <= limits.MAX_FILE:
        raise ConfigError("a quota is more than nothing, and at most 8 PiB", title="This quota cannot be used")
