"""The entries of one folder, sorted and filtered. Lists nothing itself; a controller fills it in batches.

A sort key is made once for each entry as it arrives. Batches are put at the end and merged into the order when
they have grown to a share of what is there, so that 100,000 entries in batches cost little more than at once.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QDate, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.models.natural import natural_key
from shared.entries import Entry, Kind
from shared.look import filetypes, wording
from shared.names import display

Index = QModelIndex | QPersistentModelIndex

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The Entry of the row."""
SORT_ROLE = ENTRY_ROLE + 1
"""What the column sorts by."""
ICON_ROLE = ENTRY_ROLE + 2
"""The name of the drawing in shared.look.icons."""

_MERGE_SHARE = 4
"""Merge when the unsorted tail is a quarter of the sorted rows: the sum of all merges stays linear."""
_SETTLE_MS = 150
"""A tail that stopped growing is merged after this time."""


class Column(IntEnum):
    """The columns, in their first order."""

    NAME = 0
    SIZE = 1
    MODIFIED = 2
    KIND = 3
    PERMISSIONS = 4


class _Row:
    """One entry with what sorting and filtering compare; made once."""

    __slots__ = ("entry", "key", "rank", "text")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.rank = 0 if entry.kind is Kind.FOLDER else 1
        self.key = f"{self.rank}{natural_key(entry.name)}"
        self.text = display(entry.name)


_name_key = attrgetter("key")
_rank = attrgetter("rank")


def _size_key(row: _Row) -> tuple[int, int, str]:
    return row.rank, row.entry.size, row.key


def _modified_key(row: _Row) -> tuple[int, int, str]:
    return row.rank, row.entry.mtime_ns, row.key


def _kind_key(row: _Row) -> tuple[int, str, str]:
    return row.rank, filetypes.kind_text(row.entry), row.key


def _permissions_key(row: _Row) -> tuple[int, int, str]:
    return row.rank, row.entry.mode, row.key


_KEYS: dict[Column, Callable[[_Row], Any]] = {
    Column.NAME: _name_key,
    Column.SIZE: _size_key,
    Column.MODIFIED: _modified_key,
    Column.KIND: _kind_key,
    Column.PERMISSIONS: _permissions_key,
}


class DirectoryModel(QAbstractTableModel):
    """A folder's entries as rows: folders first, then by the chosen column, names in natural order.

    Signals:
        rename_requested: an Entry and the text that was typed over its name.
        counts_changed: how many rows there are, shown or hidden by the filter, is another number now.
        rows_about_to_move, rows_moved: around each change that may put every row elsewhere. Qt would hold a
            selection of 100,000 rows by as many persistent indexes; a view that takes its names here need not.
    """

    rename_requested = Signal(object, str)
    counts_changed = Signal()
    rows_about_to_move = Signal()
    rows_moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[_Row] = []
        self._rows: list[_Row] = []
        self._sorted = 0
        """How many of the rows, from the top, are in order; those after it are a tail as it arrived."""
        self._column = Column.NAME
        self._order = Qt.SortOrder.AscendingOrder
        self._filter = ""
        self._matches: Callable[[str], object] | None = None
        self._shows_hidden = False
        self._is_editable = True
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._merge)

    # --- Filling -------------------------------------------------------------------------------------------------

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these instead of what was there, in one step."""
        known = {row.entry: row for row in self._all}
        rows = [known.get(entry) or _Row(entry) for entry in entries]
        self._reset(rows)

    def append_entries(self, entries: Sequence[Entry]) -> None:
        """Add a batch of a listing that is under way."""
        fresh = [_Row(entry) for entry in entries]
        self._all += fresh
        shown = [row for row in fresh if self._is_shown(row)]
        if shown:
            first = len(self._rows)
            self._sort(shown)
            self.beginInsertRows(QModelIndex(), first, first + len(shown) - 1)
            self._rows += shown
            self.endInsertRows()
            if (len(self._rows) - self._sorted) * _MERGE_SHARE >= self._sorted:
                self._merge()
            else:
                self._settle.start()
        if fresh:
            self.counts_changed.emit()

    def clear(self) -> None:
        """Show nothing."""
        self.set_entries(())

    # --- Order and filter ----------------------------------------------------------------------------------------

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column; folders stay on top either way."""
        if column not in _KEYS:
            return
        self._column, self._order = Column(column), order
        self._merge()

    @property
    def sort_column(self) -> Column:
        return self._column

    @property
    def sort_order(self) -> Qt.SortOrder:
        return self._order

    @property
    def filter_text(self) -> str:
        return self._filter

    def set_filter(self, text: str) -> None:
        """Show only names that contain ``text``, capitals or not; ``*`` and ``?`` stand for any characters."""
        text = text.strip()
        if text == self._filter:
            return
        self._filter = text
        self._matches = _matcher(text)
        self._reset(self._all)

    @property
    def shows_hidden(self) -> bool:
        return self._shows_hidden

    def set_shows_hidden(self, shows: bool) -> None:
        """Show the names that begin with a dot, or not."""
        if shows != self._shows_hidden:
            self._shows_hidden = shows
            self._reset(self._all)

    def set_editable(self, is_editable: bool) -> None:
        """Whether names can be typed over; a read-only account cannot rename."""
        self._is_editable = is_editable

    # --- Asking --------------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """Entries in the folder, shown or not."""
        return len(self._all)

    def entry(self, row: int) -> Entry:
        """Return the entry of a shown row."""
        return self._rows[row].entry

    def entries(self, rows: Iterable[int]) -> list[Entry]:
        """Return the entries of shown rows."""
        return [self._rows[row].entry for row in rows]

    def rows_of(self, names: Iterable[str]) -> list[int]:
        """Return the rows of those names that are shown, from the top."""
        wanted = set(names)
        return [i for i, row in enumerate(self._rows) if row.entry.name in wanted] if wanted else []

    def find(self, prefix: str, start: int = 0) -> int:
        """Return the first row from ``start`` on, round the end, whose shown name begins so; -1 for none."""
        prefix = prefix.casefold()
        count = len(self._rows)
        for step in range(count):
            row = (start + step) % count
            if self._rows[row].text.casefold().startswith(prefix):
                return row
        return -1

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        flags |= Qt.ItemFlag.ItemIsDragEnabled
        row = self._rows[index.row()]
        if row.entry.is_folder:
            flags |= Qt.ItemFlag.ItemIsDropEnabled
        if index.column() == Column.NAME and self._is_editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, index.column())
            case Qt.ItemDataRole.EditRole:
                return row.text
            case Qt.ItemDataRole.TextAlignmentRole:
                end = index.column() == Column.SIZE
                side = Qt.AlignmentFlag.AlignRight if end else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.text}, {filetypes.kind_text(row.entry)}" if index.column() == Column.NAME else None
            case int(x) if x == ENTRY_ROLE:
                return row.entry
            case int(x) if x == ICON_ROLE:
                return filetypes.icon_name(row.entry)
            case int(x) if x == SORT_ROLE:
                return _KEYS[Column(index.column())](row)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for a rename; the row changes when the folder is listed again."""
        if role != Qt.ItemDataRole.EditRole or index.column() != Column.NAME or not isinstance(value, str):
            return False
        row = self._rows[index.row()]
        if value and value != row.text:
            self.rename_requested.emit(row.entry, value)
        return False

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.SIZE else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return self.column_title(Column(section))
        return None

    def roleNames(self) -> dict[int, Any]:
        return {**super().roleNames(), ENTRY_ROLE: b"entry", SORT_ROLE: b"sort", ICON_ROLE: b"icon"}

    def column_title(self, column: Column) -> str:
        """Return the heading of a column."""
        return {
            Column.NAME: self.tr("Name"),
            Column.SIZE: self.tr("Size"),
            Column.MODIFIED: self.tr("Modified"),
            Column.KIND: self.tr("Kind"),
            Column.PERMISSIONS: self.tr("Permissions"),
        }[column]

    # --- How -----------------------------------------------------------------------------------------------------

    def _is_shown(self, row: _Row) -> bool:
        if not self._shows_hidden and row.entry.is_hidden:
            return False
        return self._matches is None or bool(self._matches(row.text.casefold()))

    def _reset(self, rows: list[_Row]) -> None:
        self._settle.stop()
        self.rows_about_to_move.emit()
        self.beginResetModel()
        self._all = rows
        self._rows = [row for row in rows if self._is_shown(row)]
        self._sort(self._rows)
        self._sorted = len(self._rows)
        self.endResetModel()
        self.rows_moved.emit()
        self.counts_changed.emit()

    def _sort(self, rows: list[_Row]) -> None:
        """Order ``rows`` in place. Timsort finds the runs that are in order, so a merge costs little."""
        is_descending = self._order is Qt.SortOrder.DescendingOrder
        rows.sort(key=_KEYS[self._column], reverse=is_descending)
        if is_descending:
            # Every key begins with the rank, which puts folders first; downwards they were last.
            rows.sort(key=_rank)

    def _merge(self) -> None:
        """Bring all rows into order, and tell those who hold on to one where it went."""
        self._settle.stop()
        self.rows_about_to_move.emit()
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        rows = [self._rows[index.row()] for index in held]
        self._sort(self._rows)
        self._sorted = len(self._rows)
        if held:
            place = {id(row): i for i, row in enumerate(self._rows)}
            moved = [self.index(place[id(row)], index.column()) for row, index in zip(rows, held, strict=True)]
            self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()
        self.rows_moved.emit()


def _matcher(text: str) -> Callable[[str], object] | None:
    folded = text.casefold()
    if not folded:
        return None
    if "*" in folded or "?" in folded:
        return re.compile(fnmatch.translate(f"*{folded}*")).match
    return lambda name: folded in name


def _text(row: _Row, column: int) -> str:
    entry = row.entry
    match column:
        case Column.NAME:
            return row.text
        case Column.SIZE:
            return wording.size(entry.size) if entry.kind is Kind.FILE else "—"
        case Column.MODIFIED:
            return wording.moment(entry.mtime_ns, QDate.currentDate())
        case Column.KIND:
            return filetypes.kind_text(entry)
        case _:
            return wording.permissions(entry.mode)


def _tip(row: _Row) -> str:
    entry = row.entry
    size = wording.exact_size(entry.size) if entry.kind is Kind.FILE else ""
    return wording.tooltip(row.text, filetypes.kind_text(entry), size, wording.exact_moment(entry.mtime_ns))
