"""Somebody looks for servers nearby only while the page is seen, and no thread is left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

import pytest
import pytest_asyncio

from desktop.client.nearby_server import NearbyServer
from desktop.controllers.nearby import NearbyController
from tests.desktop.controllers.conftest import until

pytestmark = pytest.mark.asyncio

DESK = NearbyServer("a", "Desk", ("192.0.2.7",), 47623)


class FakeBrowser:
    """A browser that finds what the test says."""

    def __init__(self, heard: Callable[[NearbyServer], None], problem: str) -> None:
        self._heard = heard
        self._will_have = problem
        self.problem = ""
        self.servers: Sequence[NearbyServer] = ()
        self.events: list[str] = []

    def start(self) -> None:
        self.events.append("start")
        self.problem = self._will_have

    def stop(self) -> None:
        self.events.append("stop")

    def find(self, *servers: NearbyServer) -> None:
        self.servers = servers
        for server in servers:
            self._heard(server)


class RecordingPage:
    def __init__(self) -> None:
        self.servers: list[Sequence[NearbyServer]] = []
        self.looking: list[tuple[bool, str]] = []

    def set_nearby(self, servers: Sequence[NearbyServer]) -> None:
        self.servers.append(servers)

    def set_looking(self, is_looking: bool, problem: str = "") -> None:
        self.looking.append((is_looking, problem))


@pytest.fixture
def page() -> RecordingPage:
    return RecordingPage()


@pytest.fixture
def problem() -> list[str]:
    """Why the next browser finds nothing."""
    return []


@pytest.fixture
def browsers() -> list[FakeBrowser]:
    return []


@pytest_asyncio.fixture
async def nearby(page, browsers, problem, reports) -> AsyncIterator[NearbyController]:
    def make(heard: Callable[[NearbyServer], None]) -> FakeBrowser:
        browsers.append(FakeBrowser(heard, "".join(problem)))
        return browsers[-1]

    controller = NearbyController(page, reports, make_browser=make, delay_ms=0, patience_ms=20)
    yield controller
    await controller.close()


async def test_nothing_starts_before_the_window_can_be_used(nearby, browsers, page):
    nearby.set_seen(True)
    assert not nearby._delay.isActive()
    nearby.allow()
    await until(lambda: browsers and browsers[0].events == ["start"])
    assert page.looking[0] == (True, "")


async def test_what_is_found_is_listed_and_nothing_found_is_said_after_a_while(nearby, browsers, page):
    nearby.allow()
    nearby.set_seen(True)
    await until(lambda: page.looking == [(True, ""), (False, "")])
    browsers[0].find(DESK)
    await until(lambda: page.servers == [(DESK,)])


async def test_a_network_that_forbids_it_is_told(nearby, problem, page):
    problem.append("No such device")
    nearby.allow()
    nearby.set_seen(True)
    await until(lambda: page.looking == [(True, ""), (False, "No such device")])


async def test_it_ends_with_the_page_and_begins_anew_with_it(nearby, browsers):
    nearby.allow()
    nearby.set_seen(True)
    await until(lambda: browsers and browsers[0].events == ["start"])
    nearby.set_seen(False)
    await until(lambda: browsers[0].events == ["start", "stop"])
    nearby.set_seen(True)
    await until(lambda: len(browsers) == 2 and browsers[1].events == ["start"])


async def test_a_page_passed_by_starts_nothing(nearby, browsers):
    nearby.allow()
    nearby.set_seen(True)
    nearby.set_seen(False)
    assert not nearby._delay.isActive()
    assert browsers == []


async def test_closing_while_it_starts_stops_it(nearby, browsers):
    nearby.allow()
    nearby.set_seen(True)
    await until(lambda: browsers)
    await nearby.close()
    assert browsers[0].events == ["start", "stop"]
    nearby.set_seen(True)
    assert len(browsers) == 1
