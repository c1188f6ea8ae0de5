"""The entries of one folder, sorted and filtered. Lists nothing itself; a controller fills it in batches.

A few thousand rows are put in order at once. More are worked off in slices of a few milliseconds: those that arrive
stand at the end for a moment, and a new order is made in the background and put in place in one step, so that the
window stays live with 100,000 of them and each costs the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QDate, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.models.arranging import STEP, Steps, arrange, make_rows
from desktop.models.directory_row import SORT_KEYS, Column, Mark, Row, row_of
from desktop.models.patterns import Matches, matcher
from shared.entries import Entry, Kind
from shared.look import filetypes, wording

Index = QModelIndex | QPersistentModelIndex

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The Entry of the row."""
SORT_ROLE = ENTRY_ROLE + 1
"""What the column sorts by."""
ICON_ROLE = ENTRY_ROLE + 2
"""The name of the drawing in shared.look.icons."""
MARK_ROLE = ENTRY_ROLE + 3
"""The Mark of a comparison, or None."""

AT_ONCE = 3000
"""Rows that are put in order without a pause: a few milliseconds."""

BUDGET_S = 0.004
"""How long one slice holds the window: with what it paints then, less than a screen of 60 Hz gives a frame."""

PUMP_MS = 2
"""Between two slices: clicks, keys and paints come in."""

SHOW_MS = 60
"""Between two insertions while a listing pours in: each one is a repaint."""

SETTLE_MS = 150
"""Rows at the end that stopped coming are brought into order after this time."""

_size = attrgetter("size")

_ROW_FLAGS = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
    | Qt.ItemFlag.ItemIsDragEnabled
)
_FOLDER_FLAGS = _ROW_FLAGS | Qt.ItemFlag.ItemIsDropEnabled
_EDITABLE = Qt.ItemFlag.ItemIsEditable
# Asked for twice for every cell that is painted: not put together each time.
_FLAGS = {
    (False, False): _ROW_FLAGS,
    (False, True): _ROW_FLAGS | _EDITABLE,
    (True, False): _FOLDER_FLAGS,
    (True, True): _FOLDER_FLAGS | _EDITABLE,
}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DirectoryModel(QAbstractTableModel):
    """A folder's entries as rows: folders first, then by the chosen column, names in natural order.

    Signals:
        rename_requested: an Entry and the text that was typed over its name.
        counts_changed: how many rows there are, shown or hidden by the filter, is another number now.
        rows_about_to_move, rows_moved: around each change that may put every row elsewhere. Qt would hold a
            selection of 100,000 rows by as many persistent indexes; a view that takes its names here need not.
        settled: everything that came is shown and in order.
    """

    rename_requested = Signal(object, str)
    counts_changed = Signal()
    rows_about_to_move = Signal()
    rows_moved = Signal()
    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Row] = []
        self._by_name: dict[str, Row] = {}
        self._rows: list[Row] = []
        self._sorted = 0
        """How many of the rows, from the top, are in order; those after it are a tail as it arrived."""
        self._column = Column.NAME
        self._order = Qt.SortOrder.AscendingOrder
        self._filter = ""
        self._matches: Matches | None = None
        self._shows_hidden = False
        self._marks: frozenset[Mark] | None = None
        self._mark_of: Mapping[str, Mark] = {}
        self._is_editable = True
        self._entries: Sequence[Entry] | None = None
        """What is to take the place of all rows, as long as that is being prepared."""
        self._incoming: list[Entry] = []
        self._taken = 0
        self._fresh: list[Row] = []
        """Rows that are made and not inserted yet."""
        self._job: Steps | None = None
        self._is_reset = False
        self._late: list[Row] = []
        """Rows that were inserted while the order under way was begun without them."""
        self._retired: list[Row] = []
        """Rows that nobody sees any more. To let go of 100,000 at once would hold the window as well."""
        self._is_told = True
        self._shown_at = 0.0
        self._pump = QTimer(self, singleShot=True, interval=PUMP_MS)
        self._pump.timeout.connect(self._work)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._order_again)

    # --- Filling -------------------------------------------------------------------------------------------------

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these instead of what was there, in one step."""
        self._forget_incoming()
        self._entries = entries
        self._begin(is_reset=True, size=len(entries))

    def append_entries(self, entries: Sequence[Entry]) -> None:
        """Add a batch of a listing that is under way."""
        self._is_told = False
        self._incoming += entries
        if len(entries) <= STEP and len(self._incoming) == len(entries) and not self._is_preparing:
            self._take_incoming(len(entries))
            self._insert_fresh()
            self._rest()
        else:
            self._pump.start()

    def clear(self) -> None:
        """Show nothing."""
        self.set_entries(())

    @property
    def is_settling(self) -> bool:
        """Whether rows are still on their way to where they belong."""
        return self._job is not None or bool(self._incoming) or self._sorted < len(self._rows)

    # --- Order and filter ----------------------------------------------------------------------------------------

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column; folders stay on top either way."""
        if column not in SORT_KEYS or (column, order) == (self._column, self._order):
            return
        self._column, self._order = Column(column), order
        self._order_again()

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
        """Show only names that fit: a part of them, or patterns as :mod:`desktop.models.patterns` has them."""
        text = text.strip()
        if text != self._filter:
            self._filter = text
            self._matches = matcher(text)
            self._filter_again()

    @property
    def shows_hidden(self) -> bool:
        return self._shows_hidden

    def set_shows_hidden(self, shows: bool) -> None:
        """Show the names that begin with a dot, or not."""
        if shows != self._shows_hidden:
            self._shows_hidden = shows
            self._filter_again()

    @property
    def shown_marks(self) -> frozenset[Mark] | None:
        return self._marks

    def show_marks(self, marks: frozenset[Mark] | None) -> None:
        """Show only rows with one of these marks; None shows all."""
        if marks != self._marks:
            self._marks = marks
            self._filter_again()

    def set_marks(self, marks: Mapping[str, Mark]) -> None:
        """Mark the entries of these names and no others; what is still on its way is marked when it is here."""
        self._mark_of = marks
        for row in self._all:
            row.mark = marks.get(row.entry.name)
        if self._marks is not None:
            self._filter_again()
        elif self._rows:
            last = self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [MARK_ROLE])

    def set_editable(self, is_editable: bool) -> None:
        """Whether names can be typed over; a read-only account cannot rename."""
        self._is_editable = is_editable

    # --- Asking --------------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """Entries in the folder, shown or not."""
        return len(self._all)

    def row(self, row: int) -> Row:
        """Return a shown row itself, for who paints it."""
        return self._rows[row]

    def entry(self, row: int) -> Entry:
        """Return the entry of a shown row."""
        return self._rows[row].entry

    def entries(self, rows: Iterable[int]) -> list[Entry]:
        """Return the entries of shown rows."""
        return [self._rows[row].entry for row in rows]

    def all_entries(self) -> list[Entry]:
        """Return every entry of the folder, shown or not, in no order."""
        return [row.entry for row in self._all]

    def measure(self, spans: Sequence[tuple[int, int]]) -> tuple[int, int | None]:
        """Return how many rows lie in these ranges (first and last), and the bytes of the files among them.

        None in place of the bytes: there is no file.
        """
        count = total = 0
        has_file = False
        for top, bottom in spans:
            rows = self._rows[top : bottom + 1]
            count += len(rows)
            total += sum(map(_size, rows))
            has_file = has_file or any(row.entry.kind is Kind.FILE for row in rows)
        return count, total if has_file else None

    def rows_of(self, names: Iterable[str]) -> list[int]:
        """Return the rows of those names that are shown, from the top."""
        wanted = {id(row) for name in names if (row := self._by_name.get(name)) is not None}
        if not wanted:
            return []
        if len(wanted) == 1:
            (only,) = wanted
            return [i for i, row in enumerate(self._rows) if id(row) == only]
        return [i for i, row in enumerate(self._rows) if id(row) in wanted]

    def rows_like(self, pattern: str) -> list[int]:
        """Return the rows whose names fit a mask such as ``*.jpg; *.png``, from the top."""
        matches = matcher(pattern, anywhere=False)
        return [] if matches is None else [i for i, row in enumerate(self._rows) if matches(row.text)]

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
        is_folder = self._rows[index.row()].entry.is_folder
        return _FLAGS[is_folder, self._is_editable and index.column() == Column.NAME]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(row, index.column())
            case Qt.ItemDataRole.EditRole:
                return row.text
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if index.column() == Column.SIZE else _LEFT
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row) if index.column() == Column.NAME else None
            case int(x) if x == ENTRY_ROLE:
                return row.entry
            case int(x) if x == ICON_ROLE:
                return filetypes.icon_name(row.entry)
            case int(x) if x == MARK_ROLE:
                return row.mark
            case int(x) if x == SORT_ROLE:
                return SORT_KEYS[Column(index.column())](row)
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
            return _RIGHT if section == Column.SIZE else _LEFT
        if role == Qt.ItemDataRole.DisplayRole:
            return self.column_title(Column(section))
        return None

    def roleNames(self) -> dict[int, Any]:
        own = {ENTRY_ROLE: b"entry", SORT_ROLE: b"sort", ICON_ROLE: b"icon", MARK_ROLE: b"mark"}
        return {**super().roleNames(), **own}

    def column_title(self, column: Column) -> str:
        """Return the heading of a column."""
        return {
            Column.NAME: self.tr("Name"),
            Column.SIZE: self.tr("Size"),
            Column.MODIFIED: self.tr("Modified"),
            Column.KIND: self.tr("Kind"),
            Column.PERMISSIONS: self.tr("Permissions"),
        }[column]

    def mark_text(self, mark: Mark) -> str:
        """Return what a mark means."""
        return {
            Mark.NEW: self.tr("Only on this side"),
            Mark.NEWER: self.tr("Newer than on the other side"),
            Mark.OLDER: self.tr("Older than on the other side"),
            Mark.DIFFERENT: self.tr("Different from the other side"),
            Mark.EQUAL: self.tr("Equal on both sides"),
        }[mark]

    # --- Rows that come in ---------------------------------------------------------------------------------------

    @property
    def _is_preparing(self) -> bool:
        """Whether all rows are about to be replaced: what comes in then waits, and is added to the new ones."""
        return self._job is not None and self._is_reset

    def _work(self) -> None:
        """Do a slice of what there is to do."""
        until = time.perf_counter() + BUDGET_S
        if not self._is_preparing:
            while self._incoming and time.perf_counter() < until:
                self._take_incoming(STEP // 2)
            if not self._incoming or time.perf_counter() - self._shown_at > SHOW_MS / 1000:
                self._insert_fresh()
        while self._job is not None and time.perf_counter() < until:
            self._step()
        while self._retired and time.perf_counter() < until:
            del self._retired[-STEP:]
        self._rest()

    def _rest(self) -> None:
        """Come back for what is left, soon or when nothing more has come for a while."""
        tail = len(self._rows) - self._sorted
        if self._incoming or self._job is not None or self._retired:
            self._pump.start()
        if self._job is None and tail:
            if tail >= self._sorted:
                self._order_again()
            else:
                self._settle.start()
        if not self._is_told and not self.is_settling:
            self._is_told = True
            marks = self._mark_of
            if marks and any(row.mark is not marks.get(row.entry.name) for row in self._all):
                self.set_marks(self._mark_of)
            self.settled.emit()

    def _take_incoming(self, count: int) -> None:
        entries = self._incoming[self._taken : self._taken + count]
        self._taken += len(entries)
        if self._taken == len(self._incoming):
            self._incoming, self._taken = [], 0
        for entry in entries:
            row = row_of(entry)
            self._all.append(row)
            self._by_name[entry.name] = row
            if self._is_shown(row):
                self._fresh.append(row)

    def _insert_fresh(self) -> None:
        fresh, self._fresh = self._fresh, []
        self._shown_at = time.perf_counter()
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._rows += fresh
            self.endInsertRows()
            if self._job is not None:
                self._late += fresh
        self.counts_changed.emit()

    def _forget_incoming(self) -> None:
        self._incoming, self._taken, self._fresh = [], 0, []
        self._settle.stop()

    # --- Putting in order ----------------------------------------------------------------------------------------

    def _is_shown(self, row: Row) -> bool:
        if not self._shows_hidden and row.entry.is_hidden:
            return False
        if self._marks is not None and row.mark not in self._marks:
            return False
        return self._matches is None or bool(self._matches(row.text))

    def _filter_again(self) -> None:
        self._begin(is_reset=True, size=len(self._all) if self._entries is None else len(self._entries))

    def _order_again(self) -> None:
        # An order that is being prepared for other rows knows the new wish when it is begun anew.
        self._begin(is_reset=self._is_preparing, size=len(self._rows))

    def _begin(self, *, is_reset: bool, size: int) -> None:
        """Start to bring all rows into order, instead of what was begun before."""
        self._settle.stop()
        self._is_told = False
        self._is_reset = is_reset
        self._late = []
        if is_reset:
            # Whatever is made and not inserted is among all rows, and will be shown with them.
            self._fresh = []
        # What is there now: a generator would look only when it is first asked.
        self._job = self._steps(self._entries, self._all[:] if is_reset else self._rows[:])
        if size <= AT_ONCE:
            while self._job is not None:
                self._step()
            self._rest()
        else:
            self._pump.start()

    def _steps(self, entries: Sequence[Entry] | None, rows: list[Row]) -> Steps:
        key, is_descending = SORT_KEYS[self._column], self._order is Qt.SortOrder.DescendingOrder
        if not self._is_reset:
            return (yield from arrange(rows, None, key, is_descending))
        if entries is None:
            return (yield from arrange(rows, self._is_shown, key, is_descending))
        by_name: dict[str, Row] = {}
        rows = yield from make_rows(entries, self._by_name, by_name)
        shown = yield from arrange(rows, self._is_shown, key, is_descending)
        self._retired += self._all
        self._all, self._by_name, self._entries = rows, by_name, None
        return shown

    def _step(self) -> None:
        assert self._job is not None
        try:
            next(self._job)
        except StopIteration as end:
            self._job = None
            self._put(end.value)

    def _put(self, rows: list[Row]) -> None:
        """Show the rows in their new order, with those at the end that came meanwhile."""
        late, self._late = self._late, []
        self.rows_about_to_move.emit()
        if self._is_reset:
            self._is_reset = False
            self.beginResetModel()
            self._rows = rows + late
            self._sorted = len(rows)
            self.endResetModel()
        else:
            self.layoutAboutToBeChanged.emit()
            held = self.persistentIndexList()
            before = [self._rows[index.row()] for index in held]
            self._rows = rows + late
            self._sorted = len(rows)
            if held:
                # Rows have no equality of their own: this compares addresses, as fast as a list can be walked.
                moved = [self.index(self._rows.index(row), at.column()) for row, at in zip(before, held, strict=True)]
                self.changePersistentIndexList(held, moved)
            self.layoutChanged.emit()
        self.rows_moved.emit()
        self.counts_changed.emit()

    # --- Words ---------------------------------------------------------------------------------------------------

    def _tip(self, row: Row) -> str:
        entry = row.entry
        size = wording.exact_size(entry.size) if entry.kind is Kind.FILE else ""
        mark = self.mark_text(row.mark) if row.mark is not None else ""
        when = wording.exact_moment(entry.mtime_ns)
        return wording.tooltip(row.text, filetypes.kind_text(entry), size, when, mark)

    def _spoken(self, row: Row) -> str:
        parts = [row.text, filetypes.kind_text(row.entry)]
        if row.mark is not None:
            parts.append(self.mark_text(row.mark))
        return ", ".join(parts)


def cell_text(row: Row, column: int) -> str:
    """Return what a column shows of a row."""
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
