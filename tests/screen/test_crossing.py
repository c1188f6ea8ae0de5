"""The whole crossing on a real display: the server switched on by its icon, files and folders dragged both ways
with the mouse, either program killed in the middle and opened again, everything compared byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.screen.client_window import ClientWindow, Side
from tests.screen.display import Program, Screen
from tests.screen.tray_server import TrayServer

MIB = 1 << 20
LARGE = 640 * MIB
"""So large that a kill at a fifth of it comes in the middle on any machine."""
STAGING = ".wherry-staging"
"""Where uploads grow in a home; no listing shows it, and between uploads it is empty."""


@pytest.fixture
def server(screen: Screen, tmp_path: Path) -> Iterator[TrayServer]:
    server = TrayServer(screen, tmp_path / "server")
    server.add_account()
    server.open()
    server.switch_on()
    yield server
    server.stop()


@pytest.fixture
def client(screen: Screen, server: TrayServer, tmp_path: Path) -> Iterator[ClientWindow]:
    home = tmp_path / "home"
    home.mkdir()
    client = ClientWindow(screen, home, tmp_path / "profile")
    yield client
    if client.program is not None:
        client.stop()


def _write_tree(folder: Path) -> None:
    """A folder with what goes wrong easily: an empty file, an empty folder, odd names, block boundaries."""
    for name, size in {"empty": 0, "one byte": 1, "Grüße 你好.txt": 100, "block+1.bin": 4 * MIB + 1}.items():
        _write_file(folder / name, size)
    _write_file(folder / "deep" / "deeper" / "last.bin", 70_000)
    (folder / "deep" / "nothing in here").mkdir()


def _write_file(file: Path, size: int) -> None:
    """Write content of which no two megabytes are the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    grain = os.urandom(MIB)
    with file.open("wb") as stream:
        for number in range(size // MIB):
            stream.write(number.to_bytes(8, "big"))
            stream.write(grain[8:])
        stream.write(grain[: size % MIB])


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "blake2b").hexdigest()


def _tree(top: Path) -> dict[str, object]:
    """Return every folder and file below ``top`` with content and whole seconds of its time."""
    if not top.exists():
        return {}
    found: dict[str, object] = {}
    for path in sorted([top, *top.rglob("*")]):
        name = str(path.relative_to(top))
        found[name] = "folder" if path.is_dir() else (_digest(path), int(path.stat().st_mtime))
    return found


def _wait_for_twin(screen: Screen, original: Path, copy: Path, seconds: float = 60.0) -> None:
    """Wait until the names are there, then compare everything: a partial must never have had the final name."""
    names = {path.relative_to(original) for path in original.rglob("*")}
    screen.wait_for(
        lambda: copy.exists() and {path.relative_to(copy) for path in copy.rglob("*")} == names,
        f"all of {copy.name}",
        seconds,
    )
    assert _tree(copy) == _tree(original)


def _stored(folder: Path) -> int:
    """Return how many bytes the files below a folder take."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total


def _strangers(folder: Path, expected: set[str]) -> set[str]:
    """Return what lies in a folder and should not: partials, sidecars, temporary names."""
    found = {path.name for path in folder.iterdir() if path.name != STAGING}
    if (folder / STAGING).exists():
        found |= {f"{STAGING}/{path.name}" for path in (folder / STAGING).iterdir()}
    return found - expected


def _assert_resumed(receiver: Program) -> None:
    """Who received it, before the kill and after, has written the large file once: it was not sent anew."""
    counters = dict(line.split(": ") for line in Path(f"/proc/{receiver.pid}/io").read_text().splitlines())
    assert LARGE * 9 // 10 < int(counters["wchar"]) < LARGE * 11 // 10


def _wait_until_half_way(folder: Path, full_size: int, final: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    before = _stored(folder)
    while _stored(folder) - before < full_size // 5:
        assert time.monotonic() < deadline, "the transfer did not begin"
        assert not final(), "the transfer was over before it could be interrupted"
        time.sleep(0.005)


def test_a_file_and_a_folder_are_dragged_each_way(screen: Screen, server: TrayServer, client: ClientWindow) -> None:
    _write_file(client.home / "letter.bin", 3 * MIB + 17)
    _write_tree(client.home / "Outward")
    _write_file(server.home / "answer.bin", 5 * MIB + 3)
    _write_tree(server.home / "Homeward")
    client.open()
    client.connect(server, is_new=True)

    crossings: list[tuple[str, Side]] = [
        ("letter.bin", "left"),
        ("Outward", "left"),
        ("answer.bin", "right"),
        ("Homeward", "right"),
    ]
    for name, start in crossings:
        here, there = (client.home, server.home) if start == "left" else (server.home, client.home)
        client.drag_across(name, start)
        _wait_for_twin(screen, here / name, there / name)
        client.wait_for_row("right" if start == "left" else "left", name)

    everything = {name for name, _ in crossings}
    assert _strangers(client.home, everything) == set()
    assert _strangers(server.home, everything) == set()
    assert client.stop()


def test_an_upload_goes_on_after_the_client_was_killed(
    screen: Screen, server: TrayServer, client: ClientWindow
) -> None:
    original, copy = client.home / "film.bin", server.home / "film.bin"
    _write_file(original, LARGE)
    client.open()
    client.connect(server, is_new=True)
    client.drag_across("film.bin", "left")
    _wait_until_half_way(server.data, LARGE, copy.exists)
    client.kill()
    assert not copy.exists()

    client.open()
    client.connect(server, is_new=False)
    _wait_for_twin(screen, original, copy, seconds=120)
    _assert_resumed(server.running)
    assert _strangers(server.home, {"film.bin"}) == set()


def test_a_download_goes_on_after_the_server_was_killed(
    screen: Screen, server: TrayServer, client: ClientWindow
) -> None:
    original, copy = server.home / "film.bin", client.home / "film.bin"
    _write_file(original, LARGE)
    client.open()
    client.connect(server, is_new=True)
    client.drag_across("film.bin", "right")
    _wait_until_half_way(client.home, LARGE, copy.exists)
    server.running.kill()
    assert not copy.exists()

    server.open()
    server.switch_on()
    # The window reconnects by itself; nobody types anything.
    _wait_for_twin(screen, original, copy, seconds=120)
    _assert_resumed(client.running)
    screen.wait_for(lambda: _strangers(client.home, {"film.bin"}) == set(), "the partial to be gone")
