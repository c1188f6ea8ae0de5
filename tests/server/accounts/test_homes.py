"""Where a home may lie: never so that it opens the server's own data."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from server.accounts.homes import check_home, default_home
from shared.errors import ConfigError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "state" / "data"
    folder.mkdir(parents=True, mode=0o700)
    return folder


def test_the_default_home_is_private_and_made_once(data: Path) -> None:
    home = default_home(data, "anna")
    (home / "file").write_text("kept")
    assert default_home(data, "anna") == home == data / "homes" / "anna"
    assert (home / "file").read_text() == "kept"
    if os.name == "posix":
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_chosen_home_is_made_or_left_as_it_is(data: Path, tmp_path: Path) -> None:
    made = check_home(tmp_path / "a" / "b", data)
    assert made == (tmp_path / "a" / "b").resolve()
    there = tmp_path / "photos"
    there.mkdir(mode=0o755)
    assert check_home(there, data) == there.resolve()
    if os.name == "posix":
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert stat.S_IMODE(there.stat().st_mode) == 0o755


def test_relative_and_tilde_homes_become_absolute(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check_home(Path("photos"), data) == check_home(Path("~/photos"), data) == tmp_path / "photos"


def test_a_home_never_reaches_the_servers_own_data(data: Path, tmp_path: Path) -> None:
    link = tmp_path / "innocent"
    link.symlink_to(data)
    (data / "homes").mkdir()
    for home in (data, data.parent, Path("/"), data / "sub", data / "homes", link, data / "homes" / ".." / "x"):
        with pytest.raises(ConfigError, match="cannot be a home"):
            check_home(home, data)
    assert not (data / "sub").exists()
    assert check_home(data / "homes" / "shared", data) == data / "homes" / "shared"
    # Beside it with a name that begins alike.
    assert check_home(data.parent / "data2", data)


def test_what_cannot_be_a_folder_is_refused(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for home in (file, file / "below", loop, Path("a\0b"), tmp_path / "\udcff", tmp_path / ("x" * 300)):
        with pytest.raises(ConfigError, match="cannot be a home"):
            check_home(home, data)
