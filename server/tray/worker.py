"""One thread for what would block the window, with its answers delivered in Qt's. Decides nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from shared.errors import WherryError

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Worker(QObject):
    """Runs jobs one after the other on a thread of its own; :meth:`close` joins it."""

    _ended = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._is_closed = False
        # Queued: the signal is emitted on the worker's thread, and what it carries is called in ours.
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, job: Callable[[], T], done: Callable[[T], object], failed: Callable[[WherryError], object]) -> None:
        """Run ``job`` on the thread; call ``done`` with its result or ``failed`` with its error in this one.

        An error that is not of our tree is a bug: it is logged with its traceback and shown as one.
        """

        def work() -> None:
            try:
                result = job()
            except WherryError as error:
                answer = _bind(failed, error)
            except Exception as error:  # noqa: BLE001 - the window lives on and tells about it
                _log.exception("a job of the tray failed")
                answer = _bind(failed, WherryError(f"{type(error).__name__}: {error}"))
            else:
                answer = _bind(done, result)
            self._ended.emit(answer)

        self._thread.submit(work)

    def close(self) -> None:
        """Wait for the jobs given so far and end the thread. Their answers are dropped."""
        self._is_closed = True
        self._thread.shutdown(wait=True)

    @Slot(object)
    def _deliver(self, answer: Callable[[], object]) -> None:
        if not self._is_closed:
            answer()


def _bind(call: Callable[[T], object], value: T) -> Callable[[], object]:
    return lambda: call(value)
