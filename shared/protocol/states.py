"""The conversation as two tables. A missing entry is the error: whatever is out of order ends the connection.

The *control machine* follows what the client may say, with the login and uploads; both ends run the same table,
each on what it sends and what it receives. The *reply machine* follows the server's side of one download.
Requests other than Put leave READY alone: they may be pipelined, and the answers come in their order, which
``client.py`` checks against its list of unanswered requests.

    START -server hello-> MET -client hello-> GREETED -scram first-> CHALLENGING -challenge-> CHALLENGED
    CHALLENGED -scram final-> JUDGING -welcome-> READY          GREETED -attach-> ATTACHING -attached-> READY
    READY -put inline-> INLINE -end-> READY                     (data: as long as the put says)
    READY -put-> OFFERED -ready-> SENDING -block-> SENDING ... -end-> VERDICT -stored-> READY
    VERDICT -again-> SENDING                                    (blocks that failed their digest)
    SENDING -put failed-> DRAINING -end-> READY                 (the server gave up; the client winds up)
"""

from __future__ import annotations

from enum import Enum, auto

from shared.errors import PeerError


class State(Enum):
    """Where the conversation stands."""

    START = auto()
    MET = auto()
    GREETED = auto()
    CHALLENGING = auto()
    CHALLENGED = auto()
    JUDGING = auto()
    ATTACHING = auto()
    READY = auto()
    INLINE = auto()
    OFFERED = auto()
    SENDING = auto()
    VERDICT = auto()
    DRAINING = auto()
    CLOSED = auto()


class Event(Enum):
    """What happens, whoever sees it. The name says who speaks where both could."""

    SERVER_HELLO = auto()
    CLIENT_HELLO = auto()
    SCRAM_FIRST = auto()
    SCRAM_CHALLENGE = auto()
    SCRAM_FINAL = auto()
    WELCOME = auto()
    ATTACH = auto()
    ATTACHED = auto()
    REFUSED = auto()
    REQUEST = auto()
    ANSWER = auto()
    STOP = auto()
    PUT_INLINE = auto()
    PUT = auto()
    PUT_READY = auto()
    PUT_BLOCK = auto()
    PUT_END = auto()
    PUT_AGAIN = auto()
    PUT_STORED = auto()
    PUT_FAILED = auto()
    GOODBYE = auto()


_BEFORE_LOGIN = (
    State.START,
    State.MET,
    State.GREETED,
    State.CHALLENGING,
    State.CHALLENGED,
    State.JUDGING,
    State.ATTACHING,
)
_AFTER_LOGIN = (State.READY, State.INLINE, State.OFFERED, State.SENDING, State.VERDICT, State.DRAINING)

CONTROL: dict[tuple[State, Event], State] = {
    (State.START, Event.SERVER_HELLO): State.MET,
    (State.MET, Event.CLIENT_HELLO): State.GREETED,
    (State.GREETED, Event.SCRAM_FIRST): State.CHALLENGING,
    (State.CHALLENGING, Event.SCRAM_CHALLENGE): State.CHALLENGED,
    (State.CHALLENGED, Event.SCRAM_FINAL): State.JUDGING,
    (State.JUDGING, Event.WELCOME): State.READY,
    (State.GREETED, Event.ATTACH): State.ATTACHING,
    (State.ATTACHING, Event.ATTACHED): State.READY,
    (State.READY, Event.REQUEST): State.READY,
    (State.READY, Event.STOP): State.READY,
    (State.READY, Event.PUT_INLINE): State.INLINE,
    (State.INLINE, Event.PUT_END): State.READY,
    (State.READY, Event.PUT): State.OFFERED,
    (State.OFFERED, Event.PUT_READY): State.SENDING,
    (State.OFFERED, Event.PUT_FAILED): State.READY,
    (State.SENDING, Event.PUT_BLOCK): State.SENDING,
    (State.SENDING, Event.PUT_END): State.VERDICT,
    (State.SENDING, Event.PUT_FAILED): State.DRAINING,
    (State.DRAINING, Event.PUT_BLOCK): State.DRAINING,
    (State.DRAINING, Event.PUT_END): State.READY,
    (State.VERDICT, Event.PUT_AGAIN): State.SENDING,
    (State.VERDICT, Event.PUT_STORED): State.READY,
    (State.VERDICT, Event.PUT_FAILED): State.READY,
    **{(state, Event.REFUSED): State.CLOSED for state in _BEFORE_LOGIN},
    **{(state, Event.GOODBYE): State.CLOSED for state in (*_BEFORE_LOGIN, *_AFTER_LOGIN)},
    # Answers to earlier requests are still on their way while the client begins an upload.
    **{(state, Event.ANSWER): state for state in _AFTER_LOGIN},
}


class Reply(Enum):
    """Where the answer to a Get stands."""

    NONE = auto()
    BLOCKS = auto()


class ReplyEvent(Enum):
    """What the server says about a Get."""

    OFFER = auto()
    BLOCK = auto()
    END = auto()


REPLY: dict[tuple[Reply, ReplyEvent], Reply] = {
    (Reply.NONE, ReplyEvent.OFFER): Reply.BLOCKS,
    (Reply.BLOCKS, ReplyEvent.BLOCK): Reply.BLOCKS,
    (Reply.BLOCKS, ReplyEvent.END): Reply.NONE,
}


def next_state(state: State, event: Event) -> State:
    """Return where ``event`` leads; raises :class:`~shared.errors.PeerError` where the table has no entry."""
    try:
        return CONTROL[state, event]
    except KeyError:
        raise PeerError(f"“{event.name}” out of order, in state “{state.name}”") from None


def next_reply(reply: Reply, event: ReplyEvent) -> Reply:
    """Return where ``event`` leads; raises :class:`~shared.errors.PeerError` where the table has no entry."""
    try:
        return REPLY[reply, event]
    except KeyError:
        raise PeerError(f"“{event.name}” out of order, in reply state “{reply.name}”") from None
