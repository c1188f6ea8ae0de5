"""Which copies have given a thing a new name and have not ended well: so that the same command can carry on.

Copying follows ``cp -r``: what is not there is what the source becomes, into a folder that is there it goes under its
own name. So the first run of a command makes the folder that would send its second run one level deeper. A mark in the
profile, made before anything is copied and removed once all is done, tells the two apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from shared.errors import ConfigError
from shared.names import display


class Unfinished:
    """The marks in one profile, a file each. Raises ConfigError when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, words: Sequence[str]) -> bool:
        """Whether the command of these words began and did not end well."""
        return self._mark(words).exists()

    def add(self, words: Sequence[str]) -> None:
        """Say that the command begins."""
        mark = self._mark(words)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            mark.touch(mode=0o600)
        except OSError as error:
            raise ConfigError(
                f"{display(str(mark))}: {error.strerror}", hint="Check the folder's permissions and the free space."
            ) from error

    def remove(self, words: Sequence[str]) -> None:
        """Say that the command ended well; one that never began is no error."""
        try:
            self._mark(words).unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(f"{display(str(self._mark(words)))}: {error.strerror}") from error

    def _mark(self, words: Sequence[str]) -> Path:
        # A digest: the words are of any length, and whose files go where is nobody's business.
        text = b"\0".join(word.encode("utf-8", "surrogateescape") for word in words)
        return self._folder / hashlib.sha256(text).hexdigest()
