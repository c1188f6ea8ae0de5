"""Finds what a test left behind: threads, tasks, timers, windows, open files. It names each with where it began.

It repairs nothing and imports no Qt: where a test has not loaded Qt, there is none to look at.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

GRACE_S = 2.0
"""What is just ending (a server's thread after its last client) may take so long; only a suspect waits for it."""

_HERE = Path(__file__).resolve().parent.parent
_LIBRARY_FRAMES = (f"{os.sep}threading.py", f"{os.sep}concurrent{os.sep}", f"{os.sep}asyncio{os.sep}", __file__)


def _origin() -> str:
    """Return the first line outside the libraries that led here."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not any(part in name for part in _LIBRARY_FRAMES) and not name.startswith("<"):
            with contextlib.suppress(ValueError):
                name = str(Path(name).relative_to(_HERE))
            return f"{name}:{frame.f_lineno} in {frame.f_code.co_name}"
        frame = frame.f_back
    return "an unknown line"


class Origins:
    """Notes where threads and timers are started and which tasks a closing loop had to cancel.

    Installed once for a run of pytest: three entry points of the libraries are wrapped, none is replaced.
    """

    def __init__(self) -> None:
        self._threads: weakref.WeakKeyDictionary[threading.Thread, str] = weakref.WeakKeyDictionary()
        self._timers: list[tuple[weakref.ref[Any], str]] = []
        self._undo: list[Callable[[], None]] = []
        self._has_qt = False
        self.abandoned_tasks: list[str] = []

    def install(self) -> None:
        start = threading.Thread.start

        def start_noted(thread: threading.Thread) -> None:
            self._threads[thread] = _origin()
            start(thread)

        thread_type: Any = threading.Thread
        thread_type.start = start_noted
        self._undo.append(lambda: setattr(thread_type, "start", start))

        # asyncio.run and pytest-asyncio cancel in silence what still runs when the loop closes.
        runners: Any = asyncio.runners
        cancel_all = runners._cancel_all_tasks

        def cancel_all_noted(loop: asyncio.AbstractEventLoop) -> None:
            self.abandoned_tasks += [_task_text(task) for task in asyncio.all_tasks(loop)]
            cancel_all(loop)

        runners._cancel_all_tasks = cancel_all_noted
        self._undo.append(lambda: setattr(runners, "_cancel_all_tasks", cancel_all))

    def install_qt(self) -> None:
        """Watch timers too, as soon as Qt is there."""
        if self._has_qt or "PySide6.QtCore" not in sys.modules:
            return
        self._has_qt = True
        timer_type: Any = sys.modules["PySide6.QtCore"].QTimer
        start = timer_type.start

        def start_noted(timer: Any, *arguments: Any) -> None:
            self._timers.append((weakref.ref(timer), _origin()))
            start(timer, *arguments)

        timer_type.start = start_noted
        self._undo.append(lambda: setattr(timer_type, "start", start))

    def uninstall(self) -> None:
        while self._undo:
            self._undo.pop()()

    def of_thread(self, thread: threading.Thread) -> str:
        return self._threads.get(thread, "an unknown line")

    def active_timers(self) -> Iterator[tuple[Any, str]]:
        """Yield each running QTimer that Python code has started, with the line that did."""
        if not self._has_qt:
            return
        import shiboken6

        alive = [(ref, line) for ref, line in self._timers if ref() is not None]
        self._timers = alive
        seen: set[int] = set()
        for ref, line in reversed(alive):
            timer = ref()
            if timer is None or id(timer) in seen or not shiboken6.isValid(timer):
                continue
            seen.add(id(timer))
            if timer.isActive():
                yield timer, line


class Snapshot:
    """What was there before a test; ``new()`` tells what is there beyond it."""

    def __init__(self, origins: Origins, temporary: Iterable[Path]) -> None:
        self._origins = origins
        self._temporary = tuple(f"{folder}{os.sep}" for folder in temporary)
        origins.install_qt()
        origins.abandoned_tasks.clear()
        self._threads = set(threading.enumerate())
        self._timers = {id(timer) for timer, _ in origins.active_timers()}
        self._windows = {id(window) for window in _windows()}
        self._files = set(_open_files(self._temporary))

    def new(self, exempt: frozenset[str] = frozenset()) -> list[str]:
        """Return a line for each thing left behind; waits a little where something is just ending."""
        deadline = time.monotonic() + GRACE_S
        found = self._new(exempt)
        if found:
            # Cycles of Python objects keep Qt's objects and files alive until they are collected.
            _deliver_deletions()
            gc.collect()
        while found and time.monotonic() < deadline:
            _deliver_deletions()
            found = self._new(exempt)
            if found:
                time.sleep(0.02)
        return found

    def _new(self, exempt: frozenset[str]) -> list[str]:
        found: list[str] = []
        if "threads" not in exempt:
            found += self._new_threads()
        if "tasks" not in exempt:
            found += self._origins.abandoned_tasks
        if "timers" not in exempt:
            found += [
                f"a running QTimer ({timer.interval()} ms, parent {_name(timer.parent())}), started at {line}"
                for timer, line in self._origins.active_timers()
                if id(timer) not in self._timers
            ]
        if "windows" not in exempt:
            found += [f"a window: {_name(window)}" for window in _windows() if id(window) not in self._windows]
        if "files" not in exempt:
            found += [f"an open file: {name}" for name in _open_files(self._temporary) if name not in self._files]
        return found

    def _new_threads(self) -> list[str]:
        return [
            f"a thread: {thread.name!r}, started at {self._origins.of_thread(thread)}"
            for thread in threading.enumerate()
            # A dummy stands for a thread of Qt's that once called into Python; Qt owns it.
            if thread not in self._threads and thread.is_alive() and not isinstance(thread, threading._DummyThread)
        ]


def _task_text(task: asyncio.Task[Any]) -> str:
    code = getattr(task.get_coro(), "cr_code", None)
    place = f"{code.co_filename}:{code.co_firstlineno} {code.co_qualname}" if code else "an unknown coroutine"
    with contextlib.suppress(ValueError):
        place = str(Path(place).relative_to(_HERE))
    return f"a task nobody awaited or cancelled: {task.get_name()!r}, {place}"


def _name(thing: Any) -> str:
    if thing is None:
        return "none"
    parts = [type(thing).__name__, repr(thing.objectName())] if thing.objectName() else [type(thing).__name__]
    title = thing.windowTitle() if hasattr(thing, "windowTitle") else ""
    return " ".join([*parts, repr(title)] if title else parts)


def _application() -> Any:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.instance() if widgets is not None else None


def _windows() -> list[Any]:
    """Return the top-level widgets that belong to nobody; Qt's own tooltip label is Qt's."""
    application = _application()
    if application is None or not hasattr(application, "topLevelWidgets"):
        return []
    return [
        widget
        for widget in application.topLevelWidgets()
        if widget.parent() is None and widget.metaObject().className() != "QTipLabel"
    ]


def _deliver_deletions() -> None:
    application = _application()
    if application is not None:
        application.sendPostedEvents(None, 52)  # QEvent.Type.DeferredDelete


_DATABASE_ENDINGS = (".db", ".sqlite", "-wal", "-shm", "-journal")


def _open_files(folders: tuple[str, ...]) -> Iterator[str]:
    """Yield the open files and folders below ``folders``, those deleted since included.

    Databases are left out: a store shared by a module's tests opens its pool when it is first asked.
    """
    try:
        numbers = os.listdir("/proc/self/fd")
    except OSError:  # Not Linux: files are not watched there.
        return
    for number in numbers:
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if target.startswith(folders) and not target.removesuffix(" (deleted)").endswith(_DATABASE_ENDINGS):
            yield f"{target} (descriptor {number})"
