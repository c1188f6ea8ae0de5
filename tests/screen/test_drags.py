"""Drags between the client's window and a real file manager, both ways, on either pane; and within a pane."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen.client_window import ClientWindow, Side, name_of
from tests.screen.display import Screen
from tests.screen.file_manager import FileManager, is_missing
from tests.screen.scene import Rect
from tests.screen.tray_server import TrayServer

pytestmark = pytest.mark.skipif(is_missing(), reason="pcmanfm is not installed")

KIB = 1 << 10


class Desk:
    """The client's window, connected, on the left; a file manager on the right of the screen."""

    def __init__(self, screen: Screen, server: TrayServer, client: ClientWindow, manager: FileManager) -> None:
        self.screen = screen
        self.server = server
        self.client = client
        self.manager = manager
        screen.place(client.window, Rect(0, 20, 860, 620))
        screen.place(manager.window, Rect(880, 20, 500, 620))
        screen.settled(client.running)
        manager.look_again()

    def look_again(self, side: Side) -> None:
        """Have a pane read its folder again."""
        self.screen.click(*self.client.free_space(side))
        self.screen.key("ctrl+r")

    def drop_on_manager(self, side: Side, name: str) -> None:
        """Drag a row of a pane into the free space of the file manager."""
        self.client.wait_for_row(side, name)
        self.screen.settled(self.client.running)
        row = self.client.row(side, name)
        assert row is not None
        self.screen.drag(name_of(row.rect), self.manager.free_space())


@pytest.fixture
def server(screen: Screen, tmp_path: Path) -> Iterator[TrayServer]:
    server = TrayServer(screen, tmp_path / "server")
    server.add_account()
    server.open()
    server.switch_on()
    yield server
    server.stop()


@pytest.fixture
def desk(screen: Screen, server: TrayServer, tmp_path: Path) -> Iterator[Desk]:
    home, folder = tmp_path / "home", tmp_path / "Found here"
    home.mkdir()
    folder.mkdir()
    client = ClientWindow(screen, home, tmp_path / "profile")
    client.open()
    client.connect(server, is_new=True)
    manager = FileManager(screen, folder)
    program = manager.open()
    try:
        yield Desk(screen, server, client, manager)
    finally:
        client.stop()
        program.stop()


def _holds(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


def test_a_file_of_the_server_is_delivered_where_it_is_dropped(desk: Desk) -> None:
    content = os.urandom(9000 * KIB)
    (desk.server.home / "answer.bin").write_bytes(content)
    desk.look_again("right")
    desk.drop_on_manager("right", "answer.bin")
    desk.screen.wait_for(lambda: _holds(desk.manager.folder / "answer.bin", content), "the file in the file manager")
    assert [path.name for path in desk.manager.folder.iterdir()] == ["answer.bin"]
    assert _holds(desk.server.home / "answer.bin", content)
