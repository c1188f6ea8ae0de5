"""Sessions that several servers have in common: who may attach where, how many there are, and that one has ended.

The database knows of a session a digest of its id, whose it is, and which servers have connections of it. Its key is in
no table: every server makes it from the id with a secret that comes from the identity they all have. When the last
server with a connection has left, or is gone, the session is over.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from server.accounts.account import Account, account_key
from server.database.node import Node, is_alive, lock
from server.database.tables import session_nodes as _nodes
from server.database.tables import sessions as _sessions
from shared.errors import ConfigError

_log = logging.getLogger(__name__)

_KEY_DOMAIN = b"wherry session key 1"


@dataclass(frozen=True, slots=True)
class SharedSession:
    """A session that another server may have begun: whose it is, as the account was then."""

    account_key: str
    account_created: float
    password_version: int

    def is_of(self, account: Account) -> bool:
        """Whether an account is still the one that logged in."""
        return (account_key(account.name), account.created, account.password_version) == (
            self.account_key,
            self.account_created,
            self.password_version,
        )


class SharedSessions:
    """The sessions as one server process sees them. Thread-safe.

    Raises ConfigError when the database cannot be used, but for what ends: that is made up for by :meth:`catch_up`.
    """

    def __init__(self, node: Node, secret: bytes) -> None:
        """``secret`` is the same in all servers and known to nobody else."""
        self._node = node
        self.secret = secret
        self._lock = threading.Lock()
        self._owed: dict[tuple[Callable[[bytes], None], bytes], None] = {}

    def key_of(self, session_id: bytes) -> bytes:
        """Return the key of a session, 32 bytes; only servers can make it."""
        return hmac.digest(self.secret, _KEY_DOMAIN + session_id, "sha256")

    def begin(self, session_id: bytes, account: Account, cap: int) -> bool:
        """Enter a session that has just logged in. False when the account has ``cap`` of them already, anywhere."""
        key = account_key(account.name)
        with self._node.database.write() as connection:
            lock(connection, f"sessions of {key}")
            live = sa.select(sa.func.count()).where(_sessions.c.account_key == key, _is_live(_sessions.c.id))
            if connection.execute(live).scalar_one() >= cap:
                return False
            connection.execute(
                sa.insert(_sessions).values(
                    id=_digest(session_id),
                    account_key=key,
                    account_created=account.created,
                    password_version=account.password_version,
                    is_ended=False,
                )
            )
            connection.execute(sa.insert(_nodes).values(session_id=_digest(session_id), node=self._node.id))
            # What servers that are gone have left.
            connection.execute(
                sa.delete(_sessions).where(_sessions.c.account_key == key, sa.not_(_is_live(_sessions.c.id)))
            )
        return True

    def find(self, session_id: bytes) -> SharedSession | None:
        """Return a session that goes on, on whichever server; None for any other."""
        statement = sa.select(_sessions).where(
            _sessions.c.id == _digest(session_id), sa.not_(_sessions.c.is_ended), _is_live(_sessions.c.id)
        )
        with self._node.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else SharedSession(row.account_key, row.account_created, row.password_version)

    def join(self, session_id: bytes) -> bool:
        """Say that this server has a connection of a session; False when that is over meanwhile."""
        key = _digest(session_id)
        with self._node.database.write() as connection:
            going = sa.select(_sessions.c.id).where(
                _sessions.c.id == key, sa.not_(_sessions.c.is_ended), _is_live(_sessions.c.id)
            )
            if connection.execute(going.with_for_update()).one_or_none() is None:
                return False
            connection.execute(insert(_nodes).values(session_id=key, node=self._node.id).on_conflict_do_nothing())
        return True

    def leave(self, session_id: bytes) -> None:
        """This server has no more connections of a session; without any server left the session is over."""
        self._do(self._leave, session_id)

    def end(self, session_id: bytes) -> None:
        """End a session on all servers; the others see it with their next look."""
        self._do(self._end, session_id)

    def catch_up(self) -> None:
        """Do what could not be done at its time. Raises ConfigError while that goes on."""
        with self._lock:
            owed = tuple(self._owed)
        for deed, session_id in owed:
            deed(session_id)
            with self._lock:
                self._owed.pop((deed, session_id), None)

    def _do(self, deed: Callable[[bytes], None], session_id: bytes) -> None:
        try:
            deed(session_id)
        except ConfigError as error:
            _log.error("the other servers cannot be told that a session has ended: %s", error)
            with self._lock:
                self._owed[deed, session_id] = None

    def _leave(self, session_id: bytes) -> None:
        key = _digest(session_id)
        with self._node.database.write() as connection:
            connection.execute(sa.select(_sessions.c.id).where(_sessions.c.id == key).with_for_update())
            connection.execute(sa.delete(_nodes).where(_nodes.c.session_id == key, _nodes.c.node == self._node.id))
            connection.execute(sa.delete(_sessions).where(_sessions.c.id == key, sa.not_(_is_live(_sessions.c.id))))

    def _end(self, session_id: bytes) -> None:
        with self._node.database.write() as connection:
            connection.execute(sa.update(_sessions).where(_sessions.c.id == _digest(session_id)).values(is_ended=True))

    def keep(self, session_id: bytes, password_version: int) -> None:
        """Let a session go on by the password that it gives its account."""
        with self._node.database.write() as connection:
            connection.execute(
                sa.update(_sessions)
                .where(_sessions.c.id == _digest(session_id))
                .values(password_version=password_version)
            )

    def going_on(self, session_ids: Iterable[bytes]) -> dict[bytes, int]:
        """Return those of these sessions that were not ended, with the version of the password that they hold by."""
        ids = {_digest(session_id): session_id for session_id in session_ids}
        statement = sa.select(_sessions.c.id, _sessions.c.password_version).where(
            _sessions.c.id.in_(ids), sa.not_(_sessions.c.is_ended)
        )
        with self._node.database.read() as connection:
            return {ids[bytes(row.id)]: row.password_version for row in connection.execute(statement)}


def _is_live(session_id: sa.ColumnElement[bytes]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_nodes.c.session_id == session_id, is_alive(_nodes.c.node))


def _digest(session_id: bytes) -> bytes:
    return hashlib.sha256(session_id).digest()
