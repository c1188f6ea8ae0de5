"""Runs one coroutine on a loop that is Qt's and asyncio's at once. The only import of qasync.

It decides nothing about windows: the coroutine returns when the program should end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# qasync asks which Qt binding is loaded already, so PySide6 comes first.
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

import qasync  # type: ignore[import-untyped]  # isort: skip  (it ships no types)

_log = logging.getLogger(__name__)

SWITCH_S = 0.0005
"""How long a worker may keep Python's interpreter from this thread (sys.setswitchinterval). With the default of 5 ms
and four transfers a click would wait for 20; what the switches cost the transfers is lost in their noise."""

EXECUTOR_THREADS = 12
"""Four bulk channels, each with a disk behind it, and room for listing, keyring and the queue's store."""


def new_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """Return a loop that runs inside ``app.exec()``, with plain threads as its executor.

    qasync's own executor makes QThreads, which Python's tools for threads do not see.
    """
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
    loop.set_default_executor(ThreadPoolExecutor(EXECUTOR_THREADS, thread_name_prefix="wherry"))
    return loop


def run_on_qt(
    app: QApplication,
    main: Callable[[], Coroutine[Any, Any, int]],
    *,
    quit_asked: Callable[[], None],
    interrupted: Callable[[int], None],
) -> int:
    """Run ``main()`` to its end and return its result. The loop is closed and its threads joined afterwards.

    quit_asked: the desktop wants the program gone (its session ends); Qt's own reaction, stopping the loop
    under the running coroutine, is kept away. interrupted: a signal such as SIGTERM came, with its number.
    """
    app.setQuitOnLastWindowClosed(False)
    guard = _QuitGuard(quit_asked)
    app.installEventFilter(guard)

    async def guarded() -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_report)
        with _signals_to(loop, interrupted):
            return await main()

    switch_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        with asyncio.Runner(loop_factory=lambda: new_loop(app)) as runner:
            return runner.run(guarded())
    finally:
        sys.setswitchinterval(switch_s)
        app.removeEventFilter(guard)


class _QuitGuard(QObject):
    """Turns Qt's quit event into a request."""

    def __init__(self, quit_asked: Callable[[], None]) -> None:
        super().__init__()
        self._quit_asked = quit_asked

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit and isinstance(watched, QApplication):
            event.ignore()
            self._quit_asked()
            return True
        return False


def _report(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what escaped every owner; asyncio calls this for callbacks and forgotten tasks."""
    error = context.get("exception")
    _log.error("%s", context.get("message", "Unhandled error in the event loop"), exc_info=error)


@contextlib.contextmanager
def _signals_to(loop: asyncio.AbstractEventLoop, interrupted: Callable[[int], None]) -> Iterator[None]:
    numbers: list[signal.Signals] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not on Windows, and not outside the main thread: there the default behaviour stays.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, interrupted, int(number))
            numbers.append(number)
    try:
        yield
    finally:
        for heard in numbers:
            loop.remove_signal_handler(heard)
