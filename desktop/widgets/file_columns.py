"""The columns of a pane's list: which are shown, how wide, in which order; remembered as one short text."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QMenu

from desktop.models.directory import DirectoryModel
from desktop.models.directory_row import SORT_KEYS, Column
from desktop.widgets.table import RowTable

_WIDTHS = {Column.SIZE: 84, Column.MODIFIED: 132, Column.KIND: 120, Column.PERMISSIONS: 100}
_NARROWEST, _WIDEST = 48, 600
_NAME_MIN = 190
"""When the name would get less, columns give way, the least needed first."""
_GIVE_WAY = (Column.PERMISSIONS, Column.KIND, Column.MODIFIED)
_TOLD_MS = 300
"""A hand that drags a heading makes a hundred widths; one of them is worth remembering."""

_PART = re.compile(r"(-?)([a-z]+)(?::(\d{1,4}))?")


class FileColumns(QObject):
    """Looks after the headings of ``table``. The name takes what room is left, and always stands first.

    Signals:
        changed: the person chose other columns, widths or another order; :meth:`save` tells them.
    """

    changed = Signal()

    def __init__(self, table: RowTable) -> None:
        super().__init__(table)
        self._table = table
        self._model: DirectoryModel | None = None
        self._hidden = {Column.PERMISSIONS}
        self._widths = dict(_WIDTHS)
        self._told = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._told.timeout.connect(self.changed)
        head = table.horizontalHeader()
        head.setSectionsMovable(True)
        head.setFirstSectionMovable(False)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._show_menu)
        head.sectionMoved.connect(lambda *_: self._told.start())
        head.sectionResized.connect(self._note_width)
        head.sortIndicatorChanged.connect(lambda *_: self._told.start())

    def set_model(self, model: DirectoryModel) -> None:
        """Give the model's columns their widths."""
        self._model = model
        head = self._table.horizontalHeader()
        for column, width in self._widths.items():
            head.resizeSection(column, width)
        head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self.lay_out()

    @property
    def hidden(self) -> frozenset[Column]:
        """What the person does not want to see; narrow panes hide more by themselves."""
        return frozenset(self._hidden)

    def choose(self, column: Column, is_shown: bool) -> None:
        """Show a column or not; the name always is."""
        if is_shown:
            self._hidden.discard(column)
        elif column is not Column.NAME:
            self._hidden.add(column)
        self.lay_out()
        self.changed.emit()

    def save(self) -> str:
        """Return order, widths, what is hidden, and by what the list is sorted, for :meth:`restore`."""
        head = self._table.horizontalHeader()
        order = [Column(head.logicalIndex(at)) for at in range(head.count())]
        parts = [
            f"{'-' if column in self._hidden else ''}{column.name.lower()}:{self._width(column)}" for column in order
        ]
        model = self._model
        if model is not None:
            down = model.sort_order is Qt.SortOrder.DescendingOrder
            parts.append(f"{'down' if down else 'up'}:{int(model.sort_column)}")
        return " ".join(parts)

    def restore(self, text: str) -> None:
        """Take what :meth:`save` returned; what cannot be understood is passed over."""
        head = self._table.horizontalHeader()
        place = 1
        for sign, word, number in _PART.findall(text):
            if word in ("up", "down"):
                self._sort(int(number or 0), is_down=word == "down")
                continue
            column = next((each for each in _WIDTHS if each.name.lower() == word), None)
            if column is None:
                continue
            head.moveSection(head.visualIndex(column), place)
            place += 1
            if number:
                self._table.setColumnHidden(column, False)
                head.resizeSection(column, min(_WIDEST, max(_NARROWEST, int(number))))
            (self._hidden.add if sign else self._hidden.discard)(column)
        self.lay_out()
        self._told.stop()

    def lay_out(self) -> None:
        """Show what is wanted and what there is room for."""
        if self._model is None:
            return
        hidden = set(self._hidden)
        room = self._table.viewport().width() - _NAME_MIN
        for column in _GIVE_WAY:
            if sum(self._width(each) for each in _WIDTHS if each not in hidden) > room:
                hidden.add(column)
        for column in _WIDTHS:
            if self._table.isColumnHidden(column) != (column in hidden):
                self._table.setColumnHidden(column, column in hidden)

    def _sort(self, column: int, *, is_down: bool) -> None:
        if self._model is not None and column in SORT_KEYS:
            order = Qt.SortOrder.DescendingOrder if is_down else Qt.SortOrder.AscendingOrder
            self._table.sortByColumn(column, order)

    def _width(self, column: Column) -> int:
        # A hidden section has none; it will have the one that it had.
        return self._widths.get(column, 0)

    def _note_width(self, column: int, before: int, after: int) -> None:
        # Qt resizes too: the name with the window, and what is shown or hidden from or to nothing.
        if after and column in self._widths:
            self._widths[Column(column)] = after
            if before:
                self._told.start()

    def _show_menu(self, where: QPoint) -> None:
        if self._model is None:
            return
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in _WIDTHS:
            action = menu.addAction(self._model.column_title(column))
            action.setCheckable(True)
            action.setChecked(column not in self._hidden)
            action.toggled.connect(lambda shown, column=column: self.choose(column, shown))
        menu.addSeparator()
        menu.addAction(self.tr("Usual columns")).triggered.connect(lambda _=False: self._reset())
        menu.popup(self._table.horizontalHeader().mapToGlobal(where))

    def _reset(self) -> None:
        widths = " ".join(f"{column.name.lower()}:{width}" for column, width in _WIDTHS.items())
        self.restore(widths.replace("permissions", "-permissions"))
        self.changed.emit()
