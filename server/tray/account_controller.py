"""Carries changes of accounts to the store on a thread, since a new password takes a third of a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from server.accounts.account import Account
from server.tray.ports import Accounts
from server.tray.worker import Worker
from shared.errors import WherryError

POLL_MS = 2000
"""How soon the list shows what ``wherry-server user`` changed in another process."""

Done = Callable[[], None]
Failed = Callable[[WherryError], None]


@dataclass(frozen=True, slots=True)
class AccountForm:
    """A new account as a person filled it in. ``home`` None: the store's own place for it."""

    name: str
    password: str = field(repr=False)
    home: Path | None = None
    is_read_only: bool = False


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
        self._change(
            lambda: self._store.add(form.name, form.password, home=form.home, read_only=form.is_read_only),
            done,
            failed,
        )

    def set_password(self, name: str, password: str, done: Done, failed: Failed) -> None:
        """Give an account another password; its sessions go on."""
        self._change(lambda: self._store.set_password(name, password), done, failed)

    def set_home(self, name: str, home: Path) -> None:
        """Let an account reach another folder; the files stay where they are."""
        self._change(lambda: self._store.set_home(name, home))

    def set_enabled(self, name: str, is_enabled: bool) -> None:
        """Let an account log in, or not; the engine ends its sessions."""
        self._change(lambda: self._store.set_enabled(name, is_enabled))

    def set_read_only(self, name: str, is_read_only: bool) -> None:
        """Allow changes, or not."""
        self._change(lambda: self._store.set_read_only(name, is_read_only))

    def remove(self, name: str) -> None:
        """Remove an account; its files stay."""
        self._change(lambda: self._store.remove(name))

    def close(self) -> None:
        """Let the last change end and join the thread."""
        self._timer.stop()
        self._worker.close()

    def _change(self, job: Callable[[], object], done: Done | None = None, failed: Failed | None = None) -> None:
        def succeeded(_: object) -> None:
            self.reload()
            if done is not None:
                done()

        self._worker.run(job, succeeded, failed or self.failed.emit)

    def _read(self) -> tuple[Account, ...] | None:
        """Runs on the worker's thread, as the only one that touches the generation."""
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
