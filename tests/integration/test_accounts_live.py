"""What is changed of an account acts on those who are logged in, at once; and the login tells what may be done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.client.session import Session
from desktop.transfers.ports import Finished
from server.accounts.account import Account, Share
from server.capacity import Limit
from shared.errors import Code, ConnectionLostError, LoginError, RemoteError
from shared.permissions import FULL, LOOK, Permission
from tests.integration.conftest import PASSWORD, Desk, random_file, run, upload

Change = Callable[[Account], Account]


async def ended(session: Session) -> None:
    async with asyncio.timeout(10):
        await session.closed.wait()
    await session.close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat").write_bytes(b"cat")
    return folder


def test_the_login_tells_what_may_be_done_where(desk: Desk, photos: Path) -> None:
    drop = Permission.WRITE | Permission.MAKE_FOLDER
    desk.accounts.add_share("anna", Share(name="Photos", folder=photos))
    desk.accounts.edit("anna", lambda account: replace(account, permissions=drop))

    async def scenario() -> None:
        session = await desk.session()
        assert session.mounts == {"Photos": LOOK}
        assert session.permissions_at(()) == session.permissions_at(("x", "y")) == drop
        assert session.permissions_at(("Photos",)) == session.permissions_at(("Photos", "cat")) == LOOK
        assert not session.is_read_only
        assert [entry.name for entry in await session.list_all(())] == ["Photos"]
        assert [entry.name for entry in await session.list_all(("Photos",))] == ["cat"]
        with pytest.raises(RemoteError) as refused:
            await session.remove(("Photos", "cat"))
        assert refused.value.code is Code.READ_ONLY
        await session.make_folder(("sent",))
        with pytest.raises(RemoteError) as refused:
            await session.remove(("sent",))
        assert refused.value.code is Code.PERMISSION
        await session.close()

    asyncio.run(scenario())


def test_a_move_between_shared_folders_is_a_copy_and_then_gone(desk: Desk, photos: Path) -> None:
    desk.accounts.add_share("anna", Share(name="Photos", folder=photos, permissions=FULL))

    async def scenario() -> None:
        session = await desk.session()
        await session.move(("Photos", "cat"), ("cat",))
        await session.close()

    asyncio.run(scenario())
    assert (desk.home / "cat").read_bytes() == b"cat"
    assert list(photos.glob("[!.]*")) == []


CHANGES: dict[str, Change] = {
    "disabled": lambda account: replace(account, enabled=False),
    "expired": lambda account: replace(account, expires=time.time()),
    "permission lowered": lambda account: replace(account, permissions=FULL & ~Permission.DELETE),
    "share lowered": lambda account: replace(
        account, shares=tuple(replace(share, permissions=LOOK) for share in account.shares)
    ),
    "share removed": lambda account: replace(account, shares=()),
    "quota lowered": lambda account: replace(account, limit=Limit(10, 10)),
    "renamed": lambda account: replace(account, name="anne"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_ends_the_sessions_that_were_opened_before_it(desk: Desk, photos: Path, what: str) -> None:
    desk.accounts.add_share("anna", Share(name="Photos", folder=photos, permissions=FULL))

    async def scenario() -> None:
        session = await desk.session()
        desk.accounts.edit("anna", CHANGES[what])
        await ended(session)
        if what in {"disabled", "expired", "renamed"}:
            with pytest.raises(LoginError):
                await desk.session()
            return
        again = await desk.session()
        if what == "share removed":
            assert again.mounts == {}
            with pytest.raises(RemoteError):
                await again.stat(("Photos", "cat"))
        elif what == "share lowered":
            with pytest.raises(RemoteError):
                await again.remove(("Photos", "cat"))
        await again.close()

    asyncio.run(scenario())
    assert (photos / "cat").exists()


def test_a_password_set_by_the_owner_ends_all_sessions(desk: Desk) -> None:
    async def scenario() -> None:
        sessions = [await desk.session(), await desk.session()]
        desk.accounts.set_password("anna", "set by the owner")
        for session in sessions:
            await ended(session)
        with pytest.raises(LoginError):
            await desk.session()

    asyncio.run(scenario())


def test_an_account_that_expires_is_out_when_its_time_has_come(desk: Desk) -> None:
    async def scenario() -> None:
        desk.accounts.edit("anna", lambda account: replace(account, expires=time.time() + 3))
        session = await desk.session()
        await ended(session)
        with pytest.raises(LoginError):
            await desk.session()

    asyncio.run(scenario())


def test_rates_and_numbers_of_sessions_change_under_those_who_are_there(desk: Desk) -> None:
    async def scenario() -> None:
        session, other = await desk.session(), await desk.session()
        desk.accounts.edit("anna", lambda account: replace(account, max_sessions=2, upload_rate=1_000_000))
        await asyncio.sleep(2.5)
        for each in (session, other):
            assert await each.list_all(()) == []
        with pytest.raises(ConnectionLostError, match="as many sessions"):
            await desk.session()
        for each in (session, other):
            await each.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("inline", [True, False])
def test_a_number_of_files_is_a_limit_too(desk: Desk, tmp_path: Path, inline: bool) -> None:
    desk.accounts.edit("anna", lambda account: replace(account, limit=Limit(None, 3)))
    source = random_file(tmp_path / "source", 10 if inline else 5_000_000)

    async def scenario() -> None:
        session = await desk.session(password=PASSWORD)
        channel = await asyncio.to_thread(desk.channel, session)
        outcomes = await asyncio.to_thread(run, channel, *(upload(source, (f"{n}",), number=n) for n in range(5)))
        assert sum(isinstance(outcome, Finished) for outcome in outcomes) == 3
        (replaced,) = await asyncio.to_thread(run, channel, upload(source, ("1",), replace=True))
        assert isinstance(replaced, Finished)
        await session.remove(("2",))
        (another,) = await asyncio.to_thread(run, channel, upload(source, ("7",)))
        assert isinstance(another, Finished)
        await asyncio.to_thread(channel.close)
        await session.close()

    asyncio.run(scenario())
