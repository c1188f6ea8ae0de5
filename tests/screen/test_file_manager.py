"""Beside the system's file manager: a double-click there opens the client, and files dragged from there arrive."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.client_window import ClientWindow
from tests.screen.display import ROOT, Screen
from tests.screen.file_manager import FileManager, is_missing
from tests.screen.scene import Rect
from tests.screen.tray_server import TrayServer

pytestmark = pytest.mark.skipif(is_missing(), reason="pcmanfm is not installed")


@pytest.fixture
def manager(screen: Screen, tmp_path: Path) -> Iterator[FileManager]:
    folder = tmp_path / "Found here"
    folder.mkdir()
    manager = FileManager(screen, folder)
    program = manager.open()
    yield manager
    program.stop()


def _is_over(pid: int) -> bool:
    """Tell whether a process that is not ours has ended; a zombie that nobody has fetched counts."""
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def test_a_double_click_on_the_entry_opens_the_client(screen: Screen, manager: FileManager) -> None:
    wherry = shutil.which("wherry", path=str(Path(sys.executable).parent))
    assert wherry is not None, "the package's commands are not installed: make setup"
    entry = (ROOT / "packaging" / "wherry.desktop").read_text()
    # As after an installation, but without one: the same entry with the command's full path.
    text = entry.replace("Exec=wherry", f"Exec={wherry}")
    icon = manager.show(lambda: (manager.folder / "wherry.desktop").write_text(text))
    screen.click(*icon.centre, double=True)
    window = screen.wait_for(lambda: screen.find_window(title="^Wherry"), "the client's window")
    pid = screen.pid_of(window)
    try:
        assert window.rect.width > 600
    finally:
        os.kill(pid, signal.SIGTERM)
        screen.wait_for(lambda: _is_over(pid), "the client to end")


def test_a_file_dragged_from_the_file_manager_is_uploaded(screen: Screen, manager: FileManager, tmp_path: Path) -> None:
    server = TrayServer(screen, tmp_path / "server")
    server.add_account()
    server.open()
    server.switch_on()
    home = tmp_path / "home"
    home.mkdir()
    client = ClientWindow(screen, home, tmp_path / "profile")
    try:
        client.open()
        client.connect(server, is_new=True)
        # Side by side: the file manager over the left pane, the server's pane in sight.
        window = screen.wait_for(lambda: screen.find_window(title="^Found here$"), "the file manager's window")
        screen.place(window, Rect(10, 30, 500, 400))
        screen.activate(window)
        manager.look_again()
        content = os.urandom(200_000)
        icon = manager.show(lambda: (manager.folder / "postcard.bin").write_bytes(content))
        screen.drag(icon.centre, client.free_space("right"))
        copy = server.home / "postcard.bin"
        screen.wait_for(lambda: copy.exists() and copy.read_bytes() == content, "the file on the server")
        screen.wait_for(lambda: client.row("right", "postcard.bin"), "the file in the server's pane")
    finally:
        if client.program is not None:
            client.stop()
        server.stop()
