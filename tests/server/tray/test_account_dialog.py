"""The dialogs for accounts: they ask only for what can be done, and stay until it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from server.capacity import Limit
from server.tray.account_dialog import NewAccountDialog, PasswordDialog
from server.tray.account_form import AccountForm, Rights
from shared.errors import ConfigError
from shared.permissions import LOOK

PASSWORD = "tram-olive-99"


@pytest.fixture
def dialog(qtbot: QtBot) -> NewAccountDialog:
    found = NewAccountDialog(Path("/data/homes"))
    qtbot.addWidget(found)
    found.open()
    return found


def _fill(dialog: NewAccountDialog, name: str = "anna", password: str = PASSWORD, home: str = "") -> None:
    dialog.fields.name.setText(name)
    dialog.fields.passwords.first.setText(password)
    dialog.fields.passwords.again.setText(password)
    dialog.fields.home.edit.setText(home)


@pytest.mark.parametrize(
    ("name", "password", "home", "problem"),
    [
        ("", PASSWORD, "", "Give the account a name"),
        ("../anna", PASSWORD, "", "may"),
        ("con", PASSWORD, "", "con"),
        ("anna", "short", "", "at least 8"),
        ("anna", PASSWORD, "pictures", "whole path"),
    ],
)
def test_a_form_that_cannot_be_is_not_sent(
    qtbot: QtBot, dialog: NewAccountDialog, name: str, password: str, home: str, problem: str
) -> None:
    _fill(dialog, name, password, home)
    with qtbot.assertNotEmitted(dialog.submitted):
        dialog.submit.click()
    assert problem in dialog.error.text()
    assert dialog.error.isVisible()
    assert dialog.submit.isEnabled()


def test_typing_takes_the_complaint_away(dialog: NewAccountDialog) -> None:
    dialog.submit.click()
    assert dialog.error.isVisible()
    dialog.fields.name.setText("a")
    assert not dialog.error.isVisible()


def test_a_whole_form_is_sent_once(qtbot: QtBot, dialog: NewAccountDialog) -> None:
    _fill(dialog, home="/srv/anna")
    dialog.rights.permissions.show_permissions(LOOK)
    dialog.rights.quota.show_value(10**9)
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    assert submitted.args == [
        AccountForm("anna", PASSWORD, Path("/srv/anna"), Rights(permissions=LOOK, limit=Limit(10**9)))
    ]
    assert not dialog.submit.isEnabled()
    assert dialog.isVisible()


def test_without_a_home_the_server_chooses_and_says_where(dialog: NewAccountDialog) -> None:
    _fill(dialog)
    assert dialog.fields.form.home is None
    assert dialog.fields.home.edit.placeholderText() == str(Path("/data/homes/anna"))


def test_a_refusal_is_shown_and_can_be_mended(qtbot: QtBot, dialog: NewAccountDialog) -> None:
    _fill(dialog)
    dialog.submit.click()
    dialog.show_failure(ConfigError("there is one already\x1b[2J", title="This name is taken", hint="Use --data."))
    assert dialog.error.text() == "This name is taken: there is one already\\x1b[2J"
    assert dialog.fields.name.isEnabled()
    with qtbot.waitSignal(dialog.submitted):
        dialog.submit.click()


def test_a_new_password_is_sent_with_the_name(qtbot: QtBot) -> None:
    dialog = PasswordDialog("anna")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.passwords.first.setText(PASSWORD)
    with qtbot.assertNotEmitted(dialog.submitted):
        dialog.submit.click()
    assert "not the same" in dialog.error.text()
    dialog.passwords.again.setText(PASSWORD)
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    assert submitted.args == ["anna", PASSWORD]
