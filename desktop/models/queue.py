"""The queue as rows: folders with what is below them, kept in order, filtered and folded. Moves no bytes.

The rows are flat, a folder's contents following it when it is unfolded: a view of fixed row height then asks the
model nothing for rows that are not on the screen, with 100,000 items as with ten. Where a row stands is found by
bisection over keys, so that a change costs what changed and not what is there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.models.queue_node import Family, Node, Source, id_of, source_of
from desktop.models.queue_row import (
    SHOWN,
    Column,
    QueueCounts,
    QueueFilter,
    QueueRow,
    cell_text,
    column_title,
    tip,
)
from desktop.transfers.items import State
from desktop.transfers.progress import Change

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The QueueRow."""
DEPTH_ROLE = ROW_ROLE + 1
"""0 for what a person chose, 1 for what was found below it."""
EXPANDED_ROLE = ROW_ROLE + 2
"""True or False for a folder with contents, None for what cannot be unfolded."""


_key = attrgetter("key")

_FLAGS = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
"""Made once: Qt asks for them ten times to paint one row, and joining enum members is slow."""

_CACHED_ROWS = 512
"""Rows kept as they are shown: several screens full."""


class QueueModel(QAbstractTableModel):
    """All items of the queue, in the order in which they will be moved.

    Signals:
        counts_changed: the QueueCounts, once for each batch of rows that changed them.
    """

    counts_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: dict[int, Node] = {}
        self._visible: list[Node] = []
        self._waiting: dict[int, Node] = {}
        """New nodes that are to be shown together with the next ones."""
        self._rows: dict[int, QueueRow] = {}
        self._filter = QueueFilter.ALL
        self._states: Counter[State] = Counter()
        self._counts = QueueCounts()

    # --- Filling -------------------------------------------------------------------------------------------------

    def apply(self, changes: Sequence[Change], *, has_more: bool = False) -> None:
        """Take in what the engine says has changed; one that ``is_removed`` goes.

        has_more: the next changes follow at once, so new rows may wait for them: showing rows makes the view
        draw itself again, which costs more than taking them in.
        """
        kept = [change for change in changes if not change.is_removed]
        # What was found in a folder comes after the folder.
        kept.sort(key=lambda change: change.item.group != 0)
        groups = [change.item.group for change in kept]
        self._take_in(
            list(map(source_of, kept)), groups, [change.item.id for change in changes if change.is_removed], has_more
        )

    def apply_rows(self, rows: Sequence[QueueRow], removed: Iterable[int] = ()) -> None:
        """Take in new and changed rows, then forget the ``removed`` ids. One signal for each span of rows."""
        ordered = sorted(rows, key=lambda row: row.group != 0)
        self._take_in(ordered, [row.group for row in ordered], removed, has_more=False)

    def _take_in(
        self,
        sources: Sequence[Source],
        groups: Sequence[int],
        removed: Iterable[int],
        has_more: bool,
    ) -> None:
        touched: dict[int, Node] = {}
        moved: list[Node] = []
        for source, group in zip(sources, groups, strict=True):
            id = id_of(source)
            node = self._nodes.get(id)
            if node is None:
                node = self._add(source, group)
            else:
                place = node.position
                self._count(node, -1)
                node.take(source)
                self._count(node, +1)
                self._rows.pop(id, None)
                if node.position != place:
                    moved.append(node)
            touched[id] = node
            if node.parent is not None:
                touched[node.parent.id] = node.parent
        if moved:
            self._reorder(moved)
        gone = [node for node in map(self._nodes.get, removed) if node is not None]
        for node in gone:
            if node.parent is not None:
                touched[node.parent.id] = node.parent
            touched.update(node.children)
            self._forget(node)
            touched.pop(node.id, None)
        self._show_touched(gone, touched.values(), has_more)
        self._tell_counts()

    def _show_touched(self, gone: Sequence[Node], touched: Collection[Node], has_more: bool) -> None:
        leaving = [n for n in gone if n.is_visible]
        leaving += [n for n in touched if n.is_visible and not self._is_wanted(n)]
        self._hide(leaving)
        stayed = [n for n in touched if n.is_visible]
        for node in touched:
            if not node.is_visible and self._is_wanted(node):
                self._waiting[node.id] = node
        if not has_more and self._waiting:
            entering = [n for n in self._waiting.values() if not n.is_visible and self._is_wanted(n)]
            self._waiting.clear()
            self._show(entering)
        self._tell_changed(stayed)

    def clear(self) -> None:
        """Forget everything."""
        self.beginResetModel()
        self._nodes.clear()
        self._visible.clear()
        self._waiting.clear()
        self._rows.clear()
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
        self._waiting.clear()
        for node in self._nodes.values():
            node.is_visible = self._is_wanted(node)
            if node.is_visible:
                self._visible.append(node)
        self._visible.sort(key=_key)
        self.endResetModel()

    def set_expanded(self, row: int, is_expanded: bool) -> None:
        """Unfold or fold a folder row; others ignore it."""
        node = self._visible[row]
        if node.family is None or node.family.is_expanded == is_expanded:
            return
        node.family.is_expanded = is_expanded
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
        return self._row(self._visible[row])

    def ids(self, rows: Iterable[int]) -> list[int]:
        """Return the ids of shown rows; a child is left out when its folder is among them."""
        nodes = [self._visible[row] for row in rows]
        chosen = {node.id for node in nodes}
        return [node.id for node in nodes if node.parent is None or node.parent.id not in chosen]

    def shown(self, row: int) -> tuple[QueueRow, int, bool | None]:
        """Return what a shown row holds, its depth and whether it is unfolded, as the roles of these names say."""
        node = self._visible[row]
        is_expanded = node.family.is_expanded if node.family is not None else None
        return self._row(node), 0 if node.parent is None else 1, is_expanded

    def states(self, rows: Iterable[int]) -> set[State]:
        """Return the states of shown rows."""
        return {self._visible[row].state for row in rows}

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
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self._visible[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(self._row(node), index.column())
            case int(x) if x == ROW_ROLE:
                return self._row(node)
            case int(x) if x == DEPTH_ROLE:
                return 0 if node.parent is None else 1
            case int(x) if x == EXPANDED_ROLE:
                return node.family.is_expanded if node.family is not None else None
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self._row(node))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return column_title(Column(section))
        return None

    def roleNames(self) -> dict[int, Any]:
        return {**super().roleNames(), ROW_ROLE: b"row", DEPTH_ROLE: b"depth", EXPANDED_ROLE: b"expanded"}

    # --- How -----------------------------------------------------------------------------------------------------

    def _row(self, node: Node) -> QueueRow:
        row = self._rows.get(node.id)
        if row is None:
            if len(self._rows) >= _CACHED_ROWS:
                self._rows.clear()
            row = self._rows[node.id] = node.make_row()
        return row

    def _add(self, source: Source, group: int) -> Node:
        parent = self._nodes.get(group) if group else None
        node = Node(source, parent)
        self._nodes[node.id] = node
        if parent is not None:
            if parent.family is None:
                # From here on it counts by its contents.
                self._states[parent.state] -= 1
                parent.family = Family()
            parent.family.children[node.id] = node
        self._count(node, +1)
        return node

    def _forget(self, node: Node) -> None:
        self._count(node, -1)
        del self._nodes[node.id]
        self._rows.pop(node.id, None)
        self._waiting.pop(node.id, None)
        if node.parent is not None:
            del node.parent.children[node.id]
            node.parent.fit_family()
            if node.parent.family is None:
                self._states[node.parent.state] += 1
        if node.children:
            for child in node.children.values():
                # Its contents, if they stay, stand by themselves.
                child.parent = None
            self._reorder([*node.children.values()])

    def _count(self, node: Node, by: int) -> None:
        if node.family is None:
            self._states[node.state] += by
        if node.parent is not None and node.parent.family is not None:
            node.parent.family.states[node.state] += by

    def _is_wanted(self, node: Node) -> bool:
        shown = SHOWN[self._filter]
        parent, family = node.parent, node.family
        if parent is not None:
            return parent.family is not None and parent.family.is_expanded and node.state in shown
        if family is not None and family.children:
            return any(family.states[state] > 0 for state in shown)
        return node.state in shown

    def _place(self, node: Node) -> int:
        return bisect_left(self._visible, node.key, key=_key)

    def _reorder(self, moved: Iterable[Node]) -> None:
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

    def _hide(self, nodes: Collection[Node]) -> None:
        for first, last in reversed(list(self._runs(nodes))):
            self.beginRemoveRows(QModelIndex(), first, last)
            for node in self._visible[first : last + 1]:
                node.is_visible = False
            del self._visible[first : last + 1]
            self.endRemoveRows()

    def _show(self, nodes: Iterable[Node]) -> None:
        fresh = sorted(nodes, key=_key)
        start = 0
        while start < len(fresh):
            # All that go into one gap go in together.
            place = self._place(fresh[start])
            end = len(fresh)
            if place < len(self._visible):
                end = bisect_left(fresh, self._visible[place].key, lo=start, key=_key)
            self.beginInsertRows(QModelIndex(), place, place + end - start - 1)
            for node in fresh[start:end]:
                node.is_visible = True
            self._visible[place:place] = fresh[start:end]
            self.endInsertRows()
            start = end

    def _tell_changed(self, nodes: Collection[Node]) -> None:
        last_column = len(Column) - 1
        for first, last in self._runs(nodes):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _runs(self, nodes: Collection[Node]) -> Iterator[tuple[int, int]]:
        """Yield first and last row of each run of neighbours among shown nodes, from the top."""
        ordered = sorted(nodes, key=_key)
        i = 0
        while i < len(ordered):
            first = last = self._place(ordered[i])
            i += 1
            while i < len(ordered) and last + 1 < len(self._visible) and self._visible[last + 1] is ordered[i]:
                last += 1
                i += 1
            yield first, last

    def _tell_counts(self) -> None:
        sums = {which: sum(self._states[state] for state in states) for which, states in SHOWN.items()}
        counts = QueueCounts(
            sums[QueueFilter.ALL],
            sums[QueueFilter.ACTIVE],
            sums[QueueFilter.WAITING],
            sums[QueueFilter.FAILED],
            sums[QueueFilter.DONE],
        )
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit(counts)


def _alignment(column: int) -> Qt.AlignmentFlag:
    is_number = column in (Column.SIZE, Column.RATE, Column.LEFT)
    return (Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
