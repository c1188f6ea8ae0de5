"""Items and batches come back from their rows as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.storage.queue_schema import batch_row, item_row, read_batch, read_item
from desktop.transfers.items import Batch, Direction, Failure, Item, Policy, State
from shared.entries import Kind
from shared.errors import Code

BATCH = Batch(3, Direction.DOWNLOAD, "anna@desk:47623", "photos", 12.5, Policy.NEWER)
INT64 = st.integers(-(1 << 63), (1 << 63) - 1)
# All that a disk or a hostile peer can come up with, lone surrogates too.
NAMES = st.text(st.characters(codec=None), max_size=20)

items = st.builds(
    Item,
    id=st.integers(1, 1 << 40),
    batch=st.just(3),
    direction=st.just(Direction.DOWNLOAD),
    kind=st.sampled_from(Kind),
    site=st.just(BATCH.site),
    local=NAMES,
    remote=st.lists(NAMES, max_size=5).map(tuple),
    size=st.integers(0, 1 << 53),
    mtime_ns=INT64,
    mode=st.none() | st.integers(0, 0o7777),
    state=st.sampled_from([state for state in State if state not in {State.RUNNING, State.SCANNING}]),
    position=INT64,
    policy=st.sampled_from(Policy),
    moved=st.integers(0, 1 << 53),
    attempts=st.integers(0, 9),
    not_before=st.floats(0, 1e10),
    failure=st.none()
    | st.builds(
        Failure,
        st.sampled_from(Code),
        st.text(max_size=9),
        st.text(max_size=9),
        st.text(max_size=9),
        st.booleans(),
    ),
    digest=st.binary(max_size=32),
    group=st.integers(0, 1 << 40),
    is_scanned=st.booleans(),
)


def row_of(item: Item) -> tuple[object, ...]:
    values = item_row(item)
    return (values[-1], item.batch, *values[:-1])


@given(items)
def test_every_item_survives(item: Item) -> None:
    assert read_item(row_of(item), {3: BATCH}) == item


def test_every_batch_survives() -> None:
    values = batch_row(BATCH)
    assert read_batch((values[-1], *values[:-1])) == BATCH


@pytest.mark.parametrize("state", [State.RUNNING, State.SCANNING])
def test_what_a_crash_interrupted_is_queued_again(state: State) -> None:
    item = Item(1, 3, Direction.DOWNLOAD, Kind.FILE, BATCH.site, "/x", ("x",), 1, 1, state=state)
    assert read_item(row_of(item), {3: BATCH}).state is State.QUEUED


def test_a_failure_with_a_text_that_is_no_unicode_is_kept() -> None:
    failure = Failure(Code.IO, "t", "bad \udcff name")
    item = Item(1, 3, Direction.DOWNLOAD, Kind.FILE, BATCH.site, "/x", ("x",), 1, 1, failure=failure)
    read = read_item(row_of(item), {3: BATCH}).failure
    assert read is not None
    assert read.detail == "bad ? name"
