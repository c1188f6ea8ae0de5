"""The staging folder: found again by its owner only, swept by age, never more removed than was made here."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage.jail import Jail
from server.storage.partials import MAX_AGE, StagingFolder, sidecar_for
from shared.names import STAGING_NAME

MINE = sidecar_for("anna", ("a", "b"), 10, 20, 30)


@pytest.fixture
def folder(jail: Jail) -> Iterator[StagingFolder]:
    folder = StagingFolder(jail.handle)
    yield folder
    folder.close()


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / STAGING_NAME).iterdir())


def leave(folder: StagingFolder, content: bytes = b"x") -> None:
    """Make a partial as a crash leaves it: content and sidecar, nobody holding it."""
    partial = folder.create(MINE)
    os.write(partial.handle, content)
    os.close(partial.handle)


@pytest.mark.usefixtures("folder")
def test_nobody_else_can_look_into_it(home: Path) -> None:
    assert stat.S_IMODE((home / STAGING_NAME).stat().st_mode) == 0o700


def test_lax_modes_are_tightened(jail: Jail, home: Path) -> None:
    (home / STAGING_NAME).mkdir(mode=0o755)
    StagingFolder(jail.handle).close()
    assert stat.S_IMODE((home / STAGING_NAME).stat().st_mode) == 0o700


@pytest.mark.parametrize("kind", ["link", "file", "foreign"])
def test_a_staging_folder_that_is_not_ours_is_refused(
    jail: Jail, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    place = home / STAGING_NAME
    if kind == "link":
        place.symlink_to(outside)
    elif kind == "file":
        place.touch()
    else:
        place.mkdir()
        monkeypatch.setattr(os, "geteuid", lambda: place.stat().st_uid + 1)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match=r"link|directory|another user"):
        StagingFolder(jail.handle)
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_partial_is_found_again(folder: StagingFolder) -> None:
    leave(folder, b"12345")
    found = folder.find(MINE)
    assert found is not None
    assert os.pread(found.handle, 10, 0) == b"12345"
    os.close(found.handle)


def test_a_partial_that_got_its_final_modes_before_a_crash_is_found(folder: StagingFolder, home: Path) -> None:
    leave(folder)
    (part,) = (home / STAGING_NAME).glob("*.part")
    part.chmod(0o000)
    found = folder.find(MINE)
    assert found is not None
    os.pwrite(found.handle, b"more", 0)
    os.close(found.handle)


@pytest.mark.parametrize(
    "other",
    [
        sidecar_for("bert", ("a", "b"), 10, 20, 30),
        sidecar_for("anna", ("a", "c"), 10, 20, 30),
    ],
    ids=["account", "target"],
)
def test_a_partial_is_for_its_account_and_target_alone(folder: StagingFolder, home: Path, other: object) -> None:
    leave(folder)
    assert folder.find(other) is None  # type: ignore[arg-type]  # parametrised
    assert len(names(home)) == 2


@pytest.mark.parametrize(
    "newer",
    [
        sidecar_for("anna", ("a", "b"), 11, 20, 30),
        sidecar_for("anna", ("a", "b"), 10, 21, 30),
        sidecar_for("anna", ("a", "b"), 10, 20, 31),
    ],
    ids=["size", "time", "block"],
)
def test_a_partial_of_another_version_goes(folder: StagingFolder, home: Path, newer: object) -> None:
    leave(folder)
    assert folder.find(newer) is None  # type: ignore[arg-type]  # parametrised
    assert names(home) == []


def test_a_damaged_sidecar_is_no_partial(folder: StagingFolder, home: Path) -> None:
    leave(folder)
    (sidecar,) = (home / STAGING_NAME).glob("*.meta")
    for damage in (b"", b"\xc1", b"\x81\xa1x\x01", os.urandom(1000)):
        sidecar.write_bytes(damage)
        assert folder.find(MINE) is None
        assert names(home) == []
        leave(folder)
        (sidecar,) = (home / STAGING_NAME).glob("*.meta")


def test_a_sidecar_without_content_goes(folder: StagingFolder, home: Path) -> None:
    leave(folder)
    for path in (home / STAGING_NAME).glob("*.part"):
        path.unlink()
    assert folder.find(MINE) is None
    assert names(home) == []


def test_a_partial_in_use_is_not_shared_discarded_or_swept(folder: StagingFolder, home: Path) -> None:
    partial = folder.create(MINE)
    with pytest.raises(BlockingIOError):
        folder.find(MINE)
    with pytest.raises(BlockingIOError):
        folder.discard("anna", ("a", "b"))
    folder.sweep(time.time() + 2 * MAX_AGE)
    assert partial.names[0] in names(home)
    os.close(partial.handle)


def test_discarding_removes_only_the_named_one(folder: StagingFolder, home: Path) -> None:
    leave(folder)
    assert folder.discard("anna", ("a",)) == 0
    assert folder.discard("bert", ("a", "b")) == 0
    assert len(names(home)) == 2
    assert folder.discard("anna", ("a", "b")) == 1
    assert names(home) == []


def test_the_forgotten_is_swept_and_nothing_else(folder: StagingFolder, home: Path) -> None:
    leave(folder)
    _, handle = folder.create_small()
    os.close(handle)
    for foreign in ("notes.txt", "0" * 32, "x" * 32 + ".tmp"):
        (home / STAGING_NAME / foreign).touch()
    # The time of the target, set just before a crash, must not make it look old.
    for path in (home / STAGING_NAME).iterdir():
        os.utime(path, (0, 0))
    assert folder.sweep(time.time() + MAX_AGE - 60) == 0
    assert folder.sweep(time.time() + MAX_AGE + 60) == 3
    assert names(home) == ["0" * 32, "notes.txt", "x" * 32 + ".tmp"]


def test_what_was_left_of_a_file_that_is_complete_now_goes_and_nothing_else(folder: StagingFolder, home: Path) -> None:
    leave(folder)
    leave(folder, b"an older one")
    other = folder.create(sidecar_for("anna", ("a", "other"), 10, 20, 30))
    theirs = folder.create(sidecar_for("bob", ("a", "b"), 10, 20, 30))
    assert folder.drop("anna", [("a", "b"), ("a", "none")]) == 4
    assert names(home) == sorted([*other.names, *theirs.names])
    for partial in (other, theirs):
        os.close(partial.handle)


def test_one_that_is_being_written_is_not_dropped(folder: StagingFolder, home: Path) -> None:
    partial = folder.create(MINE)
    assert folder.drop("anna", [("a", "b")]) == 0
    assert names(home) == sorted(partial.names)
    os.close(partial.handle)


def test_a_search_that_fails_leaves_nothing_locked(folder: StagingFolder) -> None:
    leave(folder)
    leave(folder)
    blocked = [folder._open(name) for name in folder._names_of(MINE.account, MINE.target)]
    assert len(blocked) == 2
    for held in blocked:
        assert held is not None
        before = len(os.listdir("/proc/self/fd"))
        with pytest.raises(BlockingIOError):
            folder.find(MINE)
        assert len(os.listdir("/proc/self/fd")) == before
        os.close(held.handle)
    found = folder.find(MINE)
    assert found is not None
    os.close(found.handle)


def test_a_name_that_is_read_twice_is_one_partial(folder: StagingFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """readdir(3) may return an entry twice when others are made and removed meanwhile."""
    leave(folder)
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda handle: listdir(handle) * 2)
    found = folder.find(MINE)
    assert found is not None
    os.close(found.handle)
    assert folder.discard("anna", ("a", "b")) == 1
