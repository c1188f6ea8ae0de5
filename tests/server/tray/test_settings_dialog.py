"""The settings: every value goes through unharmed, only what was changed is sent, and what cannot be is refused."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from server.config import GuardConfig, ServerConfig
from server.discovery import Announcement, AnnouncementState
from server.tray.addresses import HostAddress
from server.tray.power import Power
from server.tray.settings_dialog import SettingsChange, SettingsDialog, Starts
from server.tray.view import View

CONFIG = ServerConfig(
    Path("/data"),
    host="192.168.1.5",
    port=4000,
    name="desk",
    announce=True,
    grace=30.0,
    workers=7,
    max_sessions_per_account=5,
    upload_rate=1_234_567,
    guard=GuardConfig(ban_after=4, first_ban=120.0, longest_ban=600.0, deny=(ip_network("10.0.0.0/8"),)),
    log_level="warning",
    audit=False,
)


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    found = SettingsDialog(CONFIG, Starts(False, True), [HostAddress("192.168.1.5", "enp3s0")])
    qtbot.addWidget(found)
    found.open()
    return found


def _sent(qtbot: QtBot, dialog: SettingsDialog) -> SettingsChange:
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    (change,) = submitted.args
    assert isinstance(change, SettingsChange)
    return change


def test_what_nobody_touched_is_not_sent(qtbot: QtBot, dialog: SettingsDialog) -> None:
    assert _sent(qtbot, dialog) == SettingsChange({}, None)


def test_what_was_changed_is_sent(qtbot: QtBot, dialog: SettingsDialog) -> None:
    dialog.general.name.setText(" lab ")
    dialog.general.announce.setChecked(False)
    dialog.general.at_login.setChecked(True)
    dialog.network.host.setCurrentIndex(dialog.network.host.findData("::"))
    dialog.network.port.setValue(4001)
    dialog.limits.upload_rate.check.click()
    dialog.limits.workers.setValue(8)
    dialog.security.ban_after.setValue(6)
    dialog.security.lists["deny"].setText("10.0.0.0/8, fd00::/8")
    dialog.log.level.setCurrentIndex(dialog.log.level.findData("debug"))
    dialog.log.audit.setChecked(True)
    assert _sent(qtbot, dialog) == SettingsChange(
        {
            "name": "lab",
            "announce": False,
            "host": "::",
            "port": 4001,
            "upload_rate": None,
            "workers": 8,
            "guard.ban_after": 6,
            "guard.deny": (ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
            "log_level": "debug",
            "audit": True,
        },
        Starts(True, True),
    )


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [("name", " ", "a name"), ("deny", "somewhere", "somewhere"), ("first_ban", 700, "longest ban")],
)
def test_what_cannot_be_is_said_on_its_page(
    qtbot: QtBot, dialog: SettingsDialog, field: str, value: object, problem: str
) -> None:
    if field == "name":
        dialog.general.name.setText(str(value))
        page: object = dialog.general
    elif field == "deny":
        dialog.security.lists["deny"].setText(str(value))
        page = dialog.security
    else:
        dialog.security.first_ban.setValue(700)
        page = dialog.security
    with qtbot.assertNotEmitted(dialog.submitted):
        dialog.submit.click()
    assert problem in dialog.error.text()
    assert dialog.tabs.currentWidget() is page


def test_any_address_and_any_port_of_the_file_can_be_shown(qtbot: QtBot) -> None:
    dialog = SettingsDialog(replace(CONFIG, host="10.9.8.7", port=0), Starts(None, False))
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.network.values() == {"host": "10.9.8.7", "port": 0}
    assert not dialog.general.at_login.isVisible()
    assert _sent(qtbot, dialog) == SettingsChange({}, None)


@pytest.mark.parametrize(
    ("announcement", "words"),
    [
        (Announcement(AnnouncementState.ON), "is announced"),
        (Announcement(AnnouncementState.STARTING), "being announced"),
        (Announcement(AnnouncementState.OFF), "not announced"),
        (Announcement(AnnouncementState.IMPOSSIBLE, "This network forbids it."), "forbids"),
    ],
)
def test_the_announcement_is_told_as_it_is(dialog: SettingsDialog, announcement: Announcement, words: str) -> None:
    dialog.show_view(View(Power.ON, "0.0.0.0", 4000, "SHA256:x", announcement=announcement))
    assert words in dialog.general.state.text()


def test_it_stays_while_the_work_is_done(qtbot: QtBot, dialog: SettingsDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    _sent(qtbot, dialog)
    dialog.reject()
    assert dialog.isVisible()
    dialog.set_busy(False)
    dialog.reject()
    assert not dialog.isVisible()
