"""What the account may not do is not offered, on either side."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal

from desktop.controllers.permitting import PermissionController
from desktop.places.remote import RemotePlace
from shared.permissions import FULL, LOOK, Permission


class FakePane(QObject):
    location_changed = Signal(object)
    place_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.place = None
        self.path = None


class Screen:
    def __init__(self) -> None:
        self.permitted: tuple[Permission, Permission] | None = None

    def set_permitted(self, here: Permission, there: Permission) -> None:
        self.permitted = (here, there)


@pytest.fixture
def panes(qapp) -> tuple[FakePane, FakePane]:
    return FakePane(), FakePane()


@pytest.fixture
def screens() -> tuple[Screen, Screen]:
    return Screen(), Screen()


@pytest.fixture
def controller(panes, screens) -> PermissionController:
    return PermissionController(panes, screens)


def test_both_sides_learn_what_may_be_done_where_they_stand(controller, panes, screens):
    permitted = {(): FULL, ("shared",): LOOK}
    panes[1].place = RemotePlace(SimpleNamespace(permissions_at=permitted.__getitem__))
    panes[1].path = ()
    panes[1].place_changed.emit(panes[1].place)
    assert (screens[0].permitted, screens[1].permitted) == ((FULL, FULL), (FULL, FULL))
    panes[1].path = ("shared",)
    panes[1].location_changed.emit(("shared",))
    assert (screens[0].permitted, screens[1].permitted) == ((FULL, LOOK), (LOOK, FULL))


def test_left_alone_everything_is_offered_again(controller, panes, screens):
    panes[1].place = RemotePlace(SimpleNamespace(permissions_at=lambda _path: LOOK))
    panes[1].place_changed.emit(panes[1].place)
    panes[1].place = None
    panes[1].place_changed.emit(None)
    assert screens[0].permitted == (FULL, FULL)
