"""Changing one's own password: proven on this channel, by this account, once; wrong proofs are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.accounts.account import Account
from server.accounts.store import AccountStore
from server.requests.dispatch import Desk
from server.requests.password import PasswordDesk, PasswordKeeper
from server.storage.homes import Homes
from shared.auth.credentials import make_verifier
from shared.auth.scram import ClientLogin, ServerLogin
from shared.errors import Code, LoginError, PeerError
from shared.permissions import NONE
from shared.protocol import limits, messages
from tests.server.fake_exchange import FakeExchange

OLD, NEW = "old password", "new password"
FEW = limits.MIN_ITERATIONS


class Engine:
    """What the engine does for a session that changes its password, written down."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.wait = 0.0
        self.account: Account | None = None

    def admit(self) -> float:
        return self.wait

    def failed(self) -> None:
        self.events.append("failed")

    def changing(self) -> None:
        self.events.append("changing")

    def changed(self, account: Account | None) -> None:
        self.events.append("changed")
        self.account = account


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AccountStore]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with closing(AccountStore(data)) as store:
        store.add("anna", OLD, iterations=FEW)
        store.add("bert", OLD, iterations=FEW)
        yield store


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def desk(store: AccountStore, engine: Engine) -> Iterator[Desk]:
    account = store.find("anna")
    assert account is not None
    keeper = PasswordKeeper(
        "anna", store, admit=engine.admit, failed=engine.failed, changing=engine.changing, changed=engine.changed
    )
    # Whatever else is forbidden, the password is one's own.
    opened = Homes().open(account.home, "anna", permissions=NONE)
    desk = Desk(opened, PasswordDesk(keeper))
    yield desk
    desk.close()
    opened.close()


def ask(desk: Desk, request: messages.Requests, exchange: FakeExchange) -> Any:
    before = len(exchange.sent)
    desk.handle(request, exchange)
    (answer,) = exchange.sent[before:]
    return answer


def change_of(text: str, password: str = NEW) -> messages.ChangePassword:
    verifier = make_verifier(password, iterations=limits.DEFAULT_ITERATIONS)
    return messages.ChangePassword(
        id=2,
        text=text,
        salt=verifier.salt,
        iterations=verifier.iterations,
        stored_key=verifier.stored_key,
        server_key=verifier.server_key,
    )


def proven(
    desk: Desk, exchange: FakeExchange, name: str = "anna", password: str = OLD, binding: bytes = bytes(32)
) -> tuple[ClientLogin, str]:
    login = ClientLogin(name, password, binding)
    challenge = ask(desk, messages.ProvePassword(id=1, text=login.first()), exchange)
    assert isinstance(challenge, messages.PasswordChallenge), challenge
    return login, login.answer(challenge.text)


def holds(store: AccountStore, name: str, password: str) -> bool:
    client, server = ClientLogin(name, password, b"x" * 32), ServerLogin(b"x" * 32, store.verifier_for)
    try:
        client.verify(server.finish(client.answer(server.challenge(client.first()))))
    except LoginError:
        return False
    return True


def test_the_password_is_changed_and_the_server_has_proven_itself(
    desk: Desk, store: AccountStore, engine: Engine
) -> None:
    exchange = FakeExchange()
    login, final = proven(desk, exchange, name="ANNA")
    answer = ask(desk, change_of(final), exchange)
    login.verify(answer.text)
    assert holds(store, "anna", NEW)
    assert not holds(store, "anna", OLD)
    assert holds(store, "bert", OLD)
    assert engine.events == ["changing", "changed"]
    assert engine.account == store.find("anna")


def test_a_wrong_password_is_refused_and_counted(desk: Desk, store: AccountStore, engine: Engine) -> None:
    exchange = FakeExchange()
    _, final = proven(desk, exchange, password="guess")
    assert ask(desk, change_of(final), exchange).code == Code.PERMISSION
    assert engine.events == ["failed"]
    assert holds(store, "anna", OLD)
    engine.wait = 5.0
    login = ClientLogin("anna", OLD, bytes(32))
    assert ask(desk, messages.ProvePassword(id=1, text=login.first()), exchange).code == Code.BUSY


def test_a_proof_made_for_another_channel_is_worth_nothing(desk: Desk, store: AccountStore, engine: Engine) -> None:
    exchange = FakeExchange()
    _, final = proven(desk, exchange, binding=b"y" * 32)
    assert ask(desk, change_of(final), exchange).code == Code.PERMISSION
    assert engine.events == ["failed"]
    assert holds(store, "anna", OLD)


def test_another_account_cannot_be_named(desk: Desk, store: AccountStore) -> None:
    exchange = FakeExchange()
    for name in ("bert", "nobody"):
        login = ClientLogin(name, OLD, bytes(32))
        assert ask(desk, messages.ProvePassword(id=1, text=login.first()), exchange).code == Code.PERMISSION
    assert ask(desk, change_of("c=,r=,p="), exchange).code == Code.BAD_REQUEST
    assert holds(store, "bert", OLD)


def test_a_proof_serves_once_and_on_its_own_connection(desk: Desk, store: AccountStore) -> None:
    exchange, other = FakeExchange(), FakeExchange()
    _, final = proven(desk, exchange)
    assert ask(desk, change_of(final), other).code == Code.BAD_REQUEST
    desk.leave(exchange)
    assert ask(desk, change_of(final), exchange).code == Code.BAD_REQUEST
    _, final = proven(desk, exchange)
    assert isinstance(ask(desk, change_of(final), exchange), messages.PasswordChanged)
    assert ask(desk, change_of(final, "third"), exchange).code == Code.BAD_REQUEST
    assert holds(store, "anna", NEW)


def test_of_two_changes_at_once_one_is_refused(desk: Desk, store: AccountStore, engine: Engine) -> None:
    exchange = FakeExchange()
    _, final = proven(desk, exchange)
    store.set_password("anna", "by the owner", iterations=FEW)
    assert ask(desk, change_of(final), exchange).code == Code.CHANGED
    assert engine.events == ["changing", "changed"]
    assert engine.account is None
    assert holds(store, "anna", "by the owner")


def test_nonsense_ends_the_connection(desk: Desk) -> None:
    exchange = FakeExchange()
    with pytest.raises(PeerError):
        desk.handle(messages.ProvePassword(id=1, text="n,,n=anna,r=abc"), exchange)
    proven(desk, exchange)
    with pytest.raises(PeerError):
        desk.handle(change_of("nonsense"), exchange)


def test_a_weak_verifier_is_not_even_read() -> None:
    verifier = make_verifier(NEW, iterations=FEW)
    weak = messages.ChangePassword(
        id=2,
        text="x",
        salt=verifier.salt,
        iterations=FEW,
        stored_key=verifier.stored_key,
        server_key=verifier.server_key,
    )
    with pytest.raises(PeerError):
        messages.decode(messages.encode(weak))


def test_where_passwords_are_the_owners_business_it_is_said(tmp_path: Path) -> None:
    with closing(Homes().open(tmp_path, "anna")) as opened:
        desk = Desk(opened)
        assert ask(desk, messages.ProvePassword(id=1, text="x"), FakeExchange()).code == Code.PERMISSION
        desk.close()
