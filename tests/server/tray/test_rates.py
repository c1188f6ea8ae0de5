"""Rates from counters and measured time."""

from __future__ import annotations

import pytest

from server.tray.rates import WINDOW_S, Rates


def test_a_rate_is_bytes_over_the_time_that_passed() -> None:
    rates = Rates[str]()
    assert rates.read(10.0, {"a": 0}) == {"a": 0.0}
    assert rates.read(10.7, {"a": 700}) == {"a": pytest.approx(1000)}


def test_an_old_burst_is_forgotten() -> None:
    rates = Rates[str]()
    rates.read(0.0, {"a": 0})
    rates.read(1.0, {"a": 10_000})
    later = 1.0
    for _ in range(10):
        later += WINDOW_S / 4
        result = rates.read(later, {"a": 10_000})
    assert result == {"a": 0.0}


def test_a_key_that_comes_back_starts_anew() -> None:
    rates = Rates[str]()
    rates.read(0.0, {"a": 0})
    rates.read(1.0, {})
    assert rates.read(2.0, {"a": 5000}) == {"a": 0.0}


def test_a_counter_set_back_gives_no_negative_rate() -> None:
    rates = Rates[str]()
    rates.read(0.0, {"a": 5000})
    assert rates.read(1.0, {"a": 10}) == {"a": 0.0}


def test_two_readings_at_one_instant_divide_by_nothing() -> None:
    rates = Rates[str]()
    rates.read(3.0, {"a": 0})
    assert rates.read(3.0, {"a": 100}) == {"a": 0.0}
