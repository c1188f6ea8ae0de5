"""What an account is, and what its name may be. Stores nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from shared.auth.credentials import normalise_name
from shared.errors import ConfigError
from shared.names import BadNameError, check_component, collision_key, display

MAX_NAME = 64
"""Characters; it must fit a folder's name, a log line and a table's column."""

_MARKS = frozenset("._-@")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))}
)
"""Devices on Windows, with any extension: a home moved there could not be opened."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's way in, without any secret.

    ``home`` is absolute. ``quota`` is in bytes, None for no limit. ``created`` and ``last_login`` are
    seconds since the epoch. ``iterations`` is the PBKDF2 count of the password kept.
    """

    name: str
    home: Path
    read_only: bool
    quota: int | None
    enabled: bool
    created: float
    last_login: float | None
    iterations: int


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


def _bad(name: str, reason: str) -> ConfigError:
    return ConfigError(
        f"“{display(name[:MAX_NAME])}”: {reason}",
        title="This account name is not allowed",
        hint="For example: anna, li.wei or jo@studio.",
    )
