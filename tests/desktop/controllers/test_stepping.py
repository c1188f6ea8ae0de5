"""In step, where one pane goes the other goes too, and it is said when it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.pane import PaneController
from desktop.controllers.stepping import StepController
from tests.desktop.controllers.conftest import MemoryPlace, RecordingRows, RecordingScreen, folder, idle, until

pytestmark = pytest.mark.asyncio


class Both:
    """Two panes over two places that are alike but for one folder."""

    def __init__(self) -> None:
        self.screens = RecordingScreen(), RecordingScreen()
        self.places = MemoryPlace(), MemoryPlace()
        for place in self.places:
            place.folders = {
                (): [folder("work"), folder("else")],
                ("work",): [folder("deep")],
                ("work", "deep"): [],
                ("else",): [],
            }
        self.places[0].folders["work",].append(folder("only here"))
        self.places[0].folders["work", "only here"] = []
        self.panes = tuple(PaneController(screen, RecordingRows()) for screen in self.screens)


@pytest_asyncio.fixture
async def both() -> AsyncIterator[Both]:
    made = Both()
    for pane, place in zip(made.panes, made.places, strict=True):
        pane.set_place(place, ("work",))
    await until(lambda: all(pane.path == ("work",) for pane in made.panes))
    yield made
    for pane in made.panes:
        await pane.close()


@pytest_asyncio.fixture
async def stepping(both) -> AsyncIterator[StepController]:
    controller = StepController(both.panes)
    controller.toggle()
    assert controller.is_on
    yield controller
    await controller.close()


async def test_either_side_leads_down_and_up(both, stepping):
    left, right = both.panes
    left.go(("work", "deep"))
    await until(lambda: right.path == ("work", "deep"))
    right.go_up()
    await until(lambda: left.path == ("work",))
    left.go_up()
    await until(lambda: right.path == ())
    left.go(("else",))
    await until(lambda: right.path == ("else",))
    await idle()


async def test_a_folder_on_one_side_only_is_told_and_the_way_back_is_common_again(both, stepping):
    left, right = both.panes
    left.go(("work", "only here"))
    await until(lambda: both.screens[0].banners)
    assert "no folder “only here”" in both.screens[0].banners[-1][1]
    assert right.path == ("work",)
    assert stepping.is_on
    left.go(("work", "deep"))
    await until(lambda: right.path == ("work", "deep"))
    await idle()


async def test_going_elsewhere_ends_it_and_says_so(both, stepping):
    told = []
    stepping.toggled.connect(told.append)
    both.panes[0].go(("else",))
    await until(lambda: told == [False])
    assert "outside" in both.screens[0].banners[-1][1]
    assert both.panes[1].path == ("work",)
    await idle()


async def test_a_lost_place_ends_it(both, stepping):
    both.panes[1].set_place(None)
    assert not stepping.is_on
    stepping.toggle()
    assert not stepping.is_on
    assert "Connect to a server first" in both.screens[0].banners[-1][1]
    await idle()
