"""Sees when accounts are changed, by whichever program, and lets it act on the sessions that are there."""

from __future__ import annotations

import logging
from dataclasses import fields

from server.accounts.account import Account
from server.accounts.store import AccountStore
from server.engine.registry import SessionRegistry
from server.engine.witness import Records
from shared.errors import WherryError
from shared.names import display

_log = logging.getLogger(__name__)

_NO_CHANGE = frozenset({"name", "last_login"})
"""What a login writes itself, and what says which account it is."""

_LIVE = frozenset({"upload_rate", "download_rate", "max_sessions"}) | _NO_CHANGE
"""What a session need not end for."""


class AccountWatch:
    """For one thread, which calls :meth:`look` now and then; :meth:`look_again` may come from any.

    ``records`` may be replaced.
    """

    def __init__(self, accounts: AccountStore, registry: SessionRegistry, records: Records) -> None:
        """Remember how the accounts are now. Raises ConfigError when they cannot be read."""
        self._accounts = accounts
        self._registry = registry
        self.records = records
        self._seen = accounts.generation()
        self._known = {account.name: account for account in accounts.list()}
        self._is_due = False

    def look_again(self) -> None:
        """Compare everything with the next look, whether or not a change is known of."""
        self._is_due = True

    def look(self, now: float) -> None:
        """End the sessions whose account was changed, removed or has expired; set rates anew. ``now`` in seconds since
        the epoch. Raises nothing."""
        try:
            generation = self._accounts.generation()
            is_changed, is_due = generation != self._seen, self._is_due
            self._seen = generation
            # A login that was under way during the change may become a session after the first look.
            self._is_due = is_changed
            if is_changed:
                self._note_changes()
            if is_changed or is_due:
                self._act_on_sessions(now)
            else:
                self._end_expired(now)
        except WherryError as error:
            _log.error("changes to accounts cannot be seen at the moment: %s", error)

    def _act_on_sessions(self, now: float) -> None:
        for session in self._registry.sessions():
            if session.is_changing:
                self._is_due = True
                continue
            account = self._accounts.find(session.account.name)
            if account is None or not account.is_active(now) or _differing(account, session.account) - _LIVE:
                _log.info("the account “%s” was changed: its session ends", display(session.account.name))
                self._registry.end(session.id)
            else:
                session.rates.set(account.upload_rate, account.download_rate)

    def _end_expired(self, now: float) -> None:
        for session in self._registry.sessions():
            if not session.account.is_active(now):
                _log.info("the account “%s” has expired: its session ends", display(session.account.name))
                self._registry.end(session.id)

    def _note_changes(self) -> None:
        known, self._known = self._known, {account.name: account for account in self._accounts.list()}
        audit = self.records.audit
        if audit is None:
            return
        for name in sorted({*known, *self._known}):
            old, new = known.get(name), self._known.get(name)
            if old is None:
                audit.note("account-added", {"account": name})
            elif new is None:
                audit.note("account-removed", {"account": name})
            elif differing := _differing(old, new) - _NO_CHANGE:
                audit.note("account-changed", {"account": name, "what": ", ".join(sorted(differing))})


def _differing(one: Account, other: Account) -> set[str]:
    """Return the names of what differs between two states of an account; ``created`` tells one that was made anew."""
    return {each.name for each in fields(Account) if getattr(one, each.name) != getattr(other, each.name)}
