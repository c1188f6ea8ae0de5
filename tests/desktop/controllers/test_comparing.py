"""The marks are those of what both panes show now, and contents are read only when that is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from desktop.controllers.comparing import CompareController
from desktop.controllers.pane import PaneController
from desktop.models.directory_row import Mark
from shared.errors import Code, RemoteError
from tests.desktop.controllers.conftest import MemoryPlace, RecordingRows, RecordingScreen, file, idle, until

pytestmark = pytest.mark.asyncio


class Marked(RecordingRows):
    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, Mark] = {}
        self.shown: frozenset[Mark] | None = None

    def set_marks(self, marks: Mapping[str, Mark]) -> None:
        self.marks = dict(marks)

    def show_marks(self, marks: frozenset[Mark] | None) -> None:
        self.shown = marks


class Bar:
    def __init__(self) -> None:
        self.counts: Mapping[Mark, int] | None = None

    def show_counts(self, counts: Mapping[Mark, int] | None) -> None:
        self.counts = counts


class Desk:
    def __init__(self) -> None:
        self.screens = RecordingScreen(), RecordingScreen()
        self.places = MemoryPlace(), MemoryPlace()
        self.rows = Marked(), Marked()
        self.bars = Bar(), Bar()
        self.panes = tuple(PaneController(*each) for each in zip(self.screens, self.rows, strict=True))
        self.places[0].folders[()] = [file("same"), file("mine"), file("size", 1)]
        self.places[1].folders[()] = [file("same"), file("size", 2)]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    for pane, place in zip(made.panes, made.places, strict=True):
        pane.set_place(place)
    await until(lambda: all(pane.path == () for pane in made.panes))
    yield made
    for pane in made.panes:
        await pane.close()


@pytest_asyncio.fixture
async def comparing(desk) -> AsyncIterator[CompareController]:
    controller = CompareController(desk.panes, desk.rows, desk.bars)
    yield controller
    await controller.close()


async def test_both_sides_are_marked_and_counted(desk, comparing):
    comparing.toggle()
    await until(lambda: desk.rows[0].marks)
    assert desk.rows[0].marks == {"same": Mark.EQUAL, "mine": Mark.NEW, "size": Mark.DIFFERENT}
    assert desk.rows[1].marks == {"same": Mark.EQUAL, "size": Mark.DIFFERENT}
    assert desk.bars[0].counts == {Mark.EQUAL: 1, Mark.NEW: 1, Mark.DIFFERENT: 1}
    assert not [call for place in desk.places for call in place.calls if call[0] == "digest"]
    await idle()


async def test_the_marks_follow_what_changes_and_go_when_it_ends(desk, comparing):
    comparing.toggle()
    await until(lambda: desk.rows[0].marks)
    desk.places[1].folders[()].append(file("mine"))
    desk.panes[1].refresh()
    await until(lambda: desk.rows[0].marks.get("mine") is Mark.EQUAL)
    desk.rows[0].shown = frozenset({Mark.NEW})
    comparing.toggle()
    assert desk.rows[0].marks == {}
    assert desk.rows[0].shown is None
    assert desk.bars[0].counts is None
    await idle()


async def test_contents_decide_where_they_are_read_and_are_read_once(desk, comparing):
    desk.places[0].contents["same",] = b"one"
    desk.places[1].contents["same",] = b"other"
    comparing.toggle()
    comparing.read_contents(True)
    await until(lambda: desk.rows[0].marks.get("same") is Mark.DIFFERENT)
    assert desk.rows[1].marks["same"] is Mark.DIFFERENT
    desk.panes[0].refresh()
    await until(lambda: len([call for call in desk.places[0].calls if call[0] == "list"]) == 2)
    await until(lambda: desk.rows[0].marks.get("same") is Mark.DIFFERENT)
    assert [call for call in desk.places[0].calls if call[0] == "digest"] == [("digest", ("same",))]
    await idle()


async def test_what_cannot_be_read_keeps_the_mark_of_its_size_and_time(desk, comparing):
    desk.places[1].broken["same",] = RemoteError(Code.PERMISSION, path="/same")
    comparing.toggle()
    comparing.read_contents(True)
    await until(lambda: [call for call in desk.places[1].calls if call[0] == "digest"])
    await until(lambda: not desk.screens[0].tasks)
    assert desk.rows[0].marks["same"] is Mark.EQUAL
    await idle()


async def test_without_a_server_it_says_what_to_do_first(desk, comparing):
    told = []
    comparing.toggled.connect(told.append)
    desk.panes[1].set_place(None)
    comparing.toggle()
    assert told == [False]
    assert "Connect to a server first" in desk.screens[0].banners[-1][1]
    await idle()


async def test_leaving_the_server_ends_it(desk, comparing):
    comparing.toggle()
    await until(lambda: desk.rows[0].marks)
    desk.panes[1].set_place(None)
    assert not comparing.is_on
    assert desk.rows[0].marks == {}
    await idle()
