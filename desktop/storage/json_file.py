"""One small file that is replaced in one step or not at all, and kept aside when it cannot be read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from shared.errors import ConfigError
from shared.names import display

T = TypeVar("T")

MAX_BYTES = 16 << 20
"""No settings or list of sites is as large; something else has been put there."""


class JsonFile:
    """``path`` need not exist. A file that cannot be understood is renamed, and ``notice`` says so to a person."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice = ""

    def read(self, type: type[T]) -> T | None:
        """Return the content, or None when there is none or it was set aside. Raises ConfigError when the disk
        refuses."""
        with self._disk("read"):
            try:
                with self.path.open("rb") as file:
                    raw = file.read(MAX_BYTES + 1)
            except FileNotFoundError:
                return None
        try:
            if len(raw) > MAX_BYTES:
                raise ValueError("it is far too large")
            return msgspec.json.decode(raw, type=type)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            kept = self._set_aside()
            self.notice = (
                f"{display(self.path.name)} could not be understood ({display(str(error))}). "
                f"Wherry starts without it; the old file is kept as {display(str(kept))}."
            )
            return None

    def write(self, content: object) -> None:
        """Replace the file: it has the old content or the new one, whatever happens. Raises ConfigError."""
        raw = msgspec.json.format(msgspec.json.encode(content), indent=2)
        with self._disk("written"):
            # Made by mkstemp: mode 0600 from the first byte.
            descriptor, temporary = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(raw + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self.path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise

    def _set_aside(self) -> Path:
        kept = kept_name(self.path, "damaged")
        with self._disk("kept aside"):
            os.replace(self.path, kept)
        return kept

    @contextmanager
    def _disk(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConfigError(
                f"{display(str(self.path))} could not be {verb}: {error.strerror or error}",
                hint="Check the folder's permissions and the free space.",
            ) from error


def kept_name(path: Path, why: str) -> Path:
    """Return a free name beside ``path`` that says why and when it was set aside."""
    stem = f"{path.name}.{why}-{datetime.now():%Y%m%d-%H%M%S}"
    kept = path.with_name(stem)
    number = 2
    while kept.exists():
        kept = path.with_name(f"{stem}-{number}")
        number += 1
    return kept
