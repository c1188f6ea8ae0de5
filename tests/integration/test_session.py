"""A session against a real server: login, refusal, listing, changes, and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from desktop.client.session import Session
from shared.errors import Code, ConnectionLostError, IdentityError, LoginError, RemoteError
from tests.integration.conftest import Desk

Scenario = Callable[[Session], Awaitable[None]]


def with_session(desk: Desk, scenario: Scenario) -> None:
    async def play() -> None:
        session = await desk.session()
        try:
            await scenario(session)
        finally:
            await session.close()

    asyncio.run(play())


def test_login_tells_who_and_where(desk: Desk) -> None:
    async def scenario(session: Session) -> None:
        assert session.welcome is not None
        assert session.welcome.account == "anna"
        assert session.server_name == "desk"
        assert session.fingerprint == desk.server.fingerprint
        assert abs(session.clock_offset_ns) < 10_000_000_000
        free, total = await session.space()
        assert 0 < free <= total

    with_session(desk, scenario)


@pytest.mark.parametrize(("user", "password"), [("anna", "wrong"), ("nobody", "wrong"), ("ANNA ", "x")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(desk: Desk, user: str, password: str) -> None:
    with pytest.raises(LoginError) as error:
        asyncio.run(desk.session(user, password))
    assert error.value.detail == "the name or the password is wrong"


def test_a_server_that_is_not_trusted_hears_nothing(desk: Desk) -> None:
    def judge(fingerprint: str) -> None:
        raise IdentityError("no", found=fingerprint)

    with pytest.raises(IdentityError):
        asyncio.run(Session.open(desk.address, "secret", judge))
    assert desk.server.snapshot().sessions == ()


def test_nobody_there_is_a_clear_error(desk: Desk) -> None:
    with pytest.raises(ConnectionLostError, match="nothing listens"):
        asyncio.run(desk.session(port=1))


def test_folders_are_made_listed_renamed_and_removed(desk: Desk) -> None:
    (desk.home / "a").write_bytes(b"12345")
    (desk.home / "link").symlink_to("/etc")

    async def scenario(session: Session) -> None:
        await session.make_folder(("sub",))
        await session.make_folder(("x", "y"), parents=True)
        with pytest.raises(RemoteError) as error:
            await session.make_folder(("sub",))
        assert error.value.code is Code.EXISTS
        assert error.value.path == "/sub"
        entries = {entry.name: entry for entry in await session.list_all(())}
        assert set(entries) == {"a", "link", "sub", "x"}
        assert entries["a"].size == 5
        assert entries["sub"].is_folder
        assert entries["link"].kind.name == "LINK"
        await session.rename(("a",), ("sub", "b"))
        assert (await session.stat(("sub", "b"))).size == 5
        await session.set_attributes(("sub", "b"), mtime_ns=-1_000_000_000, mode=0o600)
        assert (await session.stat(("sub", "b"))).mtime_ns == -1_000_000_000
        with pytest.raises(RemoteError) as error:
            await session.remove(("sub",))
        assert error.value.code is Code.NOT_EMPTY
        assert await session.remove(("sub",), recursive=True) == 2
        with pytest.raises(RemoteError) as error:
            await session.list_all(("link",))
        assert error.value.code in {Code.PERMISSION, Code.NOT_FOLDER}

    with_session(desk, scenario)
    assert not (desk.home / "sub").exists()


def test_a_large_folder_arrives_in_batches(desk: Desk) -> None:
    for number in range(2500):
        (desk.home / f"file {number}").touch()

    async def scenario(session: Session) -> None:
        batches = [batch async for batch in session.list(())]
        assert len(batches) > 1
        assert sum(map(len, batches)) == 2500

    with_session(desk, scenario)


def test_requests_are_pipelined(desk: Desk) -> None:
    async def scenario(session: Session) -> None:
        answers = await asyncio.gather(*(session.stat(()) for _ in range(200)))
        assert len(answers) == 200

    with_session(desk, scenario)


def test_stopping_the_server_ends_the_session_with_a_reason(desk: Desk) -> None:
    async def scenario(session: Session) -> None:
        await asyncio.get_running_loop().run_in_executor(None, desk.server.stop)
        async with asyncio.timeout(5):
            await session.closed.wait()
        assert isinstance(session.error, ConnectionLostError)
        assert "stopping" in session.error.detail
        with pytest.raises(ConnectionLostError):
            await session.stat(())

    with_session(desk, scenario)


def test_kicking_and_disabling_end_live_sessions(desk: Desk) -> None:
    async def scenario() -> None:
        session = await desk.session()
        desk.server.kick(session.id)
        async with asyncio.timeout(5):
            await session.closed.wait()
        await session.close()
        session = await desk.session()
        desk.accounts.set_enabled("anna", False)
        async with asyncio.timeout(5):
            await session.closed.wait()
        await session.close()
        with pytest.raises(LoginError):
            await desk.session()

    asyncio.run(scenario())
    assert desk.server.snapshot().sessions == ()


def test_the_server_shows_who_is_there(desk: Desk) -> None:
    async def scenario(session: Session) -> None:
        (info,) = desk.server.snapshot().sessions
        assert (info.account, info.peer, info.connections) == ("anna", "127.0.0.1", 1)
        channel = await asyncio.get_running_loop().run_in_executor(None, desk.channel, session)
        (info,) = desk.server.snapshot().sessions
        assert info.connections == 2
        channel.close()

    with_session(desk, scenario)
