"""Whether the server is on, as a table: the state machine behind the switch. Starts nothing itself.

A pair that is missing from the table is an error, but for a toggle: one that comes while the engine is on its
way means nothing (:func:`wish_of` returns None).
Starting and stopping run one after the other on one thread, so what was asked for later also ends later: a
start that comes to its end while the machine is stopping is old news.
"""

from __future__ import annotations

from enum import StrEnum, auto


class Power(StrEnum):
    """What the icon, the switch and the menu show."""

    OFF = auto()
    STARTING = auto()
    ON = auto()
    STOPPING = auto()
    PROBLEM = auto()
    """The engine could not start, or did not stop as it should; the reason is shown beside it."""


class Event(StrEnum):
    """What happens to the machine: two wishes of people, four reports of the engine."""

    SWITCH_ON = auto()
    SWITCH_OFF = auto()
    STARTED = auto()
    START_FAILED = auto()
    STOPPED = auto()
    STOP_FAILED = auto()


TABLE: dict[tuple[Power, Event], Power] = {
    (Power.OFF, Event.SWITCH_ON): Power.STARTING,
    (Power.STARTING, Event.STARTED): Power.ON,
    (Power.STARTING, Event.START_FAILED): Power.PROBLEM,
    # Quitting does not wait for a start to end.
    (Power.STARTING, Event.SWITCH_OFF): Power.STOPPING,
    (Power.ON, Event.SWITCH_OFF): Power.STOPPING,
    (Power.STOPPING, Event.STARTED): Power.STOPPING,
    (Power.STOPPING, Event.START_FAILED): Power.STOPPING,
    (Power.STOPPING, Event.STOPPED): Power.OFF,
    (Power.STOPPING, Event.STOP_FAILED): Power.PROBLEM,
    (Power.PROBLEM, Event.SWITCH_ON): Power.STARTING,
}


def next_power(power: Power, event: Event) -> Power:
    """Return the state after ``event``. Raises ValueError where the table has no entry."""
    try:
        return TABLE[power, event]
    except KeyError:
        raise ValueError(f"{event} makes no sense while the server is {power}") from None


def wish_of(power: Power) -> Event | None:
    """Return what a press on the switch asks for; None while the engine is on its way."""
    match power:
        case Power.OFF | Power.PROBLEM:
            return Event.SWITCH_ON
        case Power.ON:
            return Event.SWITCH_OFF
        case Power.STARTING | Power.STOPPING:
            return None
