"""Bans on disk: what is saved comes back by another clock, and a damaged file harms nobody."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from server.accounts.guard import Ban
from server.engine.ban_file import FILE_NAME, BanFile

BANS = (
    Ban("192.0.2.7", 100.0, 1000.0, "too many failed logins", failures=12.0),
    Ban("2001:db8::/48", 100.0, None, "scans\n\x1b", is_owners=True),
)


def test_bans_come_back_by_the_clock_of_the_next_run(tmp_path: Path) -> None:
    BanFile(tmp_path).save(BANS, offset=1_000_000.0)
    # The machine was started anew: its clock is 600 behind what it would have been.
    loaded = BanFile(tmp_path).load(offset=1_000_600.0)
    assert [(ban.network, ban.since, ban.until) for ban in loaded] == [
        ("192.0.2.7", -500.0, 400.0),
        ("2001:db8::/48", -500.0, None),
    ]
    assert [(ban.reason, ban.is_owners, ban.failures) for ban in loaded] == [
        (ban.reason, ban.is_owners, ban.failures) for ban in BANS
    ]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert BanFile(tmp_path).load(0.0) == ()


@pytest.mark.parametrize("damage", [b"", b"[{", b"[1]", b'{"a": 1}', b"\xff", b'[{"network": 5}]'])
def test_a_damaged_file_is_put_aside_and_said(tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    assert BanFile(tmp_path).load(0.0) == ()
    assert "damaged" in caplog.text
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [damage]
    assert not (tmp_path / FILE_NAME).exists()
    BanFile(tmp_path).save(BANS, 0.0)
    assert len(BanFile(tmp_path).load(0.0)) == 2


def test_an_entry_that_is_no_network_is_left_out(tmp_path: Path) -> None:
    BanFile(tmp_path).save([*BANS, Ban("nonsense", 0.0, None, "")], 0.0)
    assert len(BanFile(tmp_path).load(0.0)) == 2


def test_what_cannot_be_saved_is_said_and_holds(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    BanFile(tmp_path / "absent").save(BANS, 0.0)
    assert "cannot be written" in caplog.text
    (tmp_path / FILE_NAME).mkdir()
    assert BanFile(tmp_path).load(0.0) == ()
    assert "cannot be read" in caplog.text
