"""The lists of the status window as Qt models. They hold rows and fetch nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from server.accounts.account import Account
from server.engine.ban_file import BanInfo
from server.tray.account_form import SharedFolder
from server.tray.permission_boxes import permissions_text
from server.tray.view import SessionRow, TransferRow
from shared.look import wording
from shared.look.icons import icon
from shared.names import display
from shared.text import UNKNOWN, format_time

ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's own value: SessionRow, TransferRow, Account, SharedFolder, BanInfo or LogLine."""

R = TypeVar("R")
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: what its cells say, and which drawing in which colour token stands before it. Numbers stand to the
    right."""

    title: str
    text: Callable[[R], str]
    is_number: bool = False
    mark: Callable[[R], tuple[str, str] | None] = lambda _: None


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
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            # A name from elsewhere may look like markup.
            return wording.tooltip(column.text(row))
        if role == Qt.ItemDataRole.DecorationRole:
            mark = column.mark(row)
            return icon(*mark) if mark is not None else None
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
        Column(tr("SessionModel", "Doing"), doing_text, mark=doing_mark),
        Column(tr("SessionModel", "Since"), lambda row: format_time(row.info.since)),
        Column(tr("SessionModel", "Receives"), lambda row: _rate(row.info.rate_in), is_number=True),
        Column(tr("SessionModel", "Sends"), lambda row: _rate(row.info.rate_out), is_number=True),
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
        Column(tr("TransferModel", "Rate"), _transfer_rate, is_number=True),
    )
    return RowsModel(columns, lambda row: row.key, parent)


def account_model(parent: QObject | None = None) -> RowsModel[Account]:
    """Who may log in."""
    tr = QCoreApplication.translate
    columns: tuple[Column[Account], ...] = (
        Column(tr("AccountModel", "Name"), lambda account: display(account.name)),
        Column(tr("AccountModel", "Home folder"), lambda account: display(str(account.home))),
        Column(tr("AccountModel", "Access"), access_text),
        Column(tr("AccountModel", "Space"), space_text),
        Column(tr("AccountModel", "Last login"), _last_login),
    )
    return RowsModel(columns, lambda account: account.name, parent)


def share_model(parent: QObject | None = None) -> RowsModel[SharedFolder]:
    """Folders that several accounts may have."""
    tr = QCoreApplication.translate
    columns: tuple[Column[SharedFolder], ...] = (
        Column(tr("ShareModel", "Name"), lambda row: display(row.name)),
        Column(tr("ShareModel", "Folder"), lambda row: display(str(row.folder))),
        Column(tr("ShareModel", "Shared with"), members_text),
    )
    return RowsModel(columns, lambda row: row.key, parent)


def ban_model(parent: QObject | None = None) -> RowsModel[BanInfo]:
    """Who is kept out."""
    tr = QCoreApplication.translate
    columns: tuple[Column[BanInfo], ...] = (
        Column(tr("BanModel", "Address"), lambda ban: display(ban.network)),
        Column(tr("BanModel", "Why"), ban_reason),
        Column(tr("BanModel", "Since"), lambda ban: format_time(ban.since)),
        Column(
            tr("BanModel", "Until"),
            lambda ban: format_time(ban.until) if ban.until is not None else tr("BanModel", "It is lifted"),
        ),
    )
    return RowsModel(columns, lambda ban: ban.network, parent)


def doing_text(row: SessionRow) -> str:
    """Return what a session does at this moment."""
    tr = QCoreApplication.translate
    if not row.moving:
        return tr("SessionModel", "Idle")
    first = row.moving[0]
    more = len(row.moving) - 1
    text = f"{direction_text(first.direction)}: {first.path}"
    if more:
        text = tr("SessionModel", "{transfer} and {count} more").format(transfer=text, count=more)
    return tr("SessionModel", "Stalled. {transfer}").format(transfer=text) if row.info.is_stalled else text


def doing_mark(row: SessionRow) -> tuple[str, str] | None:
    """Return the drawing before it: a triangle for what stands still, an arrow for what moves."""
    if not row.moving:
        return None
    if row.info.is_stalled:
        return "alert", "warning"
    return ("upload" if row.moving[0].direction == "upload" else "download"), "icon"


def members_text(row: SharedFolder) -> str:
    """Return who has a shared folder, with what is not everything."""
    return ", ".join(
        QCoreApplication.translate("ShareModel", "{name} ({access})").format(
            name=display(name), access=permissions_text(permissions).lower()
        )
        for name, permissions in row.members
    )


def ban_reason(ban: BanInfo) -> str:
    """Return why somebody is kept out."""
    tr = QCoreApplication.translate
    if ban.is_owners:
        return display(ban.reason) or tr("BanModel", "Banned by hand")
    return tr("BanModel", "Too many failed logins")


def _transfer_rate(row: TransferRow) -> str:
    return QCoreApplication.translate("TransferModel", "Stalled") if row.info.is_stalled else _rate(row.rate_bps)


def direction_text(direction: str) -> str:
    """Return the direction as the client sees it."""
    tr = QCoreApplication.translate
    return tr("TransferModel", "Upload") if direction == "upload" else tr("TransferModel", "Download")


def progress_text(row: TransferRow) -> str:
    """Return ``45 %  of 2.00 GiB``; never 100 % before all is there."""
    percent = int(row.fraction * 100)
    return QCoreApplication.translate("TransferModel", "{percent} % of {size}").format(
        percent=percent, size=wording.size(row.info.size)
    )


def access_text(account: Account) -> str:
    """Return what an account may do in its home; a disabled one nothing, nor one whose time is over."""
    tr = QCoreApplication.translate
    if not account.enabled:
        return tr("AccountModel", "Disabled")
    if not account.is_active(time.time()):
        return tr("AccountModel", "Expired")
    return permissions_text(account.permissions)


def space_text(account: Account) -> str:
    """Return how much the home of an account may hold."""
    tr = QCoreApplication.translate
    parts = []
    if account.limit.bytes is not None:
        parts.append(wording.size(account.limit.bytes))
    if account.limit.files is not None:
        count = account.limit.files
        parts.append(wording.counted(count, tr("AccountModel", "1 file"), tr("AccountModel", "%1 files")))
    return ", ".join(parts) or tr("AccountModel", "No limit")


def _last_login(account: Account) -> str:
    if account.last_login is None:
        return QCoreApplication.translate("AccountModel", "Never")
    return format_time(account.last_login)


def _rate(rate_bps: float) -> str:
    return wording.rate(rate_bps) if rate_bps > 0 else UNKNOWN
