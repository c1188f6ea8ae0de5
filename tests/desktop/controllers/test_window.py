"""The window remembers where it stood, and closes only as the person meant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.client.address import Address
from desktop.controllers.window import WindowController
from desktop.places.local import LocalPlace
from desktop.storage.settings import Settings, SettingsFile, Theme

pytestmark = pytest.mark.asyncio


class RecordingWindow:
    def __init__(self) -> None:
        self.layout = b"layout-now"
        self.restored: list[bytes] = []
        self.status: list[str] = []
        self.calls: list[str] = []
        self.minimized = False

    def save_layout(self) -> bytes:
        return self.layout

    def restore_layout(self, layout: bytes) -> None:
        self.restored.append(layout)

    def set_status(self, text: str) -> None:
        self.status.append(text)

    def isMinimized(self) -> bool:  # noqa: N802
        return self.minimized

    def showNormal(self) -> None:  # noqa: N802
        self.calls.append("normal")

    def show(self) -> None:
        self.calls.append("show")

    def raise_(self) -> None:
        self.calls.append("raise")

    def activateWindow(self) -> None:  # noqa: N802
        self.calls.append("activate")


class FakePane:
    def __init__(self) -> None:
        self.place = LocalPlace()
        self.path: tuple[str, ...] | None = ("home", "anna")


class FakeQueue:
    unfinished = 0


class FakeSession:
    address = Address("desk", 47623, "anna")
    is_read_only = True


async def until(condition) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def window() -> RecordingWindow:
    return RecordingWindow()


@pytest.fixture
def local() -> FakePane:
    return FakePane()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def file(tmp_path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.json")


@pytest_asyncio.fixture
async def controller(window, local, queue, person, file, reports) -> AsyncIterator[WindowController]:
    made = WindowController(window, local, queue, person, file, file.load(), reports, show_log=lambda: None)
    yield made
    await made.close()


async def test_what_is_remembered_comes_back(controller, window, local, queue, person, file, reports):
    controller.keep_hidden_shown(True)
    controller.keep_theme(Theme.DARK)
    await controller.close()
    settings = file.load()
    assert (settings.show_hidden, settings.theme) == (True, Theme.DARK)
    again = WindowController(window, local, queue, person, file, settings, reports, show_log=lambda: None)
    assert again.restore() == ("home", "anna")
    assert window.restored == [b"layout-now"]


async def test_the_first_start_restores_nothing(controller, window):
    assert controller.restore() is None
    assert window.restored == []


@pytest.mark.parametrize("path", [None, ("home", "evil\nname"), ("home", "raw\udcff")])
async def test_a_folder_that_settings_cannot_hold_is_forgotten(controller, local, file, path):
    local.path = path
    await controller.close()
    assert file.load().local_folder == ""


async def test_closing_with_nothing_under_way_asks_nothing(controller, person):
    controller.ask_to_close()
    assert controller.close_asked.is_set()
    assert person.asked == []
    assert controller.status == 0


async def test_closing_over_transfers_asks_once_and_a_no_keeps_the_window(controller, queue, person):
    queue.unfinished = 3
    person.yes = False
    controller.ask_to_close()
    controller.ask_to_close()
    await until(lambda: person.asked)
    await asyncio.sleep(0.01)
    assert person.asked == [3]
    assert not controller.close_asked.is_set()
    person.yes = True
    controller.ask_to_close()
    await until(controller.close_asked.is_set)


async def test_the_question_answers_itself_when_the_last_transfer_ends(controller, queue, person, monkeypatch):
    async def never(unfinished: int) -> bool:
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(person, "confirm_quit", never)
    queue.unfinished = 1
    controller.ask_to_close()
    await asyncio.sleep(0.01)
    controller.note_totals(object())
    assert not controller.close_asked.is_set()
    queue.unfinished = 0
    controller.note_totals(object())
    assert controller.close_asked.is_set()


async def test_a_signal_closes_without_asking(controller, queue, person):
    queue.unfinished = 3
    controller.end(143)
    assert controller.close_asked.is_set()
    assert controller.status == 143
    assert person.asked == []


async def test_a_second_start_brings_the_window_to_the_front(controller, window):
    window.minimized = True
    controller.come_to_front()
    assert window.calls == ["normal", "show", "raise", "activate"]


async def test_the_status_line_names_the_server_and_what_it_allows(controller, window):
    controller.show_connected(FakeSession())
    controller.show_reconnecting("anna@desk")
    controller.show_left()
    assert window.status[0] == "Connected to anna@desk (read only)"
    assert "trying again" in window.status[1]
    assert window.status[2] == "Not connected"


async def test_settings_that_cannot_be_written_do_not_keep_the_window(
    window, local, queue, person, reports, tmp_path, caplog
):
    file = SettingsFile(tmp_path / "gone" / "settings.json")
    controller = WindowController(window, local, queue, person, file, Settings(), reports, show_log=lambda: None)
    await controller.close()
    assert "the settings were not saved" in caplog.text


async def test_about_and_the_log_are_shown(window, local, queue, person, file, reports):
    shown = []
    controller = WindowController(
        window, local, queue, person, file, Settings(), reports, show_log=lambda: shown.append("log")
    )
    controller.show_log()
    controller.show_about()
    await until(lambda: person.asked)
    assert (shown, person.asked) == (["log"], ["about"])
    await controller.close()


async def test_settings_hold_at_once_and_are_kept_with_what_the_window_remembers(controller, person, file):
    told = []
    controller.settings_changed.connect(told.append)
    controller.keep_hidden_shown(True)

    async def show(settings, changed, reopen):
        changed(Settings(theme=Theme.DARK, show_hidden=settings.show_hidden, window={"main": "stale"}))

    person.show_settings = show
    controller.show_settings()
    await until(lambda: file.load().theme is Theme.DARK)
    assert [settings.theme for settings in told] == [Theme.DARK]
    assert controller.settings.show_hidden
    assert controller.settings.window.get("main") != "stale"


async def test_another_language_makes_the_window_anew(controller, person):
    async def show(settings, changed, reopen):
        reopen()

    person.show_settings = show
    controller.show_settings()
    await until(controller.close_asked.is_set)
    assert controller.is_reopening


async def test_the_limit_beside_the_queue_is_a_setting_too(controller):
    told = []
    controller.settings_changed.connect(told.append)
    controller.keep_limit(5_000_000)
    assert controller.settings.limit_bps == 5_000_000
    assert len(told) == 1


async def test_palette_and_shortcuts_are_shown_once(controller, person):
    asked = []

    async def show():
        asked.append(True)
        await asyncio.sleep(10)

    person.run_command = person.show_shortcuts = show
    for _ in range(2):
        controller.show_palette()
        controller.show_shortcuts()
    await asyncio.sleep(0.02)
    assert len(asked) == 2
