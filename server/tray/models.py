"""The lists of the status window as Qt models: sessions, transfers, accounts. They hold rows and fetch nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from server.accounts.account import Account
from server.tray.view import SessionRow, TransferRow
from shared.names import display
from shared.text import UNKNOWN, format_rate, format_size, format_time

ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's own value: SessionRow, TransferRow or Account."""

R = TypeVar("R")
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: what its cells say. Numbers stand to the right."""

    title: str
    text: Callable[[R], str]
    is_number: bool = False


class RowsModel(QAbstractTableModel, Generic[R]):
    """A table of values that are replaced as a whole; what stayed keeps its place, selection and persistent index."""

    def __init__(
        self, columns: Sequence[Column[R]], key: Callable[[R], Hashable], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._rows: list[R] = []

    @property
    def rows(self) -> tuple[R, ...]:
        return tuple(self._rows)

    def apply(self, rows: Sequence[R]) -> None:
        """Show these rows: tell views what went, what came, and in one span what changed."""
        keys = [self._key(row) for row in rows]
        wanted = set(keys)
        for position in reversed(range(len(self._rows))):
            if self._key(self._rows[position]) not in wanted:
                self.beginRemoveRows(QModelIndex(), position, position)
                del self._rows[position]
                self.endRemoveRows()
        kept = {self._key(row) for row in self._rows}
        if len(wanted) != len(keys) or [key for key in keys if key in kept] != [self._key(r) for r in self._rows]:
            # The order changed, or two rows look the same: nothing can be followed.
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for position, (row, key) in enumerate(zip(rows, keys, strict=True)):
            if key not in kept:
                self.beginInsertRows(QModelIndex(), position, position)
                self._rows.insert(position, row)
                self.endInsertRows()
        changed = [position for position, row in enumerate(rows) if row != self._rows[position]]
        if changed:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(self._columns) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return row if role == ITEM_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._columns[section].is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def session_model(parent: QObject | None = None) -> RowsModel[SessionRow]:
    """Who is connected."""
    tr = QCoreApplication.translate
    columns: tuple[Column[SessionRow], ...] = (
        Column(tr("SessionModel", "Account"), lambda row: display(row.info.account)),
        Column(tr("SessionModel", "From"), lambda row: display(row.info.peer)),
        Column(tr("SessionModel", "Since"), lambda row: format_time(row.info.since)),
        Column(tr("SessionModel", "Connections"), lambda row: str(row.info.connections), is_number=True),
        Column(tr("SessionModel", "Rate"), lambda row: _rate(row.rate_bps), is_number=True),
    )
    return RowsModel(columns, lambda row: row.key, parent)


def transfer_model(parent: QObject | None = None) -> RowsModel[TransferRow]:
    """What moves. The progress column is painted by :class:`server.tray.transfer_delegate.TransferDelegate`."""
    tr = QCoreApplication.translate
    columns: tuple[Column[TransferRow], ...] = (
        Column(tr("TransferModel", "File"), lambda row: row.info.path),
        Column(tr("TransferModel", "Account"), lambda row: display(row.info.account)),
        Column(tr("TransferModel", "Direction"), lambda row: direction_text(row.info.direction)),
        Column(tr("TransferModel", "Progress"), progress_text),
        Column(tr("TransferModel", "Rate"), lambda row: _rate(row.rate_bps), is_number=True),
    )
    return RowsModel(columns, lambda row: row.key, parent)


def account_model(parent: QObject | None = None) -> RowsModel[Account]:
    """Who may log in."""
    tr = QCoreApplication.translate
    columns: tuple[Column[Account], ...] = (
        Column(tr("AccountModel", "Name"), lambda account: display(account.name)),
        Column(tr("AccountModel", "Home folder"), lambda account: display(str(account.home))),
        Column(tr("AccountModel", "Access"), access_text),
        Column(tr("AccountModel", "Last login"), _last_login),
    )
    return RowsModel(columns, lambda account: account.name, parent)


def direction_text(direction: str) -> str:
    """Return the direction as the client sees it."""
    tr = QCoreApplication.translate
    return tr("TransferModel", "Upload") if direction == "upload" else tr("TransferModel", "Download")


def progress_text(row: TransferRow) -> str:
    """Return ``45 %  of 2.00 GiB``; never 100 % before all is there."""
    percent = int(row.fraction * 100)
    return QCoreApplication.translate("TransferModel", "{percent} % of {size}").format(
        percent=percent, size=format_size(row.info.size)
    )


def access_text(account: Account) -> str:
    """Return what an account may do; a disabled one nothing."""
    tr = QCoreApplication.translate
    if not account.enabled:
        return tr("AccountModel", "Disabled")
    return tr("AccountModel", "Read only") if account.read_only else tr("AccountModel", "Read and write")


def _last_login(account: Account) -> str:
    if account.last_login is None:
        return QCoreApplication.translate("AccountModel", "Never")
    return format_time(account.last_login)


def _rate(rate_bps: float) -> str:
    return format_rate(rate_bps) if rate_bps > 0 else UNKNOWN
