"""The server as an object, as the tray holds it: settings, bans, announcements and identities while it runs."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.client.session import Session
from server.accounts.networks import parse_network
from server.accounts.store import AccountStore
from server.config import GuardConfig, ServerConfig, open_data_folder
from server.discovery import AnnouncementState, Announcer, Notice
from server.engine.control import ask
from server.engine.identity import renew_identity
from server.engine.lifecycle import Server
from server.engine.tally import Count
from shared import tls
from shared.errors import ConfigError, ConnectionLostError, LoginError
from tests.integration.conftest import PASSWORD, Desk, download, random_file, run
from tests.integration.depot import eventually

MIB = 1 << 20


class Network:
    """A network that remembers what was announced in it."""

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes

    def register(self, notice: Notice) -> None:
        self._notes.append(f"{notice.name} {notice.port}")

    def close(self) -> None:
        self._notes.append("closed")


def test_a_stopped_server_takes_over_what_otherwise_needs_a_restart(data: Path, tmp_path: Path) -> None:
    accounts = AccountStore(data)
    server = Server(ServerConfig(data=data, host="127.0.0.1", port=0), accounts, tls.make_identity(data, "desk"))
    server.start()
    _, port = server.address
    server.stop()
    # The store that is open belongs to the program around: another one needs that to start again.
    wanted = replace(server.config, port=port, workers=2, database=f"sqlite:///{tmp_path}/other")
    assert server.reload(wanted) == ("database",)
    assert (server.config.port, server.config.workers, server.config.database) == (port, 2, None)
    server.start()
    assert server.address == ("127.0.0.1", port)
    assert dict(server.load().workers)["bulk"] == 2
    server.stop()
    accounts.close()


def test_a_stopped_server_tells_its_bans_and_nothing_else(data: Path) -> None:
    accounts = AccountStore(data)
    server = Server(ServerConfig(data=data, port=0), accounts, tls.make_identity(data, "desk"))
    server.ban("192.0.2.7", reason="x")
    assert [ban.network for ban in server.bans()] == ["192.0.2.7/32"]
    assert server.lift("192.0.2.0/24")
    assert server.snapshot().sessions == ()
    assert server.load().bans == 0
    assert not server.kick(b"?" * 16)
    assert server.announcement.state is AnnouncementState.OFF
    server.set_announced(True)
    assert server.announcement.state is AnnouncementState.OFF
    server.stop()
    server.hurry()
    accounts.close()


def test_a_start_that_fails_leaves_nothing_and_may_be_tried_again(desk: Desk, tmp_path: Path) -> None:
    """The leak fixtures are half of this test."""
    other = open_data_folder(tmp_path / "other")
    accounts = AccountStore(other)
    taken = ServerConfig(data=other, host="127.0.0.1", port=desk.server.address[1], metrics_port=0)
    server = Server(taken, accounts, tls.make_identity(other, "other"))
    for _ in range(2):
        with pytest.raises(ConfigError):
            server.start()
    assert not (other / "control.sock").exists()
    assert server.metrics_address is None
    accounts.close()


@pytest.mark.asyncio
async def test_settings_change_under_a_session_that_goes_on(desk: Desk) -> None:
    session = await desk.session()
    try:
        fixed = desk.server.reload(
            replace(
                desk.server.config,
                name="box",
                port=1,
                max_sessions_per_account=1,
                upload_rate=MIB,
                metrics_port=0,
                guard=GuardConfig(deny=(parse_network("203.0.113.0/24"),)),
            )
        )
        assert fixed == ("port",)
        assert desk.server.config.port == 0
        assert desk.server.metrics_address is not None
        await session.stat(())
        with pytest.raises(ConnectionLostError, match="as many sessions"):
            await desk.session()
        desk.server.reload(replace(desk.server.config, metrics_port=None, max_sessions_per_account=5))
        assert desk.server.metrics_address is None
        await (await desk.session()).close()
        with pytest.raises(ConfigError):
            desk.server.reload(replace(desk.server.config, metrics_port=desk.server.address[1]))
        assert desk.server.config.metrics_port is None
        await session.stat(())
    finally:
        await session.close()


@pytest.mark.asyncio
async def test_a_ban_by_hand_ends_the_sessions_from_there(desk: Desk) -> None:
    session = await desk.session()
    desk.server.ban("127.0.0.0/8", 3600.0, "test")
    with pytest.raises(ConnectionLostError):
        await session.stat(())
    await session.close()
    with pytest.raises(ConnectionLostError):
        await desk.session()
    assert [ban.network for ban in desk.server.lift("127.0.0.1")] == ["127.0.0.0/8"]
    await (await desk.session()).close()
    counts = desk.server.counts()
    assert counts[Count.CONNECTIONS, "refused"] >= 1
    assert counts[Count.BANS, "lifted"] == 1


@pytest.mark.asyncio
async def test_a_banned_address_keeps_the_session_it_has(desk: Desk) -> None:
    session = await desk.session()
    for _ in range(desk.server.config.guard.ban_after):
        desk.server._gate.login_failed("127.0.0.1", "anna")
    with pytest.raises(LoginError):
        await desk.session()
    await session.stat(())
    # Another channel of the session is no login.
    channel = await asyncio.to_thread(desk.channel, session)
    await asyncio.to_thread(channel.close)
    await session.close()


def test_the_accounts_rate_holds_over_all_of_its_channels(desk: Desk, tmp_path: Path) -> None:
    desk.accounts.edit("anna", lambda account: replace(account, download_rate=MIB))
    random_file(desk.home / "a", MIB)

    async def fetch() -> float:
        session = await desk.session()
        try:
            channels = [await asyncio.to_thread(desk.channel, session) for _ in range(3)]
            began = time.monotonic()
            await asyncio.gather(
                *(
                    asyncio.to_thread(run, channel, download(("a",), tmp_path / f"a{number}", MIB))
                    for number, channel in enumerate(channels)
                )
            )
            took = time.monotonic() - began
            for channel in channels:
                await asyncio.to_thread(channel.close)
            return took
        finally:
            await session.close()

    assert asyncio.run(fetch()) >= 2.5


@pytest.mark.asyncio
async def test_another_identity_meets_new_connections_and_old_ones_go_on(desk: Desk) -> None:
    session = await desk.session()
    old = desk.server.fingerprint
    identity = renew_identity(desk.data, "desk")
    desk.server.use_identity(identity)
    await session.stat(())
    met: list[str] = []
    other = await Session.open(desk.address, PASSWORD, met.append)
    assert met == [identity.fingerprint]
    assert identity.fingerprint == desk.server.fingerprint != old
    await other.close()
    await session.close()


@pytest.fixture
def announced(data: Path) -> Iterator[tuple[Server, list[str]]]:
    notes: list[str] = []
    accounts = AccountStore(data)
    config = ServerConfig(data=data, host="0.0.0.0", port=0, name="desk")
    server = Server(
        config,
        accounts,
        tls.make_identity(data, "desk"),
        announcer=lambda: Announcer(lambda host: Network(notes)),
    )
    server.start()
    yield server, notes
    server.stop(grace=1)
    accounts.close()
    assert notes[-1] == "closed"


def test_it_is_announced_when_wished_and_by_its_name(announced: tuple[Server, list[str]]) -> None:
    server, notes = announced
    assert server.announcement.state is AnnouncementState.OFF
    server.set_announced(True)
    eventually(lambda: server.announcement.state is AnnouncementState.ON)
    server.reload(replace(server.config, name="box"))
    eventually(lambda: server.announcement.state is AnnouncementState.ON)
    server.set_announced(False)
    assert server.announcement.state is AnnouncementState.OFF
    port = server.address[1]
    assert notes == [f"desk {port}", "closed", f"box {port}", "closed"]
    server.set_announced(True)
    eventually(lambda: server.announcement.state is AnnouncementState.ON)


def test_on_the_loopback_only_it_says_why_not(desk: Desk) -> None:
    desk.server.set_announced(True)
    assert desk.server.announcement.state is AnnouncementState.IMPOSSIBLE
    assert "127.0.0.1" in desk.server.announcement.detail


def test_the_tray_can_be_asked_and_not_ended_through_the_control_socket(desk: Desk) -> None:
    answer = ask(desk.data, {"do": "status"})
    assert answer is not None
    assert answer["name"] == "desk"
    with pytest.raises(ConfigError, match="tray"):
        ask(desk.data, {"do": "stop"})


def test_a_stop_from_several_sides_at_once_is_one(desk: Desk) -> None:
    hurrier = threading.Thread(target=desk.server.hurry)
    hurrier.start()
    desk.server.stop(grace=60)
    hurrier.join()
    assert not desk.server.is_running
    desk.server.start()
    assert desk.server.is_running
