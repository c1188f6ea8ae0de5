"""Builds both halves of the window, and what knows both of them. Connects no signal: wiring.py does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QUrl

from desktop.controllers.bookmarks import BookmarksController, BookmarkScreen
from desktop.controllers.changes import ChangesController
from desktop.controllers.comparing import CompareController
from desktop.controllers.copying import CopyingController
from desktop.controllers.crossing import ArrivalController, CrossingController, Side
from desktop.controllers.editing import EditingController
from desktop.controllers.moving import MovingController
from desktop.controllers.opening import OpeningController
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.queue import QueueController
from desktop.controllers.searching import SearchController
from desktop.controllers.stepping import StepController
from desktop.controllers.tabs import TabsController
from desktop.controllers.undoing import UndoController
from desktop.models.directory import DirectoryModel
from desktop.models.found import FoundModel
from desktop.storage.bookmark_store import BookmarkStore
from desktop.storage.edit_store import EditStore
from desktop.storage.profile import Profile
from desktop.widgets.pane import PaneView
from desktop.widgets.search_page import SearchPage

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
    page: SearchPage
    search: SearchController


@dataclass(frozen=True, slots=True)
class Panes:
    """Both halves, and what knows both."""

    left: Half
    right: Half
    crossing: CrossingController
    moving: MovingController
    arrivals: ArrivalController
    undoing: UndoController
    comparing: CompareController
    stepping: StepController
    bookmarks: BookmarksController
    editing: EditingController
    notices: tuple[str, ...]
    """What is to be told of stores that were damaged."""

    async def close(self) -> None:
        """End what is under way, panes last."""
        async with contextlib.AsyncExitStack() as stack:
            for half in (self.left, self.right):
                for each in (half.pane, half.changes, half.copying, half.opening, half.search):
                    stack.push_async_callback(each.close)
            for shared in (self.undoing, self.comparing, self.stepping, self.bookmarks):
                stack.push_async_callback(shared.close)


def make_panes(
    views: tuple[PaneView, PaneView],
    queue: QueueController,
    questions: Questions,
    open_url: OpenUrl,
    menu: BookmarkScreen,
    profile: Profile,
) -> Panes:
    """Build everything behind the two views. ``menu`` lists the bookmarks."""
    models = DirectoryModel(views[0]), DirectoryModel(views[1])
    for view, model in zip(views, models, strict=True):
        view.set_model(model)
    panes = PaneController(views[0], models[0]), PaneController(views[1], models[1])
    undoing = UndoController(panes[0].failed)
    changes = [ChangesController(pane, questions, undoing) for pane in panes]
    copying = [CopyingController(pane, undoing) for pane in panes]
    sides = [Side(*each) for each in zip(panes, changes, copying, views, strict=True)]
    crossing = CrossingController(sides[0], sides[1], queue)
    halves: list[Half] = []
    for view, model, pane, change, copy in zip(views, models, panes, changes, copying, strict=True):
        found = FoundModel(view)
        page = SearchPage(found, view)
        page.hide()
        halves.append(
            Half(
                view,
                model,
                pane,
                TabsController(pane, view.tabs),
                change,
                copy,
                OpeningController(pane, crossing, questions, open_url),
                page,
                SearchController(pane, view, page, found, crossing, questions),
            )
        )
    bookmarks, edits = BookmarkStore(profile.bookmarks), EditStore(profile.edits)
    return Panes(
        halves[0],
        halves[1],
        crossing,
        MovingController(crossing, queue),
        ArrivalController(panes),
        undoing,
        CompareController(panes, models, (views[0].compare_bar, views[1].compare_bar)),
        StepController(panes),
        BookmarksController(panes, menu, bookmarks, questions),
        EditingController(panes[1], queue, edits, profile.edited_copies, open_url),
        tuple(filter(None, (bookmarks.notice, edits.notice))),
    )
