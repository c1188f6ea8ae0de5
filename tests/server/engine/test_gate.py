"""The gate: caps, bans and what is noted of them, with a clock that the test holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from server.accounts.networks import parse_network
from server.config import GuardConfig, ServerConfig
from server.engine.audit import AuditTrail
from server.engine.gate import Gate, covers
from server.engine.tally import Count, Tally
from shared.errors import ConfigError

HOME = "192.0.2.1"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(tmp_path: Path) -> ServerConfig:
    return ServerConfig(data=tmp_path, max_connections=8, max_before_login=6, max_per_address=4)


def make(config: ServerConfig, clock: Clock) -> tuple[Gate, Tally]:
    tally = Tally()
    return Gate(config, tally, clock=clock, wall=lambda: clock.now + 5000.0), tally


def fail(gate: Gate, count: int, address: str = HOME) -> None:
    for _ in range(count):
        gate.login_failed(address, "anna")


def test_caps_per_address_before_login_and_in_total(config: ServerConfig, clock: Clock) -> None:
    gate, tally = make(config, clock)
    assert [gate.enter(HOME) for _ in range(5)] == ["", "", "", "", "there are too many"]
    # Six strangers in all.
    assert [gate.enter(f"198.51.100.{number}") for number in range(3)] == ["", "", "there are too many"]
    for _ in range(4):
        gate.logged_in(HOME)
    assert gate.counts() == (6, 2)
    assert [gate.enter(HOME) for _ in range(3)] == ["", "", "there are too many"]
    gate.leave(HOME, was_logged_in=True)
    assert gate.enter(HOME) == ""
    assert tally.read()[Count.CONNECTIONS, "refused"] == 3


def test_the_banned_may_come_by_twos_to_hear_so(config: ServerConfig, clock: Clock) -> None:
    gate, _ = make(config, clock)
    fail(gate, config.guard.ban_after)
    assert gate.admit_login(HOME) > 0
    assert [bool(gate.enter(HOME)) for _ in range(3)] == [False, False, True]
    (ban,) = gate.bans()
    assert (ban.network, ban.since, ban.until) == (HOME, 6000.0, 6000.0 + config.guard.first_ban)


def test_a_login_refused_by_a_cap_is_not_punished(config: ServerConfig, clock: Clock) -> None:
    gate, tally = make(config, clock)
    for _ in range(100):
        assert gate.admit_login(HOME) == 0.0
        gate.login_succeeded(HOME)
        gate.login_refused(HOME, "anna", "too-many-sessions")
    assert gate.bans() == ()
    assert gate.admit_login(HOME) == 0.0
    assert tally.read() == {(Count.LOGINS, "refused"): 100}


def test_what_strangers_break_adds_up_to_a_ban(config: ServerConfig, clock: Clock) -> None:
    gate, tally = make(config, clock)
    for _ in range(2 * config.guard.ban_after):
        gate.misbehaved(HOME)
    assert len(gate.bans()) == 1
    assert tally.read()[Count.BANS, "begun"] == 1


def test_bans_are_kept_from_one_run_to_the_next(config: ServerConfig, clock: Clock) -> None:
    gate, _ = make(config, clock)
    fail(gate, config.guard.ban_after)
    gate.ban("203.0.113.0/24", None, "scans")
    gate.save()
    # After a boot the monotonic clock begins anew; the wall's goes on.
    later = Clock()
    later.now = 10.0
    after = Gate(config, Tally(), clock=later, wall=lambda: 6100.0)
    assert {(ban.network, ban.until) for ban in after.bans()} == {
        (HOME, 6000.0 + config.guard.first_ban),
        ("203.0.113.0/24", None),
    }
    assert after.keeps_out("203.0.113.5")
    assert after.admit_login(HOME) == config.guard.first_ban - 100.0
    assert [ban.network for ban in after.lift("203.0.113.5")] == ["203.0.113.0/24"]
    after.save()
    assert [ban.network for ban in Gate(config, Tally(), clock=later, wall=lambda: 6100.0).bans()] == [HOME]


def test_nothing_is_written_while_nothing_changes(config: ServerConfig, clock: Clock) -> None:
    gate, _ = make(config, clock)
    fail(gate, 2)
    gate.save()
    assert list(config.data.iterdir()) == []


def test_lists_and_caps_change_live(config: ServerConfig, clock: Clock) -> None:
    gate, _ = make(config, clock)
    assert gate.enter(HOME) == ""
    gate.apply(replace(config, guard=GuardConfig(deny=(parse_network(HOME),)), max_per_address=1))
    assert "deny" in gate.enter(HOME)
    gate.apply(replace(config, max_per_address=1))
    assert gate.enter(HOME) == "there are too many"
    gate.leave(HOME, was_logged_in=False)
    assert gate.enter(HOME) == ""


def test_the_audit_trail_hears_of_logins_and_bans(config: ServerConfig, clock: Clock) -> None:
    gate, _ = make(config, clock)
    audit = gate.audit = AuditTrail(config.data / "audit")
    fail(gate, config.guard.ban_after)
    gate.session_began(HOME, "anna", "0" * 32)
    gate.lift(HOME)
    audit.close()
    told = [json.loads(line) for line in (config.data / "audit").read_text().splitlines()]
    assert [line["event"] for line in told] == ["login-failed"] * 10 + ["ban", "login", "ban-lifted"]
    assert (told[10]["network"], told[10]["until"]) == (HOME, 6000.0 + config.guard.first_ban)


def test_what_covers_whom() -> None:
    assert covers("192.0.2.0/24", HOME)
    assert covers("192.0.2.0/24", f"::ffff:{HOME}")
    assert not covers("2001:db8::/32", HOME)
    with pytest.raises(ConfigError):
        covers("somewhere", HOME)
