"""The client's views: the first start, the start page, and a visit to the demo's server from end to end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QPushButton, QSplitter, QWidget

from desktop.app import run
from desktop.models.queue import QueueModel
from desktop.models.queue_row import QueueFilter
from desktop.transfers.items import State
from desktop.widgets.command_palette import CommandPalette
from desktop.widgets.compare_bar import CompareBar
from desktop.widgets.conflict_dialog import ConflictDialog
from desktop.widgets.connect_form import ConnectForm
from desktop.widgets.connect_page import ConnectPage
from desktop.widgets.main_window import MainWindow
from desktop.widgets.pane import PaneView
from desktop.widgets.queue_view import QueueView
from desktop.widgets.search_page import SearchPage
from desktop.widgets.server_sections import ServerSections
from tests.screenshots.looks import WINDOW, Look
from tests.screenshots.samples import add_local_files, add_server_files, make_profile
from tests.screenshots.stage import Script, Stage

_LIMIT_BPS = 6_000_000
"""Slow enough that files are on their way while the pictures are taken."""


def take(look: Look, pictures: Path, work: Path) -> None:
    """Take all pictures of the client in one look. ``work``: a folder that the caller removes afterwards."""
    _show(_first_start, pictures, "a", make_profile(work / "first", look, is_first=True))
    _show(_start, pictures, "b", make_profile(work / "start", look))
    _show(_visit, pictures, "c", make_profile(work / "visit", look), is_demo=True)


def _show(
    script: Callable[[_Client], Script], pictures: Path, prefix: str, profile: Path, *, is_demo: bool = False
) -> None:
    stage = Stage(pictures, f"client-{prefix}", lambda stage: script(_Client(stage)))
    run(profile, demo=is_demo)
    stage.check()
    logging.getLogger().setLevel(logging.WARNING)


W = TypeVar("W", bound=QWidget)


class _Client:
    """The window and its parts as a person finds them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @property
    def has_window(self) -> bool:
        return any(isinstance(each, MainWindow) and each.isVisible() for each in QApplication.topLevelWidgets())

    @property
    def window(self) -> MainWindow:
        return next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))

    @property
    def panes(self) -> list[PaneView]:
        found = self.window.findChildren(PaneView)
        return sorted(found, key=lambda pane: pane.mapTo(self.window, QPoint()).x())

    @property
    def queue(self) -> QueueView:
        return self.part(QueueView)

    def part(self, kind: type[W]) -> W:
        """Return the part of the window of this kind, the visible one first."""
        return max(self.window.findChildren(kind), key=lambda each: each.isVisible())

    @property
    def rows(self) -> QueueModel:
        model = self.queue.table.model()
        assert isinstance(model, QueueModel)
        return model

    def demo_folders(self) -> tuple[Path, Path]:
        """Where this computer's and the server's sample files lie on the disk."""
        local = Path("/", *self.panes[0].path)
        folders = local, local.parent / "server" / "homes" / "demo"
        if not local.parent.name.startswith("wherry-demo-") or not all(folder.is_dir() for folder in folders):
            raise AssertionError(f"this is no folder of a demo: {local}")
        return folders

    def names(self, side: int) -> list[str]:
        model = self.panes[side].table.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def act(self, side: int, action: str, *names: str) -> None:
        """Select names in a pane, if any, and do something with them."""
        pane = self.panes[side]
        pane.focus_list()
        if names:
            pane.select_names(names)
        pane.actions_of_pane[action].trigger()

    def states(self) -> dict[str, State]:
        return {self.rows.row(row).title: self.rows.row(row).state for row in range(self.rows.rowCount())}

    def id_of(self, title: str) -> int:
        return next(self.rows.row(row).id for row in range(self.rows.rowCount()) if self.rows.row(row).title == title)

    def take(self, name: str) -> None:
        self.stage.take(self.window, name)

    def opened(self, kind: type[QDialog] = QDialog) -> bool:
        return isinstance(self.stage.dialog(), kind)

    def shut(self) -> None:
        """Leave the dialog or pop-up that is open."""
        for each in (QApplication.activePopupWidget(), self.stage.dialog()):
            if isinstance(each, QDialog):
                each.reject()
            elif each is not None:
                each.close()

    def begin(self) -> None:
        """Give the window its size, with a queue that shows all that happens in it."""
        self.window.resize(*WINDOW)
        stack = self.queue.parentWidget()
        assert isinstance(stack, QSplitter)
        stack.setSizes([WINDOW[1] * 5 // 9, WINDOW[1] * 4 // 9])


def _first_start(client: _Client) -> Script:
    yield lambda: client.has_window
    client.begin()
    yield lambda: client.part(ConnectPage).isVisible()
    client.take("first-start")
    client.window.close()


def _start(client: _Client) -> Script:
    yield lambda: client.has_window
    client.begin()
    yield lambda: client.part(ConnectPage).isVisible()
    client.take("start-page")
    client.part(ServerSections).add_button.click()
    yield client.opened
    client.take("saving-a-server")
    client.shut()
    yield lambda: not client.opened()
    form = client.part(ConnectForm)
    address, password = form.findChildren(QLineEdit)[:2]
    address.setText("anna@127.0.0.1:9")
    password.setText("seven sails at sea")
    _press(form)
    yield lambda: client.part(ConnectPage).error
    client.take("nobody-answers")
    client.window.close()


def _press(parent: QWidget) -> None:
    """Press the button that does what the form or dialog is for."""
    next(button for button in parent.findChildren(QPushButton) if button.property("kind") == "primary").click()


def _visit(client: _Client) -> Script:
    yield lambda: client.has_window
    client.begin()
    yield lambda: "Welcome.txt" in client.names(1) and "Photos" in client.names(0)
    local, remote = client.demo_folders()
    add_local_files(local)
    add_server_files(remote)
    for side in (0, 1):
        client.act(side, "refresh")
    yield lambda: "Regatta.mp4" in client.names(0) and "Gone.bin" in client.names(1)
    client.panes[0].select_names(["Photos", "Crew list.odt", "Sail plan.svg"])
    yield lambda: True
    client.take("connected")
    yield from _busy(client, remote)
    yield from _around_files(client)
    yield from _sides(client)
    yield from _around_the_window(client)
    client.window.close()
    yield client.opened
    client.take("quitting")
    dialog = client.stage.dialog()
    assert dialog is not None
    dialog.accept()


def _busy(client: _Client, remote: Path) -> Script:
    """A queue with everything in it: done, failed, running, paused, waiting for an answer."""
    client.act(0, "copy_across", "Photos")
    client.act(0, "copy_across", "Budget 2026.xlsx")
    client.act(1, "copy_across", "Welcome.txt")
    yield lambda: client.states() and all(state is State.DONE for state in client.states().values())
    client.queue.pause_all_toggled.emit(True)
    client.act(1, "copy_across", "Gone.bin")
    yield lambda: "Gone.bin" in client.states()
    (remote / "Gone.bin").unlink()
    client.queue.pause_all_toggled.emit(False)
    yield lambda: client.states()["Gone.bin"] is State.FAILED
    client.queue.limit_requested.emit(_LIMIT_BPS)
    client.act(0, "copy_across", "Chart of the sound.pdf")
    yield lambda: client.opened(ConflictDialog)
    client.take("conflict")
    client.shut()
    yield lambda: not client.opened()
    client.act(0, "copy_across", "Regatta.mp4", "Backup of June.tar.zst")
    client.act(1, "copy_across", "Holiday 2025.mov")
    client.act(1, "copy_across", "Pictures")
    yield lambda: State.RUNNING in client.states().values()
    client.queue.pause_requested.emit([client.id_of("Holiday 2025.mov")])
    yield lambda: client.states()["Holiday 2025.mov"] is State.PAUSED
    yield from _wait(60)
    client.queue.select(client.id_of("Gone.bin"))
    client.take("busy-queue")
    client.queue.details_requested.emit(client.id_of("Gone.bin"))
    yield client.opened
    client.take("failure")
    client.shut()
    yield lambda: not client.opened()
    client.queue.pause_all_toggled.emit(True)
    client.rows.set_filter(QueueFilter.FAILED)
    client.window.log_requested.emit()
    yield lambda: True
    client.take("activity-log")
    client.queue.show_page(None)


def _around_files(client: _Client) -> Script:
    client.panes[0].select_names(["Sail plan.svg"])
    client.act(0, "properties")
    yield client.opened
    client.take("properties")
    client.shut()
    yield lambda: not client.opened()
    client.act(1, "delete", "Archive", "Logbook.csv")
    yield client.opened
    client.take("deleting")
    client.shut()
    yield lambda: not client.opened()
    client.act(0, "select_mask")
    yield client.opened
    client.take("selecting")
    client.shut()
    yield lambda: not client.opened()
    client.act(0, "filter")
    client.panes[0].filter_bar.open_bar("*.zst; *.mp4")
    yield lambda: len(client.names(0)) < 6
    client.take("filter")
    client.panes[0].filter_bar.close_bar()
    client.act(0, "open", "Empty")
    yield lambda: client.panes[0].path[-1:] == ("Empty",)
    client.take("empty-folder")
    client.act(0, "up")
    yield lambda: "Regatta.mp4" in client.names(0)


def _sides(client: _Client) -> Script:
    for side in (0, 1):
        client.act(side, "open", "Letters")
    yield lambda: all(pane.path[-1:] == ("Letters",) for pane in client.panes)
    client.act(0, "compare")
    yield lambda: client.part(CompareBar).isVisible()
    yield from _wait(20)
    client.take("compare")
    client.act(0, "compare")
    for side in (0, 1):
        client.act(side, "up")
    yield lambda: "Pictures" in client.names(1)
    client.act(1, "search")
    yield lambda: client.part(SearchPage).isVisible()
    page = client.part(SearchPage)
    page.field.setText("report")
    page.search_requested.emit("report")
    yield from _wait(20)
    client.take("search")
    page.closed.emit()
    yield from _wait(5)


def _around_the_window(client: _Client) -> Script:
    window = client.window
    for signal, name in (
        (window.settings_requested, "settings"),
        (window.shortcuts_requested, "shortcuts"),
        (window.palette_requested, "palette"),
        (window.about_requested, "about"),
    ):
        signal.emit()
        yield lambda: client.opened() or isinstance(QApplication.activePopupWidget(), CommandPalette)
        client.take(name)
        client.shut()
        yield lambda: not client.opened() and QApplication.activePopupWidget() is None
    for action in window.menuBar().actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            menu.popup(window.mapToGlobal(QPoint(20, 40)))
            yield menu.isVisible
            client.take("menu")
            menu.close()
            yield lambda: QApplication.activePopupWidget() is None


def _wait(steps: int) -> Script:
    """Let a few seconds pass, so that there are rates and times to show."""
    left = iter(range(steps))
    yield lambda: next(left, None) is None
