"""Changes are pulled while something moves, and the timer rests otherwise."""

from __future__ import annotations

import threading

from desktop.runtime.coalescer import Coalescer, Pace


class Source:
    """Something that moves for ``busy`` pulls."""

    def __init__(self, busy: int) -> None:
        self.busy = busy
        self.pulls = 0

    def __call__(self) -> Pace:
        self.pulls += 1
        self.busy -= 1
        return Pace.STEADY if self.busy > 0 else Pace.REST


def test_it_pulls_until_the_source_rests_and_then_stops(qtbot):
    source = Source(busy=3)
    coalescer = Coalescer(source, interval_ms=1)
    assert not coalescer.is_active
    coalescer.wake()
    qtbot.waitUntil(lambda: source.pulls == 3)
    assert not coalescer.is_active


def test_many_wakes_are_one_pull(qtbot):
    source = Source(busy=1)
    coalescer = Coalescer(source, interval_ms=1)
    for _ in range(1000):
        coalescer.wake()
    qtbot.waitUntil(lambda: source.pulls > 0 and not coalescer.is_active)
    assert source.pulls == 1


def test_a_wake_from_inside_the_last_pull_is_not_lost(qtbot):
    pulls: list[int] = []

    def pull() -> Pace:
        pulls.append(len(pulls))
        if len(pulls) == 1:
            coalescer.wake()
        return Pace.REST

    coalescer = Coalescer(pull, interval_ms=1)
    coalescer.wake()
    qtbot.waitUntil(lambda: len(pulls) == 2)
    qtbot.waitUntil(lambda: not coalescer.is_active)


def test_another_thread_may_wake_it_and_the_pull_stays_on_this_one(qtbot):
    threads: list[threading.Thread] = []

    def pull() -> Pace:
        threads.append(threading.current_thread())
        return Pace.REST

    coalescer = Coalescer(pull, interval_ms=1)
    other = threading.Thread(target=coalescer.wake)
    other.start()
    other.join()
    qtbot.waitUntil(lambda: len(threads) == 1)
    assert threads == [threading.main_thread()]


def test_flush_pulls_at_once_and_after_stop_nothing_pulls(qtbot):
    source = Source(busy=10)
    coalescer = Coalescer(source, interval_ms=60_000)
    coalescer.flush()
    assert source.pulls == 1
    assert coalescer.is_active
    coalescer.stop()
    coalescer.wake()
    coalescer.flush()
    assert source.pulls == 1
    assert not coalescer.is_active


def test_a_backlog_is_taken_in_quick_slices(qtbot):
    paces = iter([Pace.SOON, Pace.SOON, Pace.REST])
    coalescer = Coalescer(lambda: next(paces), interval_ms=60_000)
    coalescer.flush()
    assert coalescer.is_active
    qtbot.waitUntil(lambda: not coalescer.is_active)
    assert next(paces, None) is None


def test_a_pull_may_stop_its_coalescer(qtbot):
    def pull() -> Pace:
        coalescer.stop()
        return Pace.STEADY

    coalescer = Coalescer(pull, interval_ms=1)
    coalescer.flush()
    assert not coalescer.is_active
