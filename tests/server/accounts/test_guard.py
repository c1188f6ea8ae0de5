"""The guard against guessing, by a clock that the test holds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.accounts import guard
from server.accounts.guard import Guard
from server.accounts.networks import parse_network
from server.config import GuardConfig
from shared.errors import ConfigError

HOME = "192.0.2.1"
HOUR = 3600.0
USUAL = GuardConfig()


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
    fail(watch, USUAL.ban_after, 0.0)
    assert watch.admit(HOME, 1.0) == USUAL.first_ban - 1.0
    assert watch.admit(HOME, USUAL.first_ban) == 0.0

    fail(watch, 1000, USUAL.first_ban)
    assert watch.admit(HOME, USUAL.first_ban) == USUAL.longest_ban
    assert watch.admit(HOME, USUAL.first_ban + USUAL.longest_ban) == 0.0


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
    fail(watch, USUAL.ban_after, 10.5)
    watch.succeeded(HOME, 11.0)
    assert watch.admit(HOME, 11.0) > USUAL.first_ban - 1


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
    assert watch.admit(HOME, 5 * (USUAL.window / USUAL.ban_after)) == 0.0
    assert len(watch) == 0


def test_addresses_do_not_pay_for_each_other() -> None:
    watch = Guard()
    fail(watch, 50, 0.0, "192.0.2.1")
    assert watch.admit("192.0.2.2", 0.0) == 0.0
    assert watch.admit("192.0.2.1", 0.0) > 0


def test_an_ipv6_network_counts_as_one() -> None:
    watch = Guard()
    for host in range(USUAL.ban_after):
        watch.failed(f"2001:db8:1:2::{host:x}", 0.0)
    assert watch.admit("2001:db8:1:2:ffff::1", 0.0) > 0
    assert watch.admit("2001:db8:1:3::1", 0.0) == 0.0


def test_memory_is_bounded_and_the_most_recent_are_kept() -> None:
    watch = Guard(max_origins=100)
    fail(watch, USUAL.ban_after, 0.0, "198.51.100.1")
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
        assert 0.0 <= watch.admit(HOME, now) <= USUAL.longest_ban


# --- many addresses of one owner


def test_a_site_that_changes_its_networks_is_banned_as_a_whole() -> None:
    watch = Guard()
    begun = None
    for number in range(guard.SITE_FACTOR * USUAL.ban_after):
        address = f"2001:db8:7:{number:x}::1"
        assert watch.admit(address, 0.0) == 0.0
        begun = watch.failed(address, 0.0) or begun
    assert begun is not None
    assert begun.network == "2001:db8:7::/48"
    assert watch.admit("2001:db8:7:ffff::1", 1.0) == USUAL.first_ban - 1.0
    assert watch.is_banned("2001:db8:7:ffff::1", 1.0)
    assert watch.admit("2001:db8:8::1", 1.0) == 0.0


def test_one_network_alone_never_bans_its_site() -> None:
    watch = Guard()
    now = 0.0
    while now < 48 * HOUR:
        wait = watch.admit("2001:db8:7:1::1", now)
        if wait == 0.0:
            watch.failed("2001:db8:7:1::1", now)
        now += max(wait, 0.01)
    assert watch.admit("2001:db8:7:2::1", now) == 0.0


def test_neighbours_by_ipv4_are_strangers_to_each_other() -> None:
    watch = Guard()
    for number in range(250):
        fail(watch, guard.FREE_FAILURES, 0.0, f"192.0.2.{number}")
    assert watch.admit("192.0.2.251", 0.0) == 0.0


# --- bounded memory


def test_a_flood_from_a_hundred_thousand_addresses_is_bounded_and_forgets_no_ban() -> None:
    watch = Guard(max_origins=2000)
    banned = [f"198.51.100.{number}" for number in range(100)]
    for address in banned:
        fail(watch, USUAL.ban_after, 0.0, address)
    for number in range(100_000):
        watch.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 1.0)
    assert len(watch) == 2000
    assert all(watch.admit(address, 2.0) > USUAL.first_ban - 3 for address in banned)
    assert {ban.network for ban in watch.bans(2.0)} == set(banned)


_EVENTS = st.tuples(
    st.sampled_from(["failed", "banned", "lift", "admit"]),
    st.integers(0, 40),
    st.sampled_from([0.0, 1.0, 100.0, 1000.0]),
)


@given(st.lists(_EVENTS, max_size=150))
@settings(max_examples=60, deadline=None)
def test_memory_stays_bounded_and_a_live_ban_goes_only_for_another(events: list[tuple[str, int, float]]) -> None:
    watch = Guard(max_origins=8)
    now = 0.0
    for what, number, passed in events:
        now += passed
        address = f"192.0.2.{number}" if number % 2 else f"2001:db8:{number % 3}:{number}::1"
        before = {ban.network for ban in watch.bans(now)}
        match what:
            case "failed":
                watch.failed(address, now)
            case "banned":
                fail(watch, USUAL.ban_after, now, address)
            case "lift":
                watch.lift(address, now)
            case "admit":
                watch.admit(address, now)
        after = {ban.network for ban in watch.bans(now)}
        assert len(watch) <= 8
        assert len(watch._shelf.ends) <= 17
        if what in {"failed", "admit"} and len(before) < 6:
            assert before <= after


def test_when_all_are_bans_the_one_that_ends_first_goes() -> None:
    watch = Guard(max_origins=3)
    for number in range(4):
        fail(watch, USUAL.ban_after, float(number), f"192.0.2.{number}")
    assert [ban.network for ban in watch.bans(4.0)] == [f"192.0.2.{number}" for number in (1, 2, 3)]


# --- lists, and bans by hand


def test_the_deny_list_wins_and_an_allow_list_closes_the_door_to_others() -> None:
    watch = Guard(
        GuardConfig(
            allow=(parse_network("192.0.2.0/24"), parse_network("2001:db8::/32")), deny=(parse_network("192.0.2.66"),)
        )
    )
    assert watch.keeps_out("192.0.2.1", 0.0) == watch.keeps_out("2001:db8::1", 0.0) == ""
    assert watch.keeps_out("::ffff:192.0.2.1", 0.0) == ""
    assert "deny" in watch.keeps_out("192.0.2.66", 0.0)
    assert "allow" in watch.keeps_out("203.0.113.1", 0.0)
    watch.settings = GuardConfig()
    assert watch.keeps_out("203.0.113.1", 0.0) == watch.keeps_out("192.0.2.66", 0.0) == ""


def test_the_trusted_are_neither_slowed_nor_banned() -> None:
    watch = Guard(GuardConfig(trust=(parse_network("192.0.2.0/24"),)))
    fail(watch, 100, 0.0)
    assert watch.admit(HOME, 0.0) == 0.0
    assert watch.bans(0.0) == ()
    watch.settings = GuardConfig()
    fail(watch, USUAL.ban_after, 0.0)
    watch.settings = GuardConfig(trust=(parse_network(HOME),))
    assert (watch.admit(HOME, 0.0), watch.is_banned(HOME, 0.0)) == (0.0, False)


def test_a_ban_by_hand_takes_no_connection_until_it_ends_or_is_lifted() -> None:
    watch = Guard()
    watch.ban("203.0.113.0/24", 0.0, 60.0, "scans")
    watch.ban("2001:db8::7", 0.0)
    assert watch.keeps_out("203.0.113.9", 59.0)
    assert watch.keeps_out("203.0.113.9", 60.0) == ""
    assert watch.keeps_out("2001:db8::7", 1e9)
    assert watch.keeps_out("2001:db8::8", 1e9) == ""
    (ban,) = watch.bans(61.0)
    assert (ban.network, ban.until, ban.is_owners) == ("2001:db8::7/128", None, True)
    assert watch.lift("2001:db8::7", 61.0) == (ban,)
    assert watch.keeps_out("2001:db8::7", 61.0) == ""
    assert watch.lift("2001:db8::7", 61.0) == ()


def test_lifting_an_address_forgets_what_was_counted_and_its_sites_ban() -> None:
    watch = Guard()
    for number in range(guard.SITE_FACTOR * USUAL.ban_after):
        watch.failed(f"2001:db8:7:{number // 12:x}::1", 0.0)
    assert len(watch.bans(0.0)) == 4
    lifted = watch.lift("2001:db8:7:1::5", 0.0)
    assert {ban.network for ban in lifted} == {"2001:db8:7:1::/64", "2001:db8:7::/48"}
    assert watch.admit("2001:db8:7:1::1", 0.0) == 0.0
    assert watch.failed("2001:db8:7:1::1", 0.0) is None
    assert {ban.network for ban in watch.lift("2001:db8::/32", 0.0)} == {"2001:db8:7::/64", "2001:db8:7:2::/64"}


@pytest.mark.parametrize("text", ["0.0.0.0/0", "::/0", "somewhere", "10.1.2.3/8", "", "1.2.3.4/33", "a\x1b[31m"])
def test_what_cannot_be_banned_is_said_in_words(text: str) -> None:
    watch = Guard()
    with pytest.raises(ConfigError) as refused:
        watch.ban(text, 0.0)
    assert str(refused.value).isprintable()
    for seconds in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ConfigError):
            watch.ban(HOME, 0.0, seconds)
    assert watch.bans(0.0) == ()


def test_bans_by_hand_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_OWN_BANS", 3)
    watch = Guard()
    for number in range(3):
        watch.ban(f"192.0.2.{number}", 0.0, 10.0)
    with pytest.raises(ConfigError):
        watch.ban("192.0.2.9", 0.0)
    watch.ban("192.0.2.1", 0.0)
    watch.ban("192.0.2.9", 11.0)
    assert [ban.network for ban in watch.bans(11.0)] == ["192.0.2.1/32", "192.0.2.9/32"]


def test_bans_outlive_the_server_and_end_when_they_should() -> None:
    before = Guard()
    fail(before, USUAL.ban_after, 0.0)
    fail(before, USUAL.ban_after + 3, 0.0, "2001:db8::1")
    before.ban("203.0.113.0/24", 0.0, reason="scans")
    kept = before.bans(5.0)
    after = Guard()
    after.restore(kept, 5.0)
    assert after.bans(5.0) == kept
    assert after.admit(HOME, 5.0) == USUAL.first_ban - 5.0
    assert after.keeps_out("203.0.113.9", 5.0)
    late = Guard()
    late.restore(kept, USUAL.longest_ban + 1)
    assert [ban.is_owners for ban in late.bans(USUAL.longest_ban + 1)] == [True]


def test_a_ban_begins_once() -> None:
    watch = Guard()
    begun = [watch.failed(HOME, 0.0) for _ in range(USUAL.ban_after + 3)]
    assert [number for number, ban in enumerate(begun) if ban is not None] == [USUAL.ban_after - 1]


def test_less_than_a_failure_adds_up_too() -> None:
    watch = Guard()
    begun = [watch.failed(HOME, 0.0, guard.NONSENSE) for _ in range(2 * USUAL.ban_after)]
    assert begun[-1] is not None
    assert begun[:-1] == [None] * (2 * USUAL.ban_after - 1)
