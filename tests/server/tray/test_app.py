"""The program from start to exit status over the real engine and store, on this computer alone."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from server.accounts.store import AccountStore
from server.config import FolderLock
from server.config_file import FILE_NAME
from server.tray import preferences
from server.tray.app import main
from server.tray.power import Power
from server.tray.program import Program
from server.tray.questions import Box
from server.tray.settings_desk import LOG_NAME
from shared import logs
from shared.errors import ConfigError
from shared.look import translations
from shared.protocol import limits


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with closing(AccountStore(folder)) as accounts:
        accounts.add("anna", "swordfish42", iterations=limits.MIN_ITERATIONS)
    (folder / FILE_NAME).write_text('[server]\nhost = "127.0.0.1"\nport = 0\n')
    return folder


@pytest.fixture(autouse=True)
def _own_logs(qapp: QApplication) -> Iterator[None]:
    """The program sends the logs to a file in its folder; the next test must not write there."""
    yield
    logs.configure()


class Watch:
    """Looks at the running program while ``main`` has the thread, and acts once when a condition holds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs: list[Program] = []
        self.seen: list[object] = []
        begin = Program.start

        def start_noted(program: Program, *, switch_on: bool) -> None:
            self.programs.append(program)
            begin(program, switch_on=switch_on)

        monkeypatch.setattr(Program, "start", start_noted)
        self._timer = QTimer(interval=20)
        self._timer.timeout.connect(self._look)

    def act(self, step: object) -> None:
        self._step = step
        self._timer.start()

    def _look(self) -> None:
        assert callable(self._step)
        if self._step():
            self._timer.stop()


@pytest.fixture
def watch(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def test_it_serves_and_a_signal_ends_it_cleanly(data: Path, watch: Watch) -> None:
    def step() -> bool:
        if not watch.programs or watch.programs[0].server.view.power is not Power.ON:
            return False
        view = watch.programs[0].server.view
        with socket.create_connection((view.host, view.port), timeout=5):
            watch.seen.append(view.fingerprint)
        os.kill(os.getpid(), signal.SIGTERM)
        return True

    before = signal.getsignal(signal.SIGTERM)
    watch.act(step)
    assert main(data, start=True) == 0
    assert str(watch.seen[0]).startswith("SHA256:")
    assert signal.getsignal(signal.SIGTERM) is before
    assert (data / LOG_NAME).stat().st_mode & 0o777 == 0o600
    with FolderLock(data):
        # It is free again: nothing of the program is left.
        pass


def test_quit_from_the_menu_ends_it(data: Path, watch: Watch) -> None:
    def step() -> bool:
        if not watch.programs or not watch.programs[0].accounts.is_loaded:
            return False
        watch.programs[0].request_quit()
        return True

    watch.act(step)
    assert main(data) == 0


def test_it_speaks_the_language_that_was_chosen(data: Path, watch: Watch, qapp: QApplication) -> None:
    preferences.save(data, preferences.Preferences(language="zh_CN"))
    before = QLocale()

    def step() -> bool:
        program = watch.programs[0]
        watch.seen.append(program.window.title.text())
        program.settings_desk.language_chosen.emit("en")
        program.request_quit()
        return True

    watch.act(step)
    try:
        assert main(data) == 0
    finally:
        translations.load(qapp, language="en")
        QLocale.setDefault(before)
    assert watch.seen == ["已关闭"]
    assert preferences.load(data).language == "en", "and keeps another for the next time"


def test_a_second_start_on_the_same_folder_says_so(data: Path, watch: Watch, qapp: QApplication) -> None:
    def step() -> bool:
        boxes = [box for box in qapp.topLevelWidgets() if isinstance(box, Box) and box.isVisible()]
        if not boxes:
            return False
        watch.seen.append(boxes[0].title.text())
        boxes[0].findChildren(QPushButton)[0].click()
        return True

    watch.act(step)
    with FolderLock(data), pytest.raises(ConfigError, match="runs already"):
        main(data)
    assert watch.seen == ["The server runs already"]
    assert watch.programs == []
