"""The tables, as SQLAlchemy has them. Version 2 of the schema; how older ones become it stands in migrations.py."""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA_VERSION = 2

metadata = sa.MetaData()
"""What every store has."""

shared_metadata = sa.MetaData()
"""What only a database has that several servers share; one server alone keeps these things in memory."""

schema_version = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, nullable=False))

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # What all spellings of the name share; `name` is how its owner spelt it.
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("home", sa.Text, nullable=False),
    # The bits of shared.permissions.Permission.
    sa.Column("permissions", sa.Integer, nullable=False),
    sa.Column("quota", sa.BigInteger),
    sa.Column("max_files", sa.BigInteger),
    sa.Column("upload_rate", sa.BigInteger),
    sa.Column("download_rate", sa.BigInteger),
    sa.Column("max_sessions", sa.Integer),
    sa.Column("expires", sa.Double),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("last_login", sa.Double),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("iterations", sa.Integer, nullable=False),
    sa.Column("stored_key", sa.LargeBinary, nullable=False),
    sa.Column("server_key", sa.LargeBinary, nullable=False),
    sa.Column("password_version", sa.Integer, nullable=False),
)

shares = sa.Table(
    "shares",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("permissions", sa.Integer, nullable=False),
    sa.Column("quota", sa.BigInteger),
    sa.Column("max_files", sa.BigInteger),
    sa.UniqueConstraint("account_id", "name"),
)

state = sa.Table(
    "state",
    metadata,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("fake_secret", sa.LargeBinary, nullable=False),
)

nodes = sa.Table(
    "nodes",
    shared_metadata,
    sa.Column("id", sa.Text, primary_key=True),
    # Seconds since the epoch by the database's own clock: until then the server process is taken for alive.
    sa.Column("expires", sa.Double, nullable=False),
)

sessions = sa.Table(
    "sessions",
    shared_metadata,
    # A digest of the session's id: who reads the table cannot name a session. No key of one is kept at all.
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("account_key", sa.Text, nullable=False, index=True),
    sa.Column("account_created", sa.Double, nullable=False),
    sa.Column("password_version", sa.Integer, nullable=False),
    sa.Column("is_ended", sa.Boolean, nullable=False),
)

session_nodes = sa.Table(
    "session_nodes",
    shared_metadata,
    # The server processes that have connections of a session.
    sa.Column("session_id", sa.LargeBinary, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("node", sa.Text, sa.ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True),
)

# Unlogged: after a crash of the database they are empty, and all is counted anew. So no upload waits for its disk.
usage = sa.Table(
    "usage",
    shared_metadata,
    sa.Column("place", sa.Text, primary_key=True),
    # Null until it is counted, and again when something was freed.
    sa.Column("bytes", sa.BigInteger),
    sa.Column("files", sa.BigInteger),
    sa.Column("generation", sa.BigInteger, nullable=False),
    prefixes=["UNLOGGED"],
)

reservations = sa.Table(
    "reservations",
    shared_metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False, index=True),
    # The server process that has promised it; when that is no more, neither is the promise.
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("files", sa.BigInteger, nullable=False),
    prefixes=["UNLOGGED"],
)
