"""Staging: one writer a target, room for what comes, and what was left is found again or forgotten."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.capacity import Limit
from server.storage.claims import Claims
from server.storage.failure import StorageError
from server.storage.jail import Folder, Jail
from server.storage.partials import MAX_AGE
from server.storage.quota import MemoryLedger
from server.storage.staged import Plan
from server.storage.staging import Staging
from shared.errors import Code
from shared.names import STAGING_NAME, BadNameError, RemotePath
from shared.protocol.limits import MIN_BLOCK


def plan(name: str = "a", size: int = 10, *, replace: bool = False) -> Plan:
    return Plan((name,), size, 5, None, replace)


def in_staging(home: Path) -> list[str]:
    return os.listdir(home / STAGING_NAME) if (home / STAGING_NAME).exists() else []


@pytest.fixture
def other(jail: Jail, claims: Claims, ledger: MemoryLedger) -> Iterator[Staging]:
    """Another session's staging, of another account, in the same home."""
    staging = Staging(jail, "bert", claims, ledger)
    yield staging
    staging.close()


def limited(jail: Jail, claims: Claims, ledger: MemoryLedger, quota: int) -> Staging:
    return Staging(jail, "anna", claims, ledger, limit=Limit(quota))


def test_the_second_writer_is_told_at_once(staging: Staging, other: Staging, top: Folder) -> None:
    upload = staging.stage_large(plan(), top)
    for second in (staging, other):
        for begin in (second.stage_small, second.stage_large):
            with pytest.raises(StorageError) as caught:
                begin(plan(), top)
            assert caught.value.code is Code.BUSY
    other.stage_small(plan("b"), top).close()
    upload.close()
    other.stage_small(plan(), top).close()


def test_two_homes_of_one_folder_are_one_place(
    staging: Staging, home: Path, jail: Jail, claims: Claims, ledger: MemoryLedger
) -> None:
    """One account's home may lie inside another's: the paths differ, the file does not."""
    (home / "inner").mkdir()
    inner = Jail(home / "inner")
    second = Staging(inner, "bert", claims, ledger)
    try:
        with jail.open_folder(("inner",)) as one, inner.open_folder(()) as two:
            file = staging.stage_small(Plan(("inner", "a"), 0, 0, None, False), one)
            with pytest.raises(StorageError) as caught:
                second.stage_small(plan(), two)
            assert caught.value.code is Code.BUSY
            file.close()
    finally:
        second.close()
        inner.close()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_there_is_told_before_anything_is_made(
    staging: Staging, home: Path, outside: Path, top: Folder, kind: str
) -> None:
    if kind == "file":
        (home / "a").write_bytes(b"123")
    elif kind == "folder":
        (home / "a").mkdir()
    else:
        (home / "a").symlink_to(outside / "secret")
    for begin in (staging.stage_small, staging.stage_large):
        with pytest.raises(StorageError) as caught:
            begin(plan(), top)
        assert caught.value.code is Code.EXISTS
        assert caught.value.entry is not None
        assert caught.value.entry.name == "a"
        if kind == "folder":
            with pytest.raises(StorageError) as caught:
                begin(plan(replace=True), top)
            assert caught.value.code is Code.IS_FOLDER
    assert in_staging(home) == []


def test_a_link_is_replaced_and_its_content_never_offered(
    staging: Staging, home: Path, outside: Path, top: Folder
) -> None:
    (home / "a").symlink_to(outside / "secret")
    upload = staging.stage_large(Plan(("a",), 6, 5, None, True), top)
    assert upload.have == (b"",)
    upload.close()


@pytest.mark.parametrize("path", [("..",), (STAGING_NAME,), ("a/b",), ("x" * 256,)])
def test_a_name_that_nobody_may_use_is_refused(staging: Staging, top: Folder, path: RemotePath) -> None:
    for begin in (staging.stage_small, staging.stage_large):
        with pytest.raises(BadNameError):
            begin(Plan(path, 0, 0, None, True), top)
    with pytest.raises(BadNameError):
        staging.discard(path)


def test_more_than_the_disk_can_hold_is_refused_before_data(
    staging: Staging, home: Path, jail: Jail, top: Folder
) -> None:
    with pytest.raises(StorageError) as caught:
        staging.stage_large(plan(size=jail.space()[1] + 1), top)
    assert caught.value.code is Code.NO_SPACE
    assert in_staging(home) == []
    staging.stage_small(plan(), top).close()


def test_a_quota_counts_what_is_there_and_what_is_coming(
    jail: Jail, home: Path, top: Folder, claims: Claims, ledger: MemoryLedger
) -> None:
    (home / "old").write_bytes(b"x" * 60)
    staging = limited(jail, claims, ledger, 100)
    first = staging.stage_large(plan("a", 30), top)
    for begin in (staging.stage_small, staging.stage_large):
        with pytest.raises(StorageError) as caught:
            begin(plan("b", 11), top)
        assert caught.value.code is Code.QUOTA
    staging.stage_small(plan("old", 70, replace=True), top).close()
    first.close()
    staging.stage_small(plan("b", 40), top).close()
    staging.close()


def test_an_unfinished_upload_counts_until_it_is_discarded(
    jail: Jail, top: Folder, claims: Claims, ledger: MemoryLedger
) -> None:
    staging = limited(jail, claims, ledger, 100)
    upload = staging.stage_large(plan("a", 90), top)
    upload.write(0, 0, memoryview(b"x" * 80))
    upload.close()
    with pytest.raises(StorageError):
        staging.stage_small(plan("b", 21), top)
    staging.stage_large(plan("a", 90), top).close()
    assert staging.discard(("a",)) == 1
    staging.stage_small(plan("b", 100), top).close()
    staging.close()


def test_an_upload_that_never_got_a_byte_is_not_kept(staging: Staging, home: Path, top: Folder) -> None:
    staging.stage_large(plan(), top).close()
    assert in_staging(home) == []


def test_discarding_an_upload_under_way_takes_effect_when_it_ends(
    staging: Staging, other: Staging, home: Path, top: Folder
) -> None:
    upload = staging.stage_large(plan(), top)
    upload.write(0, 0, memoryview(b"12345"))
    assert other.discard(("a",)) == 0
    assert staging.discard(("a",)) == 1
    assert len(in_staging(home)) == 2
    upload.close()
    assert in_staging(home) == []


def test_discarding_works_when_its_folder_is_gone(staging: Staging, home: Path, jail: Jail) -> None:
    (home / "folder").mkdir()
    with jail.open_folder(("folder",)) as folder:
        upload = staging.stage_large(Plan(("folder", "a"), 10, 5, None, False), folder)
        upload.write(0, 0, memoryview(b"12345"))
        upload.close()
    (home / "folder").rmdir()
    assert staging.discard(("folder", "a")) == 1
    assert in_staging(home) == []


def test_discarding_nothing_makes_nothing(staging: Staging, home: Path) -> None:
    assert staging.discard(("a",)) == 0
    assert list(home.iterdir()) == []
    with pytest.raises(StorageError):
        staging.discard(())


def test_sweeping_spares_the_young(staging: Staging, home: Path, top: Folder) -> None:
    assert staging.sweep(time.time()) == 0
    assert list(home.iterdir()) == []
    upload = staging.stage_large(plan(), top)
    upload.write(0, 0, memoryview(b"12345"))
    upload.close()
    assert staging.sweep(time.time()) == 0
    assert staging.sweep(time.time() + MAX_AGE + 60) == 2


def test_a_partial_another_process_holds_is_busy(staging: Staging, home: Path, top: Folder) -> None:
    upload = staging.stage_large(plan(), top)
    upload.write(0, 0, memoryview(b"12345"))
    upload.close()
    stranger = Staging(Jail(home), "anna", Claims(), MemoryLedger())
    held = stranger.stage_large(plan(), top)
    with pytest.raises(StorageError) as caught:
        staging.stage_large(plan(), top)
    assert caught.value.code is Code.BUSY
    with pytest.raises(StorageError) as caught:
        staging.discard(("a",))
    assert caught.value.code is Code.BUSY
    held.close()
    staging.stage_large(plan(), top).close()
    stranger.close()
    stranger._jail.close()


def test_failures_leave_no_handle_and_no_claim(staging: Staging, home: Path, top: Folder) -> None:
    (home / "there").write_bytes(b"x" * (MIN_BLOCK + 1))
    staging.stage_small(plan("warm"), top).close()
    before = len(os.listdir("/proc/self/fd"))
    for attempt in (
        plan("there", 5),
        plan("there", 1 << 52, replace=True),
        Plan(("..",), 0, 0, None, False),
    ):
        for _ in range(2):
            with pytest.raises((StorageError, BadNameError)) as caught:
                staging.stage_large(attempt, top)
            assert caught.value.code is not Code.BUSY
    staging.stage_large(plan("there", MIN_BLOCK + 1, replace=True), top).close()
    assert len(os.listdir("/proc/self/fd")) == before
