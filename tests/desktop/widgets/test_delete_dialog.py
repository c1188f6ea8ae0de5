from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.widgets.delete_dialog import DeleteDialog
from desktop.widgets.dialog import Notice
from shared.entries import Entry, Kind
from shared.look import wording


def entry(name: str, kind: Kind = Kind.FILE, size: int = 1000) -> Entry:
    return Entry(name, kind, size, 0, 0o644)


def opened(qtbot: QtBot, entries: list[Entry], *, to_trash: bool) -> DeleteDialog:
    dialog = DeleteDialog(entries, to_trash=to_trash)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    return dialog


def texts(dialog: DeleteDialog) -> list[str]:
    return [each.text() for each in dialog.findChildren(QLabel) if each.text()]


def test_enter_on_deleting_for_good_is_no(qtbot: QtBot) -> None:
    dialog = opened(qtbot, [entry("a.txt")], to_trash=False)
    assert dialog.cancel_button.hasFocus()
    qtbot.keyClick(dialog.cancel_button, Qt.Key.Key_Return)

    assert dialog.result() == QDialog.DialogCode.Rejected


def test_deleting_for_good_takes_a_deliberate_press(qtbot: QtBot) -> None:
    dialog = opened(qtbot, [entry("a.txt")], to_trash=False)
    with qtbot.waitSignal(dialog.accepted, timeout=1000):
        qtbot.keyClick(dialog, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)

    assert dialog.result() == QDialog.DialogCode.Accepted


def test_enter_moves_to_the_trash_and_escape_does_not(qtbot: QtBot) -> None:
    dialog = opened(qtbot, [entry("a.txt")], to_trash=True)
    qtbot.keyClick(dialog.delete_button, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted

    dialog = opened(qtbot, [entry("a.txt")], to_trash=True)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_says_what_goes_and_whether_it_comes_back(qtbot: QtBot) -> None:
    trash = opened(qtbot, [entry("a.txt")], to_trash=True)
    assert trash.windowTitle() == "Move “a.txt” to the trash?"
    assert trash.findChildren(Notice) == []

    good = opened(qtbot, [entry("a"), entry("b"), entry("c", Kind.FOLDER)], to_trash=False)
    assert good.windowTitle() == "Delete 2 files and 1 folder for good?"
    (notice,) = good.findChildren(Notice)
    assert "cannot be undone" in notice.text
    assert "everything in it" in notice.text


def test_counts_each_kind(qtbot: QtBot) -> None:
    for entries, words in (
        ([entry("a"), entry("b")], "2 files"),
        ([entry("a", Kind.FOLDER), entry("b", Kind.FOLDER)], "2 folders"),
        ([entry("a"), entry("b", Kind.LINK)], "2 items"),
        ([entry(str(i)) for i in range(1200)], f"{wording.number(1200)} files"),
    ):
        assert f"Move {words} to" in opened(qtbot, entries, to_trash=True).windowTitle()


def test_the_sum_is_of_the_files_and_admits_what_is_not_known(qtbot: QtBot) -> None:
    assert "3 kB" in texts(opened(qtbot, [entry("a", size=1000), entry("b", size=2000)], to_trash=True))

    mixed = texts(opened(qtbot, [entry("a", size=1000), entry("b", Kind.FOLDER, size=4096)], to_trash=True))
    assert "1 kB, and what is in the folders" in mixed


def test_a_long_list_is_cut_and_says_so(qtbot: QtBot) -> None:
    shown = texts(opened(qtbot, [entry(f"file{i}") for i in range(100)], to_trash=True))

    assert "file4" in shown
    assert "file5" not in shown
    assert "and 95 more" in shown


def test_hostile_names_stay_text_and_on_the_screen(qtbot: QtBot) -> None:
    dialog = opened(qtbot, [entry("<img src=x>\u202e" + "W" * 200)], to_trash=False)

    assert all("\u202e" not in text for text in texts(dialog))
    assert {each.textFormat() for each in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    assert dialog.width() < 600
