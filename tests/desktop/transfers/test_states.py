"""The table of states: every pair of state and event has the verdict that it is meant to have."""

from __future__ import annotations

import itertools

import pytest

from desktop.transfers.items import State
from desktop.transfers.states import TABLE, Event, StateError, after, is_allowed

IN_HAND = {State.RUNNING, State.SCANNING}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_pair_leads_where_the_table_says_or_is_refused(state: State, event: Event) -> None:
    if (state, event) in TABLE:
        assert is_allowed(state, event)
        assert after(state, event) is TABLE[state, event]
    else:
        assert not is_allowed(state, event)
        with pytest.raises(StateError):
            after(state, event)


def test_done_is_never_left() -> None:
    assert not [event for event in Event if is_allowed(State.DONE, event)]


def test_only_a_retry_leaves_the_other_final_states() -> None:
    for state in (State.FAILED, State.SKIPPED, State.CANCELLED):
        assert [event for event in Event if is_allowed(state, event)] == [Event.RETRY]


def test_every_open_state_can_be_cancelled_and_every_state_that_waits_for_a_turn_paused() -> None:
    for state in State:
        assert is_allowed(state, Event.CANCEL) is (not state.is_final)
        assert is_allowed(state, Event.PAUSE) is (not state.is_final and state is not State.PAUSED)


def test_only_running_finishes() -> None:
    assert [state for state in State if is_allowed(state, Event.FINISH)] == [State.RUNNING]


def test_a_worker_can_give_back_what_it_holds_whatever_becomes_of_it() -> None:
    for state in IN_HAND:
        for event in (Event.RELEASE, Event.FAIL, Event.DELAY, Event.SKIP, Event.PAUSE, Event.CANCEL):
            assert is_allowed(state, event), (state, event)


def test_every_state_is_reached_and_from_every_state_but_the_final_ones_done_can_be() -> None:
    reach = {State.QUEUED}
    while more := {target for (source, _), target in TABLE.items() if source in reach} - reach:
        reach |= more
    assert reach == set(State)
    for start in State:
        reach = {start}
        while more := {target for (source, _), target in TABLE.items() if source in reach} - reach:
            reach |= more
        assert State.DONE in reach, start
