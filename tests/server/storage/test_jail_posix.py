"""The system calls: what they refuse, and the way round where the kernel lacks one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage import jail_posix as system
from server.storage.failure import NotRegularError
from shared import disk


@pytest.fixture
def handle(home: Path) -> Iterator[int]:
    handle = system.open_home(os.fspath(home))
    yield handle
    os.close(handle)


@pytest.fixture(params=["renameat2", "link"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "link":
        monkeypatch.setattr(system, "_renameat2", None)


@pytest.mark.usefixtures("_way")
def test_a_fresh_rename_never_replaces(handle: int, home: Path) -> None:
    (home / "a").write_bytes(b"a")
    (home / "b").write_bytes(b"b")
    (home / "folder").mkdir()
    (home / "other").mkdir()
    (home / "other" / "x").touch()
    for source, target in (("a", "b"), ("folder", "other"), ("folder", "b")):
        with pytest.raises(FileExistsError):
            system.rename_fresh(handle, source, handle, target)
    assert (home / "b").read_bytes() == b"b"
    system.rename_fresh(handle, "a", handle, "c")
    system.rename_fresh(handle, "folder", handle, "d")
    assert sorted(path.name for path in home.iterdir()) == ["b", "c", "d", "other"]


@pytest.mark.usefixtures("_way")
def test_a_fresh_rename_of_nothing_says_so(handle: int) -> None:
    with pytest.raises(FileNotFoundError):
        system.rename_fresh(handle, "none", handle, "b")


def test_a_kernel_without_the_call_is_helped(handle: int, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[object, ...]] = []

    def refuses(*arguments: object) -> int:
        calls.append(arguments)
        system.ctypes.set_errno(system.errno.ENOSYS)
        return -1

    monkeypatch.setattr(system, "_renameat2", refuses)
    (home / "a").write_bytes(b"a")
    system.rename_fresh(handle, "a", handle, "b")
    assert (home / "b").read_bytes() == b"a"
    assert len(calls) == 1


def test_only_regular_files_are_opened(handle: int, home: Path) -> None:
    os.mkfifo(home / "pipe")
    with pytest.raises(NotRegularError):
        system.open_regular(handle, "pipe")


def test_making_folders_on_the_way_stops_at_a_link(handle: int, home: Path, outside: Path) -> None:
    (home / "a").mkdir()
    (home / "a" / "door").symlink_to(outside)
    with pytest.raises(OSError, match="link"):
        system.open_path(handle, ("a", "door", "b"), make=True)
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]


def test_the_file_system_can_be_synced(handle: int) -> None:
    if not disk.CAN_SYNC_FILE_SYSTEM:
        pytest.skip("this system has no syncfs")
    disk.sync_file_system(handle)
    with pytest.raises(OSError, match="descriptor"):
        disk.sync_file_system(-1)


def test_writing_back_early_is_a_hint_only(handle: int) -> None:
    created = system.create_file(handle, "x")
    os.write(created, b"x")
    disk.start_writing_back(created, 0, 1)
    os.close(created)
    disk.start_writing_back(-1, 0, 1)
