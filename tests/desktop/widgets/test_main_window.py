from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSplitter
from pytestqt.qtbot import QtBot

from desktop.models.directory import DirectoryModel
from desktop.models.queue import QueueModel
from desktop.transfers.items import State
from desktop.transfers.progress import Totals
from desktop.widgets.main_window import MainWindow
from desktop.widgets.pane import PaneView
from desktop.widgets.queue_view import QueueView
from shared.entries import Entry, Kind
from shared.look.theme import Scheme


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    panes = [PaneView("left", "computer"), PaneView("right", "server")]
    for pane in panes:
        model = DirectoryModel(pane)
        pane.set_model(model)
        model.set_entries([Entry("a", Kind.FILE, 1, 0, 0o644)])
        pane.set_location("/", [("/", ())], can_back=False, can_forward=False)
    queue = QueueModel()
    view = QueueView(queue)
    queue.setParent(view)
    window = MainWindow(panes[0], panes[1], view)
    qtbot.addWidget(window, before_close_func=lambda w: w.close_now())
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    window.active_pane.table.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.active_pane.table)
    yield window
    window.close_now()


def test_tab_changes_the_pane(window: MainWindow, qtbot: QtBot) -> None:
    left = window.active_pane
    with qtbot.waitSignal(window.active_pane_changed):
        qtbot.keyClick(left.table, Qt.Key.Key_Tab)
    right = window.active_pane
    assert right is window.other_pane(left)
    assert right.table.hasFocus()
    qtbot.keyClick(right.table, Qt.Key.Key_Tab)
    assert window.active_pane is left


def test_a_key_acts_in_the_pane_that_has_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    left, right = window.active_pane, window.other_pane(window.active_pane)
    qtbot.keyClick(left.table, Qt.Key.Key_Tab)
    with qtbot.waitSignal(right.new_folder_requested), qtbot.assertNotEmitted(left.new_folder_requested):
        qtbot.keyClick(right.table, Qt.Key.Key_F7)


def test_closing_asks_first_and_closes_when_told(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()
    window.close_now()
    assert not window.isVisible()


def test_a_menu_acts_on_the_active_pane(window: MainWindow, qtbot: QtBot) -> None:
    right = window.other_pane(window.active_pane)
    qtbot.keyClick(window.active_pane.table, Qt.Key.Key_Tab)
    menus = {action.text(): action.menu() for action in window.menuBar().actions()}
    refresh = next(a for a in menus["&View"].actions() if a.text().startswith("Refresh"))
    with qtbot.waitSignal(right.refresh_requested):
        refresh.trigger()


def test_the_scheme_is_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    window.set_scheme(Scheme.DARK)
    view = next(a.menu() for a in window.menuBar().actions() if a.text() == "&View")
    schemes = next(a.menu() for a in view.actions() if a.menu() is not None)
    assert [a.isChecked() for a in schemes.actions()] == [False, False, True]
    with qtbot.waitSignal(window.scheme_chosen) as chosen:
        schemes.actions()[1].trigger()
    assert chosen.args == [Scheme.LIGHT]


def test_the_layout_is_kept_and_nonsense_is_ignored(window: MainWindow) -> None:
    splitter = window.active_pane.parentWidget()
    assert isinstance(splitter, QSplitter)
    # The offscreen display is 800 wide, and a window is restored to fit its screen.
    window.resize(780, 600)
    splitter.setSizes([330, 449])
    sizes, kept = splitter.sizes(), window.save_layout()
    splitter.setSizes([449, 330])
    for nonsense in (b"", b"nonsense", b"a\nb\nc"):
        window.restore_layout(nonsense)
    assert splitter.sizes() != sizes
    window.restore_layout(kept)
    assert splitter.sizes() == sizes


def test_the_status_line_counts_what_is_left(window: MainWindow) -> None:
    window.set_totals(Totals({State.RUNNING: 2, State.QUEUED: 5, State.FAILED: 1, State.DONE: 9}, 10, 5, 0.0, None))
    assert window.counts_text() == "2 transferring   ·   5 waiting   ·   1 failed   ·   5 B / 10 B"
