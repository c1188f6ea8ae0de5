"""A PostgreSQL as a store: made once, refused when it is another's or newer, and an outage is an error with words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server.accounts.store import AccountStore
from server.database import database as module
from shared.errors import ConfigError
from shared.protocol import limits

if TYPE_CHECKING:
    from tests.postgres import Postgres

FEW = limits.MIN_ITERATIONS


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


def run(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]  # texts of this file


def test_servers_that_start_at_once_make_one_store(url: str, tmp_path: Path) -> None:
    def start(number: int) -> bytes:
        with closing(AccountStore(tmp_path, url=url)) as store:
            return store.verifier_for("nobody").salt

    with ThreadPoolExecutor(6) as workers:
        salts = set(workers.map(start, range(6)))
    assert len(salts) == 1


def test_a_newer_or_foreign_database_is_refused(url: str, postgres: Postgres, tmp_path: Path) -> None:
    AccountStore(tmp_path, url=url).close()
    run(url, "UPDATE schema_version SET version = 9")
    with pytest.raises(ConfigError, match="of version 9"):
        AccountStore(tmp_path, url=url)
    other = postgres.new_database()
    run(other, "CREATE TABLE holidays (day TEXT)")
    with pytest.raises(ConfigError, match="not an account store"):
        AccountStore(tmp_path, url=other)


def test_nothing_is_written_beside_it(url: str, tmp_path: Path) -> None:
    AccountStore(tmp_path, url=url).close()
    assert list(tmp_path.iterdir()) == []


def test_a_home_must_be_named_where_servers_share(url: str, tmp_path: Path) -> None:
    data, home = tmp_path / "data", tmp_path / "anna"
    data.mkdir()
    with closing(AccountStore(data, url=url)) as store:
        with pytest.raises(ConfigError, match="A home is needed"):
            store.add("anna", "pw", iterations=FEW)
        assert store.add("anna", "pw", home=home, iterations=FEW).home == home


def test_an_outage_is_an_error_and_then_over(postgres: Postgres, url: str, tmp_path: Path) -> None:
    with closing(AccountStore(tmp_path, url=url)) as store:
        postgres.stop()
        try:
            with pytest.raises(ConfigError, match="cannot be used"):
                store.list()
        finally:
            postgres.start()
        assert store.list() == []


def test_no_password_of_the_database_is_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        AccountStore(tmp_path, url="postgresql://wherry:swordfish@127.0.0.1:1/x")
    assert "swordfish" not in f"{refused.value} {refused.value.hint}"
    assert "wherry" in str(refused.value)


def test_without_the_driver_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: object, **options: object) -> Callable[[], None]:
        raise ImportError("No module named 'psycopg'")

    monkeypatch.setattr(module.sa, "create_engine", missing)
    with pytest.raises(ConfigError) as refused:
        AccountStore(tmp_path, url="postgresql://localhost/x")
    assert "wherry[postgres]" in refused.value.hint
