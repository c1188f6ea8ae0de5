"""Permissions as boxes: the usual sets, one's own, and what they are called."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from server.tray.permission_boxes import PermissionBoxes, permission_texts, permissions_text
from shared.permissions import FULL, LOOK, NONE, Permission


@pytest.fixture
def boxes(qtbot: QtBot) -> PermissionBoxes:
    found = PermissionBoxes()
    qtbot.addWidget(found)
    return found


def test_every_permission_has_a_box() -> None:
    assert set(permission_texts()) == set(Permission)


@pytest.mark.parametrize("permissions", [FULL, LOOK, NONE, Permission.WRITE, LOOK | Permission.RENAME])
def test_what_is_shown_is_what_is_held(boxes: PermissionBoxes, permissions: Permission) -> None:
    boxes.show_permissions(permissions)
    assert boxes.permissions == permissions


def test_a_set_ticks_its_boxes(qtbot: QtBot, boxes: PermissionBoxes) -> None:
    number = boxes.choice.findText("Read only")
    boxes.choice.setCurrentIndex(number)
    with qtbot.waitSignal(boxes.changed):
        boxes.choice.activated.emit(number)
    assert boxes.permissions == LOOK


def test_a_tick_of_ones_own_is_named_so(qtbot: QtBot, boxes: PermissionBoxes) -> None:
    with qtbot.waitSignal(boxes.changed):
        boxes.boxes[Permission.DELETE].click()
    assert boxes.permissions == FULL & ~Permission.DELETE
    assert boxes.choice.currentText() == "Chosen below"
    boxes.boxes[Permission.DELETE].click()
    assert boxes.choice.currentText() == "Read and write"


def test_choosing_ones_own_changes_nothing_yet(qtbot: QtBot, boxes: PermissionBoxes) -> None:
    boxes.choice.setCurrentIndex(boxes.choice.count() - 1)
    with qtbot.assertNotEmitted(boxes.changed):
        boxes.choice.activated.emit(boxes.choice.count() - 1)
    assert boxes.permissions == FULL


@pytest.mark.parametrize(
    ("permissions", "text"),
    [
        (FULL, "Read and write"),
        (LOOK, "Read only"),
        (NONE, "Nothing"),
        (Permission.WRITE, "Drop box"),
        (LOOK | Permission.WRITE, "Some: see names, download, upload new files"),
    ],
)
def test_sets_in_words(permissions: Permission, text: str) -> None:
    assert permissions_text(permissions) == text
