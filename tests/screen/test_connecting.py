"""Connecting on a real display: a link opened from outside reaches the window that runs, in a tab of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.screen.client_window import ClientWindow
from tests.screen.display import ROOT, Screen

PASSWORD = "seven sails at sea"


@dataclass
class Served:
    """A server without a screen, on which anna may only look."""

    process: subprocess.Popen[str]
    port: int
    fingerprint: str

    def link(self, fingerprint: str) -> str:
        return f"wherry://anna@127.0.0.1:{self.port}/?fp={fingerprint}"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    data = tmp_path / "served"
    data.mkdir(mode=0o700)
    command = [sys.executable, "-m", "server"]
    add = [*command, "user", "add", "anna", "--read-only", "--password-stdin", "--data", str(data)]
    subprocess.run(add, input=f"{PASSWORD}\n", text=True, capture_output=True, check=True, cwd=ROOT, timeout=60)
    serve = [*command, "serve", "--data", str(data), "--host", "127.0.0.1", "--port", "0", "--json"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield Served(process, told["port"], told["fingerprint"])
        process.terminate()


@pytest.fixture
def client(screen: Screen, tmp_path: Path) -> Iterator[ClientWindow]:
    (tmp_path / "home").mkdir()
    client = ClientWindow(screen, tmp_path / "home", tmp_path / "profile")
    client.open("--demo")
    screen.wait_for(client.has_both_panes, "the demo's server")
    yield client
    client.stop()


def _open(screen: Screen, client: ClientWindow, link: str) -> None:
    """Open a link as a browser does: the program is started with it."""
    command = [sys.executable, "-m", "desktop", "--profile", str(client.profile), link]
    done = subprocess.run(
        command,
        env={**os.environ, **screen.env, "HOME": str(client.home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _log_in(screen: Screen, client: ClientWindow) -> None:
    screen.wait_for(lambda: "Type your password" in client.running.look().texts(), "the question for the password")
    screen.fill_in(client.running, "Password", PASSWORD)
    screen.press(client.running, "Connect")


def test_a_link_opens_in_the_running_window_beside_the_server_that_is_there(
    screen: Screen, client: ClientWindow, served: Served
) -> None:
    _open(screen, client, served.link(served.fingerprint))
    _log_in(screen, client)
    screen.wait_for(lambda: "the one that the link names" in client.running.look().texts(), "the link's fingerprint")
    screen.press(client.running, "Trust and connect")
    screen.wait_for(lambda: f"Connected to anna@127.0.0.1:{served.port}" in client.running.look().texts(), "the login")
    screen.wait_for(lambda: "Your account may only look here" in client.running.look().texts(), "what may be done")
    screen.key("ctrl+Tab")
    screen.wait_for(lambda: "Connected to demo@" in client.running.look().texts(), "the first server")


def test_a_link_to_another_server_than_answers_stops_before_the_password(
    screen: Screen, client: ClientWindow, served: Served
) -> None:
    other = "SHA256:" + "A" * 43
    _open(screen, client, served.link(other))
    _log_in(screen, client)
    said = screen.wait_for(
        lambda: client.running.look().texts() if other in client.running.look().texts() else None, "the hard stop"
    )
    assert served.fingerprint in said
    assert "Trust and connect" not in said
