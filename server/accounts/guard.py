"""Slows down and bans addresses that guess passwords. Pure: the clock is passed in, nothing waits here.

Failures are points counted per address (an IPv6 network of /64 is one, as its owner has all of it) and fade with
time. Those of an IPv6 site (/48) are summed up too, so that somebody who has many /64 gains little by changing them.
A success does not wipe points out, or somebody with an account of his own could guess another's for ever by logging in
between. Names are not counted: then anybody could lock anybody out.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from server.accounts.networks import Network, NetworkSet, network_of, origin_of, parse_network, site_of
from server.config import GuardConfig
from shared.errors import ConfigError

FREE_FAILURES = 3
"""People mistype; until then a further try costs nothing."""

FIRST_DELAY = 1.0
"""Seconds after the failure that follows the free ones; doubled with each further one."""

HEADROOM = 6
"""Counting stops so many points beyond a ban: it is the longest by then, and a count without end fades for days."""

SITE_FACTOR = 4
"""An IPv6 site is banned at so many times the points of one address: it may be a provider with many customers."""

MAX_ORIGINS = 10_000
"""About 3 MB. When more than that guess at once, the one that has been silent for longest is forgotten."""

MAX_OWN_BANS = 10_000
"""What an owner, or a script of his, may have added by hand."""

PASSWORD = 1.0
"""Points for a wrong password, an unknown name, or a login made for another connection."""

NONSENSE = 0.5
"""Points for breaking the protocol before login: probes do that, and so may a broken client."""


@dataclass(frozen=True, slots=True)
class Ban:
    """Who is kept out. Times are seconds of the guard's clock; ``until`` None means until it is lifted.

    ``is_owners``: added by hand. Then not even a connection is taken; a guard's ban refuses logins only, so that
    people who share an address keep what they have open.
    """

    network: str
    since: float
    until: float | None
    reason: str
    is_owners: bool = False
    failures: float = 0.0


@dataclass(slots=True)
class _Record:
    failures: float
    counted_at: float
    blocked_until: float
    turn_until: float = -math.inf
    """What an admitted try has set ``blocked_until`` to, so that its success can take back that and no ban."""
    banned_since: float = 0.0
    banned_until: float = -math.inf


@dataclass(slots=True)
class _Shelf:
    """The records, at most so many. ``watched`` is in the order of the last failure; ``banned`` holds live bans."""

    room: int
    watched: dict[str, _Record] = field(default_factory=dict)
    banned: dict[str, _Record] = field(default_factory=dict)
    ends: list[tuple[float, int, str]] = field(default_factory=list)
    """A heap of when bans end; an entry whose ban was lifted or lengthened meanwhile says nothing."""
    serial: itertools.count[int] = field(default_factory=itertools.count)

    def get(self, key: str) -> _Record | None:
        return self.banned.get(key) or self.watched.get(key)

    def remove(self, key: str) -> _Record | None:
        return self.banned.pop(key, None) or self.watched.pop(key, None)

    def put(self, key: str, record: _Record, now: float) -> None:
        before = self.remove(key)
        self.expire(now)
        while len(self.watched) + len(self.banned) >= self.room:
            self._forget_one()
        if record.banned_until > now:
            self.banned[key] = record
            if before is not None and before.banned_until == record.banned_until:
                return
            heapq.heappush(self.ends, (record.banned_until, next(self.serial), key))
            if len(self.ends) > 2 * self.room:
                self.ends = [entry for entry in self.ends if self._is_true(entry)]
                heapq.heapify(self.ends)
        else:
            self.watched[key] = record

    def expire(self, now: float) -> None:
        """Put those whose ban has ended back among the watched."""
        while self.ends and self.ends[0][0] <= now:
            entry = heapq.heappop(self.ends)
            if self._is_true(entry):
                self.watched[entry[2]] = self.banned.pop(entry[2])

    def _forget_one(self) -> None:
        if self.watched:
            del self.watched[next(iter(self.watched))]
            return
        # All are live bans: the one that would end first is the least loss.
        while True:
            entry = heapq.heappop(self.ends)
            if self._is_true(entry):
                del self.banned[entry[2]]
                return

    def _is_true(self, entry: tuple[float, int, str]) -> bool:
        record = self.banned.get(entry[2])
        return record is not None and record.banned_until == entry[0]


class Guard:
    """Decides who may connect and who may try to log in now. Times are seconds of one monotonic clock. Not thread-safe.

    ``settings`` may be replaced at any time.
    """

    def __init__(self, settings: GuardConfig | None = None, *, max_origins: int = MAX_ORIGINS) -> None:
        self._shelf = _Shelf(max_origins)
        self._owners: dict[str, Ban] = {}
        self._owners_networks = NetworkSet()
        self.settings = settings if settings is not None else GuardConfig()

    @property
    def settings(self) -> GuardConfig:
        return self._settings

    @settings.setter
    def settings(self, settings: GuardConfig) -> None:
        self._settings = settings
        self._fade = settings.window / settings.ban_after
        """Seconds in which one failure is forgiven."""
        self._allow, self._deny, self._trust = map(NetworkSet, (settings.allow, settings.deny, settings.trust))

    def __len__(self) -> int:
        """Return how many origins are remembered."""
        return len(self._shelf.watched) + len(self._shelf.banned)

    # --- deciding

    def keeps_out(self, address: str, now: float) -> str:
        """Return why no connection from ``address`` is taken at all; empty when one is."""
        if address in self._deny:
            return "it is on the deny list"
        if self._allow and address not in self._allow:
            return "it is not on the allow list"
        if self._owners_ban(address, now) is not None:
            return "it was banned by the owner"
        return ""

    def is_banned(self, address: str, now: float) -> bool:
        """Whether a ban of the guard's own runs: then a few connections, to hear so, are enough."""
        return any(
            (record := self._shelf.banned.get(key)) is not None and record.banned_until > now
            for key in _keys(address)
            if address not in self._trust
        )

    def admit(self, address: str, now: float) -> float:
        """Return 0.0 when ``address`` may try to log in now, else the seconds it must wait.

        For an address that is being slowed, an admitted try takes the turn: others at the same time must wait, so many
        connections at once are no faster than one.
        """
        if address in self._trust:
            return 0.0
        site = site_of(address)
        if site is not None and (record := self._shelf.banned.get(site)) is not None and record.banned_until > now:
            return record.banned_until - now
        origin = origin_of(address)
        record = self._shelf.get(origin)
        if record is None:
            return 0.0
        if record.blocked_until > now:
            return record.blocked_until - now
        if self._faded(record, now) <= 0:
            self._shelf.remove(origin)
        elif (delay := self._delay(self._faded(record, now))) > 0:
            record.blocked_until = record.turn_until = now + delay
        return 0.0

    def failed(self, address: str, now: float, points: float = PASSWORD) -> Ban | None:
        """Count a failure; return the ban that begins with it, if one does."""
        if address in self._trust:
            return None
        begun = self._count(origin_of(address), now, points, self._settings.ban_after)
        site = site_of(address)
        if site is None:
            return begun
        return self._count(site, now, points, SITE_FACTOR * self._settings.ban_after, is_site=True) or begun

    def succeeded(self, address: str, now: float) -> None:
        """Give back the turn that the successful try took; what was counted before it stays and fades."""
        record = self._shelf.get(origin_of(address))
        if record is not None and record.blocked_until == record.turn_until:
            record.blocked_until = now

    # --- bans, for people

    def bans(self, now: float) -> tuple[Ban, ...]:
        """Return the bans that run, the owner's first, then in the order in which they end."""
        self._shelf.expire(now)
        self._expire_owners(now)
        own = [self._ban_of(key, record, now) for key, record in self._shelf.banned.items()]
        own.sort(key=lambda ban: ban.until or math.inf)
        return (*self._owners.values(), *own)

    def ban(self, text: str, now: float, seconds: float | None = None, reason: str = "") -> Ban:
        """Keep an address or a network out, for so long or until it is lifted.

        Raises :class:`~shared.errors.ConfigError` for what is neither, for a network of everybody, and when there are
        too many already.
        """
        network = parse_network(text)
        if not network.prefixlen:
            raise ConfigError("that would ban everybody", hint="Name an address, or a smaller network.")
        if seconds is not None and not 0 < seconds < math.inf:
            raise ConfigError("a ban lasts for more than no time", hint="Leave the time out for one without end.")
        key = str(network)
        self._expire_owners(now)
        if key not in self._owners and len(self._owners) >= MAX_OWN_BANS:
            raise ConfigError(
                f"there are {MAX_OWN_BANS} bans already", hint="Lift some, or put networks on the deny list."
            )
        ban = Ban(key, now, now + seconds if seconds is not None else None, reason, is_owners=True)
        self._owners[key] = ban
        self._owners_networks.add(network)
        return ban

    def lift(self, text: str, now: float) -> tuple[Ban, ...]:
        """End the bans that hit an address, or lie within a network, and forget what was counted; return them.

        Raises :class:`~shared.errors.ConfigError` for what is neither.
        """
        wanted = parse_network(text)
        lifted = [ban for ban in self.bans(now) if _concerns(ban.network, wanted)]
        for ban in lifted:
            self._owners.pop(ban.network, None)
            self._shelf.remove(ban.network)
        if wanted.prefixlen == wanted.max_prefixlen:
            for key in _keys(str(wanted.network_address)):
                self._shelf.remove(key)
        self._rebuild_owners()
        return tuple(lifted)

    def restore(self, bans: Iterable[Ban], now: float) -> None:
        """Take over bans that ran when the server was stopped; those that have ended meanwhile are dropped."""
        for ban in bans:
            if ban.until is not None and ban.until <= now:
                continue
            if ban.is_owners and len(self._owners) < MAX_OWN_BANS:
                self._owners[ban.network] = ban
            elif not ban.is_owners and ban.until is not None:
                record = _Record(ban.failures, now, ban.until, banned_since=ban.since, banned_until=ban.until)
                self._shelf.put(ban.network, record, now)
        self._rebuild_owners()

    # ---

    def _count(self, key: str, now: float, points: float, ban_after: int, *, is_site: bool = False) -> Ban | None:
        record = self._shelf.get(key)
        failures = min(ban_after + HEADROOM, points + (self._faded(record, now) if record is not None else 0.0))
        fresh = _Record(failures, now, now)
        if record is not None:
            fresh.blocked_until = max(now, record.blocked_until)
            fresh.banned_since, fresh.banned_until = record.banned_since, record.banned_until
        if not is_site:
            fresh.blocked_until = max(fresh.blocked_until, now + self._delay(failures))
        is_new = False
        if failures >= ban_after:
            is_new = fresh.banned_until <= now
            fresh.banned_since = now if is_new else fresh.banned_since
            fresh.banned_until = max(fresh.banned_until, now + self._ban_seconds(failures - ban_after))
            fresh.blocked_until = max(fresh.blocked_until, fresh.banned_until)
        self._shelf.put(key, fresh, now)
        return self._ban_of(key, fresh, now) if is_new else None

    def _ban_of(self, key: str, record: _Record, now: float) -> Ban:
        reason = "too many failed logins"
        return Ban(key, record.banned_since, record.banned_until, reason, failures=self._faded(record, now))

    def _owners_ban(self, address: str, now: float) -> Ban | None:
        for network in self._owners_networks.matching(address):
            ban = self._owners.get(str(network))
            if ban is not None and (ban.until is None or ban.until > now):
                return ban
        return None

    def _expire_owners(self, now: float) -> None:
        ended = [key for key, ban in self._owners.items() if ban.until is not None and ban.until <= now]
        for key in ended:
            del self._owners[key]
        if ended:
            self._rebuild_owners()

    def _rebuild_owners(self) -> None:
        networks = (network_of(key) for key in self._owners)
        self._owners_networks = NetworkSet(network for network in networks if network is not None)

    def _faded(self, record: _Record, now: float) -> float:
        return max(0.0, record.failures - (now - record.counted_at) / self._fade)

    def _delay(self, failures: float) -> float:
        """Return the seconds to wait after so many points of one address."""
        if failures >= self._settings.ban_after:
            return self._ban_seconds(failures - self._settings.ban_after)
        if failures > FREE_FAILURES:
            return FIRST_DELAY * math.exp2(failures - FREE_FAILURES - 1)
        return 0.0

    def _ban_seconds(self, beyond: float) -> float:
        return min(self._settings.longest_ban, self._settings.first_ban * math.exp2(beyond))


def _keys(address: str) -> tuple[str, ...]:
    """Return what an address is counted under."""
    site = site_of(address)
    return (origin_of(address),) if site is None else (origin_of(address), site)


def _concerns(banned: str, wanted: Network) -> bool:
    """Whether lifting ``wanted`` lifts this ban: it lies within it, or holds the one address that was named."""
    network = network_of(banned)
    if network is None or network.version != wanted.version:
        return False
    if isinstance(network, IPv4Network):
        assert isinstance(wanted, IPv4Network)
        return network.subnet_of(wanted) or (wanted.prefixlen == 32 and wanted.subnet_of(network))
    assert not isinstance(wanted, IPv4Network)
    return network.subnet_of(wanted) or (wanted.prefixlen == 128 and wanted.subnet_of(network))
