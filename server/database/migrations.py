"""How a database of an older version becomes one of this: one step a version, in the transaction of the caller.

Decision: steps are plain SQL of their day. They must not use tables.py, which describes the newest version only.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_FULL, _LOOK = 127, 3
"""The bits of all permissions, and of read and list, as they were in version 2."""


def migrate(connection: Connection, version: int, target: int) -> None:
    """Take every step from ``version`` to ``target``. What fails is undone by the caller's transaction."""
    for step in range(version, target):
        _STEPS[step](connection)


def _to_version_2(connection: Connection) -> None:
    """Permissions in place of “read only”; shares, limits, rates, expiry. (Version 1 was SQLite only.)"""
    for column in (
        f"permissions INTEGER NOT NULL DEFAULT {_FULL}",
        "max_files BIGINT",
        "upload_rate BIGINT",
        "download_rate BIGINT",
        "max_sessions INTEGER",
        "expires DOUBLE",
        "password_version INTEGER NOT NULL DEFAULT 0",
    ):
        connection.exec_driver_sql(f"ALTER TABLE accounts ADD COLUMN {column}")
    connection.execute(sa.text("UPDATE accounts SET permissions = :look WHERE read_only"), {"look": _LOOK})
    connection.exec_driver_sql("ALTER TABLE accounts DROP COLUMN read_only")
    connection.exec_driver_sql(
        "CREATE TABLE shares (id INTEGER NOT NULL PRIMARY KEY,"
        " account_id INTEGER NOT NULL REFERENCES accounts (id), name TEXT NOT NULL, folder TEXT NOT NULL,"
        " permissions INTEGER NOT NULL, quota BIGINT, max_files BIGINT, UNIQUE (account_id, name))"
    )
    connection.exec_driver_sql("CREATE TABLE schema_version (version INTEGER NOT NULL)")
    connection.exec_driver_sql("INSERT INTO schema_version (version) VALUES (2)")


_STEPS: dict[int, Callable[[Connection], None]] = {1: _to_version_2}
