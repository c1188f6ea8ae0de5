"""What is forgotten of what has ended: neither too much nor too little."""

from __future__ import annotations

import pytest

from desktop.transfers.history import KEEP_S, to_forget
from desktop.transfers.items import Direction, Item, State
from shared.entries import Kind

NOW = 1_000_000_000.0


def item(id: int, batch: int = 1, state: State = State.DONE, age: float = 10.0) -> Item:
    ended = NOW - age if state.is_final else 0.0
    return Item(id, batch, Direction.UPLOAD, Kind.FILE, "s", "/x", ("x",), 1, 0, state=state, ended=ended)


def is_open(batch: int) -> bool:
    return batch == 9


def test_the_newest_are_kept_whatever_their_ids() -> None:
    items = [item(id, age=float(id)) for id in range(1, 8)]
    assert sorted(to_forget(items, is_open, NOW, keep=3)) == [4, 5, 6, 7]
    assert to_forget(items, is_open, NOW, keep=7) == []


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.SKIPPED, State.CANCELLED])
def test_a_season_is_long_enough(state: State) -> None:
    items = [item(1, state=state, age=KEEP_S + 1), item(2, state=state, age=KEEP_S - 1)]
    assert to_forget(items, is_open, NOW) == [1]


def test_a_batch_with_something_open_is_kept_however_old() -> None:
    items = [item(1, 9, age=KEEP_S * 2), item(2, 9, State.QUEUED), item(3, 9)]
    assert to_forget(items, is_open, NOW, keep=0) == []


def test_a_batch_with_failures_does_not_count_against_the_others() -> None:
    items = [item(1, 2, State.FAILED), item(2, 2), item(3, 1), item(4, 1, age=20.0)]
    assert to_forget(items, is_open, NOW, keep=1) == [4]
