"""The log and the audit trail in a window of their own: to be read, filtered and copied while they grow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from server.tray.list_page import EmptyState, ListPage
from server.tray.log_lines import LogLine, Weight
from server.tray.models import ITEM_ROLE, Column, RowsModel
from shared.look import wording
from shared.look.icons import app_icon
from shared.look.tokens import Space

_SIZE = (860, 560)
_REFRESH_MS = 2000
_ACTIVITY, _AUDIT = 0, 1
_MARKS = {Weight.WARNING: ("alert", "warning"), Weight.ERROR: ("alert-circle", "danger")}


class LineFilter(QSortFilterProxyModel):
    """Lines that contain all words, in any case, and weigh enough."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._least = Weight.DETAIL

    def choose(self, text: str, least: Weight) -> None:
        self._words, self._least = tuple(text.casefold().split()), least
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        line = self.sourceModel().index(row, 0, parent).data(ITEM_ROLE)
        if not isinstance(line, LogLine) or line.weight < self._least:
            return False
        said = f"{line.time} {line.kind} {line.text}".casefold()
        return all(word in said for word in self._words)


class LogPage(ListPage):
    """One file's lines, the newest last; it stays at the end while the end is what is looked at."""

    def __init__(self, name: str, kind: str, empty: EmptyState, parent: QWidget | None = None) -> None:
        # The constructor of a page shows its rows already.
        self.filter = LineFilter()
        self._nothing = empty.title.text(), empty.text.text()
        tr = QCoreApplication.translate
        columns: tuple[Column[LogLine], ...] = (
            Column(tr("LogPage", "Time"), lambda line: line.time, mark=lambda line: _MARKS.get(line.weight)),
            Column(kind, lambda line: line.kind),
            Column(tr("LogPage", "What"), lambda line: line.text),
        )
        super().__init__(RowsModel(columns, lambda line: (line.number, line.time, line.text)), empty, name, parent)
        self.filter.setParent(self)
        self.filter.setSourceModel(self.model)
        self.table.setModel(self.filter)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.set_widths(170, 130, 0)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    def apply(self, rows: Sequence[LogLine]) -> None:
        bar = self.table.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum()
        super().apply(rows)
        self._show_emptiness()
        if is_at_end:
            self.table.scrollToBottom()

    def show_only(self, text: str, least: Weight) -> None:
        """Show the lines that contain all words of a text and weigh enough."""
        self.filter.choose(text, least)
        self._show_emptiness()
        self.table.scrollToBottom()

    def _show_emptiness(self) -> None:
        is_filtered = self.model.rowCount() > 0
        self.empty.title.setText(self.tr("No line is like that") if is_filtered else self._nothing[0])
        self.empty.text.setText(self.tr("Filter for something else.") if is_filtered else self._nothing[1])
        self.stack.setCurrentIndex(0 if self.filter.rowCount() else 1)

    def copy(self) -> None:
        """Put the chosen lines into the clipboard."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        lines = [self.filter.index(row, 0).data(ITEM_ROLE) for row in rows]
        text = "\n".join(f"{line.time} {line.kind}: {line.text}" for line in lines if isinstance(line, LogLine))
        if text:
            QGuiApplication.clipboard().setText(text)


class LogWindow(QDialog):
    """Signals:
    wanted: Read the files again: somebody looks. Answer with :meth:`show_activity` and :meth:`show_audit`.
    open_requested: Show the file itself; carries whether it is the audit trail.
    """

    wanted = Signal()
    open_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Log"))
        self.setWindowIcon(app_icon("wherry-server"))
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint)
        self.resize(*_SIZE)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(self.tr("Which log"))
        self.tabs.addTab(self.tr("Activity"))
        self.tabs.addTab(self.tr("Audit trail"))
        self.filter_edit = QLineEdit()
        self.filter_edit.setProperty("kind", "slim")
        self.filter_edit.setPlaceholderText(self.tr("Filter"))
        self.filter_edit.setAccessibleName(self.tr("Filter the log"))
        self.filter_edit.setClearButtonEnabled(True)
        self.weight = QComboBox()
        self.weight.setProperty("kind", "slim")
        self.weight.setAccessibleName(self.tr("Which lines"))
        self.weight.addItem(self.tr("All lines"), int(Weight.DETAIL))
        self.weight.addItem(self.tr("Warnings and errors"), int(Weight.WARNING))
        self.weight.addItem(self.tr("Errors"), int(Weight.ERROR))
        nothing = EmptyState("log", self.tr("Nothing yet"))
        nothing.text.setText(self.tr("What the server does stands here."))
        no_audit = EmptyState("log", self.tr("Nothing yet"))
        no_audit.text.setText(self.tr("Logins, bans, changes and every transfer stand here, unless it is off."))
        self.activity = LogPage(self.tr("Activity"), self.tr("Part"), nothing)
        self.audit = LogPage(self.tr("Audit trail"), self.tr("Event"), no_audit)
        self.count = QLabel()
        self.count.setProperty("role", "small")
        bar = QHBoxLayout()
        bar.setContentsMargins(Space.S, Space.XS, Space.M, Space.XS)
        bar.setSpacing(Space.S)
        bar.addWidget(self.tabs)
        bar.addStretch()
        bar.addWidget(self.filter_edit)
        bar.addWidget(self.weight)
        line = QFrame()
        line.setProperty("tone", "line")
        self.open_file = QPushButton(self.tr("Open the file"))
        self.open_file.setAutoDefault(False)
        copy = QPushButton(self.tr("Copy"))
        copy.setAutoDefault(False)
        copy.setToolTip(self.tr("Copy the chosen lines"))
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.L, Space.S, Space.M, Space.S)
        foot.setSpacing(Space.S)
        foot.addWidget(self.count)
        foot.addStretch()
        foot.addWidget(copy)
        foot.addWidget(self.open_file)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(line)
        layout.addWidget(self.activity, 1)
        layout.addWidget(self.audit, 1)
        layout.addLayout(foot)
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.wanted)
        self.tabs.currentChanged.connect(self._show_page)
        self.filter_edit.textChanged.connect(self._filter)
        self.weight.currentIndexChanged.connect(self._filter)
        self.open_file.clicked.connect(lambda: self.open_requested.emit(self.tabs.currentIndex() == _AUDIT))
        copy.clicked.connect(lambda: self.page.copy())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.filter_edit.setFocus)
        self._show_page()

    @property
    def page(self) -> LogPage:
        """What is looked at."""
        return self.audit if self.tabs.currentIndex() == _AUDIT else self.activity

    def show_activity(self, lines: Sequence[LogLine]) -> None:
        self.activity.apply(lines)
        self._show_count()

    def show_audit(self, lines: Sequence[LogLine]) -> None:
        self.audit.apply(lines)
        self._show_count()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _show_page(self) -> None:
        is_audit = self.tabs.currentIndex() == _AUDIT
        self.activity.setVisible(not is_audit)
        self.audit.setVisible(is_audit)
        self._filter()

    def _filter(self) -> None:
        least = Weight(self.weight.currentData())
        for page in (self.activity, self.audit):
            page.show_only(self.filter_edit.text(), least)
        self._show_count()

    def _show_count(self) -> None:
        page = self.page
        shown, there = page.filter.rowCount(), page.model.rowCount()
        if shown != there:
            self.count.setText(self.tr("{shown} of {count} lines").format(shown=shown, count=there))
        else:
            self.count.setText(wording.counted(there, self.tr("1 line"), self.tr("%1 lines")))
