"""Removing folders: all of it, nothing else, and told as it goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.storage.failure import StorageError
from server.storage.folder import Folder
from server.storage.removal import remove_tree
from shared.errors import Code


def test_every_thing_that_is_gone_is_told_once(top: Folder, home: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    for name in ("a/f", "a/b/g"):
        (home / name).touch()
    counts: list[bool] = []
    assert remove_tree(top, "a", lambda: counts.append((home / "a").exists())) == 4
    assert counts == [True, True, True, False]


def test_a_removal_that_is_stopped_leaves_the_rest_whole(top: Folder, home: Path) -> None:
    for number in range(10):
        (home / "a" / str(number)).mkdir(parents=True)
        (home / "a" / str(number) / "f").write_bytes(b"x")
    count = 0

    def on_gone() -> None:
        nonlocal count
        count += 1
        if count == 7:
            raise StorageError(Code.CANCELLED, at=())

    with pytest.raises(StorageError):
        remove_tree(top, "a", on_gone)
    left = list((home / "a").rglob("*"))
    assert len(left) == 20 - 7


def test_what_is_ours_goes_whatever_its_permissions(top: Folder, home: Path) -> None:
    (home / "a" / "b" / "c").mkdir(parents=True)
    (home / "a" / "b" / "f").touch()
    (home / "a" / "b" / "c").chmod(0)
    (home / "a" / "b").chmod(0o500)
    seen: list[int] = []
    real = os.unlink

    def look(*arguments: object, **more: object) -> None:
        seen.append((home / "a" / "b").stat().st_mode & 0o777)
        real(*arguments, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "unlink", look)
        assert remove_tree(top, "a", lambda: None, is_ours=True) == 4
    # Root needs no permission; everybody else does, so they must have been given before.
    assert seen == [0o700]


def test_what_fails_is_named(top: Folder, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "f").touch()

    def unlink(name: str, *, dir_fd: int) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "unlink", unlink)
    with pytest.raises(StorageError) as caught:
        remove_tree(top, "a", lambda: None)
    assert (caught.value.code, caught.value.at) == (Code.PERMISSION, ("a", "b", "f"))
    assert (home / "a" / "b" / "f").exists()
