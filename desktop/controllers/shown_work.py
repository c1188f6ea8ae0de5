"""Work in a pane that may take long: shown with how much of it is done and a button to stop it, once it lasts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from desktop.controllers.views import TaskScreen
from shared.work import WorkProgress

SHOW_AFTER_S = 0.6
"""What is done sooner needs no line of its own; one that only flashes up alarms."""


class ShownWork:
    """One task on the screen. Made by :func:`shown`; ``total`` is the number of things that it has to do."""

    def __init__(self, screen: TaskScreen, text: str, total: int) -> None:
        self._screen = screen
        self._text = text
        self._total = total
        self._done = 0
        self._part = 0.0
        self._is_shown = False

    def note(self, progress: WorkProgress) -> None:
        """The thing in hand is so far."""
        total, done = progress.total_size, progress.size
        if not total:
            total, done = progress.total_count, progress.count
        self._part = min(1.0, done / total) if total else 0.0
        self._show()

    def finish_one(self) -> None:
        """One of the things is done."""
        self._done += 1
        self._part = 0.0
        self._show()

    def begin_to_show(self) -> None:
        """It has lasted long enough to be shown."""
        self._is_shown = True
        self._show()

    def _show(self) -> None:
        if not self._is_shown:
            return
        is_known = self._total > 1 or self._part > 0
        share = (self._done + self._part) / self._total if is_known and self._total else None
        self._screen.show_task(self, self._text, share)


@contextlib.contextmanager
def shown(screen: TaskScreen, tasks: dict[object, asyncio.Task[object]], text: str, total: int) -> Iterator[ShownWork]:
    """Show what the current task does within the block, and enter it in ``tasks`` under its key, to be cancelled."""
    work = ShownWork(screen, text, total)
    task = asyncio.current_task()
    if task is not None:
        tasks[work] = task
    timer = asyncio.get_running_loop().call_later(SHOW_AFTER_S, work.begin_to_show)
    try:
        yield work
    finally:
        timer.cancel()
        tasks.pop(work, None)
        screen.end_task(work)
