"""The queue as rows: folders with what is below them, kept in order, filtered and folded. Moves no bytes.

The rows are flat, a folder's contents following it when it is unfolded: a view of fixed row height then asks the
model nothing for rows that are not on the screen, with 100,000 items as with ten. Where a row stands is found by
bisection over keys, so that a change costs what changed and not what is there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.models.queue_row import SHOWN, Column, QueueCounts, QueueFilter, QueueRow, row_of, size_text, tip
from desktop.transfers.items import Direction, State
from desktop.transfers.progress import Change
from shared.look import wording

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The QueueRow."""
DEPTH_ROLE = ROW_ROLE + 1
"""0 for what a person chose, 1 for what was found below it."""
EXPANDED_ROLE = ROW_ROLE + 2
"""True or False for a folder with contents, None for what cannot be unfolded."""


class _Node:
    """An item in the model. ``key`` orders it among all others: a folder first, then what is below it."""

    __slots__ = ("children", "is_expanded", "is_visible", "key", "parent", "row", "states")

    def __init__(self, row: QueueRow, parent: _Node | None) -> None:
        self.row = row
        self.parent = parent
        self.children: dict[int, _Node] = {}
        self.states: Counter[State] = Counter()
        """States of the children."""
        self.is_expanded = False
        self.is_visible = False
        self.key = self.make_key()

    def make_key(self) -> tuple[int, int, int, int]:
        own = (self.row.position, self.row.id)
        return (*own, -1, -1) if self.parent is None else (*self.parent.key[:2], *own)

    @property
    def is_group(self) -> bool:
        return bool(self.children) or self.row.parts is not None


_key = attrgetter("key")


class QueueModel(QAbstractTableModel):
    """All items of the queue, in the order in which they will be moved.

    Signals:
        counts_changed: the QueueCounts, once for each batch of rows that changed them.
    """

    counts_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: dict[int, _Node] = {}
        self._visible: list[_Node] = []
        self._filter = QueueFilter.ALL
        self._states: Counter[State] = Counter()
        self._counts = QueueCounts()

    # --- Filling -------------------------------------------------------------------------------------------------

    def apply(self, changes: Sequence[Change]) -> None:
        """Take in what the engine says has changed; one that ``is_removed`` goes."""
        rows = [row_of(change) for change in changes if not change.is_removed]
        self.apply_rows(rows, [change.item.id for change in changes if change.is_removed])

    def apply_rows(self, rows: Sequence[QueueRow], removed: Iterable[int] = ()) -> None:
        """Take in new and changed rows, then forget the ``removed`` ids. One signal for each span of rows."""
        touched: dict[int, _Node] = {}
        moved: list[_Node] = []
        for row in sorted(rows, key=lambda row: row.group != 0):
            node = self._nodes.get(row.id)
            if node is None:
                node = self._add(row)
            else:
                if row.position != node.row.position:
                    moved.append(node)
                self._count(node, -1)
                node.row = row
                self._count(node, +1)
            touched[row.id] = node
            if node.parent is not None:
                touched[node.parent.row.id] = node.parent
        if moved:
            self._reorder(moved)
        gone = [node for node in map(self._nodes.get, removed) if node is not None]
        for node in gone:
            if node.parent is not None:
                touched[node.parent.row.id] = node.parent
            touched.update(node.children)
            self._forget(node)
            touched.pop(node.row.id, None)
        leaving = [n for n in gone if n.is_visible]
        leaving += [n for n in touched.values() if n.is_visible and not self._is_wanted(n)]
        self._hide(leaving)
        entering = [n for n in touched.values() if not n.is_visible and self._is_wanted(n)]
        stayed = [n for n in touched.values() if n.is_visible]
        self._show(entering)
        self._tell_changed(stayed)
        self._tell_counts()

    def clear(self) -> None:
        """Forget everything."""
        self.beginResetModel()
        self._nodes.clear()
        self._visible.clear()
        self._states.clear()
        self.endResetModel()
        self._tell_counts()

    # --- Filter and folding --------------------------------------------------------------------------------------

    @property
    def filter(self) -> QueueFilter:
        return self._filter

    def set_filter(self, which: QueueFilter) -> None:
        """Show only the items of one kind, and the folders that they are in."""
        if which is self._filter:
            return
        self.beginResetModel()
        self._filter = which
        self._visible = []
        for node in self._nodes.values():
            node.is_visible = self._is_wanted(node)
            if node.is_visible:
                self._visible.append(node)
        self._visible.sort(key=_key)
        self.endResetModel()

    def set_expanded(self, row: int, is_expanded: bool) -> None:
        """Unfold or fold a folder row; others ignore it."""
        node = self._visible[row]
        if not node.is_group or node.is_expanded == is_expanded:
            return
        node.is_expanded = is_expanded
        if is_expanded:
            self._show([child for child in node.children.values() if self._is_wanted(child)])
        else:
            self._hide([child for child in node.children.values() if child.is_visible])
        self._tell_changed([node])

    # --- Asking --------------------------------------------------------------------------------------------------

    @property
    def counts(self) -> QueueCounts:
        return self._counts

    def row(self, row: int) -> QueueRow:
        """Return what a shown row holds."""
        return self._visible[row].row

    def ids(self, rows: Iterable[int]) -> list[int]:
        """Return the ids of shown rows; a child is left out when its folder is among them."""
        nodes = [self._visible[row] for row in rows]
        chosen = {node.row.id for node in nodes}
        return [node.row.id for node in nodes if node.parent is None or node.parent.row.id not in chosen]

    def row_of(self, id: int) -> int:
        """Return where an item is shown, -1 if it is not."""
        node = self._nodes.get(id)
        return self._place(node) if node is not None and node.is_visible else -1

    def parent_row(self, row: int) -> int:
        """Return the row of the folder that a row stands under, -1 for none."""
        parent = self._visible[row].parent
        return -1 if parent is None or not parent.is_visible else self._place(parent)

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._visible)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self._visible[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(node, index.column())
            case int(x) if x == ROW_ROLE:
                return node.row
            case int(x) if x == DEPTH_ROLE:
                return 0 if node.parent is None else 1
            case int(x) if x == EXPANDED_ROLE:
                return node.is_expanded if node.is_group else None
            case Qt.ItemDataRole.ToolTipRole:
                return tip(node.row)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.column_title(Column(section))
        return None

    def roleNames(self) -> dict[int, Any]:
        return {**super().roleNames(), ROW_ROLE: b"row", DEPTH_ROLE: b"depth", EXPANDED_ROLE: b"expanded"}

    def column_title(self, column: Column) -> str:
        """Return the heading of a column."""
        return {
            Column.NAME: self.tr("Name"),
            Column.STATE: self.tr("State"),
            Column.PROGRESS: self.tr("Progress"),
            Column.SIZE: self.tr("Size"),
            Column.RATE: self.tr("Speed"),
            Column.LEFT: self.tr("Time left"),
            Column.TARGET: self.tr("To"),
        }[column]

    def state_text(self, row: QueueRow) -> str:
        """Return the state in words; for a failure what went wrong."""
        match row.state:
            case State.QUEUED:
                return self.tr("Queued")
            case State.SCANNING:
                return self.tr("Looking into the folder")
            case State.RUNNING:
                return self.tr("Uploading") if row.direction is Direction.UPLOAD else self.tr("Downloading")
            case State.PAUSED:
                return self.tr("Paused")
            case State.WAITING:
                return self.tr("Waiting to retry")
            case State.ASKING:
                return self.tr("Needs an answer")
            case State.FAILED:
                return row.failure.title if row.failure is not None else self.tr("Failed")
            case State.SKIPPED:
                return self.tr("Skipped")
            case State.CANCELLED:
                return self.tr("Cancelled")
        if row.parts is not None and row.parts.failed:
            return self.tr("Done, %1 failed").replace("%1", wording.number(row.parts.failed))
        return self.tr("Done")

    # --- How -----------------------------------------------------------------------------------------------------

    def _text(self, node: _Node, column: int) -> str:
        row = node.row
        is_running = row.state is State.RUNNING
        match column:
            case Column.NAME:
                return row.title
            case Column.STATE:
                return self.state_text(row)
            case Column.PROGRESS:
                return f"{int(row.share * 100)} %"
            case Column.SIZE:
                return size_text(row)
            case Column.RATE:
                return wording.rate(row.rate_bps) if is_running and row.rate_bps > 0 else ""
            case Column.LEFT:
                return wording.duration(row.eta_s) if is_running and row.eta_s is not None else ""
            case _:
                return row.target

    def _add(self, row: QueueRow) -> _Node:
        parent = self._nodes.get(row.group) if row.group else None
        node = _Node(row, parent)
        self._nodes[row.id] = node
        if parent is not None:
            if not parent.is_group:
                # From here on it counts by its contents.
                self._states[parent.row.state] -= 1
            parent.children[row.id] = node
        self._count(node, +1)
        return node

    def _forget(self, node: _Node) -> None:
        self._count(node, -1)
        del self._nodes[node.row.id]
        if node.parent is not None:
            del node.parent.children[node.row.id]
            if not node.parent.is_group:
                self._states[node.parent.row.state] += 1
        for child in node.children.values():
            # Its contents, if they stay, stand by themselves.
            child.parent = None
        if node.children:
            self._reorder([*node.children.values()])

    def _count(self, node: _Node, by: int) -> None:
        if not node.is_group:
            self._states[node.row.state] += by
        if node.parent is not None:
            node.parent.states[node.row.state] += by

    def _is_wanted(self, node: _Node) -> bool:
        shown = SHOWN[self._filter]
        if node.parent is not None:
            return node.parent.is_expanded and node.row.state in shown
        if node.children:
            return any(node.states[state] > 0 for state in shown)
        return node.row.state in shown

    def _place(self, node: _Node) -> int:
        return bisect_left(self._visible, node.key, key=_key)

    def _reorder(self, moved: Iterable[_Node]) -> None:
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        nodes = [self._visible[index.row()] for index in held]
        for node in moved:
            node.key = node.make_key()
            for child in node.children.values():
                child.key = child.make_key()
        self._visible.sort(key=_key)
        if held:
            place = {id(node): i for i, node in enumerate(self._visible)}
            targets = [self.index(place[id(n)], i.column()) for n, i in zip(nodes, held, strict=True)]
            self.changePersistentIndexList(held, targets)
        self.layoutChanged.emit()

    def _hide(self, nodes: Iterable[_Node]) -> None:
        for first, last in reversed(list(_spans(sorted(map(self._place, nodes))))):
            self.beginRemoveRows(QModelIndex(), first, last)
            for node in self._visible[first : last + 1]:
                node.is_visible = False
            del self._visible[first : last + 1]
            self.endRemoveRows()

    def _show(self, nodes: Iterable[_Node]) -> None:
        fresh = sorted(nodes, key=_key)
        places = [self._place(node) for node in fresh]
        end = len(fresh)
        while end > 0:
            # All that go into one gap go in together; from the bottom up, places stay true.
            place, start = places[end - 1], end - 1
            while start > 0 and places[start - 1] == place:
                start -= 1
            self.beginInsertRows(QModelIndex(), place, place + end - start - 1)
            for node in fresh[start:end]:
                node.is_visible = True
            self._visible[place:place] = fresh[start:end]
            self.endInsertRows()
            end = start

    def _tell_changed(self, nodes: Iterable[_Node]) -> None:
        last_column = len(Column) - 1
        for first, last in _spans(sorted(map(self._place, nodes))):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _tell_counts(self) -> None:
        sums = {which: sum(self._states[state] for state in states) for which, states in SHOWN.items()}
        counts = QueueCounts(
            sums[QueueFilter.ALL], sums[QueueFilter.ACTIVE], sums[QueueFilter.FAILED], sums[QueueFilter.DONE]
        )
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit(counts)


def _spans(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of consecutive numbers; ``rows`` are in order."""
    first = last = -1
    for row in rows:
        if first >= 0 and row == last + 1:
            last = row
            continue
        if first >= 0:
            yield first, last
        first = last = row
    if first >= 0:
        yield first, last


def _alignment(column: int) -> Qt.AlignmentFlag:
    is_number = column in (Column.SIZE, Column.RATE, Column.LEFT)
    return (Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
