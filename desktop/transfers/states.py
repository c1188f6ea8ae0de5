"""The life of an item as a table: which event leads from which state to which. Nothing else changes a state.

Rules:
- An item waits QUEUED, is looked into (SCANNING) or moved (RUNNING), and ends in a final state.
- RUNNING and SCANNING belong to a worker thread; they leave those states when the worker has reported.
- DONE is never left: a second copy is a second item. The other final states can be retried.
- A missing entry is a bug of the caller and raises :class:`StateError`.
"""

from __future__ import annotations

from enum import StrEnum

from desktop.transfers.items import State


class Event(StrEnum):
    """What can happen to an item."""

    SCAN = "scan"
    """A worker looks what stands at the source."""
    SCANNED = "scanned"
    """It is known, and what is below it is in the queue."""
    START = "start"
    FINISH = "finish"
    ASK = "ask"
    ANSWER = "answer"
    SKIP = "skip"
    FAIL = "fail"
    DELAY = "delay"
    """It did not work now and will be tried again by itself."""
    DUE = "due"
    """The delay is over."""
    RELEASE = "release"
    """Given back by its worker, or its question is out of date: it goes on in its turn."""
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"


class StateError(AssertionError):
    """An event that the table does not allow: a bug of ours, never of a file or a peer."""


TABLE: dict[tuple[State, Event], State] = {
    (State.QUEUED, Event.SCAN): State.SCANNING,
    (State.QUEUED, Event.START): State.RUNNING,
    (State.QUEUED, Event.FAIL): State.FAILED,
    (State.QUEUED, Event.DELAY): State.WAITING,
    (State.QUEUED, Event.RELEASE): State.QUEUED,
    (State.QUEUED, Event.PAUSE): State.PAUSED,
    (State.QUEUED, Event.CANCEL): State.CANCELLED,
    (State.SCANNING, Event.SCANNED): State.QUEUED,
    (State.SCANNING, Event.SKIP): State.SKIPPED,
    (State.SCANNING, Event.FAIL): State.FAILED,
    (State.SCANNING, Event.DELAY): State.WAITING,
    (State.SCANNING, Event.RELEASE): State.QUEUED,
    (State.SCANNING, Event.PAUSE): State.PAUSED,
    (State.SCANNING, Event.CANCEL): State.CANCELLED,
    (State.RUNNING, Event.FINISH): State.DONE,
    (State.RUNNING, Event.ASK): State.ASKING,
    (State.RUNNING, Event.SKIP): State.SKIPPED,
    (State.RUNNING, Event.FAIL): State.FAILED,
    (State.RUNNING, Event.DELAY): State.WAITING,
    (State.RUNNING, Event.RELEASE): State.QUEUED,
    (State.RUNNING, Event.PAUSE): State.PAUSED,
    (State.RUNNING, Event.CANCEL): State.CANCELLED,
    (State.PAUSED, Event.RESUME): State.QUEUED,
    (State.PAUSED, Event.CANCEL): State.CANCELLED,
    (State.WAITING, Event.DUE): State.QUEUED,
    (State.WAITING, Event.FAIL): State.FAILED,
    (State.WAITING, Event.PAUSE): State.PAUSED,
    (State.WAITING, Event.CANCEL): State.CANCELLED,
    (State.ASKING, Event.ANSWER): State.QUEUED,
    (State.ASKING, Event.RELEASE): State.QUEUED,
    (State.ASKING, Event.SKIP): State.SKIPPED,
    (State.ASKING, Event.PAUSE): State.PAUSED,
    (State.ASKING, Event.CANCEL): State.CANCELLED,
    (State.FAILED, Event.RETRY): State.QUEUED,
    (State.SKIPPED, Event.RETRY): State.QUEUED,
    (State.CANCELLED, Event.RETRY): State.QUEUED,
}


def is_allowed(state: State, event: Event) -> bool:
    """Tell whether ``event`` means anything to an item in ``state``."""
    return (state, event) in TABLE


def after(state: State, event: Event) -> State:
    """Return the state that follows; raises :class:`StateError` where the table has no entry."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise StateError(f"{event} while {state}") from None
