"""The marks of copies under way: each command's own, private, and gone once it ended well."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from desktop.commands.unfinished import Unfinished
from shared.errors import ConfigError

WORDS = ("put", "wherry://anna@desk/photos", "/home/anna/photos")


def test_a_command_is_known_until_it_ended_well(tmp_path: Path) -> None:
    marks = Unfinished(tmp_path / "unfinished")
    assert not marks.has(WORDS)
    marks.add(WORDS)
    marks.add(WORDS)
    assert Unfinished(tmp_path / "unfinished").has(WORDS)
    marks.remove(WORDS)
    marks.remove(WORDS)
    assert not marks.has(WORDS)


def test_other_words_are_another_command(tmp_path: Path) -> None:
    marks = Unfinished(tmp_path / "unfinished")
    marks.add(WORDS)
    assert not marks.has(("get", *WORDS[1:]))
    assert not marks.has(WORDS[:-1])
    assert not marks.has((WORDS[0], WORDS[1] + "\0" + WORDS[2], ""))


def test_nothing_of_the_words_can_be_read_there(tmp_path: Path) -> None:
    folder = tmp_path / "unfinished"
    marks = Unfinished(folder)
    marks.add(("get", "wherry://anna@desk/secret", "\udcff"))
    (mark,) = folder.iterdir()
    assert "secret" not in mark.name
    assert mark.read_bytes() == b""
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_disk_that_refuses_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "unfinished").write_bytes(b"")
    with pytest.raises(ConfigError) as error:
        Unfinished(tmp_path / "unfinished").add(WORDS)
    assert error.value.hint
