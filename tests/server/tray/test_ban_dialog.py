"""Banning by hand: only what is an address or a network, for a while or until it is lifted."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from server.tray.ban_dialog import BanDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> BanDialog:
    found = BanDialog()
    qtbot.addWidget(found)
    found.open()
    return found


@pytest.mark.parametrize("text", ["", "  ", "somewhere", "203.0.113.7/99"])
def test_what_is_no_network_is_not_banned(qtbot: QtBot, dialog: BanDialog, text: str) -> None:
    dialog.network.setText(text)
    with qtbot.assertNotEmitted(dialog.submitted):
        dialog.submit.click()
    assert dialog.error.isVisible()


def test_a_network_is_banned_for_a_day(qtbot: QtBot, dialog: BanDialog) -> None:
    dialog.network.setText(" 203.0.113.0/24 ")
    dialog.reason.setText("noise")
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    assert submitted.args == ["203.0.113.0/24", 86_400.0, "noise"]


def test_a_session_s_address_stands_there_already(qtbot: QtBot) -> None:
    dialog = BanDialog("203.0.113.7")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.span.setCurrentIndex(dialog.span.findText("Until it is lifted"))
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    assert submitted.args == ["203.0.113.7", None, ""]
