"""Renames that are honest: where the system would do nothing, or too much, and on a disk that folds names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.storage import jail_posix
from server.storage.failure import StorageError
from server.storage.folder import Folder
from server.storage.folder_sync import FolderSync
from server.storage.jail import Jail
from shared.errors import Code
from shared.names import collision_key


@pytest.fixture
def folding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every folder look as on a disk that folds names; there is none on the machines that run the tests."""
    real_look, real_fresh, real_rename = jail_posix.look, jail_posix.rename_fresh, os.rename

    def spelled(folder: int, name: str) -> str:
        key = collision_key(name)
        return next((each for each in os.listdir(folder) if collision_key(each) == key), name)

    def look(folder: int, name: str) -> os.stat_result:
        return real_look(folder, spelled(folder, name))

    def rename_fresh(source_folder: int, source: str, target_folder: int, target: str) -> None:
        if spelled(target_folder, target) in os.listdir(target_folder):
            raise FileExistsError(17, "File exists")
        real_fresh(source_folder, spelled(source_folder, source), target_folder, target)

    def rename(source: str, target: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        source, target = spelled(src_dir_fd, source), spelled(dst_dir_fd, target)
        real_rename(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(jail_posix, "look", look)
    monkeypatch.setattr(jail_posix, "rename_fresh", rename_fresh)
    monkeypatch.setattr(os, "rename", rename)


@pytest.mark.usefixtures("folding")
@pytest.mark.parametrize(("old", "new"), [("README", "readme"), ("caf\u00e9", "cafe\u0301")])
@pytest.mark.parametrize("replace", [False, True])
def test_a_change_of_spelling_is_a_rename(jail: Jail, home: Path, old: str, new: str, replace: bool) -> None:
    (home / old).write_bytes(b"x")
    jail.rename((old,), (new,), replace)
    assert os.listdir(home) == [new]
    assert (home / new).read_bytes() == b"x"


@pytest.mark.usefixtures("folding")
def test_a_folder_can_be_spelled_anew_too(jail: Jail, home: Path) -> None:
    (home / "Photos" / "x").mkdir(parents=True)
    jail.rename(("Photos",), ("photos",), False)
    assert os.listdir(home) == ["photos"]
    assert os.listdir(home / "photos") == ["x"]


@pytest.mark.usefixtures("folding")
def test_a_new_spelling_that_fails_leaves_the_old(jail: Jail, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "README").write_bytes(b"x")
    real = jail_posix.rename_fresh

    def rename_fresh(source_folder: int, source: str, target_folder: int, target: str) -> None:
        if target == "readme":
            raise OSError(5, "Input/output error")
        real(source_folder, source, target_folder, target)

    monkeypatch.setattr(jail_posix, "rename_fresh", rename_fresh)
    with pytest.raises(StorageError) as caught:
        jail.rename(("README",), ("readme",), False)
    assert caught.value.code is Code.IO
    assert os.listdir(home) == ["README"]


@pytest.mark.usefixtures("folding")
@pytest.mark.parametrize("replace", [False, True])
def test_another_file_is_not_replaced_by_another_spelling_of_its_name(jail: Jail, home: Path, replace: bool) -> None:
    (home / "README").write_bytes(b"kept")
    (home / "new").write_bytes(b"new")
    with pytest.raises(StorageError) as caught:
        jail.rename(("new",), ("readme",), replace)
    assert caught.value.code is Code.EXISTS
    assert caught.value.entry is not None
    assert "README" in caught.value.detail
    assert (home / "README").read_bytes() == b"kept"
    assert (home / "new").read_bytes() == b"new"


@pytest.mark.usefixtures("folding")
def test_the_very_name_is_replaced(jail: Jail, home: Path) -> None:
    (home / "README").write_bytes(b"old")
    (home / "new").write_bytes(b"new")
    jail.rename(("new",), ("README",), True)
    assert os.listdir(home) == ["README"]
    assert (home / "README").read_bytes() == b"new"


def test_names_that_fold_stand_side_by_side_here(jail: Jail, home: Path) -> None:
    (home / "README").write_bytes(b"1")
    (home / "x").write_bytes(b"2")
    jail.rename(("x",), ("readme",), True)
    assert sorted(os.listdir(home)) == ["README", "readme"]


def test_two_names_of_one_file_become_one(jail: Jail, home: Path) -> None:
    (home / "a").write_bytes(b"x")
    os.link(home / "a", home / "b")
    os.link(home / "a", home / "A")
    with pytest.raises(StorageError, match="exists"):
        jail.rename(("a",), ("b",), False)
    jail.rename(("a",), ("b",), True)
    assert sorted(os.listdir(home)) == ["A", "b"]
    jail.rename(("b",), ("A",), True)
    assert os.listdir(home) == ["A"]
    assert (home / "A").read_bytes() == b"x"


def test_a_rename_is_on_the_disk_when_it_returns(jail: Jail, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "a").mkdir()
    (home / "b").mkdir()
    (home / "a" / "x").touch()
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.readlink(f"/proc/self/fd/{handle}")))
    jail.rename(("a", "x"), ("a", "y"), False)
    jail.rename(("a", "y"), ("b", "y"), False)
    jail.make_folder(("b", "new"), False)
    assert [os.path.basename(path) for path in synced] == ["a", "b", "a", "b"]
    changed = FolderSync()
    jail.rename(("b", "y"), ("a", "z"), False, changed)
    jail.make_folder(("a", "new"), False, changed)
    assert len(synced) == 4
    assert changed.sync() is None
    assert sorted(os.path.basename(path) for path in synced[4:]) == ["a", "b"]


@pytest.mark.usefixtures("folding")
def test_a_folder_is_not_filled_by_another_spelling_of_its_name(
    jail: Jail, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "Photos").mkdir()
    real = jail_posix.open_child
    monkeypatch.setattr(
        jail_posix, "open_child", lambda folder, name: real(folder, "Photos" if name == "photos" else name)
    )
    with pytest.raises(StorageError) as caught:
        jail.open_folder(("photos", "new"), make=True)
    assert caught.value.code is Code.EXISTS
    assert "Photos" in caught.value.detail
    assert os.listdir(home / "Photos") == []
    jail.open_folder(("Photos", "new"), make=True).close()
    # To look in costs nobody anything.
    jail.open_folder(("photos",)).close()


def test_a_name_whose_other_spelling_is_too_long_is_no_trouble(jail: Jail, top: Folder, home: Path) -> None:
    name = "\u00e9" * 127
    (home / name).write_bytes(b"old")
    (home / "new").write_bytes(b"new")
    found = top.find(name)
    assert found is not None
    assert top.other_spelling(name, found) is None
    jail.rename(("new",), (name,), True)
    assert (home / name).read_bytes() == b"new"


def test_what_a_folder_really_calls_it(top: Folder, home: Path) -> None:
    (home / "a").touch()
    found = top.find("a")
    assert found is not None
    assert top.other_spelling("a", found) is None
