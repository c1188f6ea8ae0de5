"""Homes: sessions share what they must, and only that."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from server.accounts.account import Share
from server.capacity import Limit
from server.storage import homes as module
from server.storage.failure import StorageError
from server.storage.homes import Homes
from server.storage.partials import MAX_AGE
from server.storage.quota import MemoryLedger
from server.storage.staged import Plan
from shared.errors import Code, ConfigError
from shared.names import STAGING_NAME


def test_sessions_of_one_home_share_claims_and_quota(home: Path) -> None:
    homes = Homes()
    one, two = homes.open(home, "anna", Limit(100)), homes.open(home, "bert", Limit(100))
    with one.jail.open_folder(()) as folder:
        upload = one.staging.stage_large(Plan(("a",), 60, 0, None, False), folder)
        for plan, code in (
            (Plan(("a",), 1, 0, None, False), Code.BUSY),
            (Plan(("b",), 50, 0, None, False), Code.QUOTA),
        ):
            with pytest.raises(StorageError) as caught:
                two.staging.stage_small(plan, folder)
            assert caught.value.code is code
        upload.close()
    for opened in (one, two):
        opened.close()
        opened.close()
    homes.close()


def test_the_first_opening_sweeps(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = Homes()
    opened = homes.open(home, "anna")
    with opened.jail.open_folder(()) as folder:
        upload = opened.staging.stage_large(Plan(("a",), 60, 0, None, False), folder)
        upload.write(0, 0, memoryview(b"x"))
        upload.close()
    opened.close()
    now = time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + MAX_AGE + 60)
    homes.open(home, "anna").close()
    assert len(os.listdir(home / STAGING_NAME)) == 2, "swept once a process only"
    Homes().open(home, "anna").close()
    assert os.listdir(home / STAGING_NAME) == []


def test_a_staging_folder_that_cannot_be_used_does_not_close_the_home(
    home: Path, outside: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / STAGING_NAME).symlink_to(outside)
    opened = Homes().open(home, "anna")
    assert opened.jail.stat(()).is_folder
    opened.close()
    assert "swept" in caplog.text


def test_a_home_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        Homes().open(tmp_path / "none", "anna")


def test_a_ledger_lives_as_long_as_somebody_uses_its_folder(tmp_path: Path) -> None:
    """Another folder may get the inode of one that was removed: it must not get its numbers."""
    home, lab = tmp_path / "home", tmp_path / "lab"
    home.mkdir()
    lab.mkdir()
    made: list[Path] = []

    def ledger_for(folder: Path) -> MemoryLedger:
        made.append(folder)
        return MemoryLedger()

    homes = Homes(ledger_for)
    share = Share(name="lab", folder=lab)
    one = homes.open(home, "anna", shares=[share])
    two = homes.open(home, "anna")
    assert made == [lab, home]
    one.close()
    one.close()
    homes.open(home, "anna", shares=[share]).close()
    assert made == [lab, home, lab]
    two.close()
    homes.open(home, "anna").close()
    assert made == [lab, home, lab, home]
    with pytest.raises(ConfigError):
        homes.open(tmp_path / "none", "anna", shares=[share])
    homes.open(lab, "bert").close()
    assert made[4:] == [lab, lab]
