"""The server's tray program on a real tray: switched by its icon, its first start, its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.display import ROOT, Screen
from tests.screen.tray_server import ACCOUNT, PASSWORD, TrayServer


@pytest.fixture
def server(screen: Screen, tmp_path: Path) -> Iterator[TrayServer]:
    server = TrayServer(screen, tmp_path / "server")
    yield server
    if server.program is not None:
        server.stop()


def _list(server: TrayServer, profile: Path) -> subprocess.CompletedProcess[str]:
    """Log in to the server with the command of the client."""
    command = [sys.executable, "-m", "desktop.cli", "ls", server.url, "--profile", str(profile)]
    command += ["--password-stdin", "--fingerprint", server.fingerprint()]
    return subprocess.run(
        command, input=PASSWORD + "\n", cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_icon_switches_the_server_on_and_off(server: TrayServer) -> None:
    server.add_account()
    server.open()
    assert not server.answers()
    server.switch_on()
    server.switch_off()
    server.switch_on()
    assert server.stop() == 0
    assert not server.answers()


def test_a_left_click_shows_the_status_window(screen: Screen, server: TrayServer) -> None:
    server.add_account()
    program = server.open()
    server.switch_on()
    icon = screen.settled(program).tray
    assert icon is not None
    if screen.find_window(pid=program.pid, title="Wherry Server") is None:
        screen.click(*icon.centre)
    screen.wait_for(lambda: screen.find_window(pid=program.pid, title="Wherry Server"), "the status window")
    screen.wait_for(lambda: program.look().find(text=server.fingerprint()), "the fingerprint")


def test_the_first_start_makes_an_account_one_can_log_in_with(
    screen: Screen, server: TrayServer, tmp_path: Path
) -> None:
    program = server.open()
    screen.wait_for(lambda: program.look().labelled("Password again"), "the welcome page")
    screen.fill_in(program, "Name", ACCOUNT)
    screen.fill_in(program, "Password", PASSWORD)
    screen.fill_in(program, "Password again", PASSWORD)
    screen.press(program, "Create and switch on")
    screen.wait_for(server.answers, "the server to answer")
    (server.home / "found.txt").write_text("x")
    listing = _list(server, tmp_path / "profile")
    assert "found.txt" in listing.stdout, listing.stderr


def test_quit_in_the_menu_ends_the_program(screen: Screen, server: TrayServer) -> None:
    server.add_account()
    program = server.open()
    server.switch_on()
    server.choose("Quit")
    assert program.wait() == 0
    assert not server.answers()
