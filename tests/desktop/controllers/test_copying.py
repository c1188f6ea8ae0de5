"""Copies and moves within a place never replace anything, tell what they did, and can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.copying import CopyingController
from desktop.controllers.pane import PaneController
from desktop.controllers.undoing import UndoController
from shared.errors import Code, RemoteError
from tests.desktop.controllers.conftest import MemoryPlace, file, folder, idle, until

pytestmark = pytest.mark.asyncio


@pytest.fixture
def place() -> MemoryPlace:
    made = MemoryPlace()
    made.folders = {
        (): [folder("in"), folder("out"), file("a.txt")],
        ("in",): [file("a.txt", 1), file("b.txt", 2)],
        ("out",): [file("a.txt", 9)],
    }
    return made


@pytest_asyncio.fixture
async def pane(screen, rows, place) -> AsyncIterator[PaneController]:
    controller = PaneController(screen, rows)
    controller.set_place(place, ("out",))
    await until(lambda: controller.path == ("out",) and not screen.busy[-1])
    yield controller
    await controller.close()


@pytest_asyncio.fixture
async def undoing(pane) -> AsyncIterator[UndoController]:
    controller = UndoController(pane.failed)
    yield controller
    await controller.close()


@pytest_asyncio.fixture
async def copying(pane, undoing) -> AsyncIterator[CopyingController]:
    controller = CopyingController(pane, undoing)
    controller.brought.connect(pane.show_change)
    yield controller
    await controller.close()


def names(place: MemoryPlace, *path: str) -> list[str]:
    return [entry.name for entry in place.folders[path]]


async def test_a_name_that_is_taken_gets_a_number_and_the_banner_says_so(copying, place, screen, rows):
    copying.bring([("in", "a.txt"), ("in", "b.txt")], ("out",))
    await until(lambda: "b.txt" in rows.names)
    assert names(place, "out") == ["a.txt", "a (2).txt", "b.txt"]
    assert place.folders["out",][0].size == 9, "what was there is as it was"
    assert screen.banners[-1] == ("info", "“a.txt” is there already, so this one is called “a (2).txt”.")
    await idle()


async def test_one_that_fails_leaves_the_others_to_go_on(copying, place, screen):
    place.broken["in", "a.txt"] = RemoteError(Code.PERMISSION, path="/in/a.txt")
    copying.bring([("in", "a.txt"), ("in", "b.txt")], ("out",))
    await until(lambda: screen.banners)
    assert names(place, "out") == ["a.txt", "b.txt"]
    assert "1 of 2 could not be copied. First: Permission denied" in screen.banners[-1][1]
    await idle()


async def test_a_move_can_be_taken_back(copying, place, undoing):
    copying.bring([("in", "b.txt")], ("out",), is_move=True)
    await until(lambda: undoing.text)
    assert names(place, "in") == ["a.txt"]
    assert undoing.text == "moving b.txt"
    undoing.undo()
    await until(lambda: "b.txt" in names(place, "in"))
    assert names(place, "out") == ["a.txt"]
    assert undoing.text == ""
    await idle()


async def test_what_is_moved_to_where_it_is_stays_untouched(copying, place):
    copying.bring([("out", "a.txt")], ("out",), is_move=True)
    await asyncio.sleep(0.01)
    assert not [call for call in place.calls if call[0] in ("rename", "copy")]
    await idle()


async def test_work_that_lasts_is_shown_and_can_be_stopped(copying, pane, place, screen, monkeypatch):
    monkeypatch.setattr("desktop.controllers.shown_work.SHOW_AFTER_S", 0.01)
    gate = asyncio.Event()

    async def slow(source, target, *, replace=False, on_progress=None):
        await gate.wait()

    monkeypatch.setattr(place, "copy", slow)
    copying.bring([("in", "a.txt"), ("in", "b.txt")], ("out",))
    await until(lambda: screen.tasks)
    ((key, (text, share)),) = screen.tasks.items()
    assert text == "Copying a.txt and 1 more"
    assert share == 0.0
    pane.cancel_work(key)
    await until(lambda: not screen.tasks)
    assert names(place, "out") == ["a.txt"]
    await idle()
