"""What a report means for its item."""

from __future__ import annotations

import pytest

from desktop.transfers.items import Direction, Existing, Item, Policy, Progress, State
from desktop.transfers.outcomes import Facts, Settled, Wish, lose, settle
from desktop.transfers.ports import Conflicted, Finished, Outcome, Stopped
from desktop.transfers.retry import MAX_LOST_ATTEMPTS
from shared.entries import Kind
from shared.errors import Code, ConnectionLostError, RemoteError

OLD = Existing(Kind.FILE, 4, 0)


def item(**changes: object) -> Item:
    values: dict[str, object] = {
        "id": 1, "batch": 1, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": "s", "local": "/a.txt",
        "remote": ("a.txt",), "size": 10, "mtime_ns": 0, "state": State.RUNNING, "moved": 2,
    }  # fmt: skip
    return Item(**(values | changes))  # type: ignore[arg-type]


def facts(wish: Wish | None = None, policy: Policy = Policy.ASK, moved: int = 6, was_tried: bool = False) -> Facts:
    return Facts(wish, policy, was_tried, Progress(moved=moved))


def settled(outcome: Outcome, **changes: object) -> Settled:
    return settle(item(), outcome, facts(**changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("wish", [None, Wish.PAUSE, Wish.CANCEL])
def test_what_is_finished_is_done_whatever_was_wanted_meanwhile(wish: Wish | None) -> None:
    done = settled(Finished(12, b"d", 5), wish=wish).item
    assert (done.state, done.size, done.moved, done.digest, done.failure) == (State.DONE, 12, 12, b"d", None)


@pytest.mark.parametrize(
    ("outcome", "wish", "state"),
    [
        (Stopped(), None, State.QUEUED),
        (Stopped(), Wish.PAUSE, State.PAUSED),
        (Stopped(), Wish.CANCEL, State.CANCELLED),
        (RemoteError(Code.CANCELLED), None, State.QUEUED),
        (RemoteError(Code.CANCELLED), Wish.PAUSE, State.PAUSED),
        (Conflicted(OLD), Wish.PAUSE, State.PAUSED),
        (Conflicted(OLD), Wish.CANCEL, State.CANCELLED),
        (RemoteError(Code.BUSY), Wish.PAUSE, State.PAUSED),
        (RemoteError(Code.PERMISSION), Wish.PAUSE, State.FAILED),
        (RemoteError(Code.PERMISSION), None, State.FAILED),
        (RemoteError(Code.BUSY), None, State.WAITING),
        (ConnectionLostError("cut"), None, State.WAITING),
        (Conflicted(OLD), None, State.ASKING),
    ],
)
def test_outcomes_and_wishes(outcome: Outcome, wish: Wish | None, state: State) -> None:
    assert settled(outcome, wish=wish).item.state is state


def test_what_was_moved_is_kept_and_never_shrinks() -> None:
    assert settled(Stopped(), moved=6).item.moved == 6
    assert settled(Stopped(), moved=0).item.moved == 2


def test_a_question_carries_what_it_is_about() -> None:
    assert settled(Conflicted(OLD)).existing == OLD


def test_an_answer_by_policy_goes_on_at_once() -> None:
    replaced = settled(Conflicted(OLD), policy=Policy.OVERWRITE)
    assert (replaced.item.state, replaced.may_replace) == (State.QUEUED, True)
    renamed = settled(Conflicted(OLD), policy=Policy.RENAME)
    assert (renamed.item.state, renamed.item.remote, renamed.may_replace) == (State.QUEUED, ("a (2).txt",), False)
    assert settled(Conflicted(OLD), policy=Policy.SKIP).item.state is State.SKIPPED


def test_attempts_count_and_delays_grow() -> None:
    first = settle(item(), RemoteError(Code.CHANGED), facts())
    second = settle(item(attempts=1), RemoteError(Code.CHANGED), facts())
    third = settle(item(attempts=2), RemoteError(Code.CHANGED), facts())
    assert [(each.item.state, each.delay_s) for each in (first, second, third)] == [
        (State.WAITING, 1.0),
        (State.WAITING, 2.0),
        (State.FAILED, 0.0),
    ]
    assert third.item.failure is not None
    assert third.item.failure.code is Code.CHANGED


def lost(was_begun: bool, attempts: int = 0, moved: int = 2, wish: Wish | None = None) -> Item:
    error = ConnectionLostError("cut")
    return lose(item(attempts=attempts), error, facts(wish, moved=moved), was_begun=was_begun, delay_s=4.0).item


def test_a_lost_line_counts_only_against_what_was_under_way_and_got_no_further() -> None:
    assert lost(was_begun=False).attempts == 0
    assert lost(was_begun=True).attempts == 1
    assert lost(was_begun=True, attempts=5, moved=3).attempts == 0


def test_no_item_breaks_the_line_for_ever() -> None:
    assert lost(was_begun=True, attempts=MAX_LOST_ATTEMPTS - 2).state is State.WAITING
    assert lost(was_begun=True, attempts=MAX_LOST_ATTEMPTS - 1).state is State.FAILED


def test_a_wish_is_granted_when_the_line_breaks() -> None:
    assert lost(was_begun=True, wish=Wish.CANCEL).state is State.CANCELLED
    assert lost(was_begun=False, wish=Wish.PAUSE).state is State.PAUSED
