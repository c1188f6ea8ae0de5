"""Changes happen to the folder they were asked for, tell of every failure, and never call a person back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.changes import ChangesController
from desktop.controllers.mode_change import ModeChange
from desktop.controllers.pane import PaneController
from desktop.controllers.undoing import UndoController
from shared.entries import Entry, Kind
from shared.errors import Code, RemoteError
from tests.desktop.controllers.conftest import idle

pytestmark = pytest.mark.asyncio


def file(name: str) -> Entry:
    return Entry(name, Kind.FILE, 10, 0, 0o644)


def folder(name: str) -> Entry:
    return Entry(name, Kind.FOLDER, 0, 0, 0o755)


async def until(condition) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def place(memory_place):
    made = memory_place()
    made.folders = {
        (): [folder("photos"), folder("music"), file("a.txt")],
        ("photos",): [file(f"{number}.jpg") for number in range(5)],
        ("music",): [],
    }
    return made


@pytest_asyncio.fixture
async def pane(screen, rows, place) -> AsyncIterator[PaneController]:
    controller = PaneController(screen, rows)
    controller.set_place(place)
    await until(lambda: controller.path == () and not screen.busy[-1])
    yield controller
    await controller.close()


@pytest_asyncio.fixture
async def changes(pane, person) -> AsyncIterator[ChangesController]:
    controller = ChangesController(pane, person)
    yield controller
    await controller.close()


async def test_rename_refuses_a_forbidden_name_before_asking(changes, place, screen):
    changes.rename(file("a.txt"), "b/../c")
    assert "not allowed" in screen.banners[-1][1]
    assert not [call for call in place.calls if call[0] == "rename"]


async def test_rename_shows_and_selects_the_new_name(changes, rows, screen):
    changes.rename(file("a.txt"), "b.txt")
    await until(lambda: screen.selected == [["b.txt"]])
    assert "b.txt" in rows.names
    assert "a.txt" not in rows.names


async def test_rename_onto_an_existing_name_says_so_and_changes_nothing(changes, rows, screen):
    changes.rename(file("a.txt"), "music")
    await until(lambda: screen.banners)
    assert "Already exists: /music" in screen.banners[-1][1]
    assert "a.txt" in rows.names


async def test_a_new_folder_gets_a_free_name_that_can_be_typed_over(changes, rows, screen):
    changes.make_folder()
    await until(lambda: screen.edited == ["New folder"])
    assert "New folder" in rows.names
    changes.make_folder()
    await until(lambda: screen.edited == ["New folder", "New folder 2"])
    assert "New folder 2" in rows.names


async def test_a_folder_that_cannot_be_made_says_why(changes, place, screen):
    place.broken[("New folder",)] = RemoteError(Code.READ_ONLY, path="/New folder")
    changes.make_folder()
    await until(lambda: screen.banners)
    assert "Read-only: /New folder" in screen.banners[-1][1]
    assert screen.edited == []


async def test_delete_asks_and_a_no_removes_nothing(changes, place, person):
    person.yes = False
    changes.delete([file("a.txt")])
    await until(lambda: person.asked)
    await asyncio.sleep(0.01)
    assert not [call for call in place.calls if call[0] == "remove"]
    assert person.asked == [((file("a.txt"),), False)]


async def test_delete_goes_on_past_a_failure_and_tells_of_all_at_once(changes, place, rows, screen):
    place.broken[("photos",)] = RemoteError(Code.PERMISSION, path="/photos")
    changes.delete([folder("photos"), folder("music"), file("a.txt")])
    await until(lambda: rows.names == ["photos"])
    assert len(screen.banners) == 1
    assert "1 of 3 could not be deleted" in screen.banners[0][1]
    assert "Permission denied: /photos" in screen.banners[0][1]


async def test_a_change_that_ends_after_the_person_left_does_not_call_back(changes, pane, place, rows):
    changes.delete([file("a.txt")])
    pane.go(("photos",))
    await until(lambda: pane.path == ("photos",) and ("remove", ("a.txt",)) in place.calls)
    await asyncio.sleep(0.01)
    assert len(rows.entries) == 5


async def test_a_move_into_a_folder_shows_both(changes, place, rows):
    changes.move((), ["a.txt", "gone.txt"], ("music",))
    await until(lambda: rows.names == ["photos", "music"])
    assert [entry.name for entry in place.folders["music",]] == ["a.txt"]


async def test_a_move_onto_an_existing_name_replaces_nothing(changes, place, screen):
    place.folders["music",].append(file("a.txt"))
    changes.move((), ["a.txt"], ("music",))
    await until(lambda: screen.banners)
    assert "Already exists: /music/a.txt" in screen.banners[-1][1]
    assert len(place.folders["music",]) == 1


async def test_without_a_place_nothing_is_asked(changes, pane, place, person):
    pane.set_place(None)
    before = len(place.calls)
    changes.make_folder()
    changes.delete([file("a.txt")])
    changes.rename(file("a.txt"), "b.txt")
    await asyncio.sleep(0.01)
    assert len(place.calls) == before
    assert person.asked == []


async def test_a_rename_and_a_move_can_be_taken_back(pane, person, place, rows):
    undoing = UndoController(pane.failed)
    changes = ChangesController(pane, person, undoing)
    changes.rename(file("a.txt"), "b.txt")
    await until(lambda: "b.txt" in rows.names)
    changes.move((), ["b.txt"], ("music",))
    await until(lambda: undoing.text == "moving b.txt")
    await idle()
    undoing.undo()
    await idle()
    assert place.folders["music",] == []
    assert undoing.text == "renaming “a.txt”"
    undoing.undo()
    await until(lambda: "a.txt" in rows.names)
    await idle()
    await changes.close()
    await undoing.close()


async def test_a_deletion_on_a_server_is_never_offered_to_be_taken_back(pane, person, rows):
    undoing = UndoController(pane.failed)
    changes = ChangesController(pane, person, undoing)
    changes.delete([file("a.txt")])
    await until(lambda: "a.txt" not in rows.names)
    assert undoing.text == ""
    await changes.close()
    await undoing.close()


async def test_permissions_change_for_each_as_the_boxes_say(changes, person, place):
    person.mode_change = ModeChange(on=0o100, off=0o004)
    changes.show_properties([file("a.txt"), folder("photos"), Entry("link", Kind.LINK, 0, 0, 0o777)])
    await until(lambda: len([call for call in place.calls if call[0] == "set_mode"]) == 2)
    assert [call for call in place.calls if call[0] == "set_mode"] == [
        ("set_mode", ("a.txt",), 0o740),
        ("set_mode", ("photos",), 0o751),
    ]


async def test_nothing_is_changed_where_the_boxes_stay_as_they_are(changes, person, place):
    person.mode_change = ModeChange(on=0, off=0)
    changes.show_properties([file("a.txt")])
    await until(lambda: person.asked)
    assert not [call for call in place.calls if call[0] == "set_mode"]
