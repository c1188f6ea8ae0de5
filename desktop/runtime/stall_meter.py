"""Measures how smoothly the GUI thread runs: its longest gaps, when the window was there, the memory it takes.

``wherry --measure-stalls`` prints the reading at exit; tests and benchmarks read it from :meth:`StallMeter.reading`.
It changes nothing it looks at: one timer, and an addition to a table for each of its ticks.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

INTERVAL_MS = 5
"""Between two ticks: a third of a frame at 60 Hz, and about 0.2 % of a processor."""

_STEP_MS = 0.1
"""The grain of the table of gaps. It has as many rows as there are different gaps, however long the run."""

_LOADED_AT = time.perf_counter()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured. Times are None until they have happened, memory where the system does not tell.

    A gap is the time between two ticks of a timer of INTERVAL_MS in the GUI thread, so a thread with nothing to
    do shows gaps of about that length. ``first_paint_s`` and ``usable_s`` count from the start of the process;
    usable is when the window has drawn itself, the folder on the left is listed and the queue is loaded.
    """

    longest_gap_ms: float
    p99_gap_ms: float
    gaps: int
    measured_s: float
    first_paint_s: float | None
    usable_s: float | None
    resident_mib: float | None
    peak_resident_mib: float | None

    def to_json(self) -> str:
        """Return one line: an object with these names."""
        return json.dumps(asdict(self))


class StallMeter(QObject):
    """Measures from :meth:`start` to :meth:`stop`. ``clock`` is monotonic, in seconds.

    With :meth:`watch` it starts by itself when a window has drawn itself for the first time: what comes before is
    told by ``first_paint_s`` and is no stall of a window that a person could see.
    """

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(parent)
        self._clock = clock
        self._table: Counter[int] = Counter()
        self._longest = 0.0
        self._last: float | None = None
        self._measured = 0.0
        self._first_paint: float | None = None
        self._usable: float | None = None
        self._watched: QWidget | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.tick)

    # --- Measuring -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Measure gaps from now on."""
        self._last = self._clock()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more; a gap that is open counts as far as it came."""
        if self._timer.isActive():
            self.tick()
            self._timer.stop()
        self._last = None

    def reset(self) -> None:
        """Forget the gaps so far: what comes next is measured by itself."""
        self._table.clear()
        self._longest = self._measured = 0.0
        if self._timer.isActive():
            self._last = self._clock()

    def tick(self) -> None:
        """Count the time since the tick before."""
        now = self._clock()
        if self._last is not None:
            gap = (now - self._last) * 1000
            self._table[round(gap / _STEP_MS)] += 1
            self._measured += gap / 1000
            if gap > self._longest:
                self._longest = gap
        self._last = now

    # --- The start of the program --------------------------------------------------------------------------------

    def watch(self, window: QWidget) -> None:
        """Note when ``window`` draws itself for the first time, and start."""
        self._watched = window
        window.installEventFilter(self)

    def note_usable(self) -> None:
        """A person can work with the window now; only the first call counts."""
        if self._usable is None:
            self._usable = process_age_s()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None
            # The children are painted in the same turn of the loop; after it all of the window is there.
            QTimer.singleShot(0, self, self._note_paint)
        return False

    def _note_paint(self) -> None:
        self._first_paint = process_age_s()
        self.start()

    # --- Telling -------------------------------------------------------------------------------------------------

    def reading(self) -> Reading:
        """Return what was measured so far."""
        return Reading(
            round(self._longest, 1),
            round(_percentile(self._table, 0.99) * _STEP_MS, 1),
            self._table.total(),
            round(self._measured, 3),
            _rounded(self._first_paint),
            _rounded(self._usable),
            _memory_mib("VmRSS"),
            _memory_mib("VmHWM"),
        )


def process_age_s() -> float:
    """Return the seconds since this process began; where the system does not tell, since this module was loaded."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        # Field 22, and the name in brackets was the second: proc_pid_stat(5).
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began
    except (OSError, ValueError, IndexError, AttributeError):
        return time.perf_counter() - _LOADED_AT


def _memory_mib(field: str) -> float | None:
    """Return a line of /proc/self/status in MiB (proc_pid_status(5): the file counts in KiB)."""
    try:
        for text in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if text.startswith(f"{field}:"):
                return round(int(text.split()[1]) / 1024, 1)
    except (OSError, ValueError, IndexError):
        return None
    return None


def _percentile(table: Counter[int], share: float) -> int:
    """Return the smallest value that ``share`` of all counted ones do not exceed, 0 when there are none."""
    due = share * table.total()
    seen = 0
    for value in sorted(table):
        seen += table[value]
        if seen >= due:
            return value
    return 0


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
