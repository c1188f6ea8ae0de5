"""Who is logged in and what moves: the sessions and their transfers, and a snapshot of both for people."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from server.accounts.account import Account
from server.requests.dispatch import Desk
from server.requests.exchange import TransferMeter
from shared.names import format_path

SESSION_ID_BYTES = 16
SESSION_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One session as people see it. ``since`` is wall-clock seconds; ``id`` is what :meth:`Server.kick` takes."""

    id: bytes
    account: str
    peer: str
    since: float
    connections: int


@dataclass(frozen=True, slots=True)
class TransferInfo:
    """One transfer under way. Sizes in bytes, ``started`` wall-clock seconds, ``path`` safe to display."""

    session: bytes
    account: str
    path: str
    direction: str
    size: int
    moved: int
    started: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The server at one moment. Bytes are those of logged-in connections, inside TLS, since the start."""

    sessions: tuple[SessionInfo, ...] = ()
    transfers: tuple[TransferInfo, ...] = ()
    bytes_in: int = 0
    bytes_out: int = 0


class Member(Protocol):
    """What a session knows of its connections."""

    @property
    def traffic(self) -> tuple[int, int]:
        """Bytes received and sent so far."""

    def abort(self) -> None:
        """End the connection at once, from any thread."""


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
    members: set[Member] = field(default_factory=set)
    transfers: dict[TransferMeter, float] = field(default_factory=dict)
    is_ended: bool = False
    """Kicked, or its account was changed: its connections are leaving."""


class SessionRegistry:
    """All sessions of a running server. Thread-safe; the lock is never held while anybody is called."""

    def __init__(self, max_per_account: int) -> None:
        self._max_per_account = max_per_account
        self._lock = threading.Lock()
        self._sessions: dict[bytes, Session] = {}
        self._bytes_in = 0
        self._bytes_out = 0

    def has_room(self, account: str) -> bool:
        """Whether another session of this account may begin."""
        with self._lock:
            count = sum(1 for session in self._sessions.values() if session.account.name == account)
        return count < self._max_per_account

    def add(self, session: Session, member: Member) -> None:
        """A login succeeded on ``member``."""
        with self._lock:
            session.members.add(member)
            self._sessions[session.id] = session

    def attach(self, session_id: bytes, member: Member, prove: Callable[[bytes], bool]) -> Session | None:
        """Join a further connection when ``prove(key)`` holds. None for an unknown session or a wrong proof."""
        with self._lock:
            session = next((s for i, s in self._sessions.items() if hmac.compare_digest(i, session_id)), None)
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
            session.members.discard(member)
            is_over = not session.members and self._sessions.pop(session.id, None) is not None
        if is_over:
            try:
                session.desk.close()
            finally:
                session.release()

    def end(self, session_id: bytes) -> None:
        """End a session by ending its connections; a session that is gone already is no error. No further one can
        join, also while the last ones are still leaving."""
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                return
            session.is_ended = True
            members = tuple(session.members)
        for member in members:
            member.abort()

    def sessions(self) -> tuple[Session, ...]:
        """The sessions at this moment."""
        with self._lock:
            return tuple(self._sessions.values())

    def transfer_started(self, session: Session, meter: TransferMeter) -> None:
        with self._lock:
            session.transfers[meter] = time.time()

    def transfer_ended(self, session: Session, meter: TransferMeter) -> None:
        with self._lock:
            session.transfers.pop(meter, None)

    def snapshot(self) -> Snapshot:
        """Return the state for people."""
        with self._lock:
            sessions = tuple(
                SessionInfo(s.id, s.account.name, s.peer, s.since, len(s.members)) for s in self._sessions.values()
            )
            moving = [
                (session, meter, started)
                for session in self._sessions.values()
                for meter, started in session.transfers.items()
            ]
            live = [member.traffic for session in self._sessions.values() for member in session.members]
            bytes_in = self._bytes_in + sum(traffic[0] for traffic in live)
            bytes_out = self._bytes_out + sum(traffic[1] for traffic in live)
        transfers = tuple(
            TransferInfo(s.id, s.account.name, format_path(m.path), m.direction, m.size, m.moved, started)
            for s, m, started in moving
        )
        return Snapshot(sessions, transfers, bytes_in, bytes_out)
