from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.models.queue_row import QueueRow
from desktop.transfers.items import Direction, Failure, State
from desktop.widgets.failure_dialog import FailureDialog
from shared.errors import Code

ROW = QueueRow(
    1,
    1,
    "a.txt",
    Direction.UPLOAD,
    State.FAILED,
    10,
    0,
    "/home/anna/a.txt",
    "desk:/in",
    failure=Failure(Code.PERMISSION, "Permission denied", "The server may not write there.", "Ask its owner."),
)


@pytest.fixture
def dialog(qtbot: QtBot) -> FailureDialog:
    dialog = FailureDialog(ROW)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def test_it_tells_what_where_why_and_what_to_do_next(dialog: FailureDialog) -> None:
    said = {each.text().replace("\u200b", "") for each in dialog.findChildren(QLabel)}
    assert {"/home/anna/a.txt", "desk:/in", "Permission denied", "The server may not write there."} <= said
    assert "Ask its owner." in said


def test_all_of_it_can_be_copied(dialog: FailureDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text.splitlines() == [
        "a.txt",
        "/home/anna/a.txt → desk:/in",
        "Permission denied",
        "The server may not write there.",
        "Ask its owner.",
    ]
    assert dialog.isVisible()


def test_trying_again_is_yes_and_escape_is_no(dialog: FailureDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.retry_button, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    again = FailureDialog(ROW)
    qtbot.addWidget(again)
    again.open()
    qtbot.keyClick(again, Qt.Key.Key_Escape)
    assert again.result() == QDialog.DialogCode.Rejected
