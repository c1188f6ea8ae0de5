"""Folders brought to the disk together: each once, and no handle stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.storage.folder import Folder
from server.storage.folder_sync import FolderSync
from shared.errors import Code


def handles() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_each_folder_is_synced_once(top: Folder, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    before = handles()
    changed = FolderSync()
    for _ in range(3):
        changed.add(top.handle, ())
    assert len(changed) == 1
    assert handles() == before + 1
    assert changed.sync() is None
    assert len(synced) == 1
    assert handles() == before
    assert len(changed) == 0
    assert changed.sync() is None


def test_the_first_failure_is_told_and_the_others_are_synced(
    top: Folder, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (home / name).mkdir()
    changed = FolderSync()
    tried: list[int] = []

    def fsync(handle: int) -> None:
        tried.append(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    before = handles()
    for name in ("a", "b"):
        handle = os.open(home / name, os.O_RDONLY)
        changed.add(handle, (name,))
        os.close(handle)
    failure = changed.sync()
    assert failure is not None
    assert (failure.code, failure.path) == (Code.NO_SPACE, "/a")
    assert len(tried) == 2
    assert handles() == before


def test_what_is_forgotten_holds_nothing(top: Folder) -> None:
    before = handles()
    changed = FolderSync()
    changed.add(top.handle, ())
    changed.close()
    assert handles() == before
