"""What this server has in common with others: sessions, promises, and the word that it lives. For a shared database.

Servers are told apart by nothing but their place behind a balancer, so all of them must show the same identity, and
find homes and shared folders at the same paths.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import replace

from server.accounts.store import AccountStore
from server.database.node import BEAT_INTERVAL, Node
from server.engine.registry import SessionRegistry
from server.engine.shared_sessions import SharedSessions
from server.storage.shared_ledger import SharedLedgers
from shared.errors import ConfigError, WherryError
from shared.names import display
from shared.tls import Identity

_log = logging.getLogger(__name__)

_SECRET_DOMAIN = b"wherry shared sessions 1"


class Cluster:
    """This server among the others. Raises ConfigError when the database cannot be used, but for :meth:`look`."""

    def __init__(self, accounts: AccountStore, identity: Identity) -> None:
        secret = _secret_of(identity)
        self._accounts = accounts
        self._node = Node(accounts.database)
        self._beaten = 0.0
        self.ledgers = SharedLedgers(self._node)
        self.sessions = SharedSessions(self._node, secret)

    def close(self) -> None:
        """Take this server out, after its last session has ended."""
        try:
            self._node.leave()
        except WherryError as error:
            # It will be missed, and taken out by the others.
            _log.error("this server could not say that it ends: %s", error)

    def use_identity(self, identity: Identity) -> None:
        """Make the keys of further sessions from another identity."""
        self.sessions.secret = _secret_of(identity)

    def look(self, registry: SessionRegistry, now: float) -> None:
        """Say that this server lives, when it is time, and end the sessions that others have ended. ``now`` is
        monotonic. Raises nothing."""
        try:
            if now - self._beaten >= BEAT_INTERVAL:
                self._node.beat()
                self._beaten = now
            self.sessions.catch_up()
            self.ledgers.catch_up()
            self._look_at_sessions(registry)
        except WherryError as error:
            _log.error("the database that is shared with other servers cannot be used at the moment: %s", error)

    def _look_at_sessions(self, registry: SessionRegistry) -> None:
        sessions = registry.sessions()
        versions = self.sessions.going_on(session.id for session in sessions) if sessions else {}
        for session in sessions:
            version = versions.get(session.id)
            if version is None:
                _log.info("a session of “%s” was ended on another server", display(session.account.name))
                registry.end(session.id)
            elif version != session.account.password_version and not session.is_changing:
                # It has changed its account's password on another server, and goes on by the new one.
                account = self._accounts.find(session.account.name)
                if account is not None and account.password_version == version:
                    session.account = replace(session.account, password_version=version, iterations=account.iterations)


def _secret_of(identity: Identity) -> bytes:
    """Return a secret that those have who have the identity's key, however its file is written."""
    from cryptography.hazmat.primitives import serialization

    try:
        key = serialization.load_pem_private_key(identity.key_path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"the server's key cannot be read: {type(error).__name__}") from error
    raw = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return hmac.digest(raw, _SECRET_DOMAIN, "sha256")
