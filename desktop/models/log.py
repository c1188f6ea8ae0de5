"""The activity log as rows. Keeps the last lines only and writes no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QDateTime, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from shared.look import wording
from shared.names import display

Index = QModelIndex | QPersistentModelIndex

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The LogLine of the row."""

CAPACITY = 5000
"""Lines kept: more than anybody scrolls through, and a bounded memory."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that happened. ``time`` in seconds since the epoch; ``level`` as the logging module counts."""

    time: float
    level: int
    text: str


class Column(IntEnum):
    """The columns."""

    TIME = 0
    TEXT = 1


class LogModel(QAbstractTableModel):
    """What the program did, newest last."""

    def __init__(self, parent: QObject | None = None, *, capacity: int = CAPACITY) -> None:
        super().__init__(parent)
        self._lines: list[LogLine] = []
        self._capacity = capacity

    def append(self, lines: Sequence[LogLine]) -> None:
        """Add lines at the end; the oldest go when there are too many."""
        lines = list(lines)[-self._capacity :]
        surplus = len(self._lines) + len(lines) - self._capacity
        if surplus > 0:
            self.beginRemoveRows(QModelIndex(), 0, surplus - 1)
            del self._lines[:surplus]
            self.endRemoveRows()
        if lines:
            first = len(self._lines)
            self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
            self._lines += lines
            self.endInsertRows()

    def clear(self) -> None:
        """Forget all lines."""
        self.beginResetModel()
        self._lines.clear()
        self.endResetModel()

    def text_of(self, rows: Sequence[int]) -> str:
        """Return lines as they are copied to the clipboard."""
        return "\n".join(f"{_stamp(self._lines[row])}  {display(self._lines[row].text)}" for row in rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return _stamp(line) if index.column() == Column.TIME else display(line.text)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wording.tooltip(display(line.text))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return self.tr("Time") if section == Column.TIME else self.tr("Event")


def _stamp(line: LogLine) -> str:
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(int(line.time * 1000)).time(), "HH:mm:ss")
