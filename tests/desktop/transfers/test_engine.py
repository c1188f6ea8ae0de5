"""The engine between two trees in memory: nothing is lost, nothing is touched unasked, whatever happens."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import wraps

import pytest
from msgspec import structs

from desktop.transfers.items import Decision, Direction, Existing, Policy, Source, State
from desktop.transfers.ports import Finished, Job, Outcome
from shared.entries import Entry, Kind
from shared.errors import (
    Code,
    ConfigError,
    ConnectionLostError,
    IdentityError,
    LoginError,
    PeerError,
    RemoteError,
)
from shared.protocol.limits import MIB
from tests.desktop.transfers.world import SITE, Store, World, file_entry, folder_entry

pytestmark = pytest.mark.asyncio

UP, DOWN = Direction.UPLOAD, Direction.DOWNLOAD
BIG = 5 * MIB


@pytest.fixture
def world() -> World:
    return World()


def started(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The test's world has a running engine, which is stopped on the test's own loop."""

    @wraps(test)
    async def run(world: World, **arguments: object) -> None:
        await world.engine.start()
        try:
            await test(world=world, **arguments)
        finally:
            world.links.gate.set()
            await world.engine.stop()

    return run


async def upload(world: World, *paths: str, policy: Policy = Policy.ASK) -> int:
    return await world.engine.add("up", UP, SITE, [Source(path) for path in paths], ("in",), policy)


async def download(world: World, *paths: str, policy: Policy = Policy.ASK) -> int:
    sources = [Source(tuple(path.split("/"))) for path in paths]
    return await world.engine.add("down", DOWN, SITE, sources, "/home", policy)


def only(states: dict[str, State]) -> set[State]:
    return set(states.values())


# --- Both ways -------------------------------------------------------------------------------------------------------


@started
async def test_a_folder_goes_up_whole_with_its_empty_folders(world: World) -> None:
    for path in ("home/pics/a.jpg", "home/pics/b/c.jpg"):
        world.files.tree.add(path)
    world.files.tree.add("home/pics/empty", folder_entry("empty"))
    await world.engine.finished(await upload(world, "/home/pics"))
    assert {"in/pics/a.jpg", "in/pics/b/c.jpg", "in/pics/empty"} <= world.links.tree.names()
    assert only(world.states()) == {State.DONE}
    assert world.item("c.jpg").digest == b"d" * 32


@started
async def test_a_folder_comes_down_whole_with_its_empty_folders(world: World) -> None:
    for path in ("docs/a.txt", "docs/b/c.txt"):
        world.links.tree.add(path)
    world.links.tree.add("docs/empty", folder_entry("empty"))
    await world.engine.finished(await download(world, "docs"))
    assert {"home/docs/a.txt", "home/docs/b/c.txt", "home/docs/empty"} <= world.files.tree.names()
    assert only(world.states()) == {State.DONE}


@started
async def test_what_is_below_a_folder_is_grouped_under_it_with_totals(world: World) -> None:
    world.files.tree.add("home/pics/a.jpg", file_entry("a.jpg", 10))
    world.files.tree.add("home/pics/b.jpg", file_entry("b.jpg", 30))
    await world.engine.finished(await upload(world, "/home/pics"))
    rows = {row.item.name: row for row in world.engine.rows()}
    folder = rows["pics"]
    assert {rows[name].item.group for name in ("a.jpg", "b.jpg")} == {folder.item.id}
    assert folder.group is not None
    assert (folder.group.items, folder.group.open, folder.group.size, folder.group.moved) == (2, 0, 40, 40)


@started
async def test_small_files_share_a_run_and_a_kept_channel(world: World) -> None:
    for number in range(20):
        world.files.tree.add(f"home/{number}")
    await world.engine.finished(await upload(world, *(f"/home/{number}" for number in range(20))))
    assert len(world.links.jobs) == 20
    assert world.links.opened <= 2
    world.files.tree.add("home/late")
    opened = world.links.opened
    await world.engine.finished(await upload(world, "/home/late"))
    assert world.links.opened == opened


async def test_no_more_runs_at_once_than_channels() -> None:
    world = World(max_channels=2)
    await world.engine.start()
    for number in range(8):
        world.files.tree.add(f"home/{number}", file_entry(str(number), BIG))
    world.links.is_gated = True
    batch = await upload(world, *(f"/home/{number}" for number in range(8)))
    await world.until_started(2)
    assert world.links.running == 2
    world.links.gate.set()
    await world.engine.finished(batch)
    assert world.links.most_running == 2
    await world.engine.stop()


@started
async def test_an_item_is_stored_before_it_starts_and_done_is_stored_before_it_is_told(world: World) -> None:
    stored_at_start: list[bool] = []

    def script(job: Job) -> None:
        stored_at_start.append(job.item in world.store.items)

    world.links.script = script
    world.files.tree.add("home/a/b")
    await world.engine.finished(await upload(world, "/home/a"))
    assert stored_at_start == [True]
    assert {item.state for item in world.store.items.values()} == {State.DONE}


@started
async def test_a_source_may_have_another_name_at_its_target(world: World) -> None:
    world.files.tree.add("home/a.txt")
    world.files.tree.add("home/d/x")
    sources = [Source("/home/a.txt", name="b.txt"), Source("/home/d", name="")]
    await world.engine.finished(await world.engine.add("t", UP, SITE, sources, ("in",)))
    assert {"in/b.txt", "in/x"} <= world.links.tree.names()
    assert "in/d" not in world.links.tree.names()


@started
async def test_an_upload_offers_the_size_and_time_that_the_file_has_when_its_turn_comes(world: World) -> None:
    world.files.tree.add("home/a", file_entry("a", 10, 5))
    world.engine.pause_all()
    batch = await upload(world, "/home/a")
    await world.until(lambda: world.item("a").is_scanned)
    world.files.tree.add("home/a", file_entry("a", 99, 7))
    world.engine.resume_all()
    await world.engine.finished(batch)
    assert (world.links.jobs[0].size, world.links.jobs[0].mtime_ns) == (99, 7)
    assert world.item("a").size == 99


# --- Names and kinds -------------------------------------------------------------------------------------------------


@started
async def test_a_name_that_the_wire_refuses_fails_by_name_and_alone(world: World) -> None:
    world.files.tree.add("home/d/good")
    world.files.tree.add("home/d/back\\slash")
    world.files.tree.add("home/d/C:drive/inner")
    await world.engine.finished(await upload(world, "/home/d"))
    states = world.states()
    assert states["/home/d/good"] is State.DONE
    assert states["/home/d/back\\slash"] is states["/home/d/C:drive"] is State.FAILED
    assert "/home/d/C:drive/inner" not in states
    failure = world.item("back\\slash").failure
    assert failure is not None
    assert failure.code is Code.BAD_NAME


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "/etc", "", "a\\b", "C:x", "nul\0", "." + "x" * 300])
@started
async def test_a_hostile_name_in_a_listing_never_becomes_a_local_path(world: World, name: str) -> None:
    world.links.tree.add("d/good")
    world.links.tree.entries["d", name] = file_entry(name)
    await world.engine.finished(await download(world, "d"))
    assert world.files.tree.names() <= {"home", "home/d", "home/d/good"}
    failed = [row.item for row in world.engine.rows() if row.item.state is State.FAILED]
    assert [item.failure.code for item in failed if item.failure] == [Code.BAD_NAME]
    assert failed[0].local == ""
    world.engine.retry([failed[0].id])
    await world.until(lambda: not world.engine.totals().queued and not world.engine.totals().active)
    await world.engine.finished(failed[0].batch)
    assert world.files.tree.names() <= {"home", "home/d", "home/d/good"}
    assert world.states()["/d/good"] is State.DONE


@started
async def test_a_listing_with_a_name_twice_is_refused_before_any_write(world: World) -> None:
    world.links.tree.add("d/x")

    def twice(site: str, path: tuple[str, ...]) -> list[object]:
        return [file_entry("x"), file_entry("x")] if path == ("d",) else [folder_entry("d")]

    world.links.list_folder = twice  # type: ignore[method-assign, assignment]
    await world.engine.finished(await download(world, "d"))
    assert only(world.states()) == {State.FAILED}
    assert world.links.jobs == []


@started
async def test_links_and_devices_are_named_and_not_followed(world: World) -> None:
    world.files.tree.add("home/d/link", Entry("link", Kind.LINK, 0, 0, 0o777))
    world.files.tree.add("home/top", Entry("top", Kind.LINK, 0, 0, 0o777))
    await world.engine.finished(await upload(world, "/home/d", "/home/top"))
    assert world.states() == {"/home/d": State.DONE, "/home/d/link": State.SKIPPED, "/home/top": State.FAILED}
    assert "link" in world.item("link").failure.detail  # type: ignore[union-attr]
    assert world.links.jobs == []


@started
async def test_a_missing_source_and_an_unreadable_folder_fail_by_name_and_can_be_retried(world: World) -> None:
    world.files.tree.add("home/d/shut/x")
    world.files.tree.add("home/d/y")
    world.files.unreadable.add("/home/d/shut")
    await world.engine.finished(await upload(world, "/home/gone", "/home/d"))
    assert world.states()["/home/gone"] is State.FAILED
    assert world.states()["/home/d/y"] is State.DONE
    assert Counter(row.item.state for row in world.engine.rows() if row.item.name == "shut")[State.FAILED] == 1
    world.files.unreadable.clear()
    world.files.tree.add("home/gone")
    world.engine.retry_failed()
    await world.until(lambda: {"in/gone", "in/d/shut/x"} <= world.links.tree.names())


@started
async def test_an_unreadable_remote_folder_fails_alone(world: World) -> None:
    world.links.tree.add("d/shut/x")
    world.links.tree.add("d/y")
    world.links.listing_error["d", "shut"] = RemoteError(Code.PERMISSION, path="/d/shut")
    await world.engine.finished(await download(world, "d"))
    assert world.states()["/d/y"] is State.DONE
    failed = [row.item for row in world.engine.rows() if row.item.state is State.FAILED]
    assert [item.remote for item in failed] == [("d", "shut")]


# --- Conflicts -------------------------------------------------------------------------------------------------------


async def asking(world: World, batch: int, count: int = 1) -> list[int]:
    await world.until(lambda: world.engine.totals().asking == count)
    return [row.item.id for row in world.engine.rows() if row.item.state is State.ASKING]


@pytest.mark.parametrize("direction", [UP, DOWN])
@started
async def test_an_existing_target_is_asked_about_before_it_is_touched(world: World, direction: Direction) -> None:
    (world.files.tree if direction is UP else world.links.tree).add("d/a", file_entry("a", 5, 9 * 10**9))
    target = world.links.tree if direction is UP else world.files.tree
    old = file_entry("a", 77, 1)
    target.add("in/a" if direction is UP else "home/a", old)
    batch = await (upload(world, "/d/a") if direction is UP else download(world, "d/a"))
    [id] = await asking(world, batch)
    assert target.entries["in" if direction is UP else "home", "a"] == old
    row = next(row for row in world.engine.rows() if row.item.id == id)
    assert row.existing is not None
    assert (row.existing.size, row.existing.mtime_ns) == (77, 1)
    world.engine.answer(id, Decision(Policy.OVERWRITE))
    await world.engine.finished(batch)
    assert target.entries["in" if direction is UP else "home", "a"].size == 5


@started
async def test_answers_for_one_item_leave_the_other_questions_open(world: World) -> None:
    for name in "abc":
        world.files.tree.add(f"home/{name}", file_entry(name, 5))
        world.links.tree.add(f"in/{name}", file_entry(name, 1))
    batch = await upload(world, "/home/a", "/home/b", "/home/c")
    first, second, _ = await asking(world, batch, 3)
    world.engine.answer(first, Decision(Policy.SKIP))
    world.engine.answer(second, Decision(Policy.RENAME))
    await asking(world, batch, 1)
    await world.until(lambda: "in/b (2)" in world.links.tree.names())
    assert world.states()["/home/a"] is State.SKIPPED
    assert world.links.tree.entries["in", "a"].size == world.links.tree.entries["in", "c"].size == 1


@started
async def test_an_answer_for_the_batch_holds_for_what_comes_later_and_survives_a_restart(world: World) -> None:
    for name in "ab":
        world.files.tree.add(f"home/{name}", file_entry(name, 5))
        world.links.tree.add(f"in/{name}", file_entry(name, 1))
    world.engine.set_max_channels(1)
    batch = await upload(world, "/home/a")
    [id] = await asking(world, batch)
    world.engine.answer(id, Decision(Policy.OVERWRITE, for_batch=True))
    await world.engine.finished(batch)
    assert world.store.batches[batch].policy is Policy.OVERWRITE
    assert world.links.tree.entries["in", "a"].size == 5
    assert world.engine.batch(batch).policy is Policy.OVERWRITE


@started
async def test_an_answer_for_the_batch_answers_all_open_questions_of_that_batch_only(world: World) -> None:
    for name in "abc":
        world.files.tree.add(f"home/{name}", file_entry(name, 5))
        world.links.tree.add(f"in/{name}", file_entry(name, 1))
    one = await upload(world, "/home/a", "/home/b")
    await upload(world, "/home/c")
    first, *_ = await asking(world, one, 3)
    world.engine.answer(first, Decision(Policy.SKIP, for_batch=True))
    await world.engine.finished(one)
    assert world.states() == {"/home/a": State.SKIPPED, "/home/b": State.SKIPPED, "/home/c": State.ASKING}


@pytest.mark.parametrize(
    ("policy", "age_s", "state", "size"),
    [
        (Policy.SKIP, 0, State.SKIPPED, 1),
        (Policy.OVERWRITE, 0, State.DONE, 5),
        (Policy.RESUME, 0, State.DONE, 5),
        (Policy.NEWER, 10, State.DONE, 5),
        (Policy.NEWER, -10, State.SKIPPED, 1),
    ],
)
@pytest.mark.parametrize("direction", [UP, DOWN])
@started
async def test_policies_need_no_question(
    world: World, direction: Direction, policy: Policy, age_s: int, state: State, size: int
) -> None:
    source, target = (world.files.tree, world.links.tree) if direction is UP else (world.links.tree, world.files.tree)
    source.add("d/a", file_entry("a", 5, (100 + age_s) * 10**9))
    target.add("in/a" if direction is UP else "home/a", file_entry("a", 1, 100 * 10**9))
    add = upload(world, "/d/a", policy=policy) if direction is UP else download(world, "d/a", policy=policy)
    await world.engine.finished(await add)
    assert only(world.states()) == {state}
    assert target.entries["in" if direction is UP else "home", "a"].size == size


@pytest.mark.parametrize("direction", [UP, DOWN])
@started
async def test_rename_takes_the_first_free_name(world: World, direction: Direction) -> None:
    source, target = (world.files.tree, world.links.tree) if direction is UP else (world.links.tree, world.files.tree)
    source.add("d/a.txt", file_entry("a.txt", 5))
    folder = "in" if direction is UP else "home"
    # The same size and time as the source: not ours, because nothing was sent there.
    target.add(f"{folder}/a.txt", file_entry("a.txt", 5))
    target.add(f"{folder}/a (2).txt", file_entry("a (2).txt", 5))
    path = "/d/a.txt" if direction is UP else "d/a.txt"
    add = upload if direction is UP else download
    await world.engine.finished(await add(world, path, policy=Policy.RENAME))
    assert f"{folder}/a (3).txt" in target.names()
    assert len(target.children((folder,))) == 3


@started
async def test_a_folder_in_the_place_of_a_file_is_a_failure_with_a_reason(world: World) -> None:
    world.links.tree.add("d/a")
    world.files.tree.add("home/a", folder_entry("a"))
    await world.engine.finished(await download(world, "d/a", policy=Policy.OVERWRITE))
    failure = world.item("a").failure
    assert failure is not None
    assert failure.code is Code.IS_FOLDER
    assert "folder" in failure.detail


@started
async def test_our_own_file_after_a_lost_answer_is_not_asked_about(world: World) -> None:
    """The server put the file in place, and the line broke before it could say so."""
    world.files.tree.add("home/a", file_entry("a", 5, 10**9))

    def script(job: Job) -> None:
        world.links.tree.add("in/a", file_entry("a", 5, 10**9))
        world.links.script = lambda job: None
        raise ConnectionLostError("cut")

    world.links.script = script
    batch = await upload(world, "/home/a", policy=Policy.RENAME)
    await world.until(lambda: only(world.states()) == {State.WAITING})
    world.engine.site_ready(SITE)
    await world.engine.finished(batch)
    assert only(world.states()) == {State.DONE}
    assert "in/a (2)" not in world.links.tree.names()
    assert world.links.jobs[-1].replace


# --- Lines that break ------------------------------------------------------------------------------------------------


@started
async def test_a_lost_line_costs_no_item_and_goes_on_when_the_site_is_ready(world: World) -> None:
    for number in range(5):
        world.files.tree.add(f"home/{number}")

    def script(job: Job) -> None:
        if job.local.endswith("2"):
            world.links.script = lambda job: None
            raise ConnectionLostError("cut")

    world.links.script = script
    world.engine.pause_all()
    batch = await upload(world, *(f"/home/{number}" for number in range(5)))
    await world.until(lambda: all(row.item.is_scanned for row in world.engine.rows()))
    world.engine.resume_all()
    await world.until(lambda: world.engine.totals().count(State.WAITING) == 3)
    assert world.item("2").attempts == 1
    assert world.item("3").attempts == 0
    world.engine.site_ready(SITE)
    await world.engine.finished(batch)
    assert only(world.states()) == {State.DONE}


@started
async def test_waiting_grows_and_ends_in_failure_after_eight_losses(world: World) -> None:
    world.links.is_up = False
    world.engine.set_max_channels(1)
    world.files.tree.add("home/a")
    world.files.tree.add("home/b", file_entry("b", BIG))
    batch = await upload(world, "/home/a", "/home/b")
    opened = 0
    for delay in (1, 2, 4, 8, 16, 30, 30):
        await world.until(lambda opened=opened: world.links.opened > opened and not world.engine.totals().active)
        await world.until(lambda: world.engine.totals().count(State.WAITING) >= 1)
        opened = world.links.opened
        world.pass_time(delay - 0.5)
        await asyncio.sleep(0.01)
        assert world.links.opened == opened
        world.pass_time(0.5)
    await world.engine.finished(batch)
    assert only(world.states()) == {State.FAILED}
    failure = world.item("a").failure
    assert failure is not None
    assert failure.is_retryable


async def test_a_window_waits_for_ever() -> None:
    world = World(patience=None)
    await world.engine.start()
    world.links.is_up = False
    world.files.tree.add("home/a")
    batch = await upload(world, "/home/a")
    for round in range(1, 13):
        await world.until(lambda round=round: world.links.opened >= round)
        await world.until(lambda: only(world.states()) == {State.WAITING})
        world.pass_time(31)
    world.links.is_up = True
    world.engine.site_ready(SITE)
    await world.engine.finished(batch)
    assert only(world.states()) == {State.DONE}
    await world.engine.stop()


@started
async def test_an_item_that_breaks_the_line_each_time_fails_and_the_others_arrive(world: World) -> None:
    for name in ("a", "poison", "z"):
        world.files.tree.add(f"home/{name}")

    def script(job: Job) -> None:
        if job.local.endswith("poison"):
            raise ConnectionLostError("cut")

    world.links.script = script
    batch = await upload(world, "/home/a", "/home/poison", "/home/z")
    done = asyncio.create_task(world.engine.finished(batch))
    while not done.done():
        world.engine.site_ready(SITE)
        await asyncio.sleep(0.001)
    assert world.states() == {"/home/a": State.DONE, "/home/poison": State.FAILED, "/home/z": State.DONE}


@started
async def test_a_huge_file_on_a_bad_line_gets_there_as_long_as_it_gets_further(world: World) -> None:
    world.files.tree.add("home/huge", file_entry("huge", 100 * BIG))
    cuts = 0

    def script(job: Job) -> Outcome | None:
        nonlocal cuts
        if cuts < 25:
            cuts += 1
            job.progress.moved = cuts * BIG
            raise ConnectionLostError("cut")
        return None

    world.links.script = script
    batch = await upload(world, "/home/huge")
    done = asyncio.create_task(world.engine.finished(batch))
    while not done.done():
        world.engine.site_ready(SITE)
        await asyncio.sleep(0.001)
    assert only(world.states()) == {State.DONE}
    assert cuts == 25


@started
async def test_a_kept_channel_that_has_gone_stale_is_no_lost_line(world: World) -> None:
    world.files.tree.add("home/a")
    world.files.tree.add("home/b")
    await world.engine.finished(await upload(world, "/home/a"))
    kept = world.engine._errands.idle.take(SITE)
    assert kept is not None
    kept.is_closed = True  # type: ignore[attr-defined]
    world.engine._errands.idle.give(SITE, kept, world.now)
    await world.engine.finished(await upload(world, "/home/b"))
    assert only(world.states()) == {State.DONE}
    assert world.engine._scheduler.losses(SITE) == 0


@started
async def test_an_idle_channel_is_closed_after_a_while(world: World) -> None:
    world.files.tree.add("home/a")
    await world.engine.finished(await upload(world, "/home/a"))
    assert world.links.closed == 0
    world.pass_time(16)
    await world.until(lambda: world.links.closed == world.links.opened)


@started
async def test_a_channel_whose_session_has_ended_waits_for_the_next_session(world: World) -> None:
    world.links.open_error = LoginError("the session has ended")
    world.files.tree.add("home/a")
    batch = await upload(world, "/home/a")
    await world.until(lambda: only(world.states()) == {State.WAITING})
    world.links.open_error = None
    world.engine.site_ready(SITE)
    await world.engine.finished(batch)
    assert only(world.states()) == {State.DONE}


@started
async def test_another_identity_stops_everything_for_that_site_at_once(world: World) -> None:
    world.links.open_error = IdentityError("another server", found="SHA256:x", expected="SHA256:y")
    for number in range(600):
        world.files.tree.add(f"home/{number}")
    world.engine.set_max_channels(1)
    await world.engine.finished(await upload(world, *(f"/home/{number}" for number in range(600))))
    assert only(world.states()) == {State.FAILED}
    assert world.links.opened < 10


@started
async def test_a_peer_that_breaks_the_protocol_fails_what_was_under_way_and_the_queue_ends(world: World) -> None:
    for number in range(6):
        world.files.tree.add(f"home/{number}", file_entry(str(number), BIG))

    def script(job: Job) -> None:
        raise PeerError("nonsense")

    world.links.script = script
    batch = await upload(world, *(f"/home/{number}" for number in range(6)))
    done = asyncio.create_task(world.engine.finished(batch))
    while not done.done():
        world.engine.site_ready(SITE)
        await asyncio.sleep(0.001)
    assert only(world.states()) == {State.FAILED}
    assert len(world.links.jobs) == 6


@started
async def test_a_bug_in_a_worker_costs_its_item_and_is_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.files.tree.add("home/a", file_entry("a", BIG))
    world.files.tree.add("home/b", file_entry("b", BIG))

    def script(job: Job) -> None:
        if job.local.endswith("a"):
            raise ZeroDivisionError

    world.links.script = script
    batch = await upload(world, "/home/a", "/home/b")
    done = asyncio.create_task(world.engine.finished(batch))
    while not done.done():
        world.engine.site_ready(SITE)
        await asyncio.sleep(0.001)
    assert world.states() == {"/home/a": State.FAILED, "/home/b": State.DONE}
    assert "ZeroDivisionError" in caplog.text


@started
async def test_a_remote_scan_waits_for_a_lost_line_and_loses_nothing(world: World) -> None:
    world.links.tree.add("d/x")
    world.links.is_up = False
    batch = await download(world, "d")
    await world.until(lambda: only(world.states()) == {State.WAITING})
    world.links.is_up = True
    world.engine.site_ready(SITE)
    await world.engine.finished(batch)
    assert world.states() == {"/d": State.DONE, "/d/x": State.DONE}


# --- Failures of items -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "attempts"), [(Code.BUSY, 7), (Code.CHANGED, 3), (Code.PERMISSION, 1), (Code.QUOTA, 1)]
)
@started
async def test_what_can_mend_itself_is_tried_again_and_the_rest_once(world: World, code: Code, attempts: int) -> None:
    world.files.tree.add("home/a")
    world.files.tree.add("home/b")
    world.links.script = lambda job: RemoteError(code, "because") if job.local.endswith("a") else None
    batch = await upload(world, "/home/a", "/home/b")
    done = asyncio.create_task(world.engine.finished(batch))
    while not done.done():
        world.pass_time(1)
        await asyncio.sleep(0.001)
    assert sum(job.local.endswith("a") for job in world.links.jobs) == attempts
    assert world.states() == {"/home/a": State.FAILED, "/home/b": State.DONE}
    failure = world.item("a").failure
    assert failure is not None
    assert (failure.code, failure.detail) == (code, "because")


@started
async def test_a_retry_begins_anew(world: World) -> None:
    world.files.tree.add("home/a")
    world.links.script = lambda job: RemoteError(Code.PERMISSION)
    batch = await upload(world, "/home/a")
    await world.engine.finished(batch)
    world.links.script = lambda job: None
    world.engine.retry_failed()
    await world.until(lambda: only(world.states()) == {State.DONE})
    assert world.item("a").failure is None


@started
async def test_a_store_that_refuses_is_told_and_caught_up_with(world: World) -> None:
    world.files.tree.add("home/a")
    world.links.is_gated = True
    batch = await upload(world, "/home/a")
    await world.until_started()
    world.store.error = ConfigError("disk full")
    world.links.gate.set()
    await world.until(lambda: world.engine.trouble is not None)
    assert world.states()["/home/a"] is State.DONE
    world.store.error = None
    world.engine.look_again()
    await world.engine.finished(batch)
    assert world.engine.trouble is None
    assert {item.state for item in world.store.items.values()} == {State.DONE}


@started
async def test_adding_to_a_store_that_refuses_is_an_error_of_the_caller(world: World) -> None:
    world.store.error = ConfigError("disk full")
    with pytest.raises(ConfigError):
        await upload(world, "/home/a")
    assert world.engine.rows() == []


# --- Wishes ----------------------------------------------------------------------------------------------------------


async def running(world: World, size: int = BIG) -> tuple[int, int]:
    world.files.tree.add("home/a", file_entry("a", size))
    world.links.is_gated = True
    batch = await upload(world, "/home/a")
    await world.until_started()
    await world.until(lambda: world.states() == {"/home/a": State.RUNNING})
    return batch, world.item("a").id


@started
async def test_pause_and_resume_of_a_running_item_keep_what_was_moved(world: World) -> None:
    batch, id = await running(world)
    world.engine._foreman.tasks[id].progress.moved = 123
    world.engine.pause([id])
    await world.until(lambda: world.item("a").state is State.PAUSED)
    assert world.item("a").moved == 123
    world.links.gate.set()
    world.engine.resume([id])
    await world.engine.finished(batch)
    assert only(world.states()) == {State.DONE}


@started
async def test_cancel_of_a_running_upload_discards_what_it_made_and_only_that(world: World) -> None:
    _, id = await running(world)
    world.engine.cancel([id])
    await world.until(lambda: world.links.discarded == [("in", "a")])
    assert only(world.states()) == {State.CANCELLED}
    assert "in/a" not in world.links.tree.names()


@started
async def test_cancel_of_a_running_download_removes_its_part(world: World) -> None:
    world.links.tree.add("d/a", file_entry("a", BIG))
    world.links.is_gated = True
    await download(world, "d/a")
    await world.until_started()
    world.engine.cancel([world.item("a").id])
    await world.until(lambda: world.files.discarded == ["/home/a"])


@started
async def test_cancel_of_what_never_started_removes_nothing(world: World) -> None:
    world.files.tree.add("home/a", file_entry("a", BIG))
    world.engine.pause_all()
    batch = await upload(world, "/home/a")
    await world.until(lambda: world.item("a").is_scanned)
    world.engine.cancel([world.item("a").id])
    await world.engine.finished(batch)
    assert world.links.discarded == []


@started
async def test_a_cancelled_folder_takes_all_below_it_along_and_a_scan_under_way(world: World) -> None:
    for number in range(1200):
        world.files.tree.add(f"home/d/{number}", file_entry(str(number), BIG))
    world.links.is_gated = True
    batch = await upload(world, "/home/d")
    await world.until_started(4)
    world.engine.cancel([world.item("d").id])
    await world.engine.finished(batch)
    assert only(world.states()) <= {State.CANCELLED, State.DONE}
    assert world.engine.totals().count(State.CANCELLED) >= 4


@started
async def test_pausing_the_whole_queue_stops_runs_and_loses_no_place(world: World) -> None:
    batch, _ = await running(world)
    world.engine.pause_all()
    await world.until(lambda: world.states() == {"/home/a": State.QUEUED})
    assert world.engine.is_paused
    world.links.gate.set()
    world.engine.resume_all()
    await world.engine.finished(batch)
    assert only(world.states()) == {State.DONE}


@started
async def test_remove_forgets_items_on_disk_too_and_cancels_those_that_run(world: World) -> None:
    batch, id = await running(world)
    world.engine.drain()
    world.engine.remove([id])
    await world.engine.finished(batch)
    assert world.engine.rows() == []
    assert world.store.items == {}
    assert [(change.item.id, change.is_removed) for change in world.engine.drain()] == [(id, True)]


@started
async def test_clearing_keeps_what_failed_and_the_folder_around_it(world: World) -> None:
    world.files.tree.add("home/d/good")
    world.files.tree.add("home/d/bad")
    world.files.tree.add("home/e/good")
    world.links.script = lambda job: RemoteError(Code.PERMISSION) if job.local.endswith("bad") else None
    await world.engine.finished(await upload(world, "/home/d", "/home/e"))
    world.engine.clear_finished()
    await world.until(lambda: len(world.engine.rows()) == 2)
    assert set(world.states()) == {"/home/d", "/home/d/bad"}


@started
async def test_moving_to_the_top_changes_what_starts_next(world: World) -> None:
    world.engine.set_max_channels(1)
    for name in "abcd":
        world.files.tree.add(f"home/{name}", file_entry(name, BIG))
    world.links.is_gated = True
    batch = await upload(world, *(f"/home/{name}" for name in "abcd"))
    await world.until_started()
    world.engine.move([world.item("d").id], "top")
    world.engine.move([world.item("c").id], "up")
    await world.until(lambda: world.item("d").position < world.item("a").position)
    world.links.gate.set()
    await world.engine.finished(batch)
    assert [job.local[-1] for job in world.links.jobs] == ["a", "d", "c", "b"]


@started
async def test_wishes_that_mean_nothing_to_an_item_pass_it_by(world: World) -> None:
    world.files.tree.add("home/a")
    batch = await upload(world, "/home/a")
    await world.engine.finished(batch)
    id = world.item("a").id
    for wish in (world.engine.pause, world.engine.resume, world.engine.cancel, world.engine.retry):
        wish([id, 9999])
    world.engine.answer(9999, Decision(Policy.SKIP))
    world.engine.answer(id, Decision(Policy.SKIP))
    world.engine.move([id], "up")
    await world.until(lambda: not world.engine._orders)
    assert only(world.states()) == {State.DONE}


# --- Stopping and starting again -------------------------------------------------------------------------------------


@started
async def test_stop_gives_running_items_back_and_the_next_start_finishes_them(world: World) -> None:
    _, id = await running(world)
    world.engine._foreman.tasks[id].progress.moved = 77
    await world.engine.stop()
    assert world.store.items[id].state is State.QUEUED
    assert world.store.items[id].moved == 77
    world.links.is_gated = False
    world.engine = world.new_engine()
    await world.engine.start()
    await world.engine.finished(world.store.items[id].batch)
    assert only(world.states()) == {State.DONE}


async def test_a_crash_in_the_middle_of_a_scan_loses_and_doubles_nothing() -> None:
    store = Store()
    world = World(store=store)
    await world.engine.start()
    for number in range(1700):
        world.files.tree.add(f"home/d/{number}")
    world.engine.pause_all()
    kept: Store | None = None
    adds = store.add_items

    def crash_after_one_chunk(items):
        nonlocal kept
        stored = adds(items)
        if len(store.items) > 500 and kept is None:
            kept = Store()
            kept.batches, kept.items = dict(store.batches), dict(store.items)
            kept._next_item, kept._next_batch = store._next_item, store._next_batch
        return stored

    store.add_items = crash_after_one_chunk  # type: ignore[method-assign]
    await upload(world, "/home/d")
    await world.until(lambda: kept is not None)
    await world.engine.stop()
    assert kept is not None
    assert 0 < len(kept.items) < 1701
    kept.items = {
        id: structs.replace(item, state=State.QUEUED) if item.state is State.SCANNING else item
        for id, item in kept.items.items()
    }
    again = World(store=kept)
    again.files.tree = world.files.tree
    again.links.files = again.files
    await again.engine.start()
    await again.engine.finished(1)
    assert Counter(again.states().values()) == {State.DONE: 1701}
    assert len(again.engine.rows()) == 1701
    await again.engine.stop()


@started
async def test_a_question_is_asked_again_after_a_restart(world: World) -> None:
    world.files.tree.add("home/a", file_entry("a", 5))
    world.links.tree.add("in/a", file_entry("a", 1))
    batch = await upload(world, "/home/a")
    [id] = await asking(world, batch)
    await world.engine.stop()
    del world.links.tree.entries["in", "a"]
    world.engine = world.new_engine()
    await world.engine.start()
    await world.engine.finished(batch)
    assert world.store.items[id].state is State.DONE


@started
async def test_stop_cuts_a_worker_that_does_not_stop(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setattr("desktop.transfers.engine.GRACE_S", 0.01)
    _, id = await running(world)
    monkeypatch.setattr("desktop.transfers.courier.Run.stop", lambda run: None)
    await world.engine.stop()
    assert world.links.closed
    assert not world.store.items[id].state.is_final


async def test_stop_twice_and_stop_before_start_do_nothing() -> None:
    world = World()
    await world.engine.stop()
    world = World()
    await world.engine.start()
    await world.engine.stop()
    await world.engine.stop()
    with pytest.raises(RuntimeError):
        await upload(world, "/home/a")


@started
async def test_whoever_waits_for_a_batch_is_released_by_a_stop(world: World) -> None:
    batch, _ = await running(world)
    waiting = asyncio.create_task(world.engine.finished(batch))
    await asyncio.sleep(0)
    await world.engine.stop()
    await waiting


async def test_start_tells_a_store_that_cannot_be_read_and_leaves_no_thread() -> None:
    world = World()

    def load() -> None:
        raise ConfigError("in use")

    world.store.load = load  # type: ignore[method-assign, assignment]
    with pytest.raises(ConfigError):
        await world.engine.start()


# --- Showing ---------------------------------------------------------------------------------------------------------


@started
async def test_drain_tells_each_change_once_and_running_rates_as_they_move(world: World) -> None:
    _, id = await running(world, size=10 * BIG)
    await world.until(lambda: any(change.item.state is State.RUNNING for change in world.engine.drain()))
    progress = world.engine._foreman.tasks[id].progress
    world.now += 1.0
    progress.moved = progress.sent = BIG
    [change] = world.engine.drain()
    assert (change.moved, change.rate_bps) == (BIG, BIG)
    assert change.eta_s == pytest.approx(9.0)
    assert world.engine.drain() == []


@started
async def test_totals_count_states_and_bytes(world: World) -> None:
    batch, id = await running(world, size=10 * BIG)
    totals = world.engine.totals()
    assert (totals.active, totals.bytes_total, totals.bytes_moved) == (1, 10 * BIG, 0)
    world.now += 2.0
    progress = world.engine._foreman.tasks[id].progress
    progress.moved = progress.sent = 2 * BIG
    totals = world.engine.totals()
    assert (totals.bytes_moved, totals.rate_bps) == (2 * BIG, BIG)
    assert totals.eta_s == pytest.approx(8.0)
    world.links.gate.set()
    await world.engine.finished(batch)
    totals = world.engine.totals()
    assert (totals.done, totals.active, totals.queued, totals.bytes_moved) == (1, 0, 0, 10 * BIG)


@started
async def test_the_callback_comes_once_between_two_drains(world: World) -> None:
    world.files.tree.add("home/a")
    world.engine.drain()
    world.calls = 0
    await world.engine.finished(await upload(world, "/home/a"))
    assert world.calls == 1
    assert world.engine.drain()
    assert world.calls == 1


@started
async def test_a_long_list_is_drained_in_pieces_and_completely(world: World) -> None:
    for number in range(2500):
        world.files.tree.add(f"home/d/{number}")
    await world.engine.finished(await upload(world, "/home/d"))
    seen: set[int] = set()
    while changes := world.engine.drain(400):
        assert len(changes) <= 401
        seen |= {change.item.id for change in changes}
    assert len(seen) == 2501


# --- Size ------------------------------------------------------------------------------------------------------------


async def operations(monkeypatch: pytest.MonkeyPatch, count: int) -> Counter[str]:
    """Move ``count`` files of a flat folder and count what the engine did."""
    world = World()
    counts: Counter[str] = Counter()

    def counting(owner: object, name: str) -> None:
        real: Callable[..., object] = getattr(owner, name)

        def call(*args: object, **kwargs: object) -> object:
            counts[name] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    for owner, names in (
        (world.engine._ledger, ("put", "admit", "_count")),
        (world.engine._scheduler, ("queue", "forget", "_first", "decide")),
        (world.engine._foreman, ("take", "_accept")),
        (world.store, ("update_items", "add_items")),
    ):
        for name in names:
            counting(owner, name)

    names = [str(number) for number in range(count)]
    top = folder_entry("d")
    world.files.walk = lambda path: iter(  # type: ignore[method-assign]
        [((), top), *(((name,), file_entry(name)) for name in names)]
    )
    moved: list[int] = []
    monkeypatch.setattr(type(world.files), "existing", lambda files, path: Existing(Kind.FILE, 3, 0))
    monkeypatch.setattr(
        "tests.desktop.transfers.world.Channel._move",
        lambda channel, job: (moved.append(job.item), Finished(3, b"d" * 32, 3))[1],
    )
    await world.engine.start()
    await world.engine.finished(await upload(world, "/home/d"))
    assert world.engine.totals().done == count + 1
    assert len(set(moved)) == len(moved) == count
    await world.engine.stop()
    return counts


@pytest.mark.timeout(300)
async def test_ten_times_the_files_cost_ten_times_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        small = await operations(patch, 10_000)
    with monkeypatch.context() as patch:
        large = await operations(patch, 100_000)
    for name in ("admit", "queue", "forget", "_first", "_accept", "add_items"):
        assert large[name] <= 13 * small[name], (name, small[name], large[name])
    # A report holds what a worker finished since the last one, so their number depends on who was faster; it is
    # never more than a beginning and an end for each file.
    assert large["take"] <= 2 * 100_000
    assert large["put"] <= 2 * 100_000 + 100
    assert large["_count"] <= 5 * 100_000 + 200
    # Batched: a transaction holds many items.
    assert large["update_items"] < 100_000 / 50
