from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.transfers.items import Decision, Direction, Existing, Item, Policy
from desktop.widgets.conflict_dialog import ConflictDialog, FileCard
from shared.entries import Kind
from shared.look import wording

HOUR = 3_600_000_000_000
NOW = 1_700_000_000_000_000_000
DOCS = ("docs", "report.pdf")


def upload(remote: tuple[str, ...] = DOCS) -> Item:
    return Item(1, 1, Direction.UPLOAD, Kind.FILE, "anna@desk", "/home/a/report.pdf", remote, 2000, NOW)


def download(local: str) -> Item:
    return Item(1, 1, Direction.DOWNLOAD, Kind.FILE, "anna@desk", local, DOCS, 2000, NOW)


OLDER_LARGER = Existing(Kind.FILE, 5000, NOW - HOUR)


def opened(
    qtbot: QtBot, existing: Existing | None = OLDER_LARGER, others: int = 0, item: Item | None = None
) -> ConflictDialog:
    dialog = ConflictDialog(item or upload(), existing, others)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    return dialog


def cards(dialog: ConflictDialog) -> list[str]:
    found = sorted(dialog.findChildren(FileCard), key=lambda card: card.x())
    return [card.accessibleName() for card in found]


@pytest.mark.parametrize(
    ("key", "policy"),
    [
        (Qt.Key.Key_S, Policy.SKIP),
        (Qt.Key.Key_R, Policy.RESUME),
        (Qt.Key.Key_N, Policy.NEWER),
        (Qt.Key.Key_Z, Policy.SIZE),
        (Qt.Key.Key_C, Policy.CONTENT),
        (Qt.Key.Key_O, Policy.OVERWRITE),
        (Qt.Key.Key_K, Policy.RENAME),
    ],
)
def test_each_answer_has_its_key(qtbot: QtBot, key: Qt.Key, policy: Policy) -> None:
    dialog = opened(qtbot)
    with qtbot.waitSignal(dialog.decided, timeout=1000) as decided:
        qtbot.keyClick(dialog, key, Qt.KeyboardModifier.AltModifier)

    assert decided.args == [Decision(policy)]
    assert dialog.decision == Decision(policy)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_an_answer_for_the_batch(qtbot: QtBot) -> None:
    dialog = opened(qtbot, others=1200)
    assert f"{wording.number(1200)} more" in dialog.batch_box.text()
    with qtbot.waitSignal(dialog.batch_box.toggled, timeout=1000):
        qtbot.keyClick(dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(dialog.answer_buttons[Policy.SKIP], Qt.MouseButton.LeftButton)

    assert dialog.decision == Decision(Policy.SKIP, for_batch=True)


def test_a_hasty_enter_loses_nothing(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    qtbot.keyClick(dialog.batch_box, Qt.Key.Key_Return)

    assert dialog.decision == Decision(Policy.RENAME)


def test_escape_and_later_decide_nothing(qtbot: QtBot) -> None:
    for way in ("escape", "later"):
        dialog = opened(qtbot)
        with qtbot.assertNotEmitted(dialog.decided):
            if way == "escape":
                qtbot.keyClick(dialog, Qt.Key.Key_Escape)
            else:
                qtbot.mouseClick(dialog.later_button, Qt.MouseButton.LeftButton)
        assert not dialog.isVisible()
        assert dialog.decision is None


def test_words_say_which_is_newer_and_which_is_larger(qtbot: QtBot) -> None:
    new, existing = cards(opened(qtbot))

    assert "newer" in new
    assert "larger" not in new
    assert "larger" in existing
    assert "newer" not in existing


def test_the_same_within_two_seconds_is_not_newer(qtbot: QtBot) -> None:
    new, existing = cards(opened(qtbot, Existing(Kind.FILE, 2000, NOW - 1_900_000_000)))

    assert "newer" not in new + existing
    assert "larger" not in new + existing


def test_without_knowledge_of_the_other_side_nothing_is_compared(qtbot: QtBot) -> None:
    dialog = opened(qtbot, None)
    new, existing = cards(dialog)

    assert "newer" not in new
    assert "not known" in existing
    assert not dialog.answer_buttons[Policy.NEWER].isEnabled()


def test_equal_sizes_are_compared_on_request(qtbot: QtBot) -> None:
    dialog = opened(qtbot, Existing(Kind.FILE, 2000, NOW - HOUR))
    with qtbot.waitSignal(dialog.compare_requested, timeout=1000):
        qtbot.keyClick(dialog, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    dialog.show_comparing(0.426)
    assert "42 %" in dialog.equality_text
    assert not dialog.compare_button.isVisible()
    dialog.show_equality(True)
    assert dialog.equality_text == "The contents are equal."
    dialog.show_equality(False)
    assert dialog.equality_text == "The contents differ."


def test_a_comparison_that_failed_can_be_asked_for_again(qtbot: QtBot) -> None:
    dialog = opened(qtbot, Existing(Kind.FILE, 2000, NOW))
    dialog.show_comparing(0.1)
    dialog.show_trouble("The connection was lost.")
    assert dialog.equality_text == "The connection was lost."
    assert dialog.compare_button.isVisible()


def test_different_sizes_need_no_comparison(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    assert not dialog.compare_button.isVisible()
    assert "sizes differ" in dialog.equality_text


def test_a_download_asks_about_the_name_on_this_computer(qtbot: QtBot) -> None:
    dialog = opened(qtbot, item=download("/home/a/mine (2).pdf"))
    new, existing = cards(dialog)

    assert "mine (2).pdf" in dialog.windowTitle()
    assert "server" in new
    assert "computer" in existing


def test_a_hostile_or_endless_name_stays_text_and_on_the_screen(qtbot: QtBot) -> None:
    name = "<b>\u202e" + "W" * 200
    dialog = opened(qtbot, item=upload((name,)))

    assert all("\u202e" not in each.text() for each in dialog.findChildren(QLabel))
    assert {each.textFormat() for each in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    assert dialog.width() < 700
