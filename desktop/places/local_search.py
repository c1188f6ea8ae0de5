"""Searching below a folder of this computer, a slice of time at a time. Blocking; for a thread."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator

from desktop.places.tree import walk
from shared.entries import Entry
from shared.names import RemotePath
from shared.patterns import NamePattern
from shared.work import Findings, Match

_SLICE = 0.2
"""Seconds that one look takes at most: what was found shows soon, and a search that is left ends soon."""

_BATCH = 1000


class LocalSearch:
    """One search. ``seen`` counts what was looked at."""

    def __init__(
        self,
        native: str,
        path: RemotePath,
        pattern: NamePattern,
        limit: int,
        describe: Callable[[os.DirEntry[str]], Entry],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``native`` is how the system writes ``path``."""
        self.seen = 0
        self._path = path
        self._pattern = pattern
        self._left = limit
        self._describe = describe
        self._clock = clock
        self._unread = 0
        self._is_closed = False
        self._lock = threading.Lock()
        self._steps: Generator[tuple[RemotePath, os.DirEntry[str]], None, None] = walk(native, self._missed)

    def take(self) -> tuple[Findings, bool]:
        """Look on for a while; return what was found, and whether that was the last. Raises LocalError."""
        with self._lock:
            try:
                return self._look()
            finally:
                if self._is_closed:
                    self._steps.close()

    def close(self) -> None:
        """End the search, from any thread, without waiting for a look that is under way."""
        self._is_closed = True
        if self._lock.acquire(blocking=False):
            try:
                self._steps.close()
            finally:
                self._lock.release()

    def _look(self) -> tuple[Findings, bool]:
        matches: list[Match] = []
        until = self._clock() + _SLICE
        for relative, entry in self._steps:
            self.seen += 1
            if self._pattern.fits(entry.name):
                if not self._left:
                    return Findings(matches, is_cut=True, unread=self._unread), True
                self._left -= 1
                matches.append(Match((*self._path, *relative), self._describe(entry)))
            if self._is_closed:
                break
            if len(matches) >= _BATCH or self._clock() >= until:
                return Findings(matches), False
        return Findings(matches, unread=self._unread), True

    def _missed(self, error: Exception) -> None:
        self._unread += 1
