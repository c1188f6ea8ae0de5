"""Panes and queues as the window has them, without controllers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.models.directory import DirectoryModel
from desktop.models.queue import QueueModel
from desktop.widgets.pane import PaneView
from desktop.widgets.queue_view import QueueView
from shared.entries import Entry, Kind

CRUMBS = [("/", ()), ("home", ("home",)), ("anna", ("home", "anna"))]


def entry(name: str, size: int = 0, kind: Kind = Kind.FILE) -> Entry:
    return Entry(name, kind, size, 0, 0o644)


def folder(name: str) -> Entry:
    return entry(name, kind=Kind.FOLDER)


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[PaneView]:
    """A pane at /home/anna with two folders and three files, shown and with the keyboard."""
    pane = PaneView("left", "computer")
    qtbot.addWidget(pane)
    pane.resize(640, 480)
    model = DirectoryModel(pane)
    pane.set_model(model)
    model.set_entries([folder("docs"), folder("photos"), entry("a.txt", 10), entry("b.tar.gz", 20), entry(".rc", 5)])
    pane.set_location("/home/anna", CRUMBS, can_back=True, can_forward=False)
    with qtbot.waitExposed(pane):
        pane.show()
    pane.activateWindow()
    pane.table.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is pane.table)
    yield pane
    pane.close()


@pytest.fixture
def queue(qtbot: QtBot) -> Iterator[QueueView]:
    model = QueueModel()
    view = QueueView(model)
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(1200, 300)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close()
