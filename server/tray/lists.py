"""The lists of the status window, each with what can be done to its rows. They ask by signals and do nothing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from server.accounts.account import Account
from server.engine.ban_file import BanInfo
from server.tray.account_form import SharedFolder
from server.tray.list_page import EmptyState, ListPage
from server.tray.models import account_model, ban_model, session_model, share_model, transfer_model
from server.tray.transfer_delegate import TransferDelegate
from server.tray.view import SessionRow, TransferRow
from shared.look.icons import dress

_DELETE = QKeySequence.StandardKey.Delete
_NEW = QKeySequence.StandardKey.New


class SessionPage(ListPage):
    """Signals:
    kick_requested: End a session; carries its id.
    ban_requested: Keep the address of a session out; carries it.
    """

    kick_requested = Signal(bytes)
    ban_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("users", self.tr("Nobody is connected"))
        super().__init__(session_model(), empty, self.tr("Connected"), parent)
        self.set_widths(104, 120, 0, 144, 88, 84)
        self.kick = self.add_action(self.tr("End this session"), "disconnect", key=QKeySequence(_DELETE))
        self.kick.triggered.connect(self._kick)
        self.ban = self.add_action(self.tr("Ban this address…"), "shield-alert")
        self.ban.triggered.connect(self._ban)
        self.add_bar(self.kick, self.ban)

    def _kick(self) -> None:
        row = self.chosen
        if isinstance(row, SessionRow):
            self.kick_requested.emit(row.info.id)

    def _ban(self) -> None:
        row = self.chosen
        if isinstance(row, SessionRow):
            self.ban_requested.emit(row.info.peer)


class TransferPage(ListPage):
    """What moves at this moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("queue", self.tr("Nothing is being transferred"))
        empty.text.setText(self.tr("Uploads and downloads show here while they run."))
        super().__init__(transfer_model(), empty, self.tr("Transfers"), parent)
        self.set_widths(0, 100, 90, 220, 100)
        self.table.setItemDelegateForColumn(3, TransferDelegate(self.table))

    @property
    def rows(self) -> tuple[TransferRow, ...]:
        return self.model.rows


class AccountPage(ListPage):
    """Who may log in, with what can be done about it in a bar above.

    Signals:
        add_requested: Make an account.
        edit_requested, password_requested, open_home_requested, remove_requested: For the chosen Account.
        enable_requested: For the chosen Account, with the wish.
    """

    add_requested = Signal()
    edit_requested = Signal(object)
    password_requested = Signal(object)
    open_home_requested = Signal(object)
    remove_requested = Signal(object)
    enable_requested = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("user", self.tr("No accounts yet"))
        empty.text.setText(self.tr("Add one for each person who may connect."))
        super().__init__(account_model(), empty, self.tr("Accounts"), parent)
        self.set_widths(140, 0, 130, 120, 144)
        self.add = self.add_general_action(self.tr("Add account…"), "plus", key=QKeySequence(_NEW))
        self.add.triggered.connect(self.add_requested)
        self.edit = self.add_action(self.tr("Edit…"), "edit", key=QKeySequence("F2"))
        self.password = self.add_action(self.tr("Password…"), "key")
        self.open_home = self.add_action(self.tr("Open home folder"), "folder-open")
        self.enable = self.add_action(self.tr("Disable"), "pause")
        self.remove = self.add_action(self.tr("Remove…"), "trash", key=QKeySequence(_DELETE))
        for action, signal in (
            (self.edit, self.edit_requested),
            (self.password, self.password_requested),
            (self.open_home, self.open_home_requested),
            (self.remove, self.remove_requested),
        ):
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(self.chosen))
        self.enable.triggered.connect(lambda: self.enable_requested.emit(self.chosen, not self.chosen.enabled))
        self.set_main_action(self.edit)
        self.add_bar(self.add, self.edit, self.password, self.enable, self.remove)

    def select(self, name: str) -> None:
        """Choose an account; one that is not there is passed over."""
        for position, account in enumerate(self.model.rows):
            if account.name == name:
                self.table.selectRow(position)

    def refresh_actions(self) -> None:
        super().refresh_actions()
        account = self.chosen
        if isinstance(account, Account):
            self.enable.setText(self.tr("Disable") if account.enabled else self.tr("Enable"))
            dress(self.enable, "pause" if account.enabled else "play")


class SharePage(ListPage):
    """Folders beside the homes, and who has them.

    Signals:
        add_requested: Share a folder.
        edit_requested, open_requested, remove_requested: For the chosen SharedFolder.
    """

    add_requested = Signal()
    edit_requested = Signal(object)
    open_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("folder", self.tr("No shared folders"))
        empty.text.setText(self.tr("Share a folder with some accounts: they find it beside their own files."))
        super().__init__(share_model(), empty, self.tr("Shared folders"), parent)
        self.set_widths(140, 0, 260)
        self.add = self.add_general_action(self.tr("Share a folder…"), "plus", key=QKeySequence(_NEW))
        self.add.triggered.connect(self.add_requested)
        self.edit = self.add_action(self.tr("Edit…"), "edit", key=QKeySequence("F2"))
        self.open = self.add_action(self.tr("Open folder"), "folder-open")
        self.remove = self.add_action(self.tr("Share no more…"), "trash", key=QKeySequence(_DELETE))
        for action, signal in (
            (self.edit, self.edit_requested),
            (self.open, self.open_requested),
            (self.remove, self.remove_requested),
        ):
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(self.chosen))
        self.set_main_action(self.edit)
        self.add_bar(self.add, self.edit, self.open, self.remove)

    @property
    def chosen_folder(self) -> SharedFolder | None:
        row = self.chosen
        return row if isinstance(row, SharedFolder) else None


class BanPage(ListPage):
    """Who is kept out.

    Signals:
        add_requested: Ban an address by hand.
        lift_requested: Let a network in again; carries it as text.
    """

    add_requested = Signal()
    lift_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        empty = EmptyState("shield", self.tr("Nobody is banned"))
        empty.text.setText(self.tr("Addresses that guess passwords are kept out for a while and show here."))
        super().__init__(ban_model(), empty, self.tr("Bans"), parent)
        self.set_widths(190, 0, 144, 144)
        self.lift = self.add_action(self.tr("Lift this ban"), "check-circle", key=QKeySequence(_DELETE))
        self.lift.triggered.connect(self._lift)
        self.add = self.add_general_action(self.tr("Ban an address…"), "plus", key=QKeySequence(_NEW))
        self.add.triggered.connect(self.add_requested)
        self.add_bar(self.add, self.lift)

    def _lift(self) -> None:
        ban = self.chosen
        if isinstance(ban, BanInfo):
            self.lift_requested.emit(ban.network)
