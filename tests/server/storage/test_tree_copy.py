"""Copying contents and folders: shared, in the kernel or by hand; whole, or an error that names the file."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.capacity import Usage
from server.storage import jail_posix, tree_copy
from server.storage.failure import StorageError
from server.storage.tree_copy import ContentCopier, TreeCopy, survey, sync_patiently
from shared.errors import Code
from shared.names import RemotePath
from shared.work import Copied


@pytest.fixture
def source(home: Path) -> Iterator[int]:
    (home / "from").mkdir()
    handle = os.open(home / "from", os.O_RDONLY)
    yield handle
    os.close(handle)


@pytest.fixture
def target(home: Path) -> Iterator[int]:
    (home / "to").mkdir()
    handle = os.open(home / "to", os.O_RDONLY)
    yield handle
    os.close(handle)


def nothing(*arguments: object) -> None:
    pass


def copy(
    source: int,
    target: int,
    *,
    charge: Callable[[int, RemotePath], None] = nothing,
    did: Callable[[], None] = nothing,
    max_depth: int = 100,
) -> Copied:
    copier = ContentCopier(nothing, nothing)
    return TreeCopy(source, target, ("from",), copier, max_depth=max_depth, charge=charge, did=did).run()


def test_a_survey_counts_what_a_copy_takes(source: int, home: Path) -> None:
    (home / "from" / "a" / "b").mkdir(parents=True)
    (home / "from" / "a" / "f").write_bytes(b"12345")
    (home / "from" / "link").symlink_to("a")
    steps: list[int] = []
    found = survey(source, ("from",), 5, lambda: steps.append(1))
    assert (found.count, found.usage) == (4, Usage(5, 1))
    assert len(steps) == 4
    with pytest.raises(StorageError) as caught:
        survey(source, ("from",), 1, nothing)
    assert (caught.value.code, caught.value.at) == (Code.BAD_NAME, ("from", "a", "b"))


def test_a_survey_can_be_stopped(source: int, home: Path) -> None:
    (home / "from" / "f").touch()

    def step() -> None:
        raise StorageError(Code.CANCELLED, at=())

    with pytest.raises(StorageError, match="Cancelled"):
        survey(source, ("from",), 5, step)


def test_all_of_a_folder_is_copied(source: int, target: int, home: Path, outside: Path) -> None:
    deep = home / "from" / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "f").write_bytes(b"content")
    (deep / "f").chmod(0o4755)
    (home / "from" / "a" / "door").symlink_to(outside)
    (home / "from" / ("n" * 255)).write_bytes(b"")
    (home / "from" / os.fsdecode(b"\xff\n")).write_bytes(b"odd")
    os.utime(deep, ns=(1, 5_000_000_001))
    charged: list[tuple[int, RemotePath]] = []
    assert copy(source, target, charge=lambda size, at: charged.append((size, at))) == Copied(6, 10)
    there = home / "to" / "a" / "b"
    assert (there / "f").read_bytes() == b"content"
    # Not the bit that would lend the server's rights to a program.
    assert (there / "f").stat().st_mode & 0o7777 == 0o755
    assert there.stat().st_mtime_ns == 5_000_000_001
    assert os.readlink(home / "to" / "a" / "door") == str(outside)
    assert (home / "to" / os.fsdecode(b"\xff\n")).read_bytes() == b"odd"
    assert (7, ("from", "a", "b", "f")) in charged


def test_what_fails_is_named_by_its_place_in_the_source(
    source: int, target: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "from" / "a").mkdir()
    (home / "from" / "a" / "f").write_bytes(b"x")
    real = jail_posix.create_file

    def create_file(folder: int, name: str) -> int:
        if name == "f":
            raise OSError(28, "No space left on device")
        return real(folder, name)

    monkeypatch.setattr(jail_posix, "create_file", create_file)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(StorageError) as caught:
        copy(source, target)
    assert (caught.value.code, caught.value.at) == (Code.NO_SPACE, ("from", "a", "f"))
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_copy_that_is_stopped_holds_nothing(source: int, target: int, home: Path) -> None:
    for number in range(10):
        (home / "from" / str(number)).mkdir()
        (home / "from" / str(number) / "f").write_bytes(b"x")
    before = len(os.listdir("/proc/self/fd"))
    done: list[int] = []

    def did() -> None:
        done.append(1)
        if len(done) == 5:
            raise StorageError(Code.CANCELLED, at=())

    with pytest.raises(StorageError):
        copy(source, target, did=did)
    assert len(os.listdir("/proc/self/fd")) == before


def test_depth_has_a_bound(source: int, target: int, home: Path) -> None:
    (home / "from" / "a" / "b").mkdir(parents=True)
    assert copy(source, target, max_depth=2).count == 2
    (home / "to" / "a" / "b").rmdir()
    (home / "to" / "a").rmdir()
    with pytest.raises(StorageError) as caught:
        copy(source, target, max_depth=1)
    assert caught.value.code is Code.BAD_NAME


def contents(home: Path, size: int) -> tuple[int, int]:
    data = os.urandom(size)
    (home / "a").write_bytes(data)
    return os.open(home / "a", os.O_RDONLY), os.open(home / "b", os.O_RDWR | os.O_CREAT)


@pytest.mark.parametrize("way", ["shared", "kernel", "by hand"])
@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
def test_contents_are_equal_whatever_the_way(home: Path, monkeypatch: pytest.MonkeyPatch, way: str, size: int) -> None:
    def clone(source: int, target: int) -> bool:
        if way != "shared":
            return False
        os.pwrite(target, os.pread(source, size, 0), 0)
        return True

    def no_kernel(*arguments: int) -> int:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(jail_posix, "clone_file", clone)
    monkeypatch.setattr(tree_copy, "_STRIDE", 64 * 1024)
    if way == "by hand":
        monkeypatch.setattr(os, "copy_file_range", no_kernel)
    moved: list[int] = []
    asked: list[int] = []
    source, target = contents(home, size)
    other = os.open(home / "c", os.O_RDWR | os.O_CREAT)
    try:
        copier = ContentCopier(moved.append, lambda: asked.append(1))
        assert copier.copy(source, target, size)
        assert copier.copy(source, other, size)
    finally:
        for handle in (source, target, other):
            os.close(handle)
    assert (home / "b").read_bytes() == (home / "a").read_bytes() == (home / "c").read_bytes()
    assert sum(moved) == 2 * size
    # Room is needed, and asked about, only where contents are not shared; and once.
    assert asked == ([] if way == "shared" or not size else [1])


def test_a_source_that_ends_early_is_no_copy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail_posix, "clone_file", lambda source, target: False)
    source, target = contents(home, 1000)
    try:
        assert not ContentCopier(nothing, nothing).copy(source, target, 1001)
    finally:
        os.close(source)
        os.close(target)


def test_nobody_waits_in_silence_for_a_slow_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_copy, "_SYNC_LOOK", 0.01)
    heard, release = threading.Event(), threading.Event()

    def sync() -> None:
        heard.wait(10)
        release.set()

    sync_patiently(sync, heard.set)
    assert release.is_set()


def test_a_sync_that_fails_or_is_given_up_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_copy, "_SYNC_LOOK", 0.01)

    def fail() -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input"):
        sync_patiently(fail, nothing)
    asked = threading.Event()

    def stop() -> None:
        asked.set()
        raise StorageError(Code.CANCELLED, at=())

    with pytest.raises(StorageError):
        sync_patiently(lambda: asked.wait(10) and None, stop)
    assert not [thread for thread in threading.enumerate() if thread.name == "sync"]
