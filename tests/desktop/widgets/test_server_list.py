from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.widgets.server_list import ServerList, ServerModel, ServerRow

ROWS = [ServerRow("Desk", "anna@desk", "#0a84c6", 1), ServerRow("Box", "root@box", "", 2)]
LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot) -> ServerList:
    servers = ServerList("Saved servers")
    qtbot.addWidget(servers)
    servers.setFixedWidth(300)
    servers.set_rows(ROWS)
    with qtbot.waitActive(servers):
        servers.show()
        servers.activateWindow()
    return servers


def test_the_model_keeps_the_rules_of_models(qtbot: QtBot) -> None:
    model = ServerModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(ROWS)
    model.set_rows([])
    model.set_rows(ROWS[:1])

    assert tester.model() is model
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Desk, anna@desk"


def test_is_as_high_as_its_rows(qtbot: QtBot) -> None:
    servers = shown(qtbot)
    last = servers.visualRect(servers.model().index(1, 0))

    assert servers.height() == last.bottom() + 1


def test_a_press_that_is_dragged_to_another_row_chooses_nothing(qtbot: QtBot) -> None:
    servers = shown(qtbot)
    chosen: list[object] = []
    servers.chosen.connect(chosen.append)
    first, second = (servers.visualRect(servers.model().index(i, 0)).center() for i in (0, 1))
    qtbot.mousePress(servers.viewport(), LEFT, pos=first)
    qtbot.mouseRelease(servers.viewport(), LEFT, pos=second)
    assert chosen == []

    qtbot.mouseClick(servers.viewport(), LEFT, pos=second)
    assert chosen == [2]


def test_the_menu_comes_by_its_key_and_by_right_click_and_chooses_nothing(qtbot: QtBot) -> None:
    servers = shown(qtbot)
    asked: list[object] = []
    chosen: list[object] = []
    servers.menu_requested.connect(lambda value, where: asked.append(value))
    servers.chosen.connect(chosen.append)
    servers.setFocus()
    reason = QContextMenuEvent.Reason
    QApplication.sendEvent(servers.viewport(), QContextMenuEvent(reason.Keyboard, QPoint(0, 0), QPoint(0, 0)))
    where = servers.visualRect(servers.model().index(1, 0)).center()
    qtbot.mouseClick(servers.viewport(), Qt.MouseButton.RightButton, pos=where)
    QApplication.sendEvent(servers.viewport(), QContextMenuEvent(reason.Mouse, where, where))

    assert asked == [1, 2]
    assert chosen == []
