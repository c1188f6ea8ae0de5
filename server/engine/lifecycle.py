"""The server as one object: :meth:`Server.start` is ready or raises, :meth:`Server.stop` joins everything."""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import metadata

from server.accounts.account import Account
from server.accounts.guard import Guard
from server.accounts.store import AccountStore
from server.config import ServerConfig
from server.engine.admission import Admission
from server.engine.connection import Connection, Turn
from server.engine.descriptors import allow_connections
from server.engine.listener import Listener
from server.engine.login import Lane, Reception
from server.engine.parking import Parkable, Parking
from server.engine.registry import Session, SessionRegistry, Snapshot
from server.engine.turns import Turns
from server.requests.dispatch import Desk
from server.storage.homes import Homes
from shared import tls
from shared.auth.binding import server_end_point
from shared.errors import WherryError
from shared.names import display
from shared.protocol import limits
from shared.tls import Identity

_log = logging.getLogger(__name__)

_TALK_WORKERS = 16
"""Logins, listings and small changes: short work, much of it waiting for the disk."""

_NONCE_BYTES = 24
_WATCH_INTERVAL = 1.0
"""Seconds after which a change to an account acts on its live sessions."""


class Server:
    """The engine, in this process, on its own threads. Start and stop it as often as you like, from one thread.

    The caller owns ``accounts`` and closes it after the last stop.
    """

    def __init__(self, config: ServerConfig, accounts: AccountStore, identity: Identity) -> None:
        self._config = config
        self._accounts = accounts
        self._identity = identity
        self._run: _Run | None = None

    @property
    def is_running(self) -> bool:
        return self._run is not None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port as bound. Raises RuntimeError while the server is stopped."""
        if self._run is None:
            raise RuntimeError("the server is not running")
        return self._run.listener.address

    @property
    def fingerprint(self) -> str:
        """The identity as people compare it: ``SHA256:...``."""
        return self._identity.fingerprint

    def start(self) -> None:
        """Listen. Raises :class:`~shared.errors.ConfigError`; then nothing is left running."""
        if self._run is None:
            allow_connections(self._config.max_connections)
            self._run = _Run(self._config, self._accounts, self._identity)

    def stop(self, grace: float = 5.0) -> None:
        """Accept no more, let transfers end for ``grace`` seconds, then end every connection and thread."""
        run, self._run = self._run, None
        if run is not None:
            run.stop(grace)

    def snapshot(self) -> Snapshot:
        """Return sessions, transfers and totals at this moment; empty while stopped."""
        return self._run.registry.snapshot() if self._run is not None else Snapshot()

    def kick(self, session: bytes) -> None:
        """End a session now. One that has gone already is no error."""
        if self._run is not None:
            self._run.registry.end(session)


class _Run:
    """Everything that lives from one start to the next stop."""

    def __init__(self, config: ServerConfig, accounts: AccountStore, identity: Identity) -> None:
        self._config = config
        self._accounts = accounts
        self._context = tls.server_context(identity)
        self._agent = f"wherry-server {metadata.version('wherry')}"
        self._generation = accounts.generation()
        self._homes = Homes()
        self.registry = SessionRegistry(config.max_sessions_per_account)
        self._reception = Reception(
            accounts=accounts,
            guard=Guard(),
            guard_lock=threading.Lock(),
            registry=self.registry,
            binding=server_end_point(identity.certificate_der),
            open_session=self._open_session,
        )
        self._admission = Admission(config.max_connections, config.max_per_address)
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()
        self._is_stopping = threading.Event()
        self._idle = threading.Condition(self._lock)
        self._busy = 0
        self.listener = Listener(config.host, config.port, self._accepted)
        self._workers = {
            Lane.TALK: ThreadPoolExecutor(_TALK_WORKERS, thread_name_prefix="wherry-talk"),
            Lane.BULK: ThreadPoolExecutor(config.workers, thread_name_prefix="wherry-bulk"),
        }
        self._turns: dict[Lane, Turns[Connection]] = {
            Lane.TALK: Turns(_TALK_WORKERS // 2),
            Lane.BULK: Turns(max(1, config.workers // 2)),
        }
        self._parking = Parking(self._readable, self._expired)
        self._watcher = threading.Thread(target=self._watch_accounts, name="wherry-watch")
        self._parking.start()
        self._watcher.start()
        self.listener.start()

    def stop(self, grace: float) -> None:
        self.listener.stop()
        self._is_stopping.set()
        for item in self._parking.stop():
            self._end(item, "closing", "the server is stopping")
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, grace)
            left = tuple(self._connections)
        for connection in left:
            connection.abort()
        for workers in self._workers.values():
            workers.shutdown(wait=True)
        with self._lock:
            left = tuple(self._connections)
        for connection in left:
            self._end(connection)
        self._watcher.join()
        self._homes.close()

    # --- a connection's way through the threads

    def _accepted(self, sock: socket.socket, peer: str) -> None:
        with self._lock:
            is_admitted = self._admission.admit(peer)
        if not is_admitted:
            _log.warning("a connection from %s was refused: too many", peer)
            sock.close()
            return
        try:
            connection = Connection(
                sock,
                self._context,
                peer,
                self._reception,
                nonce=secrets.token_bytes(_NONCE_BYTES),
                name=self._config.name,
                agent=self._agent,
            )
        except BaseException as error:
            sock.close()
            with self._lock:
                self._admission.left(peer, was_logged_in=False)
            if not isinstance(error, OSError):
                raise
            _log.debug("%s: %s", peer, error)
            return
        connection.deadline = time.monotonic() + limits.LOGIN_DEADLINE
        with self._lock:
            self._connections.add(connection)
        self._parking.park(connection, connection.deadline)

    def _readable(self, item: Parkable) -> None:
        self._deal(_connection(item))

    def _deal(self, connection: Connection) -> None:
        """Give a connection a worker, now or when its account has one to spare."""
        lane, account = connection.lane, connection.account
        with self._lock:
            self._busy += 1
            is_now = self._turns[lane].ask(account, connection)
        if is_now:
            self._workers[lane].submit(self._take_turn, connection, lane, account)

    def _expired(self, item: Parkable) -> None:
        self._end(item, "idle", "nothing was heard for too long")

    def _take_turn(self, connection: Connection, lane: Lane, account: str | None) -> None:
        was_logged_in = connection.is_logged_in
        try:
            turn = connection.take_turn(lane)
            if connection.is_logged_in and not was_logged_in:
                with self._lock:
                    self._admission.logged_in(connection.peer)
            if turn is Turn.OVER or self._is_stopping.is_set():
                self._end(connection, *(() if turn is Turn.OVER else ("closing", "the server is stopping")))
                return
            if turn is Turn.MOVE:
                self._deal(connection)
                return
            if connection.is_logged_in:
                connection.deadline = time.monotonic() + limits.IDLE_DEADLINE
            self._parking.park(connection, connection.deadline)
        finally:
            with self._idle:
                following = self._turns[lane].end(account)
                self._busy -= 1
                self._idle.notify_all()
            if following is not None:
                # Refused while the server stops: who waits is ended with all others then.
                with suppress(RuntimeError):
                    self._workers[lane].submit(self._take_turn, following, lane, account)

    def _end(self, item: Parkable, code: str = "", text: str = "") -> None:
        connection = _connection(item)
        with self._lock:
            if connection not in self._connections:
                return
            self._connections.remove(connection)
            self._admission.left(connection.peer, was_logged_in=connection.is_logged_in)
        if code:
            connection.dismiss(code, text)
        connection.close()

    # --- sessions

    def _open_session(self, account: Account, peer: str) -> Session:
        home = self._homes.open(account.home, account.name, account.quota)
        return Session(account, peer, Desk(account, home.jail, home.staging), home.close)

    def _watch_accounts(self) -> None:
        seen = self._generation
        is_fresh = False
        while not self._is_stopping.wait(_WATCH_INTERVAL):
            try:
                generation = self._accounts.generation()
                # A login that was under way during the change may become a session after the first look.
                if generation != seen or is_fresh:
                    self._end_changed_sessions()
                seen, is_fresh = generation, generation != seen
            except WherryError as error:
                _log.error("changes to accounts cannot be seen at the moment: %s", error)

    def _end_changed_sessions(self) -> None:
        for session in self.registry.sessions():
            account = self._accounts.find(session.account.name)
            if account is None or not account.enabled or _rights(account) != _rights(session.account):
                _log.info("the account “%s” was changed: its session ends", display(session.account.name))
                self.registry.end(session.id)


def _rights(account: Account) -> tuple[object, ...]:
    """What of an account a session was opened with, and cannot change under it; ``created`` tells one of the same name
    that was made anew."""
    return account.created, account.home, account.read_only, account.quota


def _connection(item: Parkable) -> Connection:
    if not isinstance(item, Connection):
        raise TypeError("only connections are parked here")
    return item
