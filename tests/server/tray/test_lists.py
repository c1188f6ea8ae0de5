"""The window's lists: empty states, what can be done to the chosen row, and what is asked for then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from server.engine.ban_file import BanInfo
from server.tray.account_form import SharedFolder
from server.tray.lists import AccountPage, BanPage, SessionPage, SharePage, TransferPage
from server.tray.view import SessionRow, TransferRow
from shared.look.theme import theme_of
from tests.server.tray.fakes import NOW, account, session, transfer


@pytest.fixture
def accounts(qtbot: QtBot) -> AccountPage:
    page = AccountPage()
    qtbot.addWidget(page)
    page.apply([account("anna"), account("bert", enabled=False, read_only=True)])
    return page


def test_an_empty_list_says_so(qtbot: QtBot) -> None:
    page = SessionPage()
    qtbot.addWidget(page)
    assert page.stack.currentWidget() is page.empty
    page.apply([SessionRow(session())])
    assert page.stack.currentWidget() is page.table
    page.apply([])
    assert page.stack.currentWidget() is page.empty


def test_the_chosen_session_is_the_one_that_ends_even_after_others_left(qtbot: QtBot) -> None:
    page = SessionPage()
    qtbot.addWidget(page)
    page.apply([SessionRow(session("anna", 1)), SessionRow(session("bert", 2)), SessionRow(session("carla", 3))])
    assert not page.kick.isEnabled()
    page.table.selectRow(1)
    page.apply([SessionRow(session("bert", 2), (transfer(),)), SessionRow(session("carla", 3))])
    assert page.kick.isEnabled()
    with qtbot.waitSignal(page.kick_requested) as kicked:
        page.kick.trigger()
    assert kicked.args == [bytes([2]) * 16]


def test_a_chosen_session_that_left_leaves_nothing_chosen(qtbot: QtBot) -> None:
    page = SessionPage()
    qtbot.addWidget(page)
    page.apply([SessionRow(session("anna", 1))])
    page.table.selectRow(0)
    page.apply([])
    assert not page.kick.isEnabled()


def test_accounts_need_a_chosen_row_but_for_adding(qtbot: QtBot, accounts: AccountPage) -> None:
    rows = (accounts.edit, accounts.password, accounts.open_home, accounts.enable, accounts.remove)
    assert accounts.add.isEnabled()
    assert not any(action.isEnabled() for action in rows)
    accounts.select("anna")
    assert all(action.isEnabled() for action in rows)


@pytest.mark.parametrize("name", ["edit", "password", "open_home", "remove"])
def test_each_action_asks_for_the_chosen_account(qtbot: QtBot, accounts: AccountPage, name: str) -> None:
    accounts.select("bert")
    with qtbot.waitSignal(getattr(accounts, f"{name}_requested")) as asked:
        getattr(accounts, name).trigger()
    assert asked.args == [accounts.chosen]
    assert accounts.chosen.name == "bert"


def test_enable_asks_for_the_opposite(qtbot: QtBot, accounts: AccountPage) -> None:
    accounts.select("anna")
    assert accounts.enable.text() == "Disable"
    with qtbot.waitSignal(accounts.enable_requested) as asked:
        accounts.enable.trigger()
    assert (asked.args[0].name, asked.args[1]) == ("anna", False)
    accounts.select("bert")
    assert accounts.enable.text() == "Enable"
    with qtbot.waitSignal(accounts.enable_requested) as asked:
        accounts.enable.trigger()
    assert (asked.args[0].name, asked.args[1]) == ("bert", True)


def test_return_on_an_account_edits_it(qtbot: QtBot, accounts: AccountPage) -> None:
    accounts.show()
    accounts.select("anna")
    with qtbot.waitSignal(accounts.edit_requested) as asked:
        qtbot.keyClick(accounts.table, Qt.Key.Key_Return)
    assert asked.args == [accounts.chosen]


def test_the_address_of_a_session_can_be_banned(qtbot: QtBot) -> None:
    page = SessionPage()
    qtbot.addWidget(page)
    page.apply([SessionRow(session())])
    assert not page.ban.isEnabled()
    page.table.selectRow(0)
    with qtbot.waitSignal(page.ban_requested) as asked:
        page.ban.trigger()
    assert asked.args == ["192.168.1.7"]


def test_a_ban_is_lifted_by_its_network(qtbot: QtBot) -> None:
    page = BanPage()
    qtbot.addWidget(page)
    assert page.add.isEnabled()
    page.apply([BanInfo("203.0.113.7", NOW, NOW + 60, "guessed"), BanInfo("fd00::/64", NOW, None, "noise", True)])
    assert not page.lift.isEnabled()
    page.table.selectRow(1)
    with qtbot.waitSignal(page.lift_requested) as asked:
        page.lift.trigger()
    assert asked.args == ["fd00::/64"]


@pytest.mark.parametrize("name", ["edit", "open", "remove"])
def test_each_action_asks_for_the_chosen_folder(qtbot: QtBot, name: str) -> None:
    page = SharePage()
    qtbot.addWidget(page)
    folders = [SharedFolder("Music", Path("/srv/music")), SharedFolder("Photos", Path("/srv/photos"))]
    page.apply(folders)
    page.table.selectRow(1)
    with qtbot.waitSignal(getattr(page, f"{name}_requested")) as asked:
        getattr(page, name).trigger()
    assert asked.args == [folders[1]]


def test_progress_is_painted_as_far_as_it_is(qtbot: QtBot) -> None:
    page = TransferPage()
    qtbot.addWidget(page)
    page.resize(900, 200)
    page.show()
    page.apply([TransferRow(transfer("/a", 250)), TransferRow(transfer("/b", 1000, started=2.0))])
    widths = []
    for row in range(2):
        cell = page.table.visualRect(page.model.index(row, 3))
        line = page.table.viewport().grab(cell).toImage()
        accent = QColor(theme_of().colours.accent)
        widths.append(
            max(
                sum(line.pixelColor(x, y) == accent for x in range(line.width()))
                for y in range(line.height() // 2 - 3, line.height() // 2 + 4)
            )
        )
    assert widths[1] > 50
    assert widths[0] == pytest.approx(widths[1] / 4, abs=4)
