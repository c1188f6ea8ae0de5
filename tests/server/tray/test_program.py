"""The whole program over a fake engine: first start, the tray's commands, closing and quitting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from server.config_file import FILE_NAME
from server.engine.registry import Snapshot
from server.tray import preferences
from server.tray.account_dialog import EditAccountDialog, NewAccountDialog, PasswordDialog
from server.tray.autostart import Autostart
from server.tray.menu import Command
from server.tray.power import Power
from server.tray.preferences import Preferences
from server.tray.program import Program
from server.tray.questions import Box
from shared.errors import ConfigError
from shared.look.icons import TrayState
from tests.server.tray.fakes import LINK_END, FakeAccounts, FakeEngine, account, session, transfer

PASSWORD = "tram-olive-99"
LOCAL = Preferences()


@dataclass
class Desk:
    """A program with its fakes, on a desktop that has a tray or not."""

    program: Program
    engine: FakeEngine
    store: FakeAccounts
    data: Path
    has_tray: bool = True
    opened: list[str] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)

    @property
    def power(self) -> Power:
        return self.program.server.view.power

    def dialog(self, kind: type[QDialog]) -> QDialog:
        return next(box for box in self.program.window.findChildren(kind) if box.isVisible())

    def press(self, text: str) -> None:
        box = self.dialog(Box)
        assert isinstance(box, Box)
        next(each for each in box.findChildren(QPushButton) if each.text() == text).click()

    def has_question(self) -> bool:
        return any(box.isVisible() for box in self.program.window.findChildren(Box))


Start = Callable[..., Desk]


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Start]:
    desks: list[Desk] = []

    def build(*names: str, has_tray: bool = True, switch_on: bool = False, settings: Preferences = LOCAL) -> Desk:
        (tmp_path / FILE_NAME).write_text('[server]\nhost = "127.0.0.1"\n')
        engine, store = FakeEngine(tmp_path), FakeAccounts(*(account(name) for name in names))
        desk: Desk
        opened: list[str] = []

        def open_url(url: QUrl) -> bool:
            opened.append(url.toLocalFile())
            return Path(url.toLocalFile()).exists()

        program = Program(
            tmp_path,
            engine,
            store,
            settings,
            autostart=Autostart(tmp_path, command=("wherry-server",), folder=tmp_path / "autostart", platform="linux"),
            has_tray=lambda: desk.has_tray,
            open_url=open_url,
        )
        desk = Desk(program, engine, store, tmp_path, has_tray, opened)
        program.ended.connect(lambda: desk.ended.append(True))
        desks.append(desk)
        program.start(switch_on=switch_on)
        qtbot.waitUntil(lambda: program.accounts.is_loaded)
        return desk

    yield build
    for desk in desks:
        desk.engine.gate.set()
        desk.program.close()
        desk.program.deleteLater()


def _switch_on(qtbot: QtBot, desk: Desk) -> None:
    desk.program.run_command(Command.TOGGLE)
    qtbot.waitUntil(lambda: desk.power is Power.ON)


def _transferring(desk: Desk) -> None:
    desk.engine.state = Snapshot((session(),), (transfer("/big", 10),))
    desk.program.server.refresh()


# --- starting


def test_with_accounts_and_a_tray_it_starts_quietly(start: Start) -> None:
    desk = start("anna")
    assert not desk.program.window.isVisible()
    assert desk.power is Power.OFF
    assert desk.program.icon.state is TrayState.OFF


def test_the_first_start_leads_to_an_account_and_an_address(qtbot: QtBot, start: Start) -> None:
    desk = start()
    window = desk.program.window
    assert window.isVisible()
    assert window.is_welcoming
    fields = window.welcome.fields
    fields.name.setText("anna")
    fields.passwords.first.setText(PASSWORD)
    fields.passwords.again.setText(PASSWORD)
    window.welcome.submit.click()
    qtbot.waitUntil(lambda: desk.power is Power.ON)
    assert desk.store.passwords == {"anna": PASSWORD}
    assert window.welcome.is_ready_step
    qtbot.waitUntil(lambda: window.welcome.card.qr.text == f"wherry://anna@127.0.0.1:40123/{LINK_END}")
    assert preferences.load(desk.data).start_at_launch
    window.welcome.done.click()
    assert not window.is_welcoming


def test_an_account_that_is_refused_at_first_start_switches_nothing_on(qtbot: QtBot, start: Start) -> None:
    desk = start()
    desk.store.refusal = ConfigError("the disk is full", title="Not made")
    welcome = desk.program.window.welcome
    welcome.fields.name.setText("anna")
    welcome.fields.passwords.first.setText(PASSWORD)
    welcome.fields.passwords.again.setText(PASSWORD)
    welcome.submit.click()
    qtbot.waitUntil(lambda: welcome.error.isVisible())
    assert desk.power is Power.OFF
    assert not desk.program.preferences.start_at_launch


def test_without_a_tray_the_window_opens(start: Start) -> None:
    desk = start("anna", has_tray=False)
    assert desk.program.window.isVisible()
    assert not desk.program.window.is_welcoming


@pytest.mark.parametrize("how", ["option", "setting"])
def test_it_can_start_switched_on(qtbot: QtBot, start: Start, how: str) -> None:
    settings = Preferences(start_at_launch=how == "setting")
    desk = start("anna", switch_on=how == "option", settings=settings)
    qtbot.waitUntil(lambda: desk.power is Power.ON)
    assert not desk.program.window.isVisible()


# --- icon and menu


def test_a_left_click_opens_the_window_and_switches_nothing(start: Start) -> None:
    desk = start("anna")
    desk.program.icon.activated.emit()
    assert desk.program.window.isVisible()
    assert desk.power is Power.OFF


def test_the_menu_switches_on_and_off(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.program.menu.action_of(Command.TOGGLE).trigger()
    qtbot.waitUntil(lambda: desk.power is Power.ON)
    assert desk.program.icon.state is TrayState.ON
    _transferring(desk)
    assert desk.program.icon.state is TrayState.TRANSFERRING
    desk.program.menu.action_of(Command.TOGGLE).trigger()
    qtbot.waitUntil(lambda: desk.power is Power.OFF)
    assert desk.program.icon.state is TrayState.OFF


def test_a_server_that_cannot_listen_shows_as_a_problem(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.engine.refusal = ConfigError("in use", title="The server cannot listen")
    desk.program.menu.action_of(Command.TOGGLE).trigger()
    qtbot.waitUntil(lambda: desk.power is Power.PROBLEM)
    assert desk.program.icon.state is TrayState.PROBLEM
    assert desk.program.menu.action_of(Command.TOGGLE).text() == "Try again"


def test_the_link_is_copied_with_the_port_of_now(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    _switch_on(qtbot, desk)
    desk.program.run_command(Command.COPY_LINK)
    assert QGuiApplication.clipboard().text() == f"wherry://anna@127.0.0.1:40123/{LINK_END}"


def test_with_several_accounts_the_link_names_nobody(qtbot: QtBot, start: Start) -> None:
    desk = start("anna", "bert")
    _switch_on(qtbot, desk)
    assert desk.program.window.card.link == f"wherry://127.0.0.1:40123/{LINK_END}"


def test_the_data_folder_is_opened_and_a_failure_is_told(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.program.run_command(Command.OPEN_DATA)
    assert not desk.has_question()
    desk.program.settings_desk.open_requested.emit(desk.data / "missing.log")
    assert desk.opened == [str(desk.data), str(desk.data / "missing.log")]
    assert desk.has_question()
    desk.press("Close")


def test_the_launch_setting_is_kept(start: Start) -> None:
    desk = start("anna")
    desk.program.menu.action_of(Command.START_AT_LAUNCH).trigger()
    assert preferences.load(desk.data).start_at_launch
    assert desk.program.menu.action_of(Command.START_AT_LAUNCH).isChecked()
    desk.program.menu.action_of(Command.START_AT_LAUNCH).trigger()
    assert not preferences.load(desk.data).start_at_launch


# --- sessions and accounts


def test_a_session_is_ended_from_the_list(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    _switch_on(qtbot, desk)
    _transferring(desk)
    sessions = desk.program.window.sessions
    sessions.table.selectRow(0)
    sessions.kick.trigger()
    assert desk.engine.kicked == [session().id]


def test_an_account_is_added_in_a_dialog_that_waits_for_the_store(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.program.run_command(Command.ACCOUNTS)
    page = desk.program.window.accounts
    page.add.trigger()
    dialog = desk.dialog(NewAccountDialog)
    assert isinstance(dialog, NewAccountDialog)
    for name in ("anna", "bert"):
        dialog.fields.name.setText(name)
        dialog.fields.passwords.first.setText(PASSWORD)
        dialog.fields.passwords.again.setText(PASSWORD)
        dialog.submit.click()
        if name == "anna":
            qtbot.waitUntil(lambda: "taken" in dialog.error.text())
    qtbot.waitUntil(lambda: [each.name for each in page.model.rows] == ["anna", "bert"])


def test_a_password_is_changed(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.program.run_command(Command.ACCOUNTS)
    desk.program.window.accounts.select("anna")
    desk.program.window.accounts.password.trigger()
    dialog = desk.dialog(PasswordDialog)
    assert isinstance(dialog, PasswordDialog)
    dialog.passwords.first.setText(PASSWORD)
    dialog.passwords.again.setText(PASSWORD)
    dialog.submit.click()
    qtbot.waitUntil(lambda: desk.store.passwords == {"anna": PASSWORD})


def test_an_account_is_renamed_and_limited_in_its_dialog(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.program.run_command(Command.ACCOUNTS)
    page = desk.program.window.accounts
    page.select("anna")
    page.edit.trigger()
    dialog = desk.dialog(EditAccountDialog)
    assert isinstance(dialog, EditAccountDialog)
    dialog.name.setText("anne")
    dialog.rights.sessions.show_value(3)
    dialog.submit.click()
    qtbot.waitUntil(lambda: [row.name for row in page.model.rows] == ["anne"])
    assert desk.store.accounts["anne"].max_sessions == 3
    qtbot.waitUntil(lambda: not desk.program.window.findChildren(EditAccountDialog))


def test_disabling_takes_effect_at_once(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.program.run_command(Command.ACCOUNTS)
    page = desk.program.window.accounts
    page.select("anna")
    page.enable.trigger()
    qtbot.waitUntil(lambda: not page.model.rows[0].enabled)


def test_removing_asks_first(qtbot: QtBot, start: Start) -> None:
    desk = start("anna", "bert")
    desk.program.run_command(Command.ACCOUNTS)
    page = desk.program.window.accounts
    page.select("bert")
    page.remove.trigger()
    desk.press("Cancel")
    assert set(desk.store.accounts) == {"anna", "bert"}
    page.remove.trigger()
    desk.press("Remove")
    qtbot.waitUntil(lambda: [each.name for each in page.model.rows] == ["anna"])


def test_a_refused_change_is_told(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.store.refusal = ConfigError("the disk is gone")
    desk.program.accounts.set_enabled("anna", False)
    qtbot.waitUntil(desk.has_question)
    desk.press("Close")


# --- closing and quitting


def test_closing_the_window_with_a_tray_only_hides_it(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    _switch_on(qtbot, desk)
    desk.program.open_window()
    desk.program.window.close()
    assert not desk.program.window.isVisible()
    assert desk.power is Power.ON
    assert desk.ended == []


def test_closing_without_a_tray_quits_at_once_when_off(start: Start) -> None:
    desk = start("anna", has_tray=False)
    desk.program.window.close()
    assert desk.ended == [True]


def test_closing_without_a_tray_asks_when_on(qtbot: QtBot, start: Start) -> None:
    desk = start("anna", has_tray=False, switch_on=True)
    qtbot.waitUntil(lambda: desk.power is Power.ON)
    desk.program.window.close()
    desk.press("Cancel")
    assert desk.ended == []
    assert desk.program.window.isVisible()
    desk.program.window.close()
    desk.press("Quit")
    qtbot.waitUntil(lambda: desk.ended == [True])
    assert desk.engine.events == ["start", "stop"]


def test_quitting_stops_the_server_first(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    _switch_on(qtbot, desk)
    desk.engine.gate.clear()
    desk.program.run_command(Command.QUIT)
    assert desk.ended == []
    desk.engine.gate.set()
    qtbot.waitUntil(lambda: desk.ended == [True])
    assert desk.engine.events == ["start", "stop"]


def test_quitting_asks_when_transfers_run(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    _switch_on(qtbot, desk)
    _transferring(desk)
    desk.program.run_command(Command.QUIT)
    assert desk.program.window.isVisible()
    desk.press("Cancel")
    assert desk.power is Power.ON
    desk.program.run_command(Command.QUIT)
    desk.press("Quit")
    qtbot.waitUntil(lambda: desk.ended == [True])


def test_quitting_while_it_starts_stops_what_was_started(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    desk.engine.gate.clear()
    desk.program.run_command(Command.TOGGLE)
    desk.program.run_command(Command.QUIT)
    desk.engine.gate.set()
    qtbot.waitUntil(lambda: desk.ended == [True])
    assert desk.engine.events == ["start", "stop"]


def test_the_system_ends_it_without_a_question(qtbot: QtBot, start: Start) -> None:
    desk = start("anna")
    _switch_on(qtbot, desk)
    _transferring(desk)
    desk.program.request_end()
    qtbot.waitUntil(lambda: desk.ended == [True])
    assert not desk.has_question()


def test_close_leaves_nothing_running(qtbot: QtBot, start: Start) -> None:
    desk = start("anna", switch_on=True)
    desk.program.close()
    desk.program.close()
    assert desk.engine.events == ["start", "stop"]
