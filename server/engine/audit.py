"""The audit trail: one JSON object a line for each login, failure, ban, change, kick and transfer.

Plain ASCII: whatever a name holds is escaped, so that it can neither forge a line nor move a cursor, and read back
exactly. Bounded by rotation. A disk that is full costs lines, never a transfer.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from shared.errors import ConfigError
from shared.names import display
from shared.protocol import limits

_log = logging.getLogger(__name__)

FILE_NAME = "audit.jsonl"

FILE_BYTES = 8 * limits.MIB
FILE_COUNT = 5
"""Older ones: ``audit.jsonl.1`` is the youngest of them. About 200,000 transfers in all."""

_BUFFERED = 64 * limits.KIB
"""Lines of transfers are written together; after a crash of the machine those of the last second are missing."""

_MAX_TEXT = 4096
"""Characters of one value: as long as a path may be."""

Value = str | int | float | bool | None


def _now() -> datetime:
    return datetime.now(UTC)


class AuditTrail:
    """Appends to a file of mode 0600. Thread-safe; close it after use."""

    def __init__(
        self,
        file: Path,
        *,
        max_bytes: int = FILE_BYTES,
        keep: int = FILE_COUNT,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Open the file, making it if need be. Raises :class:`~shared.errors.ConfigError`."""
        self._file = file
        self._max_bytes = max_bytes
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: list[bytes] = []
        self._size = 0
        self._has_failed = False
        try:
            self._descriptor: int | None = _open(file)
        except OSError as error:
            raise ConfigError(
                f"the audit trail {display(str(file))} cannot be written: {error.strerror}",
                hint="Check the file and its folder, or switch it off with audit = false below [log].",
            ) from error

    def note(self, event: str, facts: Mapping[str, Value], *, is_urgent: bool = True) -> None:
        """Append an event. What is not urgent may wait for :meth:`flush`. Raises nothing."""
        stamp = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        shown = {name: value[:_MAX_TEXT] if isinstance(value, str) else value for name, value in facts.items()}
        line = json.dumps({"time": stamp, "event": event, **shown}).encode("ascii") + b"\n"
        with self._lock:
            self._lines.append(line)
            self._size += len(line)
            if is_urgent or self._size >= _BUFFERED:
                self._write()

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            self._write()

    def close(self) -> None:
        """Write what waits and close the file. A second time does nothing; what is noted after that is lost."""
        with self._lock:
            self._write()
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _write(self) -> None:
        if not self._lines:
            return
        data, self._lines, self._size = b"".join(self._lines), [], 0
        try:
            if self._descriptor is None:
                return
            if os.fstat(self._descriptor).st_size + len(data) > self._max_bytes:
                self._rotate(self._descriptor)
            while data:
                data = data[os.write(self._descriptor, data) :]
            self._has_failed = False
        except OSError as error:
            # Once for each time it begins to fail: the log is likely to be on the same disk.
            if not self._has_failed:
                _log.error("the audit trail %s loses lines: %s", display(str(self._file)), error.strerror)
            self._has_failed = True

    def _rotate(self, descriptor: int) -> None:
        for number in range(self._keep, 0, -1):
            older = self._file.with_name(f"{self._file.name}.{number - 1}") if number > 1 else self._file
            with suppress(FileNotFoundError):
                os.replace(older, self._file.with_name(f"{self._file.name}.{number}"))
        self._descriptor = _open(self._file)
        os.close(descriptor)


def _open(file: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(file, flags, 0o600)
    # One that was there may have been laxer; names of people and files stand in it.
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o600)
    return descriptor
