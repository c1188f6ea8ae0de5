"""The homes of all accounts of one server process: what their sessions must share is made here."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from server.storage.claims import Claims
from server.storage.jail import Jail
from server.storage.quota import Ledger
from server.storage.staging import Staging
from shared.errors import ItemError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Home:
    """One session's way into its account's home; close it when the session has ended."""

    jail: Jail
    staging: Staging

    def close(self) -> None:
        """Let go of the home. A second time does nothing."""
        self.staging.close()
        self.jail.close()


class Homes:
    """Opens homes. Sessions of all accounts share the claims on targets; those of one home share its ledger.

    The process has one. Thread-safe.
    """

    def __init__(self) -> None:
        self._claims = Claims()
        self._lock = threading.Lock()
        self._ledgers: WeakValueDictionary[tuple[int, int], Ledger] = WeakValueDictionary()
        self._swept: set[tuple[int, int]] = set()

    def open(self, home: Path, account: str, quota: int | None = None) -> Home:
        """Open a home for a session; ``quota`` in bytes. Raises ConfigError when the home is not usable.

        The first time, uploads that were left there and forgotten are swept away.
        """
        jail = Jail(home)
        with self._lock:
            ledger = self._ledgers.get(jail.identity)
            if ledger is None:
                ledger = self._ledgers[jail.identity] = Ledger()
            is_first = jail.identity not in self._swept
            self._swept.add(jail.identity)
        staging = Staging(jail, account, self._claims, ledger, quota=quota)
        if is_first:
            try:
                staging.sweep(time.time())
            except ItemError as error:
                # A home that can only be read is a home all the same; uploads will be refused one by one.
                _log.warning("%s: old uploads could not be swept: %s", account, error.detail)
        return Home(jail, staging)

    def close(self) -> None:
        """Nothing is held once every :class:`Home` is closed; here for the symmetry of the engine's stop."""
        with self._lock:
            self._swept.clear()
