from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from desktop.widgets.breadcrumb import Breadcrumb

CRUMBS = [("anna@desk", ()), *((f"level{i}", tuple(f"level{j}" for j in range(i + 1))) for i in range(8))]


@pytest.fixture
def crumb(qtbot: QtBot) -> Breadcrumb:
    crumb = Breadcrumb("server")
    qtbot.addWidget(crumb)
    crumb.resize(900, 28)
    crumb.set_crumbs("/level0/level1", CRUMBS[:3])
    with qtbot.waitExposed(crumb):
        crumb.show()
    crumb.activateWindow()
    return crumb


def shown(crumb: Breadcrumb) -> list[str]:
    buttons = [b for b in crumb.findChildren(QToolButton) if b.isVisible()]
    return [b.text().strip() for b in sorted(buttons, key=lambda b: b.x())]


def field(crumb: Breadcrumb) -> QLineEdit:
    found = crumb.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def test_pressing_a_part_asks_for_its_folder(crumb: Breadcrumb, qtbot: QtBot) -> None:
    button = next(b for b in crumb.findChildren(QToolButton) if b.text() == "level0")
    with qtbot.waitSignal(crumb.path_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [("level0",)]


def test_a_click_beside_the_parts_edits_the_path(crumb: Breadcrumb, qtbot: QtBot) -> None:
    qtbot.mouseClick(crumb, Qt.MouseButton.LeftButton, pos=QPoint(800, 14))
    assert field(crumb).selectedText() == "/level0/level1"
    assert shown(crumb) == []
    with qtbot.waitSignal(crumb.text_entered) as entered:
        qtbot.keyClicks(field(crumb), "/other")
        qtbot.keyClick(field(crumb), Qt.Key.Key_Return)
    assert entered.args == ["/other"]
    assert shown(crumb) == ["anna@desk", "level0", "level1"]


def test_escape_leaves_the_path(crumb: Breadcrumb, qtbot: QtBot) -> None:
    crumb.edit()
    with qtbot.assertNotEmitted(crumb.text_entered), qtbot.waitSignal(crumb.edit_ended):
        qtbot.keyClicks(field(crumb), "/other")
        qtbot.keyClick(field(crumb), Qt.Key.Key_Escape)
    assert not crumb.is_editing


def test_parts_without_room_go_into_a_menu_and_the_ends_stay(crumb: Breadcrumb) -> None:
    crumb.set_crumbs("/…", CRUMBS)
    crumb.resize(300, 28)
    visible = shown(crumb)
    assert visible[0] == "anna@desk"
    assert visible[1] == "…"
    assert visible[-1] == "level7"
    assert len(visible) < len(CRUMBS)
    crumb.resize(900, 28)
    assert shown(crumb) == [text for text, _ in CRUMBS]


def test_an_ampersand_in_a_name_is_no_mnemonic(crumb: Breadcrumb) -> None:
    crumb.set_crumbs("/R&D", [("/", ()), ("R&D", ("R&D",))])
    assert shown(crumb)[-1] == "R&&D"
