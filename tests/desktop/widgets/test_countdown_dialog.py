from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.widgets.countdown_dialog import CountdownDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> CountdownDialog:
    dialog = CountdownDialog("This computer is about to shut down", "&Shut down now", 3)
    qtbot.addWidget(dialog)
    dialog.open()
    yield dialog
    dialog.reject()


def test_it_says_how_long_there_is_and_accepts_itself_at_the_end(dialog: CountdownDialog) -> None:
    assert any("3 s left" in each.text() for each in dialog.findChildren(QLabel))
    dialog.count()
    dialog.count()
    assert any("1 s left" in each.text() for each in dialog.findChildren(QLabel))
    assert dialog.isVisible()
    dialog.count()
    assert dialog.result() == QDialog.DialogCode.Accepted


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_a_hasty_key_prevents_it(dialog: CountdownDialog, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(next(each for each in dialog.findChildren(QPushButton) if each.text() == "Cancel"), key)
    assert not dialog.isVisible()
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_who_does_not_want_to_wait_need_not(dialog: CountdownDialog, qtbot: QtBot) -> None:
    button = next(each for each in dialog.findChildren(QPushButton) if "now" in each.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_it_counts_by_itself_and_no_longer_once_it_is_closed(dialog: CountdownDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.seconds_left < 3, timeout=3000)
    dialog.reject()
    left = dialog.seconds_left
    qtbot.wait(1100)
    assert dialog.seconds_left == left
