from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from desktop.storage.settings import Settings, Theme
from desktop.transfers.items import Policy
from desktop.widgets.settings_dialog import SettingsDialog


class Taken:
    def __init__(self, dialog: SettingsDialog) -> None:
        self.all: list[Settings] = []
        dialog.changed.connect(self.all.append)

    @property
    def last(self) -> Settings:
        return self.all[-1]


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(Settings(limit_up_bps=2_000_000, window={"main": "AdnQ"}))
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.open()
    return dialog


def choose(box: QComboBox, text: str) -> None:
    index = box.findText(text, Qt.MatchFlag.MatchStartsWith)
    assert index >= 0, [box.itemText(i) for i in range(box.count())]
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_it_shows_what_is_set(qtbot: QtBot) -> None:
    settings = Settings(
        theme=Theme.DARK, conflict_policy=Policy.SKIP, max_channels=3, limit_bps=1_000_000, keep_awake=False, history=7
    )
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    assert dialog.theme_box.currentText() == "Dark"
    assert dialog.policy_box.currentText() == "Skip it"
    assert dialog.channels_box.currentText() == "3"
    assert dialog.total_box.limit == 1_000_000
    assert not dialog.awake_box.isChecked()
    assert dialog.history_box.value() == 7
    assert dialog.settings == settings


def test_each_change_is_told_at_once_and_keeps_the_others(dialog: SettingsDialog, qtbot: QtBot) -> None:
    taken = Taken(dialog)
    choose(dialog.theme_box, "Light")
    assert taken.last.theme is Theme.LIGHT
    choose(dialog.policy_box, "Replace it if the contents")
    choose(dialog.channels_box, "2")
    qtbot.mouseClick(dialog.notify_box, Qt.MouseButton.LeftButton, pos=dialog.notify_box.rect().center())
    dialog.notify_box.setChecked(False)
    dialog.confirm_box.setChecked(False)
    dialog.down_box.setCurrentIndex(2)
    dialog.down_box.activated.emit(2)
    dialog.history_box.setValue(500)
    assert taken.last == Settings(
        theme=Theme.LIGHT,
        conflict_policy=Policy.CONTENT,
        max_channels=2,
        notify_when_done=False,
        confirm_delete=False,
        limit_up_bps=2_000_000,
        limit_down_bps=1_000_000,
        history=500,
        window={"main": "AdnQ"},
    )


def test_every_policy_can_be_the_default(dialog: SettingsDialog) -> None:
    assert dialog.policy_box.count() == len(Policy)


def test_another_language_offers_to_make_the_window_anew(dialog: SettingsDialog, qtbot: QtBot) -> None:
    taken = Taken(dialog)
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Change it now")
    assert not button.isVisible()
    choose(dialog.language_box, "简体中文")
    assert taken.last.language == "zh_CN"
    assert button.isVisible()
    with qtbot.waitSignal(dialog.reopen_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_the_language_it_had_needs_no_new_window(dialog: SettingsDialog) -> None:
    choose(dialog.language_box, "English")
    choose(dialog.language_box, "Like the system")
    assert not next(each for each in dialog.findChildren(QPushButton) if each.text() == "Change it now").isVisible()


def test_a_language_that_is_not_offered_is_shown_as_the_systems(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(language="tlh"))
    qtbot.addWidget(dialog)
    assert dialog.language_box.currentIndex() == 0


def test_every_field_has_a_name_and_a_key(dialog: SettingsDialog) -> None:
    fields = [*dialog.findChildren(QComboBox), *dialog.findChildren(QSpinBox)]
    assert len(fields) == 8
    assert all(field.accessibleName() for field in fields)
    buddies = {each.buddy() for each in dialog.findChildren(QLabel)}
    assert set(fields) <= buddies
    assert all("&" in box.text() for box in dialog.findChildren(QCheckBox))
    keys = [text.split("&")[1][0].casefold() for text in _texts(dialog) if "&" in text]
    assert len(keys) == len(set(keys))


def _texts(dialog: SettingsDialog) -> list[str]:
    labels = [each.text() for each in dialog.findChildren(QLabel) if each.buddy() is not None]
    return labels + [each.text() for each in dialog.findChildren(QCheckBox)]
