"""The log's window: filtered by words and weight, copied, and read while it is looked at."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from server.tray.log_lines import LogLine, Weight
from server.tray.log_window import LogWindow

LINES = (
    LogLine(0, "2026-01-02 03:04:05", Weight.NORMAL, "run", "a session of anna began"),
    LogLine(1, "2026-01-02 03:04:06", Weight.WARNING, "gate", "203.0.113.7 is banned"),
    LogLine(2, "2026-01-02 03:04:07", Weight.ERROR, "worker", "it broke for Anna"),
)


@pytest.fixture
def window(qtbot: QtBot) -> LogWindow:
    found = LogWindow()
    qtbot.addWidget(found)
    with qtbot.waitSignal(found.wanted):
        found.show()
    found.show_activity(LINES)
    return found


def _shown(window: LogWindow) -> list[str]:
    shown = window.page.filter
    return [shown.index(row, 2).data() for row in range(shown.rowCount())]


def test_words_in_any_case_and_order_filter(window: LogWindow) -> None:
    assert len(_shown(window)) == 3
    window.filter_edit.setText("ANNA broke")
    assert _shown(window) == ["it broke for Anna"]
    assert window.count.text() == "1 of 3 lines"
    window.filter_edit.setText("nobody")
    assert window.page.stack.currentWidget() is window.page.empty
    assert "No line" in window.page.empty.title.text()
    window.filter_edit.clear()
    assert window.count.text() == "3 lines"


def test_the_weight_filters(window: LogWindow) -> None:
    window.weight.setCurrentIndex(window.weight.findText("Warnings and errors"))
    assert _shown(window) == ["203.0.113.7 is banned", "it broke for Anna"]


def test_chosen_lines_are_copied_in_their_order(window: LogWindow) -> None:
    window.page.table.selectAll()
    window.page.copy()
    assert QGuiApplication.clipboard().text().splitlines()[1] == "2026-01-02 03:04:06 gate: 203.0.113.7 is banned"


def test_the_audit_trail_stands_beside_it(qtbot: QtBot, window: LogWindow) -> None:
    window.tabs.setCurrentIndex(1)
    assert window.page is window.audit
    assert window.page.stack.currentWidget() is window.page.empty
    assert window.page.empty.title.text() == "Nothing yet"
    window.show_audit(LINES[:1])
    assert _shown(window) == ["a session of anna began"]
    with qtbot.waitSignal(window.open_requested) as opened:
        window.open_file.click()
    assert opened.args == [True]
