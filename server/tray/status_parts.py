"""Parts of the status window: the bar about a problem, the tabs over the lists, the figures of what moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from server.tray.list_page import ListPage
from server.tray.power import Power
from server.tray.view import View
from shared.look import fonts, wording
from shared.look.throughput_graph import ThroughputGraph
from shared.look.tokens import Space


class Throughput(QWidget):
    """How fast all moves now, over the last minute, and how much since the server was switched on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.graph = ThroughputGraph()
        self.rates = _figures()
        self.rates.setToolTip(self.tr("Received and sent by all transfers"))
        self.totals = _figures()
        self.totals.setProperty("role", "small")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.rates)
        words.addWidget(self.totals)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addLayout(words)
        row.addWidget(self.graph)

    def show_view(self, view: View) -> None:
        """Take the figures of this moment; a server that is off has none."""
        is_on = view.power is Power.ON
        self.setVisible(is_on)
        if not is_on:
            self.graph.clear()
            return
        self.graph.add(view.received_bps + view.sent_bps, self._clock())
        self.rates.setText(
            self.tr("↓ {received}   ↑ {sent}").format(
                received=wording.rate(view.received_bps), sent=wording.rate(view.sent_bps)
            )
        )
        self.totals.setText(
            self.tr("{received} in, {sent} out").format(
                received=wording.size(view.bytes_in), sent=wording.size(view.bytes_out)
            )
        )
        self.totals.setToolTip(self.tr("Since the server was switched on"))


def _figures() -> QLabel:
    label = QLabel()
    label.setFont(fonts.figures())
    label.setProperty("role", "muted")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


class ProblemBar(QFrame):
    """Why the server is not on, and a button to try again."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("tone", "danger")
        self.setProperty("shape", "round")
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.again = QPushButton(self.tr("Try again"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_text(self, text: str) -> None:
        self.text.setText(text)
        self.setVisible(bool(text))


class ListTabs(QWidget):
    """Lists behind tabs that tell how many rows each has."""

    def __init__(self, pages: Sequence[tuple[str, ListPage]]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._buttons: dict[ListPage, tuple[str, QToolButton]] = {}
        bar = QHBoxLayout()
        bar.setContentsMargins(Space.L, Space.XS, Space.L, Space.S)
        bar.setSpacing(Space.XS)
        for number, (title, page) in enumerate(pages):
            button = QToolButton()
            button.setProperty("kind", "tab")
            button.setText(title)
            button.setCheckable(True)
            button.setShortcut(QKeySequence(f"Ctrl+{number + 1}"))
            self._group.addButton(button, number)
            self._buttons[page] = (title, button)
            self._stack.addWidget(page)
            bar.addWidget(button)
        bar.addStretch()
        self._group.idToggled.connect(self._toggled)
        self._group.button(0).setChecked(True)
        line = QFrame()
        line.setProperty("tone", "line")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(line)
        layout.addWidget(self._stack, 1)

    def choose(self, page: ListPage) -> None:
        self._buttons[page][1].setChecked(True)

    def show_count(self, page: ListPage, count: int) -> None:
        title, button = self._buttons[page]
        text = f"{title}  {count}" if count else title
        if text != button.text():
            # A new text takes the shortcut away.
            shortcut = button.shortcut()
            button.setText(text)
            button.setShortcut(shortcut)

    def _toggled(self, number: int, is_checked: bool) -> None:
        if is_checked:
            self._stack.setCurrentIndex(number)
