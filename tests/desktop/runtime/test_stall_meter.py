"""The meter sees what a person would feel: the gaps of the GUI thread, and when the window was there."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.runtime.stall_meter import StallMeter, process_age_s


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(qapp: object, clock: Clock) -> Iterator[StallMeter]:
    meter = StallMeter(clock=clock)
    yield meter
    meter.stop()


def pass_gaps(meter: StallMeter, clock: Clock, *gaps_ms: float) -> None:
    for gap in gaps_ms:
        clock.now += gap / 1000
        meter.tick()


def test_the_longest_gap_is_told_exactly(meter: StallMeter, clock: Clock) -> None:
    meter.start()
    pass_gaps(meter, clock, 5, 5, 83, 5)
    assert meter.reading().longest_gap_ms == 83.0


def test_one_stall_in_a_thousand_ticks_is_not_the_99th_percentile_but_two_in_a_hundred_are(
    meter: StallMeter, clock: Clock
) -> None:
    meter.start()
    pass_gaps(meter, clock, *[5] * 999, 200)
    assert meter.reading().p99_gap_ms == 5.0
    meter.reset()
    pass_gaps(meter, clock, *[5] * 98, 200, 200)
    assert meter.reading().p99_gap_ms == 200.0


def test_a_stall_that_lasts_until_the_end_counts(meter: StallMeter, clock: Clock) -> None:
    meter.start()
    clock.now += 0.4
    meter.stop()
    assert meter.reading().longest_gap_ms == 400.0
    assert meter.reading().measured_s == 0.4


def test_what_was_before_a_reset_is_forgotten_with_the_time_until_it(meter: StallMeter, clock: Clock) -> None:
    meter.start()
    pass_gaps(meter, clock, 300)
    clock.now += 1
    meter.reset()
    pass_gaps(meter, clock, 6)
    assert (meter.reading().longest_gap_ms, meter.reading().gaps) == (6.0, 1)


def test_it_starts_when_the_window_has_drawn_itself(qtbot: QtBot, meter: StallMeter) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    meter.watch(window)
    assert meter.reading().first_paint_s is None
    window.show()
    qtbot.waitUntil(lambda: meter.reading().first_paint_s is not None)
    qtbot.waitUntil(lambda: meter.reading().gaps > 2)


def test_usable_is_when_it_was_said_first(meter: StallMeter) -> None:
    assert meter.reading().usable_s is None
    meter.note_usable()
    first = meter.reading().usable_s
    meter.note_usable()
    assert first is not None
    assert meter.reading().usable_s == first


def test_the_reading_is_one_line_of_json_with_the_memory_in_it(meter: StallMeter) -> None:
    told = json.loads(meter.reading().to_json())
    assert told["resident_mib"] is None or 1 < told["resident_mib"] <= told["peak_resident_mib"]
    assert set(told) >= {"longest_gap_ms", "p99_gap_ms", "first_paint_s", "usable_s"}


def test_a_process_grows_older() -> None:
    first = process_age_s()
    assert 0 <= first <= process_age_s()
