from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.widgets.rate_box import SMALLEST, RateBox


@pytest.fixture
def box(qtbot: QtBot) -> RateBox:
    box = RateBox("Speed limit")
    qtbot.addWidget(box)
    box.set_limit(None)
    box.show()
    return box


def type_in(qtbot: QtBot, box: RateBox, text: str) -> None:
    edit = box.lineEdit()
    assert edit is not None
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ("2 MB", 2_000_000),
        ("2MB/s", 2_000_000),
        ("750K", 768_000),
        ("10", 10_000_000),
        ("1.5", 1_500_000),
        ("10 B", SMALLEST),
        ("1.5M", 1_572_864),
    ],
)
def test_a_speed_can_be_typed(qtbot: QtBot, box: RateBox, typed: str, limit: int) -> None:
    with qtbot.waitSignal(box.limit_changed) as told:
        type_in(qtbot, box, typed)
    assert told.args == [limit]
    assert box.limit == limit


def test_what_cannot_be_read_is_marked_and_changes_nothing(qtbot: QtBot, box: RateBox) -> None:
    box.set_limit(5_000_000)
    with qtbot.assertNotEmitted(box.limit_changed):
        type_in(qtbot, box, "fast")
    assert box.property("tone") == "invalid"
    assert box.limit == 5_000_000
    type_in(qtbot, box, "1 MB")
    assert box.property("tone") == ""


def test_emptied_there_is_no_limit(qtbot: QtBot, box: RateBox) -> None:
    box.set_limit(5_000_000)
    with qtbot.waitSignal(box.limit_changed) as told:
        edit = box.lineEdit()
        assert edit is not None
        edit.clear()
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert told.args == [None]
    assert box.currentText() == "No limit"


def test_a_speed_can_be_chosen(qtbot: QtBot, box: RateBox) -> None:
    with qtbot.waitSignal(box.limit_changed) as told:
        box.setCurrentIndex(1)
        box.activated.emit(1)
    assert told.args == [500_000]


def test_showing_a_limit_tells_nobody_and_leaving_it_untouched_neither(qtbot: QtBot, box: RateBox) -> None:
    with qtbot.assertNotEmitted(box.limit_changed):
        box.set_limit(2_500_000)
        edit = box.lineEdit()
        assert edit is not None
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert box.limit == 2_500_000
