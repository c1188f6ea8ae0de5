"""Whether this computer's disk holds something under another spelling of its name. Blocking."""

from __future__ import annotations

import os

from shared.errors import Code, LocalError
from shared.names import display
from shared.spelling import Identity, other_spelling


def check_spelling(path: str) -> None:
    """Raise LocalError (EXISTS) when what stands at ``path`` has another name, which the disk takes for this one.

    To be called before anything is replaced or filled by name: two files that a server keeps apart, ``README`` and
    ``readme``, must not become one here without a word. Raises OSError.
    """
    identity = _identity(path)
    if identity is None:
        return
    folder, name = os.path.split(path)

    def identify(each: str) -> Identity | None:
        try:
            return _identity(os.path.join(folder, each))
        except OSError:
            # Another spelling of a long name can be too long.
            return None

    other = other_spelling(name, identity, identify, lambda: os.listdir(folder))
    if other is not None:
        raise LocalError(
            Code.EXISTS, f"this disk takes the name for “{display(other)}”, which is there", path=display(path)
        )


def _identity(path: str) -> Identity | None:
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
