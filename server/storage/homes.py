"""The homes of all accounts of one server process: what their sessions must share is made here."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from server.capacity import UNLIMITED, Limit
from server.storage.claims import Claims
from server.storage.jail import Jail
from server.storage.jail_posix import Identity
from server.storage.mounts import Home, Place, SharedFolder, TopJail
from server.storage.quota import Ledger, MemoryLedger
from server.storage.staging import Staging
from shared.errors import ConfigError, ItemError
from shared.names import display
from shared.permissions import FULL, Permission

_log = logging.getLogger(__name__)

LedgerMaker = Callable[[Path], Ledger]
"""Makes the ledger of a folder whose path is as the account store has it."""


class Homes:
    """Opens homes. Sessions of all accounts share the claims on targets; those of one folder share its ledger.

    The process has one. Thread-safe.
    """

    def __init__(self, ledger_for: LedgerMaker | None = None) -> None:
        """``ledger_for`` gives the ledgers where other servers use the same folders; else they are kept here."""
        self._ledger_for = ledger_for
        self._claims = Claims()
        self._lock = threading.Lock()
        self._ledgers: dict[Identity, Ledger] = {}
        self._users: Counter[Identity] = Counter()
        """How many places each ledger serves. With the last it goes: then another folder may get the inode."""
        self._swept: set[Identity] = set()

    def open(
        self,
        home: Path,
        account: str,
        limit: Limit = UNLIMITED,
        *,
        permissions: Permission = FULL,
        shares: Iterable[SharedFolder] = (),
    ) -> Home:
        """Open a home for a session, with what is shared with it. Raises ConfigError when the home is not usable.

        A shared folder that is not there just now (a disk that is not mounted) is left out, and the log says so.
        The first time, uploads that were left in a folder and forgotten are swept away.
        """
        mounts: dict[str, Place] = {}
        try:
            for share in shares:
                try:
                    jail = Jail(share.folder, (share.name,))
                except ConfigError as error:
                    _log.warning("%s has no “%s”: %s", display(account), display(share.name), error.detail)
                    continue
                mounts[share.name] = self._place(jail, share.folder, account, share.limit, share.permissions)
            jails = {name: place.jail for name, place in mounts.items()}
            top = TopJail(home, jails, shows_own=Permission.LIST in permissions)
            return Home(self._place(top, home, account, limit, permissions), mounts, self._closing)
        except BaseException:
            for place in mounts.values():
                self._let_go(place)
                place.close()
            raise

    def close(self) -> None:
        """Nothing is held once every :class:`Home` is closed; here for the symmetry of the engine's stop."""
        with self._lock:
            self._swept.clear()

    def _place(self, jail: Jail, folder: Path, account: str, limit: Limit, permissions: Permission) -> Place:
        with self._lock:
            known = self._ledgers.get(jail.identity)
        # Made outside of the lock: where it is shared, this asks the database.
        fresh = known or self._new_ledger(folder)
        with self._lock:
            ledger = self._ledgers.setdefault(jail.identity, fresh)
            self._users[jail.identity] += 1
            is_first = jail.identity not in self._swept
            self._swept.add(jail.identity)
        staging = Staging(
            jail,
            account,
            self._claims,
            ledger,
            limit=limit,
            shows_old=Permission.READ in permissions,
            is_shared=self._ledger_for is not None,
        )
        if is_first:
            try:
                staging.sweep(time.time())
            except ItemError as error:
                # A home that can only be read is a home all the same; uploads will be refused one by one.
                _log.warning("%s: old uploads could not be swept: %s", display(account), error.detail)
        return Place(jail, staging, permissions)

    def _closing(self, home: Home) -> None:
        for place in home.places():
            self._let_go(place)

    def _let_go(self, place: Place) -> None:
        identity = place.jail.identity
        with self._lock:
            self._users[identity] -= 1
            if not self._users[identity]:
                del self._users[identity]
                del self._ledgers[identity]

    def _new_ledger(self, folder: Path) -> Ledger:
        return MemoryLedger() if self._ledger_for is None else self._ledger_for(folder)
