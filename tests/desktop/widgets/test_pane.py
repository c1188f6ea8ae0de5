from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.models.directory import DirectoryModel
from desktop.places.place import SpaceInfo
from desktop.widgets.drops import EntriesDrop, PathsDrop, read_drop
from desktop.widgets.pane import PaneView
from shared.entries import Entry, Kind
from shared.permissions import FULL, LOOK

ROWS = ["docs", "photos", "a.txt", "b.tar.gz"]


def entry(name: str, size: int = 0, kind: Kind = Kind.FILE) -> Entry:
    return Entry(name, kind, size, 0, 0o644)


def model_of(pane: PaneView) -> DirectoryModel:
    model = pane.table.model()
    assert isinstance(model, DirectoryModel)
    return model


def selected(pane: PaneView) -> list[str]:
    return [each.name for each in pane.selected_entries()]


@pytest.mark.parametrize(
    ("key", "modifier", "signal"),
    [
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier, "up_requested"),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, "up_requested"),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, "back_requested"),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier, "home_requested"),
        (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier, "refresh_requested"),
        (Qt.Key.Key_F7, Qt.KeyboardModifier.NoModifier, "new_folder_requested"),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "other_pane_requested"),
    ],
)
def test_a_key_asks_for_what_its_tool_tip_says(
    pane: PaneView, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, signal: str
) -> None:
    with qtbot.waitSignal(getattr(pane, signal)):
        qtbot.keyClick(pane.table, key, modifier)


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Qt.Key.Key_F5, "copy_requested"),
        (Qt.Key.Key_F6, "move_requested"),
        (Qt.Key.Key_Delete, "delete_requested"),
        (Qt.Key.Key_F8, "delete_requested"),
    ],
)
def test_a_key_acts_on_the_selection(pane: PaneView, qtbot: QtBot, key: Qt.Key, signal: str) -> None:
    pane.select_names(["a.txt", "photos"])
    with qtbot.waitSignal(getattr(pane, signal)) as asked:
        qtbot.keyClick(pane.table, key)
    assert [each.name for each in asked.args[0]] == ["photos", "a.txt"]


def test_nothing_is_asked_for_an_empty_selection(pane: PaneView, qtbot: QtBot) -> None:
    pane.table.clearSelection()
    with qtbot.assertNotEmitted(pane.delete_requested):
        qtbot.keyClick(pane.table, Qt.Key.Key_Delete)


def test_enter_opens_the_current_entry(pane: PaneView, qtbot: QtBot) -> None:
    pane.select_names(["photos"])
    with qtbot.waitSignal(pane.entry_activated) as opened:
        qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert opened.args[0].name == "photos"


def test_a_double_click_opens(pane: PaneView, qtbot: QtBot) -> None:
    where = pane.table.visualRect(model_of(pane).index(2, 0)).center()
    with qtbot.waitSignal(pane.entry_activated) as opened:
        qtbot.mouseDClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.args[0].name == "a.txt"


@pytest.mark.parametrize(("name", "stem"), [("a.txt", "a"), ("photos", "photos"), ("b.tar.gz", "b.tar")])
def test_f2_edits_the_name_with_its_stem_selected(pane: PaneView, qtbot: QtBot, name: str, stem: str) -> None:
    pane.select_names([name])
    qtbot.keyClick(pane.table, Qt.Key.Key_F2)
    editor = pane.table.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert editor.selectedText() == stem
    with qtbot.waitSignal(pane.rename_requested) as asked:
        qtbot.keyClicks(editor, "new")
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert (asked.args[0].name, asked.args[1]) == (name, "new" + name.removeprefix(stem))


def test_escape_leaves_a_name_as_it_was(pane: PaneView, qtbot: QtBot) -> None:
    pane.edit_name("a.txt")
    editor = pane.table.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    with qtbot.assertNotEmitted(pane.rename_requested):
        qtbot.keyClicks(editor, "zzz")
        qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_typing_filters_and_escape_shows_all_again(pane: PaneView, qtbot: QtBot) -> None:
    qtbot.keyClick(pane.table, Qt.Key.Key_P)
    model = model_of(pane)
    assert [model.entry(row).name for row in range(model.rowCount())] == ["photos"]
    field = pane.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert model.rowCount() == len(ROWS)
    assert pane.table.hasFocus()


def test_closing_a_filter_elsewhere_does_not_take_the_keyboard(pane: PaneView, qtbot: QtBot) -> None:
    qtbot.keyClick(pane.table, Qt.Key.Key_P)
    pane.table.setFocus()
    other = QLineEdit(pane)
    other.show()
    other.setFocus()
    pane.set_location("/home", [("/", ()), ("home", ("home",))], can_back=True, can_forward=False)
    assert other.hasFocus()


def test_ctrl_h_shows_hidden_files(pane: PaneView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.hidden_toggled) as toggled:
        qtbot.keyClick(pane.table, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert toggled.args == [True]
    assert model_of(pane).rowCount() == len(ROWS) + 1


def test_the_selection_stays_with_its_names_over_sorting_and_refreshing(pane: PaneView) -> None:
    pane.select_names(["a.txt", "photos"])
    model_of(pane).sort(1, Qt.SortOrder.DescendingOrder)
    assert sorted(selected(pane)) == ["a.txt", "photos"]
    model_of(pane).set_entries([entry("0.txt"), entry("a.txt", 99), entry("z")])
    assert selected(pane) == ["a.txt"]


def test_a_folder_just_entered_has_nothing_selected(pane: PaneView) -> None:
    pane.select_names(["a.txt"])
    pane.set_location("/home", [("/", ()), ("home", ("home",))], can_back=True, can_forward=True)
    assert selected(pane) == []


def test_history_and_root_decide_what_is_enabled(pane: PaneView) -> None:
    actions = pane.actions_of_pane
    assert actions["back"].isEnabled()
    assert not actions["forward"].isEnabled()
    pane.set_location("/", [("/", ())], can_back=False, can_forward=True)
    assert not actions["up"].isEnabled()
    assert actions["forward"].isEnabled()


def test_the_footer_counts_what_is_shown_and_chosen(pane: PaneView) -> None:
    pane.select_names(["a.txt", "b.tar.gz"])
    assert pane.footer_text() == "4 items (1 hidden)  ·  2 selected, 30 B"
    pane.set_space(SpaceInfo(free=214_000_000_000, total=500_000_000_000))
    assert pane.space_text() == "214 GB free"


def test_an_empty_folder_says_what_to_do_next(pane: PaneView) -> None:
    model_of(pane).clear()
    assert pane.empty_text() == "This folder is empty"
    model_of(pane).set_entries([entry(".rc")])
    assert pane.empty_text() == "Only hidden files here"
    pane.set_shows_hidden(True)
    assert pane.empty_text() == ""


def test_copied_entries_are_pasted_elsewhere_as_a_drop(pane: PaneView, qtbot: QtBot) -> None:
    pane.select_names(["a.txt"])
    pane.actions_of_pane["copy"].trigger()
    data = QGuiApplication.clipboard().mimeData()
    assert read_drop(data) == EntriesDrop("left", ("home", "anna"), ("a.txt",), is_copy=True)
    with qtbot.waitSignal(pane.entries_dropped):
        pane.actions_of_pane["paste"].trigger()
    pane.set_location("/home", [("/", ()), ("home", ("home",))], can_back=True, can_forward=False)
    with qtbot.waitSignal(pane.entries_dropped) as dropped:
        pane.actions_of_pane["paste"].trigger()
    assert dropped.args == [EntriesDrop("left", ("home", "anna"), ("a.txt",), is_copy=True), ("home",)]


def test_files_of_other_programs_are_pasted_as_paths(pane: PaneView, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/x y"), QUrl("https://example.org/z")])
    QGuiApplication.clipboard().setMimeData(data)
    with qtbot.waitSignal(pane.paths_dropped) as dropped:
        pane.actions_of_pane["paste"].trigger()
    assert dropped.args == [PathsDrop(("/tmp/x y",)), ("home", "anna")]


def test_a_page_stands_for_the_list_and_stops_its_actions(pane: PaneView, qtbot: QtBot) -> None:
    page = QWidget()
    pane.show_page(page)
    assert pane.shows_page
    assert not pane.table.isVisible()
    with qtbot.assertNotEmitted(pane.new_folder_requested):
        qtbot.keyClick(page, Qt.Key.Key_F7)
    pane.show_page(None)
    assert pane.table.isVisible()
    assert pane.actions_of_pane["new_folder"].isEnabled()
    page.deleteLater()


def test_the_local_pane_gives_its_files_to_other_programs(pane: PaneView) -> None:
    pane.clipboard.set_local_paths(lambda path, names: ["/" + "/".join((*path, name)) for name in names])
    pane.select_names(["a.txt"])
    pane.actions_of_pane["copy"].trigger()
    urls = QGuiApplication.clipboard().mimeData().urls()
    assert [url.toLocalFile() for url in urls] == ["/home/anna/a.txt"]


def test_reconnecting_offers_to_try_now(pane: PaneView, qtbot: QtBot) -> None:
    pane.show_banner("reconnecting", "The connection was lost.")
    button = next(b for b in pane.banner.findChildren(QWidget) if getattr(b, "text", str)() == "Try now")
    with qtbot.waitSignal(pane.banner_action_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == ["reconnecting"]
    pane.show_banner("", "")
    assert not pane.banner.isVisible()


def test_every_control_has_a_name_and_a_tool_tip(pane: PaneView) -> None:
    for action in pane.actions():
        assert action.text()
        assert action.toolTip()
    assert pane.table.accessibleName() == "Files in /home/anna"


def test_what_is_not_permitted_is_not_offered(pane: PaneView) -> None:
    pane.select_names(["a.txt"])
    actions = pane.actions_of_pane
    pane.set_permitted(LOOK, FULL)
    refused = ("rename", "delete", "new_folder", "paste", "cut", "move_across", "edit")
    assert [name for name in refused if actions[name].isEnabled()] == []
    assert actions["copy_across"].isEnabled()
    pane.set_permitted(FULL, LOOK)
    assert [name for name in refused if not actions[name].isEnabled()] == ["move_across"]
    assert not actions["copy_across"].isEnabled()


def test_a_banner_is_brought_up_to_date_only_while_it_is_the_one(pane: PaneView) -> None:
    pane.show_banner("reconnecting", "in 2 s")
    pane.update_banner("reconnecting", "in 1 s")
    assert pane.banner.text == "in 1 s"
    pane.update_banner("error", "other")
    assert pane.banner.text == "in 1 s"
    pane.update_banner("reconnecting", "")
    assert pane.banner.kind == ""
    pane.update_banner("reconnecting", "again")
    assert pane.banner.kind == ""
