"""What a pane passes on to the whole window, and the parts that show its answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from desktop.models.directory import DirectoryModel
from desktop.models.directory_row import Mark
from desktop.widgets.mask_dialog import MaskDialog
from desktop.widgets.pane import PaneView

CTRL = Qt.KeyboardModifier.ControlModifier


def model_of(pane: PaneView) -> DirectoryModel:
    model = pane.table.model()
    assert isinstance(model, DirectoryModel)
    return model


def names(pane: PaneView) -> list[str]:
    model = model_of(pane)
    return [model.entry(row).name for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("key", "modifier", "command"),
    [
        (Qt.Key.Key_T, CTRL, "new_tab"),
        (Qt.Key.Key_W, CTRL, "close_tab"),
        (Qt.Key.Key_O, CTRL, "compare"),
        (Qt.Key.Key_Y, CTRL, "step"),
        (Qt.Key.Key_B, CTRL, "bookmark"),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier, "search"),
    ],
)
def test_a_key_asks_the_window(
    pane: PaneView, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, command: str
) -> None:
    with qtbot.waitSignal(pane.command_requested) as asked:
        qtbot.keyClick(pane.table, key, modifier)
    assert asked.args == [command]


def test_undo_says_what_it_would_take_back(pane: PaneView, qtbot: QtBot) -> None:
    action = pane.actions_of_pane["undo"]
    assert not action.isEnabled()
    pane.set_undo("renaming “a & b”")
    assert action.isEnabled()
    assert action.text() == "Undo renaming “a && b”"
    with qtbot.waitSignal(pane.command_requested) as asked:
        qtbot.keyClick(pane.table, Qt.Key.Key_Z, CTRL)
    assert asked.args == ["undo"]
    pane.set_undo("")
    assert not action.isEnabled()
    assert action.text() == "Undo"


def test_a_cut_is_pasted_once(pane: PaneView, qtbot: QtBot) -> None:
    pane.select_names(["a.txt"])
    qtbot.keyClick(pane.table, Qt.Key.Key_X, CTRL)
    pane.set_location("/home", [("/", ()), ("home", ("home",))], can_back=True, can_forward=False)
    with qtbot.waitSignal(pane.entries_dropped) as dropped:
        qtbot.keyClick(pane.table, Qt.Key.Key_V, CTRL)
    assert dropped.args[0].is_move
    with qtbot.assertNotEmitted(pane.entries_dropped):
        qtbot.keyClick(pane.table, Qt.Key.Key_V, CTRL)


def test_a_pattern_is_counted_while_it_is_typed_and_selects(pane: PaneView, qtbot: QtBot) -> None:
    pane.select_names(["a.txt"])
    qtbot.keyClick(pane.table, Qt.Key.Key_S, CTRL)
    dialog = pane.window().findChild(MaskDialog)
    assert isinstance(dialog, MaskDialog)
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    assert field.text() == "*.txt"
    field.setText("zzz")
    select = next(button for button in dialog.findChildren(QPushButton) if button.text() == "&Select")
    assert not select.isEnabled()
    field.setText("*.gz; p*")
    select.click()
    qtbot.waitUntil(lambda: [each.name for each in pane.selected_entries()] == ["photos", "a.txt", "b.tar.gz"])


def test_the_bar_of_a_comparison_filters_and_tells_when_nothing_is_left(pane: PaneView, qtbot: QtBot) -> None:
    model = model_of(pane)
    model.set_marks({"a.txt": Mark.NEW, "b.tar.gz": Mark.OLDER})
    pane.compare_bar.show_counts({Mark.NEW: 1, Mark.OLDER: 1})
    buttons = {button.text(): button for button in pane.compare_bar.findChildren(QToolButton) if button.isCheckable()}
    assert set(buttons) == {"All 2", "New 1", "Newer 0", "Different 1", "Equal 0"}
    buttons["New 1"].click()
    assert names(pane) == ["a.txt"]
    buttons["Different 1"].click()
    assert names(pane) == ["b.tar.gz"]
    buttons["Equal 0"].click()
    assert names(pane) == []
    assert pane.empty_text() == "Nothing of this kind here"
    box = pane.compare_bar.findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    with qtbot.waitSignal(pane.compare_bar.content_toggled):
        box.click()
    with qtbot.assertNotEmitted(pane.compare_bar.content_toggled):
        pane.compare_bar.set_reads_contents(False)
    pane.compare_bar.show_counts(None)
    assert not pane.compare_bar.isVisible()


def test_saved_filters_are_offered_used_and_forgotten(pane: PaneView, qtbot: QtBot) -> None:
    bar = pane.filter_bar
    bar.set_saved(["p*"])
    bar.open_bar("*.txt")
    menu = bar.saved_menu()
    keep = next(action for action in menu.actions() if action.text() == "Save “*.txt”")
    with qtbot.waitSignal(bar.saved_changed) as saved:
        keep.trigger()
    assert saved.args == [("p*", "*.txt")]
    menu.deleteLater()
    menu = bar.saved_menu()
    menu.actions()[0].trigger()
    assert names(pane) == ["photos"]
    forget = next(action.menu() for action in menu.actions() if action.menu() is not None)
    with qtbot.waitSignal(bar.saved_changed) as saved:
        forget.actions()[0].trigger()
    assert saved.args == [("*.txt",)]
    menu.deleteLater()


def test_work_is_shown_with_its_share_and_stopped_by_its_button(pane: PaneView, qtbot: QtBot) -> None:
    pane.show_task("one", "Copying a", 0.25)
    pane.show_task("two", "Copying b", None)
    assert pane.task_line.text == "Copying b"
    pane.end_task("two")
    assert pane.task_line.text == "Copying a"
    button = pane.task_line.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(pane.task_line.cancel_requested) as asked:
        button.click()
    assert asked.args == ["one"]
    pane.end_task("one")
    pane.end_task("never there")
    assert pane.task_line.text == ""


def test_offers_for_another_text_are_too_late(pane: PaneView, qtbot: QtBot) -> None:
    qtbot.keyClick(pane.table, Qt.Key.Key_L, CTRL)
    field = pane.focusWidget()
    assert isinstance(field, QLineEdit)
    with qtbot.waitSignal(pane.completion_requested) as asked:
        field.selectAll()
        qtbot.keyClicks(field, "/")
    assert asked.args == ["/"]
    pane.offer_paths("/x", ["/xylophone"])
    assert field.completer().completionCount() == 0
    pane.offer_paths("/", ["/home", "/tmp"])
    assert field.completer().completionCount() == 2
    field.completer().popup().hide()


def test_the_history_is_offered_beside_the_arrows(pane: PaneView, qtbot: QtBot) -> None:
    pane.set_trail(["/home", "/"], [])
    bar = next(each for each in pane.children() if hasattr(each, "trail_menu"))
    assert bar.trail_menu(1) is None
    menu = bar.trail_menu(-1)
    with qtbot.waitSignal(pane.step_requested) as asked:
        menu.actions()[1].trigger()
    assert asked.args == [-2]
    menu.deleteLater()
