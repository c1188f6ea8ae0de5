"""The tables: every pair of state and event is either in the table or ends the conversation."""

from __future__ import annotations

import itertools

import pytest

from shared.errors import PeerError
from shared.protocol.states import CONTROL, REPLY, Event, Reply, ReplyEvent, State, next_reply, next_state


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_pair_leads_somewhere_or_is_refused(state: State, event: Event) -> None:
    if (state, event) in CONTROL:
        assert next_state(state, event) is CONTROL[state, event]
    else:
        with pytest.raises(PeerError):
            next_state(state, event)


@pytest.mark.parametrize(("reply", "event"), list(itertools.product(Reply, ReplyEvent)))
def test_every_reply_pair_leads_somewhere_or_is_refused(reply: Reply, event: ReplyEvent) -> None:
    if (reply, event) in REPLY:
        assert next_reply(reply, event) is REPLY[reply, event]
    else:
        with pytest.raises(PeerError):
            next_reply(reply, event)


def test_nothing_but_login_happens_before_login() -> None:
    after = {State.READY, State.INLINE, State.OFFERED, State.SENDING, State.VERDICT, State.DRAINING}
    to_ready = {event for (state, event), target in CONTROL.items() if state not in after and target in after}
    assert to_ready == {Event.WELCOME, Event.ATTACHED}


def test_a_closed_conversation_stays_closed() -> None:
    assert not any(state is State.CLOSED for state, _ in CONTROL)


def test_every_state_can_be_reached() -> None:
    reached = {State.START}
    while True:
        more = {target for (state, _), target in CONTROL.items() if state in reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(State)
