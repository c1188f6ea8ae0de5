"""How the benchmark shows its rows: nothing that was missed, missing or failed can be overlooked."""

from __future__ import annotations

import json
import math

import pytest

from tests.bench.figures import Bar, Row, Run, Series, Usage, failed, gap
from tests.bench.table import MIB, bar_text, line, summary, table, to_json, usage_table, value_text


def run(seconds: float, cpu_s: float = 1.0) -> Run:
    return Run(seconds, Usage(cpu_s, 50 * MIB), Usage(2 * cpu_s, 60 * MIB))


ROWS = [
    Row(
        "large",
        "put 2048 MiB",
        "s",
        Series.of_seconds("wherry", [run(1.5), run(2.0), run(9.0)]),
        Series.of_seconds("scp", [run(5.0, 3.0), run(6.0, 3.0), run(7.0, 3.0)]),
        Bar.times_as_fast(2),
        size=2048 * MIB,
    ),
    Row(
        "sessions", "memory each", "KiB", Series("wherry", (150.0,)), bar=Bar.at_most(100), note="without the kernel's"
    ),
    gap("small", "put", "rsync is not installed (apt-get install rsync)", Bar.times_as_fast(1)),
    failed("far", "this case", "what arrived is not what was sent"),
]


def test_a_row_tells_both_medians_the_rate_the_ratio_the_bar_and_the_verdict():
    text = table(ROWS).splitlines()[2]
    for part in ("large", "2.00 s, 1074 MB/s", "scp: 6.00 s, 358 MB/s", "3.00x", "at least 2x", "met"):
        assert part in text


def test_what_was_missed_missing_or_failed_is_named():
    text = table(ROWS)
    assert "150 KiB" in text
    assert "missed" in text
    assert "gap: small, put: rsync is not installed (apt-get install rsync)" in text
    assert "failed: far, this case: what arrived is not what was sent" in text
    assert "note: sessions, memory each: without the kernel's" in text
    assert summary(ROWS) == "1 met, 1 missed, 1 gaps, 1 failed"


def test_a_line_told_on_the_way_has_the_reason_too():
    assert line(ROWS[2]).endswith("rsync is not installed (apt-get install rsync)")
    assert "GAP" in line(ROWS[2])


def test_columns_stand_under_each_other():
    head, rule, *rest = table(ROWS).splitlines()[:4]
    start = head.index("wherry")
    assert rule[start - 1] == " "
    assert rest[0][start:].startswith("2.00 s")
    assert rest[1][start:].startswith("150 KiB")


def test_processor_time_and_memory_stand_once_for_each_side():
    lines = usage_table([*ROWS, ROWS[0]]).splitlines()
    assert len(lines) == 2 + 2
    assert lines[2].split()[-5:] == ["wherry", "1.00", "2.00", "50", "60"]
    assert lines[3].split()[-5:] == ["scp", "3.00", "6.00", "50", "60"]
    assert usage_table(ROWS[1:]) == ""


def test_the_json_has_every_round_and_no_number_that_json_lacks():
    told = json.loads(
        to_json([*ROWS, Row("x", "y", "s", Series("wherry", (0.0,)), Series("z", (1.0,)))], {"python": 3})
    )
    assert told["python"] == 3
    large, sessions, missing, broken, endless = told["rows"]
    assert large["wherry"]["values"] == [1.5, 2.0, 9.0]
    assert large["beside"]["runs"][0] == {
        "seconds": 5.0,
        "client_cpu_s": 3.0,
        "server_cpu_s": 6.0,
        "client_peak_bytes": 50 * MIB,
        "server_peak_bytes": 60 * MIB,
    }
    assert (large["figure"], large["verdict"], large["bytes"]) == (3.0, "met", 2048 * MIB)
    assert (sessions["verdict"], sessions["note"]) == ("missed", "without the kernel's")
    assert (missing["verdict"], missing["wherry"]["median"]) == ("gap", None)
    assert broken["failure"] == "what arrived is not what was sent"
    assert endless["figure"] is None


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.123, "s", "0.12 s"),
        (12.34, "ms", "12.3 ms"),
        (1234.5, "ms", "1234 ms"),
        (512, "B", "512 B"),
        (2048, "B", "2.00 KiB"),
        (8.5 * MIB, "B", "8.50 MiB"),
        (1.25, "x", "1.25x"),
        (math.nan, "s", ""),
    ],
)
def test_values_have_as_many_digits_as_mean_something(value, unit, text):
    assert value_text(value, unit) == text


@pytest.mark.parametrize(
    ("bar", "unit", "text"),
    [
        (Bar.times_as_fast(2), "s", "at least 2x"),
        (Bar.share(0.15), "s", "at most 15 %"),
        (Bar.at_most(50), "ms", "at most 50 ms"),
        (Bar.at_most(8 * MIB), "B", "at most 8 MiB"),
        (Bar.at_most(1.3), "x", "at most 1.3x"),
    ],
)
def test_bars_read_as_a_person_would_say_them(bar, unit, text):
    assert bar_text(bar, unit) == text
