from __future__ import annotations

import logging

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.models.log import Column, LogLine, LogModel


def line(number: int) -> LogLine:
    return LogLine(float(number), logging.INFO, f"line {number}")


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> LogModel:
    model = LogModel(capacity=5)
    qtmodeltester.check(model)
    return model


def texts(model: LogModel) -> list[str]:
    return [model.index(row, Column.TEXT).data() for row in range(model.rowCount())]


def test_the_oldest_lines_go_when_there_are_too_many(model: LogModel) -> None:
    model.append([line(i) for i in range(4)])
    model.append([line(4), line(5)])
    assert texts(model) == [f"line {i}" for i in range(1, 6)]
    model.append([line(i) for i in range(10, 30)])
    assert texts(model) == [f"line {i}" for i in range(25, 30)]


def test_copied_lines_have_their_time_and_no_control_characters(model: LogModel) -> None:
    model.append([LogLine(0.0, logging.ERROR, "evil\x1b[2Jname")])
    copied = model.text_of([0])
    assert copied.endswith("  evil\\x1b[2Jname")
    assert copied[2] == copied[5] == ":"
