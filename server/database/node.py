"""This server process among those that share a database: it says that it lives, and what it held ends with it."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from server.database.database import Database
from server.database.tables import nodes

LEASE = 60.0
"""Seconds that a process is believed to live after its last word. By the database's clock, the one they share."""

BEAT_INTERVAL = 10.0
"""Between two words: some may get lost."""


class Node:
    """One running server. Raises ConfigError when the database cannot be used. For one that is shared only."""

    def __init__(self, database: Database) -> None:
        """Enter it into the database."""
        self.id = secrets.token_hex(16)
        self.database = database
        self.beat()

    def beat(self) -> None:
        """Say that this process lives; forget those that have long said nothing."""
        with self.database.write() as connection:
            expires = now() + LEASE
            statement = insert(nodes).values(id=self.id, expires=expires)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"expires": expires}))
            # In one order, so that two processes that do this at the same time do not wait for each other.
            dead = sa.select(nodes.c.id).where(nodes.c.expires < now() - LEASE).order_by(nodes.c.id)
            for gone in connection.execute(dead.with_for_update(skip_locked=True)).scalars().all():
                connection.execute(sa.delete(nodes).where(nodes.c.id == gone))

    def leave(self) -> None:
        """Take the process out again, with all that it held."""
        with self.database.write() as connection:
            connection.execute(sa.delete(nodes).where(nodes.c.id == self.id))


def now() -> sa.ColumnElement[float]:
    """Return the time of the database, in seconds since the epoch, as an expression."""
    return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Double)


def is_alive(node: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return whether the process that a column names is taken for alive, as an expression."""
    return sa.exists().where(nodes.c.id == node, nodes.c.expires > now())


def lock(connection: Connection, text: str) -> None:
    """Let one transaction at a time do what ``text`` is about, in all processes."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(text, 0))))
