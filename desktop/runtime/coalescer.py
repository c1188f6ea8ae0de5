"""Pulls changes for the screen at a steady pace, and only while something moves. Never a call per chunk."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QObject, Qt, QTimer, Signal

INTERVAL_MS = 100
"""10 Hz: a rate a person can read, and 10 ms of work a second instead of 425 for 5,000 single updates."""

SOON_MS = 10
"""Between two slices of a backlog: time for the clicks, keys and paints that came meanwhile."""


class Pace(Enum):
    """When to pull again."""

    REST = auto()
    """When somebody wakes the coalescer."""
    STEADY = auto()
    """After the usual interval: something moves."""
    SOON = auto()
    """After a breath: there is more than one pull may take."""


class Coalescer(QObject):
    """Calls ``pull`` at most every ``interval_ms`` from :meth:`wake` on, until it answers :attr:`Pace.REST`.

    pull: moves what changed to the screen, a few milliseconds' worth, and says when to be called again.
    """

    _woken = Signal()

    def __init__(
        self, pull: Callable[[], Pace], parent: QObject | None = None, *, interval_ms: int = INTERVAL_MS
    ) -> None:
        super().__init__(parent)
        self._pull = pull
        self._interval_ms = interval_ms
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._woken.connect(self._start, Qt.ConnectionType.AutoConnection)
        self._is_stopped = False
        self._is_wanted = False

    @property
    def is_active(self) -> bool:
        return self._timer.isActive()

    def wake(self) -> None:
        """Say that there is something to pull. Callable from any thread."""
        self._woken.emit()

    def flush(self) -> None:
        """Pull now, for a change that a person has just asked for."""
        if not self._is_stopped:
            self._tick()

    def stop(self) -> None:
        """Pull no more, whatever wakes it."""
        self._is_stopped = True
        self._timer.stop()

    def _start(self) -> None:
        self._is_wanted = True
        if not self._is_stopped and not self._timer.isActive():
            self._timer.start(self._interval_ms)

    def _tick(self) -> None:
        # Before looking: who wakes it from inside the pull has something that this pull has not seen.
        self._is_wanted = False
        pace = self._pull()
        if self._is_stopped:
            return
        if pace is Pace.SOON:
            self._timer.start(min(SOON_MS, self._interval_ms))
        elif pace is Pace.STEADY or self._is_wanted:
            self._timer.start(self._interval_ms)
        else:
            self._timer.stop()
