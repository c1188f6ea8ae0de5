"""What came early keeps its order, and a Stop finds what it is meant for and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.engine.inbox import MAX_HELD, Inbox
from shared.protocol import messages


def ping(number: int) -> messages.Ping:
    return messages.Ping(id=number)


def test_what_came_early_keeps_its_order() -> None:
    inbox = Inbox()
    for number in (2, 3, 4):
        inbox.put(ping(number), current=1)
    assert inbox.first == ping(2)
    taken = inbox.take()
    assert taken == ping(2)
    inbox.put_back(taken)
    assert [inbox.take() for _ in range(4)] == [ping(2), ping(3), ping(4), None]
    assert inbox.first is None


def test_a_stop_is_for_what_runs_or_waits() -> None:
    inbox = Inbox()
    inbox.put(ping(2), current=1)
    for number in (1, 2, 3):
        inbox.put(messages.Stop(id=number), current=1)
    assert [inbox.is_stopped(number) for number in (1, 2, 3)] == [True, True, False]
    assert inbox.take() == ping(2)
    assert inbox.take() is None


def test_a_stop_ends_with_its_request() -> None:
    inbox = Inbox()
    inbox.put(messages.Stop(id=1), current=1)
    inbox.ended(1)
    assert not inbox.is_stopped(1)
    inbox.ended(1)


def test_what_is_held_has_a_bound() -> None:
    inbox = Inbox()
    for number in range(MAX_HELD):
        assert inbox.has_room
        inbox.put(ping(number), current=1000)
    assert not inbox.has_room
    inbox.put(messages.Stop(id=1000), current=1000)
    assert inbox.is_stopped(1000)
    inbox.take()
    assert inbox.has_room


def test_a_long_list_of_blocks_weighs_more() -> None:
    inbox = Inbox()
    inbox.put(messages.Get(id=1, path=(b"a",), have=(b"d" * 32,) * 16384), current=0)
    assert not inbox.has_room
    inbox.take()
    assert inbox.has_room


@given(st.lists(st.sampled_from(["put", "take", "back"]), max_size=200))
def test_room_comes_back_with_every_turn(doings: list[str]) -> None:
    inbox, expected, number = Inbox(), [], 0
    for doing in doings:
        if doing == "put":
            number += 1
            inbox.put(ping(number), current=0)
            expected.append(ping(number))
        elif (taken := inbox.take()) is not None:
            assert taken == expected.pop(0)
            if doing == "back":
                inbox.put_back(taken)
                expected.insert(0, taken)
        assert inbox.has_room is (len(expected) < MAX_HELD)


@pytest.mark.parametrize("count", [10_000])
def test_stops_for_ever_cost_nothing(count: int) -> None:
    inbox = Inbox()
    for number in range(count):
        inbox.put(messages.Stop(id=number), current=count + 1)
    assert inbox.has_room
    assert not any(inbox.is_stopped(number) for number in range(count))
