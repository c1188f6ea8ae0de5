"""What the tray program does when it is closed, started twice, or has no tray to stand in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.display import Screen
from tests.screen.scene import Window
from tests.screen.tray_server import TrayServer

TITLE = "^Wherry Server$"


@pytest.fixture
def server(screen: Screen, tmp_path: Path) -> Iterator[TrayServer]:
    """A server with one account: its program starts quietly, as an icon."""
    server = TrayServer(screen, tmp_path / "server")
    server.add_account()
    yield server
    if server.program is not None:
        server.stop()


def _window(screen: Screen, pid: int) -> Window:
    window = screen.wait_for(lambda: screen.find_window(pid=pid, title=TITLE), "the window")
    screen.activate(window)
    return window


def test_a_left_click_opens_the_window_and_closing_it_switches_nothing(screen: Screen, server: TrayServer) -> None:
    program = server.open()
    assert screen.find_window(pid=program.pid, title=TITLE) is None, "with an account it starts quietly"
    server.switch_on()
    icon = screen.settled(program).tray
    assert icon is not None
    screen.click(*icon.centre)
    _window(screen, program.pid)
    screen.wait_for(lambda: program.look().find(text=server.url), "the link")
    screen.key("ctrl+w")
    screen.wait_for(lambda: screen.find_window(pid=program.pid, title=TITLE) is None, "the window to close")
    assert server.answers()
    assert "On: nobody connected" in program.look().tray_hint


def test_the_switch_in_the_window_does_what_the_menu_does(screen: Screen, server: TrayServer) -> None:
    program = server.open()
    server.choose("Status")
    _window(screen, program.pid)
    switch = screen.wait_for(lambda: screen.settled(program).find(kind="Switch"), "the switch")
    screen.click(*switch.rect.centre)
    screen.wait_for(server.answers, "the server to answer")
    # The switch kept the keyboard: a space switches it back.
    screen.key("space")
    screen.wait_for(lambda: not server.answers(), "the server to fall silent")


def test_a_second_start_says_that_the_first_one_runs(screen: Screen, server: TrayServer) -> None:
    first = server.open()
    second = screen.start([sys.executable, "-m", "server", "--data", server.data])
    _window(screen, second.pid)
    screen.key("Return")
    assert second.wait() == 1
    assert "The server runs already" in second.output()
    assert f"process {first.pid}" in second.output()
    assert first.is_running


def test_without_a_tray_it_is_a_window_whose_closing_asks_and_quits(server: TrayServer, tmp_path: Path) -> None:
    with Screen(tmp_path / "bare", tray=False) as bare:
        program = bare.watch("server", "--data", server.data, "--start")
        _window(bare, program.pid)
        bare.wait_for(server.answers, "the server to answer")
        bare.key("ctrl+w")
        button = bare.wait_for(lambda: bare.settled(program).find(kind="QPushButton", text="Quit"), "the question")
        assert server.answers()
        bare.click(*button.rect.centre)
        assert program.wait() == 0
        assert not server.answers()
