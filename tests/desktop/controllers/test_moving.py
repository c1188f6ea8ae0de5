"""A move removes an original only when all of it has arrived, and nothing that was not copied."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from desktop.client.address import Address
from desktop.controllers.crossing import CrossingController, Side
from desktop.controllers.moving import MovingController
from desktop.controllers.queue import Crossing
from desktop.places.local import LocalPlace
from desktop.places.remote import RemotePlace
from desktop.transfers.items import Direction, Item, State
from shared.entries import Entry, Kind
from shared.errors import Code, RemoteError
from shared.names import format_path

pytestmark = pytest.mark.asyncio

DESK = Address("desk", 47623, "anna")
A = Entry("a.txt", Kind.FILE, 10, 0, 0o644)
B = Entry("b", Kind.FOLDER, 0, 0, 0o755)


def item(remote: tuple[str, ...], state: State = State.DONE, kind: Kind = Kind.FILE) -> Item:
    return Item(len(remote), 1, Direction.DOWNLOAD, kind, DESK.site, "/x", remote, 10, 0, state=state)


class FakeSession:
    """A server that removes what is empty, and refuses what is told."""

    address = DESK
    site = DESK.site

    def __init__(self) -> None:
        self.removed: list[tuple[str, ...]] = []
        self.full: set[tuple[str, ...]] = set()

    async def remove(self, path: tuple[str, ...], *, recursive: bool = False) -> int:
        assert not recursive, "a move must not remove what it has not copied"
        if path in self.full:
            raise RemoteError(Code.NOT_EMPTY, path=format_path(path))
        self.removed.append(path)
        return 1


class RecordingLocal(LocalPlace):
    """This computer, with a trash that is a list."""

    def __init__(self) -> None:
        self.trashed: list[tuple[str, ...]] = []

    async def remove(self, path: tuple[str, ...]) -> None:
        self.trashed.append(path)


class FakePane:
    def __init__(self, place: object, path: tuple[str, ...]) -> None:
        self.place = place
        self.path = path
        self.errors: list[str] = []
        self.changed: list[tuple[str, ...]] = []

    def show_error(self, text: str) -> None:
        self.errors.append(text)

    def show_change(self, place: object, path: tuple[str, ...]) -> None:
        self.changed.append(path)

    def failed(self, what: str, error: Exception) -> None:
        self.errors.append(f"{what}: {error}")

    def show_banner(self, kind: str, text: str) -> None:
        self.errors.append(text)


class FakeQueue:
    """Carries when the test opens the gate, and returns what the test says."""

    def __init__(self) -> None:
        self.carried: list[Crossing] = []
        self.items: list[Item] = []
        self.gate = asyncio.Event()

    async def carry(self, crossing: Crossing) -> list[Item]:
        self.carried.append(crossing)
        await self.gate.wait()
        return self.items


async def until(condition: Any) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


class Desk:
    def __init__(self) -> None:
        self.here, self.session = RecordingLocal(), FakeSession()
        self.left = FakePane(self.here, ("home", "anna"))
        self.right = FakePane(RemotePlace(self.session), ("in",))
        self.queue = FakeQueue()
        left, right = (Side(pane, pane, pane, pane) for pane in (self.left, self.right))
        self.moving = MovingController(CrossingController(left, right, self.queue), self.queue)


@pytest_asyncio.fixture
async def desk(qapp) -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    await made.moving.close()


async def test_originals_of_this_computer_go_to_the_trash_after_they_have_arrived(desk):
    desk.queue.items = [item(("in", "a.txt")), item(("in", "b"), kind=Kind.FOLDER)]
    desk.moving.move(desk.left, [A, B])
    await until(lambda: desk.queue.carried)
    assert desk.here.trashed == []
    desk.queue.gate.set()
    await until(lambda: desk.left.changed)
    assert desk.here.trashed == [("home", "anna", "a.txt"), ("home", "anna", "b")]


@pytest.mark.parametrize("state", [State.FAILED, State.SKIPPED, State.CANCELLED, State.QUEUED])
async def test_one_item_that_did_not_arrive_keeps_all_originals(desk, state):
    desk.queue.items = [item(("in", "a.txt")), item(("in", "b"), state)]
    desk.queue.gate.set()
    desk.moving.move(desk.left, [A, B])
    await until(lambda: desk.left.errors)
    assert desk.here.trashed == []
    assert "1 thing has not been copied, so everything stays here" in desk.left.errors[0]


async def test_a_servers_originals_go_one_by_one_contents_first(desk):
    desk.queue.items = [item(("in", "b"), kind=Kind.FOLDER), item(("in", "b", "c.txt"))]
    desk.queue.gate.set()
    desk.moving.move(desk.right, [B])
    await until(lambda: desk.right.changed)
    assert desk.session.removed == [("in", "b", "c.txt"), ("in", "b")]


async def test_what_came_into_a_servers_folder_meanwhile_stays_and_is_told(desk):
    desk.session.full = {("in", "b")}
    desk.queue.items = [item(("in", "b"), kind=Kind.FOLDER), item(("in", "b", "c.txt"))]
    desk.queue.gate.set()
    desk.moving.move(desk.right, [B])
    await until(lambda: desk.right.errors)
    assert desk.session.removed == [("in", "b", "c.txt")]
    assert "The folder is not empty: /in/b" in desk.right.errors[0]


async def test_a_dragged_move_ends_in_the_folder_it_was_dropped_on(desk):
    desk.queue.items = [item(("in", "deep", "a.txt"))]
    desk.queue.gate.set()
    desk.moving.move_names(desk.left, ("home", "anna"), ["a.txt"], desk.right, ("in", "deep"))
    await until(lambda: desk.here.trashed)
    assert desk.queue.carried[0].target == ("in", "deep")


async def test_closing_the_window_meanwhile_removes_nothing(desk):
    desk.queue.items = [item(("in", "a.txt"))]
    desk.moving.move(desk.left, [A])
    await until(lambda: desk.queue.carried)
    await desk.moving.close()
    desk.queue.gate.set()
    await asyncio.sleep(0.01)
    assert desk.here.trashed == []
