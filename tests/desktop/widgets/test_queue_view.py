from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.models.queue import QueueModel
from desktop.models.queue_row import QueueFilter, QueueRow
from desktop.transfers.items import Direction, Failure, Priority, State
from desktop.transfers.progress import Shortage, Totals
from desktop.widgets.banner import Banner
from desktop.widgets.queue_actions import BAR_MENU, ITEM_MENU, SPECS
from desktop.widgets.queue_painter import fold_rect
from desktop.widgets.queue_view import QueueView, totals_text
from shared.errors import Code


def row(id: int, state: State, group: int = 0) -> QueueRow:
    return QueueRow(id, id, f"item {id}", Direction.UPLOAD, state, 100, 40, group=group)


def model_of(queue: QueueView) -> QueueModel:
    model = queue.table.model()
    assert isinstance(model, QueueModel)
    return model


def action(queue: QueueView, name: str) -> QAction:
    found = queue.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


@pytest.fixture
def filled(queue: QueueView) -> QueueView:
    model_of(queue).apply_rows(
        [row(1, State.RUNNING), row(2, State.PAUSED), row(3, State.FAILED), row(4, State.DONE), row(5, State.ASKING)]
    )
    return queue


@pytest.mark.parametrize(
    ("name", "chosen", "signal"),
    [
        ("pause", 1, "pause_requested"),
        ("resume", 2, "resume_requested"),
        ("retry", 3, "retry_requested"),
        ("cancel", 1, "cancel_requested"),
        ("remove", 4, "remove_requested"),
        ("answer", 5, "answer_requested"),
    ],
)
def test_an_action_names_the_selected_items(
    filled: QueueView, qtbot: QtBot, name: str, chosen: int, signal: str
) -> None:
    filled.select(chosen)
    with qtbot.waitSignal(getattr(filled, signal)) as asked:
        action(filled, name).trigger()
    assert asked.args == [[chosen]]


@pytest.mark.parametrize(
    ("chosen", "allowed"),
    [
        (1, {"pause", "cancel", "top", "up", "down", "show"}),
        (2, {"resume", "cancel", "top", "up", "down", "show"}),
        (3, {"retry", "remove", "show"}),
        (4, {"remove", "show"}),
    ],
)
def test_only_what_makes_sense_for_a_state_is_offered(filled: QueueView, chosen: int, allowed: set[str]) -> None:
    filled.select(chosen)
    names = ("pause", "resume", "retry", "cancel", "remove", "top", "up", "down", "show")
    assert {name for name in names if action(filled, name).isEnabled()} == allowed


def test_what_is_offered_follows_the_item(filled: QueueView) -> None:
    filled.select(1)
    model_of(filled).apply_rows([row(1, State.DONE)])
    assert not action(filled, "pause").isEnabled()
    assert action(filled, "remove").isEnabled()


def test_del_cancels_what_is_under_way_and_removes_what_is_over(filled: QueueView, qtbot: QtBot) -> None:
    asked: list[tuple[str, object]] = []
    filled.cancel_requested.connect(lambda ids: asked.append(("cancel", ids)))
    filled.remove_requested.connect(lambda ids: asked.append(("remove", ids)))
    filled.table.selectAll()
    qtbot.keyClick(filled.table, Qt.Key.Key_Delete)
    assert asked == [("cancel", [1, 2, 5]), ("remove", [3, 4])]


@pytest.mark.parametrize(("name", "where"), [("top", "top"), ("up", "up"), ("down", "down"), ("bottom", "bottom")])
def test_items_are_moved_in_the_queue(filled: QueueView, qtbot: QtBot, name: str, where: str) -> None:
    filled.select(2)
    with qtbot.waitSignal(filled.move_requested) as asked:
        action(filled, name).trigger()
    assert asked.args == [[2], where]


def test_tabs_show_counts_and_filter(filled: QueueView, qtbot: QtBot) -> None:
    tabs = {b.text().split()[0]: b for b in filled.findChildren(QToolButton) if b.property("kind") == "tab"}
    assert [tab.text() for tab in tabs.values()] == ["All  5", "Active  1", "Waiting  2", "Failed  1", "Done  1"]
    qtbot.mouseClick(tabs["Failed"], Qt.MouseButton.LeftButton)
    assert model_of(filled).filter is QueueFilter.FAILED
    assert filled.table.model().rowCount() == 1


def test_pause_all_asks_and_can_be_shown_without_asking(filled: QueueView, qtbot: QtBot) -> None:
    button = next(b for b in filled.findChildren(QToolButton) if b.text() == "Pause all")
    with qtbot.waitSignal(filled.pause_all_toggled) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [True]
    assert button.text() == "Resume all"
    with qtbot.assertNotEmitted(filled.pause_all_toggled):
        filled.set_all_paused(False)
    assert button.text() == "Pause all"


def test_folding_the_queue_leaves_its_header(filled: QueueView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(filled.collapse_toggled) as told:
        action(filled, "fold").trigger()
    assert told.args == [True]
    assert not filled.table.isVisible()
    assert action(filled, "fold").text() == "Show the queue"


def test_arrow_keys_unfold_and_fold_a_folder(queue: QueueView, qtbot: QtBot) -> None:
    model = model_of(queue)
    model.apply_rows([row(1, State.RUNNING), row(2, State.RUNNING, group=1), row(3, State.DONE, group=1)])
    queue.select(1)
    qtbot.keyClick(queue.table, Qt.Key.Key_Right)
    assert model.rowCount() == 3
    queue.select(3)
    qtbot.keyClick(queue.table, Qt.Key.Key_Left)
    assert queue.table.selected_ids() == [1]
    qtbot.keyClick(queue.table, Qt.Key.Key_Left)
    assert model.rowCount() == 1


def test_a_click_on_the_fold_unfolds(queue: QueueView, qtbot: QtBot) -> None:
    model = model_of(queue)
    model.apply_rows([row(1, State.RUNNING), row(2, State.RUNNING, group=1)])
    cell = queue.table.visualRect(model.index(0, 0))
    fold = fold_rect(cell).center()
    qtbot.mouseClick(queue.table.viewport(), Qt.MouseButton.LeftButton, pos=fold)
    assert model.rowCount() == 2


def test_an_empty_queue_says_how_to_begin(queue: QueueView) -> None:
    assert not queue.table.isVisible()
    assert queue.empty_text() == "No transfers yet"
    model_of(queue).apply_rows([row(1, State.QUEUED)])
    assert queue.table.isVisible()
    assert queue.empty_text() == ""


def test_totals_are_one_line_and_silent_when_nothing_is_under_way() -> None:
    busy = Totals({State.RUNNING: 1}, 4_000_000, 1_000_000, 1_500_000.0, 2.0)
    assert totals_text(busy) == "1.0 MB / 4.0 MB   ·   1.5 MB/s   ·   2 s left"
    assert totals_text(Totals({State.DONE: 3}, 0, 0, 0.0, None)) == ""


@pytest.mark.parametrize(
    ("name", "priority"), [("first", Priority.HIGH), ("normal", Priority.NORMAL), ("last", Priority.LOW)]
)
def test_items_are_given_priorities(filled: QueueView, qtbot: QtBot, name: str, priority: Priority) -> None:
    filled.select(2)
    with qtbot.waitSignal(filled.priority_requested) as asked:
        action(filled, name).trigger()
    assert asked.args == [[2], priority]


def test_enter_on_a_failure_tells_what_went_wrong(queue: QueueView, qtbot: QtBot) -> None:
    failure = Failure(Code.PERMISSION, "Permission denied", "why", "what next")
    model_of(queue).apply_rows([replace(row(1, State.FAILED), failure=failure)])
    queue.select(1)
    with qtbot.waitSignal(queue.details_requested) as asked:
        qtbot.keyClick(queue.table, Qt.Key.Key_Return)
    assert asked.args == [1]
    action(queue, "copy").trigger()
    text = QGuiApplication.clipboard().text()
    assert all(part in text for part in ("item 1", "Permission denied", "why", "what next"))


def test_a_page_beside_the_list_has_a_tab_and_a_filter_brings_the_list_back(filled: QueueView, qtbot: QtBot) -> None:
    page = QWidget()
    filled.add_page("Log", "log", page)
    tabs = {b.text().split()[0]: b for b in filled.findChildren(QToolButton) if b.property("kind") == "tab"}
    qtbot.mouseClick(tabs["Log"], Qt.MouseButton.LeftButton)
    assert page.isVisible()
    assert not filled.table.isVisible()
    qtbot.mouseClick(tabs["All"], Qt.MouseButton.LeftButton)
    assert filled.table.isVisible()
    filled.set_collapsed(True)
    filled.show_page(page)
    assert page.isVisible()
    assert tabs["Log"].isChecked()


def test_a_limit_is_asked_for_and_can_be_shown_without_asking(filled: QueueView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(filled.limit_requested):
        filled.set_limit(5_000_000)
    assert filled.limit_box.currentText() == "5.0 MB/s"
    with qtbot.waitSignal(filled.limit_requested) as asked:
        filled.limit_box.setCurrentIndex(0)
        filled.limit_box.activated.emit(0)
    assert asked.args == [None]


def test_what_may_not_fit_is_told_until_it_does(filled: QueueView) -> None:
    short = Shortage(1, 5_000_000, 1_000_000, "anna@desk")
    filled.set_totals(Totals({State.RUNNING: 1}, 10, 5, 0.0, None, shortages=(short,)))
    banner = filled.findChild(Banner)
    assert banner.isVisible()
    assert banner.text == "This may not fit: 5.0 MB are to come, and anna@desk has 1.0 MB free."
    filled.set_totals(Totals({State.RUNNING: 1}, 10, 5, 0.0, None))
    assert not banner.isVisible()


def test_a_held_queue_is_shown_so_when_it_was_held_by_an_earlier_run(filled: QueueView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(filled.pause_all_toggled):
        filled.set_totals(Totals({State.QUEUED: 1}, 10, 5, 0.0, None, is_paused=True))
    assert action(filled, "pause_all").isChecked()


@pytest.mark.parametrize(("width", "shown"), [(640, 0), (860, 1), (1200, 2)])
def test_the_header_gives_way_on_a_narrow_window(filled: QueueView, width: int, shown: int) -> None:
    filled.resize(width, 300)
    assert [filled.graph.isVisible(), filled.limit_box.isVisible()].count(True) == shown
    assert filled.minimumSizeHint().width() <= 640


def test_all_of_100_000_rows_are_selected_without_looking_at_each(queue: QueueView) -> None:
    model = model_of(queue)
    model.apply_rows([row(i, State.QUEUED) for i in range(1, 20_001)])
    asked: list[int] = []
    whole = model.row
    model.row = lambda place: asked.append(place) or whole(place)  # type: ignore[func-returns-value,method-assign]
    queue.table.selectAll()
    assert action(queue, "pause").isEnabled()
    assert asked == []


def test_every_action_has_a_text_an_icon_and_a_tip(queue: QueueView) -> None:
    for spec in SPECS:
        each = queue.actions_of_queue[spec.name]
        assert each.text()
        assert not each.icon().isNull()
        assert each.toolTip()
    names = [spec.name for spec in SPECS]
    assert {name for name in (*ITEM_MENU, *BAR_MENU) if name} <= set(names)
    keys = [spec.keys for spec in SPECS if spec.keys]
    assert len(keys) == len(set(keys))
