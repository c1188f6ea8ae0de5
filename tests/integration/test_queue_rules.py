"""The queue's rules between two real programs: what decides a conflict, what folders get, rates, stalls."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.client.links import ClientLinks
from desktop.client.throttle import Throttle
from desktop.places.local import DiskFiles
from desktop.storage.queue_store import MemoryStore
from desktop.transfers.engine import TransferEngine
from desktop.transfers.items import Direction, Policy, Source, State
from desktop.transfers.ports import FolderFacts
from shared.errors import LocalError
from shared.protocol import limits
from shared.protocol.limits import MIB
from tests.integration.conftest import Desk, Line, random_file
from tests.integration.depot import Depot, Result

UP = Direction.UPLOAD
HOUR = 3600


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Depot]:
    depot = Depot(tmp_path_factory.mktemp("depot"))
    yield depot
    depot.close()


class HeldLine(Line):
    """A line that can stop carrying, with every connection left open."""

    def __init__(self, port: int) -> None:
        self._goes = threading.Event()
        self._goes.set()
        super().__init__(port)

    def hold(self) -> None:
        self._goes.clear()

    def let_go(self) -> None:
        self._goes.set()

    def close(self) -> None:
        self.let_go()
        super().close()

    def _carrying(self, source: socket.socket, count: int) -> None:
        self._goes.wait()


@pytest.fixture
def line(desk: Desk) -> Iterator[HeldLine]:
    line = HeldLine(desk.server.address[1])
    yield line
    line.close()


def write(path: Path, text: str, mtime: float | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if mtime is not None:
        os.utime(path, (mtime, mtime))
    return path


def ended(result: Result) -> dict[str, str]:
    """Return how each file ended, by the last component of its source."""
    files = [line for line in result.events if line.get("kind") == "file"]
    return {line["source"].rpartition("/")[2]: line["event"] for line in files}


# --- Conflicts -------------------------------------------------------------------------------------------------------

NOW = 1_700_000_000.0
PAIRS = {
    # name: (source, its time, target, its time)
    "equal": ("aaaa", NOW, "aaaa", NOW + HOUR),
    "content": ("bbbb", NOW, "BBBB", NOW),
    "longer": ("cccc+", NOW, "cccc", NOW),
    "newer": ("dddd", NOW + 3, "DDDD", NOW),
    "same-age": ("eeee", NOW + 2, "EEEE", NOW),
}


@pytest.mark.parametrize("verb", ["put", "get"])
@pytest.mark.parametrize(
    ("policy", "replaced"),
    [
        ("size", {"longer"}),
        ("content", {"content", "longer", "newer", "same-age"}),
        ("newer", {"newer"}),
        ("overwrite", set(PAIRS)),
        ("skip", set()),
    ],
)
def test_each_policy_replaces_just_what_it_says(
    depot: Depot, tmp_path: Path, verb: str, policy: str, replaced: set[str]
) -> None:
    folder = f"{verb}-{policy}"
    here, there = tmp_path / folder, depot.home / folder
    source, target = (here, there) if verb == "put" else (there, here)
    for name, (new, when, old, then) in PAIRS.items():
        write(source / name, new, when)
        write(target / name, old, then)
    write(source / "alone", "x")
    words = [str(here), depot.url("")] if verb == "put" else [depot.url(folder), str(tmp_path)]
    result = depot.run(verb, *words, "--on-conflict", policy)
    assert result.status == 0, result.errors
    assert {name for name, event in ended(result).items() if event == "done"} == {*replaced, "alone"}
    for name, (new, _, old, _) in PAIRS.items():
        assert (target / name).read_text() == (new if name in replaced else old)


# --- Folders, links --------------------------------------------------------------------------------------------------


def a_tree(root: Path) -> Path:
    write(root / "a" / "b" / "deep.txt", "x", NOW)
    write(root / "top.txt", "y", NOW + 5)
    (root / "empty").mkdir()
    (root / "link").symlink_to("top.txt")
    (root / "loop").symlink_to(".")
    for number, folder in enumerate(["a/b", "a", "empty", "."]):
        (root / folder).chmod(0o750 + number % 2 * 0o5)
        os.utime(root / folder, (NOW - 1000 * number, NOW - 1000 * number - 0.5))
    return root


def facts(root: Path) -> dict[str, tuple[int, int]]:
    """Return time and mode of everything below a folder that is no link, and of the folder."""
    found = {}
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            status = path.stat()
            found[str(path.relative_to(root))] = (status.st_mtime_ns, stat.S_IMODE(status.st_mode))
    return found


def test_files_and_folders_keep_their_times_and_modes_both_ways(depot: Depot, tmp_path: Path) -> None:
    source = a_tree(tmp_path / "tree")
    put = depot.run("put", str(source), depot.url(""))
    assert put.status == 0, put.errors
    assert facts(depot.home / "tree") == facts(source)
    assert {line["source"].rpartition("/")[2] for line in put.of("skipped")} == {"link", "loop"}
    get = depot.run("get", depot.url("tree"), str(tmp_path / "back"))
    assert get.status == 0, get.errors
    assert facts(tmp_path / "back") == facts(source)


def test_a_folder_that_nobody_may_write_in_is_filled_and_stays_usable_to_its_owner(
    depot: Depot, tmp_path: Path
) -> None:
    write(tmp_path / "shut" / "a", "x")
    (tmp_path / "shut").chmod(0o555)
    assert depot.run("put", str(tmp_path / "shut"), depot.url("")).status == 0
    assert (depot.home / "shut" / "a").read_text() == "x"
    assert depot.run("get", depot.url("shut"), str(tmp_path / "back")).status == 0
    assert stat.S_IMODE((tmp_path / "back").stat().st_mode) & 0o700 == 0o700
    (tmp_path / "shut").chmod(0o755)


def test_a_time_is_given_to_the_folder_and_not_to_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    before = (tmp_path / "real").stat().st_mtime_ns
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(LocalError):
        DiskFiles().settle_folder(str(tmp_path / "link"), 5, 0o700)
    assert (tmp_path / "real").stat().st_mtime_ns == before


# --- Rates, stalls ---------------------------------------------------------------------------------------------------


def test_a_limit_each_way_holds_for_the_command_line(depot: Depot, tmp_path: Path) -> None:
    source = random_file(tmp_path / "f", 2 * MIB)
    began = time.monotonic()
    assert depot.run("put", str(source), depot.url(""), "--limit-up", "1M", "--limit-down", "1K").status == 0
    assert time.monotonic() - began >= 1.9
    assert (depot.home / "f").read_bytes() == source.read_bytes()


class Crossing:
    """An engine with one server, without a window."""

    def __init__(self, links: ClientLinks) -> None:
        self.links = links
        self.engine = TransferEngine(MemoryStore(), links, DiskFiles())

    async def __aenter__(self) -> Crossing:
        await self.engine.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.engine.stop()

    async def put(self, site: str, source: Path, policy: Policy = Policy.ASK) -> int:
        return await self.engine.add("t", UP, site, [Source(str(source))], (), policy)

    def states(self) -> set[State]:
        return {row.item.state for row in self.engine.rows()}


@pytest.mark.asyncio
async def test_a_limit_that_is_lifted_lets_those_go_that_wait(desk: Desk, tmp_path: Path) -> None:
    source = random_file(tmp_path / "f", 6 * MIB)
    session = await desk.session()
    links = ClientLinks(asyncio.get_running_loop(), Throttle())
    links.set_session(session.site, session)
    async with Crossing(links) as crossing:
        crossing.engine.set_limits(None, 20_000, None)  # five minutes at this rate
        batch = await crossing.put(session.site, source)
        while State.RUNNING not in crossing.states():
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        assert crossing.states() == {State.RUNNING}
        crossing.engine.set_limits(None, None, None)
        async with asyncio.timeout(60):
            await crossing.engine.finished(batch)
        assert crossing.states() == {State.DONE}
    await session.close()
    assert (desk.home / "f").read_bytes() == source.read_bytes()


@pytest.mark.asyncio
async def test_a_line_that_stalls_is_given_up_and_made_again(
    desk: Desk, line: HeldLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STALL_DEADLINE", 0.7)
    source = random_file(tmp_path / "f", 24 * MIB)
    session = await desk.session(port=line.port)
    links = ClientLinks(asyncio.get_running_loop(), Throttle(12_000_000))
    links.set_session(session.site, session)
    async with Crossing(links) as crossing:
        batch = await crossing.put(session.site, source)
        while not any(row.moved > 4 * MIB for row in crossing.engine.rows()):
            await asyncio.sleep(0.02)
        line.hold()
        async with asyncio.timeout(60):
            while State.WAITING not in crossing.states():
                await asyncio.sleep(0.02)
            line.let_go()
            await crossing.engine.finished(batch)
        [row] = crossing.engine.rows()
        assert row.item.state is State.DONE
    await session.close()
    assert (desk.home / "f").read_bytes() == source.read_bytes()


@pytest.mark.asyncio
async def test_a_comparison_of_a_large_file_can_be_cancelled(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random_file(tmp_path / "f", 12 * MIB)
    (desk.home / "f").write_bytes(source.read_bytes())
    session = await desk.session()
    links = ClientLinks(asyncio.get_running_loop())
    links.set_session(session.site, session)
    read = os.read

    def slow_read(descriptor: int, count: int) -> bytes:
        if count > 65536:
            time.sleep(0.3)
        return read(descriptor, count)

    monkeypatch.setattr(os, "read", slow_read)
    async with Crossing(links) as crossing:
        batch = await crossing.put(session.site, source, Policy.CONTENT)
        async with asyncio.timeout(60):
            while not any(row.is_comparing for row in crossing.engine.rows()):
                await asyncio.sleep(0.02)
            crossing.engine.cancel([row.item.id for row in crossing.engine.rows()])
            await crossing.engine.finished(batch)
        assert crossing.states() == {State.CANCELLED}
        again = await crossing.put(session.site, source, Policy.CONTENT)
        await crossing.engine.finished(again)
        assert crossing.states() == {State.CANCELLED, State.SKIPPED}
    await session.close()


@pytest.mark.asyncio
async def test_hundreds_of_folders_get_their_times_in_a_few_round_trips(desk: Desk) -> None:
    session = await desk.session()
    links = ClientLinks(asyncio.get_running_loop())
    links.set_session("s", session)
    for number in range(300):
        (desk.home / str(number)).mkdir()
    folders = [FolderFacts("", (str(number),), number * 1_000_000_000, 0o700) for number in range(300)]
    await asyncio.to_thread(links.settle_folders, "s", [*folders, FolderFacts("", ("gone",), 1, None)])
    assert [(desk.home / str(number)).stat().st_mtime for number in range(300)] == list(range(300))
    await session.close()


# --- One request each ------------------------------------------------------------------------------------------------


def test_a_digest_a_copy_and_the_space_from_the_command_line(depot: Depot, tmp_path: Path) -> None:
    source = random_file(tmp_path / "s", 5 * MIB)
    stored = depot.run("put", str(source), depot.url("")).of("done")
    assert [line["digest"] for line in depot.run("sum", depot.url("s")).of("digest")] == [stored[0]["digest"]]
    copied = depot.run("cp", depot.url("s"), "t")
    assert (copied.status, [line["size"] for line in copied.of("copied")]) == (0, [5 * MIB])
    assert (depot.home / "t").read_bytes() == source.read_bytes() == (depot.home / "s").read_bytes()
    again = depot.run("cp", depot.url("s"), "t")
    assert (again.status, [line["code"] for line in again.of("error")]) == (1, ["exists"])
    assert depot.run("cp", depot.url("s"), "t", "--on-conflict", "overwrite").status == 0
    assert depot.run("cp", depot.url("s"), "t", "--on-conflict", "skip").of("skipped")
    write(depot.home / "d" / "x", "x")
    assert depot.run("cp", depot.url("d"), "e").status == 0
    assert (depot.home / "e" / "x").read_text() == "x"
    assert depot.run("sum", depot.url("nothing")).status == 1
    [space] = depot.run("df", depot.url("")).of("space")
    assert 0 < space["free"] <= space["total"]
