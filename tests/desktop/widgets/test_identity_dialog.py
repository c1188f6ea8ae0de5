from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.widgets.identity_dialog import FingerprintBox, IdentityDialog, in_groups

NEW = "SHA256:uNiVztksCsDhcc0u9e8BrqGAUHzZs0aDYZB2FjOwmPE"
OLD = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, expected: str | None = None) -> IdentityDialog:
    dialog = IdentityDialog("desk.local", 47623, NEW, expected)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    return dialog


def test_a_fingerprint_in_groups_loses_no_character() -> None:
    shown = in_groups(NEW)

    assert "".join(shown.split()) == NEW
    assert shown.splitlines()[1].startswith("uNiV ztks ")


def test_a_hostile_fingerprint_is_shown_harmless() -> None:
    assert "\u202e" not in in_groups("SHA256:ab\u202ecd")


def test_a_new_server_can_be_trusted(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    qtbot.mouseClick(dialog.accept_button, LEFT)

    assert dialog.result() == QDialog.DialogCode.Accepted


def test_escape_trusts_nobody(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert dialog.result() == QDialog.DialogCode.Rejected


def test_copy_takes_the_fingerprint_without_gaps(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    (box,) = dialog.findChildren(FingerprintBox)
    qtbot.mouseClick(box.copy_button, LEFT)

    assert QGuiApplication.clipboard().text() == NEW
    assert box.copy_button.accessibleName() == "Copied"


def test_a_changed_identity_shows_the_old_above_the_new(qtbot: QtBot) -> None:
    dialog = opened(qtbot, OLD)
    old, new = sorted(dialog.findChildren(FingerprintBox), key=lambda box: box.y())

    assert "".join(old.text.split()) == OLD
    assert "".join(new.text.split()) == NEW


def test_a_changed_identity_cannot_be_clicked_or_entered_away(qtbot: QtBot) -> None:
    dialog = opened(qtbot, OLD)
    qtbot.mouseClick(dialog.accept_button, LEFT)
    assert dialog.isVisible()
    assert dialog.cancel_button.hasFocus()

    qtbot.keyClick(dialog.cancel_button, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_the_tick_opens_the_way_and_enter_still_means_cancel(qtbot: QtBot) -> None:
    dialog = opened(qtbot, OLD)
    dialog.reason_box.setFocus()
    qtbot.keyClick(dialog.reason_box, Qt.Key.Key_Space)
    assert dialog.accept_button.isEnabled()
    assert dialog.cancel_button.isDefault()

    qtbot.keyClick(dialog.reason_box, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_whoever_ticked_can_accept_and_untick(qtbot: QtBot) -> None:
    dialog = opened(qtbot, OLD)
    spot = QPoint(10, dialog.reason_box.height() // 2)
    qtbot.mouseClick(dialog.reason_box, LEFT, pos=spot)
    qtbot.mouseClick(dialog.reason_box, LEFT, pos=spot)
    assert not dialog.accept_button.isEnabled()
    qtbot.mouseClick(dialog.reason_box, LEFT, pos=spot)
    qtbot.mouseClick(dialog.accept_button, LEFT)

    assert dialog.result() == QDialog.DialogCode.Accepted


def test_all_texts_are_plain(qtbot: QtBot) -> None:
    dialog = IdentityDialog("<b>desk</b>", 1, NEW, OLD)
    qtbot.addWidget(dialog)

    assert {each.textFormat() for each in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}


def test_a_link_that_names_the_server_is_told_but_decides_nothing(qtbot: QtBot) -> None:
    dialog = IdentityDialog("desk", 47623, "SHA256:" + "a" * 43, is_named=True)
    qtbot.addWidget(dialog)
    assert any("the link names" in label.text() for label in dialog.findChildren(QLabel))
    assert not dialog.result()
