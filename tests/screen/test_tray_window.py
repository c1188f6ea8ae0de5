"""The server's window as a person uses it: accounts, settings and bans that act on a running server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.client_window import ClientWindow
from tests.screen.display import Program, Screen
from tests.screen.scene import View
from tests.screen.tray_server import ACCOUNT, TrayServer, free_port

TITLE = "^Wherry Server$"


@pytest.fixture
def server(screen: Screen, tmp_path: Path) -> Iterator[TrayServer]:
    """A server with one account, switched on."""
    server = TrayServer(screen, tmp_path / "server")
    server.add_account()
    server.open()
    server.switch_on()
    yield server
    server.stop()


def _window(screen: Screen, server: TrayServer) -> Program:
    server.choose("Status")
    program = server.running
    screen.activate(screen.wait_for(lambda: screen.find_window(pid=program.pid, title=TITLE), "the window"))
    return program


def _list(program: Program, label: str) -> View | None:
    return next((view for view in program.look().views if view.label == label), None)


def _choose(screen: Screen, program: Program, label: str, name: str) -> None:
    """Click the row of a list that begins with a name."""
    screen.wait_for(lambda: (found := _list(program, label)) and found.row(name), f"“{name}” in “{label}”")
    screen.settled(program)
    view = _list(program, label)
    assert view is not None
    row = view.row(name)
    assert row is not None
    screen.click(row.rect.x + 20, row.rect.centre[1])


def test_disabling_an_account_ends_its_session_at_once(screen: Screen, server: TrayServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    client = ClientWindow(screen, home, tmp_path / "profile")
    client.open()
    client.connect(server, is_new=True)
    program = _window(screen, server)
    screen.key("ctrl+1")
    screen.wait_for(lambda: (found := _list(program, "Connected")) and found.row(ACCOUNT), "the session in the list")
    screen.key("ctrl+3")
    _choose(screen, program, "Accounts", ACCOUNT)
    screen.press(program, "Disable")
    screen.key("ctrl+1")
    screen.wait_for(lambda: program.look().find(text="Nobody is connected"), "the session to end")
    client.stop()


def test_another_port_holds_after_the_window_has_switched_off_and_on(screen: Screen, server: TrayServer) -> None:
    program = _window(screen, server)
    old, new = server.port, free_port()
    screen.key("ctrl+comma")
    screen.wait_for(lambda: program.look().labelled("Name of this server"), "the settings")
    screen.key("ctrl+Tab")
    screen.wait_for(lambda: program.look().labelled("Port"), "the port")
    port = screen.settled(program).labelled("Port")
    assert port is not None
    screen.click(*port.rect.centre)
    screen.key("ctrl+a")
    screen.type(str(new))
    screen.press(program, "Save")
    server.port = new
    screen.wait_for(server.answers, "the server to answer at the new port")
    screen.wait_for(lambda: program.look().find(text=f":{new}/"), "the new link")
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", old), timeout=1):  # noqa: PT011
        pass
    assert f"port = {new}" in (server.data / "config.toml").read_text()


def test_an_address_is_banned_and_let_in_again_by_keyboard(screen: Screen, server: TrayServer) -> None:
    program = _window(screen, server)
    screen.key("ctrl+5")
    screen.wait_for(lambda: program.look().button("Ban an address"), "the bans")
    screen.key("ctrl+n")
    screen.wait_for(lambda: program.look().labelled("Address or network"), "the question")
    screen.settled(program)
    screen.type("203.0.113.7")
    screen.key("Return")
    _choose(screen, program, "Bans", "203.0.113.7/32")
    screen.key("Delete")
    screen.wait_for(lambda: program.look().find(text="Nobody is banned"), "the ban to be lifted")


def test_the_log_shows_what_happened_and_filters(screen: Screen, server: TrayServer) -> None:
    program = _window(screen, server)
    screen.key("ctrl+l")
    screen.wait_for(lambda: (found := _list(program, "Activity")) and found.count, "lines of the log")
    assert screen.wait_for(lambda: program.look().labelled("Filter the log"), "the filter")
    screen.key("ctrl+f")
    screen.type("no such words")
    screen.wait_for(lambda: program.look().find(text="No line is like that"), "the filter to act")
