"""The tray program's views: the first start, and a server with accounts, sessions, transfers and a ban."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.storage.settings import Theme
from server.tray.app import main
from server.tray.log_window import LogWindow
from server.tray.settings_dialog import SettingsDialog
from server.tray.status_window import StatusWindow
from shared.look.theme import Scheme, theme_of
from tests.screenshots.looks import Look
from tests.screenshots.samples import MIB
from tests.screenshots.stage import Script, Stage

_PASSWORD = "seven sails at sea"
_HOST = "127.0.0.1"


def take(look: Look, pictures: Path, work: Path) -> None:
    """Take all pictures of the tray program in one look. ``work``: a folder that the caller removes afterwards."""
    _show(_first_start, look, pictures, "a", work / "first")
    server = _Server(work / "data", work)
    try:
        _show(lambda tray: _running(tray, server), look, pictures, "b", server.data)
    finally:
        server.leave()


def _show(script: Callable[[_Tray], Script], look: Look, pictures: Path, prefix: str, data: Path) -> None:
    data.mkdir(mode=0o700, exist_ok=True)
    stage = Stage(pictures, f"tray-{prefix}", lambda stage: script(_Tray(stage, look)))
    main(data)
    stage.check()


class _Server:
    """A data folder with accounts, and people who move files."""

    def __init__(self, data: Path, work: Path) -> None:
        self.data = data
        self._work = work
        with socket.socket() as probe:
            probe.bind((_HOST, 0))
            self.port: int = probe.getsockname()[1]
        data.mkdir(mode=0o700)
        (data / "config.toml").write_text(f'[server]\nname = "Studio"\nhost = "{_HOST}"\nport = {self.port}\n')
        self._run("user", "add", "anna", "--quota", "50G")
        self._run("user", "add", "li.wei", "--download-rate", "40M")
        self._run("user", "add", "guest", "--read-only", "--expires", "2030-01-31")
        self._run("user", "disable", "guest")
        shared = work / "Photos of the club"
        shared.mkdir()
        for name in ("anna", "li.wei"):
            self._run("user", "share", "add", name, str(shared), "--as", "Club photos")
        self.fingerprint = self._run("fingerprint").strip()
        self._people: list[subprocess.Popen[bytes]] = []

    def _run(self, *words: str) -> str:
        more = ["--password-stdin"] if words[:2] == ("user", "add") else []
        command = [sys.executable, "-m", "server", *words, *more, "--data", str(self.data)]
        done = subprocess.run(command, input=_PASSWORD + "\n", capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    def visit(self) -> None:
        """Let two people connect and move files, slowly enough to be seen."""
        for name, title, size in (("anna", "Regatta.mp4", 60), ("li.wei", "Scans.tar.zst", 90)):
            file = self._work / title
            file.write_bytes(os.urandom(size * MIB))
            url = f"wherry://{name}@{_HOST}:{self.port}/"
            command = [sys.executable, "-m", "desktop", "put", str(file), url, "--limit", "4M", "--quiet"]
            command += ["--fingerprint", self.fingerprint, "--profile", str(self._work / f"profile of {name}")]
            self._people.append(subprocess.Popen(command, env={**os.environ, "WHERRY_PASSWORD": _PASSWORD}))

    def leave(self) -> None:
        """End the visits."""
        for person in self._people:
            person.send_signal(signal.SIGINT)
        for person in self._people:
            person.wait(20)


class _Tray:
    """The window and its dialogs."""

    def __init__(self, stage: Stage, look: Look) -> None:
        self.stage = stage
        self._scheme = Scheme.DARK if look.theme is Theme.DARK else Scheme.LIGHT

    def begin(self) -> bool:
        """Tell whether the window is there; it follows the system, which offscreen is neither light nor dark."""
        is_there = any(isinstance(each, StatusWindow) and each.isVisible() for each in QApplication.topLevelWidgets())
        if is_there:
            theme_of().choose(self._scheme)
        return is_there

    @property
    def window(self) -> StatusWindow:
        return next(each for each in QApplication.topLevelWidgets() if isinstance(each, StatusWindow))

    def take(self, name: str) -> None:
        self.stage.take(self.window, name)

    def opened(self) -> QWidget | None:
        return self.stage.dialog()

    def shut(self) -> None:
        if (dialog := self.stage.dialog()) is not None:
            dialog.reject()


def _first_start(tray: _Tray) -> Script:
    yield lambda: tray.begin() and tray.window.is_welcoming
    tray.take("welcome")
    fields = tray.window.welcome.fields
    fields.name.setText("anna")
    fields.passwords.first.setText(_PASSWORD)
    fields.passwords.again.setText("seven sails")
    yield lambda: True
    tray.take("first-account")
    os.kill(os.getpid(), signal.SIGTERM)


def _running(tray: _Tray, server: _Server) -> Script:
    yield tray.begin
    window = tray.window
    window.show_status(window.sessions)
    yield lambda: True
    tray.take("off")
    window.toggle_requested.emit()
    yield lambda: window.card.link
    tray.take("on")
    server.visit()
    yield lambda: window.transfers.model.rowCount() == 2
    left = iter(range(50))
    yield lambda: next(left, None) is None
    for page, name in (
        (window.sessions, "sessions"),
        (window.transfers, "transfers"),
        (window.accounts, "accounts"),
        (window.shares, "shared-folders"),
        (window.bans, "bans"),
    ):
        window.show_status(page)
        yield lambda: True
        tray.take(name)
    yield from _dialogs(tray)
    os.kill(os.getpid(), signal.SIGTERM)


def _dialogs(tray: _Tray) -> Script:
    window = tray.window
    account = window.accounts.model.rows[0]
    folder = window.shares.model.rows[0]
    views: tuple[tuple[Callable[[], object], str], ...] = (
        (window.accounts.add_requested.emit, "adding-an-account"),
        (lambda: window.accounts.edit_requested.emit(account), "an-account"),
        (lambda: window.accounts.password_requested.emit(account), "a-password"),
        (lambda: window.shares.edit_requested.emit(folder), "a-shared-folder"),
        (lambda: window.sessions.ban_requested.emit("203.0.113.7"), "banning"),
        (lambda: window.accounts.remove_requested.emit(account), "removing-an-account"),
        (window.check.click, "can-others-reach-it"),
    )
    for open_it, name in views:
        open_it()
        yield tray.opened
        yield lambda: True
        tray.take(name)
        tray.shut()
        yield lambda: not tray.opened()
    window.settings.click()
    yield lambda: isinstance(tray.opened(), SettingsDialog)
    dialog = tray.opened()
    assert isinstance(dialog, SettingsDialog)
    for number in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(number)
        yield lambda: True
        tray.take("settings")
    tray.shut()
    yield lambda: not tray.opened()
    window.log.click()
    yield lambda: any(isinstance(each, LogWindow) and each.isVisible() for each in QApplication.topLevelWidgets())
    yield lambda: True
    tray.take("log")
