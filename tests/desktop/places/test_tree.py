"""What is below a folder: everything once, no link followed, and an end however deep it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.places.tree import walk
from shared.errors import Code, LocalError
from shared.names import MAX_DEPTH, RemotePath


def paths(top: Path) -> list[RemotePath]:
    return [relative for relative, _ in walk(str(top))]


def test_everything_comes_once_and_folders_before_what_is_in_them(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("f", "a/g", "a/b/h"):
        (tmp_path / name).touch()
    found = paths(tmp_path)
    assert sorted(found) == [("a",), ("a", "b"), ("a", "b", "h"), ("a", "g"), ("f",)]
    assert found.index(("a",)) < found.index(("a", "b")) < found.index(("a", "b", "h"))


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert sorted(paths(tmp_path)) == [("a",), ("a", "loop")]
    (tmp_path / "door").symlink_to(tmp_path / "a")
    with pytest.raises(LocalError):
        paths(tmp_path / "door")


def test_a_folder_swapped_for_a_link_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "top" / "a").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").touch()
    found = []

    def go() -> None:
        for relative, _ in walk(str(tmp_path / "top")):
            found.append(relative)
            (tmp_path / "top" / "a").rmdir()
            (tmp_path / "top" / "a").symlink_to(tmp_path / "outside")

    with pytest.raises(LocalError):
        go()
    assert found == [("a",)]


def test_what_is_too_deep_is_told(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(MAX_DEPTH + 10):
        os.mkdir("d", dir_fd=handle)
        child = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = child
    os.close(handle)
    told: list[LocalError] = []
    assert len(list(walk(str(tmp_path), told.append))) == MAX_DEPTH + 1
    assert [error.code for error in told] == [Code.BAD_NAME]
    with pytest.raises(LocalError):
        paths(tmp_path)


def test_a_walk_left_early_closes_what_it_opened(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / str(number)).touch()
    before = len(os.listdir("/proc/self/fd"))
    steps = walk(str(tmp_path))
    next(steps)
    del steps
    assert len(os.listdir("/proc/self/fd")) == before
