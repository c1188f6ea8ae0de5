"""What a search looks for: a name, as a person types it. Reads no disk.

Without a wildcard a pattern fits every name that contains it; with ``*``, ``?`` or ``[`` it must fit the whole name,
as in a shell (the rules of :mod:`fnmatch`). Upper and lower case are one, and so are the ways to write an accented
letter: what folds the same for :func:`shared.names.collision_key` is the same.
"""

from __future__ import annotations

import fnmatch
import re

from shared.errors import Code, LocalError
from shared.names import collision_key, display
from shared.protocol.limits import MAX_PATTERN

_WILDCARDS = re.compile(r"[*?\[]")


class NamePattern:
    """A pattern to hold names against. Raises LocalError (BAD_REQUEST) for one that is empty or too long."""

    def __init__(self, text: str) -> None:
        if not text or len(text) > MAX_PATTERN:
            raise LocalError(
                Code.BAD_REQUEST, f"a pattern has 1 to {MAX_PATTERN} characters", path=display(text[:MAX_PATTERN])
            )
        self._text = collision_key(text)
        # Its translation never goes back over a star, so no pattern takes more than a few passes over a name.
        self._whole = re.compile(fnmatch.translate(self._text)) if _WILDCARDS.search(text) else None

    def fits(self, name: str) -> bool:
        """Whether a file or folder of this name is looked for."""
        # The short way: what is ASCII folds to its lower case.
        folded = name.lower() if name.isascii() else collision_key(name)
        return self._text in folded if self._whole is None else self._whole.match(folded) is not None
