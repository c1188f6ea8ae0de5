"""The window shows each state of the server and asks for what is pressed in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from server.tray.power import Power
from server.tray.status_window import StatusWindow
from server.tray.view import SessionRow, TransferRow, View
from shared.errors import ConfigError
from tests.server.tray.fakes import FINGERPRINT, account, session, transfer


@pytest.fixture
def window(qtbot: QtBot) -> StatusWindow:
    found = StatusWindow(Path("/data/homes"))
    # Closing it only asks.
    qtbot.addWidget(found, before_close_func=lambda widget: widget.hide())
    found.show()
    return found


def _view(power: Power, **more: object) -> View:
    return View(power, "127.0.0.1", 47623, FINGERPRINT, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("power", "title", "is_checked"),
    [
        (Power.OFF, "Off", False),
        (Power.STARTING, "Switching on…", False),
        (Power.ON, "On", True),
        (Power.STOPPING, "Switching off…", False),
        (Power.PROBLEM, "There is a problem", False),
    ],
)
def test_each_state_is_named(window: StatusWindow, power: Power, title: str, is_checked: bool) -> None:
    window.show_view(_view(power))
    assert window.title.text() == title
    assert window.switch.isChecked() is is_checked
    assert window.switch.accessibleName() == f"Server: {title}"


def test_a_click_on_the_switch_asks_and_decides_nothing(qtbot: QtBot, window: StatusWindow) -> None:
    window.show_view(_view(Power.OFF))
    with qtbot.waitSignal(window.toggle_requested):
        qtbot.mouseClick(window.switch, Qt.MouseButton.LeftButton)
    assert not window.switch.isChecked()


def test_the_switch_works_from_the_keyboard_and_keeps_the_focus(qtbot: QtBot, window: StatusWindow) -> None:
    window.show_view(_view(Power.OFF))
    window.switch.setFocus()
    with qtbot.waitSignal(window.toggle_requested):
        qtbot.keyClick(window.switch, Qt.Key.Key_Space)
    window.show_view(_view(Power.STARTING))
    assert window.focusWidget() is window.switch


def test_a_problem_says_what_why_and_what_next(qtbot: QtBot, window: StatusWindow) -> None:
    error = ConfigError("port 47623: in use", title="The server cannot listen", hint="Choose another port.")
    window.show_view(_view(Power.PROBLEM, problem=error))
    assert window.problem.isVisible()
    assert window.problem.text.text() == "The server cannot listen. Port 47623: in use. Choose another port."
    with qtbot.waitSignal(window.toggle_requested):
        window.problem.again.click()
    window.show_view(_view(Power.ON))
    assert not window.problem.isVisible()


def test_people_and_transfers_are_counted(window: StatusWindow) -> None:
    window.show_view(
        _view(Power.ON, sessions=(SessionRow(session()),), transfers=(TransferRow(transfer()),), received_bps=2048.0)
    )
    window.show_accounts([account("anna"), account("bert")])
    assert window.subtitle.text() == "1 connected, 1 transfer"
    assert "2.0 kB/s" in window.throughput.rates.text() or "2 kB/s" in window.throughput.rates.text()
    tabs = {button.text() for button in window.findChildren(QToolButton) if button.property("kind") == "tab"}
    assert tabs == {"Connected  1", "Transfers  1", "Accounts  2", "Shared folders", "Bans"}


def test_closing_asks_and_the_window_stays(qtbot: QtBot, window: StatusWindow) -> None:
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()


def test_it_tells_whether_it_is_seen(qtbot: QtBot, window: StatusWindow) -> None:
    with qtbot.waitSignal(window.watched) as watched:
        window.hide()
    assert watched.args == [False]
    with qtbot.waitSignal(window.watched) as watched:
        window.bring_to_front()
    assert watched.args == [True]


def test_a_page_can_be_chosen(window: StatusWindow) -> None:
    window.show_welcome()
    assert window.is_welcoming
    window.show_status(window.accounts)
    assert window.accounts.isVisible()
    assert not window.sessions.isVisible()
