"""The throttle keeps its rate, whatever the size of the calls."""

from __future__ import annotations

import pytest

from desktop.client.throttle import Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("size", [100, 16_384, 1_000_000])
def test_the_rate_holds_within_five_percent(size: int) -> None:
    clock = Clock()
    throttle = Throttle(1_000_000, clock=clock, sleep=clock.sleep)
    start, total = clock.now, 0
    while total < 20_000_000:
        throttle(size)
        total += size
    assert total / (clock.now - start) == pytest.approx(1_000_000, rel=0.05)


def test_a_pause_is_not_saved_up_for_a_burst() -> None:
    clock = Clock()
    throttle = Throttle(1000, clock=clock, sleep=clock.sleep)
    clock.now += 3600
    before = clock.now
    throttle(1000)
    assert clock.now - before == pytest.approx(0.9)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Throttle(0)
