"""A walk by handles: everything once, contents before their folder, and nothing that anybody swaps in."""

from __future__ import annotations

import errno
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage.tree_walk import Step, TreeWalk, Visit


@pytest.fixture
def handle(home: Path) -> Iterator[int]:
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    yield handle
    os.close(handle)


def fill(home: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    for name in ("f", "a/g", "a/b/h"):
        (home / name).touch()


def steps(walk: TreeWalk) -> list[tuple[Visit, str]]:
    return [(step.visit, step.name) for step in walk]


def test_contents_come_before_their_folder_is_left(handle: int, home: Path) -> None:
    fill(home)
    order = steps(TreeWalk(handle))
    assert sorted(name for visit, name in order if visit is Visit.SEEN) == ["a", "b", "f", "g", "h"]
    assert [each for each in order if each[0] is not Visit.SEEN] == [
        (Visit.ENTERED, "a"),
        (Visit.ENTERED, "b"),
        (Visit.LEFT, "b"),
        (Visit.LEFT, "a"),
    ]
    assert order.index((Visit.SEEN, "h")) < order.index((Visit.LEFT, "b"))


def test_the_position_tells_where_the_walk_is(handle: int, home: Path) -> None:
    fill(home)
    walk = TreeWalk(handle)
    where = {"/".join([*walk.position, step.name]) for step in walk if step.visit is Visit.SEEN}
    assert where == {"a", "f", "a/b", "a/g", "a/b/h"}
    assert walk.position == []


def test_a_link_is_seen_and_never_entered(handle: int, home: Path, outside: Path) -> None:
    (home / "loop").symlink_to(home)
    (home / "door").symlink_to(outside)
    assert sorted(steps(TreeWalk(handle))) == sorted([(Visit.SEEN, "door"), (Visit.SEEN, "loop")], key=lambda s: s[1])


def test_a_folder_swapped_for_a_link_ends_the_walk(handle: int, home: Path, outside: Path) -> None:
    (home / "a").mkdir()
    (home / "f").touch()
    walk = TreeWalk(handle)

    def go() -> None:
        for step in walk:
            assert step.name != "secret"
            if step.visit is Visit.SEEN and not (home / "a").is_symlink():
                (home / "a").rmdir()
                (home / "a").symlink_to(outside)

    with pytest.raises(OSError, match="link"):
        go()
    assert walk.position == ["a"]


def test_a_folder_moved_away_ends_the_walk(handle: int, home: Path, tmp_path: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "file").touch()
    seen: list[Step] = []

    def go() -> None:
        for step in TreeWalk(handle):
            seen.append(step)
            if step.name == "file":
                os.rename(home / "a" / "b", tmp_path / "elsewhere")

    with pytest.raises(OSError, match="moved") as caught:
        go()
    assert caught.value.errno == errno.EBUSY
    assert seen[-1].name == "file"


def test_a_walk_left_early_closes_what_it_opened(handle: int, home: Path) -> None:
    fill(home)
    before = len(os.listdir("/proc/self/fd"))
    entries = iter(TreeWalk(handle))
    next(entries)
    del entries
    assert len(os.listdir("/proc/self/fd")) == before


def test_depth_has_a_bound_where_one_is_set(handle: int, home: Path) -> None:
    fill(home)
    assert (Visit.SEEN, "b") in steps(TreeWalk(handle, max_depth=2))
    with pytest.raises(OSError, match="nested") as caught:
        steps(TreeWalk(handle, max_depth=1))
    assert caught.value.errno == errno.ENAMETOOLONG


def test_what_cannot_be_entered_is_told_and_passed_by(handle: int, home: Path) -> None:
    fill(home)
    (home / "z").mkdir()
    (home / "z" / "last").touch()
    told: list[OSError] = []
    order = steps(TreeWalk(handle, max_depth=1, on_unread=told.append))
    assert len(told) == 1
    assert (Visit.SEEN, "last") in order


def test_folders_that_may_not_be_entered_are_seen_all_the_same(handle: int, home: Path) -> None:
    fill(home)
    order = steps(TreeWalk(handle, may_enter=lambda name: name != "a"))
    assert sorted(order, key=str) == sorted([(Visit.SEEN, "a"), (Visit.SEEN, "f")], key=str)


@pytest.fixture
def deep(handle: int) -> Iterator[int]:
    """Make folders in folders, and return how many; gone afterwards, whatever happened: not all who clean up can."""
    depth = 10_000
    folder = os.dup(handle)
    for _ in range(depth):
        os.mkdir("d", dir_fd=folder)
        child = os.open("d", os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
        os.close(folder)
        folder = child
    yield depth
    for _ in range(depth):
        above = os.open("..", os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
        os.close(folder)
        folder = above
        os.rmdir("d", dir_fd=folder)
    os.close(folder)


def test_ten_thousand_levels_take_no_stack_and_few_handles(handle: int, deep: int) -> None:
    before = len(os.listdir("/proc/self/fd"))
    most = entered = left = 0
    for step in TreeWalk(handle):
        if step.visit is Visit.ENTERED:
            entered += 1
            if entered % 1000 == 0:
                most = max(most, len(os.listdir("/proc/self/fd")) - before)
        if step.visit is Visit.LEFT:
            left += 1
    assert entered == left == deep
    assert most < 8


def test_a_wide_folder_of_folders_is_held_packed(handle: int, home: Path) -> None:
    for number in range(5000):
        (home / f"folder {number:06}").mkdir()
    tracemalloc.start()
    walk = iter(TreeWalk(handle))
    for _ in range(5000):
        next(walk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A list of str would take some 400,000; a million of these take 15 MB.
    assert peak < 200_000
    assert sum(step.visit is Visit.LEFT for step in walk) == 5000
