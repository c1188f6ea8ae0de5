"""The line's rate: measured only while something waits for the line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.coding.rate import LineRate

RATE = 12.5e6


def feed(rate: LineRate, start: float, count: int, *, step: float = 0.02, bps: float = RATE, waiting: int = 1) -> float:
    """Look ``count`` times, ``step`` seconds apart, at a line that carries ``bps``; return the time after."""
    delivered = rate.delivered
    for _ in range(count):
        rate.look(start, int(delivered), waiting)
        start, delivered = start + step, delivered + bps * step
    return start


def test_nothing_is_known_at_first() -> None:
    rate = LineRate()
    assert rate.bytes_per_s is None
    feed(rate, 0.0, 2)
    assert rate.bytes_per_s is None


def test_a_line_that_holds_up_is_known_soon() -> None:
    rate = LineRate()
    feed(rate, 0.0, 6)
    assert rate.bytes_per_s == pytest.approx(RATE, rel=0.01)


def test_a_slow_line_is_known_soon_too() -> None:
    rate = LineRate()
    feed(rate, 0.0, 7, step=0.1, bps=1e5)
    assert rate.bytes_per_s == pytest.approx(1e5, rel=0.01)


def test_a_line_that_keeps_up_is_never_measured() -> None:
    rate = LineRate()
    feed(rate, 0.0, 100, waiting=0)
    assert rate.bytes_per_s is None


def test_a_pause_of_the_sender_is_not_the_lines() -> None:
    """Ten seconds without a byte to send: the line was idle, which says nothing about it."""
    rate = LineRate()
    now = feed(rate, 0.0, 5)
    rate.look(now + 10, rate.delivered, 0)
    feed(rate, now + 10, 9)
    assert rate.bytes_per_s == pytest.approx(RATE, rel=0.01)


def test_looks_close_together_are_one_measurement() -> None:
    rate = LineRate()
    feed(rate, 0.0, 9, step=0.001)
    assert not rate.is_being_learned
    feed(rate, 0.009, 130, step=0.001)
    assert rate.bytes_per_s == pytest.approx(RATE, rel=0.05)


def test_one_hiccup_does_not_make_a_fast_line_slow() -> None:
    rate = LineRate()
    now = feed(rate, 0.0, 33, bps=600e6)
    rate.look(now + 0.05, rate.delivered, 1)
    assert rate.bytes_per_s is not None
    assert rate.bytes_per_s > 400e6


def test_storing_in_groups_does_not_make_a_receiver_slow() -> None:
    """It takes four megabytes at once, then stops for a while to bring them to the disk."""
    rate, now = LineRate(), 0.0
    for _ in range(20):
        now = feed(rate, now, 8, step=0.01, bps=50e6)
        rate.look(now + 0.08, rate.delivered, 1)
        now += 0.08
        assert rate.bytes_per_s is None or rate.bytes_per_s > 15e6


def test_another_rate_replaces_the_old_one() -> None:
    rate = LineRate()
    now = feed(rate, 0.0, 40)
    feed(rate, now, 40, bps=1e6)
    assert rate.bytes_per_s == pytest.approx(1e6, rel=0.05)


def test_a_line_that_keeps_up_for_long_is_forgotten() -> None:
    rate = LineRate()
    now = feed(rate, 0.0, 9)
    assert rate.bytes_per_s is not None
    feed(rate, now, 200, waiting=0)
    assert rate.bytes_per_s is None


def test_what_is_being_learned_is_told() -> None:
    rate = LineRate()
    assert not rate.is_being_learned
    feed(rate, 0.0, 2)
    assert rate.is_being_learned
    feed(rate, 0.04, 8)
    assert not rate.is_being_learned
    rate.forget()
    assert rate.bytes_per_s is None


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 1 << 40), st.integers(0, 1 << 30)), max_size=60))
def test_whatever_is_seen_the_rate_is_none_or_positive(looks: list[tuple[float, int, int]]) -> None:
    rate, now = LineRate(), 0.0
    for passed, delivered, waiting in looks:
        now += passed
        rate.look(now, delivered, waiting)
        assert rate.bytes_per_s is None or rate.bytes_per_s > 0
