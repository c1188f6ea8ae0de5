from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.widgets.password_field import PasswordField


def test_the_eye_shows_by_keyboard_and_forgetting_hides_again(qtbot: QtBot) -> None:
    field = PasswordField()
    qtbot.addWidget(field)
    with qtbot.waitActive(field):
        field.show()
        field.activateWindow()
    field.edit.setFocus()
    qtbot.keyClicks(field.edit, "secret")
    assert field.edit.displayText() != "secret"

    qtbot.keyClick(field.edit, Qt.Key.Key_Tab)
    assert field.show_button.hasFocus()
    qtbot.keyClick(field.show_button, Qt.Key.Key_Space)
    assert field.edit.displayText() == "secret"
    assert field.show_button.accessibleName() == "Hide password"

    field.forget()
    assert field.edit.text() == ""
    assert field.edit.echoMode() is QLineEdit.EchoMode.Password
