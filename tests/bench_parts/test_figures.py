"""What the benchmark concludes from its figures: ratios, bars, verdicts, percentiles, growth."""

from __future__ import annotations

import math

import pytest

from tests.bench.figures import (
    Bar,
    Measure,
    Row,
    Run,
    Series,
    Usage,
    Verdict,
    failed,
    gap,
    per_item_growth,
    percentile,
)


def row(ours: tuple[float, ...], theirs: tuple[float, ...] | None, bar: Bar | None, **more: str) -> Row:
    other = None if theirs is None else Series("scp", theirs)
    return Row("large", "put", "s", Series("wherry", ours), other, bar, **more)


def test_a_bar_is_held_against_the_medians_and_not_against_the_best_or_worst_round():
    # Medians 2 and 4, although one round of ours was ten times as slow.
    assert row((2, 20, 1), (4, 4.1, 1), Bar.times_as_fast(2)).figure == 2
    assert row((2, 20, 1), (4, 4.1, 1), Bar.times_as_fast(2)).verdict is Verdict.MET
    assert row((2.1, 20, 1), (4, 4.1, 1), Bar.times_as_fast(2)).verdict is Verdict.MISSED


def test_a_share_is_ours_of_theirs():
    assert row((3,), (20,), Bar.share(0.15)).verdict is Verdict.MET
    assert row((3.1,), (20,), Bar.share(0.15)).verdict is Verdict.MISSED


def test_a_value_needs_no_other_side():
    assert row((50,), None, Bar.at_most(50)).verdict is Verdict.MET
    assert row((50.1,), None, Bar.at_most(50)).verdict is Verdict.MISSED


def test_without_a_bar_there_is_a_ratio_and_no_verdict():
    assert row((1,), (3,), None).figure == 3
    assert row((1,), (3,), None).verdict is Verdict.INFO
    assert row((1,), None, None).figure is None


@pytest.mark.parametrize("ours", [(), (math.nan,)])
def test_nothing_measured_is_never_met(ours):
    for bar in (Bar.times_as_fast(1), Bar.share(1), Bar.at_most(1)):
        assert row(ours, (1.0,), bar).verdict is Verdict.MISSED


def test_a_missing_peer_is_a_gap_and_never_a_pass():
    assert row((1,), (), Bar.times_as_fast(1)).verdict is Verdict.MISSED
    found = gap("large", "put", "scp is not installed", Bar.times_as_fast(1))
    assert found.verdict is Verdict.GAP


def test_a_failure_outweighs_everything():
    assert failed("large", "put", "the copy differs").verdict is Verdict.FAILED
    assert row((1,), (9,), Bar.times_as_fast(1), failure="the copy differs").verdict is Verdict.FAILED


def test_zero_divided_by_zero_is_no_ratio():
    assert math.isnan(row((0,), (0,), Bar.share(1)).figure)
    assert row((0,), (0,), Bar.share(1)).verdict is Verdict.MISSED
    assert row((0,), (1,), Bar.times_as_fast(1)).figure == math.inf


def test_seconds_of_runs_become_a_series_that_keeps_the_runs():
    runs = [Run(seconds, Usage(1, 2), Usage(3, 4)) for seconds in (3.0, 1.0, 2.0)]
    series = Series.of_seconds("wherry", runs)
    assert series.values == (3.0, 1.0, 2.0)
    assert series.median == 2.0
    assert series.runs == tuple(runs)
    assert Bar.times_as_fast(1).measure is Measure.SPEED


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5], 0.99, 5),
        (range(1, 101), 0.99, 99),
        (range(1, 101), 0.5, 50),
        (range(1, 101), 1.0, 100),
        (range(1, 11), 0.99, 10),
        ([3, 1, 2], 0.0, 1),
    ],
)
def test_percentiles_are_values_that_were_measured(values, share, expected):
    assert percentile(list(values), share) == expected


def test_the_percentile_of_nothing_is_no_number():
    assert math.isnan(percentile([], 0.5))


def test_growth_leaves_out_what_every_run_takes():
    # 100 items in 1 s and 1000 in 10 s, each beside 0.5 s of start: linear.
    assert per_item_growth((100, 1.5), (1000, 10.5), 0.5) == pytest.approx(1)
    assert per_item_growth((100, 1.5), (1000, 20.5), 0.5) == pytest.approx(2)
    # Left in, the start makes twice the cost look like less than that.
    assert per_item_growth((100, 1.5), (1000, 20.5)) < 1.4


def test_growth_says_nothing_when_a_small_run_is_all_start():
    assert math.isnan(per_item_growth((10, 0.51), (100, 1.0), 0.5))
    assert math.isnan(per_item_growth((10, 0.4), (100, 1.0), 0.5))
