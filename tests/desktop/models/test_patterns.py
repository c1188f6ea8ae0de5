"""What is typed to filter or to select means what people expect, whatever they type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models.patterns import matcher

NAMES = [
    "img_1.jpg",
    "my IMG.png",
    "notes.txt",
    "draft notes.txt",
    "main.c",
    "main.cpp",
    "[odd].txt",
    "line\nbreak.txt",
]


def fitting(text: str, *, anywhere: bool = True) -> list[str]:
    matches = matcher(text, anywhere=anywhere)
    return NAMES if matches is None else [name for name in NAMES if matches(name)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IMG", ["img_1.jpg", "my IMG.png"]),
        ("*.jpg; *.png", ["img_1.jpg", "my IMG.png"]),
        ("i?g_", ["img_1.jpg"]),
        ("notes; !draft*", ["notes.txt"]),
        ("!*.c", [name for name in NAMES if name != "main.c"]),
        ("[odd", ["[odd].txt"]),
        ("line*break", ["line\nbreak.txt"]),
        ("zzz", []),
        (" ; ;! ", NAMES),
    ],
)
def test_a_filter_matches_parts_and_leaves_out_whole_names(text: str, expected: list[str]) -> None:
    assert fitting(text) == expected


@pytest.mark.parametrize(
    ("mask", "expected"),
    [("*.c", ["main.c"]), ("main", ["main.c", "main.cpp"]), ("m*; !*.cpp", ["my IMG.png", "main.c"])],
)
def test_a_mask_is_meant_for_the_whole_name(mask: str, expected: list[str]) -> None:
    assert fitting(mask, anywhere=False) == expected


@given(st.text(), st.text())
def test_anything_can_be_typed(text: str, name: str) -> None:
    matches = matcher(text)
    if matches is not None:
        matches(name)
