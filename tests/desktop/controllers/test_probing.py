"""A trial trusts nobody, and sends a password only to the server that is known."""

from __future__ import annotations

import pytest

from desktop.client.address import Address
from desktop.client.probe import Probe, probe
from desktop.client.trust import KnownServers, Verdict
from desktop.controllers.probing import Prober
from desktop.storage.site_store import Site
from shared.errors import ConnectionLostError, LoginError

DESK = Address("desk", 47623, "anna")
SITE = Site(name="Desk", host="desk", user="anna")
PRINT, OTHER = "SHA256:" + "a" * 43, "SHA256:" + "b" * 43


class FakeSession:
    def __init__(self) -> None:
        self.is_closed = False

    async def close(self) -> None:
        self.is_closed = True


class FakeServer:
    def __init__(self) -> None:
        self.sessions: list[FakeSession] = []
        self.logins: list[str] = []
        self.trouble: Exception | None = None

    async def open(self, address, password, judge):
        if self.trouble is not None:
            raise self.trouble
        judge(PRINT)
        self.logins.append(password)
        if password != "right":
            raise LoginError(hint="Check the name and the password.")
        self.sessions.append(FakeSession())
        return self.sessions[-1]


class Keyring:
    is_persistent = True

    def __init__(self, password: str | None) -> None:
        self._password = password

    def get(self, site: str) -> str | None:
        return self._password


@pytest.fixture
def known(tmp_path) -> KnownServers:
    return KnownServers(tmp_path / "known.json")


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.mark.asyncio
@pytest.mark.parametrize(("pinned", "verdict"), [(None, Verdict.NEW), (OTHER, Verdict.CHANGED)])
async def test_no_password_goes_to_a_server_that_is_not_the_known_one(known, server, pinned, verdict):
    if pinned:
        known.pin("desk", 47623, pinned)
    found = await probe(DESK, "right", known, open_session=server.open)
    assert found == Probe(PRINT, verdict, pinned, has_logged_in=False)
    assert server.logins == []
    assert known.pinned("desk", 47623) == pinned


@pytest.mark.asyncio
async def test_a_known_server_is_logged_in_to_and_left(known, server):
    known.pin("desk", 47623, PRINT)
    assert (await probe(DESK, "right", known, open_session=server.open)).has_logged_in
    assert [session.is_closed for session in server.sessions] == [True]
    assert not (await probe(DESK, "", known, open_session=server.open)).has_logged_in
    assert server.logins == ["right"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("pinned", "password", "kind", "said"),
    [
        (PRINT, "right", "success", "login works"),
        (PRINT, None, "success", "No password is remembered"),
        (PRINT, "wrong", "error", "Login refused"),
        (None, "right", "info", "new to this computer"),
        (OTHER, "right", "error", OTHER),
    ],
)
async def test_what_came_of_it_is_said(known, server, pinned, password, kind, said):
    if pinned:
        known.pin("desk", 47623, pinned)
    found = await Prober(known, Keyring(password), open_session=server.open).test(SITE)
    assert found.kind == kind
    assert said in found.text


@pytest.mark.asyncio
@pytest.mark.parametrize("trouble", [ConnectionLostError("nothing listens there"), ZeroDivisionError("a bug")])
async def test_what_goes_wrong_is_said_too(known, server, trouble, caplog):
    server.trouble = trouble
    found = await Prober(known, Keyring(None), open_session=server.open).test(SITE)
    assert found.kind == "error"
    assert str(trouble) in found.text.lower() or "nothing listens" in found.text.lower()
    caplog.clear()
