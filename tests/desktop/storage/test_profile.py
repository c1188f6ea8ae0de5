"""The profile folder is private from its first moment, and a lax one is refused with the command that mends it."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import platformdirs
import pytest

from desktop.storage.profile import Profile
from shared.errors import ConfigError


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_missing_folder_is_made_private_with_those_above(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        profile = Profile(tmp_path / "a" / "b")
    finally:
        os.umask(old)
    assert mode_of(profile.folder) == 0o700


def test_the_users_own_is_the_default() -> None:
    assert Profile().folder == Path(platformdirs.user_data_dir("wherry", appauthor=False))


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701, 0o777])
def test_a_folder_open_to_others_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "my profile"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        Profile(folder)
    command = caught.value.hint.partition(": ")[2]
    subprocess.run(["/bin/sh", "-c", command], check=True)
    assert Profile(folder).folder == folder


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ConfigError):
            Profile(path)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(ConfigError):
        Profile(tmp_path)


def test_everything_is_in_the_folder(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    files = [profile.queue, profile.settings, profile.sites, profile.known_servers, profile.log]
    assert {file.parent for file in files} == {tmp_path}
    assert len(set(files)) == len(files)
