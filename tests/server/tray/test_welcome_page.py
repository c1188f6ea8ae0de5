"""The first start: an account, then the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from server.tray.account_controller import AccountForm
from server.tray.power import Power
from server.tray.view import View
from server.tray.welcome_page import WelcomePage
from shared.errors import ConfigError
from tests.server.tray.fakes import FINGERPRINT

PASSWORD = "tram-olive-99"


@pytest.fixture
def page(qtbot: QtBot) -> WelcomePage:
    found = WelcomePage(Path("/data/homes"))
    qtbot.addWidget(found)
    found.resize(760, 620)
    found.show()
    return found


def _fill(page: WelcomePage) -> None:
    page.fields.name.setText("anna")
    page.fields.passwords.first.setText(PASSWORD)
    page.fields.passwords.again.setText(PASSWORD)


def test_an_unfinished_form_is_not_sent(qtbot: QtBot, page: WelcomePage) -> None:
    page.fields.name.setText("anna")
    with qtbot.assertNotEmitted(page.submitted):
        page.submit.click()
    assert "at least 8" in page.error.text()


def test_the_account_is_sent_once_however_often_one_clicks(qtbot: QtBot, page: WelcomePage) -> None:
    _fill(page)
    with qtbot.waitSignal(page.submitted) as submitted:
        page.submit.click()
    assert submitted.args == [AccountForm("anna", PASSWORD), True]
    with qtbot.assertNotEmitted(page.submitted):
        page.submit.click()
        page.fields.passwords.again.returnPressed.emit()


def test_a_refusal_lets_one_try_again(qtbot: QtBot, page: WelcomePage) -> None:
    _fill(page)
    page.submit.click()
    page.show_failure(ConfigError("the disk is full", title="Not made"))
    assert page.error.text() == "Not made: the disk is full"
    with qtbot.waitSignal(page.submitted):
        page.submit.click()


def test_the_second_step_keeps_no_password_and_follows_the_server(qtbot: QtBot, page: WelcomePage) -> None:
    _fill(page)
    page.submit.click()
    page.show_ready("anna")
    assert page.is_ready_step
    assert page.fields.passwords.password == ""
    page.show_view(View(Power.PROBLEM, "h", 1, FINGERPRINT, ConfigError("in use", title="The server cannot listen")))
    assert page.again.isVisible()
    with qtbot.waitSignal(page.toggle_requested):
        page.again.click()
    page.show_view(View(Power.ON, "h", 1, FINGERPRINT))
    assert not page.again.isVisible()
    with qtbot.waitSignal(page.finished):
        page.done.click()


def test_one_can_look_around_first(qtbot: QtBot, page: WelcomePage) -> None:
    with qtbot.waitSignal(page.skipped):
        page.later.click()
