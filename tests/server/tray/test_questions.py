"""Questions and messages: what their buttons do, and that nothing in them is obeyed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from server.tray.questions import Box, ask, tell
from shared.errors import ConfigError


def _button(box: Box, text: str) -> QPushButton:
    return next(each for each in box.findChildren(QPushButton) if each.text() == text)


def test_the_button_does_it(qtbot: QtBot) -> None:
    done: list[bool] = []
    box = ask(None, "Quit?", "Really.", "Quit", lambda: done.append(True))
    _button(box, "Quit").click()
    assert done == [True]


def test_return_and_escape_do_nothing(qtbot: QtBot) -> None:
    done: list[bool] = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        box = ask(None, "Quit?", "Really.", "Quit", lambda: done.append(True))
        with qtbot.waitSignal(box.rejected):
            qtbot.keyClick(box, key)
    assert done == []


def test_an_error_is_told_in_full_as_plain_text(qtbot: QtBot) -> None:
    box = tell(None, ConfigError("a <b>name</b>\x1b", title="It failed", hint="do this."))
    assert box.title.text() == "It failed"
    assert box.text.text() == "A <b>name</b>\\x1b.\n\nDo this."
    assert box.text.textFormat() is Qt.TextFormat.PlainText
    _button(box, "Close").click()
