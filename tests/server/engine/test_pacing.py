"""Rate limits by a clock that the test holds: kept, shared fairly, changed while in use."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.config import MIN_RATE
from server.engine import pacing
from server.engine.pacing import Bucket, Pacer, RateBook, Rates

MIB = 1 << 20


class Clock:
    """A clock that waiting moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


@given(rate=st.integers(MIN_RATE, 1 << 32), pieces=st.lists(st.integers(1, 4 * MIB), min_size=1, max_size=200))
def test_no_more_passes_than_the_rate_and_a_short_burst(rate: int, pieces: list[int]) -> None:
    clock, bucket = Clock(), Bucket(rate)
    pacer = Pacer(bucket, wait=clock.wait, clock=clock)
    for piece in pieces:
        pacer.pace(piece)
    # What was paced has moved by the end of the last wait.
    assert sum(pieces) <= rate * (clock.now - 1000.0 + pacing.BURST_SECONDS) * 1.000001
    assert clock.now - 1000.0 <= sum(pieces) / rate * 1.000001


def test_two_transfers_share_a_bucket_fairly() -> None:
    bucket, now = Bucket(MIB), 1000.0
    ready = [now, now]
    moved = [0, 0]
    for _ in range(100):
        turn = ready.index(min(ready))
        ready[turn] += bucket.take(64 << 10, ready[turn])
        moved[turn] += 64 << 10
    # The burst goes to whoever came first.
    assert abs(moved[0] - moved[1]) <= MIB * pacing.BURST_SECONDS
    assert sum(moved) / (max(ready) - now + pacing.BURST_SECONDS) == pytest.approx(MIB, rel=0.05)


def test_the_tightest_limit_rules() -> None:
    clock = Clock()
    pacer = Pacer(Bucket(8 * MIB), Bucket(None), Bucket(MIB), wait=clock.wait, clock=clock)
    for _ in range(64):
        pacer.pace(MIB // 4)
    assert clock.now - 1000.0 == pytest.approx(16.0, abs=0.3)
    assert pacer.piece == MIB // 8


def test_without_a_limit_nothing_waits_and_content_stays_whole() -> None:
    clock = Clock()
    pacer = Pacer(Bucket(None), wait=clock.wait, clock=clock)
    pacer.pace(1 << 40)
    assert (clock.now, pacer.piece) == (1000.0, None)


def test_a_change_counts_from_the_next_piece_on() -> None:
    clock, bucket = Clock(), Bucket(MIN_RATE)
    pacer = Pacer(bucket, wait=clock.wait, clock=clock)
    bucket.take(1000 * MIB, clock.now)
    bucket.set_rate(100 * MIB)
    pacer.pace(MIB)
    assert clock.now - 1000.0 < 1.0
    bucket.set_rate(None)
    assert bucket.take(1 << 40, clock.now) == 0.0


def test_a_limit_below_the_least_is_the_least() -> None:
    assert Bucket(1).rate == MIN_RATE
    pacer = Pacer(Bucket(1), wait=lambda seconds: None)
    assert pacer.piece is not None
    # Many channels that share it still each get a piece well within the stall deadline.
    assert 16 * pacer.piece / MIN_RATE < 15


def test_setting_the_same_rate_again_forgives_nothing() -> None:
    rates = Rates()
    rates.set(MIB, None)
    rates.upload.take(100 * MIB, 1000.0)
    rates.set(MIB, None)
    assert rates.upload.take(1, 1000.0) > 90
    rates.set(2 * MIB, 5 * MIB)
    assert rates.upload.take(1, 1000.0) == 0.0
    assert (rates.upload.rate, rates.download.rate) == (2 * MIB, 5 * MIB)


def test_sessions_of_an_account_share_one_pair_and_leave_none() -> None:
    book = RateBook()
    pair = book.of("anna")
    assert book.of("anna") is pair
    assert book.of("bert") is not pair
    pair.set(MIB, MIB)
    del pair
    gc.collect()
    assert book.of("anna").upload.rate is None
