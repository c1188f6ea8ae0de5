"""A small file is the old one or the new one, never half of either; a broken one is kept and told about."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import pytest

from desktop.storage import json_file
from desktop.storage.json_file import JsonFile, kept_name
from shared.errors import ConfigError


class Box(msgspec.Struct, frozen=True):
    number: int


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = JsonFile(tmp_path / "f.json")
    assert file.read(Box) is None
    file.write(Box(7))
    assert file.read(Box) == Box(7)
    assert os.listdir(tmp_path) == ["f.json"]
    assert stat.S_IMODE((tmp_path / "f.json").stat().st_mode) == 0o600
    assert file.notice == ""


@pytest.mark.parametrize("raw", [b"", b"{", b'{"number": "x"}', b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_kept_aside_and_told_about(tmp_path: Path, raw: bytes) -> None:
    file = JsonFile(tmp_path / "f.json")
    file.path.write_bytes(raw)
    assert file.read(Box) is None
    [kept] = tmp_path.iterdir()
    assert kept.name.startswith("f.json.damaged-")
    assert kept.read_bytes() == raw
    assert kept.name in file.notice
    file.write(Box(1))
    assert file.read(Box) == Box(1)


def test_a_file_far_too_large_is_not_taken_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MAX_BYTES", 100)
    file = JsonFile(tmp_path / "f.json")
    file.path.write_bytes(b'{"number": 1}' + b" " * 100)
    assert file.read(Box) is None
    assert file.notice


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = JsonFile(tmp_path / "f.json")
    file.write(Box(1))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        file.write(Box(2))
    assert file.read(Box) == Box(1)
    assert os.listdir(tmp_path) == ["f.json"]


def test_a_disk_that_refuses_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "f.json").mkdir()
    with pytest.raises(ConfigError):
        JsonFile(tmp_path / "f.json").read(Box)


def test_copies_of_one_second_do_not_replace_each_other(tmp_path: Path) -> None:
    names = set()
    for _ in range(4):
        kept = kept_name(tmp_path / "f", "damaged")
        kept.write_text("")
        names.add(kept)
    assert len(names) == 4
