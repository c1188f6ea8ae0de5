"""The throttle keeps its rates, whatever the size of the calls, their number, and changes on the way."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator

import pytest

from desktop.client.throttle import Throttle
from desktop.transfers.items import Direction
from shared.protocol.limits import KIB, MAX_DATA

UP, DOWN = Direction.UPLOAD, Direction.DOWNLOAD


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Channels:
    """Several threads on one clock that moves only when all of them sleep: to the one that wakes first."""

    def __init__(self, count: int) -> None:
        self.now = 0.0
        self._turn = threading.Condition()
        self._awake = count
        self._sleepers: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._turn:
            until = self.now + seconds
            heapq.heappush(self._sleepers, until)
            self._awake -= 1
            self._move()
            self._turn.wait_for(lambda: self.now >= until)

    def leave(self) -> None:
        with self._turn:
            self._awake -= 1
            self._move()

    def _move(self) -> None:
        if self._awake == 0 and self._sleepers:
            self.now = max(self.now, self._sleepers[0])
            while self._sleepers and self._sleepers[0] <= self.now:
                heapq.heappop(self._sleepers)
                self._awake += 1
            self._turn.notify_all()


def send(throttle: Throttle, clock: Clock, seconds: float, *, size: int, direction: Direction = UP) -> int:
    """Return how many bytes go within a time."""
    end, total = clock.now + seconds, 0
    while clock.now < end:
        throttle.pace(direction, size)
        total += size
    return total


@pytest.mark.parametrize("size", [100, 16_384, 300_000])
@pytest.mark.parametrize("seconds", [3.0, 10.0])
def test_the_rate_holds_within_five_percent(size: int, seconds: float) -> None:
    clock = Clock()
    throttle = Throttle(1_000_000, clock=clock, sleep=clock.sleep)
    start = clock.now
    total = send(throttle, clock, seconds, size=size)
    assert total / (clock.now - start) == pytest.approx(1_000_000, rel=0.05)


@pytest.mark.parametrize("count", [2, 8])
def test_many_channels_share_the_rate_evenly(count: int) -> None:
    clock = Channels(count)
    throttle = Throttle(1_000_000, clock=clock, sleep=clock.sleep)
    totals = [0] * count

    def work(number: int) -> None:
        while clock.now < 5.0:
            throttle.pace(UP, throttle.piece(UP))
            totals[number] += throttle.piece(UP)
        clock.leave()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The last piece of each is still being paid for when the time is over.
    assert sum(totals) == pytest.approx(5_000_000, rel=0.05, abs=count * throttle.piece(UP))
    assert max(totals) - min(totals) <= 2 * throttle.piece(UP)


def test_each_way_has_its_own_limit_within_the_total() -> None:
    clock = Clock()
    throttle = Throttle(3_000_000, 1_000_000, None, clock=clock, sleep=clock.sleep)
    assert send(throttle, clock, 5.0, size=16 * KIB) == pytest.approx(5_000_000, rel=0.05)
    assert send(throttle, clock, 5.0, size=16 * KIB, direction=DOWN) == pytest.approx(15_000_000, rel=0.05)


def test_no_limit_waits_for_nothing() -> None:
    clock = Clock()
    throttle = Throttle(clock=clock, sleep=clock.sleep)
    throttle.pace(UP, 1 << 40)
    throttle.pace(DOWN, 1 << 40)
    assert clock.now == 100.0


def test_a_limit_that_changes_holds_at_once_for_those_who_wait() -> None:
    clock = Clock()
    throttle = Throttle(1000, clock=clock, sleep=clock.sleep)
    waits = 0

    def look() -> bool:
        nonlocal waits
        waits += 1
        if waits == 5:
            throttle.set_limits(1_000_000, None, None)
        return True

    throttle.pace(UP, 100_000, look)  # a hundred seconds at the first rate
    assert clock.now - 100.0 < 1.0
    assert send(throttle, clock, 4.0, size=16 * KIB) == pytest.approx(4_000_000, rel=0.05)
    throttle.set_limits(100_000, None, None)
    assert send(throttle, clock, 4.0, size=KIB) == pytest.approx(400_000, rel=0.05)


def test_what_went_without_a_limit_is_not_paid_for_later() -> None:
    clock = Clock()
    throttle = Throttle(clock=clock, sleep=clock.sleep)
    throttle.pace(UP, 1 << 40)
    throttle.set_limits(None, 1_000_000, None)
    assert send(throttle, clock, 3.0, size=16 * KIB) == pytest.approx(3_000_000, rel=0.05)
    throttle.set_limits(None, None, None)
    before = clock.now
    throttle.pace(UP, 1 << 40)
    assert clock.now == before


def test_bytes_that_nobody_wants_any_more_wait_no_longer() -> None:
    clock = Clock()
    throttle = Throttle(10, clock=clock, sleep=clock.sleep)
    answers: Iterator[bool] = iter([True, True, False])
    throttle.pace(UP, 1_000_000, lambda: next(answers))
    assert clock.now - 100.0 < 1.0


def test_a_pause_is_not_saved_up_for_a_burst() -> None:
    clock = Clock()
    throttle = Throttle(1000, clock=clock, sleep=clock.sleep)
    clock.now += 3600
    before = clock.now
    throttle.pace(UP, 1000)
    assert clock.now - before == pytest.approx(0.9, abs=0.002)


@pytest.mark.parametrize(
    ("limits", "piece"),
    [
        ((None, None, None), MAX_DATA),
        ((100, None, None), KIB),
        ((None, 100_000, None), 10_000),
        ((1e9, 1e9, None), 256 * KIB),
    ],
)
def test_pieces_fit_the_rate(limits: tuple[float | None, float | None, float | None], piece: int) -> None:
    assert Throttle(*limits).piece(UP) == piece


@pytest.mark.parametrize("limits", [(0, None, None), (None, -1, None), (None, None, 0.0)])
def test_a_rate_of_nothing_is_refused(limits: tuple[float | None, float | None, float | None]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Throttle(*limits)
    with pytest.raises(ValueError, match="positive"):
        Throttle().set_limits(*limits)
