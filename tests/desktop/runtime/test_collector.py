"""Garbage goes in the GUI thread, and only there."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from desktop.runtime.collector import FULL_EVERY, Collector


class Cycle:
    """Garbage that only the collector finds; notes the thread it dies in."""

    deaths: list[threading.Thread] = []  # noqa: RUF012

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.deaths.append(threading.current_thread())


@pytest.fixture
def collector(qapp):
    was_enabled = gc.isenabled()
    gc.enable()
    Cycle.deaths.clear()
    made = Collector(interval_ms=5)
    made.start()
    yield made
    made.stop()
    assert gc.isenabled()
    if not was_enabled:
        gc.disable()


def allocate() -> None:
    Cycle()
    for _ in range(5 * gc.get_threshold()[0]):
        Cycle()


def test_garbage_made_in_another_thread_dies_in_this_one(qtbot, collector):
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert Cycle.deaths == []
    qtbot.waitUntil(lambda: len(Cycle.deaths) > 0)
    assert set(Cycle.deaths) == {threading.main_thread()}


def test_old_garbage_goes_too_now_and_then(qapp, collector):
    old = Cycle()
    gc.collect(0)
    gc.collect(1)
    gone = weakref.ref(old)
    del old
    for _ in range(FULL_EVERY):
        collector.tick()
    assert gone() is None


def test_after_stop_python_collects_again(qapp, collector):
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
