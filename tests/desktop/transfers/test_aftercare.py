"""What is done about batches beside moving their items, in a running engine: folders, room, history, and what stays."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from desktop.transfers import history
from desktop.transfers.aftercare import MEASURE_AGAIN_S
from desktop.transfers.items import Direction, Policy, Priority, Source, State
from desktop.transfers.ports import FolderFacts, Room
from desktop.transfers.progress import Change, Shortage
from desktop.transfers.stalls import STALLED_S
from shared.entries import Entry, Kind
from shared.errors import Code, LocalError
from shared.names import RemotePath
from shared.protocol.limits import MIB
from tests.desktop.transfers.world import SITE, World, file_entry

pytestmark = pytest.mark.asyncio

UP, DOWN = Direction.UPLOAD, Direction.DOWNLOAD


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    await world.engine.start()
    yield world
    world.links.gate.set()
    await world.engine.stop()


async def upload(world: World, path: str, policy: Policy = Policy.ASK, priority: Priority = Priority.NORMAL) -> int:
    return await world.engine.add("up", UP, SITE, [Source(path)], ("in",), policy, priority)


async def download(world: World, *path: str, policy: Policy = Policy.ASK) -> int:
    return await world.engine.add("down", DOWN, SITE, [Source(path)], "/home", policy)


def folder(name: str, mtime_ns: int) -> Entry:
    return Entry(name, Kind.FOLDER, 0, mtime_ns, 0o750)


def pictures(world: World) -> None:
    world.files.tree.add("home/pics", folder("pics", 5))
    world.files.tree.add("home/pics/old", folder("old", 7))
    world.files.tree.add("home/pics/old/a")
    world.files.tree.add("home/pics/b")


# --- Folders ---------------------------------------------------------------------------------------------------------


async def test_remote_folders_get_their_times_after_all_their_files(world: World) -> None:
    pictures(world)
    batch = await upload(world, "/home/pics")
    await world.engine.finished(batch)
    assert world.links.settled == [
        FolderFacts("/home/pics/old", ("in", "pics", "old"), 7, 0o750),
        FolderFacts("/home/pics", ("in", "pics"), 5, 0o750),
    ]
    assert len(world.links.jobs) == 2
    assert world.engine.batch(batch).is_settled
    assert world.store.batches[batch].is_settled


async def test_local_folders_get_their_times_too(world: World) -> None:
    world.links.tree.add("pics", folder("pics", 5))
    world.links.tree.add("pics/a")
    await world.engine.finished(await download(world, "pics"))
    assert world.files.settled == [FolderFacts("/home/pics", (), 5, 0o750)]


async def test_folders_wait_for_the_line_and_so_does_the_batch(world: World) -> None:
    pictures(world)
    settle = world.links.settle_folders

    def lose(site: str, folders: list[FolderFacts]) -> None:
        world.links.is_up = False
        world.links.settle_folders = settle  # type: ignore[method-assign]
        settle(site, folders)

    world.links.settle_folders = lose  # type: ignore[method-assign, assignment]
    batch = await upload(world, "/home/pics")
    done = asyncio.create_task(world.engine.finished(batch))
    await world.until(lambda: not world.links.is_up)
    assert not done.done()
    world.links.is_up = True
    await world.until(lambda: world.pass_time(1) or done.done())
    assert len(world.links.settled) == 2


async def test_a_crash_before_the_folders_is_made_up_for_at_the_next_start(world: World) -> None:
    pictures(world)
    batch = await upload(world, "/home/pics")
    await world.engine.finished(batch)
    await world.engine.stop()
    world.links.settled.clear()
    world.store.batches[batch] = replace(world.store.batches[batch], is_settled=False)
    world.engine = world.new_engine()
    await world.engine.start()
    await world.until(lambda: world.store.batches[batch].is_settled)
    assert [each.remote for each in world.links.settled] == [("in", "pics", "old"), ("in", "pics")]
    world.links.settled.clear()
    await world.engine.stop()
    world.engine = world.new_engine()
    await world.engine.start()
    await world.engine.finished(await upload(world, "/home/pics/b"))
    assert world.links.settled == []


async def test_a_file_that_comes_late_settles_its_folders_again(world: World) -> None:
    pictures(world)
    world.links.script = lambda job: LocalError(Code.PERMISSION) if job.local.endswith("old/a") else None
    batch = await upload(world, "/home/pics")
    await world.engine.finished(batch)
    assert len(world.links.settled) == 2
    world.links.script = lambda job: None
    world.engine.retry_failed()
    await world.until(lambda: len(world.links.settled) == 4)


# --- Room ------------------------------------------------------------------------------------------------------------


async def test_a_batch_that_may_not_fit_is_told_about_while_it_goes(world: World) -> None:
    for name in "abc":
        world.files.tree.add(f"home/d/{name}", file_entry(name, 400))
    world.links.space = Room(1000, 2000)
    world.links.is_gated = True
    batch = await upload(world, "/home/d")
    await world.until(lambda: bool(world.engine.totals().shortages))
    assert world.engine.totals().shortages == (Shortage(batch, 1200, 980, SITE),)
    world.links.space = Room(1 << 40, 1 << 41)
    world.pass_time(MEASURE_AGAIN_S)
    await world.until(lambda: not world.engine.totals().shortages)
    world.links.gate.set()
    await world.engine.finished(batch)


async def test_the_disk_here_is_measured_for_downloads(world: World) -> None:
    world.links.tree.add("d/a", file_entry("a", 10 * MIB))
    world.files.space = Room(10 * MIB, 20 * MIB)
    batch = await download(world, "d")
    await world.engine.finished(batch)
    assert world.states()["/d/a"] is State.FAILED
    assert world.engine.totals().shortages == ()  # it has ended, and said so itself


@pytest.mark.parametrize("policy", [Policy.RESUME, Policy.NEWER, Policy.CONTENT])
async def test_what_may_be_there_in_part_is_not_measured(world: World, policy: Policy) -> None:
    world.files.tree.add("home/a", file_entry("a", 400))
    world.links.space = Room(10, 2000)
    world.links.is_gated = True
    batch = await upload(world, "/home/a", policy)
    await world.until_started()
    assert world.engine.totals().shortages == ()
    world.links.gate.set()
    await world.engine.finished(batch)


# --- What stays over a restart ---------------------------------------------------------------------------------------


async def test_a_held_queue_is_held_after_the_next_start(world: World) -> None:
    world.engine.pause_all()
    await world.until(lambda: world.store.is_paused)
    world.files.tree.add("home/a")
    batch = await upload(world, "/home/a")
    await world.engine.stop()
    world.engine = world.new_engine()
    await world.engine.start()
    assert world.engine.is_paused
    assert world.engine.totals().is_paused
    await world.until(
        lambda: world.states()["/home/a"] is State.QUEUED and not world.engine.totals().count(State.SCANNING)
    )
    assert world.links.jobs == []
    world.engine.resume_all()
    await world.engine.finished(batch)
    await world.until(lambda: not world.store.is_paused)


async def test_priority_goes_before_position_and_is_stored(world: World) -> None:
    world.engine.set_max_channels(1)
    world.engine.pause_all()
    for name in "abc":
        world.files.tree.add(f"home/{name}", file_entry(name, 5 * MIB))
    low = await upload(world, "/home/a", priority=Priority.LOW)
    batches = [low, await upload(world, "/home/b"), await upload(world, "/home/c", priority=Priority.HIGH)]
    await world.until(lambda: world.item("c").is_scanned and world.item("a").is_scanned and world.item("b").is_scanned)
    assert world.item("c").priority is Priority.HIGH
    world.engine.set_priority([world.item("b").id], Priority.LOW)
    world.engine.set_priority([world.item("a").id], Priority.NORMAL)
    await world.until(lambda: world.store.items[world.item("a").id].priority is Priority.NORMAL)
    world.engine.resume_all()
    for batch in batches:
        await world.engine.finished(batch)
    assert [job.local for job in world.links.jobs] == ["/home/c", "/home/a", "/home/b"]
    assert world.store.items[world.item("b").id].priority is Priority.LOW


async def test_what_a_folder_holds_has_its_priority(world: World) -> None:
    world.files.tree.add("home/d/a")
    batch = await upload(world, "/home/d", priority=Priority.HIGH)
    await world.engine.finished(batch)
    assert {row.item.priority for row in world.engine.rows()} == {Priority.HIGH}


async def test_history_is_bounded_while_the_engine_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "SLACK", 2)
    world.engine.set_history(3)
    for name in "abcdefgh":
        world.files.tree.add(f"home/{name}")
        world.now += 1
        await world.engine.finished(await upload(world, f"/home/{name}"))
    await world.until(lambda: len(world.store.items) <= 5)
    assert {"/home/h", "/home/g", "/home/f"} <= set(world.states())
    assert "/home/a" not in world.states()


async def test_what_ended_long_ago_is_gone_at_the_next_start(world: World) -> None:
    for name in "ab":
        world.files.tree.add(f"home/{name}")
        await world.engine.finished(await upload(world, f"/home/{name}"))
        world.now += history.KEEP_S - 1
    await world.engine.stop()
    world.engine = world.new_engine()
    await world.engine.start()
    await world.until(lambda: len(world.store.items) == 1)
    assert set(world.states()) == {"/home/b"}


# --- Stalls, limits --------------------------------------------------------------------------------------------------


async def test_an_item_that_moves_nothing_is_shown_as_stalled_until_it_moves(world: World) -> None:
    world.files.tree.add("home/a", file_entry("a", 5 * MIB))
    world.links.is_gated = True
    batch = await upload(world, "/home/a")
    await world.until_started()
    rows: dict[int, Change] = {}

    def shown() -> Change:
        rows.update((row.item.id, row) for row in world.engine.drain())
        [row] = rows.values()
        return row

    await world.until(lambda: shown().item.state is State.RUNNING)
    assert shown().stalled_s == 0.0
    world.pass_time(STALLED_S + 2)
    await world.until(lambda: shown().stalled_s >= STALLED_S)
    world.links.jobs[0].progress.moved = 7
    world.pass_time(1)
    await world.until(lambda: shown().stalled_s == 0.0)
    world.links.gate.set()
    await world.engine.finished(batch)


async def test_limits_reach_the_channels(world: World) -> None:
    world.engine.set_limits(10_000, None, 5_000)
    assert world.links.limits == (10_000, None, 5_000)


async def test_a_comparison_is_shown_with_what_has_been_compared(world: World) -> None:
    go, entered = threading.Event(), threading.Event()
    world.files.tree.add("home/a", file_entry("a", 100))
    world.links.tree.add("in/a", file_entry("a", 100))

    def compare(job: object) -> bool:
        job.progress.checked = 60  # type: ignore[attr-defined]
        entered.set()
        return not go.wait(20)

    world.links.same = compare
    batch = await upload(world, "/home/a", Policy.CONTENT)
    await asyncio.to_thread(entered.wait, 20)
    rows: list[Change] = []
    await world.until(lambda: bool(rows.extend(world.engine.drain())) or any(row.is_comparing for row in rows))
    assert [row.moved for row in rows if row.is_comparing][-1] == 60
    go.set()
    await world.engine.finished(batch)
    assert world.states() == {"/home/a": State.DONE}
    assert [job.replace for job in world.links.jobs] == [False, True]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(Policy.SIZE, State.SKIPPED), (Policy.CONTENT, State.SKIPPED), (Policy.NEWER, State.SKIPPED)],
)
async def test_a_target_that_appears_after_the_scan_is_decided_about_too(
    world: World, policy: Policy, expected: State
) -> None:
    world.files.tree.add("home/a", file_entry("a", 5))
    world.engine.pause_all()
    batch = await upload(world, "/home/a", policy)
    await world.until(lambda: world.item("a").is_scanned)
    world.links.tree.add("in/a", file_entry("a", 5))
    world.engine.resume_all()
    await world.engine.finished(batch)
    assert world.states() == {"/home/a": expected}
    assert [job.replace for job in world.links.jobs] == [False]


# --- Overlap ---------------------------------------------------------------------------------------------------------


class SlowTree:
    """A walk that goes on only when it is told to."""

    def __init__(self) -> None:
        self.step = threading.Event()

    def walk(self, path: str) -> Iterator[tuple[RemotePath, Entry | LocalError]]:
        yield (), folder("d", 1)
        for number in range(600):
            yield (f"f{number}",), file_entry(f"f{number}")
        self.step.wait(20)
        yield ("last",), file_entry("last")


async def test_the_first_files_move_while_the_tree_is_still_being_read(world: World) -> None:
    slow = SlowTree()
    world.files.walk = slow.walk  # type: ignore[method-assign]
    for number in range(600):
        world.files.tree.add(f"home/d/f{number}")
    world.files.tree.add("home/d/last")
    batch = await upload(world, "/home/d")
    await world.until(lambda: len(world.links.jobs) > 0)
    assert not slow.step.is_set()
    assert "/home/d/last" not in world.states()
    slow.step.set()
    await world.engine.finished(batch)
    assert len(world.links.jobs) == 601
