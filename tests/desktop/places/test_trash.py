"""What went to the trash is found there and comes back as it was, and never over something else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from send2trash import plat_other, send2trash

from desktop.places.trash import Trashed, find_trashed, restore
from shared.errors import Code, LocalError

pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="only the trash of Linux tells where it is")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    # It has read them when it was loaded.
    trash = os.fsencode(tmp_path / "data" / "Trash")
    monkeypatch.setattr(plat_other, "HOMETRASH", os.fsdecode(trash))
    monkeypatch.setattr(plat_other, "HOMETRASH_B", trash)
    return tmp_path


def trash(path: Path) -> Trashed:
    send2trash(str(path))
    found = find_trashed(str(path))
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["note.txt", "with space & 100%.txt", "Grüße 你好", ".hidden"])
def test_a_file_comes_back_with_its_content(home: Path, name: str) -> None:
    file = home / name
    file.write_text("kept")
    trashed = trash(file)
    assert not file.exists()
    restore(trashed)
    assert file.read_text() == "kept"
    assert not Path(trashed.file).exists()
    assert not Path(trashed.note).exists()


def test_of_several_of_one_name_the_last_one_comes_back(home: Path) -> None:
    file = home / "a.txt"
    for text in ("old", "new"):
        file.write_text(text)
        trashed = trash(file)
        os.utime(trashed.note, (1000, 1000) if text == "old" else None)
    found = find_trashed(str(file))
    assert found is not None
    restore(found)
    assert file.read_text() == "new"


def test_what_has_the_name_by_now_is_not_replaced(home: Path) -> None:
    file = home / "a.txt"
    file.write_text("old")
    trashed = trash(file)
    file.write_text("mine")
    with pytest.raises(LocalError) as caught:
        restore(trashed)
    assert caught.value.code is Code.EXISTS
    assert file.read_text() == "mine"
    assert Path(trashed.file).exists()


def test_an_emptied_trash_is_said(home: Path) -> None:
    file = home / "a.txt"
    file.write_text("old")
    trashed = trash(file)
    Path(trashed.file).unlink()
    with pytest.raises(LocalError) as caught:
        restore(trashed)
    assert caught.value.code is Code.NOT_FOUND
    assert find_trashed(str(file)) is None


def test_what_was_never_there_is_not_found(home: Path) -> None:
    assert find_trashed(str(home / "never")) is None
