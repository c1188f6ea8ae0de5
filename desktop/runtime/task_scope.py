"""Owns asyncio tasks: none is lost, none outlives its owner, no error of one goes unheard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

_log = logging.getLogger(__name__)

ErrorReport = Callable[[str, Exception], None]
"""Told what was being done, in a person's words, and how it failed."""


class TaskScope:
    """The tasks of one owner. Use it on the loop's thread only.

    name: the owner's, for logs. failed: called for every task that ends with an error.
    """

    def __init__(self, name: str, failed: ErrorReport) -> None:
        self._name = name
        self._failed = failed
        self._tasks: set[asyncio.Task[Any]] = set()
        self._latest: dict[str, asyncio.Task[Any]] = {}
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, Any], what: str) -> asyncio.Task[Any]:
        """Run ``work`` beside everything else. ``what`` completes “Wherry was …ing” in an error's report.

        Raises RuntimeError after :meth:`close`.
        """
        if self._is_closed:
            work.close()
            raise RuntimeError(f"{self._name} is closed")
        task = asyncio.get_running_loop().create_task(work, name=f"{self._name}: {what}")
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, what))
        return task

    def replace(self, key: str, work: Coroutine[Any, Any, Any], what: str) -> asyncio.Task[Any]:
        """Run ``work`` in place of what was started under ``key`` before; that one is cancelled."""
        self.cancel(key)
        task = self.start(work, what)
        self._latest[key] = task
        return task

    def cancel(self, key: str) -> None:
        """Cancel what was started under ``key``, if it still runs."""
        task = self._latest.pop(key, None)
        if task is not None:
            task.cancel()

    def is_running(self, key: str) -> bool:
        """Tell whether what was started under ``key`` has not ended."""
        task = self._latest.get(key)
        return task is not None and not task.done()

    async def close(self) -> None:
        """Cancel everything and wait until it has ended. Calling it again does no harm."""
        self._is_closed = True
        current = asyncio.current_task()
        while tasks := [task for task in self._tasks if task is not current]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            # The callbacks of the tasks just ended run in the loop's next turns.
            await asyncio.sleep(0)

    def _ended(self, task: asyncio.Task[Any], what: str) -> None:
        self._tasks.discard(task)
        for key in [key for key, latest in self._latest.items() if latest is task]:
            del self._latest[key]
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception):
            _log.debug("%s: %s failed", self._name, what, exc_info=error)
            self._failed(what, error)
