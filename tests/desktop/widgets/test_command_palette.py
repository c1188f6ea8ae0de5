from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.command_list import Command, Part, commands_of
from desktop.widgets.command_palette import CommandPalette
from desktop.widgets.shortcuts_dialog import ShortcutsDialog


def add(widget: QWidget, text: str, keys: str = "", *, is_enabled: bool = True, hint: str = "") -> QAction:
    action = QAction(text, widget)
    action.setShortcut(QKeySequence(keys))
    action.setEnabled(is_enabled)
    action.setProperty("hint", hint)
    widget.addAction(action)
    return action


@pytest.fixture
def parts(qtbot: QtBot) -> list[Part]:
    files, transfers = QWidget(), QWidget()
    for widget in (files, transfers):
        qtbot.addWidget(widget)
    add(files, "&Rename", "F2")
    add(files, "New folder…", "F7")
    add(files, "Copy path")
    add(files, "Open", hint="Return")
    add(transfers, "&Pause all", "Ctrl+Alt+P")
    add(transfers, "Pause", "Space", is_enabled=False)
    return [Part("Files", files), Part("Transfers", transfers)]


@pytest.fixture
def commands(parts: list[Part]) -> list[Command]:
    return list(commands_of(parts))


@pytest.fixture
def palette(commands: list[Command], qtbot: QtBot) -> CommandPalette:
    palette = CommandPalette(commands)
    qtbot.addWidget(palette)
    palette.open()
    return palette


def test_the_list_is_made_from_the_actions_that_are_there(commands: list[Command]) -> None:
    told = [(command.where, command.text, command.keys) for command in commands]
    assert told == [
        ("Files", "Rename", "F2"),
        ("Files", "New folder…", "F7"),
        ("Files", "Copy path", ""),
        ("Files", "Open", "Return"),
        ("Transfers", "Pause all", "Ctrl+Alt+P"),
        ("Transfers", "Pause", "Space"),
    ]


def test_only_what_is_possible_now_is_offered(palette: CommandPalette) -> None:
    assert "Pause all" in palette.texts()
    assert "Pause" not in palette.texts()


def test_letters_narrow_it_first_letters_best(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.field, "pa")
    assert palette.texts() == ["Pause all", "Copy path"]
    palette.field.clear()
    qtbot.keyClicks(palette.field, "folder new")
    assert palette.texts() == ["New folder…"]


def test_a_key_or_a_part_of_the_window_finds_it_too(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.field, "F7")
    assert palette.texts() == ["New folder…"]
    palette.field.setText("transfers")
    assert palette.texts() == ["Pause all"]


def test_arrows_and_enter_choose(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.chosen is not None
    assert palette.chosen.text == "New folder…"
    assert not palette.isVisible()


def test_a_click_chooses(palette: CommandPalette, qtbot: QtBot) -> None:
    where = palette.list.visualItemRect(palette.list.item(2)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert palette.chosen is not None
    assert palette.chosen.text == "Copy path"


def test_escape_chooses_nothing_and_enter_on_nothing_too(palette: CommandPalette, qtbot: QtBot) -> None:
    palette.field.setText("no such thing")
    assert palette.texts() == []
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert palette.chosen is None


def test_the_overview_lists_what_has_keys_possible_or_not(commands: list[Command], qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(commands)
    qtbot.addWidget(dialog)
    rows = [
        ("Rename", "F2"),
        ("New folder…", "F7"),
        ("Open", "Return"),
        ("Pause all", "Ctrl+Alt+P"),
        ("Pause", "Space"),
    ]
    assert dialog.rows() == rows
    dialog.field.setText("ctrl")
    assert dialog.rows() == [("Pause all", "Ctrl+Alt+P")]
