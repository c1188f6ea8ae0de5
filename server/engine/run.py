"""One run of the server, from a start to the next stop: its threads, its connections, and their way through them."""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial

from server.accounts.account import Account
from server.accounts.store import AccountStore
from server.config import ServerConfig
from server.engine.cluster import Cluster
from server.engine.connection import Connection, Turn
from server.engine.gate import Gate
from server.engine.listener import Listener
from server.engine.login import Lane, Reception
from server.engine.pacing import RateBook
from server.engine.parking import Parkable, Parking
from server.engine.registry import SESSION_ID_BYTES, SESSION_KEY_BYTES, Member, Session, SessionRegistry
from server.engine.turns import Turns
from server.engine.watch import AccountWatch
from server.engine.witness import Records
from server.requests.dispatch import Desk
from server.requests.password import PasswordDesk, PasswordKeeper
from server.storage.homes import Homes
from shared import tls
from shared.auth.binding import server_end_point
from shared.protocol import limits
from shared.tls import Identity
from shared.version import VERSION

_log = logging.getLogger(__name__)

_TALK_WORKERS = 16
"""Logins, listings and small changes: short work, much of it waiting for the disk."""

_NONCE_BYTES = 24
_REFUSED_INTERVAL = 1.0
"""Seconds between two lines of the log about connections that were refused."""

_WATCH_INTERVAL = 1.0
"""Seconds after which a change to an account acts on its live sessions."""


class Run:
    """Everything that lives from one start to the next stop. Made ready by the constructor, which may raise
    ConfigError; then nothing is left."""

    def __init__(
        self, config: ServerConfig, accounts: AccountStore, identity: Identity, gate: Gate, records: Records
    ) -> None:
        self._config = config
        self._gate = gate
        self._accounts = accounts
        self._agent = f"wherry-server {VERSION}"
        self._cluster = Cluster(accounts, identity) if accounts.database.is_shared else None
        self._homes = Homes(self._cluster.ledgers.ledger_for if self._cluster is not None else None)
        self._rates = RateBook()
        self._rates.total.set(config.upload_rate, config.download_rate)
        shared = self._cluster.sessions if self._cluster is not None else None
        self.registry = SessionRegistry(config.max_sessions_per_account, shared)
        self._is_stopping = threading.Event()
        self._context = tls.server_context(identity)
        self._reception = Reception(
            accounts=accounts,
            gate=gate,
            registry=self.registry,
            rates=self._rates,
            records=records,
            binding=server_end_point(identity.certificate_der),
            open_session=self._open_session,
            is_stopping=self._is_stopping,
            is_current=self._is_current,
            adopt=self._adopt if shared is not None else None,
        )
        self._account_watch = AccountWatch(accounts, self.registry, records)
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()
        self._idle = threading.Condition(self._lock)
        self._busy = 0
        self._working: Counter[Lane] = Counter()
        self._is_hurried = False
        self._refused = 0
        self._refused_told = 0.0
        """Connections that were refused and not logged, and when one was. The listener's thread alone uses them."""
        self.listener = Listener(config.host, config.port, self._accepted)
        self._worker_counts = {Lane.TALK: _TALK_WORKERS, Lane.BULK: config.workers}
        self._workers = {
            lane: ThreadPoolExecutor(count, thread_name_prefix=f"wherry-{lane.name.lower()}")
            for lane, count in self._worker_counts.items()
        }
        self._turns: dict[Lane, Turns[Connection]] = {
            lane: Turns(max(1, count // 2)) for lane, count in self._worker_counts.items()
        }
        self._parking = Parking(self._readable, self._expired)
        self._watcher = threading.Thread(target=self._watch, name="wherry-watch")

    def start(self) -> None:
        """Begin to accept."""
        self._parking.start()
        self._watcher.start()
        self.listener.start()

    def stop(self, grace: float) -> None:
        """Accept no more, let what runs go on for ``grace`` seconds, end everything and join it."""
        self.listener.stop()
        self._is_stopping.set()
        for item in self._parking.stop():
            self._end(item, "closing", "the server is stopping")
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0 or self._is_hurried, grace)
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
        if self._cluster is not None:
            self._cluster.close()

    def hurry(self) -> None:
        """Let the grace of a stop that is under way, or comes, be over."""
        with self._idle:
            self._is_hurried = True
            self._idle.notify_all()

    # --- changes while it runs

    def apply(self, config: ServerConfig) -> None:
        """Take over what of the settings can change live."""
        self._config = config
        self._rates.total.set(config.upload_rate, config.download_rate)
        self.registry.max_per_account = config.max_sessions_per_account
        self._account_watch.look_again()

    def set_records(self, records: Records) -> None:
        """Write what connections do elsewhere: those that log in from now on."""
        self._reception = replace(self._reception, records=records)
        self._account_watch.records = records

    def use_identity(self, identity: Identity) -> None:
        """Meet new connections with another certificate. Raises ConfigError when it does not work."""
        context = tls.server_context(identity)
        if self._cluster is not None:
            self._cluster.use_identity(identity)
        self._reception = replace(self._reception, binding=server_end_point(identity.certificate_der))
        self._context = context

    # --- looking

    def lanes(self) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
        """Return the workers that are at work and those there are, by lane."""
        with self._lock:
            busy = {lane: self._working[lane] for lane in Lane}
        return (
            tuple((lane.name.lower(), busy[lane]) for lane in Lane),
            tuple((lane.name.lower(), self._worker_counts[lane]) for lane in Lane),
        )

    def parked(self) -> int:
        """Return how many connections hold no worker and wait for none."""
        with self._lock:
            return max(0, len(self._connections) - self._busy)

    # --- a connection's way through the threads

    def _accepted(self, sock: socket.socket, peer: str) -> None:
        reason = self._gate.enter(peer)
        if reason:
            sock.close()
            self._tell_refused(peer, reason)
            return
        # The two belong together, and an identity may be changed at any moment.
        reception, context = self._reception, self._context
        try:
            connection = Connection(
                sock,
                context,
                peer,
                reception,
                nonce=secrets.token_bytes(_NONCE_BYTES),
                name=self._config.name,
                agent=self._agent,
                compress=self._config.compress,
            )
        except BaseException as error:
            sock.close()
            self._gate.leave(peer, was_logged_in=False)
            if not isinstance(error, OSError):
                raise
            _log.debug("%s: %s", peer, error)
            return
        connection.deadline = time.monotonic() + limits.LOGIN_DEADLINE
        with self._lock:
            self._connections.add(connection)
        self._parking.park(connection, connection.deadline)

    def _tell_refused(self, peer: str, reason: str) -> None:
        """Log a refused connection; of a flood, one a second: it must not fill the disk instead of the server."""
        self._refused += 1
        now = time.monotonic()
        if now - self._refused_told >= _REFUSED_INTERVAL:
            more = f", {self._refused - 1} more since the last line" if self._refused > 1 else ""
            _log.warning("a connection from %s was refused: %s%s", peer, reason, more)
            self._refused, self._refused_told = 0, now

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
        with self._lock:
            self._working[lane] += 1
        try:
            turn = connection.take_turn(lane)
            if connection.is_logged_in and not was_logged_in:
                self._gate.logged_in(connection.peer)
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
                self._working[lane] -= 1
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
        self._gate.leave(connection.peer, was_logged_in=connection.is_logged_in)
        if code:
            connection.dismiss(code, text)
        connection.close()

    # --- sessions

    def _open_session(self, account: Account, peer: str) -> Session:
        session_id = secrets.token_bytes(SESSION_ID_BYTES)
        shared = self._cluster.sessions if self._cluster is not None else None
        key = secrets.token_bytes(SESSION_KEY_BYTES) if shared is None else shared.key_of(session_id)
        return self._make_session(account, peer, session_id, key)

    def _make_session(self, account: Account, peer: str, session_id: bytes, key: bytes) -> Session:
        home = self._homes.open(
            account.home, account.name, account.limit, permissions=account.permissions, shares=account.shares
        )
        rates = self._rates.of(account.name)
        rates.set(account.upload_rate, account.download_rate)
        keeper = PasswordKeeper(
            account.name,
            self._accounts,
            admit=partial(self._gate.admit_login, peer),
            failed=partial(self._gate.login_failed, peer, account.name),
            changing=lambda: self._password_changes(session),
            changed=lambda changed: self._password_changed(session, changed),
        )
        desk = Desk(home, PasswordDesk(keeper))
        session = Session(account, peer, desk, home.close, id=session_id, key=key, rates=rates)
        return session

    def _is_current(self, session: Session) -> bool:
        """Whether nothing has happened that a session ends for. Raises ConfigError."""
        now = self._accounts.find(session.account.name)
        if now is None or not now.is_active(time.time()) or now.created != session.account.created:
            return False
        if now.password_version != session.account.password_version and not session.is_changing:
            return False
        return self._cluster is None or self._cluster.sessions.find(session.id) is not None

    def _adopt(self, session_id: bytes, peer: str, member: Member, prove: Callable[[bytes], bool]) -> Session | None:
        """Let a connection attach to a session that began on another server. Raises ConfigError."""
        if self._cluster is None:
            return None
        shared = self._cluster.sessions
        found, key = shared.find(session_id), shared.key_of(session_id)
        if found is None or not prove(key):
            return None
        account = self._accounts.find(found.account_key)
        if account is None or not account.is_active(time.time()) or not found.is_of(account):
            return None
        session = self._make_session(account, peer, session_id, key)
        adopted = self.registry.adopt(session, member) if shared.join(session_id) else None
        if adopted is not session:
            session.desk.close()
            session.release()
        return adopted

    def _password_changes(self, session: Session) -> None:
        session.is_changing = True
        if self._cluster is not None:
            self._cluster.sessions.keep(session.id, session.account.password_version + 1)

    def _password_changed(self, session: Session, account: Account | None) -> None:
        """The session goes on by the new password, all others of the account end. None: it was not changed."""
        if account is not None:
            session.account = account
            self._account_watch.look_again()
        elif self._cluster is not None:
            self._cluster.sessions.keep(session.id, session.account.password_version)
        session.is_changing = False

    def _watch(self) -> None:
        while not self._is_stopping.wait(_WATCH_INTERVAL):
            self.registry.measure(time.monotonic())
            if self._cluster is not None:
                self._cluster.look(self.registry, time.monotonic())
            self._account_watch.look(time.time())
            self._gate.save()
            audit = self._reception.records.audit
            if audit is not None:
                audit.flush()


def _connection(item: Parkable) -> Connection:
    if not isinstance(item, Connection):
        raise TypeError("only connections are parked here")
    return item
