"""The accounts on the disk: who there is, what each may do, and what a password is checked against. Keeps no password.

Several processes use it at once: the running server, the tray, ``wherry-server user``, and with PostgreSQL the servers
of several machines. Each change counts up a generation, by which a running server learns of it.
"""

from __future__ import annotations

import builtins
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Row

from server.accounts.account import (
    Account,
    Share,
    account_key,
    check_account,
    check_account_name,
    name_taken,
    no_such_account,
    no_such_share,
)
from server.accounts.homes import check_home, check_share, default_home
from server.capacity import Limit
from server.database.database import FILE_NAME, Database
from server.database.tables import accounts as _accounts
from server.database.tables import shares as _shares
from server.database.tables import state as _state
from shared.auth.credentials import Verifier, fake_verifier, make_verifier
from shared.errors import ConfigError
from shared.permissions import FULL, LOOK, Permission
from shared.protocol import limits

__all__ = ["FILE_NAME", "AccountStore"]

_FAKE_SECRET_BYTES = 32


class AccountStore:
    """The accounts of one data folder, or of one PostgreSQL. Thread-safe; close it after use.

    Every method raises :class:`~shared.errors.ConfigError` when the database cannot be used, and those that
    name an account also when there is none of that name. Names are compared without regard to case.
    """

    def __init__(self, data: Path, *, url: str | None = None, clock: Callable[[], float] = time.time) -> None:
        """Open the store, making it if need be. ``url`` is an SQLAlchemy URL, of SQLite or PostgreSQL, in place of
        the file in ``data``.

        Raises :class:`~shared.errors.ConfigError` for a store that is damaged, of a newer version, or open to others.
        """
        self._data = data
        self._clock = clock
        self.database = Database(data, url=url, fill=_fill)
        try:
            with self.database.read() as connection:
                self._fake_secret = bytes(connection.execute(sa.select(_state.c.fake_secret)).scalar_one())
        except BaseException:
            self.database.close()
            raise

    def close(self) -> None:
        """Close all connections of this store."""
        self.database.close()

    # --- reading

    def find(self, name: str) -> Account | None:
        """Return the account that a person calls ``name``, enabled or not; None when there is none."""
        with self.database.read() as connection:
            return _find(connection, name)

    def list(self) -> builtins.list[Account]:
        """Return all accounts in the order of their names."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(_accounts).order_by(_accounts.c.key)).all()
            shares: dict[int, builtins.list[Share]] = {}
            for row in connection.execute(sa.select(_shares).order_by(_shares.c.name)):
                shares.setdefault(row.account_id, []).append(_share(row))
            return [_account(row, shares.get(row.id, ())) for row in rows]

    def verifier_for(self, name: str) -> Verifier:
        """Return what a login of ``name`` is checked against.

        For an unknown name it is a fake with the iteration count that most accounts have; for one that is disabled or
        expired a fake with that account's salt and count. All cost the same statements and the same hashing, and no
        password fits a fake, so a stranger learns nothing from trying names.
        """
        usual_count = (
            sa.select(_accounts.c.iterations)
            .group_by(_accounts.c.iterations)
            .order_by(sa.func.count().desc(), _accounts.c.iterations.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(_by_name(name)).one_or_none()
            count = connection.execute(usual_count).scalar_one_or_none() or limits.DEFAULT_ITERATIONS
            fake = fake_verifier(self._fake_secret, account_key(name), count)
            if row is None:
                return fake
            if not _account(row, ()).is_active(self._clock()):
                return replace(fake, salt=row.salt, iterations=row.iterations)
            return _verifier(row)

    def admitted(self, name: str, verifier: Verifier) -> Account | None:
        """Return the account that has just proven itself against ``verifier``.

        None when it was removed, disabled or given another password meanwhile, or has expired.
        """
        with self.database.read() as connection:
            row = connection.execute(_by_name(name)).one_or_none()
            if row is None or _verifier(row) != verifier:
                return None
            account = _account(row, _shares_of(connection, row.id))
            return account if account.is_active(self._clock()) else None

    def generation(self) -> int:
        """Return a number that has changed when any process has changed an account. Logins do not count."""
        with self.database.read() as connection:
            return int(connection.execute(sa.select(_state.c.generation)).scalar_one())

    # --- changing

    def add(
        self,
        name: str,
        password: str,
        *,
        home: Path | None = None,
        read_only: bool = False,
        permissions: Permission = FULL,
        quota: int | None = None,
        max_files: int | None = None,
        upload_rate: int | None = None,
        download_rate: int | None = None,
        max_sessions: int | None = None,
        expires: float | None = None,
        iterations: int = limits.DEFAULT_ITERATIONS,
    ) -> Account:
        """Make an account and its home, by default ``homes/NAME`` in the data folder. Slow: PBKDF2.

        The fields are those of :class:`Account`; ``quota`` is in bytes, and ``read_only`` takes all permissions but
        to look. Raises :class:`~shared.errors.ConfigError` for what cannot be, and for a name that is taken; then
        nothing was made.
        """
        account = Account(
            name=check_account_name(name),
            home=Path(),
            permissions=permissions & LOOK if read_only else permissions,
            limit=Limit(quota, max_files),
            upload_rate=upload_rate,
            download_rate=download_rate,
            max_sessions=max_sessions,
            expires=expires,
            created=self._clock(),
        )
        check_account(account)
        if self.find(name) is not None:
            raise name_taken(name)
        verifier = _make_verifier(password, iterations)
        account = replace(account, home=self._home_for(account.name, home))
        values = {
            **_columns(account),
            **_verifier_columns(verifier),
            "created": account.created,
            "last_login": None,
            "password_version": 0,
        }
        with self._change(name) as connection:
            connection.execute(sa.insert(_accounts).values(values))
            return _found(connection, name)

    def edit(self, name: str, change: Callable[[Account], Account]) -> Account:
        """Give an account what ``change`` makes of it, in one transaction, and return it as it is then.

        ``change`` returns the account with other fields, by :func:`dataclasses.replace`; ``created``, ``last_login``,
        ``iterations`` and ``password_version`` stay what they are. A new home is made if need be, the files in the old
        one stay where they are; the folder of a share must be there. Raises :class:`~shared.errors.ConfigError` for
        what cannot be; then nothing was changed.
        """
        with self._change(name) as connection:
            row = connection.execute(_by_name(name)).one_or_none()
            if row is None:
                raise no_such_account(name)
            old = _account(row, _shares_of(connection, row.id))
            new = self._checked(old, change(old))
            connection.execute(sa.update(_accounts).where(_accounts.c.id == row.id).values(_columns(new)))
            if new.shares != old.shares:
                _write_shares(connection, row.id, new.shares)
            return _found(connection, new.name)

    def set_password(self, name: str, password: str, *, iterations: int = limits.DEFAULT_ITERATIONS) -> None:
        """Give an account a new password, which ends its sessions. Slow: PBKDF2."""
        verifier = _make_verifier(password, iterations)
        with self._change(name) as connection:
            _write_verifier(connection, name, verifier)

    def change_password(self, name: str, old: Verifier, new: Verifier) -> Account | None:
        """Let an account change its own password, after it has proven itself against ``old``.

        None, and nothing changed, when ``old`` is not what holds any more. Ends the account's sessions but for the
        one that takes over the ``password_version`` of the account returned.
        """
        with self._change(name) as connection:
            row = connection.execute(_by_name(name).with_for_update()).one_or_none()
            if row is None or _verifier(row) != old:
                return None
            _write_verifier(connection, name, new)
            return _found(connection, name)

    def set_home(self, name: str, home: Path) -> None:
        """Give an account another home, made if need be. The files in the old one stay where they are."""
        self.edit(name, lambda account: replace(account, home=home))

    def set_enabled(self, name: str, enabled: bool) -> None:
        """Let an account log in, or not; disabling ends its sessions."""
        self.edit(name, lambda account: replace(account, enabled=enabled))

    def set_read_only(self, name: str, read_only: bool) -> None:
        """Forbid or allow all changes in the account's home."""
        self.edit(name, lambda account: replace(account, permissions=LOOK if read_only else FULL))

    def set_quota(self, name: str, quota: int | None) -> None:
        """Limit what the account's home may hold, in bytes; None for no limit."""
        self.edit(name, lambda account: replace(account, limit=replace(account.limit, bytes=quota)))

    def add_share(self, name: str, share: Share) -> Account:
        """Let an account find one more folder at the top of its tree. A share of that name must not be there yet."""

        def change(account: Account) -> Account:
            return replace(account, shares=(*account.shares, share))

        return self.edit(name, change)

    def remove_share(self, name: str, share: str) -> Account:
        """Take a shared folder away from an account; the folder itself stays."""

        def change(account: Account) -> Account:
            left = tuple(found for found in account.shares if found.name != share)
            if len(left) == len(account.shares):
                raise no_such_share(account.name, share)
            return replace(account, shares=left)

        return self.edit(name, change)

    def remove(self, name: str) -> None:
        """Forget an account. Its home and the files in it stay where they are."""
        with self._change(name) as connection:
            row = connection.execute(_by_name(name)).one_or_none()
            if row is None:
                raise no_such_account(name)
            connection.execute(sa.delete(_shares).where(_shares.c.account_id == row.id))
            connection.execute(sa.delete(_accounts).where(_accounts.c.id == row.id))

    def record_login(self, name: str, when: float) -> None:
        """Note when an account last logged in, in seconds since the epoch. An account gone meanwhile is no error."""
        statement = sa.update(_accounts).where(_accounts.c.key == account_key(name)).values(last_login=when)
        with self.database.write() as connection:
            connection.execute(statement)

    # --- inside

    @contextmanager
    def _change(self, name: str) -> Iterator[Connection]:
        try:
            with self.database.write() as connection:
                # First of all: with PostgreSQL this row is what makes changes come one after the other.
                connection.execute(sa.update(_state).values(generation=_state.c.generation + 1))
                yield connection
        except exc.IntegrityError as error:
            # Another process took the name since we looked.
            raise name_taken(name) from error

    def _checked(self, old: Account, new: Account) -> Account:
        """Return ``new`` in its normal form, with folders that are there; raises ConfigError."""
        name = new.name if new.name == old.name else check_account_name(new.name)
        home = new.home if new.home == old.home else check_home(new.home, self._data)
        before = {share.folder for share in old.shares}
        shares = tuple(
            share if share.folder in before else replace(share, folder=check_share(share.folder, self._data))
            for share in new.shares
        )
        return check_account(replace(new, name=name, home=home, shares=shares))

    def _home_for(self, name: str, home: Path | None) -> Path:
        if home is not None:
            return check_home(home, self._data)
        if self.database.is_shared:
            raise ConfigError(
                "the accounts are shared by several servers, which have no folder for homes in common",
                title="A home is needed",
                hint="Name one with --home, on a file system that all of them have mounted at the same place.",
            )
        return default_home(self._data, name)


def _fill(connection: Connection) -> None:
    secret = secrets.token_bytes(_FAKE_SECRET_BYTES)
    connection.execute(sa.insert(_state).values(id=1, generation=0, fake_secret=secret))


def _by_name(name: str) -> sa.Select[Any]:
    return sa.select(_accounts).where(_accounts.c.key == account_key(name))


def _find(connection: Connection, name: str) -> Account | None:
    row = connection.execute(_by_name(name)).one_or_none()
    return None if row is None else _account(row, _shares_of(connection, row.id))


def _found(connection: Connection, name: str) -> Account:
    account = _find(connection, name)
    if account is None:
        raise no_such_account(name)
    return account


def _shares_of(connection: Connection, account_id: int) -> builtins.list[Share]:
    statement = sa.select(_shares).where(_shares.c.account_id == account_id).order_by(_shares.c.name)
    return [_share(row) for row in connection.execute(statement)]


def _share(row: Row[Any]) -> Share:
    return Share(
        name=row.name,
        folder=Path(row.folder),
        permissions=Permission(row.permissions) & FULL,
        limit=Limit(row.quota, row.max_files),
    )


def _account(row: Row[Any], shares: Iterable[Share]) -> Account:
    return Account(
        name=row.name,
        home=Path(row.home),
        permissions=Permission(row.permissions) & FULL,
        limit=Limit(row.quota, row.max_files),
        shares=tuple(shares),
        upload_rate=row.upload_rate,
        download_rate=row.download_rate,
        max_sessions=row.max_sessions,
        expires=row.expires,
        enabled=row.enabled,
        created=row.created,
        last_login=row.last_login,
        iterations=row.iterations,
        password_version=row.password_version,
    )


def _columns(account: Account) -> dict[str, object]:
    """Return the columns that an owner may change."""
    return {
        "key": account_key(account.name),
        "name": account.name,
        "home": str(account.home),
        "permissions": account.permissions.value,
        "quota": account.limit.bytes,
        "max_files": account.limit.files,
        "upload_rate": account.upload_rate,
        "download_rate": account.download_rate,
        "max_sessions": account.max_sessions,
        "expires": account.expires,
        "enabled": account.enabled,
    }


def _write_shares(connection: Connection, account_id: int, shares: Iterable[Share]) -> None:
    connection.execute(sa.delete(_shares).where(_shares.c.account_id == account_id))
    for share in shares:
        connection.execute(
            sa.insert(_shares).values(
                account_id=account_id,
                name=share.name,
                folder=str(share.folder),
                permissions=share.permissions.value,
                quota=share.limit.bytes,
                max_files=share.limit.files,
            )
        )


def _verifier(row: Row[Any]) -> Verifier:
    return Verifier(bytes(row.salt), row.iterations, bytes(row.stored_key), bytes(row.server_key))


def _verifier_columns(verifier: Verifier) -> dict[str, object]:
    return {
        "salt": verifier.salt,
        "iterations": verifier.iterations,
        "stored_key": verifier.stored_key,
        "server_key": verifier.server_key,
    }


def _write_verifier(connection: Connection, name: str, verifier: Verifier) -> None:
    changed = connection.execute(
        sa.update(_accounts)
        .where(_accounts.c.key == account_key(name))
        .values(password_version=_accounts.c.password_version + 1, **_verifier_columns(verifier))
    )
    if changed.rowcount == 0:
        raise no_such_account(name)


def _make_verifier(password: str, iterations: int) -> Verifier:
    try:
        return make_verifier(password, iterations=iterations)
    except ValueError as error:
        raise ConfigError(str(error), title="This password cannot be used") from error
