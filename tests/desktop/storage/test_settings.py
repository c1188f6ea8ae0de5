"""Settings come back as they were set, with what another version wrote beside them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from desktop.storage.settings import Settings, SettingsFile, Theme
from desktop.transfers.items import Policy


def test_without_a_file_there_are_the_defaults(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path / "s.json").load() == Settings()


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    settings = Settings(
        theme=Theme.DARK, conflict_policy=Policy.NEWER, limit_bps=10_000_000, window={"main": "AdnQ"}, language="zh_CN"
    )
    SettingsFile(tmp_path / "s.json").save(settings)
    assert SettingsFile(tmp_path / "s.json").load() == settings


def test_the_number_of_channels_is_the_programs_choice_until_somebody_chooses() -> None:
    assert Settings().channels is None
    assert Settings(max_channels=2).channels == 2


def test_keys_of_a_newer_version_survive_a_save(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"theme": "dark", "hologram": {"depth": 3}}')
    file = SettingsFile(path)
    file.save(msgspec.structs.replace(file.load(), theme=Theme.LIGHT))
    written = json.loads(path.read_text())
    assert written["hologram"] == {"depth": 3}
    assert written["theme"] == "light"


@pytest.mark.parametrize(
    "text",
    ["{", '{"theme": "pink"}', '{"max_channels": -1}', '{"max_channels": 99}', '{"limit_bps": -1}', '{"history": -5}'],
)
def test_what_makes_no_sense_is_set_aside_with_a_notice(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert "kept as" in file.notice
    file.save(Settings(show_hidden=True))
    assert SettingsFile(path).load().show_hidden
