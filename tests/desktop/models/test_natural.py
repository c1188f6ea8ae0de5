from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models.natural import natural_key


@pytest.mark.parametrize(
    "names",
    [
        ["photo 2.jpg", "photo 9.jpg", "photo 10.jpg", "photo 100.jpg"],
        ["a", "B", "c"],
        ["e", "é", "f"],
        ["v1.2", "v1.10", "v2"],
        ["file", "file 1", "file 2"],
    ],
)
def test_names_stand_as_people_count(names: list[str]) -> None:
    mixed = names[::-1]
    assert sorted(mixed, key=natural_key) == names


@given(st.text(), st.text())
def test_no_two_names_share_a_key(one: str, other: str) -> None:
    assert (natural_key(one) == natural_key(other)) == (one == other)


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_numbers_in_names_sort_as_numbers(one: int, other: int) -> None:
    assert (natural_key(f"x{one}") < natural_key(f"x{other}")) == (one < other)
