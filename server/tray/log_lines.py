"""The end of the log and of the audit trail, as lines for a table. Reads files when asked; shows nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path

from shared.errors import ConfigError
from shared.names import display
from shared.protocol import limits

TAIL_BYTES = 512 * limits.KIB
"""What is shown of a file: some thousand lines. The file has the rest."""

MAX_LINES = 5000


class Weight(IntEnum):
    """How much a line matters."""

    DETAIL = 0
    NORMAL = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. ``number`` counts from the beginning of what was read; ``time`` is local, as text."""

    number: int
    time: str
    weight: Weight
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held, and what tells that it has changed since."""

    stamp: tuple[int, int, int]
    lines: tuple[LogLine, ...]


_TEXT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:,\d+)? ([A-Z]+) \[([^\]]*)\] (.*)")
_WEIGHTS = {"debug": Weight.DETAIL, "info": Weight.NORMAL, "warning": Weight.WARNING, "error": Weight.ERROR}
_ALARMS = {"ban": Weight.WARNING, "login-failed": Weight.WARNING, "login-refused": Weight.WARNING}


def read_log(file: Path, last: Reading | None = None) -> Reading | None:
    """Return the end of a log, or None when it has not changed since ``last``. Raises ConfigError."""
    return _read(file, last, _log_lines)


def read_audit(file: Path, last: Reading | None = None) -> Reading | None:
    """Return the end of an audit trail, or None when it has not changed since ``last``. Raises ConfigError."""
    return _read(file, last, _audit_lines)


def _read(file: Path, last: Reading | None, parse: Callable[[Iterable[str]], Iterator[LogLine]]) -> Reading | None:
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
            if last is not None and last.stamp == stamp:
                return None
            start = max(0, status.st_size - TAIL_BYTES)
            stream.seek(start)
            raw = stream.read(TAIL_BYTES)
    except FileNotFoundError:
        empty = Reading((0, 0, 0), ())
        return None if last == empty else empty
    except OSError as error:
        raise ConfigError(
            f"{display(str(file))}: {error.strerror}",
            title="The log cannot be read",
            hint="Check the file's permissions.",
        ) from error
    texts = raw.decode("utf-8", "backslashreplace").splitlines()
    # The first one may have been cut.
    return Reading(stamp, tuple(parse(texts[1:] if start else texts))[-MAX_LINES:])


def _log_lines(texts: Iterable[str]) -> Iterator[LogLine]:
    for number, text in enumerate(texts):
        if (match := _TEXT.fullmatch(text)) is not None:
            weight = _WEIGHTS.get(match[2].lower(), Weight.ERROR)
            yield LogLine(number, match[1], weight, _room(match[3]), display(match[4]))
        elif text.startswith("{") and (facts := _object(text)) is not None:
            weight = _WEIGHTS.get(str(facts.get("level")), Weight.ERROR)
            words = display(str(facts.get("message", "")))
            yield LogLine(number, _local(facts.get("time")), weight, _room(str(facts.get("logger", ""))), words)
        elif text.strip():
            # Of a traceback: below the line that it belongs to.
            yield LogLine(number, "", Weight.ERROR, "", display(text))


def _audit_lines(texts: Iterable[str]) -> Iterator[LogLine]:
    for number, text in enumerate(texts):
        facts = _object(text)
        if facts is None:
            continue
        event = str(facts.pop("event", ""))
        time = _local(facts.pop("time", None))
        words = "  ".join(f"{name}: {_value(value)}" for name, value in facts.items() if value not in (None, ""))
        yield LogLine(number, time, _ALARMS.get(event, Weight.NORMAL), display(event), words)


def _object(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _value(value: object) -> str:
    return display(value if isinstance(value, str) else json.dumps(value))


def _room(logger: str) -> str:
    return display(logger.rpartition(".")[2])


def _local(stamp: object) -> str:
    try:
        return datetime.fromisoformat(str(stamp)).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return ""
