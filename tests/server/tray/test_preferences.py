"""The tray's settings file: defaults, a round trip, and files that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.tray.preferences import FILE_NAME, Preferences, load, save
from shared.errors import ConfigError


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path) == Preferences(start_at_launch=False)


def test_what_was_saved_is_read_and_nothing_else_is_left(tmp_path: Path) -> None:
    wanted = Preferences(start_at_launch=True)
    save(tmp_path, wanted)
    assert load(tmp_path) == wanted
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]


def test_settings_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"start_at_launch": true, "colour": "blue"}')
    assert load(tmp_path).start_at_launch


@pytest.mark.parametrize("text", ["", "{", "[]", '{"start_at_launch": "yes"}'])
def test_a_file_that_makes_no_sense_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(ConfigError, match=r"tray\.json"):
        load(tmp_path)


def test_a_failed_save_leaves_the_old_settings(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    save(folder, Preferences(start_at_launch=True))
    # A folder in the way of the new file's name: replacing fails, for root as well.
    (folder / FILE_NAME).rename(folder / "kept")
    (folder / FILE_NAME).mkdir()
    with pytest.raises(ConfigError, match="could not be saved"):
        save(folder, Preferences())
    assert sorted(file.name for file in folder.iterdir()) == ["kept", FILE_NAME]
