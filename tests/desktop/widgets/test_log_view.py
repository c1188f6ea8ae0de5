from __future__ import annotations

import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.models.log import LogLine, LogModel
from desktop.widgets.log_view import LogView


def told(text: str, level: int = logging.INFO) -> LogLine:
    return LogLine(0.0, level, text)


@pytest.fixture
def model(qtbot: QtBot) -> LogModel:
    return LogModel()


@pytest.fixture
def view(model: LogModel, qtbot: QtBot) -> LogView:
    view = LogView(model)
    qtbot.addWidget(view)
    view.resize(700, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


def shown(view: LogView) -> list[str]:
    return [text.split("  ", 1)[1] for text in view.shown_text().splitlines()]


def test_lines_are_filtered_by_text_and_by_trouble(view: LogView, model: LogModel, qtbot: QtBot) -> None:
    model.append(
        [told("Connected to desk"), told("a.txt failed", logging.WARNING), told("b.txt failed", logging.ERROR)]
    )
    assert len(shown(view)) == 3
    qtbot.keyClicks(view.filter_edit, "A.TXT")
    assert shown(view) == ["a.txt failed"]
    view.filter_edit.clear()
    view.trouble_box.setChecked(True)
    assert shown(view) == ["a.txt failed", "b.txt failed"]
    model.append([told("all is well"), told("c.txt failed", logging.ERROR)])
    assert shown(view)[-1] == "c.txt failed"


def test_what_is_selected_is_copied_and_else_all(view: LogView, model: LogModel) -> None:
    model.append([told("one"), told("two"), told("three")])
    view.copy_action.trigger()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3
    view.table.selectRow(1)
    view.copy_action.trigger()
    assert QGuiApplication.clipboard().text().endswith("two")
    assert "one" not in QGuiApplication.clipboard().text()


def test_it_stays_at_the_end_unless_somebody_reads_further_up(view: LogView, model: LogModel, qtbot: QtBot) -> None:
    model.append([told(f"line {i}") for i in range(200)])
    bar = view.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    model.append([told("more")])
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    bar.setValue(0)
    model.append([told("still more")])
    assert bar.value() == 0


def test_nothing_says_so_and_can_neither_be_copied_nor_saved(view: LogView, model: LogModel) -> None:
    assert not view.table.isVisible()
    assert not view.copy_action.isEnabled()
    model.append([told("one")])
    assert view.table.isVisible()
    assert view.save_action.isEnabled()
    view.clear_action.trigger()
    assert not view.table.isVisible()


def test_saving_asks_for_a_file_and_hands_over_what_is_shown(view: LogView, model: LogModel, qtbot: QtBot) -> None:
    model.append([told("one"), told("two")])
    view.filter_edit.setText("two")
    view.save_action.trigger()
    chooser = view.findChild(QFileDialog)
    assert chooser is not None
    with qtbot.waitSignal(view.save_requested) as asked:
        chooser.fileSelected.emit("/tmp/kept.log")
    chooser.reject()
    assert asked.args[0] == "/tmp/kept.log"
    assert asked.args[1].endswith("two\n")
    assert "one" not in asked.args[1]


def test_it_is_painted_with_hostile_names_shown_harmless(view: LogView, model: LogModel) -> None:
    model.append([told("evil\u202ename\x1b[2J", logging.ERROR)])
    assert "\u202e" not in view.shown_text()
    assert "\x1b" not in view.shown_text()
    assert not view.grab().isNull()


def test_the_list_takes_the_keyboard(view: LogView, model: LogModel, qtbot: QtBot) -> None:
    model.append([told("one"), told("two")])
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    assert view.table.selected_rows() == [1]
