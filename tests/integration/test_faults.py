"""Nothing lost: crashes, cuts, full disks and files that move under one's feet, with real processes.

Quick by default; the long runs are marked ``soak`` and run by ``make soak``.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from desktop.client.channel import BulkChannel
from desktop.transfers.ports import Finished, Job, Outcome
from shared.errors import ConnectionLostError
from shared.names import STAGING_NAME
from shared.protocol import limits
from shared.tls import CERTIFICATE_NAME, KEY_NAME
from tests.integration.conftest import Desk, Line, download, random_file, upload
from tests.integration.depot import Depot, Result, eventually, tree, unfinished

BLOCK = limits.MIN_BLOCK
MB = 1_000_000


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Depot]:
    depot = Depot(tmp_path_factory.mktemp("depot"))
    yield depot
    depot.close()


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mixed batch: many small files in several folders, some of a block and about, one large."""
    root = tmp_path_factory.mktemp("batch") / "b"
    dice = random.Random(1)
    for number in range(120):
        random_file(root / f"d{number % 7}" / f"f{number}", dice.randrange(0, 30_000))
    for size in (BLOCK - 1, BLOCK, BLOCK + 1):
        random_file(root / f"size{size}", size)
    random_file(root / "d3" / "large", 3 * BLOCK + 123)
    return root


@pytest.fixture(scope="module")
def truth(batch: Path) -> dict[str, bytes]:
    return tree(batch)


def rounds(quick: int, soak: int) -> list[object]:
    """Return the numbers of a test's rounds, those beyond the quick ones marked."""
    return [*range(quick), *(pytest.param(number, marks=pytest.mark.soak) for number in range(quick, soak))]


# --- crashes


def assert_same(found: dict[str, bytes], truth: dict[str, bytes]) -> None:
    """The same names, and the same contents; told without megabytes of them."""
    assert sorted(found) == sorted(truth)
    assert [name for name in truth if found[name] != truth[name]] == []


def assert_only_whole_files(found: dict[str, bytes], truth: dict[str, bytes]) -> None:
    """What has its final name is complete."""
    assert [name for name, content in found.items() if content != truth[name]] == []


def assert_acknowledged(result: Result, found: dict[str, bytes], truth: dict[str, bytes], folder: str) -> None:
    """What a line said to be done is there."""
    for line in result.of("done"):
        if line["kind"] == "file":
            name = line["target"].split(f"/{folder}/", 1)[1]
            assert found[name] == truth[name], f"{name} was called done"


@pytest.mark.parametrize("number", rounds(6, 200))
def test_a_crash_at_any_moment_loses_nothing(
    depot: Depot, batch: Path, truth: dict[str, bytes], tmp_path: Path, number: int
) -> None:
    dice = random.Random(1000 + number)
    direction, victim = ("put", "get")[number % 2], ("server", "client")[number // 2 % 2]
    folder = f"round{number}"
    if direction == "put":
        target = depot.home / folder
        words = ["put", str(batch), depot.url(folder)]
    else:
        shutil.copytree(batch, depot.home / folder)
        target = tmp_path / folder
        words = ["get", depot.url(folder), str(target)]
    command = depot.begin(*words, "--limit", "40M")
    eventually(lambda: target.exists() or not command.is_running)
    time.sleep(dice.uniform(0, 0.7))
    if victim == "server":
        depot.kill()
        command.interrupt()
    else:
        command.kill()
    result = command.result()

    found = tree(target) if target.exists() else {}
    assert_only_whole_files(found, truth)
    assert_acknowledged(result, found, truth, folder)

    if victim == "server":
        depot.start()
    if not result.of("summary"):
        # One that was done in time needs no second run, and by cp's rules would get a place of its own.
        resumed = depot.run(*words, "--on-conflict", "resume")
        assert resumed.status == 0, resumed.errors
    assert_same(tree(target), truth)
    assert unfinished(target) == []
    assert list((depot.home / STAGING_NAME).glob("*.part")) == []
    shutil.rmtree(depot.home / folder)


@pytest.mark.parametrize("number", rounds(1, 60))
def test_a_queue_that_was_killed_goes_on_by_itself(
    depot: Depot, batch: Path, truth: dict[str, bytes], tmp_path: Path, number: int
) -> None:
    """The window's queue: killed with its program, it finishes after the next start, and asks nothing."""
    dice = random.Random(2000 + number)
    folder = f"queue{number}"
    words = [sys.executable, "-m", "tests.integration.queue_runner", str(tmp_path / "queue.db"), str(depot.port)]
    first = subprocess.Popen([*words, depot.fingerprint, str(batch), folder], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    try:
        assert "added" in first.stdout.readline()
        time.sleep(dice.uniform(0, 1.2))
    finally:
        first.kill()
        first.communicate()
    found = tree(depot.home / folder) if (depot.home / folder).exists() else {}
    assert_only_whole_files(found, truth)
    again = subprocess.run([*words, depot.fingerprint], capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == 0, again.stderr
    assert '"summary"' in again.stdout
    assert [line for line in again.stdout.splitlines() if '"failed"' in line] == []
    assert_same(tree(depot.home / folder), truth)
    shutil.rmtree(depot.home / folder)


def test_a_command_outlives_a_restart_of_the_server(depot: Depot, tmp_path: Path) -> None:
    """Nobody has to run it a second time: it connects again, and goes on where it was."""
    source = random_file(tmp_path / "f", 24 * MB)
    command = depot.begin("put", str(source), depot.url("restarted"), "--limit", "16M")
    eventually(lambda: depot.staged_bytes() > BLOCK)
    depot.kill()
    depot.start()
    result = command.result()
    assert result.status == 0, result.errors
    assert (depot.home / "restarted").read_bytes() == source.read_bytes()
    assert depot.staged_bytes() == 0


def test_a_command_ends_when_the_server_came_back_as_another(depot: Depot, tmp_path: Path) -> None:
    source = random_file(tmp_path / "f", 24 * MB)
    command = depot.begin("put", str(source), depot.url("never"), "--limit", "16M")
    eventually(lambda: depot.staged_bytes() > BLOCK)
    depot.kill()
    keys = [depot.data / name for name in (KEY_NAME, CERTIFICATE_NAME)]
    kept = [(path, path.read_bytes(), path.stat().st_mode) for path in keys]
    for path in keys:
        path.unlink()
    depot.start()
    try:
        result = command.result()
        assert result.status == 5, result.errors
        assert depot.fingerprint in result.errors
        assert not (depot.home / "never").exists()
    finally:
        depot.kill()
        for path, content, mode in kept:
            path.write_bytes(content)
            path.chmod(mode)
        depot.start()
        shutil.rmtree(depot.home / STAGING_NAME)


# --- cuts


def carry(desk: Desk, jobs: Sequence[Job], port: int) -> dict[int, Outcome]:
    """Run jobs over one session and channel through ``port``; return what became of those that ended."""
    outcomes: dict[int, Outcome] = {}

    def in_thread(channel: BulkChannel) -> None:
        with suppress(ConnectionLostError):
            channel.run(jobs, lambda job: None, lambda job, outcome: outcomes.update({job.item: outcome}))

    async def play() -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionLostError):
            session = await desk.session(port=port)
            try:
                channel = await loop.run_in_executor(None, desk.channel, session, port)
                try:
                    await loop.run_in_executor(None, in_thread, channel)
                finally:
                    channel.close()
            finally:
                await session.close()

    asyncio.run(play())
    return outcomes


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("cuts")
    dice = random.Random(2)
    return [random_file(root / f"{n}", dice.choice([0, 10, 5000, BLOCK, 2 * BLOCK + 7])) for n in range(14)]


@pytest.mark.parametrize("number", rounds(10, 500))
def test_a_line_cut_at_any_byte_is_resumed(
    desk: Desk, line: Line, sources: list[Path], tmp_path: Path, number: int
) -> None:
    dice = random.Random(3000 + number)
    is_upload = number % 2 == 0
    content = {source.name: source.read_bytes() for source in sources}
    target = desk.home if is_upload else tmp_path / "here"
    if not is_upload:
        for name, data in content.items():
            (desk.home / name).write_bytes(data)

    def jobs_left(done: set[int]) -> list[Job]:
        jobs = []
        for item, source in enumerate(sources):
            if item in done:
                continue
            size = source.stat().st_size
            # What the first attempt may have put in place without being heard is moved over again.
            again = (target / source.name).exists()
            jobs.append(
                upload(source, (source.name,), replace=again, number=item)
                if is_upload
                else download((source.name,), target / source.name, size, replace=again, number=item)
            )
        return jobs

    done: set[int] = set()
    total = sum(map(len, content.values()))
    for cut in (dice.randrange(0, 6000) if dice.random() < 0.3 else dice.randrange(0, total), None):
        line.cut_after(cut)
        outcomes = carry(desk, jobs_left(done), line.port)
        for item, outcome in outcomes.items():
            assert isinstance(outcome, Finished), outcome
            done.add(item)
        eventually(lambda: not desk.server.snapshot().sessions)
        found = tree(target) if target.exists() else {}
        assert_only_whole_files(found, content)
        assert {sources[item].name for item in done} <= found.keys()
    assert_same(tree(target), content)
    assert unfinished(target) == []


# --- sizes


def test_sizes_about_a_block_go_both_ways(depot: Depot, tmp_path: Path) -> None:
    for size in (0, 1, BLOCK - 1, BLOCK, BLOCK + 1):
        random_file(tmp_path / "sizes" / str(size), size)
    truth = tree(tmp_path / "sizes")
    assert depot.run("put", str(tmp_path / "sizes"), depot.url("")).status == 0
    assert_same(tree(depot.home / "sizes"), truth)
    assert depot.run("get", depot.url("sizes"), str(tmp_path / "back")).status == 0
    assert_same(tree(tmp_path / "back"), truth)
    assert unfinished(tmp_path) == []


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_file_beyond_four_gibibytes_goes_both_ways(depot: Depot, tmp_path: Path) -> None:
    source = tmp_path / "sparse"
    with source.open("wb") as file:
        file.truncate((4 << 30) + 5)
        for place in (0, 1 << 31, 1 << 32):
            file.seek(place)
            file.write(b"here")
    assert depot.run("put", str(source), depot.url("")).status == 0
    assert depot.run("get", depot.url("sparse"), str(tmp_path / "back")).status == 0
    for copy in (depot.home / "sparse", tmp_path / "back"):
        assert subprocess.run(["cmp", str(source), str(copy)], check=False).returncode == 0
    (depot.home / "sparse").unlink()


# --- disks


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """Mount a memory disk of ``size`` bytes; only root may."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "wherry-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def forbidden(folder: Path) -> Iterator[None]:
    """Let nobody make anything in a folder, not even root."""
    if os.geteuid() == 0:
        done = subprocess.run(["chattr", "+i", str(folder)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"root may write everywhere, and chattr does not help: {done.stderr.strip()}")
    else:
        folder.chmod(0o500)
    try:
        yield
    finally:
        if os.geteuid() == 0:
            subprocess.run(["chattr", "-i", str(folder)], check=True)
        else:
            folder.chmod(0o700)


@pytest.fixture
def full_depot(tmp_path: Path) -> Iterator[Depot]:
    """A server whose account lives on a disk of 32 MB."""
    with small_disk(tmp_path / "disk", 32 * MB) as disk:
        home = disk / "home"
        home.mkdir()
        depot = Depot(tmp_path, home=home)
        try:
            yield depot
        finally:
            depot.close()


def three_files(root: Path, large: int) -> Path:
    """A large file between two small ones."""
    random_file(root / "a", 1000)
    random_file(root / "large", large)
    random_file(root / "z", 1000)
    return root


def test_a_server_without_room_refuses_what_does_not_fit_and_takes_the_rest(full_depot: Depot, tmp_path: Path) -> None:
    source = three_files(tmp_path / "in", 40 * MB)
    result = full_depot.run("put", str(source), full_depot.url("t"))
    assert result.status == 1
    assert result.codes() == {"large": "no-space"}
    assert set(tree(full_depot.home)) == {"t/a", "t/z"}
    assert full_depot.staged_bytes() == 0


def test_a_server_that_fills_up_keeps_the_old_file_and_the_retry_works(full_depot: Depot, tmp_path: Path) -> None:
    source = three_files(tmp_path / "t", 20 * MB)
    (full_depot.home / "t").mkdir()
    (full_depot.home / "t" / "large").write_bytes(b"old")
    words = ["put", str(source), full_depot.url(""), "--on-conflict", "overwrite"]
    command = full_depot.begin(*words, "--limit", "10M")
    eventually(lambda: full_depot.staged_bytes() > 5 * MB)
    filler = full_depot.home.parent / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    result = command.result()
    assert result.status == 1
    assert result.codes() == {"large": "no-space"}
    assert (full_depot.home / "t" / "large").read_bytes() == b"old"
    filler.unlink()
    words[-1] = "resume"
    retried = full_depot.run(*words)
    assert retried.status == 0, retried.errors
    assert tree(full_depot.home / "t") == tree(tmp_path / "t")
    assert full_depot.staged_bytes() == 0


def test_a_client_without_room_refuses_what_does_not_fit_and_takes_the_rest(depot: Depot, tmp_path: Path) -> None:
    three_files(depot.home / "roomy", 20 * MB)
    with small_disk(tmp_path / "disk", 12 * MB) as disk:
        result = depot.run("get", depot.url("roomy"), str(disk / "t"))
        assert result.status == 1
        assert result.codes() == {"large": "no-space"}
        assert set(tree(disk / "t")) == {"a", "z"}
        assert unfinished(disk) == []


def test_a_client_that_fills_up_keeps_the_old_file_and_the_retry_works(depot: Depot, tmp_path: Path) -> None:
    truth = tree(three_files(depot.home / "filling", 20 * MB))
    with small_disk(tmp_path / "disk", 32 * MB) as disk:
        (disk / "t").mkdir()
        (disk / "t" / "large").write_bytes(b"old")
        words = [
            "get",
            *(depot.url(f"filling/{name}") for name in truth),
            str(disk / "t"),
            "--on-conflict",
            "overwrite",
        ]
        command = depot.begin(*words, "--limit", "10M")
        part = disk / "t" / ".large.wherry-part"
        eventually(lambda: part.exists() and part.stat().st_size > 5 * MB)
        with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 16))
        result = command.result()
        assert result.status == 1
        assert result.codes() == {"large": "no-space"}
        assert (disk / "t" / "large").read_bytes() == b"old"
        (disk / "filler").unlink()
        words[-1] = "resume"
        retried = depot.run(*words)
        assert retried.status == 0, retried.errors
        assert tree(disk / "t") == truth
        assert unfinished(disk) == []


def test_a_quota_that_is_reached_refuses_by_its_name_and_the_retry_works(tmp_path: Path) -> None:
    depot = Depot(tmp_path, quota=10 * MB)
    try:
        source = three_files(tmp_path / "in", 8 * MB)
        (depot.home / "full").write_bytes(bytes(5 * MB))
        words = ["put", str(source), depot.url("t")]
        result = depot.run(*words)
        assert result.status == 1
        assert result.codes() == {"large": "quota"}
        assert set(tree(depot.home)) == {"full", "t/a", "t/z"}
        assert depot.run("rm", depot.url("full")).status == 0
        shutil.rmtree(depot.home / "t")
        retried = depot.run(*words, "--on-conflict", "resume")
        assert retried.status == 0, retried.errors
        assert tree(depot.home / "t") == tree(source)
    finally:
        depot.close()


def test_a_folder_that_may_not_be_written_refuses_by_its_name_both_ways(depot: Depot, tmp_path: Path) -> None:
    source = random_file(tmp_path / "f", 1000)
    large = random_file(tmp_path / "g", BLOCK + 1)
    (depot.home / "closed").mkdir()
    (depot.home / "closed" / "f").write_bytes(b"old")
    with forbidden(depot.home / "closed"):
        words = ["put", str(source), str(large), depot.url("closed/"), "--on-conflict", "overwrite"]
        result = depot.run(*words)
        assert (result.status, result.codes()) == (1, {"f": "permission", "g": "permission"})
        assert (depot.home / "closed" / "f").read_bytes() == b"old"
    assert depot.run(*words).status == 0
    assert (depot.home / "closed" / "f").read_bytes() == source.read_bytes()

    here = tmp_path / "closed"
    here.mkdir()
    (here / "f").write_bytes(b"old")
    with forbidden(here):
        words = ["get", depot.url("closed/f"), depot.url("closed/g"), str(here), "--on-conflict", "overwrite"]
        result = depot.run(*words)
        assert (result.status, result.codes()) == (1, {"f": "permission", "g": "permission"})
        assert (here / "f").read_bytes() == b"old"
    assert depot.run(*words).status == 0
    assert (here / "g").read_bytes() == large.read_bytes()


def test_a_disk_that_is_read_only_refuses_by_its_name(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32 * MB) as disk:
        home = disk / "home"
        home.mkdir()
        (home / "f").write_bytes(b"old")
        depot = Depot(tmp_path, home=home)
        try:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            source = random_file(tmp_path / "f", 1000)
            large = random_file(tmp_path / "g", BLOCK + 1)
            words = ["put", str(source), str(large), depot.url(""), "--on-conflict", "overwrite"]
            result = depot.run(*words)
            assert (result.status, result.codes()) == (1, {"f": "read-only", "g": "read-only"})
            got = depot.run("get", depot.url("f"), str(disk / "copy"))
            assert (got.status, got.codes()) == (1, {"f": "read-only"})
            assert depot.run("get", depot.url("f"), str(tmp_path / "copy")).status == 0
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            assert depot.run(*words).status == 0
            assert (home / "f").read_bytes() == source.read_bytes()
        finally:
            depot.close()


# --- files that change while they are sent

Change = Callable[[Path], None]


def write_within(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"changed")


def shrink(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more of it")


def replace(path: Path) -> None:
    new = path.with_name("new")
    new.write_bytes(b"another file" * 1000)
    new.rename(path)


@pytest.mark.parametrize(
    ("direction", "change"),
    [
        ("put", write_within),
        ("put", shrink),
        ("put", replace),
        ("get", shrink),
        ("get", replace),
        pytest.param("put", grow, marks=pytest.mark.soak),
        pytest.param("get", grow, marks=pytest.mark.soak),
        pytest.param("get", write_within, marks=pytest.mark.soak),
    ],
)
def test_a_source_that_changes_while_it_is_sent_arrives_as_it_is_afterwards(
    depot: Depot, tmp_path: Path, direction: str, change: Change
) -> None:
    """The attempt that met the change is not committed; the next one moves what is there then."""
    near, far = tmp_path / "f", depot.home / f"{direction}-{change.__name__}"
    source, target = (near, far) if direction == "put" else (far, near)
    random_file(source, 30 * MB)
    target.write_bytes(b"old")
    words = ["put", str(near), depot.url(far.name)] if direction == "put" else ["get", depot.url(far.name), str(near)]
    command = depot.begin(*words, "--on-conflict", "overwrite", "--limit", "50M")
    part = near.with_name(f".{near.name}.wherry-part")
    if direction == "put":
        eventually(lambda: depot.staged_bytes() > BLOCK)
    else:
        eventually(lambda: part.exists() and part.stat().st_size > BLOCK)
    assert target.read_bytes() == b"old"
    change(source)
    result = command.result()
    assert result.status == 0, result.errors
    assert target.read_bytes() == source.read_bytes()
    assert unfinished(tmp_path) == []
    assert depot.staged_bytes() == 0


def test_a_source_that_keeps_changing_fails_by_its_name_and_others_go_on(depot: Depot, tmp_path: Path) -> None:
    """Both ways at once: each needs its three attempts."""
    there, back = depot.home / "restless", tmp_path / "back"
    for source in (tmp_path / "in", depot.home / "from"):
        random_file(source / "restless", 30 * MB)
        random_file(source / "quiet", 6 * MB)
    for target in (there, back):
        target.mkdir()
        (target / "restless").write_bytes(b"old")
    is_over = threading.Event()

    def disturb() -> None:
        number = 0
        while not is_over.wait(0.002):
            number += 1
            for source in (tmp_path / "in", depot.home / "from"):
                with (source / "restless").open("r+b") as file:
                    file.write(b"%20d" % number)

    names = ("restless", "quiet")
    put = ["put", *(str(tmp_path / "in" / name) for name in names), depot.url("restless/")]
    get = ["get", *(depot.url(f"from/{name}") for name in names), str(back)]
    more = ["--on-conflict", "overwrite"]
    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        results = [
            command.result() for command in [depot.begin(*words, *more, "--limit", "90M") for words in (put, get)]
        ]
    finally:
        is_over.set()
        thread.join()
    for result, target in zip(results, (there, back), strict=True):
        assert result.status == 1
        assert result.codes() == {"restless": "changed"}
        assert (target / "restless").read_bytes() == b"old"
        assert (target / "quiet").stat().st_size == 6 * MB
    for words, source, target in ((put, tmp_path / "in", there), (get, depot.home / "from", back)):
        assert depot.run(*words, *more).status == 0
        assert_same(tree(target), tree(source))


@pytest.mark.parametrize("direction", ["put", "get"])
def test_a_target_folder_removed_meanwhile_fails_by_its_name_and_others_go_on(
    depot: Depot, tmp_path: Path, direction: str
) -> None:
    here, there = tmp_path / "d", depot.home / f"vanishing-{direction}"
    source, target = (here, there) if direction == "put" else (there, here)
    random_file(source / "gone" / "large", 12 * MB)
    random_file(source / "kept" / "small", 1000)
    words = ["put", str(here), depot.url(there.name)]
    if direction == "get":
        words = ["get", depot.url(there.name), str(here)]
    command = depot.begin(*words, "--limit", "12M")
    part = here / "gone" / ".large.wherry-part"
    if direction == "put":
        eventually(lambda: depot.staged_bytes() > BLOCK)
    else:
        eventually(lambda: part.exists() and part.stat().st_size > BLOCK)
    shutil.rmtree(target / "gone")
    result = command.result()
    assert result.status == 1
    assert result.codes() == {"large": "not-found"}
    assert tree(target) == {"kept/small": (source / "kept" / "small").read_bytes()}
    shutil.rmtree(target)
    assert depot.run(*words, "--on-conflict", "resume").status == 0
    assert tree(target) == tree(source)
