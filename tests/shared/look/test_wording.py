from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate, QDateTime, QLocale, QTime
from PySide6.QtGui import QTextDocument

from shared.look import wording


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_500, "2 kB"),
        (4_812_331, "4.8 MB"),
        (214_300_000_000, "214 GB"),
        (12_884_901_888, "12.9 GB"),
        (1_800_000_000_000, "1.8 TB"),
    ],
)
def test_sizes_have_two_or_three_figures(count: int, text: str) -> None:
    assert wording.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (3_540, "59 min"),
        (4_800, "1 h 20 min"),
        (7_200, "2 h"),
        (200_000, "2 d"),
    ],
)
def test_times_left_are_as_coarse_as_estimates(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (QDate(2026, 11, 23), "Today 09:05"),
        (QDate(2026, 11, 22), "Yesterday 09:05"),
        (QDate(2026, 3, 2), "2 Mar 09:05"),
        (QDate(2025, 3, 2), "2 Mar 2025"),
        (QDate(1965, 3, 2), "2 Mar 1965"),
    ],
)
def test_moments_say_no_more_than_is_needed(day: QDate, text: str) -> None:
    time_ns = QDateTime(day, QTime(9, 5)).toMSecsSinceEpoch() * 1_000_000
    assert wording.moment(time_ns, QDate(2026, 11, 23)) == text


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_any_time_stamp_can_be_shown(time_ns: int) -> None:
    assert wording.moment(time_ns)
    assert wording.exact_moment(time_ns)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_tool_tip_shows_a_hostile_name_as_it_is_written(name: str) -> None:
    document = QTextDocument()
    document.setHtml(wording.tooltip(name))
    assert document.toPlainText().split() == name.split()


def test_permissions_and_counts() -> None:
    assert wording.permissions(0o754) == "rwxr-xr--"
    assert wording.counted(1, "1 item", "%1 items") == "1 item"
    assert wording.counted(1200, "1 item", "%1 items") == "1,200 items"
