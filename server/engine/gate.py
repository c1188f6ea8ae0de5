"""The gate: who may connect and who may try to log in, for all threads, with what is remembered and noted of it.

The decisions are those of :mod:`server.engine.admission` and :mod:`server.accounts.guard`, which are pure; here is the
lock, the clock, the file of bans and the audit trail.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from server.accounts.guard import NONSENSE, PASSWORD, Ban, Guard
from server.accounts.networks import NetworkSet, parse_network
from server.config import ServerConfig
from server.engine.admission import Admission
from server.engine.audit import AuditTrail, Value
from server.engine.ban_file import BanFile, BanInfo, info_of
from server.engine.tally import Count, Tally
from shared.names import display

_log = logging.getLogger(__name__)


class Gate:
    """Thread-safe. ``audit`` is set while there is a trail to write to."""

    def __init__(
        self,
        config: ServerConfig,
        tally: Tally,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Read the bans that were saved in the data folder."""
        self._clock = clock
        self._wall = wall
        self._tally = tally
        self._lock = threading.Lock()
        self._guard = Guard(config.guard)
        self._admission = _admission(config)
        self._file = BanFile(config.data)
        self._is_changed = False
        self.audit: AuditTrail | None = None
        self._guard.restore(self._file.load(self._offset()), self._clock())

    # --- connections

    def enter(self, address: str) -> str:
        """Count a new connection; return why it is not taken, empty when it is."""
        now = self._clock()
        with self._lock:
            reason = self._guard.keeps_out(address, now)
            if not reason:
                is_banned = self._guard.is_banned(address, now)
                reason = "" if self._admission.admit(address, is_banned=is_banned) else "there are too many"
        self._tally.add(Count.CONNECTIONS, "refused" if reason else "accepted")
        return reason

    def logged_in(self, address: str) -> None:
        """A connection that entered has logged in, or attached."""
        with self._lock:
            self._admission.logged_in(address)

    def leave(self, address: str, *, was_logged_in: bool) -> None:
        """A connection that entered has ended."""
        with self._lock:
            self._admission.left(address, was_logged_in=was_logged_in)

    # --- logins

    def admit_login(self, address: str) -> float:
        """Return 0.0 when ``address`` may try now, else the seconds that it must wait."""
        with self._lock:
            wait = self._guard.admit(address, self._clock())
        if wait > 0:
            self._tally.add(Count.LOGINS, "refused")
        return wait

    def login_failed(self, address: str, name: str) -> None:
        """Count a wrong password or an unknown name, which look the same."""
        self._tally.add(Count.LOGINS, "failed")
        self._note("login-failed", account=name, address=address)
        self._failed(address, PASSWORD)

    def misbehaved(self, address: str) -> None:
        """Count that a stranger broke the protocol."""
        self._failed(address, NONSENSE)

    def login_succeeded(self, address: str) -> None:
        """Give back the turn that the try took, whatever becomes of the login now: a cap is nobody's fault."""
        with self._lock:
            self._guard.succeeded(address, self._clock())

    def session_began(self, address: str, name: str, session: str) -> None:
        """Count and note a login that has become a session."""
        self._tally.add(Count.LOGINS, "ok")
        self._note("login", account=name, address=address, session=session)

    def login_refused(self, address: str, name: str, reason: str) -> None:
        """Count and note a login whose password was right, and that a cap or a missing home keeps out."""
        self._tally.add(Count.LOGINS, "refused")
        self._note("login-refused", account=name, address=address, reason=reason)

    def _failed(self, address: str, points: float) -> None:
        with self._lock:
            begun = self._guard.failed(address, self._clock(), points)
            self._is_changed |= begun is not None
        if begun is not None:
            self._banned(begun)

    # --- bans, for people

    def bans(self) -> tuple[BanInfo, ...]:
        """Return the bans that run."""
        with self._lock:
            bans = self._guard.bans(self._clock())
        return tuple(info_of(ban, self._offset()) for ban in bans)

    def ban(self, network: str, seconds: float | None, reason: str) -> BanInfo:
        """Keep an address or network out. Raises :class:`~shared.errors.ConfigError`."""
        with self._lock:
            ban = self._guard.ban(network, self._clock(), seconds, reason)
            self._is_changed = True
        self._banned(ban)
        return info_of(ban, self._offset())

    def lift(self, network: str) -> tuple[BanInfo, ...]:
        """End the bans that concern an address or network, and return them. Raises ConfigError for what is neither."""
        with self._lock:
            lifted = self._guard.lift(network, self._clock())
            self._is_changed |= bool(lifted)
        for ban in lifted:
            self._tally.add(Count.BANS, "lifted")
            _log.info("the ban of %s was lifted", ban.network)
            self._note("ban-lifted", network=ban.network)
        return tuple(info_of(ban, self._offset()) for ban in lifted)

    def keeps_out(self, address: str) -> bool:
        """Whether no connection from an address would be taken now, whatever the caps."""
        with self._lock:
            return bool(self._guard.keeps_out(address, self._clock()))

    # ---

    def apply(self, config: ServerConfig) -> None:
        """Take over caps and lists, live; who is there stays."""
        with self._lock:
            self._guard.settings = config.guard
            fresh = _admission(config)
            self._admission.max_connections = fresh.max_connections
            self._admission.max_per_address = fresh.max_per_address
            self._admission.max_strangers = fresh.max_strangers

    def counts(self) -> tuple[int, int]:
        """Return how many connections there are, and how many of them have not logged in."""
        with self._lock:
            return self._admission.total, self._admission.strangers

    def save(self) -> None:
        """Write the bans when they have changed since the last time."""
        with self._lock:
            if not self._is_changed:
                return
            self._is_changed = False
            bans = self._guard.bans(self._clock())
        self._file.save(bans, self._offset())

    def _banned(self, ban: Ban) -> None:
        self._tally.add(Count.BANS, "begun")
        _log.warning("%s is banned: %s", ban.network, display(ban.reason) or "by the owner")
        until = ban.until + self._offset() if ban.until is not None else None
        self._note("ban", network=ban.network, reason=ban.reason, by_owner=ban.is_owners, until=until)

    def _note(self, event: str, **facts: Value) -> None:
        if self.audit is not None:
            self.audit.note(event, facts)

    def _offset(self) -> float:
        return self._wall() - self._clock()


def covers(network: str, address: str) -> bool:
    """Whether an address lies in a network as people write it. Raises ConfigError for what is no network."""
    return address in NetworkSet([parse_network(network)])


def _admission(config: ServerConfig) -> Admission:
    return Admission(config.max_connections, config.max_per_address, config.max_before_login)
