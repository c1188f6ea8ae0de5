"""Sessions of several servers on a real PostgreSQL: begun once, found anywhere, counted together, ended for all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from server.accounts.account import Account
from server.database import tables
from server.database.database import Database
from server.database.node import Node
from server.engine.shared_sessions import SharedSessions
from shared.errors import ConfigError

if TYPE_CHECKING:
    from tests.postgres import Postgres

SECRET = bytes(range(32))
ANNA = Account(name="Anna", home=Path("/srv/anna"), created=5.0, password_version=3)


class Server:
    def __init__(self, url: str, tmp_path: Path) -> None:
        self.database = Database(tmp_path, url=url, fill=lambda connection: None)
        self.node = Node(self.database)
        self.sessions = SharedSessions(self.node, SECRET)

    def die(self) -> None:
        """Say nothing any more, for longer than one is waited for."""
        with self.database.write() as connection:
            connection.execute(sa.update(tables.nodes).where(tables.nodes.c.id == self.node.id).values(expires=0.0))


@pytest.fixture
def servers(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    url = postgres.new_database()
    one, two = Server(url, tmp_path), Server(url, tmp_path)
    with closing(one.database), closing(two.database):
        yield one, two


def rows(server: Server, table: sa.Table) -> int:
    with server.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_session_is_found_and_joined_on_another_server(servers: tuple[Server, Server]) -> None:
    one, two = (server.sessions for server in servers)
    session = secrets.token_bytes(16)
    assert two.find(session) is None
    assert not two.join(session)
    assert one.begin(session, ANNA, 5)
    found = two.find(session)
    assert found is not None
    assert found.is_of(ANNA)
    assert found.is_of(replace(ANNA, name="ANNA", enabled=False))
    for other in (replace(ANNA, name="bert"), replace(ANNA, created=6.0), replace(ANNA, password_version=4)):
        assert not found.is_of(other)
    assert two.join(session)
    assert two.join(session)


def test_keys_come_from_the_secret_and_are_nowhere_kept(servers: tuple[Server, Server]) -> None:
    one, two = (server.sessions for server in servers)
    session, other = secrets.token_bytes(16), secrets.token_bytes(16)
    assert one.key_of(session) == two.key_of(session)
    assert (
        len({one.key_of(session), one.key_of(other), SharedSessions(servers[0].node, bytes(32)).key_of(session)}) == 3
    )
    one.begin(session, ANNA, 5)
    with servers[0].database.read() as connection:
        (row,) = connection.execute(sa.select(tables.sessions)).all()
    assert session not in [bytes(value) for value in row if isinstance(value, bytes | memoryview)]


def test_it_is_over_when_the_last_server_has_left(servers: tuple[Server, Server]) -> None:
    one, two = (server.sessions for server in servers)
    session = secrets.token_bytes(16)
    one.begin(session, ANNA, 5)
    two.join(session)
    one.leave(session)
    assert one.find(session) is not None
    assert one.going_on([session]) == {session: 3}
    two.leave(session)
    assert one.find(session) is None
    assert (rows(servers[0], tables.sessions), rows(servers[0], tables.session_nodes)) == (0, 0)
    two.leave(session)


def test_what_one_ends_is_over_for_all(servers: tuple[Server, Server]) -> None:
    one, two = (server.sessions for server in servers)
    ended, other = secrets.token_bytes(16), secrets.token_bytes(16)
    for session in (ended, other):
        one.begin(session, ANNA, 5)
    two.join(ended)
    two.end(ended)
    assert one.find(ended) is None
    assert not one.join(ended)
    assert one.going_on([ended, other, secrets.token_bytes(16)]) == {other: 3}


def test_a_new_password_goes_with_the_session_that_gave_it(servers: tuple[Server, Server]) -> None:
    one, two = (server.sessions for server in servers)
    session = secrets.token_bytes(16)
    one.begin(session, ANNA, 5)
    one.keep(session, 4)
    found = two.find(session)
    assert found is not None
    assert found.is_of(replace(ANNA, password_version=4))
    assert two.going_on([session]) == {session: 4}


def test_no_race_lets_more_sessions_in_than_may_be(servers: tuple[Server, Server]) -> None:
    def begin(number: int) -> bool:
        return servers[number % 2].sessions.begin(secrets.token_bytes(16), ANNA, 5)

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(begin, range(16))) == 5
    assert servers[0].sessions.begin(secrets.token_bytes(16), replace(ANNA, name="bert"), 1)


def test_sessions_of_a_server_that_is_gone_count_no_more(servers: tuple[Server, Server]) -> None:
    one, two = servers
    lost, kept = secrets.token_bytes(16), secrets.token_bytes(16)
    one.sessions.begin(lost, ANNA, 2)
    two.sessions.begin(kept, ANNA, 2)
    one.die()
    assert two.sessions.find(lost) is None
    assert two.sessions.begin(secrets.token_bytes(16), ANNA, 2)
    assert rows(two, tables.sessions) == 2
    one.node.beat()
    assert not one.sessions.join(lost)


def test_the_dead_are_forgotten_and_the_living_leave_in_order(servers: tuple[Server, Server]) -> None:
    one, two = servers
    one.die()
    two.node.beat()
    assert rows(two, tables.nodes) == 1
    two.node.leave()
    assert rows(two, tables.nodes) == 0


def test_an_end_that_could_not_be_told_is_told_after_the_outage(
    servers: tuple[Server, Server], postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = (server.sessions for server in servers)
    left, ended = secrets.token_bytes(16), secrets.token_bytes(16)
    for session in (left, ended):
        one.begin(session, ANNA, 5)
    postgres.stop()
    try:
        one.leave(left)
        one.end(ended)
        assert "cannot be told" in caplog.text
        with pytest.raises(ConfigError):
            one.catch_up()
    finally:
        postgres.start()
    assert two.find(left) is not None
    one.catch_up()
    assert two.find(left) is None
    assert two.find(ended) is None
