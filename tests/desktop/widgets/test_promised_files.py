"""Files of a server are promised, and asked for only once a target has said where it wants them."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath

import pytest
from pytestqt.qtbot import QtBot

from desktop.runtime import direct_save
from desktop.widgets.drops import ENTRIES_TYPE, EntriesDrop, read_drop, write_entries
from desktop.widgets.promised_files import PromisedFiles


class Window:
    """The X server: what the source offers, and what the target chooses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offered: list[str] = []
        self.chosen: PurePosixPath | None = None
        monkeypatch.setattr(direct_save, "write_name", self._write)
        monkeypatch.setattr(direct_save, "read_path", lambda: self.chosen)

    def _write(self, name: str) -> bool:
        self.offered.append(name)
        return True


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    return Window(monkeypatch)


def ask(data: PromisedFiles) -> bytes:
    return bytes(data.data(direct_save.TARGET).data())


def test_nothing_is_delivered_while_the_pointer_is_on_its_way(qtbot: QtBot, window: Window) -> None:
    delivered: list[PurePath] = []
    data = PromisedFiles("a.txt", delivered.append)
    qtbot.waitUntil(lambda: window.offered == ["a.txt"])
    assert direct_save.TARGET in data.formats()
    assert ask(data) == direct_save.REFUSED
    window.chosen = PurePosixPath("/home/anna/a.txt")
    assert ask(data) == direct_save.SAVED
    assert ask(data) == direct_save.SAVED
    qtbot.waitUntil(lambda: delivered == [PurePosixPath("/home/anna/a.txt")])


def test_our_own_panes_find_their_entries_in_it(qtbot: QtBot, window: Window) -> None:
    data = PromisedFiles("a.txt", lambda path: None)
    drop = EntriesDrop("right", ("in",), ("a.txt",))
    write_entries(data, drop)
    assert data.hasFormat(ENTRIES_TYPE)
    assert not data.hasUrls()
    assert read_drop(data) == drop
    qtbot.waitUntil(lambda: bool(window.offered))
