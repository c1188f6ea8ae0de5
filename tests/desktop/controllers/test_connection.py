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
from desktop.controllers.tabs import TabsController
from shared.errors import ConnectionLostError, LoginError, WherryError
from tests.desktop.controllers.conftest import idle

pytestmark = pytest.mark.asyncio

DESK = Address("desk", 47623, "anna")
LAB = Address("lab", 47623, "bob")
PRINT = "SHA256:" + "a" * 43
OTHER = "SHA256:" + "b" * 43


class FakeSession:
    """A session that is up until it is closed or lost."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.closed = asyncio.Event()
        self.error: WherryError | None = None
        self.changes: list[tuple[str, str]] = []

    @property
    def site(self) -> str:
        return self.address.site

    async def change_password(self, old: str, new: str) -> None:
        self.changes.append((old, new))

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
        controller.left.connect(lambda site: self.events.append(("left", site)))
        self.shown: list[object] = []
        controller.connected_shown.connect(lambda session: self.shown.append(session.address))
        controller.waiting_shown.connect(lambda site: self.shown.append(("waiting", site)))
        controller.nothing_shown.connect(lambda: self.shown.append(None))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.events]


async def until(condition) -> None:
    async with asyncio.timeout(3):
        while not condition():
            await asyncio.sleep(0.001)


async def rest(connection) -> None:
    """Let listings end that the choice of a tab has started."""
    await connection.close()
    await idle()


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


@pytest.fixture
def tabs(pane, screen) -> TabsController:
    return TabsController(pane, screen)


@pytest.fixture
def transfers() -> list[str]:
    """What is under way; no closed tab may stop it."""
    return []


@pytest_asyncio.fixture
async def connection(
    screen, page, pane, tabs, person, known, passwords, server, memory_place, transfers
) -> AsyncIterator[ConnectionController]:
    def make_place(session):
        place = memory_place()
        place.title = session.address.title
        place.folders["photos",] = []
        return place

    controller = ConnectionController(
        screen,
        page,
        pane,
        tabs,
        person,
        known,
        passwords,
        make_place,
        is_busy=lambda: bool(transfers),
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
    await rest(connection)


async def test_who_connects_on_the_page_goes_on_in_the_list(connection, known, server, pane, screen):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    assert screen.focused == 0
    connection.connect_to(DESK, "right", is_focused=True)
    assert screen.focused == 1
    assert len(server.sessions) == 1
    await rest(connection)


async def test_a_no_sends_no_password_and_pins_nothing(connection, server, person, known, page):
    person.yes = False
    connection.connect_to(DESK, "right")
    await until(lambda: page.connecting[-1:] == [None])
    assert server.logins == 0
    assert known.judge("desk", 47623, PRINT) is Verdict.NEW
    assert not connection.is_wanted
    await rest(connection)


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
    await rest(connection)


async def test_a_server_set_up_anew_can_be_vouched_for(connection, server, known):
    known.pin("desk", 47623, OTHER)
    connection.connect_to(DESK, "right")
    await until(lambda: server.sessions)
    assert known.judge("desk", 47623, PRINT) is Verdict.KNOWN
    await rest(connection)


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
    await rest(connection)


async def test_a_wrong_password_is_told_on_the_page_and_not_kept(connection, known, page, passwords):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "wrong", remember=True)
    await until(lambda: page.errors)
    assert page.errors == ["Login refused. Check the name and the password."]
    assert page.connecting == [DESK.title, None]
    assert passwords.kept == {}
    await rest(connection)


async def test_a_password_is_kept_when_asked_and_found_again(connection, known, passwords, pane, server):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right", remember=True)
    await until(lambda: passwords.kept == {DESK.site: "right"})
    connection.disconnect_from_server()
    connection.connect_to(DESK, "")
    await until(lambda: server.logins == 2)
    await rest(connection)


async def test_without_a_keyring_a_person_is_told_how_long_it_is_remembered(connection, known, passwords, pane, screen):
    known.pin("desk", 47623, PRINT)
    passwords.is_persistent = False
    connection.connect_to(DESK, "right", remember=True)
    await until(lambda: screen.banners and screen.banners[-1][0] == "info")
    assert "until Wherry is closed" in screen.banners[-1][1]
    await rest(connection)


async def test_a_remembered_password_that_serves_no_more_is_asked_for(connection, known, passwords, page):
    known.pin("desk", 47623, PRINT)
    passwords.kept[DESK.site] = "old"
    connection.connect_to(DESK, "")
    await until(lambda: page.errors)
    assert page.asked == [DESK]
    assert "Login refused" in page.errors[-1]
    await rest(connection)


async def test_without_a_password_the_page_asks_for_it(connection, known, page, server):
    connection.connect_to(DESK, "")
    await until(lambda: page.asked == [DESK])
    assert server.logins == 0
    await rest(connection)


async def test_a_lost_line_is_a_quiet_banner_and_the_pane_stays_where_it_is(connection, known, server, pane, screen):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    server.sessions[0].lose(ConnectionLostError("reset"))
    await until(lambda: screen.banners and screen.banners[-1][0] == "reconnecting")
    assert "The connection to anna@desk was lost" in screen.banners[-1][1]
    assert pane.path == ()
    connection.try_now()
    await until(lambda: len(server.sessions) == 2)
    await until(lambda: screen.banners and screen.banners[-1] == ("", ""))
    assert connection.listener.names == ["up", "down", "up"]
    assert connection.session is server.sessions[1]
    await rest(connection)


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
    await rest(connection)


async def test_leaving_closes_the_session_and_shows_the_page(connection, known, server, pane, screen, page):
    known.pin("desk", 47623, PRINT)
    connection.connect_to(DESK, "right")
    await until(lambda: pane.path == ())
    connection.disconnect_from_server()
    await until(lambda: "left" in connection.listener.names)
    assert connection.listener.events[1:] == [("down", DESK.site), ("left", DESK.site)]
    assert server.sessions[0].closed.is_set()
    assert screen.pages[-1] is page
    assert pane.place is None


async def connect(connection, known, address=DESK) -> None:
    """Be connected to a server that is known."""
    known.pin(address.host, address.port, PRINT)
    connection.connect_to(address, "right")
    await until(lambda: connection.session is not None and connection.session.address == address)


async def test_another_server_stands_in_a_tab_of_its_own_and_the_first_stays_up(
    connection, known, server, pane, screen, tabs
):
    await connect(connection, known)
    await connect(connection, known, LAB)
    assert [session.closed.is_set() for session in server.sessions] == [False, False]
    assert screen.tabs[-1] == (["anna@desk", "bob@lab"], 1)
    tabs.choose(0)
    assert connection.session is server.sessions[0]
    assert connection.listener.shown[-1] == DESK
    assert connection.listener.names == ["up", "up"]
    await rest(connection)


async def test_the_same_server_is_shown_not_connected_to_again(connection, known, server, pane, tabs, screen):
    await connect(connection, known)
    await connect(connection, known, LAB)
    connection.connect_to(DESK, "", start=("photos",), is_focused=True)
    assert tabs.current == 0
    await until(lambda: pane.path == ("photos",))
    assert len(server.sessions) == 2
    assert screen.focused == 1
    await rest(connection)


async def test_the_page_has_one_tab_and_takes_the_next_server(connection, known, pane, screen, tabs, page):
    await connect(connection, known)
    connection.open_page()
    connection.open_page()
    assert screen.tabs[-1] == (["anna@desk", "New connection"], 1)
    assert screen.pages[-1] is page
    tabs.choose(0)
    assert screen.pages[-1] is None
    tabs.choose(1)
    await connect(connection, known, LAB)
    assert screen.tabs[-1] == (["anna@desk", "bob@lab"], 1)
    await rest(connection)


async def test_leaving_one_server_leaves_the_others(connection, known, server, pane, screen, tabs, page):
    await connect(connection, known)
    tabs.add()
    await connect(connection, known, LAB)
    tabs.choose(0)
    connection.disconnect_from_server()
    await until(lambda: "left" in connection.listener.names)
    assert screen.tabs[-1] == (["New connection", "bob@lab"], 0)
    assert screen.pages[-1] is page
    assert [session.closed.is_set() for session in server.sessions] == [True, False]
    tabs.choose(1)
    assert connection.session is server.sessions[1]
    await rest(connection)


async def test_a_line_lost_behind_another_tab_is_told_when_it_is_shown(connection, known, server, screen, tabs):
    await connect(connection, known)
    await connect(connection, known, LAB)
    server.trouble = ConnectionLostError("still down")
    server.sessions[0].lose(ConnectionLostError("reset"))
    await until(lambda: "down" in connection.listener.names)
    assert all(kind != "reconnecting" for kind, _ in screen.banners)
    tabs.choose(0)
    assert screen.banners[-1][0] == "reconnecting"
    assert "anna@desk" in screen.banners[-1][1]
    assert connection.listener.shown[-1] == ("waiting", DESK.site)
    tabs.choose(1)
    server.trouble = None
    tabs.choose(0)
    connection.try_now()
    await until(lambda: len(server.sessions) == 3)
    await until(lambda: screen.banners and screen.banners[-1] == ("", ""))
    assert connection.place_of(DESK.site) is tabs.places[0]
    await rest(connection)


async def test_the_countdown_runs_and_a_closed_banner_stays_closed(connection, known, server, screen):
    await connect(connection, known)
    server.trouble = ConnectionLostError("still down")
    server.sessions[0].lose(ConnectionLostError("reset"))
    await until(lambda: screen.banners and screen.banners[-1][0] == "reconnecting")
    assert "Trying again in 1 s" in screen.banners[-1][1]
    screen.banners.append(("", ""))  # a person closed it
    connection._count_down()
    assert screen.banners[-1] == ("", "")
    connection.try_now()
    await asyncio.sleep(0.01)
    assert screen.banners[-1] == ("", "")
    await rest(connection)


async def test_an_attempt_under_way_is_told_as_such(connection, known, server, screen):
    await connect(connection, known)
    server.gate = asyncio.Event()
    server.sessions[0].lose(ConnectionLostError("reset"))
    await until(lambda: screen.banners and screen.banners[-1][0] == "reconnecting")
    connection.try_now()
    await until(lambda: "Trying again now" in screen.banners[-1][1])
    server.gate.set()
    await until(lambda: len(server.sessions) == 2)
    await rest(connection)


async def test_a_session_ended_behind_another_tab_is_told_in_a_banner(connection, known, server, screen, tabs):
    await connect(connection, known)
    await connect(connection, known, LAB)
    server.sessions[0].lose(LoginError("the account was disabled"))
    await until(lambda: "left" in connection.listener.names)
    assert tabs.count == 1
    assert screen.banners[-1][0] == "error"
    assert "anna@desk" in screen.banners[-1][1]
    assert "disabled" in screen.banners[-1][1]
    await rest(connection)


async def test_closing_the_last_tab_of_a_server_leaves_it_unless_files_are_under_way(
    connection, known, server, tabs, transfers
):
    await connect(connection, known)
    await connect(connection, known, LAB)
    transfers.append("photos")
    tabs.close_tab(0)
    await asyncio.sleep(0.01)
    assert not server.sessions[0].closed.is_set()
    connection.connect_to(DESK, "")
    assert tabs.count == 2
    tabs.close_current()
    transfers.clear()
    connection.release_unseen()
    await until(lambda: server.sessions[0].closed.is_set())
    assert not server.sessions[1].closed.is_set()
    await rest(connection)


async def test_a_site_is_brought_to_the_front(connection, known, tabs):
    await connect(connection, known)
    await connect(connection, known, LAB)
    connection.show_site(DESK.site)
    assert tabs.current == 0
    connection.show_site("nobody@nowhere:1")
    assert tabs.current == 0
    await rest(connection)


async def test_a_second_login_takes_the_page_from_the_first(connection, known, server, page):
    known.pin("desk", 47623, PRINT)
    known.pin("lab", 47623, PRINT)
    server.gate = asyncio.Event()
    connection.connect_to(DESK, "right")
    await until(lambda: page.connecting == [DESK.title])
    connection.connect_to(LAB, "right")
    await until(lambda: page.connecting == [DESK.title, None, LAB.title])
    server.gate.set()
    await until(lambda: server.sessions)
    assert [session.address for session in server.sessions] == [LAB]
    await rest(connection)


async def test_a_link_with_another_fingerprint_than_the_known_one_sends_nothing(
    connection, known, server, page, person
):
    known.pin("desk", 47623, OTHER)
    opened = []
    server.trouble = None
    server.gate = asyncio.Event()  # a server that is asked at all hangs
    connection.connect_to(DESK, "right", fingerprint=PRINT)
    await until(lambda: page.errors)
    assert (server.logins, person.asked, opened) == (0, [], [])
    assert PRINT in page.errors[-1]
    assert OTHER in page.errors[-1]
    await rest(connection)


async def test_a_server_that_is_not_the_one_the_link_means_is_a_hard_stop(connection, known, server, page, person):
    connection.connect_to(DESK, "right", fingerprint=OTHER)
    await until(lambda: page.errors)
    assert person.asked == []
    assert server.logins == 0
    assert known.pinned("desk", 47623) is None
    assert PRINT in page.errors[-1]
    assert OTHER in page.errors[-1]
    await rest(connection)


async def test_a_new_server_is_asked_about_even_where_the_link_names_it(connection, known, server, person):
    connection.connect_to(DESK, "right", fingerprint=PRINT)
    await until(lambda: server.sessions)
    assert person.asked == [ServerIdentity("desk", 47623, PRINT, is_named=True)]
    assert known.pinned("desk", 47623) == PRINT
    await rest(connection)


async def test_a_changed_password_is_used_for_the_next_reconnect_and_kept_where_the_old_one_was(
    connection, known, server, person, passwords, screen
):
    await connect(connection, known)
    passwords.kept[DESK.site] = "right"
    person.passwords = ("right", "better")
    connection.change_password()
    await until(lambda: screen.banners and screen.banners[-1][0] == "success")
    assert person.asked == [DESK.title]
    assert server.sessions[0].changes == [("right", "better")]
    assert passwords.kept == {DESK.site: "better"}
    server.password = "better"
    server.sessions[0].lose(ConnectionLostError("reset"))
    connection.try_now()
    await until(lambda: len(server.sessions) == 2)
    await rest(connection)


async def test_a_changed_password_is_not_kept_where_none_was(connection, known, server, person, passwords, screen):
    await connect(connection, known)
    person.passwords = ("right", "better")
    connection.change_password()
    await until(lambda: screen.banners and screen.banners[-1][0] == "success")
    assert passwords.kept == {}
    await rest(connection)


async def test_a_login_under_way_can_be_given_up(connection, known, server, page):
    known.pin("desk", 47623, PRINT)
    server.gate = asyncio.Event()
    connection.connect_to(DESK, "right")
    await until(lambda: page.connecting == [DESK.title])
    connection.cancel()
    await until(lambda: page.connecting == [DESK.title, None])
    assert server.sessions == []
    assert page.errors == []
    await rest(connection)


async def test_close_ends_the_session(screen, page, pane, tabs, person, known, passwords, server, memory_place):
    known.pin("desk", 47623, PRINT)
    controller = ConnectionController(
        screen, page, pane, tabs, person, known, passwords, lambda s: memory_place(), open_session=server.open
    )
    controller.connect_to(DESK, "right")
    await until(lambda: server.sessions and pane.path == ())
    await controller.close()
    assert server.sessions[0].closed.is_set()
    assert controller.session is None
