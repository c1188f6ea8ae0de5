"""The guard against guessing, by a clock that the test holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts import guard
from server.accounts.guard import Guard, origin_of

HOME = "192.0.2.1"
HOUR = 3600.0


def fail(watch: Guard, count: int, now: float, address: str = HOME) -> None:
    for _ in range(count):
        watch.failed(address, now)


def test_a_stranger_may_try() -> None:
    assert Guard().admit(HOME, 0.0) == 0.0


def test_mistyping_a_few_times_costs_nothing() -> None:
    watch = Guard()
    fail(watch, guard.FREE_FAILURES, 0.0)
    assert watch.admit(HOME, 0.0) == 0.0


def test_delays_double_and_end() -> None:
    watch = Guard()
    fail(watch, guard.FREE_FAILURES, 0.0)
    delays = []
    for _ in range(4):
        watch.failed(HOME, 0.0)
        delays.append(watch.admit(HOME, 0.0))
    assert delays == [1.0, 2.0, 4.0, 8.0]
    assert watch.admit(HOME, 8.0) == 0.0


def test_many_failures_ban_for_a_while_and_not_for_ever() -> None:
    watch = Guard()
    fail(watch, guard.BAN_AFTER, 0.0)
    assert watch.admit(HOME, 1.0) == guard.FIRST_BAN - 1.0
    assert watch.admit(HOME, guard.FIRST_BAN) == 0.0

    fail(watch, 1000, guard.FIRST_BAN)
    assert watch.admit(HOME, guard.FIRST_BAN) == guard.LONGEST_BAN
    assert watch.admit(HOME, guard.FIRST_BAN + guard.LONGEST_BAN) == 0.0


def test_a_slowed_address_gains_nothing_by_many_connections_at_once() -> None:
    watch = Guard()
    fail(watch, guard.FREE_FAILURES + 3, 0.0)
    admitted = [watch.admit(HOME, 10.0) for _ in range(64)]
    assert admitted.count(0.0) == 1


def test_success_gives_its_own_turn_back_at_once() -> None:
    watch = Guard()
    fail(watch, guard.FREE_FAILURES + 3, 0.0)
    assert watch.admit(HOME, 10.0) == 0.0
    watch.succeeded(HOME, 11.0)
    assert watch.admit(HOME, 11.0) == 0.0


def test_success_of_one_does_not_lift_the_ban_that_others_earned_meanwhile() -> None:
    watch = Guard()
    fail(watch, guard.FREE_FAILURES + 3, 0.0)
    assert watch.admit(HOME, 10.0) == 0.0
    fail(watch, guard.BAN_AFTER, 10.5)
    watch.succeeded(HOME, 11.0)
    assert watch.admit(HOME, 11.0) > guard.FIRST_BAN - 1


def test_an_account_of_ones_own_does_not_buy_guesses_at_anothers() -> None:
    """Login, guess, login, guess: the count must not begin anew each time."""
    watch = Guard()
    now, guesses = 0.0, 0
    while now < HOUR:
        for is_guess in (True, False):
            while wait := watch.admit(HOME, now):
                now += wait
            now += 1.0
            if is_guess:
                watch.failed(HOME, now)
                guesses += 1
            else:
                watch.succeeded(HOME, now)
    assert guesses < 40


def test_steady_guessing_gets_a_handful_of_tries_an_hour() -> None:
    watch = Guard()
    now, guesses = 0.0, 0
    while now < 24 * HOUR:
        wait = watch.admit(HOME, now)
        if wait == 0.0:
            watch.failed(HOME, now)
            guesses += 1
        now += max(wait, 0.01)
    assert guesses / 24 < 12


def test_failures_fade_and_are_forgotten() -> None:
    watch = Guard()
    fail(watch, 5, 0.0)
    assert watch.admit(HOME, 5 * guard.FADE) == 0.0
    assert len(watch) == 0


def test_addresses_do_not_pay_for_each_other() -> None:
    watch = Guard()
    fail(watch, 50, 0.0, "192.0.2.1")
    assert watch.admit("192.0.2.2", 0.0) == 0.0
    assert watch.admit("192.0.2.1", 0.0) > 0


def test_an_ipv6_network_counts_as_one() -> None:
    watch = Guard()
    for host in range(guard.BAN_AFTER):
        watch.failed(f"2001:db8:1:2::{host:x}", 0.0)
    assert watch.admit("2001:db8:1:2:ffff::1", 0.0) > 0
    assert watch.admit("2001:db8:1:3::1", 0.0) == 0.0


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:db8::5", "2001:db8::/64"),
        ("somewhere", "somewhere"),
    ],
)
def test_origins(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_memory_is_bounded_and_the_most_recent_are_kept() -> None:
    watch = Guard(max_origins=100)
    fail(watch, guard.BAN_AFTER, 0.0, "198.51.100.1")
    for number in range(5000):
        watch.failed(f"10.0.{number // 250}.{number % 250}", float(number))
        if number % 50 == 0:
            watch.failed("198.51.100.1", float(number))
    assert len(watch) == 100
    assert watch.admit("198.51.100.1", 5000.0) > 0


@given(st.lists(st.tuples(st.sampled_from(["admit", "failed", "succeeded"]), st.floats(0, 10_000)), max_size=60))
def test_no_order_of_events_makes_a_wait_negative_or_endless(events: list[tuple[str, float]]) -> None:
    watch = Guard()
    now = 0.0
    for what, passed in events:
        now += passed
        getattr(watch, what)(HOME, now)
        assert 0.0 <= watch.admit(HOME, now) <= guard.LONGEST_BAN
