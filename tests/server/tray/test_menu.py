"""The menu as data for each state, and the widget that shows it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from server.tray.menu import Command, MenuEntry, TrayMenu, menu_of
from server.tray.power import Power
from server.tray.view import View


def _view(power: Power) -> View:
    return View(power, "127.0.0.1", 47623, "SHA256:x")


def _entry(power: Power, command: Command, *, starts_at_launch: bool = False) -> MenuEntry:
    entries = menu_of(_view(power), starts_at_launch=starts_at_launch)
    return next(entry for entry in entries if entry is not None and entry.command is command)


@pytest.mark.parametrize("power", Power)
def test_the_toggle_is_on_top_and_quit_at_the_end_in_every_state(power: Power) -> None:
    entries = menu_of(_view(power), starts_at_launch=False, starts_at_login=False)
    first, last = entries[0], entries[-1]
    assert first is not None
    assert first.command is Command.TOGGLE
    assert last is not None
    assert last.command is Command.QUIT
    assert {entry.command for entry in entries if entry is not None} == set(Command)


@pytest.mark.parametrize(
    ("power", "text", "is_enabled"),
    [
        (Power.OFF, "Switch on", True),
        (Power.STARTING, "Switching on…", False),
        (Power.ON, "Switch off", True),
        (Power.STOPPING, "Switching off…", False),
        (Power.PROBLEM, "Try again", True),
    ],
)
def test_the_toggle_says_what_it_would_do(power: Power, text: str, is_enabled: bool) -> None:
    entry = _entry(power, Command.TOGGLE)
    assert (entry.text, entry.is_enabled) == (text, is_enabled)


def test_the_launch_setting_is_a_check_box() -> None:
    assert _entry(Power.OFF, Command.START_AT_LAUNCH, starts_at_launch=True).is_checked is True
    assert _entry(Power.OFF, Command.START_AT_LAUNCH).is_checked is False


def test_a_chosen_entry_is_told_as_its_command(qtbot: QtBot) -> None:
    menu = TrayMenu()
    qtbot.addWidget(menu)
    menu.show_entries(menu_of(_view(Power.OFF), starts_at_launch=False))
    with qtbot.waitSignal(menu.chosen) as chosen:
        menu.action_of(Command.QUIT).trigger()
    assert chosen.args == [Command.QUIT]


def test_a_new_state_changes_the_actions_in_place(qtbot: QtBot) -> None:
    menu = TrayMenu()
    qtbot.addWidget(menu)
    menu.show_entries(menu_of(_view(Power.OFF), starts_at_launch=False))
    before = menu.action_of(Command.TOGGLE)
    menu.show_entries(menu_of(_view(Power.STARTING), starts_at_launch=True))
    after = menu.action_of(Command.TOGGLE)
    assert after is before
    assert (after.text(), after.isEnabled()) == ("Switching on…", False)
    assert menu.action_of(Command.START_AT_LAUNCH).isChecked()
