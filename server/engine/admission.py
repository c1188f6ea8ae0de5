"""How many connections may be there at once, decided at accept. Pure: counts, no sockets, no clock."""

from __future__ import annotations

from collections import Counter

from server.accounts.networks import origin_of, site_of

MAX_WHILE_BANNED = 2
"""Connections before login from an address that may not log in now: enough for its owner to be told so."""

SITE_FACTOR = 4
"""How many networks of one IPv6 site (/48) may be at their cap at once."""


class Admission:
    """Counts connections in total; before login also those of all strangers together, and per address.

    An IPv6 network of /64 counts as one address, and a site of /48 as ``SITE_FACTOR`` of them. The caps are numbers of
    connections and may be changed. Not thread-safe: the caller holds a lock.
    """

    def __init__(self, max_connections: int, max_per_address: int, max_strangers: int | None = None) -> None:
        self.max_connections = max_connections
        self.max_per_address = max_per_address
        self.max_strangers = max_strangers if max_strangers is not None else max_connections
        self._total = 0
        self._strangers: Counter[str] = Counter()
        self._strangers_total = 0

    @property
    def total(self) -> int:
        """Connections admitted and not left."""
        return self._total

    @property
    def strangers(self) -> int:
        """Those of them that have not logged in."""
        return self._strangers_total

    def admit(self, address: str, *, is_banned: bool = False) -> bool:
        """Count a new connection and return True, or return False when a cap is reached."""
        origin, site = origin_of(address), site_of(address)
        cap = min(MAX_WHILE_BANNED, self.max_per_address) if is_banned else self.max_per_address
        if (
            self._total >= self.max_connections
            or self._strangers_total >= self.max_strangers
            or self._strangers[origin] >= cap
            or (site is not None and self._strangers[site] >= SITE_FACTOR * self.max_per_address)
        ):
            # A look leaves no entry behind: a flood must not fill the memory with zeros.
            return False
        self._total += 1
        self._strangers_total += 1
        self._strangers[origin] += 1
        if site is not None:
            self._strangers[site] += 1
        return True

    def logged_in(self, address: str) -> None:
        """The connection is no stranger any more: it counts in the total only."""
        self._strangers_total -= 1
        for key in (origin_of(address), site_of(address)):
            if key is None:
                continue
            self._strangers[key] -= 1
            if not self._strangers[key]:
                del self._strangers[key]

    def left(self, address: str, *, was_logged_in: bool) -> None:
        """A connection that was admitted has ended."""
        self._total -= 1
        if not was_logged_in:
            self.logged_in(address)
