"""Rows put in order in steps stand as a plain sort would have them, and no step takes long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models.arranging import STEP, arrange, finish, make_rows
from desktop.models.directory_row import SORT_KEYS, Column, Row, row_of
from shared.entries import Entry, Kind


def rows(count: int) -> list[Row]:
    kinds = (Kind.FOLDER, Kind.FILE, Kind.FILE, Kind.LINK)
    return [
        row_of(Entry(f"n {at * 7919 % count}", kinds[at % 4], at % 13, at * 31 % 101, 0o600 + at % 8))
        for at in range(count)
    ]


def plainly(given: list[Row], column: Column, *, is_descending: bool) -> list[Row]:
    key = SORT_KEYS[column]
    folders = sorted((row for row in given if row.entry.is_folder), key=key, reverse=is_descending)
    return folders + sorted((row for row in given if not row.entry.is_folder), key=key, reverse=is_descending)


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("count", [0, 1, 999, 10_000])
def test_the_order_is_that_of_a_plain_sort(qapp, column: Column, is_descending: bool, count: int) -> None:
    given = rows(count)
    found = finish(arrange(given, None, SORT_KEYS[column], is_descending))
    assert [id(row) for row in found] == [id(row) for row in plainly(given, column, is_descending=is_descending)]


def test_only_what_is_wanted_is_kept() -> None:
    given = rows(5000)
    found = finish(arrange(given, lambda row: row.size == 3, SORT_KEYS[Column.NAME], False))
    assert found
    assert all(row.size == 3 for row in found)
    assert len(found) == sum(row.size == 3 for row in given)


def test_the_work_comes_in_steps_whose_number_grows_with_the_rows() -> None:
    def steps(count: int) -> int:
        return sum(1 for _ in arrange(rows(count), None, SORT_KEYS[Column.NAME], False))

    assert steps(20_000) >= 20_000 // STEP
    assert steps(40_000) < 2.5 * steps(20_000)


@given(st.lists(st.text(min_size=1), unique=True))
def test_the_same_entries_keep_their_rows(names: list[str]) -> None:
    entries = [Entry(name, Kind.FILE, 1, 1, 0o644) for name in names]
    first: dict[str, Row] = {}
    made = finish(make_rows(entries, {}, first))
    again = finish(make_rows([Entry(each.name, Kind.FILE, 1, 1, 0o644) for each in entries], first, {}))
    assert [id(row) for row in made] == [id(row) for row in again]
    changed = finish(make_rows([Entry(each.name, Kind.FILE, 2, 1, 0o644) for each in entries], first, {}))
    assert all(row.size == 2 for row in changed)
