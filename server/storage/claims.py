"""Who is writing which file just now, in this process: the second writer to one target is told so at once."""

from __future__ import annotations

import threading
from dataclasses import dataclass

Place = tuple[int, int, str]
"""Device and inode of a folder, and a name in it: the same place by whichever home or path one comes to it."""


@dataclass(slots=True, eq=False)
class Claim:
    """The right to write one target; give it back to its :class:`Claims`."""

    place: Place
    account: str
    is_unwanted: bool = False
    """The account asked to forget this upload while it ran: what was staged goes when the claim ends."""


class Claims:
    """All claims of one server process, shared by every session of every account. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: dict[Place, Claim] = {}

    def take(self, place: Place, account: str) -> Claim | None:
        """Return the claim on a place, or None while somebody holds it."""
        claim = Claim(place, account)
        with self._lock:
            return claim if self._claims.setdefault(place, claim) is claim else None

    def release(self, claim: Claim) -> None:
        """End a claim; a second time does nothing."""
        with self._lock:
            if self._claims.get(claim.place) is claim:
                del self._claims[claim.place]

    def mark_unwanted(self, place: Place, account: str) -> bool:
        """Say that the upload which holds a place is not wanted any more; False unless this account's holds it."""
        with self._lock:
            claim = self._claims.get(place)
            if claim is None or claim.account != account:
                return False
            claim.is_unwanted = True
            return True
