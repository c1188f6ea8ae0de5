"""The loop runs a coroutine to its end, survives Qt's quit, hears signals and leaves nothing behind."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading

import pytest
from PySide6.QtCore import QTimer

from desktop.runtime.event_loop import run_on_qt


def _ignore(_number: int = 0) -> None:
    """For the callbacks a test does not look at."""


def test_the_result_of_main_comes_back_and_the_threads_are_joined(qapp):
    async def main() -> int:
        name = await asyncio.to_thread(lambda: threading.current_thread().name)
        assert name.startswith("wherry")
        return 7

    assert run_on_qt(qapp, main, quit_asked=_ignore, interrupted=_ignore) == 7
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("wherry")]


def test_qts_quit_is_a_request_and_does_not_stop_the_loop_under_main(qapp):
    asked = []

    async def main() -> int:
        done = asyncio.Event()
        QTimer.singleShot(0, qapp.quit)
        QTimer.singleShot(20, done.set)
        await done.wait()
        return 0

    assert run_on_qt(qapp, main, quit_asked=lambda: asked.append(True), interrupted=_ignore) == 0
    assert asked == [True]


def test_a_signal_reaches_main_while_qt_waits(qapp):
    async def main() -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        await heard.wait()
        return numbers[0]

    heard = asyncio.Event()
    numbers: list[int] = []

    def interrupted(number: int) -> None:
        numbers.append(number)
        heard.set()

    before = signal.getsignal(signal.SIGTERM)
    assert run_on_qt(qapp, main, quit_asked=_ignore, interrupted=interrupted) == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_error_of_main_comes_out(qapp):
    async def main() -> int:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_on_qt(qapp, main, quit_asked=_ignore, interrupted=_ignore)


def test_an_error_of_a_callback_is_logged(qapp, caplog):
    def fail() -> None:
        raise ValueError("in a callback")

    async def main() -> int:
        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(0.01)
        return 0

    with caplog.at_level(logging.ERROR, logger="desktop.runtime.event_loop"):
        run_on_qt(qapp, main, quit_asked=_ignore, interrupted=_ignore)
    assert "in a callback" in caplog.text
