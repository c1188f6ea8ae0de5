"""Sizes, rates and times as people read and write them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text import UNKNOWN, format_duration, format_rate, format_size, format_time, parse_size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.00 KiB"),
        (1536, "1.50 KiB"),
        (10 * 1024, "10.0 KiB"),
        (123 * 1024**2, "123 MiB"),
        (1024**2 - 1, "1.00 MiB"),
        (2 * 1024**3, "2.00 GiB"),
        (1 << 62, "4.00 EiB"),
        (-2048, "-2.00 KiB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert format_size(size) == text


@given(st.integers(0, 1 << 80))
def test_no_size_is_long_or_has_four_digits_beyond_bytes(size: int) -> None:
    if 1024 <= size < 1 << 70:
        assert re.fullmatch(r"(\d\.\d\d|\d\d\.\d|\d\d\d|10[0-2]\d) [KMGTPE]iB", format_size(size))
    assert format_size(size)


@given(st.integers(0, 1 << 53))
def test_a_size_reads_back_to_what_it_shows(size: int) -> None:
    assert abs(parse_size(format_size(size)) - size) <= max(1, size * 0.006)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1500", 1500),
        ("10M", 10 * 1024**2),
        (" 10m ", 10 * 1024**2),
        ("1.5G", 3 * 512 * 1024**2),
        ("2 GB", 2 * 10**9),
        ("2GiB", 2 * 1024**3),
        ("7b", 7),
        ("0", 0),
        ("1P", 1024**5),
        ("0.1K", 102),
    ],
)
def test_sizes_as_people_write_them(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "M", "-5", "1e9", "10X", "10MMM", "1.", ".5", "inf", "nan", "9" * 30, "٣M", "1 0"]
)
def test_other_texts_are_no_sizes(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)


def test_rates() -> None:
    assert format_rate(0) == "0 B/s"
    assert format_rate(12.9 * 1024**2) == "12.9 MiB/s"
    for unknown in (math.inf, math.nan, -1.0):
        assert format_rate(unknown) == UNKNOWN


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.2, "1 s"),
        (59.9, "1 min 0 s"),
        (125, "2 min 5 s"),
        (3600, "1 h 0 min"),
        (90_061, "1 d 1 h"),
        (math.inf, UNKNOWN),
        (math.nan, UNKNOWN),
        (-1, UNKNOWN),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_times() -> None:
    assert re.fullmatch(r"20(23|24)-\d\d-\d\d \d\d:\d\d", format_time(1_704_067_200))
    assert re.fullmatch(r"19\d\d-\d\d-\d\d \d\d:\d\d", format_time(-1_000_000))
    for unknown in (1e300, math.nan, math.inf):
        assert format_time(unknown) == UNKNOWN
