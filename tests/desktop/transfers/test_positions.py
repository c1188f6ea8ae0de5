"""Moving items about in the queue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.transfers.positions import Where, reorder

ORDER = [(10, 1), (20, 2), (30, 3), (40, 4)]


def order_after(order: list[tuple[int, int]], changes: dict[int, int]) -> list[int]:
    return [id for _, id in sorted((changes.get(id, position), id) for position, id in order)]


@pytest.mark.parametrize(
    ("chosen", "where", "expected"),
    [
        ({3}, "up", [1, 3, 2, 4]),
        ({2, 3}, "up", [2, 3, 1, 4]),
        ({1}, "up", [1, 2, 3, 4]),
        ({1, 3}, "up", [1, 3, 2, 4]),
        ({2}, "down", [1, 3, 2, 4]),
        ({2, 3}, "down", [1, 4, 2, 3]),
        ({4}, "down", [1, 2, 3, 4]),
        ({4, 2}, "top", [2, 4, 1, 3]),
        ({1, 2}, "top", [1, 2, 3, 4]),
        (set(), "top", [1, 2, 3, 4]),
        ({1, 3}, "bottom", [2, 4, 1, 3]),
        ({3, 4}, "bottom", [1, 2, 3, 4]),
        ({99}, "up", [1, 2, 3, 4]),
    ],
)
def test_one_place_or_to_an_end(chosen: set[int], where: Where, expected: list[int]) -> None:
    assert order_after(ORDER, reorder(ORDER, chosen, where)) == expected


def test_what_goes_to_the_bottom_takes_no_place_that_a_new_item_will_have() -> None:
    assert max(reorder(ORDER, {1}, "bottom").values()) == 40


def test_one_step_touches_two_items_however_long_the_queue() -> None:
    order = [(position, position) for position in range(1000)]
    assert reorder(order, {500}, "up") == {500: 499, 499: 500}


@given(st.sets(st.integers(0, 9)), st.sampled_from(["top", "up", "down", "bottom"]))
def test_nothing_is_lost_and_the_chosen_keep_their_order(chosen: set[int], where: Where) -> None:
    order = [(position * 3, position) for position in range(10)]
    changes = reorder(order, chosen, where)
    after = order_after(order, changes)
    assert sorted(after) == list(range(10))
    assert [id for id in after if id in chosen] == sorted(chosen)
    assert [id for id in after if id not in chosen] == sorted(set(range(10)) - chosen)
    positions = [changes.get(id, position) for position, id in order]
    assert len(set(positions)) == 10
