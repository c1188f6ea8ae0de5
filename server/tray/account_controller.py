"""Carries changes of accounts to the store on a thread, since a new password takes a third of a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from server.accounts.account import Account
from server.tray.account_form import AccountChange, AccountForm, SharedFolder, shared_folders, with_folder
from server.tray.ports import Accounts
from server.tray.worker import Worker
from shared.errors import WherryError

POLL_MS = 2000
"""How soon the list shows what ``wherry-server user`` changed in another process."""

Done = Callable[[], None]
Failed = Callable[[WherryError], None]


class AccountController(QObject):
    """The account store's driver in this program.

    Signals:
        changed: :attr:`accounts` is another list now.
        failed: A change that no dialog waits for was refused; carries the WherryError.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, store: Accounts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._worker = Worker("wherry-accounts", self)
        self._accounts: tuple[Account, ...] = ()
        self._is_loaded = False
        self._generation: int | None = None
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.reload)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts by name, as last read."""
        return self._accounts

    @property
    def folders(self) -> tuple[SharedFolder, ...]:
        """The folders that they share, by name."""
        return shared_folders(self._accounts)

    @property
    def is_loaded(self) -> bool:
        """Whether :attr:`accounts` was read at least once: until then, empty means nothing."""
        return self._is_loaded

    def set_watched(self, is_watched: bool) -> None:
        """Look for changes made elsewhere while somebody looks at the list."""
        if is_watched:
            self.reload()
            self._timer.start()
        else:
            self._timer.stop()

    def reload(self) -> None:
        """Read the list again, unless nothing was changed since."""
        self._worker.run(self._read, self._show, self.failed.emit)

    def add(self, form: AccountForm, done: Done, failed: Failed) -> None:
        """Make an account."""
        rights = form.rights
        self._change(
            lambda: self._store.add(
                form.name,
                form.password,
                home=form.home,
                permissions=rights.permissions,
                quota=rights.limit.bytes,
                max_files=rights.limit.files,
                upload_rate=rights.upload_rate,
                download_rate=rights.download_rate,
                max_sessions=rights.max_sessions,
                expires=rights.expires,
            ),
            done,
            failed,
        )

    def edit(self, change: AccountChange, done: Done, failed: Failed) -> None:
        """Give an account other fields, its name among them."""
        self._change(lambda: self._store.edit(change.name, change.on), done, failed)

    def set_password(self, name: str, password: str, done: Done, failed: Failed) -> None:
        """Give an account another password, which ends its sessions."""
        self._change(lambda: self._store.set_password(name, password), done, failed)

    def set_enabled(self, name: str, is_enabled: bool) -> None:
        """Let an account log in, or not; the engine ends its sessions."""
        self._change(lambda: self._store.edit(name, lambda account: replace(account, enabled=is_enabled)))

    def remove(self, name: str) -> None:
        """Remove an account; its files stay."""
        self._change(lambda: self._store.remove(name))

    def share(self, old: SharedFolder | None, new: SharedFolder, done: Done, failed: Failed) -> None:
        """Share a folder, or share ``old`` in another way."""
        self._change(lambda: self._share(old, new), done, failed)

    def unshare(self, folder: SharedFolder) -> None:
        """Take a shared folder away from everybody; the folder itself stays."""
        self._change(lambda: self._share(folder, None))

    def close(self) -> None:
        """Let the last change end and join the thread."""
        self._timer.stop()
        self._worker.close()

    def _share(self, old: SharedFolder | None, new: SharedFolder | None) -> None:
        """Runs on the worker's thread. Those who lose it come first: its new name may be free only then."""
        before = {name for name, _ in old.members} if old is not None else set()
        after = {name for name, _ in new.members} if new is not None else set()
        for name in (*sorted(before - after), *sorted(after)):
            self._store.edit(name, lambda account: with_folder(account, old, new))

    def _change(self, job: Callable[[], object], done: Done | None = None, failed: Failed | None = None) -> None:
        def succeeded(_: object) -> None:
            self.reload()
            if done is not None:
                done()

        def refused(error: WherryError) -> None:
            # Of several accounts some may have been changed before one was refused.
            self.reload()
            (failed or self.failed.emit)(error)

        self._worker.run(job, succeeded, refused)

    def _read(self) -> tuple[Account, ...] | None:
        """Runs on the worker's thread."""
        generation = self._store.generation()
        if generation == self._generation:
            return None
        accounts = tuple(sorted(self._store.list(), key=lambda account: account.name.casefold()))
        self._generation = generation
        return accounts

    def _show(self, accounts: tuple[Account, ...] | None) -> None:
        if accounts is not None:
            self._accounts = accounts
            self._is_loaded = True
            self.changed.emit()
