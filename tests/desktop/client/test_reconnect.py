"""Reconnecting: growing pauses, and an end where trying again cannot help."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from desktop.client.reconnect import Connected, Ended, Link, Reconnecting, Reconnector, Trying, next_pause
from desktop.client.session import Session
from shared.errors import ConnectionLostError, LoginError, WherryError


class FakeSession:
    def __init__(self) -> None:
        self.closed = asyncio.Event()
        self.error: WherryError | None = None

    def lose(self) -> None:
        self.error = ConnectionLostError("cut")
        self.closed.set()

    async def close(self) -> None:
        self.closed.set()


def test_pauses_grow_to_a_limit() -> None:
    assert [next_pause(n) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_lost_session_is_opened_again_and_a_refused_login_ends_it() -> None:
    heard: list[Link] = []

    async def scenario() -> None:
        results: list[FakeSession | WherryError] = [
            ConnectionLostError("still down"),
            FakeSession(),
            LoginError("disabled"),
        ]

        async def connect() -> Session:
            result = results.pop(0)
            if isinstance(result, WherryError):
                raise result
            return cast(Session, result)

        def tell(link: Link) -> None:
            heard.append(link)
            if isinstance(link, Connected):
                cast(FakeSession, link.session).lose()
            elif isinstance(link, Reconnecting):
                asyncio.get_running_loop().call_soon(reconnector.try_now)

        reconnector = Reconnector(connect, tell)
        await reconnector.run(cast(Session, FakeSession()))

    asyncio.run(scenario())
    assert [type(link) for link in heard] == [
        *(Connected, Reconnecting, Trying, Reconnecting, Trying),
        *(Connected, Reconnecting, Trying, Ended),
    ]
    assert [link.pause for link in heard if isinstance(link, Reconnecting)] == [1, 2, 1]


def test_cancelling_closes_the_session() -> None:
    async def scenario() -> FakeSession:
        session = FakeSession()

        async def connect() -> Session:
            raise AssertionError("not lost")

        task = asyncio.ensure_future(Reconnector(connect, lambda _: None).run(cast(Session, session)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return session

    assert asyncio.run(scenario()).closed.is_set()
