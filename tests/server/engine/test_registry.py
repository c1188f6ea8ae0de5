"""Sessions and those who join and leave them, with the races between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from server.accounts.account import Account
from server.engine.registry import Session, SessionRegistry
from server.requests.exchange import TransferMeter


class Member:
    """A connection that only remembers."""

    def __init__(self) -> None:
        self.is_aborted = False
        self.traffic = (0, 0)

    def abort(self) -> None:
        self.is_aborted = True


class Desk:
    """What a session owns, and whether it was let go."""

    def __init__(self, *, is_broken: bool = False) -> None:
        self.events: list[str] = []
        self._is_broken = is_broken

    def close(self) -> None:
        self.events.append("desk closed")
        if self._is_broken:
            raise OSError("the disk has gone")

    def release(self) -> None:
        self.events.append("home released")


def session_of(desk: Desk, name: str = "anna") -> Session:
    return Session(Account(name=name, home=Path("/x")), "10.0.0.1", desk, desk.release)  # type: ignore[arg-type]  # a desk as the registry sees it


def yes(key: bytes) -> bool:
    return True


def test_the_last_to_leave_closes_the_session_once() -> None:
    registry, desk = SessionRegistry(5), Desk()
    session, first, second = session_of(desk), Member(), Member()
    registry.add(session, first)
    assert registry.attach(session.id, second, yes) is session
    registry.leave(session, first)
    assert desk.events == []
    registry.leave(session, second)
    registry.leave(session, second)
    assert desk.events == ["desk closed", "home released"]
    assert registry.attach(session.id, Member(), yes) is None


def test_nobody_joins_a_session_that_is_being_ended() -> None:
    """A client that attaches again and again must not outlive its account by being quicker than its own end."""
    registry, desk = SessionRegistry(5), Desk()
    session, member = session_of(desk), Member()
    registry.add(session, member)
    registry.end(session.id)
    assert member.is_aborted
    assert registry.attach(session.id, Member(), yes) is None
    registry.leave(session, member)
    assert desk.events == ["desk closed", "home released"]
    assert registry.snapshot().sessions == ()


def test_a_home_is_released_whatever_its_desk_meets() -> None:
    registry, desk = SessionRegistry(5), Desk(is_broken=True)
    session, member = session_of(desk), Member()
    registry.add(session, member)
    with pytest.raises(OSError, match="gone"):
        registry.leave(session, member)
    assert desk.events == ["desk closed", "home released"]


def test_attaching_needs_a_proof_and_a_session() -> None:
    registry = SessionRegistry(5)
    session = session_of(Desk())
    registry.add(session, Member())
    asked: list[bytes] = []

    def prove(key: bytes) -> bool:
        asked.append(key)
        return False

    assert registry.attach(session.id, Member(), prove) is None
    assert registry.attach(b"?" * 16, Member(), prove) is None
    assert asked == [session.key]
    assert registry.snapshot().sessions[0].connections == 1


def test_sessions_are_capped_by_account() -> None:
    registry = SessionRegistry(1)
    first, anna, bob = session_of(Desk()), Account(name="anna", home=Path("/x")), Account(name="bob", home=Path("/x"))
    member = Member()
    assert registry.add(first, member)
    assert not registry.has_room(anna)
    assert registry.has_room(bob)
    # Two logins that both found room: one of them has it.
    assert not registry.add(session_of(Desk()), Member())
    assert registry.has_room(replace(anna, max_sessions=2))
    assert not registry.has_room(replace(bob, max_sessions=0))
    registry.max_per_account = 2
    assert registry.has_room(anna)
    registry.leave(first, member)
    registry.max_per_account = 1
    assert registry.has_room(anna)


def test_rates_and_stalls_come_from_measurements() -> None:
    registry = SessionRegistry(5)
    session, member = session_of(Desk()), Member()
    registry.add(session, member)
    meter = TransferMeter(("a",), "download", 1000)
    registry.transfer_started(session, meter)
    registry.measure(100.0)
    assert registry.snapshot().transfers[0].rate == 0.0
    for second in range(1, 4):
        meter.moved += 100
        member.traffic = (0, second * 110)
        registry.measure(100.0 + second)
    shown = registry.snapshot()
    assert (shown.transfers[0].rate, shown.sessions[0].rate_out, shown.sessions[0].rate_in) == (100.0, 110.0, 0.0)
    assert not shown.sessions[0].is_stalled
    assert not shown.transfers[0].is_stalled
    for second in range(4, 10):
        registry.measure(100.0 + second)
    shown = registry.snapshot()
    assert shown.transfers[0].is_stalled
    assert shown.sessions[0].is_stalled
    assert shown.transfers[0].rate == 0.0
    meter.moved += 1
    registry.measure(110.0)
    assert not registry.snapshot().transfers[0].is_stalled
    registry.transfer_ended(session, meter)
    # With nothing to do it is idle, which is not stalled.
    registry.measure(1000.0)
    assert not registry.snapshot().sessions[0].is_stalled


def test_a_sessions_bytes_count_connections_that_have_left() -> None:
    registry = SessionRegistry(5)
    session, first, second = session_of(Desk()), Member(), Member()
    registry.add(session, first)
    registry.attach(session.id, second, yes)
    first.traffic, second.traffic = (1, 10), (2, 20)
    registry.leave(session, second)
    (shown,) = registry.snapshot().sessions
    assert (shown.bytes_in, shown.bytes_out, shown.connections) == (3, 30, 1)


def test_ending_a_session_tells_which_it_was() -> None:
    registry = SessionRegistry(5)
    session = session_of(Desk())
    registry.add(session, Member())
    assert registry.end(session.id) is session
    assert registry.end(b"?" * 16) is None


def test_a_snapshot_shows_hostile_names_harmlessly() -> None:
    registry = SessionRegistry(5)
    session = session_of(Desk())
    member = Member()
    registry.add(session, member)
    meter = TransferMeter(("a\x1b[31m\n",), "upload", 10)
    registry.transfer_started(session, meter)
    (shown,) = registry.snapshot().transfers
    assert shown.path.isprintable()
    registry.transfer_ended(session, meter)
    assert registry.snapshot().transfers == ()
    member.traffic = (3, 4)
    registry.leave(session, member)
    assert (registry.snapshot().bytes_in, registry.snapshot().bytes_out) == (3, 4)
