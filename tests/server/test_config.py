"""The data folder: private, one's own, and one server's at a time."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from server.config import FolderLock, GuardConfig, ServerConfig, changes, default_data_folder, open_data_folder
from shared.errors import ConfigError
from shared.protocol import limits


def test_a_new_data_folder_is_private_from_the_start(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = open_data_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert folder == tmp_path / "a" / "b"
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert open_data_folder(folder) == folder


def test_the_default_is_the_users_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data_folder().name == "wherry-server"
    assert open_data_folder(None) == default_data_folder()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_lax_folder_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    lax = tmp_path / "two words"
    lax.mkdir()
    lax.chmod(mode)
    with pytest.raises(ConfigError) as refused:
        open_data_folder(lax)
    assert refused.value.hint == f"Run: chmod 700 '{lax}'"
    assert stat.S_IMODE(lax.stat().st_mode) == mode


@pytest.mark.skipif(os.name != "posix", reason="owners are POSIX")
def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    tmp_path.chmod(0o700)
    with pytest.raises(ConfigError, match="another user"):
        open_data_folder(tmp_path)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "below"):
        with pytest.raises(ConfigError) as refused:
            open_data_folder(path)
        assert "--data" in refused.value.hint


def test_a_second_server_on_one_folder_is_refused(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        with pytest.raises(ConfigError, match=f"process {os.getpid()}"):
            FolderLock(tmp_path).acquire()
        (tmp_path / "other").mkdir()
        with FolderLock(tmp_path / "other"):
            pass
    with FolderLock(tmp_path):
        pass


def test_a_lock_is_given_back_once(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.release()
    lock.acquire()
    lock.release()
    lock.release()
    with pytest.raises(ConfigError):
        FolderLock(tmp_path / "absent").acquire()


def test_settings_have_defaults_and_bounds(tmp_path: Path) -> None:
    config = ServerConfig(data=tmp_path)
    assert config.port == limits.DEFAULT_PORT
    assert config.name


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": -1},
        {"port": 65536},
        {"workers": 0},
        {"workers": 5000},
        {"max_connections": 0},
        {"max_before_login": 0},
        {"max_per_address": 0},
        {"grace": -1.0},
        {"grace": float("nan")},
        {"upload_rate": 1000},
        {"download_rate": 0},
        {"name": " "},
        {"name": "x" * 65},
        {"log_level": "loud"},
        {"log_format": "xml"},
        {"metrics_port": 70000},
        {"metrics_port": 0, "metrics_host": "0.0.0.0"},
        {"metrics_port": 0, "metrics_host": "192.0.2.1"},
        {"metrics_port": 0, "metrics_host": "localhost.example.org"},
    ],
)
def test_settings_that_cannot_work_are_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        ServerConfig(data=tmp_path, **wrong)  # type: ignore[arg-type]  # the table mixes fields


@pytest.mark.parametrize(
    "wrong",
    [
        {"ban_after": 0},
        {"first_ban": 0.0},
        {"first_ban": 10.0, "longest_ban": 5.0},
        {"longest_ban": float("inf")},
        {"window": 0.0},
        {"window": float("nan")},
    ],
)
def test_a_guard_that_cannot_work_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        GuardConfig(**wrong)  # type: ignore[arg-type]  # the table mixes fields


def test_a_database_may_hold_a_password_and_is_never_shown(tmp_path: Path) -> None:
    assert "s3cret" not in repr(ServerConfig(data=tmp_path, database="postgresql://wherry:s3cret@db/wherry"))


def test_what_changes_live_and_what_needs_a_restart(tmp_path: Path) -> None:
    old = ServerConfig(data=tmp_path, name="desk")
    new = replace(old, name="desk 2", port=1, guard=GuardConfig(ban_after=3), upload_rate=1 << 20, workers=5)
    assert changes(old, new) == (("name", "upload_rate", "guard"), ("port", "workers"))
    assert changes(old, old) == ((), ())
