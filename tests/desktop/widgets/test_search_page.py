from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.models.found import FoundColumn, FoundModel
from desktop.widgets.search_page import SearchPage
from shared.entries import Entry, Kind
from shared.work import Match


def match(*path: str, size: int = 1) -> Match:
    return Match(path, Entry(path[-1], Kind.FILE, size, 0, 0o644))


@pytest.fixture
def model(qtmodeltester: ModelTester) -> FoundModel:
    model = FoundModel()
    qtmodeltester.check(model)
    return model


@pytest.fixture
def page(qtbot: QtBot, model: FoundModel) -> Iterator[SearchPage]:
    page = SearchPage(model)
    qtbot.addWidget(page)
    page.resize(600, 400)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    page.close()


def button(page: SearchPage) -> QPushButton:
    return next(
        each for each in page.findChildren(QPushButton) if each.isVisible() and each.text() in ("Search", "Stop")
    )


def test_enter_searches_and_the_button_stops(page: SearchPage, qtbot: QtBot) -> None:
    page.open_at("/home")
    with qtbot.assertNotEmitted(page.search_requested):
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.keyClicks(page.field, " *.jpg ")
    with qtbot.waitSignal(page.search_requested) as asked:
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert asked.args == ["*.jpg"]
    page.set_busy(True)
    with qtbot.waitSignal(page.stop_requested):
        button(page).click()
    page.set_busy(False)
    assert button(page).text() == "Search"


def test_what_was_found_is_acted_on(page: SearchPage, model: FoundModel, qtbot: QtBot) -> None:
    model.clear(("home",))
    model.append([match("home", "b", "x.jpg"), match("home", "a", "y.jpg")])
    page.table.selectAll()
    for key, modifier, signal in (
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier, page.copy_requested),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, page.delete_requested),
    ):
        page.table.setFocus()
        with qtbot.waitSignal(signal) as asked:
            qtbot.keyClick(page.table, key, modifier)
        assert [each.path[-1] for each in asked.args[0]] == ["x.jpg", "y.jpg"]
    page.table.select_rows([1])
    with qtbot.waitSignal(page.go_requested) as asked:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert asked.args[0].path == ("home", "a", "y.jpg")
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page.table, Qt.Key.Key_Escape)


def test_rows_sort_by_each_column_and_go_with_their_folders(model: FoundModel) -> None:
    model.clear(())
    model.append([match("b", "2", size=3), match("a", "10", size=2), match("c", size=1)])
    model.sort(FoundColumn.NAME)
    assert [model.found(row).path[-1] for row in range(3)] == ["2", "10", "c"]
    model.sort(FoundColumn.SIZE, Qt.SortOrder.DescendingOrder)
    assert [model.found(row).entry.size for row in range(3)] == [3, 2, 1]
    model.sort(FoundColumn.WHERE)
    assert [model.index(row, FoundColumn.WHERE).data() for row in range(3)] == ["a", "b", "—"]
    model.remove([("a",), ("c",)])
    assert [model.found(row).path for row in range(model.rowCount())] == [("b", "2")]
