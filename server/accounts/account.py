"""What an account is, and what its name may be. Stores nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from server.capacity import UNLIMITED, Limit
from shared.auth.credentials import normalise_name
from shared.errors import ConfigError
from shared.names import STAGING_NAME, BadNameError, check_component, collision_key, display
from shared.permissions import CHANGING, FULL, LOOK, Permission
from shared.protocol import limits

MAX_NAME = 64
"""Characters; it must fit a folder's name, a log line and a table's column."""

MAX_FILES = 10**12
MAX_SESSIONS = 10_000
MIN_RATE = 64 * limits.KIB
"""Bytes per second: many connections share a rate, and each must be seen to live (server/engine/pacing.py)."""

LATEST = 253_402_300_799.0
"""The last second of the year 9999."""

_MARKS = frozenset("._-@")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))}
)
"""Devices on Windows, with any extension: a home moved there could not be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A folder beside the home, which an account finds under ``name`` at the top of its tree.

    ``folder`` is absolute. ``permissions`` hold in it instead of the account's own; ``limit`` is the folder's.
    """

    name: str
    folder: Path
    permissions: Permission = LOOK
    limit: Limit = UNLIMITED

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed in it."""
        return not self.permissions & CHANGING


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person's way in, without any secret.

    ``home`` is absolute; ``permissions`` and ``limit`` are the home's. Rates are bytes per second over all of the
    account's connections, as the client sees them; None for no limit, also for ``max_sessions``, where the server's
    setting holds then. ``expires``, ``created`` and ``last_login`` are seconds since the epoch. ``iterations`` is the
    PBKDF2 count of the password kept, ``password_version`` a number that every new password counts up.
    """

    name: str
    home: Path
    permissions: Permission = FULL
    limit: Limit = UNLIMITED
    shares: tuple[Share, ...] = ()
    upload_rate: int | None = None
    download_rate: int | None = None
    max_sessions: int | None = None
    expires: float | None = None
    enabled: bool = True
    created: float = 0.0
    last_login: float | None = None
    iterations: int = limits.DEFAULT_ITERATIONS
    password_version: int = 0

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed in the home."""
        return not self.permissions & CHANGING

    @property
    def quota(self) -> int | None:
        """The bytes that the home may hold."""
        return self.limit.bytes

    def is_active(self, now: float) -> bool:
        """Whether it may log in and stay at ``now`` (seconds since the epoch): enabled, and not expired."""
        return self.enabled and (self.expires is None or now < self.expires)


def check_account_name(name: str) -> str:
    """Return a name for a new account in its normal form; raise :class:`~shared.errors.ConfigError` with
    the rule.

    Letters and digits of any script, and ``.``, ``_``, ``-``, ``@``; 1 to 64 of them. It becomes the name
    of the home folder, so what is special there (``..``, a leading dot, ``nul``) is refused too.
    """
    try:
        normal = normalise_name(name)
        check_component(normal)
    except ValueError as error:
        raise _bad(name, str(error)) from error
    except BadNameError as error:
        raise _bad(name, error.detail) from error
    if len(normal) > MAX_NAME:
        raise _bad(name, f"a name may have at most {MAX_NAME} characters")
    if not all(char in _MARKS or unicodedata.category(char)[0] in "LMN" for char in normal):
        raise _bad(name, "a name is made of letters, digits and . _ - @")
    if normal[0] in ".-" or unicodedata.category(normal[0])[0] == "M":
        raise _bad(name, "a name begins with a letter, a digit, _ or @")
    if normal.endswith("."):
        raise _bad(name, "a name may not end with a dot")
    if normal.partition(".")[0].casefold() in _RESERVED:
        raise _bad(name, "this name means a device on some systems")
    return normal


def check_account(account: Account) -> Account:
    """Return an account whose fields can be together; raise :class:`~shared.errors.ConfigError` with what cannot.

    The name is judged by :func:`check_account_name`, the folders by :mod:`server.accounts.homes`.
    """
    for limit in (account.limit, *(share.limit for share in account.shares)):
        if not _is_in(limit.bytes, limits.MAX_FILE):
            raise _cannot("a quota is more than nothing, and at most 8 PiB")
        if not _is_in(limit.files, MAX_FILES):
            raise _cannot(f"a number of files is more than none, and at most {MAX_FILES:,}")
    for rate in (account.upload_rate, account.download_rate):
        if rate is not None and not MIN_RATE <= rate <= limits.MAX_FILE:
            raise _cannot(f"a rate is at least {MIN_RATE // limits.KIB} KiB a second: with less, no transfer ends")
    if not _is_in(account.max_sessions, MAX_SESSIONS):
        raise _cannot(f"a number of sessions is 1 to {MAX_SESSIONS:,}")
    if account.expires is not None and not 0 <= account.expires <= LATEST:
        raise _cannot("the day on which it expires is in no calendar")
    if len(account.shares) > limits.MAX_MOUNTS:
        raise _cannot(f"at most {limits.MAX_MOUNTS} folders can be shared with one account")
    places = [("its home", account.home)]
    names = set()
    for share in account.shares:
        _check_share_name(share.name)
        if share.name in names:
            raise _cannot(f"it has a shared folder “{display(share.name)}” already")
        names.add(share.name)
        for what, place in places:
            if share.folder.is_relative_to(place) or place.is_relative_to(share.folder):
                raise ConfigError(
                    f"{display(str(share.folder))} and {what} are one inside the other, and what is allowed in one "
                    "would be allowed in the other",
                    title="This folder cannot be shared with this account",
                    hint="Share a folder that lies beside it.",
                )
        places.append((f"its shared folder “{display(share.name)}”", share.folder))
    return account


def _check_share_name(name: str) -> None:
    reason = ""
    try:
        check_component(name)
        name.encode()
    except BadNameError as error:
        reason = error.detail
    except UnicodeEncodeError:
        reason = "it is not UTF-8"
    if not reason and (len(name.encode()) > limits.MAX_MOUNT_NAME or not name.isprintable()):
        reason = f"at most {limits.MAX_MOUNT_NAME} bytes, all of them visible"
    if not reason and name.casefold() == STAGING_NAME:
        reason = "the server uses it itself"
    if reason:
        raise ConfigError(
            f"“{display(name[:MAX_NAME])}”: {reason}",
            title="A shared folder cannot have this name",
            hint="It is what people see at the top of their files: Photos, or lab-data.",
        )


def _is_in(number: int | None, largest: int) -> bool:
    return number is None or 0 < number <= largest


def _cannot(reason: str) -> ConfigError:
    return ConfigError(reason, title="This cannot be set")


def account_key(name: str) -> str:
    """Return what all spellings of one account's name share: case and composition do not count."""
    # A lone surrogate (an argument that is no UTF-8) fits no database; escaped it is just a name nobody has.
    return collision_key(name).encode("utf-8", "backslashreplace").decode()


def name_taken(name: str) -> ConfigError:
    """Return the error for a name that an account has already."""
    return ConfigError(
        f"there is an account “{display(name)}” already",
        title="This name is taken",
        hint="Choose another name, or change the password of that account.",
    )


def no_such_account(name: str) -> ConfigError:
    """Return the error for a name that no account has. For the server's owner; a stranger is never told."""
    return ConfigError(
        f"there is no account “{display(name[:MAX_NAME])}”",
        title="No such account",
        hint="“wherry-server user list” shows those there are.",
    )


def no_such_share(account: str, share: str) -> ConfigError:
    """Return the error for a shared folder that an account has not."""
    return ConfigError(
        f"“{display(account)}” has no shared folder “{display(share[:MAX_NAME])}”",
        title="No such shared folder",
        hint=f"“wherry-server user share list {display(account)}” shows those there are.",
    )


def _bad(name: str, reason: str) -> ConfigError:
    return ConfigError(
        f"“{display(name[:MAX_NAME])}”: {reason}",
        title="This account name is not allowed",
        hint="For example: anna, li.wei or jo@studio.",
    )
