"""The icon's shape and tooltip for each state."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from server.tray.icon import TrayIcon
from server.tray.menu import TrayMenu
from server.tray.power import Power
from server.tray.view import SessionRow, TransferRow, View
from shared.look.icons import TrayState
from tests.server.tray.fakes import session, transfer

SESSIONS = (SessionRow(session()),)
TRANSFERS = (TransferRow(transfer()),)


@pytest.mark.parametrize(
    ("power", "is_moving", "state"),
    [
        (Power.OFF, False, TrayState.OFF),
        (Power.STARTING, False, TrayState.OFF),
        (Power.ON, False, TrayState.ON),
        (Power.ON, True, TrayState.TRANSFERRING),
        (Power.STOPPING, True, TrayState.TRANSFERRING),
        (Power.STOPPING, False, TrayState.OFF),
        (Power.PROBLEM, False, TrayState.PROBLEM),
    ],
)
def test_each_state_has_its_shape(qtbot: QtBot, power: Power, is_moving: bool, state: TrayState) -> None:
    menu = TrayMenu()
    qtbot.addWidget(menu)
    icon = TrayIcon(menu)
    icon.show_view(View(power, "h", 1, "f", transfers=TRANSFERS if is_moving else ()))
    assert icon.state is state
    icon.hide()


def test_the_tooltip_counts_people_and_transfers(qtbot: QtBot) -> None:
    menu = TrayMenu()
    qtbot.addWidget(menu)
    icon = TrayIcon(menu)
    icon.show_view(View(Power.ON, "h", 1, "f", sessions=SESSIONS, transfers=TRANSFERS))
    assert icon.tip == "Wherry Server – On: 1 connected, 1 transfer"
    icon.show_view(View(Power.OFF, "h", 1, "f"))
    assert icon.tip == "Wherry Server – Off"
    icon.hide()
