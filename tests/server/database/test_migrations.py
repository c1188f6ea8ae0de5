"""Databases of older versions: brought here with all that they held, and a copy of what they were."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from server.accounts.store import FILE_NAME, AccountStore
from server.database import database as module
from server.database.tables import SCHEMA_VERSION, metadata
from shared.errors import ConfigError
from shared.permissions import FULL, LOOK

VERSION_1 = """
CREATE TABLE accounts (
    id INTEGER NOT NULL, "key" TEXT NOT NULL, name TEXT NOT NULL, home TEXT NOT NULL, read_only BOOLEAN NOT NULL,
    quota BIGINT, enabled BOOLEAN NOT NULL, created DOUBLE NOT NULL, last_login DOUBLE, salt BLOB NOT NULL,
    iterations INTEGER NOT NULL, stored_key BLOB NOT NULL, server_key BLOB NOT NULL, PRIMARY KEY (id), UNIQUE ("key")
);
CREATE TABLE state (
    id INTEGER NOT NULL, generation BIGINT NOT NULL, fake_secret BLOB NOT NULL, PRIMARY KEY (id), CHECK (id = 1)
);
INSERT INTO state VALUES (1, 7, x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
INSERT INTO accounts VALUES (1, 'anna', 'Anna', '/srv/anna', 0, 1000, 1, 10.5, NULL, zeroblob(16), 4096,
    zeroblob(32), zeroblob(32));
INSERT INTO accounts VALUES (5, 'bert', 'bert', '/srv/bert', 1, NULL, 0, 20.5, 30.5, zeroblob(16), 600000,
    zeroblob(32), zeroblob(32));
PRAGMA user_version = 1;
"""
"""As the first release made it."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / FILE_NAME
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    return path


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def columns(path: Path) -> dict[str, set[tuple[object, ...]]]:
    tables = [str(row[0]) for row in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table: {(name, kind, notnull) for _, name, kind, notnull, *_ in rows(path, f"PRAGMA table_info({table})")}
        for table in tables
    }


def test_version_1_becomes_this_one_with_everything_in_it(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(AccountStore(old.parent)) as store:
        anna, bert = store.list()
        assert store.generation() == 7
        unknown = store.verifier_for("nobody")
        (old.parent / "photos").mkdir()
    assert (anna.name, anna.home, anna.quota, anna.enabled, anna.permissions) == (
        "Anna",
        Path("/srv/anna"),
        1000,
        True,
        FULL,
    )
    assert (bert.permissions, bert.enabled, bert.last_login, bert.iterations) == (LOOK, False, 30.5, 600_000)
    assert (anna.shares, anna.expires, anna.max_sessions, anna.password_version) == ((), None, None, 0)
    assert "from version 1 to 2" in caplog.text
    with closing(AccountStore(old.parent)) as store:
        assert store.verifier_for("nobody") == unknown


def test_it_is_then_as_if_it_had_been_made_so(old: Path, tmp_path: Path) -> None:
    AccountStore(old.parent).close()
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    AccountStore(fresh).close()
    assert columns(old) == columns(fresh / FILE_NAME)
    assert set(columns(old)) == set(metadata.tables)
    assert rows(old, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_the_old_one_is_kept_whole_and_private(old: Path) -> None:
    before = rows(old, "SELECT * FROM accounts")
    umask = os.umask(0)
    try:
        AccountStore(old.parent).close()
    finally:
        os.umask(umask)
    (backup,) = old.parent.glob("*.backup")
    assert backup.name == f"{FILE_NAME}.version-1.backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert rows(backup, "SELECT * FROM accounts") == before
    assert rows(backup, "PRAGMA user_version") == [(1,)]
    AccountStore(old.parent).close()
    assert len(list(old.parent.glob("*.backup"))) == 1


def test_an_earlier_backup_is_not_written_over(old: Path) -> None:
    earlier = old.with_name(f"{FILE_NAME}.version-1.backup")
    earlier.write_bytes(b"precious")
    AccountStore(old.parent).close()
    assert earlier.read_bytes() == b"precious"
    assert old.with_name(f"{FILE_NAME}.version-1-1.backup").exists()


def test_without_a_backup_nothing_is_changed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, version: int) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_fresh_backup", full)
    with pytest.raises(ConfigError, match="no backup of it can be made"):
        AccountStore(old.parent)
    assert rows(old, "PRAGMA user_version") == [(1,)]
    assert len(rows(old, "SELECT read_only FROM accounts")) == 2


def test_a_step_that_fails_is_undone(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = columns(old)

    def half(connection: object, version: int, target: int) -> None:
        connection.exec_driver_sql("ALTER TABLE accounts ADD COLUMN half INTEGER")  # type: ignore[attr-defined]
        raise ValueError("power cut")

    monkeypatch.setattr(module, "migrate", half)
    with pytest.raises(ConfigError):
        AccountStore(old.parent)
    assert columns(old) == before
    assert rows(old, "PRAGMA user_version") == [(1,)]


@pytest.mark.parametrize("statement", ["UPDATE schema_version SET version = 3", "PRAGMA user_version = 3"])
def test_a_newer_one_is_refused_however_it_says_so(tmp_path: Path, statement: str) -> None:
    AccountStore(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute(statement)
    with pytest.raises(ConfigError, match="of version 3; this program knows up to 2") as refused:
        AccountStore(tmp_path)
    assert "newer Wherry Server" in refused.value.hint
