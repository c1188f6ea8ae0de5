"""Tries a server without staying: does it answer, is it the one that is known, does the login work. Pins nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from desktop.client.address import Address
from desktop.client.session import Judge, Session
from desktop.client.trust import KnownServers, Verdict
from shared.errors import IdentityError

OpenSession = Callable[[Address, str, Judge], Awaitable[Session]]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a server showed. ``has_logged_in`` is False where there was no password to try, or no trust to send it."""

    fingerprint: str
    verdict: Verdict
    expected: str | None
    """The fingerprint that was accepted before."""
    has_logged_in: bool


async def probe(
    address: Address, password: str, known: KnownServers, *, open_session: OpenSession = Session.open
) -> Probe:
    """Connect, look at the identity, and log in if there is a password and the server is the known one.

    Raises what :meth:`Session.open` raises but IdentityError: who it is that answers is the result.
    """
    seen: list[str] = []

    def judge(fingerprint: str) -> None:
        seen.append(fingerprint)
        known.require(address.host, address.port, fingerprint)
        if not password:
            # Known, and no more to try: nothing is sent that would count as a failed login.
            raise IdentityError("it is known", found=fingerprint)

    try:
        session = await open_session(address, password, judge)
    except IdentityError:
        has_logged_in = False
    else:
        has_logged_in = True
        await session.close()
    fingerprint = seen[-1]
    verdict = known.judge(address.host, address.port, fingerprint)
    return Probe(fingerprint, verdict, known.pinned(address.host, address.port), has_logged_in)
