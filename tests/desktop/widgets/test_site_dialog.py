from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop.storage.site_store import Site
from desktop.widgets.colour_picker import SITE_COLOURS
from desktop.widgets.site_dialog import SiteDialog
from shared.protocol.limits import DEFAULT_PORT

FULL = Site(
    id=7,
    name="Desk",
    host="desk.local",
    port=2022,
    user="anna",
    local_folder="/home/anna",
    remote_folder="/photos",
    colour=SITE_COLOURS[2],
    notes="under the desk\nleft",
)


def opened(qtbot: QtBot, site: Site | None = None) -> SiteDialog:
    dialog = SiteDialog(site)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    return dialog


def test_what_is_not_touched_comes_back_as_it_was(qtbot: QtBot) -> None:
    dialog = opened(qtbot, FULL)
    with qtbot.waitSignal(dialog.saved, timeout=1000) as saved:
        qtbot.keyClick(dialog.name_edit, Qt.Key.Key_Return)

    assert saved.args == [FULL]
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_pasted_address_is_taken_apart_and_names_the_server(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    assert dialog.host_edit.hasFocus()
    qtbot.keyClicks(dialog.host_edit, "wherry://anna@desk.local:2022/")
    qtbot.keyClick(dialog.host_edit, Qt.Key.Key_Tab)

    assert (dialog.host_edit.text(), dialog.port_edit.text(), dialog.user_edit.text()) == ("desk.local", "2022", "anna")
    assert dialog.site.name == "anna@desk.local:2022"
    assert dialog.site.id == 0


def test_an_empty_port_is_the_usual_one(qtbot: QtBot) -> None:
    dialog = opened(qtbot, FULL)
    dialog.port_edit.clear()

    assert dialog.site.port == DEFAULT_PORT


@pytest.mark.parametrize(
    ("host", "user", "folder", "field"),
    [
        ("", "anna", "", "host_edit"),
        ("desk/../x", "anna", "", "host_edit"),
        ("de sk", "anna", "", "host_edit"),
        ("anna@", "anna", "", "host_edit"),
        ("desk", "", "", "user_edit"),
        ("desk", "anna", "/photos/../..", "remote_edit"),
    ],
)
def test_what_is_wrong_is_said_and_not_saved(qtbot: QtBot, host: str, user: str, folder: str, field: str) -> None:
    dialog = opened(qtbot)
    saved: list[object] = []
    dialog.saved.connect(saved.append)
    dialog.host_edit.setText(host)
    dialog.user_edit.setText(user)
    dialog.remote_edit.setText(folder)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)

    assert saved == []
    assert dialog.isVisible()
    assert dialog.error
    edit = getattr(dialog, field)
    assert edit.hasFocus()
    assert edit.property("tone") == "invalid"

    qtbot.keyClicks(edit, "x")
    assert dialog.error == ""
    assert not edit.property("tone")


@pytest.mark.parametrize("host", ["2001:db8::1", "192.168.1.20", "Desk.Local"])
def test_all_kinds_of_hosts_are_taken(qtbot: QtBot, host: str) -> None:
    dialog = opened(qtbot)
    dialog.host_edit.setText(host)
    dialog.user_edit.setText("anna")
    with qtbot.waitSignal(dialog.saved, timeout=1000):
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)

    assert dialog.site.host.lower() == host.lower()
    assert dialog.site.user == "anna"


def test_escape_saves_nothing(qtbot: QtBot) -> None:
    dialog = opened(qtbot, FULL)
    with qtbot.assertNotEmitted(dialog.saved):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert dialog.result() == QDialog.DialogCode.Rejected


def test_enter_in_the_notes_is_a_line_and_tab_leaves_them(qtbot: QtBot) -> None:
    dialog = opened(qtbot, FULL)
    dialog.notes_edit.setFocus()
    qtbot.keyClick(dialog.notes_edit, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.keyClick(dialog.notes_edit, Qt.Key.Key_Tab)

    assert not dialog.notes_edit.hasFocus()
    assert "\t" not in dialog.site.notes


def test_a_connection_is_tested_as_the_form_says_and_told_in_place(qtbot: QtBot) -> None:
    dialog = SiteDialog(Site(name="", host="desk", user="anna"))
    qtbot.addWidget(dialog)
    tested: list[Site] = []
    dialog.test_requested.connect(tested.append)
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.test_button.click()
    dialog.test_button.click()
    assert [site.host for site in tested] == ["desk"]
    dialog.show_finding("error", "Nothing listens there.")
    assert dialog.finding == "Nothing listens there."
    qtbot.keyClicks(dialog.host_edit, "2")
    assert dialog.finding == ""
    dialog.test_button.click()
    assert tested[-1].host == "desk2"


def test_what_cannot_be_a_server_is_not_tested(qtbot: QtBot) -> None:
    dialog = SiteDialog(Site(name="", host="", user="anna"))
    qtbot.addWidget(dialog)
    tested: list[Site] = []
    dialog.test_requested.connect(tested.append)
    dialog.test_button.click()
    assert tested == []
    assert dialog.error
