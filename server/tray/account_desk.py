"""Opens the dialogs about accounts and shared folders, and lets the controller do what they are answered with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from server.accounts.account import Account
from server.tray.account_controller import AccountController
from server.tray.account_dialog import EditAccountDialog, NewAccountDialog, PasswordDialog
from server.tray.account_form import AccountChange, SharedFolder
from server.tray.questions import ask
from server.tray.share_dialog import ShareDialog
from shared.names import display


class AccountDesk(QObject):
    """Signals:
    added: An account was made; carries its name.
    """

    added = Signal(str)

    def __init__(
        self, controller: AccountController, homes: Path, window: QWidget, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._homes = homes
        self._window = window

    def add(self) -> None:
        """Ask for a new account."""
        dialog = NewAccountDialog(self._homes, self._window)

        def added(name: str) -> None:
            dialog.accept()
            self.added.emit(name)

        dialog.submitted.connect(lambda form: self._controller.add(form, lambda: added(form.name), dialog.show_failure))
        dialog.open()

    def edit(self, account: Account) -> None:
        """Ask what shall be different about an account."""
        dialog = EditAccountDialog(account, self._window)

        def submitted(change: AccountChange) -> None:
            if change.values:
                self._controller.edit(change, dialog.accept, dialog.show_failure)
            else:
                dialog.accept()

        dialog.submitted.connect(submitted)
        dialog.open()

    def ask_password(self, account: Account) -> None:
        """Ask for another password."""
        dialog = PasswordDialog(account.name, self._window)
        dialog.submitted.connect(
            lambda name, password: self._controller.set_password(name, password, dialog.accept, dialog.show_failure)
        )
        dialog.open()

    def ask_removal(self, account: Account) -> None:
        """Remove an account, after a question."""
        ask(
            self._window,
            self.tr("Remove the account {name}?").format(name=display(account.name)),
            self.tr("Its sessions end now. The files stay in {home}.").format(home=display(str(account.home))),
            self.tr("Remove"),
            lambda: self._controller.remove(account.name),
        )

    def share(self, folder: SharedFolder | None = None) -> None:
        """Ask what to share, or what shall be different about a shared folder."""
        names = tuple(account.name for account in self._controller.accounts)
        dialog = ShareDialog(names, folder, self._window)
        dialog.submitted.connect(lambda old, new: self._controller.share(old, new, dialog.accept, dialog.show_failure))
        dialog.open()

    def ask_unsharing(self, folder: SharedFolder) -> None:
        """Share a folder no more, after a question."""
        ask(
            self._window,
            self.tr("Share {name} no more?").format(name=display(folder.name)),
            self.tr("The sessions of those who have it end now. The files stay in {folder}.").format(
                folder=display(str(folder.folder))
            ),
            self.tr("Share no more"),
            lambda: self._controller.unshare(folder),
        )
