"""Coroutines of these tests run on the loop the window uses: Qt's and asyncio's at once."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.runtime.event_loop import new_loop

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"qt": lambda: new_loop(_application())}


def _application() -> QApplication:
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication([])


@pytest.fixture(autouse=True)
def _garbage_in_this_thread(qapp: QApplication) -> Iterator[None]:
    """As in the program (desktop.runtime.collector): no QObject dies in a worker thread; and none in the next test.

    It asks for the application, so that there is one before a test's loop is made.
    """
    gc.disable()
    yield
    qapp.sendPostedEvents(None, 0)
    gc.collect(1)
    gc.enable()


class Reports:
    """Records what a task scope reports."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, BaseException]] = []

    def __call__(self, what: str, error: Exception) -> None:
        self.seen.append((what, error))

    @property
    def errors(self) -> list[BaseException]:
        return [error for _, error in self.seen]


@pytest.fixture
def reports() -> Reports:
    return Reports()
