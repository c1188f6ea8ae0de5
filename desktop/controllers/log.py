"""Fills the activity log: connections, how each transfer ended, and what the program tells its log at INFO and above.

Without secrets, and pulled to the screen ten times a second.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from PySide6.QtCore import QCoreApplication, QObject

from desktop.client.session import Session
from desktop.models.log import CAPACITY, LogLine
from desktop.runtime.coalescer import Coalescer, Pace
from desktop.runtime.task_scope import ErrorReport, TaskScope
from desktop.transfers.items import Direction, Item, State
from shared.errors import local_errors
from shared.logs import redact
from shared.look.error_words import translated
from shared.names import display, format_path

translate = QCoreApplication.translate

_SLICE = 500
"""Lines in one turn; a few milliseconds."""

_MAX_TEXT = 2000


class LogRows(Protocol):
    """The part of the log's model that is filled."""

    def append(self, lines: Sequence[LogLine]) -> None: ...


class LogController(QObject):
    """Listens to the program's log from :meth:`start` to :meth:`close`. Records may come from any thread."""

    def __init__(self, rows: LogRows, failed: ErrorReport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._scope = TaskScope("log", failed)
        # Bounded: while the window is busy, what nobody could read anyway goes first.
        self._lines: deque[LogLine] = deque(maxlen=CAPACITY)
        self._coalescer = Coalescer(self._pull, self)
        self._handler = _Listener(self._take)

    def start(self) -> None:
        """Listen from now on."""
        logging.getLogger().addHandler(self._handler)

    async def close(self) -> None:
        """Listen no more; what is being saved is finished first."""
        logging.getLogger().removeHandler(self._handler)
        self._coalescer.stop()
        await self._scope.close()

    def note(self, text: str, level: int = logging.INFO) -> None:
        """Put a sentence into the log; names in it are made safe to display when it is shown."""
        self._take(LogLine(time.time(), level, redact(text)[:_MAX_TEXT]))

    def note_ended(self, items: Iterable[Item]) -> None:
        """Tell how transfers ended: those a person chose, and below a folder those that failed."""
        for item in items:
            if not item.group or item.state is State.FAILED:
                self.note(_outcome(item), logging.WARNING if item.state is State.FAILED else logging.INFO)

    def note_connected(self, session: Session) -> None:
        self.note(translate("LogController", "Connected to %1").replace("%1", session.address.title))

    def note_lost(self, site: str) -> None:
        text = translate("LogController", "The connection to %1 was lost")
        self.note(text.replace("%1", unquote(site)), logging.WARNING)

    def note_left(self) -> None:
        self.note(translate("LogController", "Disconnected"))

    def save(self, path: str, text: str) -> None:
        """Write lines into a file, which is replaced."""
        self._scope.start(self._save(path, text), "saving the log")

    async def _save(self, path: str, text: str) -> None:
        def write() -> None:
            with local_errors(display(path)):
                Path(path).write_text(text, encoding="utf-8", errors="backslashreplace")

        await asyncio.to_thread(write)

    def _take(self, line: LogLine) -> None:
        self._lines.append(line)
        self._coalescer.wake()

    def _pull(self) -> Pace:
        lines = [self._lines.popleft() for _ in range(min(_SLICE, len(self._lines)))]
        self._rows.append(lines)
        return Pace.SOON if self._lines else Pace.REST


class _Listener(logging.Handler):
    def __init__(self, take: Callable[[LogLine], None]) -> None:
        super().__init__(logging.INFO)
        self._take = take

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = redact(record.getMessage())
            if record.exc_info and record.exc_info[1] is not None:
                text = f"{text}: {type(record.exc_info[1]).__name__}: {redact(str(record.exc_info[1]))}"
        except Exception:  # noqa: BLE001 -- a record that cannot be formatted is logging's to tell
            self.handleError(record)
            return
        self._take(LogLine(record.created, record.levelno, text[:_MAX_TEXT]))


def _outcome(item: Item) -> str:
    here, there = item.local, f"{unquote(item.site)}:{format_path(item.remote)}"
    text = f"{here} → {there}" if item.direction is Direction.UPLOAD else f"{there} → {here}"
    match item.state:
        case State.FAILED if item.failure is not None:
            parts = map(translated, (item.failure.title, item.failure.detail, item.failure.hint))
            return f"{text}: {'. '.join(part for part in parts if part)}"
        case State.SKIPPED:
            return f"{text}: {translate('LogController', 'skipped')}"
        case State.CANCELLED:
            return f"{text}: {translate('LogController', 'cancelled')}"
    return text
