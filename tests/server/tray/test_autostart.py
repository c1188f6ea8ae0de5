"""The entry that starts the program at login."""

from __future__ import annotations

import shlex
from configparser import RawConfigParser
from pathlib import Path

import pytest

from server.tray.autostart import FILE_NAME, Autostart, default_folder, entry_text
from shared.errors import ConfigError


def _autostart(tmp_path: Path, platform: str = "linux") -> Autostart:
    return Autostart(tmp_path / "my data", command=("/opt/w/wherry-server",), folder=tmp_path / "a", platform=platform)


def _exec(text: str) -> str:
    parser = RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser["Desktop Entry"]["Exec"]


def test_on_and_off_again(tmp_path: Path) -> None:
    autostart = _autostart(tmp_path)
    assert not autostart.is_on
    autostart.set(True)
    assert autostart.is_on
    assert [file.name for file in (tmp_path / "a").iterdir()] == [FILE_NAME]
    command = _exec((tmp_path / "a" / FILE_NAME).read_text())
    assert shlex.split(command) == ["/opt/w/wherry-server", "--data", str(tmp_path / "my data")]
    autostart.set(False)
    autostart.set(False)
    assert not autostart.is_on


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_an_entry_that_the_desktop_passes_over_is_off(tmp_path: Path, line: str) -> None:
    autostart = _autostart(tmp_path)
    autostart.set(True)
    file = tmp_path / "a" / FILE_NAME
    file.write_text(f"[Desktop Entry]\n{line}\n")
    assert not autostart.is_on


def test_arguments_are_quoted_as_the_specification_says() -> None:
    # A string escape over the quoting of the Exec key, and per cent signs doubled.
    assert _exec(entry_text(("a b",))) == '"a b"'
    assert _exec(entry_text(("50%",))) == "50%%"
    assert _exec(entry_text(('say "$HOME"',))) == r'"say \\"\\$HOME\\""'
    assert _exec(entry_text(("back\\slash",))) == r'"back\\\\slash"'
    assert '\nExec="two\\nlines"\n' in entry_text(("two\nlines",))


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file in the way")
    with pytest.raises(ConfigError, match="start at login"):
        _autostart(tmp_path).set(True)


def test_other_systems_have_none(tmp_path: Path) -> None:
    assert _autostart(tmp_path).is_possible
    assert not _autostart(tmp_path, "win32").is_possible
    assert not _autostart(tmp_path, "darwin").is_possible


def test_a_relative_folder_of_the_environment_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "autostart"
    monkeypatch.setenv("XDG_CONFIG_HOME", "config")
    assert default_folder() == Path.home() / ".config" / "autostart"
