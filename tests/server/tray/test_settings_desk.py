"""Settings, identity, log and self-test through the window: what is asked first, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from server.config_file import FILE_NAME, load_config
from server.engine.registry import Snapshot
from server.tray.addresses import HostAddress, Medium
from server.tray.autostart import Autostart
from server.tray.check_dialog import CheckDialog
from server.tray.live_settings import LiveSettings
from server.tray.log_window import LogWindow
from server.tray.power import Power
from server.tray.questions import Box
from server.tray.reachability import Tone
from server.tray.server_controller import ServerController
from server.tray.settings_desk import SettingsDesk
from server.tray.settings_dialog import SettingsDialog
from server.tray.status_window import StatusWindow
from shared.errors import ConfigError, WherryError
from shared.tls import generate_identity, make_identity
from tests.server.tray.fakes import FINGERPRINT, FakeEngine, session, transfer
from tests.server.tray.test_firewall import FakeSystem
from tests.server.tray.test_reachability import Door


@dataclass
class Room:
    """A desk over fakes, and the window that its dialogs belong to."""

    desk: SettingsDesk
    engine: FakeEngine
    server: ServerController
    window: StatusWindow
    autostart: Autostart
    data: Path
    door: Door
    failures: list[WherryError] = field(default_factory=list)
    launches: list[bool] = field(default_factory=list)

    def find(self, kind: type[QDialog]) -> QDialog:
        return next(found for found in self.window.findChildren(kind) if found.isVisible())

    def settings(self) -> SettingsDialog:
        self.desk.open_settings((), starts_at_launch=False)
        dialog = self.find(SettingsDialog)
        assert isinstance(dialog, SettingsDialog)
        return dialog

    def is_open(self, kind: type[QDialog]) -> bool:
        return any(found.isVisible() for found in self.window.findChildren(kind))

    def answer(self, text: str) -> None:
        box = self.find(Box)
        next(button for button in box.findChildren(QPushButton) if button.text() == text).click()


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    (tmp_path / FILE_NAME).write_text('[server]\nhost = "127.0.0.1"\nname = "desk"\n')
    engine = FakeEngine(tmp_path)
    engine.identity = make_identity(tmp_path, "desk")
    settings = LiveSettings(tmp_path, engine, lambda _: None)
    server = ServerController(engine, prepare=settings.read_again)
    window = StatusWindow(tmp_path / "homes")
    qtbot.addWidget(window)
    window.show()
    autostart = Autostart(tmp_path, command=("w",), folder=tmp_path / "autostart", platform="linux")
    door = Door()
    desk = SettingsDesk(
        tmp_path, engine, server, settings, window, autostart=autostart, system=FakeSystem(), knock=door
    )
    found = Room(desk, engine, server, window, autostart, tmp_path, door)
    desk.failed.connect(found.failures.append)
    desk.starts_changed.connect(found.launches.append)
    yield found
    desk.close_log()
    desk.close()
    server.close()


def _switch_on(qtbot: QtBot, room: Room) -> None:
    room.server.switch_on()
    qtbot.waitUntil(lambda: room.server.view.power is Power.ON)


def test_a_live_setting_holds_without_a_restart(qtbot: QtBot, room: Room) -> None:
    _switch_on(qtbot, room)
    dialog = room.settings()
    dialog.general.name.setText("lab")
    dialog.submit.click()
    qtbot.waitUntil(lambda: room.engine.config.name == "lab")
    qtbot.waitUntil(lambda: not room.is_open(SettingsDialog))
    assert room.engine.events == ["start"]
    assert load_config(room.data).name == "lab"


def test_without_anybody_there_it_is_switched_off_and_on_by_itself(qtbot: QtBot, room: Room) -> None:
    _switch_on(qtbot, room)
    dialog = room.settings()
    dialog.limits.workers.setValue(5)
    dialog.submit.click()
    qtbot.waitUntil(lambda: room.engine.events == ["start", "stop", "start"])
    qtbot.waitUntil(lambda: room.server.view.power is Power.ON)
    assert room.engine.config.workers == 5


def test_with_transfers_it_asks_and_no_means_later(qtbot: QtBot, room: Room) -> None:
    _switch_on(qtbot, room)
    room.engine.state = Snapshot((session(),), (transfer("/big", 10),))
    room.server.refresh()
    dialog = room.settings()
    dialog.limits.workers.setValue(5)
    dialog.submit.click()
    qtbot.waitUntil(lambda: room.is_open(Box))
    room.answer("Cancel")
    assert room.engine.events == ["start"]
    assert (room.engine.config.workers, load_config(room.data).workers) == (32, 5)


def test_a_refusal_is_said_in_the_dialog(qtbot: QtBot, room: Room) -> None:
    (room.data / FILE_NAME).chmod(0o600)
    dialog = room.settings()
    (room.data / FILE_NAME).write_text("[nonsense]\n")
    dialog.general.name.setText("lab")
    dialog.submit.click()
    qtbot.waitUntil(lambda: dialog.error.isVisible())
    assert "nonsense" in dialog.error.text()
    assert dialog.submit.isEnabled()


def test_settings_that_cannot_be_read_are_told_at_once(room: Room) -> None:
    (room.data / FILE_NAME).write_text("[nonsense]\n")
    room.desk.open_settings((), starts_at_launch=False)
    assert len(room.failures) == 1
    assert not room.is_open(SettingsDialog)


def test_starts_are_set(qtbot: QtBot, room: Room) -> None:
    dialog = room.settings()
    dialog.general.at_login.setChecked(True)
    dialog.general.at_launch.setChecked(True)
    dialog.submit.click()
    assert room.autostart.is_on
    assert room.launches == [True]


def test_another_language_is_chosen_for_the_next_start(qtbot: QtBot, room: Room) -> None:
    general = room.settings().general
    assert general.language == ""
    assert general.later.isHidden()
    general.languages.setCurrentIndex(general.languages.findText("简体中文"))
    assert not general.later.isHidden(), "it does not change at once, and says so"
    with qtbot.waitSignal(room.desk.language_chosen) as chosen:
        room.find(SettingsDialog).submit.click()
    assert chosen.args == ["zh_CN"]


def test_a_new_identity_is_made_after_a_warning(qtbot: QtBot, room: Room) -> None:
    dialog = room.settings()
    before = room.engine.identity.fingerprint
    assert dialog.identity.fingerprint.text() == before
    dialog.identity.renew.click()
    box = dialog.findChild(Box)
    assert isinstance(box, Box)
    assert "fingerprint has changed" in box.text.text()
    next(button for button in box.findChildren(QPushButton) if button.text() == "Test and use it").click()
    qtbot.waitUntil(lambda: room.engine.identity.fingerprint != before)
    qtbot.waitUntil(lambda: dialog.identity.fingerprint.text() == room.engine.identity.fingerprint)
    assert "Tested" in dialog.identity.outcome.text()


def test_an_identity_that_does_not_fit_is_refused_and_nothing_changes(qtbot: QtBot, room: Room) -> None:
    key, _ = generate_identity("a")
    _, certificate = generate_identity("b")
    (room.data / "k.pem").write_bytes(key)
    (room.data / "c.pem").write_bytes(certificate)
    dialog = room.settings()
    before = room.engine.identity.fingerprint
    dialog.identity.import_requested.emit(room.data / "c.pem", room.data / "k.pem")
    box = dialog.findChild(Box)
    assert isinstance(box, Box)
    next(button for button in box.findChildren(QPushButton) if button.text() == "Test and use it").click()
    qtbot.waitUntil(lambda: "cannot be used" in dialog.identity.outcome.text())
    assert room.engine.identity.fingerprint == before
    assert dialog.submit.isEnabled()


def test_the_log_is_read_while_its_window_is_open(qtbot: QtBot, room: Room) -> None:
    room.desk.log_file.write_text("2026-01-02 03:04:05,678 INFO [server.engine.run] a session began\n")
    room.desk.open_log()
    log = room.desk._log
    assert isinstance(log, LogWindow)
    qtbot.waitUntil(lambda: log.activity.model.rowCount() == 1)
    room.desk.open_log()
    assert room.desk._log is log
    log.close()
    assert room.desk._log is None


def test_the_way_is_tried_only_while_the_server_is_on(qtbot: QtBot, room: Room) -> None:
    place = [HostAddress("192.168.1.5", "e", Medium.CABLE)]
    room.desk.open_check(place)
    dialog = room.find(CheckDialog)
    assert isinstance(dialog, CheckDialog)
    assert [finding.tone for finding in dialog.findings] == [Tone.PROBLEM]
    assert room.door.knocks == []
    _switch_on(qtbot, room)
    dialog.again.click()
    qtbot.waitUntil(lambda: len(dialog.findings) > 1)
    assert room.door.knocks == [("192.168.1.5", 40123)]
    assert room.engine.fingerprint == FINGERPRINT
    assert dialog.findings[0].tone is Tone.GOOD


def test_an_answer_that_comes_after_the_dialog_has_gone_is_dropped(qtbot: QtBot, room: Room) -> None:
    _switch_on(qtbot, room)
    room.desk.open_check([HostAddress("192.168.1.5", "e", Medium.CABLE)])
    room.find(CheckDialog).close()
    room.desk.close()
    assert room.failures == []


def test_a_ban_that_is_refused_is_told(qtbot: QtBot, room: Room) -> None:
    room.engine.refusal = ConfigError("it is no network")
    with qtbot.waitSignal(room.server.failed) as failed:
        room.server.ban("nowhere", None, "")
    assert failed.args == [room.engine.refusal]


def test_bans_are_made_and_lifted_and_seen(qtbot: QtBot, room: Room) -> None:
    room.server.ban("203.0.113.7", 60.0, "noise")
    qtbot.waitUntil(lambda: [ban.network for ban in room.server.view.bans] == ["203.0.113.7"])
    room.server.lift("203.0.113.7")
    qtbot.waitUntil(lambda: room.server.view.bans == ())
    assert all(name.startswith("wherry-power") for name in room.engine.threads)


def test_settings_that_are_wrong_keep_the_server_from_starting(qtbot: QtBot, room: Room) -> None:
    (room.data / FILE_NAME).write_text("[nonsense]\n")
    room.server.switch_on()
    qtbot.waitUntil(lambda: room.server.view.power is Power.PROBLEM)
    assert room.engine.events == []
    (room.data / FILE_NAME).write_text('[server]\nhost = "127.0.0.1"\n')
    _switch_on(qtbot, room)


def test_quitting_during_a_restart_ends_it(qtbot: QtBot, room: Room) -> None:
    _switch_on(qtbot, room)
    room.engine.gate.clear()
    room.server.restart()
    room.server.switch_off()
    room.engine.gate.set()
    qtbot.waitUntil(lambda: room.server.view.power is Power.OFF)
    assert room.engine.events == ["start", "stop"]
