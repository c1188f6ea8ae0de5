"""A new password is typed twice, and the dialog stays until the server has agreed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.widgets.change_password_dialog import ChangePasswordDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> ChangePasswordDialog:
    made = ChangePasswordDialog("anna@desk")
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def fill(dialog: ChangePasswordDialog, old: str, new: str, again: str) -> None:
    for field, text in ((dialog.old, old), (dialog.new, new), (dialog.again, again)):
        field.edit.setText(text)


@pytest.mark.parametrize(
    ("texts", "said"), [(("a", "", ""), "needed"), (("a", "b", "c"), "differ"), (("a", "a", "a"), "present one")]
)
def test_what_cannot_be_is_said_before_anybody_is_asked(
    dialog: ChangePasswordDialog, qtbot: QtBot, texts: tuple[str, str, str], said: str
) -> None:
    asked: list[tuple[str, str]] = []
    dialog.change_requested.connect(lambda *both: asked.append(both))
    fill(dialog, *texts)
    dialog.change_button.click()
    assert asked == []
    assert said in dialog.error


def test_enter_asks_once_and_waits_for_the_answer(dialog: ChangePasswordDialog, qtbot: QtBot) -> None:
    asked: list[tuple[str, str]] = []
    dialog.change_requested.connect(lambda *both: asked.append(both))
    fill(dialog, "old", " new ", " new ")
    qtbot.keyClick(dialog.again.edit, Qt.Key.Key_Return)
    dialog.change_button.click()
    assert asked == [("old", " new ")]
    assert dialog.isVisible()
    assert not dialog.change_button.isEnabled()

    dialog.show_trouble("The present password is another one.", "Not permitted.")
    assert "another one" in dialog.error
    assert dialog.change_button.isEnabled()


def test_no_password_outlives_the_dialog(dialog: ChangePasswordDialog) -> None:
    fill(dialog, "old", "new", "new")
    dialog.reject()
    assert [field.edit.text() for field in (dialog.old, dialog.new, dialog.again)] == ["", "", ""]


def test_hostile_titles_are_shown_harmless(qtbot: QtBot) -> None:
    made = ChangePasswordDialog("anna\u202e@desk\n")
    qtbot.addWidget(made)
    assert "\u202e" not in made.windowTitle()
    assert "\n" not in made.windowTitle()
