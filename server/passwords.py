"""Where a password typed at ``wherry-server`` comes from: one line of standard input, or a person at a
terminal.

Never from the command line or the environment of this process, which others can read.
"""

from __future__ import annotations

import sys
from getpass import getpass

from shared.auth.credentials import MAX_PASSWORD
from shared.errors import ConfigError
from shared.names import display

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
        if getpass("The same once more: ") != password:
            raise ConfigError("the two passwords differ", title=_TITLE, hint="Nothing was changed; try again.")
    except EOFError as error:
        raise ConfigError("the input ended", title=_TITLE) from error
    return password


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
