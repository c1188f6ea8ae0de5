from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from desktop.widgets.dialog import Dialog, Notice
from desktop.widgets.labels import label


def test_is_high_enough_for_its_text(qtbot: QtBot) -> None:
    dialog = Dialog("info", "accent", "A question")
    qtbot.addWidget(dialog)
    text = label("many words " * 60, wraps=True)
    dialog.body.addWidget(text)
    dialog.add_button("OK", QDialogButtonBox.ButtonRole.AcceptRole)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()

    assert text.height() >= text.heightForWidth(text.width())
    assert dialog.width() == dialog.minimumWidth()


def test_enter_presses_the_button_that_has_the_focus(qtbot: QtBot) -> None:
    dialog = Dialog("info", "accent", "A question")
    qtbot.addWidget(dialog)
    default = dialog.add_button("One", QDialogButtonBox.ButtonRole.AcceptRole)
    other = dialog.add_button("Two", QDialogButtonBox.ButtonRole.ActionRole)
    default.setDefault(True)
    pressed: list[str] = []
    default.clicked.connect(lambda: pressed.append("one"))
    other.clicked.connect(lambda: pressed.append("two"))
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    other.setFocus()
    qtbot.keyClick(other, Qt.Key.Key_Return)

    assert pressed == ["two"]


@pytest.mark.parametrize("long", ["/a/b/" + "x" * 300, "W" * 300])
def test_a_long_path_in_a_notice_wraps_and_is_copied_whole(qtbot: QtBot, long: str) -> None:
    notice = Notice("danger", "alert")
    qtbot.addWidget(notice)
    notice.show_text(f"{long} was refused", "Permission denied")

    assert notice.minimumSizeHint().width() < 400
    assert notice.text == f"Permission denied\n{long} was refused"
    notice.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == notice.text
