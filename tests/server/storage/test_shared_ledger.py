"""The ledger of several servers on a real PostgreSQL: one limit for all, promises that end with their server."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from server.capacity import UNLIMITED, Limit, Usage
from server.database import tables
from server.database.database import Database
from server.database.node import Node
from server.storage.failure import StorageError
from server.storage.shared_ledger import SharedLedger, SharedLedgers
from shared.errors import Code, ConfigError

if TYPE_CHECKING:
    from tests.postgres import Postgres

HUNDRED = Limit(100)
FOLDER = Path("/srv/anna")


class Folder:
    """What is on the disk, as all servers see it; counts how often it was measured."""

    def __init__(self, used: Usage | None = None) -> None:
        self._lock = threading.Lock()
        self.used = used if used is not None else Usage()
        self.most = self.used
        self.scans = 0

    def add(self, growth: Usage) -> None:
        with self._lock:
            self.used += growth
            self.most = Usage(max(self.most.bytes, self.used.bytes), max(self.most.files, self.used.files))

    def measure(self) -> Usage:
        with self._lock:
            self.scans += 1
            return self.used


class Server:
    """One server process, as far as the ledger is concerned."""

    def __init__(self, url: str, tmp_path: Path) -> None:
        self.database = Database(tmp_path, url=url, fill=lambda connection: None)
        self.node = Node(self.database)
        self.ledgers = SharedLedgers(self.node)
        self.ledger: SharedLedger = self.ledgers.ledger_for(FOLDER)


@pytest.fixture
def servers(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    url = postgres.new_database()
    one, two = Server(url, tmp_path), Server(url, tmp_path)
    with closing(one.database), closing(two.database):
        yield one, two


def test_a_promise_of_one_server_holds_for_all(servers: tuple[Server, Server]) -> None:
    one, two = (server.ledger for server in servers)
    folder = Folder(Usage(50, 1))
    first = one.reserve(Usage(30, 1), HUNDRED, folder.measure, ())
    with pytest.raises(StorageError) as caught:
        two.reserve(Usage(21), HUNDRED, folder.measure, ("x",))
    assert (caught.value.code, caught.value.at) == (Code.QUOTA, ("x",))
    one.settle(first, Usage())
    second = two.reserve(Usage(50), HUNDRED, folder.measure, ())
    two.settle(second, Usage(50))
    with pytest.raises(StorageError):
        one.reserve(Usage(1), HUNDRED, folder.measure, ())
    assert one.left(HUNDRED, folder.measure) == 0
    assert folder.scans == 1


def test_files_are_counted_as_bytes_are(servers: tuple[Server, Server]) -> None:
    one, two = (server.ledger for server in servers)
    folder, limit = Folder(Usage(0, 2)), Limit(files=3)
    one.reserve(Usage(10**12, 1), limit, folder.measure, ())
    with pytest.raises(StorageError):
        two.reserve(Usage(0, 1), limit, folder.measure, ())
    two.reserve(Usage(10**12), limit, folder.measure, ())


def test_what_one_frees_the_other_can_use(servers: tuple[Server, Server]) -> None:
    one, two = (server.ledger for server in servers)
    folder = Folder(Usage(100))
    with pytest.raises(StorageError):
        one.reserve(Usage(10), HUNDRED, folder.measure, ())
    folder.add(Usage(-80))
    two.forget()
    one.reserve(Usage(80), HUNDRED, folder.measure, ())
    assert folder.scans == 2


def test_a_scan_during_an_upload_is_not_added_to(servers: tuple[Server, Server]) -> None:
    one, two = (server.ledger for server in servers)
    folder = Folder()
    upload = one.reserve(Usage(40), HUNDRED, folder.measure, ())
    folder.add(Usage(40))
    two.forget()
    other = two.reserve(Usage(), HUNDRED, folder.measure, ())
    one.settle(upload, Usage(40))
    two.settle(other, Usage())
    two.reserve(Usage(60), HUNDRED, folder.measure, ())
    assert folder.scans == 3


def test_without_a_limit_nobody_is_asked_but_others_count_anew(servers: tuple[Server, Server]) -> None:
    one, two = (server.ledger for server in servers)
    folder = Folder()
    one.settle(one.reserve(Usage(10), HUNDRED, folder.measure, ()), Usage(10))
    upload = two.reserve(Usage(1 << 40, 1), UNLIMITED, folder.measure, ())
    folder.add(Usage(95))
    two.settle(upload, Usage(95))
    assert two.left(UNLIMITED, folder.measure) is None
    with pytest.raises(StorageError):
        one.reserve(Usage(10), HUNDRED, folder.measure, ())
    assert folder.scans == 2


def test_what_happened_while_nobody_looked_is_counted(servers: tuple[Server, Server]) -> None:
    one, two = servers
    folder = Folder(Usage(100))
    with pytest.raises(StorageError):
        one.ledger.reserve(Usage(1), HUNDRED, folder.measure, ())
    folder.add(Usage(-100))
    two.ledgers.ledger_for(FOLDER).reserve(Usage(100), HUNDRED, folder.measure, ())


def test_what_a_dead_server_had_promised_is_free_and_counted_anew(servers: tuple[Server, Server]) -> None:
    one, two = servers
    folder = Folder()
    one.ledger.reserve(Usage(90), HUNDRED, folder.measure, ())
    folder.add(Usage(20))
    with pytest.raises(StorageError):
        two.ledger.reserve(Usage(30), HUNDRED, folder.measure, ())
    with one.database.write() as connection:
        connection.execute(sa.update(tables.nodes).where(tables.nodes.c.id == one.node.id).values(expires=0.0))
    two.ledger.reserve(Usage(80), HUNDRED, folder.measure, ())
    with pytest.raises(StorageError):
        two.ledger.reserve(Usage(1), HUNDRED, folder.measure, ())


def test_what_could_not_be_ended_in_an_outage_is_ended_after_it(
    servers: tuple[Server, Server], postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = servers
    folder = Folder()
    upload = one.ledger.reserve(Usage(90), HUNDRED, folder.measure, ())
    folder.add(Usage(10))
    postgres.stop()
    try:
        one.ledger.settle(upload, Usage(10))
        assert "could not be counted" in caplog.text
        with pytest.raises(ConfigError):
            one.ledgers.catch_up()
    finally:
        postgres.start()
    one.ledgers.catch_up()
    two.ledger.reserve(Usage(90), HUNDRED, folder.measure, ())


def test_threads_of_two_servers_never_pass_the_limit_and_can_use_all_of_it(servers: tuple[Server, Server]) -> None:
    """Uploads that succeed, fail and leave a rest, and removals, all at once."""
    folder, limit = Folder(), Limit(2000, 30)

    def work(number: int) -> None:
        dice, ledger = random.Random(number), servers[number % 2].ledger
        mine = Usage()
        for _ in range(25):
            growth = Usage(dice.randrange(900), 1)
            try:
                promise = ledger.reserve(growth, limit, folder.measure, ())
            except StorageError:
                folder.add(Usage() - mine)
                ledger.forget()
                mine = Usage()
                continue
            added = (growth, Usage(growth.bytes // 2), Usage())[dice.randrange(3)]
            folder.add(added)
            ledger.settle(promise, added)
            mine += added

    with ThreadPoolExecutor(8) as workers:
        for done in [workers.submit(work, number) for number in range(8)]:
            done.result()
    assert folder.most.bytes <= 2000
    assert folder.most.files <= 30
    servers[0].ledger.forget()
    left = 2000 - folder.used.bytes
    servers[0].ledger.reserve(Usage(left), limit, folder.measure, ())
    with pytest.raises(StorageError):
        servers[1].ledger.reserve(Usage(1), limit, folder.measure, ())
