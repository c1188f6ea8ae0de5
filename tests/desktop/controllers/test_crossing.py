"""F5 and drops become the transfer or the move that was meant, and what arrives is shown where it arrives."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.client.address import Address
from desktop.controllers.crossing import ArrivalController, CrossingController, Side
from desktop.controllers.queue import Crossing
from desktop.places.local import LocalPlace
from desktop.places.remote import RemotePlace
from desktop.transfers.items import Source
from shared.entries import Entry, Kind

A = Entry("a.txt", Kind.FILE, 10, 0, 0o644)
B = Entry("b", Kind.FOLDER, 0, 0, 0o755)


class FakeSession:
    address = Address("desk", 47623, "anna")
    site = address.site


class FakePane:
    """A pane that stands somewhere, with its changes: records moves and refreshes."""

    def __init__(self, place: object, path: tuple[str, ...] | None) -> None:
        self.place = place
        self.path = path
        self.moves: list[tuple[Any, ...]] = []
        self.refreshes = 0
        self.brought: list[tuple[Any, ...]] = []

    def bring(self, sources, target, *, is_move=False) -> None:
        self.brought.append((list(sources), target, is_move))

    def move(self, source, names, target) -> None:
        self.moves.append((source, list(names), target))

    def refresh_soon(self) -> None:
        self.refreshes += 1


class FakeQueue:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def add(self, crossing: Crossing) -> None:
        sources = list(crossing.sources)
        self.calls.append((str(crossing.direction), crossing.title, crossing.site, sources, crossing.target))


class Notices:
    def __init__(self) -> None:
        self.banners: list[tuple[str, str]] = []

    def show_banner(self, kind: str, text: str) -> None:
        self.banners.append((kind, text))


class Desk:
    """Both panes with everything around them."""

    def __init__(self, *, is_connected: bool = True) -> None:
        self.left = FakePane(LocalPlace(), ("home", "anna"))
        server = RemotePlace(FakeSession()) if is_connected else None
        self.right = FakePane(server, ("in",) if is_connected else None)
        self.queue = FakeQueue()
        self.notices = {self.left: Notices(), self.right: Notices()}
        left, right = (Side(pane, pane, pane, notices) for pane, notices in self.notices.items())
        self.crossing = CrossingController(left, right, self.queue)


@pytest.fixture
def desk(qapp) -> Desk:
    return Desk()


def test_copy_from_here_is_an_upload_into_the_folder_shown_there(desk):
    desk.crossing.copy(desk.left, [A, B])
    assert desk.queue.calls == [
        (
            "upload",
            "a.txt and 1 more",
            FakeSession.site,
            [Source("/home/anna/a.txt", A), Source("/home/anna/b", B)],
            ("in",),
        )
    ]


def test_copy_from_there_is_a_download_into_the_folder_shown_here(desk):
    desk.crossing.copy(desk.right, [A])
    assert desk.queue.calls == [("download", "a.txt", FakeSession.site, [Source(("in", "a.txt"), A)], "/home/anna")]


def test_a_drag_onto_a_folder_goes_into_it(desk):
    desk.crossing.drop_names(desk.left, ("home", "anna", "old"), ["a.txt"], desk.right, ("in", "deep"))
    sources = [Source("/home/anna/old/a.txt")]
    assert desk.queue.calls == [("upload", "a.txt", FakeSession.site, sources, ("in", "deep"))]


def test_a_drag_within_a_pane_is_a_move(desk):
    desk.crossing.drop_names(desk.right, ("in",), ["a.txt"], desk.right, ("in", "deep"))
    assert desk.right.moves == [(("in",), ["a.txt"], ("in", "deep"))]
    assert desk.queue.calls == []


def test_files_of_the_file_manager_are_uploaded(desk):
    desk.crossing.drop_paths(desk.right, ["/tmp/x.png", "/tmp/folder"], ("in",))
    sources = [Source("/tmp/x.png"), Source("/tmp/folder")]
    assert desk.queue.calls == [("upload", "x.png and 1 more", FakeSession.site, sources, ("in",))]


def test_files_of_the_file_manager_are_copied_on_this_computer(desk):
    desk.crossing.drop_paths(desk.left, ["/tmp/x.png"], ("home", "anna"))
    assert desk.left.brought == [([("tmp", "x.png")], ("home", "anna"), False)]
    assert desk.queue.calls == []


def test_a_copy_within_a_pane_stays_in_its_place(desk):
    desk.crossing.drop_names(desk.right, ("in",), ["a.txt"], desk.right, ("in",), is_copy=True)
    assert desk.right.brought == [([("in", "a.txt")], ("in",), False)]
    assert desk.right.moves == []


def test_without_a_server_copy_says_what_to_do_first(qapp):
    desk = Desk(is_connected=False)
    desk.crossing.copy(desk.left, [A])
    assert desk.queue.calls == []
    assert "Connect to a server first" in desk.notices[desk.left].banners[0][1]


def test_nothing_chosen_does_nothing(desk):
    desk.crossing.copy(desk.left, [])
    desk.crossing.drop_paths(desk.right, [], ("in",))
    desk.crossing.drop_names(desk.left, (), [], desk.right, ())
    assert desk.queue.calls == []
    assert desk.notices[desk.left].banners == []


def test_an_arrival_refreshes_the_pane_that_shows_the_folder_and_no_other(desk):
    arrivals = ArrivalController([desk.left, desk.right])
    arrivals.local_arrival("/home/anna")
    arrivals.local_arrival("/home/anna/deeper")
    assert (desk.left.refreshes, desk.right.refreshes) == (1, 0)
    arrivals.remote_arrival(FakeSession.site, ("in",))
    arrivals.remote_arrival(FakeSession.site, ())
    arrivals.remote_arrival("bob@desk:47623", ("in",))
    assert (desk.left.refreshes, desk.right.refreshes) == (1, 1)
