"""Rates are measured over the time that passed, not over the time that was meant to."""

from __future__ import annotations

import pytest

from desktop.transfers.items import State
from desktop.transfers.progress import RateMeter, Totals, eta_s


def test_the_first_reading_is_the_rate() -> None:
    assert RateMeter(0, 10.0).update(500, 10.5) == 1000.0


def test_a_steady_flow_reads_the_same_however_irregular_the_looks() -> None:
    meter, now = RateMeter(0, 0.0), 0.0
    for step in (0.1, 0.7, 0.01, 3.0, 0.1):
        now += step
        assert meter.update(round(now * 1_000_000), now) == pytest.approx(1_000_000, rel=1e-4)


def test_a_stall_is_seen_within_seconds_and_a_hiccup_does_not_shake_the_figure() -> None:
    meter = RateMeter(0, 0.0)
    meter.update(1000, 1.0)
    assert meter.update(1000, 1.1) > 950
    assert meter.update(1000, 12.0) < 50


def test_readings_of_one_moment_and_clocks_or_counts_that_go_back_do_no_harm() -> None:
    meter = RateMeter(0, 5.0)
    meter.update(100, 6.0)
    assert meter.update(900, 6.0) == 100.0
    assert meter.update(900, 5.0) == 100.0
    assert meter.update(0, 7.0) >= 0.0


def test_time_left() -> None:
    assert eta_s(100, 50.0) == 2.0
    assert eta_s(0, 0.0) == 0.0
    assert eta_s(100, 0.0) is None


def test_totals_group_the_states_as_a_person_sees_them() -> None:
    counts = {State.QUEUED: 1, State.WAITING: 2, State.SCANNING: 4, State.RUNNING: 8, State.PAUSED: 16}
    totals = Totals({**counts, State.FAILED: 32, State.DONE: 64, State.ASKING: 128}, 0, 0, 0.0, None)
    assert (totals.queued, totals.active, totals.paused) == (7, 8, 16)
    assert (totals.failed, totals.done, totals.asking) == (32, 64, 128)
