"""The window's lists: empty states, what can be done to the chosen row, and what is asked for then."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from server.tray.lists import AccountPage, SessionPage, TransferPage
from server.tray.view import SessionRow, TransferRow
from shared.look.theme import theme_of
from tests.server.tray.fakes import account, session, transfer


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
    page.apply([SessionRow(session("bert", 2), 5.0), SessionRow(session("carla", 3))])
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
    rows = (accounts.password, accounts.home, accounts.open_home, accounts.enable, accounts.read_only, accounts.remove)
    assert accounts.add.isEnabled()
    assert not any(action.isEnabled() for action in rows)
    accounts.select("anna")
    assert all(action.isEnabled() for action in rows)


@pytest.mark.parametrize("name", ["password", "home", "open_home", "remove"])
def test_each_action_asks_for_the_chosen_account(qtbot: QtBot, accounts: AccountPage, name: str) -> None:
    accounts.select("bert")
    with qtbot.waitSignal(getattr(accounts, f"{name}_requested")) as asked:
        getattr(accounts, name).trigger()
    assert asked.args == [accounts.chosen]
    assert accounts.chosen.name == "bert"


def test_enable_and_read_only_ask_for_the_opposite(qtbot: QtBot, accounts: AccountPage) -> None:
    accounts.select("anna")
    assert accounts.enable.text() == "Disable"
    assert not accounts.read_only.isChecked()
    with qtbot.waitSignal(accounts.enable_requested) as asked:
        accounts.enable.trigger()
    assert (asked.args[0].name, asked.args[1]) == ("anna", False)
    accounts.select("bert")
    assert accounts.enable.text() == "Enable"
    assert accounts.read_only.isChecked()
    with qtbot.waitSignal(accounts.read_only_requested) as asked:
        accounts.read_only.trigger()
    assert (asked.args[0].name, asked.args[1]) == ("bert", False)


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
