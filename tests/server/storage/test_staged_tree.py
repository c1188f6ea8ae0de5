"""A folder that is built out of sight: named in one step, or gone, and swept when its maker was killed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.capacity import Limit, Usage
from server.storage import staged_tree
from server.storage.claims import Claims
from server.storage.failure import StorageError
from server.storage.folder import Folder
from server.storage.jail import Jail
from server.storage.quota import MemoryLedger
from server.storage.staged_tree import StagedTree
from server.storage.staging import Staging
from shared.errors import Code
from shared.names import STAGING_NAME


@pytest.fixture
def small(jail: Jail, claims: Claims) -> Iterator[Staging]:
    """A staging with room for 100 bytes."""
    staging = Staging(jail, "anna", claims, MemoryLedger(), limit=Limit(100))
    yield staging
    staging.close()


def nobody() -> None:
    pass


def build(tree: StagedTree) -> None:
    os.mkdir("sub", 0o555, dir_fd=tree.handle)
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=tree.handle))


def staged(home: Path) -> list[str]:
    return os.listdir(home / STAGING_NAME)


def test_it_appears_in_one_step_with_permissions_and_time(staging: Staging, top: Folder, home: Path) -> None:
    (home / "like").mkdir(mode=0o510)
    os.utime(home / "like", ns=(1, 7))
    tree = staging.stage_tree(("new",), top, Usage())
    build(tree)
    assert sorted(os.listdir(home)) == [STAGING_NAME, "like"]
    tree.publish((home / "like").stat(), nobody)
    tree.close()
    tree.close()
    assert sorted(os.listdir(home / "new")) == ["file", "sub"]
    status = (home / "new").stat()
    assert (status.st_mode & 0o777, status.st_mtime_ns) == (0o510, 7)
    assert staged(home) == []


def test_what_is_not_published_goes(staging: Staging, top: Folder, home: Path) -> None:
    tree = staging.stage_tree(("new",), top, Usage())
    build(tree)
    tree.close()
    assert os.listdir(home) == [STAGING_NAME]
    assert staged(home) == []


def test_what_came_there_meanwhile_is_left(staging: Staging, top: Folder, home: Path) -> None:
    tree = staging.stage_tree(("new",), top, Usage())
    build(tree)
    (home / "new").mkdir()
    with pytest.raises(StorageError) as caught:
        tree.publish(home.stat(), nobody)
    tree.close()
    assert (caught.value.code, caught.value.at) == (Code.EXISTS, ("new",))
    assert os.listdir(home / "new") == []
    assert staged(home) == []


def test_two_makers_of_one_target_are_told_apart(staging: Staging, top: Folder) -> None:
    tree = staging.stage_tree(("new",), top, Usage())
    with pytest.raises(StorageError) as caught:
        staging.stage_tree(("new",), top, Usage())
    assert caught.value.code is Code.BUSY
    tree.close()
    staging.stage_tree(("new",), top, Usage()).close()


def test_room_is_reserved_at_once_and_more_as_it_comes(small: Staging, top: Folder, home: Path) -> None:
    with pytest.raises(StorageError) as caught:
        small.stage_tree(("new",), top, Usage(101, 1))
    assert (caught.value.code, caught.value.at) == (Code.QUOTA, ("new",))
    tree = small.stage_tree(("new",), top, Usage(60, 1))
    with pytest.raises(StorageError):
        small.stage_tree(("other",), top, Usage(60, 1))
    tree.room.charge(60, ("a",))
    tree.room.charge(40, ("b",))
    with pytest.raises(StorageError) as caught:
        tree.room.charge(1, ("c",))
    assert (caught.value.code, caught.value.at) == (Code.QUOTA, ("c",))
    tree.close()
    # All of it was given back.
    tree = small.stage_tree(("new",), top, Usage(100, 1))
    tree.room.charge(90, ("a",))
    tree.publish(home.stat(), nobody)
    tree.close()
    small.stage_tree(("other",), top, Usage(10, 1)).close()
    with pytest.raises(StorageError):
        small.stage_tree(("other",), top, Usage(11, 1))


def test_another_disk_is_said_before_anything_is_done(staging: Staging, top: Folder, home: Path) -> None:
    top.identity = (top.identity[0] + 1, top.identity[1])
    for begin in (lambda: staging.stage_tree(("new",), top, Usage()), lambda: staging.check_device(top)):
        with pytest.raises(StorageError) as caught:
            begin()
        assert caught.value.code is Code.CROSS_DEVICE
    assert staged(home) == []


def test_what_a_killed_server_left_is_swept_and_what_is_in_use_is_not(
    staging: Staging, top: Folder, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = staging.stage_tree(("new",), top, Usage())
    build(tree)
    stage = home / STAGING_NAME
    left = stage / ("0" * 32 + ".copy")
    (left / "sub").mkdir(parents=True)
    (left / "sub" / "file").touch()
    (left / "sub").chmod(0o500)
    link = stage / ("1" * 32 + ".copy")
    link.symlink_to(home)
    foreign = stage / "notes.copy"
    foreign.mkdir()
    now = time.time()
    assert staging.sweep(now) == 0
    assert staging.sweep(now + staged_tree._GRACE + 60) == 4
    assert sorted(staged(home)) == sorted([tree._name, "notes.copy"])
    tree.close()


@pytest.mark.parametrize("replace", [False, True])
def test_a_link_is_placed_in_one_step(staging: Staging, top: Folder, home: Path, replace: bool) -> None:
    staging.place_link("../x", top, ("link",), replace=replace)
    assert os.readlink(home / "link") == "../x"
    (home / "old").write_bytes(b"old")
    if replace:
        staging.place_link("y", top, ("old",), replace=True)
        assert os.readlink(home / "old") == "y"
    else:
        with pytest.raises(StorageError) as caught:
            staging.place_link("y", top, ("old",), replace=False)
        assert caught.value.code is Code.EXISTS
        assert (home / "old").read_bytes() == b"old"
    assert staged(home) == []


def test_a_link_that_cannot_be_placed_leaves_nothing(staging: Staging, top: Folder, home: Path) -> None:
    (home / "folder").mkdir()
    with pytest.raises(StorageError):
        staging.place_link("y", top, ("folder",), replace=True)
    assert staged(home) == []


def test_another_server_on_the_same_home_waits_its_turn(staging: Staging, jail: Jail, top: Folder, home: Path) -> None:
    """What this process knows of its own claims, another knows by locks: they end with the tree, too."""
    other = Staging(jail, "anna", Claims(), MemoryLedger())
    tree = staging.stage_tree(("new",), top, Usage())
    if staging._target_locks() is not None:
        with pytest.raises(StorageError) as caught:
            other.stage_tree(("new",), top, Usage())
        assert caught.value.code is Code.BUSY
    tree.close()
    other.stage_tree(("new",), top, Usage()).close()
    other.close()
