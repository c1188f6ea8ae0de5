from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.widgets.dialog import Dialog, Notice
from desktop.widgets.identity_dialog import IdentityDialog
from desktop.widgets.labels import label
from desktop.widgets.site_dialog import SiteDialog
from shared.look import theme


def test_is_high_enough_for_its_text(qtbot: QtBot) -> None:
    """Also where that is more than the two thirds of the screen to which Qt would cut it."""
    dialog = Dialog("info", "accent", "A question")
    qtbot.addWidget(dialog)
    text = label("many words " * 500, wraps=True)
    dialog.body.addWidget(text)
    dialog.add_button("OK", QDialogButtonBox.ButtonRole.AcceptRole)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()

    assert text.height() >= text.heightForWidth(text.width())
    assert dialog.width() == dialog.minimumWidth()


def test_enter_presses_the_button_that_has_the_focus(qtbot: QtBot) -> None:
    dialog = Dialog("info", "accent", "A question")
    qtbot.addWidget(dialog)
    default = dialog.add_button("One", QDialogButtonBox.ButtonRole.AcceptRole)
    other = dialog.add_button("Two", QDialogButtonBox.ButtonRole.ActionRole)
    default.setDefault(True)
    pressed: list[str] = []
    default.clicked.connect(lambda: pressed.append("one"))
    other.clicked.connect(lambda: pressed.append("two"))
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    other.setFocus()
    qtbot.keyClick(other, Qt.Key.Key_Return)

    assert pressed == ["two"]


@pytest.mark.parametrize("long", ["/a/b/" + "x" * 300, "W" * 300])
def test_a_long_path_in_a_notice_wraps_and_is_copied_whole(qtbot: QtBot, long: str) -> None:
    notice = Notice("danger", "alert")
    qtbot.addWidget(notice)
    notice.show_text(f"{long} was refused", "Permission denied")

    assert notice.minimumSizeHint().width() < 400
    assert notice.text == f"Permission denied\n{long} was refused"
    notice.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == notice.text


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """The style sheet makes controls higher than they are without it, and only once they are shown."""
    theme.apply(qapp, theme.Scheme.LIGHT)
    yield
    qapp.setStyleSheet("")
    qapp.setProperty("wherryDressed", None)


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("number", range(2))
def test_nothing_is_squeezed_when_a_dialog_opens(qtbot: QtBot, number: int) -> None:
    fingerprint = "SHA256:" + "abcd" * 10 + "xyz"
    make = (lambda: IdentityDialog("desk", 2022, fingerprint, fingerprint[::-1]), SiteDialog)
    dialog = make[number]()
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.open()

    for part in dialog.findChildren(QLabel) + dialog.findChildren(QLineEdit) + dialog.findChildren(QPushButton):
        if part.isVisible() and not part.hasHeightForWidth():
            assert part.height() >= part.minimumSizeHint().height(), part.text()
            assert part.height() >= part.sizeHint().height(), part.text()
        elif part.isVisible():
            assert part.height() >= part.heightForWidth(part.width()), part.text()
    for notes in dialog.findChildren(QPlainTextEdit):
        assert notes.height() >= 72
