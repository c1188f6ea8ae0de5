"""Keeps Python's garbage collection in the GUI thread.

CPython collects cycles in whichever thread happens to allocate (gc module, “gc.set_threshold”). A QObject in such a
cycle would then be destroyed in a transfer's thread, which Qt forbids: its timers stay, or the program crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 200
"""What is made meanwhile, some ten thousand objects while a queue is loaded, is walked in a few milliseconds."""

FULL_EVERY = 300
"""Ticks between collections of everything, which take longest."""


class Collector(QObject):
    """Collects at times of its own from :meth:`start` to :meth:`stop`; automatic collection rests meanwhile."""

    def __init__(self, parent: QObject | None = None, *, interval_ms: int = INTERVAL_MS) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self.tick)
        self._ticks = 0
        self._was_enabled = False

    def start(self) -> None:
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Hand collection back to Python."""
        if self._timer.isActive():
            self._timer.stop()
            if self._was_enabled:
                gc.enable()

    def tick(self) -> None:
        """Collect what is young if enough of it came together, and now and then everything."""
        self._ticks += 1
        if self._ticks % FULL_EVERY == 0:
            gc.collect()
        elif gc.get_count()[0] >= gc.get_threshold()[0]:
            gc.collect(1)
