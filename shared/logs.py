"""The logs of both programs: one line a record, no secret, no character that a terminal would obey.

Modules log with ``logging.getLogger(__name__)`` as usual; a program calls :func:`configure` once at its
start.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from shared.names import display

HIDDEN = "[hidden]"

FILE_BYTES = 2 * 1024 * 1024
FILE_COUNT = 3

_SECRETS = (
    # A password in a URL: RFC 3986, section 3.2.1.
    (re.compile(r"(\w+://[^\s/@:]*):[^\s/@]*@"), rf"\1:{HIDDEN}@"),
    # The proof and the signature in messages of SCRAM (RFC 5802, section 7): guesses could be checked on
    # them.
    (re.compile(r"(?<![\w=])([pv])=[A-Za-z0-9+/]{20,}={0,2}"), rf"\1={HIDDEN}"),
    # name=value, "name": "value", name: b'value'; a quoted value to its closing quote.
    (
        re.compile(
            r"""(?ix) (["']? \b [\w-]* (?: pass(?:word|wd|phrase) | secret | token |
            (?:session|stored|server|private)_?key ) [\w-]* \b ["']? \s* [=:] \s*) (?: b?"[^"]*" | b?'[^']*'
            | [^\s,;)\]}]+ )"""
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), HIDDEN),
)


def redact(text: str) -> str:
    """Return ``text`` with what looks like a secret replaced. A net under careful logging, not a licence to log."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class SafeFormatter(logging.Formatter):
    """Formats records so that nothing in them can forge a line, move a cursor or show a secret.

    The first line of a record begins with its time; every further one (of a traceback) with a bar.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s [%(name)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text without a line end."""
        lines = redact(super().format(record)).split("\n")
        return "\n  | ".join(display(line) for line in lines)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name is logging's
        """Return the record's own line. A newline inside it came from a name or a peer: it is shown, not obeyed."""
        return display(super().formatMessage(record))


class JsonFormatter(logging.Formatter):
    """Formats records as one JSON object a line, in ASCII: nothing in them can forge a line or show a secret."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text without a line end."""
        stamp = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        facts = {
            "time": stamp,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            facts["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(facts)


class PrivateFileHandler(RotatingFileHandler):
    """A rotating log file with mode 0600 from its first byte: names of files and people stand in it."""

    def _open(self) -> io.TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="backslashreplace")


def configure(
    level: int = logging.INFO, *, stream: TextIO | None = None, file: Path | None = None, as_json: bool = False
) -> None:
    """Send the logs of this process to ``stream`` (stderr if not given) and, when given, to ``file`` as well.

    Replaces what an earlier call set up. A file that cannot be opened raises ``OSError``.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(stream if stream is not None else sys.stderr)]
    if file is not None:
        handlers.append(PrivateFileHandler(file, maxBytes=FILE_BYTES, backupCount=FILE_COUNT, delay=False))
    for handler in handlers:
        handler.setFormatter(JsonFormatter() if as_json else SafeFormatter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, SafeFormatter | JsonFormatter):
            root.removeHandler(old)
            old.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
