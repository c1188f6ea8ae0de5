"""Locks on targets: one writer across processes, gone with it, and no trace in the home but one file in staging."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage.failure import StorageError
from server.storage.homes import Homes
from server.storage.quota import MemoryLedger
from server.storage.staged import Plan
from server.storage.target_locks import LOCK_NAME, TargetLocks
from shared.errors import Code
from shared.names import STAGING_NAME

PLACE = (1, 2, "name")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    handle = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield handle
    os.close(handle)


def test_a_target_is_one_holders_at_a_time(folder: int) -> None:
    one, two = TargetLocks(folder), TargetLocks(folder)
    assert one.take(PLACE)
    assert not two.take(PLACE)
    assert two.take((1, 2, "other"))
    assert two.take((1, 3, "name"))
    # The same folder has another device number on another machine.
    assert not two.take((9, 2, "name"))
    one.release(PLACE)
    assert two.take(PLACE)
    two.close()
    assert one.take(PLACE)
    one.close()


def test_a_process_that_dies_holds_nothing(folder: int, tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from server.storage.target_locks import TargetLocks\n"
        f"locks = TargetLocks(os.open({str(tmp_path)!r}, os.O_RDONLY))\n"
        f"print(locks.take({PLACE!r}), flush=True)\n"
        "sys.stdin.read()\n"
    )
    locks = TargetLocks(folder)
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"True"
        was_free = locks.take(PLACE)
        process.kill()
    assert not was_free
    assert locks.take(PLACE)
    locks.close()


def test_of_many_threads_one_gets_it(folder: int) -> None:
    start = threading.Barrier(8)
    holders = [TargetLocks(folder) for _ in range(8)]
    got: list[bool] = []

    def race(locks: TargetLocks) -> None:
        start.wait(10)
        got.append(locks.take(PLACE))

    threads = [threading.Thread(target=race, args=(locks,)) for locks in holders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]
    for locks in holders:
        locks.close()


def test_the_lock_file_is_private_and_no_link_is_followed(folder: int, tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        TargetLocks(folder).close()
    finally:
        os.umask(umask)
    assert (tmp_path / LOCK_NAME).stat().st_mode & 0o777 == 0o600
    (tmp_path / LOCK_NAME).unlink()
    (tmp_path / LOCK_NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        TargetLocks(folder)
    assert not (tmp_path / "elsewhere").exists()


def servers(home: Path) -> tuple[Homes, Homes]:
    """Two server processes that share a home."""
    home.mkdir(exist_ok=True)
    return Homes(lambda folder: MemoryLedger()), Homes(lambda folder: MemoryLedger())


@pytest.mark.parametrize("size", [3, 5_000_000])
def test_a_second_server_is_told_that_a_target_is_busy(tmp_path: Path, size: int) -> None:
    one, two = (homes.open(tmp_path / "home", "anna") for homes in servers(tmp_path / "home"))
    with one.jail.open_folder(()) as folder, two.jail.open_folder(()) as other:
        upload = one.staging.stage_large(Plan(("a",), 5_000_000, 0, None, False), folder)
        plan = Plan(("a",), size, 0, None, True)
        stage = two.staging.stage_small if size == 3 else two.staging.stage_large
        for _ in range(2):
            with pytest.raises(StorageError) as refused:
                stage(plan, other)
            assert refused.value.code is Code.BUSY
        small = two.staging.stage_small(Plan(("b",), 0, 0, None, False), other)
        small.close()
        upload.close()
        taken = two.staging.stage_small(Plan(("a",), 0, 0, None, True), other)
        taken.close()
    for home in (one, two):
        home.close()


def test_what_another_server_has_published_meanwhile_is_seen(tmp_path: Path) -> None:
    """Looked at once more under the lock: else the file that came in between would be counted as free."""
    one, two = (homes.open(tmp_path / "home", "anna") for homes in servers(tmp_path / "home"))
    with one.jail.open_folder(()) as folder:
        (tmp_path / "home" / "a").write_bytes(b"theirs")
        with pytest.raises(StorageError) as refused:
            one.staging.stage_small(Plan(("a",), 0, 0, None, False), folder)
        assert refused.value.code is Code.EXISTS
        retry = one.staging.stage_small(Plan(("a",), 0, 0, None, True), folder)
        retry.close()
    for home in (one, two):
        home.close()


def test_alone_no_lock_file_is_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    opened = Homes().open(home, "anna")
    with opened.jail.open_folder(()) as folder:
        opened.staging.stage_small(Plan(("a",), 0, 0, None, False), folder).close()
    opened.close()
    assert os.listdir(home / STAGING_NAME) == []
