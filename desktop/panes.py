"""Builds both halves of the window, and what knows both of them. Connects no signal: wiring.py does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QUrl

from desktop.controllers.changes import ChangesController
from desktop.controllers.copying import CopyingController
from desktop.controllers.crossing import ArrivalController, CrossingController, Side
from desktop.controllers.moving import MovingController
from desktop.controllers.opening import OpeningController
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.queue import QueueController
from desktop.controllers.tabs import TabsController
from desktop.controllers.undoing import UndoController
from desktop.models.directory import DirectoryModel
from desktop.widgets.pane import PaneView

OpenUrl = Callable[[QUrl], bool]


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the window: what is seen, and what acts for it."""

    view: PaneView
    model: DirectoryModel
    pane: PaneController
    tabs: TabsController
    changes: ChangesController
    copying: CopyingController
    opening: OpeningController


@dataclass(frozen=True, slots=True)
class Panes:
    """Both halves, and what knows both."""

    left: Half
    right: Half
    crossing: CrossingController
    moving: MovingController
    arrivals: ArrivalController
    undoing: UndoController

    async def close(self) -> None:
        """End what is under way, panes last."""
        async with contextlib.AsyncExitStack() as stack:
            for half in (self.left, self.right):
                for each in (half.pane, half.changes, half.copying, half.opening):
                    stack.push_async_callback(each.close)
            stack.push_async_callback(self.undoing.close)


def make_panes(
    views: tuple[PaneView, PaneView], queue: QueueController, questions: Questions, open_url: OpenUrl
) -> Panes:
    """Build everything behind the two views."""
    models = DirectoryModel(views[0]), DirectoryModel(views[1])
    for view, model in zip(views, models, strict=True):
        view.set_model(model)
    panes = PaneController(views[0], models[0]), PaneController(views[1], models[1])
    undoing = UndoController(panes[0].failed)
    changes = [ChangesController(pane, questions, undoing) for pane in panes]
    copying = [CopyingController(pane, undoing) for pane in panes]
    sides = [Side(*each) for each in zip(panes, changes, copying, views, strict=True)]
    crossing = CrossingController(sides[0], sides[1], queue)
    left, right = (
        Half(
            views[at],
            models[at],
            panes[at],
            TabsController(panes[at], views[at].tabs),
            changes[at],
            copying[at],
            OpeningController(panes[at], crossing, questions, open_url),
        )
        for at in (0, 1)
    )
    return Panes(left, right, crossing, MovingController(crossing, queue), ArrivalController(panes), undoing)
