"""The queue in memory: sums that always agree with the items, writes and changes that are each taken once."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desktop.transfers.items import Batch, Direction, Item, State
from desktop.transfers.ledger import Ledger
from shared.entries import Kind


def item(id: int, **changes: object) -> Item:
    values: dict[str, object] = {
        "id": id, "batch": 1, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": "s", "local": f"/{id}",
        "remote": (str(id),), "size": 10, "mtime_ns": 0, "position": id,
    }  # fmt: skip
    return Item(**(values | changes))  # type: ignore[arg-type]


def test_a_batch_is_open_while_an_item_is_not_final_or_something_is_held() -> None:
    ledger = Ledger()
    assert not ledger.is_open(1)
    ledger.hold(1)
    assert ledger.is_open(1)
    ledger.admit(item(1))
    ledger.release(1)
    assert ledger.is_open(1)
    ledger.put(item(1, state=State.DONE))
    assert not ledger.is_open(1)


def test_writes_are_taken_once_and_come_back_when_they_fail_in_the_form_of_then() -> None:
    ledger = Ledger()
    ledger.put_batch(Batch(1, Direction.UPLOAD, "s", "t", 0.0), is_new=True)
    for id in (1, 2, 3):
        ledger.admit(item(id))
    assert not ledger.take_writes()
    ledger.put(item(1, moved=5))
    ledger.put(item(2, state=State.RUNNING), is_written=False)
    ledger.put(item(3, moved=1))
    ledger.remove(3)
    writes = ledger.take_writes()
    assert [each.id for each in writes.items] == [1]
    assert list(writes.removed) == [3]
    assert not ledger.take_writes()
    ledger.put(item(1, moved=9))
    ledger.put_back(writes)
    again = ledger.take_writes()
    assert [(each.id, each.moved) for each in again.items] == [(1, 9)]
    assert list(again.removed) == [3]


def test_changes_come_oldest_first_in_pieces_and_once() -> None:
    ledger = Ledger()
    for id in range(5):
        ledger.admit(item(id))
    assert [each.id for each in ledger.take_changes(2)[0]] == [0, 1]
    ledger.remove(3)
    changed, gone = ledger.take_changes(10)
    assert ([each.id for each in changed], [each.id for each in gone]) == ([2, 4], [3])
    assert ledger.take_changes(10) == ([], [])
    assert not ledger.has_changes


def test_a_folder_stands_for_what_was_found_in_it() -> None:
    ledger = Ledger()
    ledger.admit(item(1, kind=Kind.FOLDER))
    for id in (2, 3):
        ledger.admit(item(id, group=1))
    ledger.admit(item(4))
    assert list(ledger.expand([1, 3, 4, 99])) == [1, 2, 3, 4]
    ledger.take_changes(10)
    ledger.put(item(2, group=1, moved=4))
    assert {each.id for each in ledger.take_changes(10)[0]} == {1, 2}
    for id in (1, 2, 3):
        ledger.remove(id)
    assert ledger.group(1) is None


def test_bytes_of_an_earlier_run_are_not_counted_as_moved_in_this_one() -> None:
    ledger = Ledger()
    ledger.admit(item(1, state=State.DONE, moved=10), is_old=True)
    ledger.admit(item(2, moved=3), is_old=True)
    assert (ledger.size, ledger.moved) == (10, 3)
    ledger.remove(1)
    assert (ledger.size, ledger.moved) == (10, 3)


STEP = st.tuples(
    st.integers(1, 6), st.sampled_from(list(State)), st.integers(0, 10), st.sampled_from(["put", "put", "remove"])
)


@given(st.lists(STEP, max_size=60))
def test_sums_agree_with_the_items_after_any_history(steps: list[tuple[int, State, int, str]]) -> None:
    ledger = Ledger()
    for id, state, moved, what in steps:
        group = 1 if id in {2, 3} else 0
        if id not in ledger.items:
            ledger.admit(item(id, batch=id % 2, state=state, moved=moved, group=group))
        elif what == "remove":
            ledger.remove(id)
        else:
            ledger.put(replace(ledger.items[id], state=state, moved=moved))
        items = list(ledger.items.values())
        counted = [e for e in items if e.state not in {State.FAILED, State.SKIPPED, State.CANCELLED}]
        assert +ledger.counts == Counter(each.state for each in items)
        assert ledger.size == sum(each.size for each in counted)
        assert ledger.moved == sum(each.moved for each in counted)
        for batch in (0, 1):
            assert ledger.is_open(batch) is any(e.batch == batch and not e.state.is_final for e in items)
        members = [each for each in items if each.group == 1]
        group_sums = ledger.group(1)
        if not members:
            assert group_sums is None
        else:
            assert group_sums is not None
            assert group_sums.items == len(members)
            assert group_sums.open == sum(not each.state.is_final for each in members)
            assert group_sums.failed == sum(each.state is State.FAILED for each in members)
            assert group_sums.moved == sum(each.moved for each in members)


def test_draining_a_long_list_looks_at_each_item_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    for id in range(20_000):
        ledger.admit(item(id))
    taken = 0
    while changed := ledger.take_changes(100)[0]:
        taken += len(changed)
    assert taken == 20_000
