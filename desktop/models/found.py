"""What a search found, as rows: name, folder, size and time. It searches nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.models.natural import natural_key
from desktop.places.place import PlacePath
from shared.entries import Kind
from shared.look import filetypes, wording
from shared.names import display
from shared.work import Match

Index = QModelIndex | QPersistentModelIndex

MATCH_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The Match of the row."""
ICON_ROLE = MATCH_ROLE + 1
"""The name of the drawing in shared.look.icons."""


class FoundColumn(IntEnum):
    """The columns, in their order."""

    NAME = 0
    WHERE = 1
    SIZE = 2
    MODIFIED = 3


_KEYS: dict[FoundColumn, Callable[[Match], Any]] = {
    FoundColumn.NAME: lambda match: natural_key(match.entry.name),
    FoundColumn.WHERE: lambda match: [natural_key(name) for name in match.path],
    FoundColumn.SIZE: lambda match: match.entry.size,
    FoundColumn.MODIFIED: lambda match: match.entry.mtime_ns,
}


class FoundModel(QAbstractTableModel):
    """Rows in the order in which they were found, until a person sorts them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matches: list[Match] = []
        self._below: PlacePath = ()

    def clear(self, below: PlacePath) -> None:
        """Forget all; what comes is found below this folder, and folders are told from there on."""
        self.beginResetModel()
        self._matches = []
        self._below = below
        self.endResetModel()

    def append(self, matches: Sequence[Match]) -> None:
        """Add what was found."""
        if matches:
            first = len(self._matches)
            self.beginInsertRows(QModelIndex(), first, first + len(matches) - 1)
            self._matches += matches
            self.endInsertRows()

    def remove(self, paths: Collection[PlacePath]) -> None:
        """Take out what is gone, and all that was below it."""
        gone = set(paths)
        kept = [
            match
            for match in self._matches
            if not any(match.path[:depth] in gone for depth in range(1, len(match.path) + 1))
        ]
        if len(kept) < len(self._matches):
            self.beginResetModel()
            self._matches = kept
            self.endResetModel()

    def found(self, row: int) -> Match:
        """Return what was found in a row."""
        return self._matches[row]

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._matches)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(FoundColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        match = self._matches[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(match, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return wording.tooltip("/" + "/".join(map(display, match.path)))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() == FoundColumn.SIZE else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == MATCH_ROLE:
            return match
        if role == ICON_ROLE:
            return filetypes.icon_name(match.entry)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == FoundColumn.SIZE else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Name"), self.tr("Folder"), self.tr("Size"), self.tr("Modified"))[section]
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if column not in _KEYS:
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        before = [self._matches[index.row()] for index in held]
        is_descending = order is Qt.SortOrder.DescendingOrder
        self._matches.sort(key=_KEYS[FoundColumn(column)], reverse=is_descending)
        if held:
            place = {id(match): at for at, match in enumerate(self._matches)}
            moved = [self.index(place[id(match)], at.column()) for match, at in zip(before, held, strict=True)]
            self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _text(self, found: Match, column: int) -> str:
        entry = found.entry
        match column:
            case FoundColumn.NAME:
                return display(entry.name)
            case FoundColumn.WHERE:
                inner = found.path[len(self._below) : -1]
                return "/".join(map(display, inner)) or "—"
            case FoundColumn.SIZE:
                return wording.size(entry.size) if entry.kind is Kind.FILE else "—"
            case _:
                return wording.moment(entry.mtime_ns)
