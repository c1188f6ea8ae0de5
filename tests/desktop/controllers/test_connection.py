"""Connecting asks about new servers, never about changed ones, keeps the line up, and leaves nothing open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.client.address import Address
from desktop.client.trust import KnownServers, Verdict
from desktop.controllers.connection import ConnectionController
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import ServerIdentity
from shared.errors import ConnectionLostError, LoginError, WherryError

pytestmark = pytest.mark.asyncio

DESK = Address("desk", 47623, "anna")
PRINT = "SHA256:" + "a" * 43
OTHER = "SHA256:" + "b" * 43


class FakeSession:
    """A session that is up until it is closed or lost."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.closed = asyncio.Event()
        self.error: WherryError | None = None

    @property
    def site(self) -> str:
        return self.address.site

    def lose(self, error: WherryError) -> None:
        self.error = error
        self.closed.set()

    async def close(self) -> None:
        await asyncio.sleep(0)
        self.lose(ConnectionLostError("closed"))


class FakeServer:
    """Opens sessions for one password, or fails as told; remembers them."""

    def __init__(self) -> None:
        self.fingerprint = PRINT
        self.password = "right"
        self.trouble: WherryError | None = None
        self.sessions: list[FakeSession] = []
        self.logins = 0
        self.gate: asyncio.Event | None = None

    async def open(self, address: Address, password: str, judge) -> FakeSession:
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        judge(self.fingerprint)
        self.logins += 1
        if password != self.password:
            raise LoginError(hint="Check the name and the password.")
        self.sessions.append(FakeSession(address))
        return self.sessions[-1]


class MemoryPasswords:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.is_persistent = True

    def get(self, site: str) -> str | None:
        return self.kept.get(site)

    def set(self, site: str, password: str) -> None:
        self.kept[site] = password

    def delete(self, site: str) -> None:
        self.kept.pop(site, None)


class RecordingPage:
    """The connect page."""

    def __init__(self) -> None:
        self.connecting: list[str | None] = []
        self.errors: list[str] = []
        self.asked: list[Address] = []

    def set_connecting(self, title: str | None) -> None:
        self.connecting.append(title)

    def show_error(self, text: str, detail: str = "", hint: str = "") -> None:
        self.errors.append(" ".join(part for part in (text, detail, hint) if part))

    def ask_password(self, address: Address) -> None:
        self.asked.append(address)


class Listener:
    """Records the controller's signals in order."""

    def __init__(self, controller: ConnectionController) -> None:
        self.events: list[tuple[str, object]] = []
        controller.session_up.connect(lambda session: self.events.append(("up", session)))
        controller.session_down.connect(lambda site: self.events.append(("down", site)))
        controller.left.connect(lambda: self.events.append(("left", None)))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.events]


async def until(condition) -> None:
    async with asyncio.timeout(3):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def passwords() -> MemoryPasswords:
    return MemoryPasswords()


@pytest.fixture
def page() -> RecordingPage:
    return RecordingPage()


@pytest.fixture
def known(tmp_path) -> KnownServers:
    return KnownServers(tmp_path / "known.json")


@pytest_asyncio.fixture
async def pane(screen, rows) -> AsyncIterator[PaneController]:
    controller = PaneController(screen, rows)
    yield controller
    await controller.close()


@pytest_asyncio.fixture
async def connection(
    screen, page, pane, person, known, passwords, server, memory_place
) -> AsyncIterator[ConnectionController]:
    controller = ConnectionController(
        screen,
        page,
        pane,
        person,
        known,
        passwords,
        lambda session: memory_place(),
        open_session=server.open,
    )
    controller.listener = Listener(controller)
    yield controller
    await controller.close()


async def test_a_new_server_is_asked_about_and_pinned_before_the_password_is_sent(
    connection, server, person, known, pane, screen
):
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    assert person.asked == [ServerIdentity("desk", 47623, PRINT)]
    assert server.logins == 1
    assert known.judge("desk", 47623, PRINT) is Verdict.KNOWN
    assert screen.pages == [None]
    assert connection.listener.names == ["up"]


async def test_who_connects_on_the_page_goes_on_in_the_list(connection, known, server, pane, screen):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    assert screen.focused == 0
    connection.connect_to(DESK, "right", is_focused=True)
    await until(lambda: len(server.sessions) == 2 and pane.path == ())
    assert screen.focused == 1


async def test_a_no_sends_no_password_and_pins_nothing(connection, server, person, known, page):
    person.yes = False
    connection.connect_to(DESK, "right")
    await until(lambda: page.connecting[-1:] == [None])
    assert server.logins == 0
    assert known.judge("desk", 47623, PRINT) is Verdict.NEW
    assert not connection.is_wanted


async def test_a_changed_identity_that_is_not_vouched_for_stops_and_shows_both(connection, server, person, known, page):
    known.pin("desk", 47623, OTHER)
    person.yes = False
    connection.connect_to(DESK, "right")
    await until(lambda: page.errors)
    assert person.asked == [ServerIdentity("desk", 47623, PRINT, OTHER)]
    assert server.logins == 0
    assert known.judge("desk", 47623, OTHER) is Verdict.KNOWN
    assert PRINT in page.errors[-1]
    assert OTHER in page.errors[-1]


async def test_a_server_set_up_anew_can_be_vouched_for(connection, server, known):
    known.pin("desk", 47623, OTHER)
    connection.connect_to(DESK, "right")
    await until(lambda: server.sessions)
    assert known.judge("desk", 47623, PRINT) is Verdict.KNOWN


async def test_a_reconnect_never_asks_about_another_identity(connection, known, server, pane, page, person):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    server.fingerprint = OTHER
    server.sessions[0].lose(ConnectionLostError("reset"))
    connection.try_now()
    await until(lambda: page.errors)
    assert person.asked == []
    assert server.logins == 1
    assert OTHER in page.errors[-1]


async def test_a_wrong_password_is_told_on_the_page_and_not_kept(connection, known, page, passwords):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "wrong", remember=True)
    await until(lambda: page.errors)
    assert page.errors == ["Login refused. Check the name and the password."]
    assert page.connecting == [DESK.title, None]
    assert passwords.kept == {}


async def test_a_password_is_kept_when_asked_and_found_again(connection, known, passwords, pane, server):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right", remember=True)
    await until(lambda: passwords.kept == {DESK.site: "right"})
    connection.connect_to(DESK, "")
    await until(lambda: server.logins == 2)


async def test_without_a_keyring_a_person_is_told_how_long_it_is_remembered(connection, known, passwords, pane, screen):
    known.pin("desk", 47623, PRINT)
    passwords.is_persistent = False
    connection.connect_to(DESK, "right", remember=True)
    await until(lambda: screen.banners and screen.banners[-1][0] == "info")
    assert "until Wherry is closed" in screen.banners[-1][1]


async def test_a_remembered_password_that_serves_no_more_is_asked_for(connection, known, passwords, page):
    known.pin("desk", 47623, PRINT)
    passwords.kept[DESK.site] = "old"
    connection.connect_to(DESK, "")
    await until(lambda: page.errors)
    assert page.asked == [DESK]
    assert "Login refused" in page.errors[-1]


async def test_without_a_password_the_page_asks_for_it(connection, known, page, server):
    connection.connect_to(DESK, "")
    await until(lambda: page.asked == [DESK])
    assert server.logins == 0


async def test_a_lost_line_is_a_quiet_banner_and_the_pane_stays_where_it_is(connection, known, server, pane, screen):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    server.sessions[0].lose(ConnectionLostError("reset"))
    await until(lambda: screen.banners[-1][0] == "reconnecting")
    assert "The connection was lost" in screen.banners[-1][1]
    assert pane.path == ()
    connection.try_now()
    await until(lambda: len(server.sessions) == 2)
    await until(lambda: screen.banners[-1] == ("", ""))
    assert connection.listener.names == ["up", "down", "up"]
    assert connection.session is server.sessions[1]


async def test_a_session_that_was_ended_by_the_server_is_not_tried_again(connection, known, server, pane, screen, page):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    server.sessions[0].lose(LoginError("the account was disabled"))
    await until(lambda: "left" in connection.listener.names)
    assert screen.pages[-1] is page
    assert "account was disabled" in page.errors[-1]
    assert pane.place is None
    assert len(server.sessions) == 1


async def test_leaving_closes_the_session_and_shows_the_page(connection, known, server, pane, screen, page):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    connection.disconnect_from_server()
    await until(lambda: "left" in connection.listener.names)
    assert connection.listener.events[1:] == [("down", DESK.site), ("left", None)]
    assert server.sessions[0].closed.is_set()
    assert screen.pages[-1] is page
    assert pane.place is None


async def test_another_server_takes_over_only_after_the_first_is_left(connection, known, server, pane, page):
    known.pin("desk", 47623, PRINT)
    known.pin("lab", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    connection.connect_to(Address("lab", 47623, "anna"), "right")
    await until(lambda: connection.listener.names == ["up", "down", "left", "up"])
    assert server.sessions[0].closed.is_set()
    assert connection.session is server.sessions[1]
    await until(lambda: pane.path == ())


async def test_a_login_under_way_can_be_given_up(connection, known, server, page):
    known.pin("desk", 47623, PRINT)
    server.gate = asyncio.Event()
    connection.connect_to(DESK, "right")
    await until(lambda: page.connecting == [DESK.title])
    connection.disconnect_from_server()
    await until(lambda: page.connecting == [DESK.title, None])
    assert server.sessions == []
    assert page.errors == []


async def test_close_ends_the_session(screen, page, pane, person, known, passwords, server, memory_place):
    known.pin("desk", 47623, PRINT)
    controller = ConnectionController(
        screen, page, pane, person, known, passwords, lambda s: memory_place(), open_session=server.open
    )
    controller.connect_to(DESK, "right")
    await until(lambda: server.sessions and pane.path == ())
    await controller.close()
    assert server.sessions[0].closed.is_set()
    assert controller.session is None
