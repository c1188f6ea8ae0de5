"""Each tab keeps its folder and its way; leaving a server takes its tabs along and no others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.pane import PaneController
from desktop.controllers.tabs import TabsController
from tests.desktop.controllers.conftest import MemoryPlace, file, folder, idle, until

pytestmark = pytest.mark.asyncio


@pytest.fixture
def place() -> MemoryPlace:
    made = MemoryPlace()
    made.folders = {(): [folder("photos"), folder("music")], ("photos",): [file("a.jpg")], ("music",): []}
    return made


@pytest_asyncio.fixture
async def pane(screen, rows, place) -> AsyncIterator[PaneController]:
    controller = PaneController(screen, rows)
    controller.set_place(place)
    await until(lambda: controller.path == () and not screen.busy[-1])
    yield controller
    await controller.close()


@pytest.fixture
def tabs(pane, screen) -> TabsController:
    return TabsController(pane, screen)


async def go(pane: PaneController, *path: str) -> None:
    pane.go(path)
    await until(lambda: pane.path == path)


async def test_a_new_tab_begins_where_the_old_one_stands_and_goes_its_own_way(tabs, pane, screen, rows):
    await go(pane, "photos")
    tabs.add()
    assert screen.tabs[-1] == (["photos", "photos"], 1)
    await go(pane, "music")
    assert screen.tabs[-1] == (["photos", "music"], 1)
    tabs.choose(0)
    await until(lambda: rows.names == ["a.jpg"])
    assert pane.path == ("photos",)
    pane.go_back()
    await until(lambda: pane.path == ())
    tabs.go_next()
    await until(lambda: pane.path == ("music",))
    pane.go_back()
    await until(lambda: pane.path == ("photos",))
    await idle()


async def test_the_last_tab_stays_and_closing_shows_a_neighbour(tabs, pane, screen, rows):
    tabs.close_current()
    assert tabs.count == 1
    tabs.add()
    await go(pane, "music")
    tabs.close_current()
    assert screen.tabs[-1] == (["anna@desk"], 0)
    assert pane.path == ()
    await until(lambda: rows.names == ["photos", "music"])
    await idle()


async def test_closing_another_tab_leaves_the_shown_one_alone(tabs, pane, screen, place):
    tabs.add()
    await go(pane, "music")
    listed = len(place.calls)
    tabs.close_tab(0)
    assert screen.tabs[-1] == (["music"], 0)
    assert pane.path == ("music",)
    assert len(place.calls) == listed
    await idle()


async def test_dragged_tabs_keep_what_they_show(tabs, pane, screen, rows, place):
    tabs.add()
    await go(pane, "music")
    tabs.move(1, 0)
    assert tabs.current == 0
    tabs.choose(1)
    await until(lambda: pane.path == ())
    await until(lambda: rows.names == ["photos", "music"])
    tabs.go_previous()
    assert pane.path == ("music",)
    place.ended.clear()
    await until(lambda: place.ended == [("music",)] and not screen.busy[-1])
    await idle()


async def test_a_new_connection_to_the_same_server_serves_all_its_tabs(tabs, pane, place):
    await go(pane, "photos")
    tabs.add()
    again = MemoryPlace()
    again.folders = dict(place.folders)
    pane.replace_place(again)
    tabs.choose(0)
    await until(lambda: ("list", ("photos",)) in again.calls)
    assert pane.place is again
    await idle()


def other_place() -> MemoryPlace:
    other = MemoryPlace()
    other.title = "bob@den"
    return other


async def test_leaving_a_place_takes_its_tabs_and_no_others(tabs, pane, screen, place):
    await go(pane, "photos")
    tabs.add()
    tabs.settle(other_place(), None)
    tabs.choose(1)
    tabs.drop(place)
    assert pane.place is None
    assert screen.tabs[-1] == (["New connection", "bob@den"], 0)
    tabs.choose(1)
    await until(lambda: pane.path == ())
    tabs.drop(pane.place)
    assert screen.tabs[-1] == (["New connection"], 0)
    await idle()


async def test_a_place_left_behind_the_shown_tab_changes_nothing_there(tabs, pane, screen, place):
    other = other_place()
    tabs.settle(other, None)
    await until(lambda: pane.path == ())
    tabs.drop(place)
    assert pane.place is other
    assert screen.tabs[-1] == (["bob@den"], 0)
    await idle()


async def test_another_place_stands_in_the_one_empty_tab(tabs, pane, screen, place):
    tabs.open_empty()
    tabs.open_empty()
    assert screen.tabs[-1] == (["anna@desk", "New connection"], 1)
    tabs.choose(0)
    other = other_place()
    tabs.settle(other, None)
    assert tabs.places == [place, other]
    await until(lambda: pane.path == ())
    assert screen.tabs[-1] == (["anna@desk", "bob@den"], 1)
    await idle()


async def test_with_two_places_a_folder_says_whose_it_is(tabs, pane, screen, place):
    await go(pane, "photos")
    tabs.settle(other_place(), None)
    await until(lambda: pane.path == ())
    assert screen.tabs[-1] == (["photos · anna@desk", "bob@den"], 1)
    await idle()


async def test_a_new_connection_reaches_tabs_behind_the_shown_one(tabs, pane, place):
    await go(pane, "photos")
    tabs.settle(other_place(), None)
    await until(lambda: pane.path == ())
    again = MemoryPlace()
    again.folders = dict(place.folders)
    shown = pane.place
    tabs.renew(place, again)
    assert pane.place is shown
    assert not tabs.show_place(place)
    assert tabs.show_place(again, ("music",))
    await until(lambda: pane.path == ("music",))
    await idle()


async def test_closing_is_told_and_an_empty_tab_can_be_closed(tabs, pane, place):
    closed = []
    tabs.closed.connect(lambda: closed.append(tabs.places))
    tabs.open_empty()
    tabs.close_current()
    assert closed == [[place]]
    assert pane.place is place
    await idle()
