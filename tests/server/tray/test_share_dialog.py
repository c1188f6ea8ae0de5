"""Sharing a folder: what must be said, who has it, and what each may do."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from server.capacity import Limit
from server.tray.account_form import SharedFolder
from server.tray.share_dialog import ShareDialog
from shared.permissions import FULL, LOOK, Permission

PHOTOS = SharedFolder("Photos", Path("/srv/photos"), (("bert", FULL),), Limit(10**10))


@pytest.fixture
def dialog(qtbot: QtBot) -> ShareDialog:
    found = ShareDialog(("anna", "bert"))
    qtbot.addWidget(found)
    found.open()
    return found


@pytest.mark.parametrize(
    ("name", "folder", "member", "problem", "tab"),
    [
        ("", "", "anna", "a name", 0),
        ("Photos", "", "anna", "whole path", 0),
        ("Photos", "pictures", "anna", "whole path", 0),
        ("Photos", "/srv/photos", "", "Tick", 1),
    ],
)
def test_what_is_missing_is_asked_for_where_it_stands(
    qtbot: QtBot, dialog: ShareDialog, name: str, folder: str, member: str, problem: str, tab: int
) -> None:
    dialog.name.setText(name)
    dialog.place.edit.setText(folder)
    dialog.members.tick(member)
    with qtbot.assertNotEmitted(dialog.submitted):
        dialog.submit.click()
    assert problem in dialog.error.text()
    assert dialog.tabs.currentIndex() == tab


def test_a_new_folder_is_read_only_until_more_is_ticked(qtbot: QtBot, dialog: ShareDialog) -> None:
    dialog.place.edit.setText("/srv/photos")
    dialog.name.setText("Photos")
    dialog.members.tick("bert")
    dialog.members.tick("anna")
    dialog.members.boxes.boxes[Permission.WRITE].click()
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    members = (("anna", LOOK | Permission.WRITE), ("bert", LOOK))
    assert submitted.args == [None, SharedFolder("Photos", Path("/srv/photos"), members)]


def test_a_shared_folder_is_shown_as_it_is_and_changed(qtbot: QtBot) -> None:
    dialog = ShareDialog(("anna", "bert"), PHOTOS)
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.members.members == (("bert", FULL),)
    assert "bert may" in dialog.members.title.text()
    dialog.members.tick("bert", False)
    assert not dialog.members.boxes.isEnabled()
    dialog.members.tick("anna")
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    assert submitted.args == [PHOTOS, SharedFolder("Photos", PHOTOS.folder, (("anna", LOOK),), Limit(10**10))]


def test_the_name_follows_the_folder_until_one_is_typed(qtbot: QtBot, dialog: ShareDialog) -> None:
    dialog.place.edit.setText("/srv/photos")
    assert dialog.name.text() == "photos"
    dialog.name.selectAll()
    qtbot.keyClicks(dialog.name, "Album")
    dialog.place.edit.setText("/srv/music")
    assert dialog.name.text() == "Album"


def test_without_accounts_it_says_so(qtbot: QtBot) -> None:
    dialog = ShareDialog(())
    qtbot.addWidget(dialog)
    assert "no accounts" in dialog.members.title.text()
    assert not dialog.members.boxes.isEnabled()
