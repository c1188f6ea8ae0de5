"""How many connections may be there at once, decided at accept. Pure: counts, no sockets, no clock."""

from __future__ import annotations

from collections import Counter

from server.accounts.networks import origin_of


class Admission:
    """Counts connections in total and, before login, per address (an IPv6 network of /64 counts as one).

    The caps are numbers of connections. Not thread-safe: the caller holds a lock.
    """

    def __init__(self, max_connections: int, max_before_login: int) -> None:
        self._max_connections = max_connections
        self._max_before_login = max_before_login
        self._total = 0
        self._strangers: Counter[str] = Counter()

    @property
    def total(self) -> int:
        """Connections admitted and not left."""
        return self._total

    def admit(self, address: str) -> bool:
        """Count a new connection and return True, or return False when a cap is reached."""
        key = origin_of(address)
        if self._total >= self._max_connections or self._strangers[key] >= self._max_before_login:
            return False
        self._total += 1
        self._strangers[key] += 1
        return True

    def logged_in(self, address: str) -> None:
        """The connection is no stranger any more: it counts in the total only."""
        key = origin_of(address)
        self._strangers[key] -= 1
        if not self._strangers[key]:
            del self._strangers[key]

    def left(self, address: str, *, was_logged_in: bool) -> None:
        """A connection that was admitted has ended."""
        self._total -= 1
        if not was_logged_in:
            self.logged_in(address)
