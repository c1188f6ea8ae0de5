"""Two server processes with one PostgreSQL and one set of homes: sessions, limits and targets are one for both."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desktop.client.address import Address
from desktop.client.channel import BulkChannel
from desktop.client.session import Session
from desktop.client.throttle import Throttle
from desktop.transfers.ports import Finished, Outcome
from server.accounts.account import Account
from server.accounts.store import AccountStore
from server.config import open_data_folder
from shared import tls
from shared.errors import Code, ConnectionLostError, ItemError, LoginError, WherryError
from shared.names import STAGING_NAME
from shared.protocol import limits
from tests.integration.conftest import FEW_ITERATIONS, PASSWORD, download, random_file, run, upload
from tests.integration.depot import eventually, tree

if TYPE_CHECKING:
    from tests.postgres import Postgres

KIB = limits.KIB

_SERVE = (sys.executable, "-m", "server", "serve", "--host", "127.0.0.1", "--port", "0", "--json")


class Node:
    """One ``wherry-server serve``. Only the process started here is signalled."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._log = data / "stderr.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*_SERVE, "--data", str(data)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._log.read_text()
        ready = json.loads(line)
        self.port: int = ready["port"]
        self.fingerprint: str = ready["fingerprint"]

    def kick(self, session: bytes) -> None:
        subprocess.run(
            [sys.executable, "-m", "server", "kick", session.hex(), "--data", str(self.data)],
            check=True,
            capture_output=True,
            timeout=60,
        )

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.communicate()

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=60)
            assert self._process.returncode == 0, self._log.read_text()
        text = self._log.read_text()
        assert "Traceback" not in text, text


class Nodes:
    """Two nodes with one identity and one database; they take a while to start, so tests share them."""

    def __init__(self, url: str, folder: Path) -> None:
        first = open_data_folder(folder / "one")
        tls.make_identity(first, "cluster")
        second = open_data_folder(folder / "two")
        for name in (tls.KEY_NAME, tls.CERTIFICATE_NAME):
            shutil.copy(first / name, second / name)
        for data in (first, second):
            (data / "config.toml").write_text(f'[accounts]\ndatabase = "{url}"\n')
        self.accounts = AccountStore(first, url=url)
        self.one, self.two = Node(first), Node(second)

    def close(self) -> None:
        self.accounts.close()
        self.one.close()
        self.two.close()


class Pair:
    """The two nodes, and an account of its own for each test, whose home holds 1 MiB at most."""

    _numbers = count()

    def __init__(self, nodes: Nodes, folder: Path) -> None:
        self.accounts, self.one, self.two = nodes.accounts, nodes.one, nodes.two
        self.user = f"anna{next(self._numbers)}"
        account = self.accounts.add(
            self.user, PASSWORD, home=folder / "homes" / self.user, quota=1024 * KIB, iterations=FEW_ITERATIONS
        )
        self.home = account.home

    async def session(self, node: Node, password: str = PASSWORD) -> Session:
        return await Session.open(Address("127.0.0.1", node.port, self.user), password, lambda fingerprint: None)

    def channel(self, session: Session, node: Node, throttle: Throttle | None = None) -> BulkChannel:
        address = Address("127.0.0.1", node.port, self.user)
        return BulkChannel.open(address, session.fingerprint, session.id, session.key, throttle)


@pytest.fixture(scope="module")
def nodes(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    with closing(Nodes(postgres.new_database(), tmp_path_factory.mktemp("cluster"))) as nodes:
        yield nodes


@pytest.fixture
def pair(nodes: Nodes, tmp_path: Path) -> Pair:
    return Pair(nodes, tmp_path)


async def attach_refused(pair: Pair, session: Session, node: Node) -> bool:
    """Whether a node lets nobody attach to a session any more."""
    try:
        channel = await asyncio.to_thread(pair.channel, session, node)
    except LoginError:
        return True
    await asyncio.to_thread(channel.close)
    return False


async def sooner_or_later(pair: Pair, session: Session, node: Node) -> None:
    async with asyncio.timeout(20):
        while not await attach_refused(pair, session, node):
            await asyncio.sleep(0.1)


def test_a_session_of_one_server_attaches_to_the_other(pair: Pair, tmp_path: Path) -> None:
    source = random_file(tmp_path / "source", 300 * KIB)

    async def scenario() -> None:
        session = await pair.session(pair.one)
        assert session.fingerprint == pair.two.fingerprint
        channel = await asyncio.to_thread(pair.channel, session, pair.two)
        (stored,) = await asyncio.to_thread(run, channel, upload(source, ("there",)))
        assert isinstance(stored, Finished), stored
        assert [entry.name for entry in await session.list_all(())] == ["there"]
        (fetched,) = await asyncio.to_thread(run, channel, download(("there",), tmp_path / "back", 300 * KIB))
        assert isinstance(fetched, Finished), fetched
        assert (tmp_path / "back").read_bytes() == source.read_bytes()
        # The session goes on while any server has a connection of it.
        await session.close()
        again = await asyncio.to_thread(pair.channel, session, pair.one)
        for each in (channel, again):
            await asyncio.to_thread(each.close)
        await sooner_or_later(pair, session, pair.one)
        await sooner_or_later(pair, session, pair.two)

    asyncio.run(scenario())


def test_a_forged_key_attaches_nowhere(pair: Pair) -> None:
    async def scenario() -> None:
        session = await pair.session(pair.one)
        forged = replace_key(session)
        for node in (pair.one, pair.two):
            with pytest.raises(LoginError):
                await asyncio.to_thread(
                    BulkChannel.open,
                    Address("127.0.0.1", node.port, pair.user),
                    session.fingerprint,
                    session.id,
                    forged,
                )
        await session.close()

    def replace_key(session: Session) -> bytes:
        return bytes([session.key[0] ^ 1]) + session.key[1:]

    asyncio.run(scenario())


@pytest.mark.parametrize("way", ["kicked", "disabled", "password", "permissions"])
def test_what_ends_a_session_ends_it_everywhere(pair: Pair, tmp_path: Path, way: str) -> None:
    source = random_file(tmp_path / "source", 10)

    async def scenario() -> None:
        session = await pair.session(pair.one)
        channel = await asyncio.to_thread(pair.channel, session, pair.two)
        if way == "kicked":
            await asyncio.to_thread(pair.one.kick, session.id)
        elif way == "disabled":
            pair.accounts.set_enabled(pair.user, False)
        elif way == "password":
            pair.accounts.set_password(pair.user, "another", iterations=FEW_ITERATIONS)
        else:
            pair.accounts.set_read_only(pair.user, True)
        # No further line from the moment that it is said, the live ones within two looks.
        assert await attach_refused(pair, session, pair.two) or way == "permissions"
        async with asyncio.timeout(20):
            await session.closed.wait()
            while await asyncio.to_thread(still_works, channel, source):
                await asyncio.sleep(0.1)
        await asyncio.to_thread(channel.close)
        await session.close()

    asyncio.run(scenario())


def still_works(channel: BulkChannel, source: Path) -> bool:
    """Whether the server still answers on a channel, be it with a refusal."""
    try:
        run(channel, upload(source, ("probe",), replace=True))
    except (WherryError, AssertionError):
        return False
    return True


def test_who_changes_his_password_stays_on_both_servers(pair: Pair, tmp_path: Path) -> None:
    source = random_file(tmp_path / "source", 10)

    async def scenario() -> None:
        session, other = await pair.session(pair.one), await pair.session(pair.two)
        await session.change_password(PASSWORD, "quite another one")
        async with asyncio.timeout(20):
            await other.closed.wait()
        await asyncio.sleep(2.5)
        assert await session.list_all(()) == []
        channel = await asyncio.to_thread(pair.channel, session, pair.two)
        (stored,) = await asyncio.to_thread(run, channel, upload(source, ("mine",)))
        assert isinstance(stored, Finished), stored
        await asyncio.to_thread(channel.close)
        for each in (session, other):
            await each.close()

    asyncio.run(scenario())


def test_sessions_are_counted_together(pair: Pair) -> None:
    def two_at_most(account: Account) -> Account:
        return replace(account, max_sessions=2)

    pair.accounts.edit(pair.user, two_at_most)

    async def scenario() -> None:
        open_now = [await pair.session(pair.one), await pair.session(pair.two)]
        for node in (pair.one, pair.two):
            with pytest.raises(ConnectionLostError, match="as many sessions"):
                await pair.session(node)
        for session in open_now:
            await session.close()
        async with asyncio.timeout(20):
            while True:
                try:
                    await (await pair.session(pair.one)).close()
                except ConnectionLostError:
                    await asyncio.sleep(0.1)
                else:
                    return

    asyncio.run(scenario())


@pytest.mark.parametrize("size", [10 * KIB, 100 * KIB + 1])
def test_the_quota_is_kept_exactly_with_both_writing(pair: Pair, tmp_path: Path, size: int) -> None:
    """Many files of one size on both servers at once: as many as fit, and not one more."""
    fits = 1024 * KIB // size
    source = random_file(tmp_path / "source", size)

    async def scenario() -> list[Outcome]:
        sessions = [await pair.session(node) for node in (pair.one, pair.two)]

        def fill(number: int) -> list[Outcome]:
            node = (pair.one, pair.two)[number % 2]
            # Half of them on a session of the other server.
            with closing(pair.channel(sessions[number // 2], node)) as channel:
                jobs = [upload(source, (f"{number}-{each}",), number=each) for each in range(fits)]
                return run(channel, *jobs)

        outcomes = await asyncio.gather(*(asyncio.to_thread(fill, number) for number in range(4)))
        for session in sessions:
            await session.close()
        return [outcome for each in outcomes for outcome in each]

    outcomes = asyncio.run(scenario())
    stored = [outcome for outcome in outcomes if isinstance(outcome, Finished)]
    assert len(stored) == fits, {str(outcome) for outcome in outcomes}
    assert {outcome.code for outcome in outcomes if isinstance(outcome, ItemError)} == {Code.QUOTA}
    assert len(tree(pair.home)) == fits
    assert sum(len(content) for content in tree(pair.home).values()) <= 1024 * KIB


def is_being_written(home: Path) -> bool:
    return any(path.stat().st_size > 0 for path in (home / STAGING_NAME).glob("*.part"))


def test_of_two_writers_to_one_target_one_is_told_that_it_is_busy(pair: Pair, tmp_path: Path) -> None:
    pair.accounts.set_quota(pair.user, None)
    large = random_file(tmp_path / "large", 6 * 1024 * KIB)
    small = random_file(tmp_path / "small", 100)

    async def scenario() -> None:
        session = await pair.session(pair.one)
        slow = await asyncio.to_thread(pair.channel, session, pair.one, Throttle(256 * KIB))
        fast = await asyncio.to_thread(pair.channel, session, pair.two)

        def go_on() -> None:
            try:
                run(slow, upload(large, ("target",)))
            except (WherryError, AssertionError):
                return

        writer = threading.Thread(target=go_on, name="slow-writer")
        writer.start()
        await asyncio.to_thread(eventually, lambda: is_being_written(pair.home))
        for source in (small, large):
            (outcome,) = await asyncio.to_thread(run, fast, upload(source, ("target",), replace=True))
            assert isinstance(outcome, ItemError), outcome
            assert outcome.code is Code.BUSY
        (outcome,) = await asyncio.to_thread(run, fast, upload(small, ("other",)))
        assert isinstance(outcome, Finished), outcome
        await asyncio.to_thread(slow.close)
        await asyncio.to_thread(writer.join)

        def is_free() -> bool:
            (outcome,) = run(fast, upload(small, ("target",), replace=True))
            return isinstance(outcome, Finished)

        await asyncio.to_thread(eventually, is_free)
        await asyncio.to_thread(fast.close)
        await session.close()

    asyncio.run(scenario())
    assert tree(pair.home)["target"] == small.read_bytes()


def test_what_a_server_held_ends_with_it(postgres: Postgres, tmp_path: Path) -> None:
    """A target that a crashed server was writing is free at once."""
    with closing(Nodes(postgres.new_database(), tmp_path)) as nodes:
        crash_while_writing(Pair(nodes, tmp_path), tmp_path)


def crash_while_writing(pair: Pair, tmp_path: Path) -> None:
    pair.accounts.set_quota(pair.user, None)
    large = random_file(tmp_path / "large", 6 * 1024 * KIB)
    small = random_file(tmp_path / "small", 100)

    async def scenario() -> None:
        session, other = await pair.session(pair.one), await pair.session(pair.two)
        slow = await asyncio.to_thread(pair.channel, session, pair.one, Throttle(256 * KIB))

        def go_on() -> None:
            try:
                run(slow, upload(large, ("target",)))
            except (WherryError, AssertionError):
                return

        writer = threading.Thread(target=go_on, name="slow-writer")
        writer.start()
        await asyncio.to_thread(eventually, lambda: is_being_written(pair.home))
        pair.one.kill()
        await asyncio.to_thread(writer.join)
        channel = await asyncio.to_thread(pair.channel, other, pair.two)
        (outcome,) = await asyncio.to_thread(run, channel, upload(small, ("target",), replace=True))
        assert isinstance(outcome, Finished), outcome
        await asyncio.to_thread(channel.close)
        await asyncio.to_thread(slow.close)
        for each in (session, other):
            await each.close()

    asyncio.run(scenario())
