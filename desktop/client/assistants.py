"""Further channels that help one to carry a large file: opened, run in threads, and ended with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from shared.errors import WherryError

_log = logging.getLogger(__name__)


class Closable(Protocol):
    """A channel, as far as this module is concerned."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class _Assistant(Generic[C]):
    """One further channel in a thread of its own."""

    def __init__(self, open_channel: Callable[[], C], work: Callable[[C], None]) -> None:
        self._open_channel = open_channel
        self._work = work
        self._lock = threading.Lock()
        self._channel: C | None = None
        self._is_dismissed = False
        self._thread = threading.Thread(target=self._run, name="wherry-assistant")
        self._thread.start()

    def _run(self) -> None:
        try:
            channel = self._open_channel()
        except (WherryError, OSError) as error:
            # The file goes on without: fewer hands are no failure.
            _log.info("no further channel: %s", error)
            return
        try:
            with self._lock:
                self._channel = channel
                is_late = self._is_dismissed
            if not is_late:
                self._work(channel)
        except (WherryError, OSError) as error:
            if not self._is_dismissed:
                _log.info("a further channel is lost: %s", error)
        finally:
            channel.close()

    def dismiss(self) -> None:
        """Cut what it does short."""
        with self._lock:
            self._is_dismissed = True
            channel = self._channel
        if channel is not None:
            channel.close()

    def join(self) -> None:
        self._thread.join()


@contextmanager
def assisted(count: int, open_channel: Callable[[], C], work: Callable[[C], None]) -> Iterator[None]:
    """Have ``count`` further channels do ``work`` while the block runs; at its end they are cut off and gone.

    What they were at must have been given back, or be finished, by then: they are not waited for.
    """
    assistants: list[_Assistant[C]] = []
    try:
        for _ in range(count):
            # One by one: those that have begun must end, also when the system has no thread for the next.
            assistants.append(_Assistant(open_channel, work))
        yield
    finally:
        for assistant in assistants:
            assistant.dismiss()
        for assistant in assistants:
            assistant.join()
