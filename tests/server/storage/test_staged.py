"""Staged files: complete under their name, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from server.storage import jail_posix as system
from server.storage import staged
from server.storage.claims import Claims
from server.storage.jail import Folder, Jail
from server.storage.staged import SYNC_EACH, Plan, StagedFile
from server.storage.staging import Staging
from shared import disk as real_disk
from shared.errors import Code
from shared.names import STAGING_NAME
from shared.protocol.blocks import digest_block
from shared.protocol.limits import MIN_BLOCK

Make = Callable[..., StagedFile]


@pytest.fixture
def make(staging: Staging, top: Folder) -> Make:
    def make(
        name: str, content: bytes = b"new", *, replace: bool = False, mode: int | None = None, mtime_ns: int = 7
    ) -> StagedFile:
        file = staging.stage_small(Plan((name,), len(content), mtime_ns, mode, replace), top)
        file.write(0, memoryview(content))
        file.finish()
        return file

    return make


def visible(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir() if path.name != STAGING_NAME}


def in_staging(home: Path) -> list[str]:
    return os.listdir(home / STAGING_NAME)


def test_nothing_is_seen_before_the_commit(staging: Staging, home: Path, make: Make) -> None:
    batch = staging.new_batch()
    batch.add(make("a"))
    assert visible(home) == {}
    assert batch.commit() == [None]
    assert visible(home) == {"a": b"new"}
    assert in_staging(home) == []
    assert len(batch) == 0


def test_abandoned_files_leave_nothing(staging: Staging, home: Path, claims: Claims, make: Make) -> None:
    batch = staging.new_batch()
    for name in ("a", "b"):
        batch.add(make(name))
    batch.abandon()
    assert visible(home) == {}
    assert in_staging(home) == []
    make("a").close()


@pytest.mark.parametrize("seconds", [-86400 * 3650, 0, 2**31 + 1, 2**33])
def test_time_and_mode_are_there_with_the_name(staging: Staging, home: Path, make: Make, seconds: int) -> None:
    batch = staging.new_batch()
    batch.add(make("a", mode=0o4640, mtime_ns=seconds * 10**9 + 123))
    batch.commit()
    status = (home / "a").stat()
    assert status.st_mtime_ns == seconds * 10**9 + 123
    assert status.st_mode & 0o7777 == 0o640, "never set-user-id"


def test_a_replaced_file_keeps_its_mode_unless_told(staging: Staging, home: Path, make: Make) -> None:
    for mode, expected in ((None, 0o604), (0o600, 0o600)):
        (home / "a").write_bytes(b"old")
        (home / "a").chmod(0o604)
        batch = staging.new_batch()
        batch.add(make("a", replace=True, mode=mode))
        assert batch.commit() == [None]
        assert (home / "a").stat().st_mode & 0o7777 == expected


def test_a_target_that_came_meanwhile_is_not_replaced(staging: Staging, home: Path, make: Make) -> None:
    batch = staging.new_batch()
    for name in ("a", "b"):
        batch.add(make(name))
    (home / "a").write_bytes(b"theirs")
    failure, success = batch.commit()
    assert failure is not None
    assert (failure.code, failure.at) == (Code.EXISTS, ("a",))
    assert failure.entry is not None
    assert failure.entry.size == 6
    assert success is None
    assert visible(home) == {"a": b"theirs", "b": b"new"}
    assert in_staging(home) == []


def test_a_target_that_became_a_folder_stays(staging: Staging, home: Path, make: Make) -> None:
    batch = staging.new_batch()
    batch.add(make("a", replace=True))
    (home / "a").mkdir()
    (failure,) = batch.commit()
    assert failure is not None
    assert failure.code is Code.IS_FOLDER
    assert (home / "a").is_dir()


def test_a_folder_removed_meanwhile_fails_by_name(staging: Staging, jail: Jail, home: Path, make: Make) -> None:
    (home / "folder").mkdir()
    with jail.open_folder(("folder",)) as folder:
        file = staging.stage_small(Plan(("folder", "a"), 0, 0, None, False), folder)
        file.finish()
        batch = staging.new_batch()
        batch.add(file)
        (home / "folder").rmdir()
        (failure,) = batch.commit()
    assert failure is not None
    assert (failure.code, failure.at) == (Code.NOT_FOUND, ("folder", "a"))
    assert in_staging(home) == []


class Disk:
    """Records the order of what must reach the disk in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, broken: str = "") -> None:
        self.events: list[str] = []
        self.synced: list[object] = []
        """What the whole disk was synced through."""
        fresh, sync, all_at_once = system.rename_fresh, os.fsync, real_disk.sync_file_system

        def noted(name: str, call: Callable[..., object]) -> Callable[..., None]:
            def noting(*arguments: object) -> None:
                self.events.append(name)
                if name == "sync all":
                    self.synced += arguments
                if name == broken:
                    raise OSError(5, "the disk is broken")
                call(*arguments)

            return noting

        monkeypatch.setattr(system, "rename_fresh", noted("rename", fresh))
        monkeypatch.setattr(staged.os, "fsync", noted("sync", sync))
        monkeypatch.setattr(real_disk, "sync_file_system", noted("sync all", all_at_once))


def test_content_is_synced_before_its_name_and_the_folder_after(
    staging: Staging, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = staging.new_batch()
    for name in ("a", "b"):
        batch.add(make(name))
    disk = Disk(monkeypatch)
    batch.commit()
    assert disk.events == ["sync", "sync", "rename", "rename", "sync"]


def test_many_files_share_one_sync_and_hold_one_handle(
    staging: Staging, home: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not real_disk.CAN_SYNC_FILE_SYSTEM:
        pytest.skip("this system has no syncfs")
    count = 3 * SYNC_EACH
    batch = staging.new_batch()
    files = [make(str(number)) for number in range(count)]
    for file in files:
        batch.add(file)
    first = files[0].handle
    assert first >= 0
    assert all(file.handle < 0 for file in files[1:])
    disk = Disk(monkeypatch)
    assert list(batch.commit()) == [None] * count
    # A failed write is told once to each open file: of two batches that asked through the home's handle, one would not
    # hear of it.
    assert disk.synced == [first]
    assert disk.events == ["sync all", *["rename"] * count, "sync"]
    assert len(visible(home)) == count


@pytest.mark.parametrize(("count", "broken"), [(2, "sync"), (SYNC_EACH + 1, "sync all"), (1, "rename")])
def test_what_could_not_be_synced_gets_no_name(
    staging: Staging, home: Path, make: Make, monkeypatch: pytest.MonkeyPatch, count: int, broken: str
) -> None:
    batch = staging.new_batch()
    for number in range(count):
        batch.add(make(str(number)))
    Disk(monkeypatch, broken)
    outcomes = batch.commit()
    assert [failure.code for failure in outcomes if failure is not None] == [Code.IO] * count
    assert visible(home) == {}
    assert in_staging(home) == []


def test_a_large_file_that_could_not_be_synced_is_not_resumed(
    staging: Staging, home: Path, top: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system gives up on what it could not write: read back it looks whole, and the next sync finds it done."""
    content = os.urandom(MIN_BLOCK) + b"tail"
    upload = staging.stage_large(Plan(("a",), len(content), 7, None, replace=False), top)
    for index, block in enumerate((content[:MIN_BLOCK], content[MIN_BLOCK:])):
        upload.write(index, 0, memoryview(block))
        upload.accept(index, digest_block(block))
    upload.file.finish()
    batch = staging.new_batch()
    batch.add(upload.file)
    Disk(monkeypatch, "sync")
    (failure,) = batch.commit()
    upload.close()
    assert failure is not None
    assert failure.code is Code.IO
    assert in_staging(home) == []
