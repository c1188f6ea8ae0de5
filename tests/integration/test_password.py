"""Changing one's own password on a running server: who may, what it ends, and what never travels."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.client.channel import BulkChannel
from desktop.client.session import Session
from shared.errors import Code, LoginError, RemoteError
from tests.integration.conftest import PASSWORD, Desk

NEW = "a new and better one"


async def closed(session: Session) -> None:
    async with asyncio.timeout(10):
        await session.closed.wait()


async def log_in(desk: Desk, password: str) -> None:
    await (await desk.session(password=password)).close()


def test_the_new_password_holds_and_only_who_changed_it_stays(desk: Desk) -> None:
    async def scenario() -> None:
        mine, other = await desk.session(), await desk.session()
        await mine.change_password(PASSWORD, NEW)
        await closed(other)
        with pytest.raises(LoginError):
            await desk.session()
        again = await desk.session(password=NEW)
        # Two looks of the server at its accounts later it is still there, and so are further lines of it.
        await asyncio.sleep(2.5)
        assert await mine.list_all(()) == []
        channel: BulkChannel = await asyncio.to_thread(desk.channel, mine)
        channel.close()
        await mine.change_password(NEW, PASSWORD)
        await closed(again)
        for session in (mine, other, again):
            await session.close()

    asyncio.run(scenario())


def test_without_the_old_one_nothing_is_changed(desk: Desk) -> None:
    async def scenario() -> None:
        session = await desk.session()
        with pytest.raises(RemoteError) as refused:
            await session.change_password("wrong", NEW)
        assert refused.value.code is Code.PERMISSION
        with pytest.raises(LoginError, match="cannot be used"):
            await session.change_password(PASSWORD, "tab\there")
        assert await session.list_all(()) == []
        await session.close()
        await log_in(desk, PASSWORD)

    asyncio.run(scenario())


def test_an_open_session_is_no_place_to_guess_at_the_password(desk: Desk) -> None:
    async def scenario() -> list[Code]:
        session = await desk.session()
        codes: list[Code] = []
        for number in range(6):
            try:
                await session.change_password(f"guess {number}", NEW)
            except RemoteError as error:
                codes.append(error.code)
        await session.close()
        return codes

    codes = asyncio.run(scenario())
    assert codes[0] is Code.PERMISSION
    assert codes[-1] is Code.BUSY
    with pytest.raises(LoginError):
        asyncio.run(log_in(desk, "another guess"))


def test_the_command_changes_it_from_two_lines(desk: Desk, tmp_path: Path) -> None:
    url = f"wherry://anna@127.0.0.1:{desk.server.address[1]}/"
    words = ["passwd", "--password-stdin", "--profile", str(tmp_path / "p"), "--fingerprint", desk.server.fingerprint]

    def change(lines: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "desktop.cli", *words, url],
            input=lines,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    status, text = change(f"{PASSWORD}\n{NEW}\n")
    assert status == 0, text
    assert "changed the password" in text
    assert NEW not in text
    asyncio.run(log_in(desk, NEW))
    assert change(f"{PASSWORD}\n{NEW}\n")[0] == 4
    assert change(f"{NEW}\n")[0] == 4
