"""A pane shows one folder truthfully: late answers, failures and changes leave it where the person is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.pane import HUGE, PaneController
from shared.entries import Entry, Kind
from shared.errors import Code, RemoteError

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
        ("photos", "old"): [file("x")],
    }
    return made


@pytest_asyncio.fixture
async def pane(screen, rows, place) -> AsyncIterator[PaneController]:
    controller = PaneController(screen, rows)
    controller.set_place(place)
    await until(lambda: controller.path == () and not screen.busy[-1])
    yield controller
    await controller.close()


async def test_a_folder_shows_in_batches_and_busy_ends(pane, rows, screen):
    pane.go(("photos",))
    await until(lambda: len(rows.entries) == 5)
    await until(lambda: screen.busy[-1] is False)
    title, crumbs, can_back, can_forward = screen.locations[-1]
    assert title == "/photos"
    assert crumbs == [("anna@desk", ()), ("photos", ("photos",))]
    assert (can_back, can_forward) == (True, False)


async def test_the_old_folder_stays_until_the_new_one_answers(pane, place, rows):
    gate = place.gates[("photos",)] = asyncio.Event()
    pane.go(("photos",))
    await asyncio.sleep(0.01)
    assert pane.path == ()
    assert rows.names == ["photos", "music", "a.txt"]
    gate.set()
    await until(lambda: pane.path == ("photos",))


async def test_a_late_answer_does_not_overwrite_the_folder_chosen_after_it(pane, place, rows):
    gate = place.gates[("photos",)] = asyncio.Event()
    pane.go(("photos",))
    await asyncio.sleep(0.01)
    pane.go(("music",))
    await until(lambda: pane.path == ("music",))
    gate.set()
    await asyncio.sleep(0.01)
    assert pane.path == ("music",)
    assert rows.names == []
    assert ("photos",) in place.ended


async def test_a_folder_that_refuses_leaves_the_person_where_they_were_and_says_why(pane, place, screen, rows):
    place.broken[("photos",)] = RemoteError(Code.PERMISSION, path="/photos")
    pane.go(("photos",))
    await until(lambda: screen.banners)
    assert pane.path == ()
    assert rows.names == ["photos", "music", "a.txt"]
    assert screen.banners[-1][0] == "error"
    assert "Permission denied: /photos" in screen.banners[-1][1]
    assert screen.busy[-1] is False


async def test_back_forward_and_up(pane, screen):
    pane.go(("photos",))
    await until(lambda: pane.path == ("photos",))
    pane.go_back()
    await until(lambda: pane.path == ())
    assert screen.locations[-1][2:] == (False, True)
    pane.go_forward()
    await until(lambda: pane.path == ("photos",))
    pane.go_up()
    await until(lambda: screen.selected == [["photos"]])
    assert pane.path == ()


async def test_a_failed_step_back_does_not_move_the_history(pane, place, screen):
    pane.go(("photos",))
    await until(lambda: pane.path == ("photos",))
    place.broken[()] = RemoteError(Code.NOT_FOUND, path="/")
    pane.go_back()
    await until(lambda: screen.banners)
    assert pane.path == ("photos",)
    del place.broken[()]
    pane.go_back()
    await until(lambda: pane.path == ())


async def test_a_remembered_folder_that_is_gone_leads_home_and_says_so(pane, place, screen):
    pane.set_place(place, ("gone",))
    await until(lambda: pane.path == ())
    assert "Not found: /gone" in screen.banners[0][1]


async def test_a_typed_path_is_judged_before_anything_is_asked(pane, place, screen):
    before = len(place.calls)
    pane.go_to_text("/photos/../etc")
    assert len(place.calls) == before
    assert screen.banners[-1][0] == "error"
    pane.go_to_text("/photos/old")
    await until(lambda: pane.path == ("photos", "old"))


@pytest.mark.parametrize("count", [5, HUGE])
async def test_a_refresh_that_finds_nothing_new_leaves_the_list_alone(pane, place, rows, count):
    place.batch = HUGE // 2
    place.folders["photos",] = [file(f"{number}.jpg") for number in range(count)]
    pane.go(("photos",))
    await until(lambda: len(rows.entries) == count)
    fills = rows.fills
    complete = []
    pane.entries_changed.connect(lambda: complete.append(True))
    pane.refresh()
    await until(lambda: complete)
    assert rows.fills == fills
    place.folders["photos",][-1] = file("new.jpg")
    pane.refresh()
    await until(lambda: rows.names[-1] == "new.jpg")
    assert rows.fills == fills + 1


async def test_a_refresh_while_going_elsewhere_does_not_call_back(pane, place):
    gate = place.gates[("photos",)] = asyncio.Event()
    pane.go(("photos",))
    await asyncio.sleep(0.01)
    pane.refresh()
    gate.set()
    await until(lambda: pane.path == ("photos",))


async def test_going_where_one_is_calls_off_the_way_elsewhere(pane, place):
    gate = place.gates[("photos",)] = asyncio.Event()
    pane.go(("photos",))
    await asyncio.sleep(0.01)
    pane.go(())
    gate.set()
    await asyncio.sleep(0.02)
    assert pane.path == ()


async def test_our_own_bug_is_logged_and_shown(pane, place, screen, caplog):
    place.broken[("photos",)] = KeyError("oops")
    pane.go(("photos",))
    await until(lambda: screen.banners)
    assert "inside Wherry" in screen.banners[-1][1]
    assert "KeyError" in caplog.text


async def test_close_ends_a_listing_under_way(screen, rows, place):
    place.gates[()] = asyncio.Event()
    controller = PaneController(screen, rows)
    controller.set_place(place)
    await asyncio.sleep(0.01)
    await controller.close()
    assert place.ended == [()]
    assert screen.banners == []


async def test_without_a_place_the_pane_is_empty_and_asks_nothing(pane, place, rows):
    before = len(place.calls)
    pane.set_place(None)
    pane.refresh()
    pane.go_up()
    pane.go_home()
    assert rows.names == []
    assert pane.path is None
    assert len(place.calls) == before


async def test_a_path_that_is_typed_is_completed_by_folders_only(pane, screen):
    pane.complete("/ph")
    await until(lambda: screen.offers)
    assert screen.offers == [("/ph", ["/photos"])]
    pane.complete("/")
    await until(lambda: len(screen.offers) == 2)
    assert screen.offers[-1] == ("/", ["/music", "/photos"])
    pane.complete("/none/x")
    await until(lambda: len(screen.offers) == 3)
    assert screen.offers[-1] == ("/none/x", [])
    assert screen.banners == []


async def test_several_steps_back_at_once(pane, screen):
    for path in (("photos",), ("music",)):
        pane.go(path)
        await until(lambda path=path: pane.path == path)
    assert screen.trails[-1] == (["/photos", "/"], [])
    pane.go_steps(-2)
    await until(lambda: pane.path == ())
    assert screen.trails[-1] == ([], ["/photos", "/music"])
