"""What ``make package`` built starts without the source beside it: both windows appear, the command line works.

Run by ``make package`` (``-m bundle``), not by ``make test``: building takes minutes.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.display import Screen, missing_tools

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "dist" / "wherry" / "wherry"
BUNDLED_SERVER = ROOT / "dist" / "wherry" / "wherry-server"
SERVER = ROOT / "dist" / "wherry-server" / "wherry-server"
ENDED_BY_SESSION = 128 + signal.SIGTERM
"""How the client ends when the desktop's session does, having tidied up."""
LARGEST_MB = 160
"""A bundle beyond this carries something it does not need; packaging/slim.py decides."""

pytestmark = [pytest.mark.bundle, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    if missing := missing_tools():
        pytest.skip(f"these are not installed: {', '.join(missing)}")
    with Screen(tmp_path_factory.mktemp("bundles")) as screen:
        yield screen


def _run(screen: Screen, *command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(
        words, input=stdin, env=screen.env, cwd="/", capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("program", [CLIENT, BUNDLED_SERVER, SERVER], ids=["client", "bundled-server", "server"])
def test_it_tells_its_version(screen: Screen, program: Path) -> None:
    done = _run(screen, program, "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(program.name)


@pytest.mark.parametrize("program", [BUNDLED_SERVER, SERVER], ids=["bundled-server", "server"])
def test_the_server_keeps_an_account(screen: Screen, program: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    added = _run(screen, program, "user", "add", "anna", "--data", data, "--password-stdin", stdin="seven sails\n")
    assert added.returncode == 0, added.stderr
    assert "anna" in _run(screen, program, "user", "list", "--data", data).stdout


def test_the_servers_window_appears(screen: Screen, tmp_path: Path) -> None:
    program = screen.start([SERVER, "--data", tmp_path / "data"])
    window = screen.wait_for(lambda: screen.find_window(pid=program.pid), "the server's window")
    assert "Wherry Server" in window.title
    screen.still_picture()
    assert program.stop() == 0, program.output()


def test_the_clients_window_appears(screen: Screen, tmp_path: Path) -> None:
    program = screen.start([CLIENT, "--profile", tmp_path / "profile"])
    window = screen.wait_for(lambda: screen.find_window(pid=program.pid), "the client's window")
    assert "Wherry" in window.title
    screen.still_picture()
    assert program.stop() == ENDED_BY_SESSION, program.output()


def test_the_demo_runs_from_the_bundle(screen: Screen) -> None:
    program = screen.start([CLIENT, "--demo"])
    screen.wait_for(lambda: screen.find_window(pid=program.pid), "the demo's window")
    # Its server is the program beside it in the bundle, started by command.
    screen.wait_for(lambda: BUNDLED_SERVER in _children(program.pid), "the demo's server")
    screen.still_picture()
    assert program.stop(20) == ENDED_BY_SESSION, program.output()


def _children(pid: int) -> set[Path]:
    numbers = [thread.read_text() for thread in Path(f"/proc/{pid}/task").glob("*/children")]
    return {Path(f"/proc/{number}/exe").resolve() for number in " ".join(numbers).split()}


@pytest.mark.parametrize("folder", [CLIENT.parent, SERVER.parent], ids=["client", "server"])
def test_it_carries_no_more_than_it_needs(folder: Path) -> None:
    total = sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_symlink())
    assert total / 1e6 < LARGEST_MB
