"""The quick filter: no key is lost on the way in, and Escape forgets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.widgets.filter_bar import FilterBar


def shown(qtbot: QtBot) -> tuple[FilterBar, QLineEdit]:
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.hide()
    field = bar.findChild(QLineEdit)
    assert field is not None
    return bar, field


def test_the_key_that_opened_it_stays_in_front_of_the_next(qtbot: QtBot) -> None:
    bar, field = shown(qtbot)
    bar.open_bar("f")
    bar.activateWindow()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "il")
    assert field.text() == "fil"


def test_opened_again_by_its_shortcut_the_text_is_there_to_be_replaced(qtbot: QtBot) -> None:
    bar, field = shown(qtbot)
    bar.open_bar("old")
    bar.open_bar()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "new")
    assert field.text() == "new"


def test_escape_forgets(qtbot: QtBot) -> None:
    bar, field = shown(qtbot)
    bar.open_bar("x")
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (bar.is_open, field.text()) == (False, "")
