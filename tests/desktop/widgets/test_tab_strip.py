from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from desktop.widgets.pane import PaneView
from desktop.widgets.tab_strip import TabStrip


def bar(strip: TabStrip) -> QTabBar:
    found = strip.findChild(QTabBar)
    assert isinstance(found, QTabBar)
    return found


def test_one_tab_alone_takes_no_room(pane: PaneView) -> None:
    pane.tabs.show_tabs([("docs", "/docs")], 0)
    assert not pane.tabs.isVisible()
    pane.tabs.show_tabs([("docs", "/docs"), ("a & b", "/a & b")], 1)
    assert pane.tabs.isVisible()
    assert bar(pane.tabs).currentIndex() == 1
    assert bar(pane.tabs).tabText(1) == "a && b"


def test_showing_tabs_asks_for_nothing_and_pressing_one_does(pane: PaneView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(pane.tabs.chosen):
        pane.tabs.show_tabs([("a", "/a"), ("b", "/b")], 1)
    where = bar(pane.tabs).tabRect(0).center()
    with qtbot.waitSignal(pane.tabs.chosen) as chosen:
        qtbot.mouseClick(bar(pane.tabs), Qt.MouseButton.LeftButton, pos=where)
    assert chosen.args == [0]


def test_a_cross_and_a_middle_click_close_their_own_tab(pane: PaneView, qtbot: QtBot) -> None:
    pane.tabs.show_tabs([("a", "/a"), ("b", "/b"), ("c", "/c")], 0)
    cross = bar(pane.tabs).tabButton(1, QTabBar.ButtonPosition.RightSide)
    assert isinstance(cross, QToolButton)
    assert cross.accessibleName()
    with qtbot.waitSignal(pane.tabs.close_requested) as closed:
        cross.click()
    assert closed.args == [1]
    where = bar(pane.tabs).tabRect(2).center()
    with qtbot.waitSignal(pane.tabs.close_requested) as closed:
        qtbot.mouseClick(bar(pane.tabs), Qt.MouseButton.MiddleButton, pos=where)
    assert closed.args == [2]
