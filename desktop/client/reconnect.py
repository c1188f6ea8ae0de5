"""Keeps one session up: connects, waits for its end, connects again with growing pauses. Decides no policy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from desktop.client.session import Session
from shared.errors import ConnectionLostError, WherryError

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds between attempts: a router restarts within a minute or two, and nobody wants to press a button."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The session is up."""

    session: Session


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """The session was lost, for ``error``; the next attempt starts in ``pause`` seconds."""

    error: WherryError
    pause: float
    attempt: int


@dataclass(frozen=True, slots=True)
class Trying:
    """The pause is over; attempt number ``attempt`` is under way."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Ended:
    """It will not be tried again by itself: the password or the identity is refused, or nobody wants it any more."""

    error: WherryError


Link = Connected | Reconnecting | Trying | Ended


def next_pause(attempt: int) -> float:
    """Return the seconds to wait before attempt number ``attempt``, counted from 1."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)))


class Reconnector:
    """Runs until cancelled, or until trying again cannot help. ``connect`` opens a session; ``tell`` hears of it.

    The first attempt is the caller's: a person who has just typed an address wants the error, not patience.
    """

    def __init__(self, connect: Callable[[], Awaitable[Session]], tell: Callable[[Link], None]) -> None:
        self._connect = connect
        self._tell = tell
        self._hurry = asyncio.Event()

    def try_now(self) -> None:
        """Do not wait for the end of the pause."""
        self._hurry.set()

    async def run(self, session: Session) -> None:
        """Watch over a session that is up. Closes the session it has when it is cancelled."""
        current: Session | None = session
        try:
            while True:
                if current is None:
                    raise AssertionError("there is a session at this point")
                self._tell(Connected(current))
                await current.closed.wait()
                error = current.error or ConnectionLostError("the session ended")
                current = None
                attempt = 0
                while current is None:
                    if not isinstance(error, ConnectionLostError):
                        self._tell(Ended(error))
                        return
                    attempt += 1
                    await self._pause(error, attempt)
                    self._tell(Trying(attempt))
                    try:
                        current = await self._connect()
                    except WherryError as failed:
                        error = failed
        finally:
            if current is not None:
                await current.close()

    async def _pause(self, error: WherryError, attempt: int) -> None:
        pause = next_pause(attempt)
        self._tell(Reconnecting(error, pause, attempt))
        self._hurry.clear()
        try:
            async with asyncio.timeout(pause):
                await self._hurry.wait()
        except TimeoutError:
            return
