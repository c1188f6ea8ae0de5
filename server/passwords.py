"""Where a password typed at ``wherry-server`` comes from: one line of standard input, or a person at a
terminal.

Never from the command line or the environment of this process, which others can read.
"""

from __future__ import annotations

import sys
from getpass import getpass

from server.accounts.strength import Strength, estimate
from shared.auth.credentials import MAX_PASSWORD
from shared.errors import ConfigError
from shared.names import display

_WORDS = {
    Strength.NONE: "among the first that anybody would try",
    Strength.WEAK: "weak",
    Strength.FAIR: "only fair",
}

_TITLE = "A password is needed"


def read_password(name: str, *, from_stdin: bool) -> str:
    """Return the password for the account ``name``; a person is asked twice.

    Raises :class:`~shared.errors.ConfigError` when none can be had or the two differ.
    """
    if from_stdin:
        return _read_line()
    if not sys.stdin.isatty():
        raise ConfigError(
            "there is no terminal to ask on",
            title=_TITLE,
            hint="Write it to standard input and add --password-stdin.",
        )
    try:
        password = getpass(f"Password for {display(name)}: ")
        if not password:
            raise ConfigError("an empty password lets everybody in", title=_TITLE)
        _say_strength(name, password)
        if getpass("The same once more: ") != password:
            raise ConfigError("the two passwords differ", title=_TITLE, hint="Nothing was changed; try again.")
    except EOFError as error:
        raise ConfigError("the input ended", title=_TITLE) from error
    return password


def _say_strength(name: str, password: str) -> None:
    """Tell a person of a password that is easy to guess. It is taken all the same: he knows what it guards."""
    words = _WORDS.get(estimate(password, (name,)))
    if words is not None:
        print(f"This password is {words}. A few words that do not belong together are better.", file=sys.stderr)


def _read_line() -> str:
    try:
        # One more than allowed, and the line's end: what is too long is told so later, and read no further.
        line = sys.stdin.readline(MAX_PASSWORD + 3)
    except UnicodeDecodeError as error:
        raise ConfigError("standard input is not text in this system's encoding", title=_TITLE) from error
    password = line.removesuffix("\n").removesuffix("\r")
    if not password:
        raise ConfigError("standard input had none", title=_TITLE, hint="Its first line is the password.")
    return password
