"""What a worker's report means for its item: pure functions from item and outcome to the item's next form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from msgspec.structs import replace

from desktop.transfers import conflicts, retry
from desktop.transfers.items import Existing, Failure, Item, Policy, Progress
from desktop.transfers.ports import Conflicted, Finished, Outcome, Stopped
from desktop.transfers.states import Event, after
from shared.errors import Code, ItemError, WherryError


class Wish(StrEnum):
    """What a person wants of an item that a worker has in hand."""

    PAUSE = "pause"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an item that a worker had in hand, apart from the outcome."""

    wish: Wish | None
    policy: Policy
    """The item's own answer, or else the batch's."""
    was_tried: bool
    """An earlier attempt may have put the file in place already."""
    progress: Progress


@dataclass(frozen=True, slots=True)
class Settled:
    """The item's next form. ``may_replace``: the target was asked about and may be replaced in the next attempt.
    ``delay_s`` belongs to WAITING, ``existing`` to ASKING."""

    item: Item
    may_replace: bool = False
    delay_s: float = 0.0
    existing: Existing | None = None


def moved_to(item: Item, event: Event) -> Item:
    """Return the item after an event of the table in states.py; raises StateError."""
    return replace(item, state=after(item.state, event))


def failed(item: Item, failure: Failure) -> Item:
    return replace(item, state=after(item.state, Event.FAIL), failure=failure)


def settle(item: Item, outcome: Outcome, facts: Facts) -> Settled:
    """Return what becomes of a RUNNING item whose worker reported ``outcome``."""
    match outcome:
        case Finished():
            return Settled(_finished(item, outcome))
        case _ if facts.wish is not None and not _is_last_word(outcome):
            return Settled(_as_wished(item, facts.wish, facts.progress))
        case Stopped():
            return Settled(_paused_at(moved_to(item, Event.RELEASE), facts.progress))
        case Conflicted():
            return _conflicted(item, outcome, facts)
        case ItemError(code=Code.CANCELLED):
            return Settled(_paused_at(moved_to(item, Event.RELEASE), facts.progress))
        case _:
            return _errored(item, outcome, facts)


def lose(item: Item, error: WherryError, facts: Facts, *, was_begun: bool, delay_s: float) -> Settled:
    """Return what becomes of an item in a worker's hands when the line broke under it.

    It waits for the line. Only one that was under way and got no further than before counts an attempt, so that
    a huge file on a bad line gets there in the end, and one that breaks the line each time does not for ever.
    """
    if facts.wish is not None:
        return Settled(_as_wished(item, facts.wish, facts.progress))
    attempts = item.attempts
    if was_begun:
        attempts = 0 if facts.progress.moved > item.moved else attempts + 1
    item = replace(_paused_at(item, facts.progress), attempts=attempts, failure=retry.failure_of(error))
    if attempts >= retry.MAX_LOST_ATTEMPTS:
        return Settled(moved_to(item, Event.FAIL))
    return Settled(moved_to(item, Event.DELAY), delay_s=delay_s)


def _finished(item: Item, outcome: Finished) -> Item:
    return replace(
        item,
        state=after(item.state, Event.FINISH),
        size=outcome.size,
        moved=outcome.size,
        digest=outcome.root,
        attempts=0,
        failure=None,
    )


def _is_last_word(outcome: Outcome) -> bool:
    """A failure that trying again cannot mend is told even to someone who wanted a pause."""
    return isinstance(outcome, ItemError) and outcome.code is not Code.CANCELLED and not outcome.is_retryable


def _as_wished(item: Item, wish: Wish, progress: Progress) -> Item:
    event = Event.CANCEL if wish is Wish.CANCEL else Event.PAUSE
    return _paused_at(moved_to(item, event), progress)


def _paused_at(item: Item, progress: Progress) -> Item:
    return replace(item, moved=max(item.moved, progress.moved))


def _conflicted(item: Item, outcome: Conflicted, facts: Facts) -> Settled:
    verdict = conflicts.decide(facts.policy, item, outcome, was_tried=facts.was_tried)
    match verdict:
        case conflicts.Replace():
            return Settled(moved_to(item, Event.RELEASE), may_replace=True)
        case conflicts.RenameTo(name):
            return Settled(conflicts.with_target_name(moved_to(item, Event.RELEASE), name))
        case conflicts.Skip():
            return Settled(moved_to(item, Event.SKIP))
        case conflicts.Refuse(code, reason):
            return Settled(failed(item, retry.failure_of(ItemError(code, reason))))
        case conflicts.Ask():
            return Settled(moved_to(item, Event.ASK), existing=outcome.existing)


def _errored(item: Item, error: WherryError, facts: Facts) -> Settled:
    attempts = item.attempts + 1
    item = replace(_paused_at(item, facts.progress), attempts=attempts, failure=retry.failure_of(error))
    if retry.is_tried_again(error, attempts):
        return Settled(moved_to(item, Event.DELAY), delay_s=retry.delay_s(attempts))
    return Settled(moved_to(item, Event.FAIL))
