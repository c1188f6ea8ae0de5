"""Changes of accounts act on the sessions that are there, and are noted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.accounts.account import Account
from server.engine.audit import AuditTrail
from server.engine.registry import Session, SessionRegistry
from server.engine.tally import Tally
from server.engine.watch import AccountWatch
from server.engine.witness import Records
from shared.errors import ConfigError

MIB = 1 << 20
ANNA = Account(name="anna", home=Path("/anna"), created=1.0)
BERT = Account(name="bert", home=Path("/bert"), created=2.0, expires=500.0)


class Accounts:
    """A store in memory, with a generation that counts changes."""

    def __init__(self) -> None:
        self.accounts = {"anna": ANNA, "bert": BERT}
        self.count = 0
        self.is_broken = False

    def put(self, account: Account) -> None:
        self.accounts[account.name] = account
        self.count += 1

    def generation(self) -> int:
        if self.is_broken:
            raise ConfigError("the disk has gone")
        return self.count

    def list(self) -> list[Account]:
        return list(self.accounts.values())

    def find(self, name: str) -> Account | None:
        return self.accounts.get(name)


class Member:
    traffic = (0, 0)

    def __init__(self) -> None:
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


class Scene:
    def __init__(self, folder: Path) -> None:
        self.accounts = Accounts()
        self.registry = SessionRegistry(5)
        self.audit = AuditTrail(folder / "audit")
        self._file = folder / "audit"
        self.watch = AccountWatch(self.accounts, self.registry, Records(Tally(), self.audit))  # type: ignore[arg-type]
        self.anna, self.bert = self.log_in(ANNA), self.log_in(BERT)

    def log_in(self, account: Account) -> tuple[Session, Member]:
        session = Session(account, "192.0.2.1", object(), lambda: None)  # type: ignore[arg-type]  # nobody asks it
        member = Member()
        self.registry.add(session, member)
        return session, member

    def ended(self) -> list[str]:
        return [session.account.name for session, member in (self.anna, self.bert) if member.is_aborted]

    def told(self) -> list[tuple[str, str]]:
        lines = [json.loads(line) for line in self._file.read_text().splitlines()]
        return [(line["event"], line["account"]) for line in lines]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.audit.close()


@pytest.mark.parametrize("change", [{"enabled": False}, {"home": Path("/other")}, {"created": 9.0}, {"expires": 50.0}])
def test_what_a_session_was_opened_with_cannot_change_under_it(scene: Scene, change: dict[str, object]) -> None:
    scene.accounts.put(replace(ANNA, **change))  # type: ignore[arg-type]  # the table mixes fields
    scene.watch.look(100.0)
    assert scene.ended() == ["anna"]
    assert scene.told() == [("account-changed", "anna")]


def test_a_removed_account_ends_its_sessions_alone(scene: Scene) -> None:
    del scene.accounts.accounts["anna"]
    scene.accounts.put(Account(name="carl", home=Path("/carl")))
    scene.watch.look(100.0)
    assert scene.ended() == ["anna"]
    assert scene.told() == [("account-removed", "anna"), ("account-added", "carl")]


def test_rates_change_live(scene: Scene) -> None:
    scene.accounts.put(replace(ANNA, upload_rate=MIB, download_rate=2 * MIB, max_sessions=1))
    scene.watch.look(100.0)
    assert scene.ended() == []
    rates = scene.anna[0].rates
    assert (rates.upload.rate, rates.download.rate) == (MIB, 2 * MIB)


def test_a_login_is_no_change(scene: Scene) -> None:
    scene.accounts.accounts["anna"] = replace(ANNA, last_login=50.0)
    scene.accounts.count += 1
    scene.watch.look(100.0)
    assert (scene.ended(), scene.told()) == ([], [])


def test_an_account_that_expires_ends_its_sessions_without_any_change(scene: Scene) -> None:
    scene.watch.look(499.0)
    assert scene.ended() == []
    scene.watch.look(500.0)
    assert scene.ended() == ["bert"]


def test_a_login_under_way_during_the_change_is_seen_by_the_next_look(scene: Scene) -> None:
    scene.accounts.put(replace(ANNA, enabled=False))
    scene.watch.look(100.0)
    late, member = scene.log_in(ANNA)
    scene.watch.look(101.0)
    assert member.is_aborted
    assert late.is_ended


def test_a_store_that_cannot_be_read_ends_nobody(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.accounts.is_broken = True
    scene.watch.look(100.0)
    assert scene.ended() == []
    assert "the disk has gone" in caplog.text
