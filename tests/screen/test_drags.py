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


def test_a_folder_and_a_file_of_the_server_are_delivered_together(desk: Desk) -> None:
    _write_tree(desk.server.home / "Homeward")
    (desk.server.home / "note.txt").write_text("fair wind")
    desk.look_again("right")
    desk.client.wait_for_row("right", "note.txt")
    desk.screen.key("ctrl+a")
    desk.drop_on_manager("right", "Homeward")
    folder = desk.manager.folder
    expected = {*_tree(desk.server.home / "Homeward"), "note.txt"}
    desk.screen.wait_for(lambda: {*_tree(folder / "Homeward"), *_tree_names(folder)} >= expected, "both to arrive")
    desk.screen.wait_for(
        lambda: _tree(folder / "Homeward") == _tree(desk.server.home / "Homeward"), "the folder's contents"
    )
    assert (folder / "note.txt").read_text() == "fair wind"


def test_a_file_of_this_computer_is_taken_by_the_file_manager(desk: Desk) -> None:
    content = os.urandom(300 * KIB)
    (desk.client.home / "letter.bin").write_bytes(content)
    desk.look_again("left")
    desk.drop_on_manager("left", "letter.bin")
    desk.screen.wait_for(lambda: _holds(desk.manager.folder / "letter.bin", content), "the file in the file manager")


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_file_of_the_file_manager_is_copied_into_either_pane(desk: Desk, side: Side) -> None:
    content = os.urandom(300 * KIB)
    icon = desk.manager.show(lambda: (desk.manager.folder / "postcard.bin").write_bytes(content))
    desk.screen.drag(icon.centre, desk.client.free_space(side))
    target = desk.client.home if side == "left" else desk.server.home
    desk.screen.wait_for(lambda: _holds(target / "postcard.bin", content), "the copy")
    desk.client.wait_for_row(side, "postcard.bin")
    assert _holds(desk.manager.folder / "postcard.bin", content), "a drag into the window takes nothing away"


def test_a_drag_within_a_pane_moves_and_ctrl_z_takes_it_back(desk: Desk) -> None:
    (desk.client.home / "Box").mkdir()
    (desk.client.home / "thing.txt").write_text("x")
    desk.look_again("left")
    desk.client.wait_for_row("left", "Box")
    desk.screen.settled(desk.client.running)
    row, box = desk.client.row("left", "thing.txt"), desk.client.row("left", "Box")
    assert row is not None
    assert box is not None
    desk.screen.drag(name_of(row.rect), name_of(box.rect))
    desk.screen.wait_for(lambda: (desk.client.home / "Box" / "thing.txt").exists(), "the file in the folder")
    assert not (desk.client.home / "thing.txt").exists()
    desk.screen.wait_for(lambda: desk.client.row("left", "thing.txt") is None, "the row to go")
    desk.screen.key("ctrl+z")
    desk.screen.wait_for(lambda: (desk.client.home / "thing.txt").exists(), "the file to come back")


def test_a_folder_opens_under_a_drag_that_rests_on_it(desk: Desk) -> None:
    (desk.server.home / "Deep").mkdir()
    (desk.client.home / "letter.txt").write_text("x")
    desk.look_again("left")
    desk.look_again("right")
    desk.client.wait_for_row("left", "letter.txt")
    desk.client.wait_for_row("right", "Deep")
    desk.screen.settled(desk.client.running)
    row, deep = desk.client.row("left", "letter.txt"), desk.client.row("right", "Deep")
    assert row is not None
    assert deep is not None

    def rest() -> None:
        desk.screen.wait_for(lambda: desk.client.pane("right").label.endswith("/Deep"), "the folder to open")

    desk.screen.drag(name_of(row.rect), name_of(deep.rect), meanwhile=rest)
    desk.screen.wait_for(lambda: (desk.server.home / "Deep" / "letter.txt").exists(), "the file in the opened folder")


def test_copied_files_are_pasted_from_and_into_the_file_manager(desk: Desk) -> None:
    screen, client, manager = desk.screen, desk.client, desk.manager
    (client.home / "letter.txt").write_text("x")
    desk.look_again("left")
    row = client.wait_for_row("left", "letter.txt")
    screen.click(*name_of(row.rect))
    screen.key("ctrl+c")
    screen.click(*manager.free_space())
    screen.key("ctrl+v")
    screen.wait_for(lambda: (manager.folder / "letter.txt").exists(), "the pasted file")
    manager.look_again()
    icon = manager.show(lambda: (manager.folder / "postcard.txt").write_text("y"))
    screen.click(*icon.centre)
    screen.key("ctrl+x")
    screen.click(*client.free_space("left"))
    screen.key("ctrl+v")
    screen.wait_for(lambda: (client.home / "postcard.txt").exists(), "the file that was cut")
    screen.wait_for(lambda: not (manager.folder / "postcard.txt").exists(), "it to be gone where it was")


def _write_tree(folder: Path) -> None:
    (folder / "deep").mkdir(parents=True)
    (folder / "empty").write_bytes(b"")
    (folder / "deep" / "Grüße 你好.bin").write_bytes(os.urandom(70_000))


def _tree(top: Path) -> dict[str, bytes]:
    return {str(path.relative_to(top)): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def _tree_names(top: Path) -> set[str]:
    return {path.name for path in top.iterdir()}
