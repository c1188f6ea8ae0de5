"""The dialogs for accounts: they ask only for what can be done, and stay until it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from server.accounts.account import Account
from server.capacity import Limit
from server.tray.account_dialog import EditAccountDialog, NewAccountDialog, PasswordDialog
from server.tray.account_form import AccountChange, AccountForm, Rights
from server.tray.rights_fields import ExpiryField
from shared.errors import ConfigError
from shared.permissions import FULL, LOOK, Permission
from shared.text import format_time
from tests.server.tray.fakes import NOW, account

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


# --- an account that is there


def _edit(qtbot: QtBot, account: Account) -> EditAccountDialog:
    dialog = EditAccountDialog(account)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


FULL_ACCOUNT = replace(
    account("anna", home=Path("/srv/anna")),
    permissions=LOOK | Permission.WRITE,
    limit=Limit(10 * 1024**3 + 1, 77),
    upload_rate=100_001,
    download_rate=65_536,
    max_sessions=3,
    expires=1_900_000_000.5,
    last_login=NOW,
)


def test_what_nobody_touches_is_no_change(qtbot: QtBot) -> None:
    dialog = _edit(qtbot, FULL_ACCOUNT)
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    assert submitted.args == [AccountChange("anna")]


def test_each_field_of_an_account_can_be_changed(qtbot: QtBot) -> None:
    dialog = _edit(qtbot, FULL_ACCOUNT)
    dialog.name.setText("anne")
    dialog.enabled.setChecked(False)
    dialog.home.show_folder(Path("/srv/anne"))
    dialog.rights.permissions.show_permissions(FULL)
    dialog.rights.quota.check.click()
    dialog.rights.files.number.setValue(78)
    dialog.rights.upload_rate.number.setValue(200)
    dialog.rights.download_rate.check.click()
    dialog.rights.sessions.number.setValue(4)
    dialog.rights.expiry.check.click()
    with qtbot.waitSignal(dialog.submitted) as submitted:
        dialog.submit.click()
    (change,) = submitted.args
    assert isinstance(change, AccountChange)
    assert dict(change.values) == {
        "name": "anne",
        "enabled": False,
        "home": Path("/srv/anne"),
        "permissions": FULL,
        "limit": Limit(None, 78),
        "upload_rate": 200_000,
        "download_rate": None,
        "max_sessions": 4,
        "expires": None,
    }


@pytest.mark.parametrize(("name", "home", "problem"), [("../x", "/srv/a", "may"), ("anna", "", "whole path")])
def test_a_change_that_cannot_be_is_not_sent(qtbot: QtBot, name: str, home: str, problem: str) -> None:
    dialog = _edit(qtbot, FULL_ACCOUNT)
    dialog.tabs.setCurrentIndex(2)
    dialog.name.setText(name)
    dialog.home.edit.setText(home)
    with qtbot.assertNotEmitted(dialog.submitted):
        dialog.submit.click()
    assert problem in dialog.error.text()
    assert dialog.tabs.currentIndex() == 0


def test_the_last_day_counts_to_its_end(qtbot: QtBot) -> None:
    field = ExpiryField()
    qtbot.addWidget(field)
    assert field.value is None
    field.check.click()
    field.day.setDate(QDate(2030, 5, 1))
    value = field.value
    assert value is not None
    assert format_time(value) == "2030-05-02 00:00"
    again = ExpiryField()
    qtbot.addWidget(again)
    again.show_value(value)
    assert again.day.date() == QDate(2030, 5, 1)
    assert again.value == value
