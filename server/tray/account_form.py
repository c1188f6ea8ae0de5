"""What a person may decide about an account, and what a shared folder is to all who have it. Values; stores nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from server.accounts.account import Account, Share
from server.capacity import UNLIMITED, Limit
from shared.permissions import FULL, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an account may do and use; the fields are those of :class:`~server.accounts.account.Account`."""

    permissions: Permission = FULL
    limit: Limit = UNLIMITED
    upload_rate: int | None = None
    download_rate: int | None = None
    max_sessions: int | None = None
    expires: float | None = None

    @classmethod
    def of(cls, account: Account) -> Rights:
        """Return the rights that an account has."""
        return cls(**{each.name: getattr(account, each.name) for each in fields(cls)})


@dataclass(frozen=True, slots=True)
class AccountForm:
    """A new account as a person filled it in. ``home`` None: the store's own place for it."""

    name: str
    password: str = field(repr=False)
    home: Path | None = None
    rights: Rights = Rights()


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What a person changed of the account ``name``: fields of :class:`~server.accounts.account.Account` and their
    new values. What was not touched is not in it, so that a change made elsewhere meanwhile stays."""

    name: str
    values: tuple[tuple[str, Any], ...] = ()

    def on(self, account: Account) -> Account:
        """Return the account with the change."""
        return replace(account, **dict(self.values))


def difference(account: Account, edited: Account) -> AccountChange:
    """Return what turns ``account`` into ``edited``."""
    values = ((each.name, getattr(edited, each.name)) for each in fields(Account))
    return AccountChange(account.name, tuple((name, new) for name, new in values if new != getattr(account, name)))


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder and the accounts that find it under ``name`` at the top of their files, each with its permissions."""

    name: str
    folder: Path
    members: tuple[tuple[str, Permission], ...] = ()
    limit: Limit = UNLIMITED

    @property
    def key(self) -> tuple[str, Path]:
        """One folder under one name is one row, whoever has it."""
        return self.name, self.folder

    def permissions_of(self, account: str) -> Permission | None:
        """Return what an account may do in it; None when it does not have it."""
        return dict(self.members).get(account)


def shared_folders(accounts: Iterable[Account]) -> tuple[SharedFolder, ...]:
    """Return what the accounts share, by name. Where limits differ, which only the command line can do, the smallest
    stands for all."""
    found: dict[tuple[str, Path], list[tuple[Account, Share]]] = {}
    for account in accounts:
        for share in account.shares:
            found.setdefault((share.name, share.folder), []).append((account, share))
    return tuple(
        SharedFolder(
            name,
            folder,
            tuple((account.name, share.permissions) for account, share in pairs),
            Limit(
                _least(share.limit.bytes for _, share in pairs),
                _least(share.limit.files for _, share in pairs),
            ),
        )
        for (name, folder), pairs in sorted(found.items(), key=lambda item: (item[0][0].casefold(), str(item[0][1])))
    )


def with_folder(account: Account, old: SharedFolder | None, new: SharedFolder | None) -> Account:
    """Return an account after ``old`` became ``new`` for all who have it; None: it was not there, or is no longer."""
    shares = [share for share in account.shares if old is None or (share.name, share.folder) != old.key]
    permissions = new.permissions_of(account.name) if new is not None else None
    if new is not None and permissions is not None:
        shares.append(Share(name=new.name, folder=new.folder, permissions=permissions, limit=new.limit))
    return replace(account, shares=tuple(sorted(shares, key=lambda share: share.name)))


def _least(numbers: Iterable[int | None]) -> int | None:
    return min((number for number in numbers if number is not None), default=None)
