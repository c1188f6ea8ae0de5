"""The whole window against a real server in a process of its own: it connects, copies both ways, and ends clean."""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.app import run
from desktop.demo.passwords import MemoryPasswords
from desktop.models.queue import QueueModel
from desktop.transfers.items import State
from desktop.widgets.command_palette import CommandPalette
from desktop.widgets.log_view import LogView
from desktop.widgets.main_window import MainWindow
from desktop.widgets.pane import PaneView
from desktop.widgets.queue_view import QueueView
from desktop.widgets.settings_dialog import SettingsDialog

Condition = Callable[[], object]
Script = Callable[["Screen"], Generator[Condition, None, None]]

STEP_MS = 20
PATIENCE_STEPS = 1500


class Screen:
    """The window as a person finds it."""

    @property
    def window(self) -> MainWindow | None:
        windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        return windows[0] if windows and windows[0].isVisible() else None

    @property
    def panes(self) -> list[PaneView]:
        assert self.window is not None
        panes = self.window.findChildren(PaneView)
        return sorted(panes, key=lambda pane: pane.mapTo(self.window, pane.rect().topLeft()).x())

    def names(self, side: int) -> list[str]:
        model = self.panes[side].table.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def copy(self, side: int, name: str) -> None:
        """Select a name and press F5."""
        self.panes[side].select_names([name])
        self.panes[side].actions_of_pane["copy_across"].trigger()

    @property
    def queue(self) -> list[tuple[str, State]]:
        assert self.window is not None
        view = self.window.findChild(QueueView)
        model = view.table.model()
        assert isinstance(model, QueueModel)
        return [(model.row(row).title, model.row(row).state) for row in range(model.rowCount())]


class Driver:
    """Runs a script beside the window: goes on whenever what the script waits for has come true."""

    def __init__(self, script: Script) -> None:
        self._steps = script(Screen())
        self._condition: Condition = lambda: True
        self._left = PATIENCE_STEPS
        self.error: Exception | None = None
        self.is_done = False
        self._timer = QTimer()
        self._timer.timeout.connect(self._step)
        self._timer.start(STEP_MS)

    def _step(self) -> None:
        try:
            self._left -= 1
            assert self._left > 0, "the window never came to where the script waits"
            if self._condition():
                self._condition = next(self._steps)
        except StopIteration:
            self.is_done = True
            self._timer.stop()
        except Exception as error:  # noqa: BLE001  (it is raised again in the test, after the window is gone)
            self.error = error
            self._timer.stop()
            os.kill(os.getpid(), signal.SIGTERM)


def drive(
    script: Script,
    profile: Path | None = None,
    *,
    demo: bool = False,
    link: str | None = None,
    measure_stalls: bool = False,
) -> int:
    driver = Driver(script)
    status = run(profile, demo=demo, link=link, measure_stalls=measure_stalls)
    if driver.error is not None:
        raise driver.error
    assert driver.is_done
    return status


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    """Nothing of the person who runs the tests is read or written."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "here.txt").write_text("hello")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))


@pytest.fixture(autouse=True)
def _quiet(caplog) -> Iterator[None]:
    """A warning in the log is a failure, Qt's and asyncio's among them."""
    handlers = logging.getLogger().handlers[:]
    yield
    warnings = [each.getMessage() for each in caplog.get_records("call") if each.levelno >= logging.WARNING]
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(logging.WARNING)
    # Without a screen Qt's stand-in for one says this of every window and pop-up.
    assert [text for text in warnings if not text.startswith("This plugin does not support")] == []


@pytest.fixture
def profile(tmp_path) -> Path:
    return tmp_path / "profile"


def test_the_demo_copies_both_ways_and_leaves_nothing():
    seen: dict[str, bytes] = {}
    folders: list[Path] = []

    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        yield lambda: "Welcome.txt" in screen.names(1) and "Photos" in screen.names(0)
        local = Path("/", *screen.panes[0].path)
        folders.append(local.parent)
        screen.copy(0, "Photos")
        yield lambda: "Photos" in screen.names(1)
        screen.copy(1, "Welcome.txt")
        yield lambda: "Welcome.txt" in screen.names(0)
        yield lambda: screen.queue and all(state is State.DONE for _, state in screen.queue)
        server = local.parent / "server" / "homes" / "demo"
        for path in ("Photos/Open water.png", "Photos/Captions/captions.txt"):
            seen[path] = (server / path).read_bytes()
            assert seen[path] == (local / path).read_bytes()
        assert (local / "Welcome.txt").read_bytes() == (server / "Welcome.txt").read_bytes()
        screen.window.close()

    assert drive(script, demo=True) == 0
    assert len(seen) == 2
    assert not folders[0].exists()


def test_a_conflict_is_asked_about_before_the_target_is_touched():
    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        yield lambda: "Welcome.txt" in screen.names(1) and "Photos" in screen.names(0)
        local = Path("/", *screen.panes[0].path)
        (local / "Welcome.txt").write_text("mine")
        screen.copy(1, "Welcome.txt")
        yield lambda: QApplication.activeModalWidget() is not None
        assert (local / "Welcome.txt").read_text() == "mine"
        QApplication.activeModalWidget().close()
        yield lambda: QApplication.activeModalWidget() is None
        assert screen.queue == [("Welcome.txt", State.ASKING)]
        screen.window.close()

    assert drive(script, demo=True) == 0


def test_the_window_opens_at_home_and_the_next_one_where_the_last_one_stood(profile, tmp_path):
    folder = tmp_path / "home" / "deep"
    folder.mkdir()

    def first(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        yield lambda: "here.txt" in screen.names(0)
        assert screen.panes[1].shows_page
        screen.panes[0].select_names(["deep"])
        screen.panes[0].actions_of_pane["open"].trigger()
        yield lambda: screen.panes[0].path[-1:] == ("deep",)
        screen.window.resize(780, 650)
        screen.window.close()

    def second(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        yield lambda: screen.panes[0].path[-1:] == ("deep",)
        assert (screen.window.width(), screen.window.height()) == (780, 650)
        screen.window.close()

    assert drive(first, profile) == 0
    assert drive(second, profile) == 0


def test_another_language_makes_the_window_anew_where_it_stood(profile, tmp_path):
    folder = tmp_path / "home" / "deep"
    folder.mkdir()
    windows = []

    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        yield lambda: "here.txt" in screen.names(0)
        windows.append(screen.window)
        screen.panes[0].select_names(["deep"])
        screen.panes[0].actions_of_pane["open"].trigger()
        yield lambda: screen.panes[0].path[-1:] == ("deep",)
        for language, transfers in (("简体中文", "传输(&T)"), ("English", "&Transfers")):
            screen.window.settings_requested.emit()
            yield lambda: isinstance(QApplication.activeModalWidget(), SettingsDialog)
            dialog = QApplication.activeModalWidget()
            dialog.language_box.activated.emit(dialog.language_box.findText(language))
            dialog.reopen_requested.emit()
            yield lambda: screen.window is not None and screen.window is not windows[-1]
            windows.append(screen.window)
            yield lambda: screen.panes[0].path[-1:] == ("deep",)
            assert transfers in [menu.text() for menu in screen.window.menuBar().actions()]
        screen.window.close()

    assert drive(script, profile) == 0
    assert json.loads((profile / "settings.json").read_text())["language"] == "en"


def test_the_palette_does_what_is_chosen_and_the_log_is_there(profile):
    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        yield lambda: "here.txt" in screen.names(0)
        screen.window.palette_requested.emit()
        yield lambda: isinstance(QApplication.activePopupWidget(), CommandPalette)
        palette = QApplication.activePopupWidget()
        palette.field.setText("activity log")
        palette.list.itemClicked.emit(palette.list.item(0))
        yield lambda: screen.window.findChild(LogView).isVisible()
        screen.window.close()

    assert drive(script, profile) == 0


def test_a_signal_ends_it_clean(profile):
    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        os.kill(os.getpid(), signal.SIGTERM)

    assert drive(script, profile) == 128 + signal.SIGTERM


def test_measured_it_tells_at_exit_when_it_was_there_and_how_smoothly_it_ran(profile, capsys):
    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: screen.window is not None
        yield lambda: "here.txt" in screen.names(0)
        turns = iter(range(10))
        yield lambda: next(turns, None) is None
        screen.window.close()

    assert drive(script, profile, measure_stalls=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["usable_s"] > 0
    assert told["first_paint_s"] > 0
    assert told["longest_gap_ms"] >= told["p99_gap_ms"]


def test_a_profile_that_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path, caplog):
    lax = tmp_path / "lax"
    lax.mkdir(mode=0o755)
    texts: list[str] = []

    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
        box = QApplication.activeModalWidget()
        texts.append(box.text())
        box.close()

    assert drive(script, lax) == 1
    assert "chmod 700" in texts[0]
    caplog.clear()


def test_an_address_that_is_none_is_told(profile, caplog):
    texts: list[str] = []

    def script(screen: Screen) -> Generator[Condition, None, None]:
        yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
        texts.append(QApplication.activeModalWidget().text())
        QApplication.activeModalWidget().close()

    assert drive(script, profile, link="http://desk/") == 1
    assert "wherry://" in texts[0]
    caplog.clear()


def test_the_demos_password_stays_in_memory():
    passwords = MemoryPasswords({"demo@127.0.0.1:1": "secret"})
    assert passwords.get("demo@127.0.0.1:1") == "secret"
    passwords.set("other", "x")
    passwords.delete("other")
    assert passwords.get("other") is None
    assert "secret" not in repr(passwords)
