"""Who is logged in and what moves: the sessions and their transfers, and a snapshot of both for people."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from server.accounts.account import Account
from server.engine.pacing import Rates
from server.engine.shared_sessions import SharedSessions
from server.requests.dispatch import Desk
from server.requests.exchange import TransferMeter
from shared.names import format_path

SESSION_ID_BYTES = 16
SESSION_KEY_BYTES = 32


STALLED_AFTER = 5.0
"""Seconds without a byte after which a transfer is shown as stalled."""

_SMOOTHING = 0.4
"""How much of a rate the last measurement is: steady enough to read, quick enough to see a change."""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One session as people see it. ``since`` is wall-clock seconds; ``id`` is what :meth:`Server.kick` takes.

    Rates are bytes per second inside TLS, over all of its connections, ``in`` being what the server receives.
    ``is_stalled``: it has transfers, and all of them stand still.
    """

    id: bytes
    account: str
    peer: str
    since: float
    connections: int
    bytes_in: int = 0
    bytes_out: int = 0
    rate_in: float = 0.0
    rate_out: float = 0.0
    is_stalled: bool = False


@dataclass(frozen=True, slots=True)
class TransferInfo:
    """One transfer under way. Sizes in bytes, ``started`` wall-clock seconds, ``path`` safe to display.

    ``rate`` in bytes of the file per second. ``is_stalled``: not one for some seconds.
    """

    session: bytes
    account: str
    path: str
    direction: str
    size: int
    moved: int
    started: float
    rate: float = 0.0
    is_stalled: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The server at one moment. Bytes are those of logged-in connections, inside TLS, since the start."""

    sessions: tuple[SessionInfo, ...] = ()
    transfers: tuple[TransferInfo, ...] = ()
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass(slots=True)
class Pulse:
    """How fast a count grows, from what it was at two moments of one monotonic clock."""

    count: int = 0
    at: float = 0.0
    moved_at: float = 0.0
    rate: float = 0.0

    def measure(self, count: int, now: float) -> None:
        """Take a measurement; the first one only says where the count began."""
        if not self.at:
            self.count, self.at, self.moved_at = count, now, now
            return
        passed = now - self.at
        if passed <= 0:
            return
        latest = max(0, count - self.count) / passed
        self.rate = latest if not self.rate else self.rate + _SMOOTHING * (latest - self.rate)
        if count > self.count:
            self.moved_at = now
        elif now - self.moved_at >= STALLED_AFTER:
            self.rate = 0.0
        self.count, self.at = count, now

    def is_stalled(self) -> bool:
        """Whether nothing has moved for long, as of the last measurement."""
        return self.at - self.moved_at >= STALLED_AFTER


class Member(Protocol):
    """What a session knows of its connections."""

    @property
    def traffic(self) -> tuple[int, int]:
        """Bytes received and sent so far."""

    def abort(self) -> None:
        """End the connection at once, from any thread."""


@dataclass(slots=True)
class _Moving:
    started: float
    pulse: Pulse = field(default_factory=Pulse)


@dataclass(eq=False, slots=True)
class Session:
    """One login and the connections that belong to it. ``key`` proves further ones."""

    account: Account
    peer: str
    desk: Desk
    release: Callable[[], None]
    """Gives back what the session borrowed (its home), after the desk was closed."""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(SESSION_ID_BYTES))
    key: bytes = field(default_factory=lambda: secrets.token_bytes(SESSION_KEY_BYTES), repr=False)
    since: float = field(default_factory=time.time)
    rates: Rates = field(default_factory=Rates)
    """The limits that all sessions of the account share."""
    members: set[Member] = field(default_factory=set)
    transfers: dict[TransferMeter, _Moving] = field(default_factory=dict)
    gone_in: int = 0
    gone_out: int = 0
    """Bytes of connections that have left."""
    pulse_in: Pulse = field(default_factory=Pulse)
    pulse_out: Pulse = field(default_factory=Pulse)
    is_ended: bool = False
    """Kicked, or its account was changed: its connections are leaving."""
    is_changing: bool = False
    """It is changing its account's password itself, and must not end for that."""


class SessionRegistry:
    """All sessions of a running server. Thread-safe; the lock is never held while anybody is called.

    ``max_per_account`` may be changed; it holds for accounts that have no number of their own.
    """

    def __init__(self, max_per_account: int, shared: SharedSessions | None = None) -> None:
        """``shared`` are the sessions of all servers, where there are others."""
        self.max_per_account = max_per_account
        self._shared = shared
        self._lock = threading.Lock()
        self._sessions: dict[bytes, Session] = {}
        self._per_account: Counter[str] = Counter()
        self._bytes_in = 0
        self._bytes_out = 0

    def has_room(self, account: Account) -> bool:
        """Whether another session of this account may begin."""
        with self._lock:
            return self._has_room(account)

    def _has_room(self, account: Account) -> bool:
        return self._per_account[account.name] < self._cap(account)

    def _cap(self, account: Account) -> int:
        return account.max_sessions if account.max_sessions is not None else self.max_per_account

    def add(self, session: Session, member: Member) -> bool:
        """A login succeeded on ``member``. Return False when the account has no room after all."""
        if self._shared is not None and not self._shared.begin(session.id, session.account, self._cap(session.account)):
            return False
        with self._lock:
            # Where others count too, they have counted all of them.
            if self._shared is None and not self._has_room(session.account):
                return False
            self._enter(session, member)
            return True

    def adopt(self, session: Session, member: Member) -> Session | None:
        """Let ``member`` join a session that began on another server. Return the session that it is in now: another
        one when somebody was quicker; None when that has ended."""
        with self._lock:
            known = self._sessions.get(session.id)
            if known is None:
                self._enter(session, member)
                return session
            if known.is_ended:
                return None
            known.members.add(member)
            return known

    def _enter(self, session: Session, member: Member) -> None:
        session.members.add(member)
        self._sessions[session.id] = session
        self._per_account[session.account.name] += 1

    def attach(self, session_id: bytes, member: Member, prove: Callable[[bytes], bool]) -> Session | None:
        """Join a further connection when ``prove(key)`` holds. None for an unknown session or a wrong proof.

        A look-up by hash tells nobody by its time how much of an id he has guessed: Python's hashes are keyed.
        """
        with self._lock:
            session = self._sessions.get(session_id)
        if session is None or not prove(session.key):
            return None
        with self._lock:
            if session.id not in self._sessions or session.is_ended:
                return None
            session.members.add(member)
        return session

    def leave(self, session: Session, member: Member) -> None:
        """A connection ended; with the last one the session ends."""
        bytes_in, bytes_out = member.traffic
        with self._lock:
            self._bytes_in += bytes_in
            self._bytes_out += bytes_out
            session.gone_in += bytes_in
            session.gone_out += bytes_out
            session.members.discard(member)
            is_over = not session.members and self._sessions.pop(session.id, None) is not None
            if is_over:
                self._per_account[session.account.name] -= 1
                if not self._per_account[session.account.name]:
                    del self._per_account[session.account.name]
        if is_over:
            try:
                session.desk.close()
            finally:
                session.release()
                if self._shared is not None:
                    self._shared.leave(session.id)

    def end(self, session_id: bytes) -> Session | None:
        """End a session by ending its connections, and return it; None when it is gone already. No further one can
        join, also while the last ones are still leaving."""
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                return None
            session.is_ended = True
            members = tuple(session.members)
        for member in members:
            member.abort()
        if self._shared is not None:
            self._shared.end(session_id)
        return session

    def sessions(self) -> tuple[Session, ...]:
        """The sessions at this moment."""
        with self._lock:
            return tuple(self._sessions.values())

    def transfer_started(self, session: Session, meter: TransferMeter) -> None:
        with self._lock:
            session.transfers[meter] = _Moving(time.time())

    def transfer_ended(self, session: Session, meter: TransferMeter) -> None:
        with self._lock:
            session.transfers.pop(meter, None)

    def measure(self, now: float) -> None:
        """Take the measurements that rates and stalled marks come from; now and then, by a monotonic clock."""
        with self._lock:
            for session in self._sessions.values():
                bytes_in, bytes_out = _traffic(session)
                session.pulse_in.measure(bytes_in, now)
                session.pulse_out.measure(bytes_out, now)
                for meter, moving in session.transfers.items():
                    moving.pulse.measure(meter.moved, now)

    def snapshot(self) -> Snapshot:
        """Return the state for people."""
        with self._lock:
            sessions = tuple(map(_info, self._sessions.values()))
            moving = [
                (session, meter, replace(moving, pulse=replace(moving.pulse)))
                for session in self._sessions.values()
                for meter, moving in session.transfers.items()
            ]
            live = [member.traffic for session in self._sessions.values() for member in session.members]
            bytes_in = self._bytes_in + sum(traffic[0] for traffic in live)
            bytes_out = self._bytes_out + sum(traffic[1] for traffic in live)
        transfers = tuple(_transfer_info(*each) for each in moving)
        return Snapshot(sessions, transfers, bytes_in, bytes_out)


def _transfer_info(session: Session, meter: TransferMeter, moving: _Moving) -> TransferInfo:
    pulse, path = moving.pulse, format_path(meter.path)
    return TransferInfo(
        session.id,
        session.account.name,
        path,
        meter.direction,
        meter.size,
        meter.moved,
        moving.started,
        pulse.rate,
        pulse.is_stalled(),
    )


def _traffic(session: Session) -> tuple[int, int]:
    live = [member.traffic for member in session.members]
    return session.gone_in + sum(each[0] for each in live), session.gone_out + sum(each[1] for each in live)


def _info(session: Session) -> SessionInfo:
    bytes_in, bytes_out = _traffic(session)
    pulses = [moving.pulse for moving in session.transfers.values()]
    return SessionInfo(
        session.id,
        session.account.name,
        session.peer,
        session.since,
        len(session.members),
        bytes_in,
        bytes_out,
        session.pulse_in.rate,
        session.pulse_out.rate,
        bool(pulses) and all(pulse.is_stalled() for pulse in pulses),
    )
