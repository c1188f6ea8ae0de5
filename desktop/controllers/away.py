"""What happens while nobody looks: the machine stays awake while files move, a long batch says that it ended, and
what a person wants done afterwards is done, after a countdown that can be stopped.

It learns of transfers from their totals only, and asks the desktop for nothing that the settings do not allow.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.controllers.questions import Questions
from desktop.runtime.desktop_services import Hold, Rest
from desktop.runtime.task_scope import ErrorReport, TaskScope
from desktop.storage.settings import Settings
from desktop.transfers.items import State
from desktop.transfers.progress import Totals
from shared.look import wording

translate = QCoreApplication.translate

_log = logging.getLogger(__name__)

LONG_S = 10.0
"""Who waited so long has turned to something else."""

LOOK_AFTER_S = 2.0
"""After the start, when the window has more important things to do, what the system can do is found out."""

COUNTDOWN_S = 30

_AWAKE, _AFTER, _NOTICE = "awake", "after", "notice"
_FINAL = (State.DONE, State.FAILED, State.SKIPPED, State.CANCELLED)


class Afterwards(StrEnum):
    """What is done when all transfers are done; chosen for one run of the program and never remembered."""

    NOTHING = "nothing"
    QUIT = "quit"
    SUSPEND = "suspend"
    SHUTDOWN = "shutdown"


RESTS = {Afterwards.SUSPEND: Rest.SUSPEND, Afterwards.SHUTDOWN: Rest.SHUTDOWN}


class Services(Protocol):
    """The desktop's services; all block."""

    def hold_awake(self, reason: str) -> Hold | None: ...

    def can(self, rest: Rest) -> bool: ...

    def put_to_rest(self, rest: Rest) -> bool: ...

    def notify(self, title: str, text: str) -> bool: ...


class AwayController(QObject):
    """For one window.

    Signals:
        offered: what can be done afterwards on this system (tuple of Afterwards), once that is known.
        afterwards_changed: what will be done afterwards (Afterwards): chosen, or over.
        quit_requested: all is done, and the program should end.
        progress_changed: how much of what is under way is in place (0.0 to 1.0), or None when nothing is.
    """

    offered = Signal(object)
    afterwards_changed = Signal(object)
    quit_requested = Signal()
    progress_changed = Signal(object)

    def __init__(
        self,
        services: Services,
        questions: Questions,
        settings: Callable[[], Settings],
        is_looked_at: Callable[[], bool],
        failed: ErrorReport,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._questions = questions
        self._settings = settings
        self._is_looked_at = is_looked_at
        self._clock = clock
        self._scope = TaskScope("away", failed)
        self._hold: Hold | None = None
        self._is_busy = False
        self._began = 0.0
        self._before: dict[State, int] = {}
        self._afterwards = Afterwards.NOTHING

    @property
    def afterwards(self) -> Afterwards:
        return self._afterwards

    def start(self) -> None:
        """Find out, when the window is at rest, what this system can do."""
        self._scope.start(self._look(), "looking what this system can do")

    async def close(self) -> None:
        """Let the machine sleep, and forget what was to be done."""
        await self._scope.close()
        hold, self._hold = self._hold, None
        if hold is not None:
            await asyncio.to_thread(hold.release)

    def choose(self, afterwards: Afterwards) -> None:
        """Do this when all transfers are done."""
        self._afterwards = afterwards
        if afterwards is Afterwards.NOTHING:
            self._scope.cancel(_AFTER)
        self.afterwards_changed.emit(afterwards)

    def note_totals(self, totals: Totals) -> None:
        """Take how the queue stands now."""
        is_busy = totals.active > 0 or (totals.queued > 0 and not totals.is_paused)
        share = totals.bytes_moved / totals.bytes_total if totals.bytes_total else 0.0
        self.progress_changed.emit(min(1.0, share) if is_busy else None)
        if is_busy == self._is_busy:
            return
        self._is_busy = is_busy
        self._scope.replace(_AWAKE, self._stay_awake(is_busy), "keeping this computer awake")
        if is_busy:
            self._began, self._before = self._clock(), dict(totals.counts)
            # Work that came during a countdown: it starts anew when that is done too.
            self._scope.cancel(_AFTER)
        else:
            self._end(totals)

    # --- How ----------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        await asyncio.sleep(LOOK_AFTER_S)
        able = [after for after, rest in RESTS.items() if await asyncio.to_thread(self._services.can, rest)]
        self.offered.emit((Afterwards.NOTHING, Afterwards.QUIT, *able))

    async def _stay_awake(self, is_busy: bool) -> None:
        if not is_busy:
            hold, self._hold = self._hold, None
            if hold is not None:
                await asyncio.to_thread(hold.release)
        elif self._hold is None and self._settings().keep_awake:
            reason = translate("AwayController", "Files are being transferred")
            work = asyncio.ensure_future(asyncio.to_thread(self._services.hold_awake, reason))
            try:
                self._hold = await asyncio.shield(work)
            except asyncio.CancelledError:
                # It ended while the system was asked: what it gives is given back.
                work.add_done_callback(_release)
                raise

    def _end(self, totals: Totals) -> None:
        is_long = self._clock() - self._began >= LONG_S
        if is_long and self._settings().notify_when_done and not self._is_looked_at():
            title, text = self._news(totals)
            self._scope.replace(_NOTICE, asyncio.to_thread(self._services.notify, title, text), "telling of the end")
        if self._afterwards is not Afterwards.NOTHING and not totals.asking:
            self._scope.replace(_AFTER, self._finish(self._afterwards), "ending as it was wished")

    def _news(self, totals: Totals) -> tuple[str, str]:
        ended = {state: totals.count(state) - self._before.get(state, 0) for state in _FINAL}
        took = translate("AwayController", "It took %1.").replace("%1", wording.duration(self._clock() - self._began))
        if failed := ended[State.FAILED]:
            title = wording.counted(
                failed,
                translate("AwayController", "1 transfer failed"),
                translate("AwayController", "%1 transfers failed"),
            )
        else:
            title = translate("AwayController", "All transfers are done")
        moved = wording.counted(
            max(0, ended[State.DONE]),
            translate("AwayController", "1 item was transferred."),
            translate("AwayController", "%1 items were transferred."),
        )
        return title, f"{moved} {took}"

    async def _finish(self, afterwards: Afterwards) -> None:
        if not await self._questions.confirm_afterwards(afterwards, COUNTDOWN_S):
            self.choose(Afterwards.NOTHING)
            return
        self._afterwards = Afterwards.NOTHING
        self.afterwards_changed.emit(Afterwards.NOTHING)
        if afterwards is Afterwards.QUIT:
            self.quit_requested.emit()
        elif not await asyncio.to_thread(self._services.put_to_rest, RESTS[afterwards]):
            _log.warning("the system did not want to %s", afterwards)


def _release(work: asyncio.Future[Hold | None]) -> None:
    hold = None if work.cancelled() else work.result()
    if hold is not None:
        hold.release()
