"""The line's arithmetic: delay, rate, and the window that opens. Nothing here waits."""

from __future__ import annotations

import pytest

from tests.bench.wire import FIRST_WINDOW, MAX_WINDOW, QUEUE_S, WINDOW_HERE, Window, Wire


def test_without_a_rate_everything_takes_the_delay():
    wire = Wire(0.02)
    assert wire.carry(10.0, 1) == pytest.approx(10.02)
    assert wire.carry(10.0, 1 << 30) == pytest.approx(10.02)


def test_with_a_rate_bytes_queue_behind_each_other():
    wire = Wire(0.02, 1000.0)
    assert wire.carry(10.0, 500) == pytest.approx(10.52)
    assert wire.carry(10.0, 500) == pytest.approx(11.02)
    # After a pause the line is free again, and no credit has been saved up.
    assert wire.carry(20.0, 1000) == pytest.approx(21.02)


def test_a_line_takes_in_no_more_than_its_queue_holds():
    wire = Wire(0.0, 1000.0)
    assert wire.takes_more_at() <= 0
    wire.carry(10.0, 1000)
    assert wire.takes_more_at() == pytest.approx(11.0 - QUEUE_S)


def test_a_window_doubles_with_each_round_trip_until_its_limit():
    window = Window(0.02, first=1000, limit=8000)
    now = 0.0
    sizes = []
    for _ in range(5):
        sizes.append(window.room)
        window.sent(sizes[-1])
        assert window.room == 0
        window.arrived(now + 0.02, sizes[-1])
        window.turn(now + 0.03)
        assert window.room == 0, "an acknowledgement takes its way back"
        now += 0.04
        window.turn(now + 1e-9)
    assert sizes == [1000, 2000, 4000, 8000, 8000]


def test_only_what_has_arrived_is_acknowledged():
    window = Window(0.02)
    window.sent(FIRST_WINDOW)
    assert window.next_at() is None
    window.arrived(5.0, 1460)
    assert window.next_at() == pytest.approx(5.02)
    window.turn(5.03)
    assert window.room == 2 * 1460
    assert window.next_at() is None


def test_a_window_does_not_limit_a_long_transfer_over_a_gigabit_and_a_quarter_of_a_second():
    assert MAX_WINDOW >= 0.25 * 1e9 / 8


def test_without_a_delay_there_is_nothing_to_grow_towards():
    assert Window(0.0).room == WINDOW_HERE
