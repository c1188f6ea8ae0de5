"""Slows down and bans addresses that guess passwords. Pure: the clock is passed in, nothing waits here.

Failures are counted per address (an IPv6 network of /64 is one, as its owner has all of it) and fade with
time. A success does not wipe them out, or somebody with an account of his own could guess another's for
ever by logging in between. Names are not counted: then anybody could lock anybody out.
"""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass

FREE_FAILURES = 3
"""People mistype; until then a further try costs nothing."""

FIRST_DELAY = 1.0
"""Seconds after the failure that follows the free ones; doubled with each further one."""

BAN_AFTER = 10
FIRST_BAN = 15 * 60.0
LONGEST_BAN = 60 * 60.0
"""A ban may hit a person's own machine with an old password saved, so it ends on its own."""

MAX_FAILURES = 16
"""Counting stops here: by then the ban is the longest, and a count without end would fade for days."""

FADE = 10 * 60.0
"""Seconds after which one failure is forgiven."""

MAX_ORIGINS = 10_000
"""About 2 MB. When more than that guess at once, the one that has been silent for longest is forgotten."""


@dataclass(slots=True)
class _Record:
    failures: float
    counted_at: float
    blocked_until: float
    turn_until: float = -1.0
    """What an admitted try has set ``blocked_until`` to, so that its success can take back that and no ban."""


class Guard:
    """Decides who may try to log in now. Times are seconds of one monotonic clock. Not thread-safe."""

    def __init__(self, max_origins: int = MAX_ORIGINS) -> None:
        self._max_origins = max_origins
        self._records: dict[str, _Record] = {}
        """In the order of the last failure, so that the first is the one to forget."""

    def __len__(self) -> int:
        """Return how many origins are remembered."""
        return len(self._records)

    def admit(self, address: str, now: float) -> float:
        """Return 0.0 when ``address`` may try now, else the seconds it must wait.

        For an address that is being slowed, an admitted try takes the turn: others at the same time must
        wait, so many connections at once are no faster than one.
        """
        origin = origin_of(address)
        record = self._records.get(origin)
        if record is None:
            return 0.0
        if record.blocked_until > now:
            return record.blocked_until - now
        if _faded(record, now) <= 0:
            del self._records[origin]
        elif (delay := _delay(_faded(record, now))) > 0:
            record.blocked_until = record.turn_until = now + delay
        return 0.0

    def failed(self, address: str, now: float) -> None:
        """Count a wrong password, an unknown name or a login made for another connection."""
        origin = origin_of(address)
        record = self._records.pop(origin, None)
        failures = min(MAX_FAILURES, 1.0 + (_faded(record, now) if record is not None else 0.0))
        blocked_until = now + _delay(failures)
        if record is not None:
            blocked_until = max(blocked_until, record.blocked_until)
        elif len(self._records) >= self._max_origins:
            del self._records[next(iter(self._records))]
        self._records[origin] = _Record(failures, now, blocked_until)

    def succeeded(self, address: str, now: float) -> None:
        """Give back the turn that the successful try took; what was counted before it stays and fades."""
        record = self._records.get(origin_of(address))
        if record is not None and record.blocked_until == record.turn_until:
            record.blocked_until = now


def origin_of(address: str) -> str:
    """Return what counts as one origin: an IPv4 address, an IPv6 network of /64, or else the text itself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False))


def _faded(record: _Record, now: float) -> float:
    return max(0.0, record.failures - (now - record.counted_at) / FADE)


def _delay(failures: float) -> float:
    """Return the seconds to wait after so many failures."""
    if failures >= BAN_AFTER:
        return min(LONGEST_BAN, FIRST_BAN * math.exp2(failures - BAN_AFTER))
    if failures > FREE_FAILURES:
        return FIRST_DELAY * math.exp2(failures - FREE_FAILURES - 1)
    return 0.0
