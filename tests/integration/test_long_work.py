"""Copy, removal, digest and search over real sockets: progress seen, stopped half-way, and under attack."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from desktop.client.session import Session
from desktop.places.remote import RemotePlace
from server.requests import work as server_work
from server.storage import jail_posix, tree_copy
from shared.errors import Code, RemoteError
from shared.names import STAGING_NAME, BadNameError
from shared.protocol import limits
from shared.protocol.blocks import Layout, digest_block, root_of
from shared.work import Copied, Match, WorkProgress
from tests.integration.conftest import Desk, random_file

Scenario = Callable[[Session], Awaitable[None]]


def with_session(desk: Desk, scenario: Scenario) -> None:
    async def play() -> None:
        session = await desk.session()
        try:
            async with asyncio.timeout(60):
                await scenario(session)
        finally:
            await session.close()

    asyncio.run(play())


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress after every step, so that small trees show it."""
    monkeypatch.setattr(limits, "PROGRESS_INTERVAL", 0.0)
    monkeypatch.setattr(server_work, "_LOOK_INTERVAL", 0.0)


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that shares no contents, so that every byte is moved in small strides."""
    monkeypatch.setattr(jail_posix, "clone_file", lambda source, target: False)
    monkeypatch.setattr(tree_copy, "_STRIDE", 64 * 1024)


class Gate:
    """Holds a server's worker at a place until it is opened; tells when one has come there."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def hold(self) -> None:
        self.reached.set()
        assert self.opened.wait(30)

    async def come(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, 30)


def fill(top: Path, files: int = 40, size: int = 100) -> None:
    for number in range(files):
        random_file(top / f"sub {number % 4}" / f"file {number}", size)


def tree(top: Path) -> dict[str, bytes | str | None]:
    """What is below a folder: contents of files, texts of links, None for folders."""
    found: dict[str, bytes | str | None] = {}
    for path in sorted(top.rglob("*")):
        name = str(path.relative_to(top))
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = path.read_bytes() if path.is_file() else None
    return found


def staged(home: Path) -> list[str]:
    folder = home / STAGING_NAME
    return sorted(os.listdir(folder)) if folder.exists() else []


@asynccontextmanager
async def cancelled_at(gate: Gate, work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Begin ``work``, and cancel it while the server is at the gate; what stands in the block happens in between."""
    task = asyncio.create_task(work)
    await gate.come()
    yield
    task.cancel()
    await asyncio.sleep(0.05)
    gate.opened.set()
    with pytest.raises(asyncio.CancelledError):
        await task


# --- copy


def test_a_tree_is_copied_with_links_modes_and_times(desk: Desk, often: None) -> None:
    fill(desk.home / "a")
    (desk.home / "a" / "empty").mkdir(mode=0o750)
    (desk.home / "a" / "link").symlink_to("../../outside")
    os.utime(desk.home / "a" / "sub 1" / "file 1", ns=(5, -7_000_000_001))
    (desk.home / "a" / "sub 2").chmod(0o555)
    os.utime(desk.home / "a", ns=(5, 9))
    reports: list[WorkProgress] = []

    async def scenario(session: Session) -> None:
        copied = await session.copy(("a",), ("b",), on_progress=reports.append)
        assert copied == Copied(47, 4000)

    with_session(desk, scenario)
    assert tree(desk.home / "a") == tree(desk.home / "b")
    status = (desk.home / "b" / "sub 1" / "file 1").stat()
    assert status.st_mtime_ns == -7_000_000_001
    assert (desk.home / "b" / "sub 2").stat().st_mode & 0o777 == 0o555
    assert (desk.home / "b").stat().st_mtime_ns == 9
    assert reports
    assert {(report.total_count, report.total_size) for report in reports} == {(47, 4000)}
    assert [report.count for report in reports] == sorted(report.count for report in reports)
    assert staged(desk.home) == []


@pytest.mark.parametrize("size", [0, 1, 100_000, 5_000_000])
def test_a_file_is_copied(desk: Desk, often: None, by_hand: None, size: int) -> None:
    content = random_file(desk.home / "a", size).read_bytes()
    (desk.home / "a").chmod(0o640)
    reports: list[WorkProgress] = []

    async def scenario(session: Session) -> None:
        assert await session.copy(("a",), ("b",), on_progress=reports.append) == Copied(1, size)
        assert await session.digest(("a",)) == await session.digest(("b",))

    with_session(desk, scenario)
    assert (desk.home / "b").read_bytes() == content
    assert (desk.home / "b").stat().st_mode & 0o777 == 0o640
    assert (desk.home / "b").stat().st_mtime_ns == (desk.home / "a").stat().st_mtime_ns
    if size > 1_000_000:
        assert reports[0].total_size == size


def test_a_sparse_file_stays_sparse(desk: Desk, by_hand: None) -> None:
    with (desk.home / "a").open("wb") as file:
        file.seek(1 << 32)
        file.write(b"end")
        file.truncate((1 << 32) + (1 << 20))

    with_session(desk, lambda session: session.copy(("a",), ("b",)))
    there = (desk.home / "b").stat()
    assert there.st_size == (1 << 32) + (1 << 20)
    assert there.st_blocks * 512 < 1 << 20
    with (desk.home / "b").open("rb") as file:
        file.seek(1 << 32)
        assert file.read(4) == b"end\0"


def test_what_is_there_is_refused_or_replaced_as_asked(desk: Desk) -> None:
    (desk.home / "file").write_bytes(b"new")
    (desk.home / "old").write_bytes(b"old")
    (desk.home / "folder" / "x").mkdir(parents=True)
    (desk.home / "link").symlink_to("nowhere")

    async def refused(session: Session, source: str, target: str, *, replace: bool) -> Code:
        with pytest.raises(RemoteError) as caught:
            await session.copy((source,), (target,), replace=replace)
        return caught.value.code

    async def scenario(session: Session) -> None:
        assert await refused(session, "file", "old", replace=False) is Code.EXISTS
        assert await refused(session, "file", "folder", replace=True) is Code.IS_FOLDER
        assert await refused(session, "link", "old", replace=False) is Code.EXISTS
        for target in ("old", "folder"):
            assert await refused(session, "folder", target, replace=True) in {Code.EXISTS, Code.BAD_REQUEST}
        assert (desk.home / "old").read_bytes() == b"old"
        assert await session.copy(("file",), ("old",), replace=True) == Copied(1, 3)
        assert (desk.home / "old").read_bytes() == b"new"
        assert await session.copy(("file",), ("link",), replace=True) == Copied(1, 3)
        assert (desk.home / "link").read_bytes() == b"new"
        assert not (desk.home / "link").is_symlink()

    with_session(desk, scenario)
    assert staged(desk.home) == []


def test_nothing_is_copied_or_moved_into_itself(desk: Desk) -> None:
    fill(desk.home / "a")
    before = tree(desk.home / "a")

    async def scenario(session: Session) -> None:
        for target in (("a", "b"), ("a", "sub 1", "b"), ("a",)):
            with pytest.raises(RemoteError) as caught:
                await session.copy(("a",), target, replace=True)
            assert caught.value.code is Code.BAD_REQUEST
        with pytest.raises(RemoteError) as caught:
            await session.move(("a",), ("a", "sub 1", "b"))
        assert caught.value.code is Code.BAD_REQUEST
        with pytest.raises(RemoteError) as caught:
            await session.copy((), ("b",))
        assert caught.value.code is Code.BAD_REQUEST
        with pytest.raises(BadNameError):
            await session.copy((STAGING_NAME,), ("b",))

    with_session(desk, scenario)
    assert tree(desk.home / "a") == before


def test_a_copy_stopped_in_the_middle_leaves_nothing(desk: Desk, often: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.home / "a")
    before = tree(desk.home / "a")
    gate, real = Gate(), jail_posix.create_file
    made: list[str] = []

    def create(folder: int, name: str) -> int:
        made.append(name)
        if len(made) == 20:
            gate.hold()
        return real(folder, name)

    monkeypatch.setattr(jail_posix, "create_file", create)

    async def scenario(session: Session) -> None:
        async with cancelled_at(gate, session.copy(("a",), ("b",))):
            assert len(staged(desk.home)) == 1
            assert not (desk.home / "b").exists()
            # Listings do not wait behind it.
            assert {entry.name for entry in await session.list_all(())} == {"a"}
        assert staged(desk.home) == []
        assert not (desk.home / "b").exists()
        assert (await session.copy(("a",), ("b",))).count == 45

    with_session(desk, scenario)
    assert len(made) < 20 + 45
    assert tree(desk.home / "a") == before == tree(desk.home / "b")


def test_a_client_that_goes_away_leaves_no_half_copy(desk: Desk, often: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.home / "a")
    gate, real = Gate(), jail_posix.create_file

    def create(folder: int, name: str) -> int:
        if name == "file 7":
            gate.hold()
        return real(folder, name)

    monkeypatch.setattr(jail_posix, "create_file", create)

    async def scenario() -> None:
        session = await desk.session()
        copying = asyncio.create_task(session.copy(("a",), ("b",)))
        await gate.come()
        await session.close()
        gate.opened.set()
        with pytest.raises(Exception, match="closed"):
            await copying
        async with asyncio.timeout(20):
            while staged(desk.home):
                await asyncio.sleep(0.01)

    asyncio.run(scenario())
    assert not (desk.home / "b").exists()


def test_a_link_swapped_in_during_a_copy_is_not_followed(desk: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    outside = tmp_path / "outside"
    random_file(outside / "secret", 10)
    fill(desk.home / "a")
    real = tree_copy.survey

    def survey(*arguments: Any) -> Any:
        found = real(*arguments)
        os.rename(desk.home / "a" / "sub 2", tmp_path / "was")
        (desk.home / "a" / "sub 2").symlink_to(outside)
        (desk.home / "a" / "sub 1" / "file 1").unlink()
        (desk.home / "a" / "sub 1" / "file 1").symlink_to(outside / "secret")
        return found

    monkeypatch.setattr("server.requests.copying.survey", survey)

    async def scenario(session: Session) -> None:
        with suppress(RemoteError):
            await session.copy(("a",), ("b",))

    with_session(desk, scenario)
    if (desk.home / "b").exists():
        assert (desk.home / "b" / "sub 2").is_symlink()
        assert (desk.home / "b" / "sub 1" / "file 1").is_symlink()
    assert staged(desk.home) == []
    assert os.listdir(outside) == ["secret"]


def test_a_file_that_is_written_to_meanwhile_fails_the_copy_by_name(
    desk: Desk, by_hand: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk.home / "a", size=1000)
    real = tree_copy.copy_range

    def copy_range(*arguments: Any) -> bool:
        with (desk.home / "a" / "sub 3" / "file 3").open("ab") as file:
            file.write(b"more")
        return real(*arguments)

    monkeypatch.setattr(tree_copy, "copy_range", copy_range)

    async def scenario(session: Session) -> None:
        with pytest.raises(RemoteError) as caught:
            await session.copy(("a",), ("b",))
        assert caught.value.code is Code.CHANGED
        assert caught.value.path == "/a/sub 3/file 3"

    with_session(desk, scenario)
    assert staged(desk.home) == []
    assert not (desk.home / "b").exists()


def test_special_files_are_left_out_and_counted(desk: Desk) -> None:
    fill(desk.home / "a", files=4)
    os.mkfifo(desk.home / "a" / "pipe")

    async def scenario(session: Session) -> None:
        assert await session.copy(("a",), ("b",)) == Copied(9, 400, skipped=1)
        with pytest.raises(RemoteError) as caught:
            await session.copy(("a", "pipe"), ("c",))
        assert caught.value.code is Code.NOT_FILE

    with_session(desk, scenario)
    assert not (desk.home / "b" / "pipe").exists()


def test_a_quota_stops_a_copy_before_it_begins_and_in_the_middle(
    desk: Desk, by_hand: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk.home / "a", files=4, size=1000)
    desk.accounts.set_quota("anna", 10_000)

    class GrowingSource(tree_copy.TreeCopy):
        def run(self) -> Copied:
            for number in range(4):
                random_file(desk.home / "a" / f"sub {number}" / f"file {number}", 1900)
            return super().run()

    async def refused(session: Session, *target: str) -> RemoteError:
        with pytest.raises(RemoteError) as caught:
            await session.copy(("a",), target)
        assert caught.value.code is Code.QUOTA
        assert staged(desk.home) == []
        return caught.value

    async def scenario(session: Session) -> None:
        assert (await session.copy(("a", "sub 1"), ("one",))).count == 2
        await session.remove(("one",), recursive=True)
        with monkeypatch.context() as patch:
            patch.setattr("server.requests.copying.TreeCopy", GrowingSource)
            error = await refused(session, "b")
            assert error.path.startswith("/a/sub ")
        # Now it is known before anything is done.
        assert (await refused(session, "b")).path == "/b"
        assert sorted(os.listdir(desk.home)) == [STAGING_NAME, "a"]
        await session.remove(("a", "sub 3"), recursive=True)
        await session.remove(("a", "sub 2"), recursive=True)
        assert (await session.copy(("a",), ("b",))).size == 3800

    with_session(desk, scenario)


def test_a_copy_of_many_levels_is_refused_and_leaves_nothing(desk: Desk) -> None:
    folder = os.open(desk.home, os.O_RDONLY)
    for name in ("a", *["d"] * 600):
        os.mkdir(name, dir_fd=folder)
        child = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = child
    os.close(folder)

    async def scenario(session: Session) -> None:
        with pytest.raises(RemoteError) as caught:
            await session.copy(("a",), ("b",))
        assert caught.value.code is Code.BAD_NAME
        found = [each async for each in session.search((), "d")]
        assert sum(len(each.matches) for each in found) == 255
        assert found[-1].unread == 1
        assert await session.remove(("a",), recursive=True) == 601

    with_session(desk, scenario)
    assert [name for name in os.listdir(desk.home) if name != STAGING_NAME] == []


# --- move


def test_a_move_goes_across_folders_and_keeps_to_refuse_and_replace(desk: Desk) -> None:
    fill(desk.home / "a")
    before = tree(desk.home / "a")
    (desk.home / "to").mkdir()
    (desk.home / "x").write_bytes(b"x")
    (desk.home / "y").write_bytes(b"y")
    os.link(desk.home / "y", desk.home / "z")

    async def scenario(session: Session) -> None:
        await session.move(("a",), ("to", "b"))
        with pytest.raises(RemoteError) as caught:
            await session.move(("x",), ("y",))
        assert caught.value.code is Code.EXISTS
        await session.move(("x",), ("y",), replace=True)
        with pytest.raises(RemoteError) as caught:
            await session.move(("y",), ("to",), replace=True)
        assert caught.value.code is Code.IS_FOLDER
        # Two names of one file: rename(2) would do nothing.
        os.link(desk.home / "z", desk.home / "w")
        await session.move(("w",), ("z",), replace=True)

    with_session(desk, scenario)
    assert tree(desk.home / "to" / "b") == before
    assert sorted(os.listdir(desk.home)) == ["to", "y", "z"]
    assert (desk.home / "y").read_bytes() == b"x"


def test_a_move_to_another_disk_is_a_copy_and_then_a_removal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.home / "a")
    before = tree(desk.home / "a")
    real = jail_posix.rename_fresh

    def rename_fresh(source: int, name: str, target: int, new_name: str) -> None:
        if name == "a":
            raise OSError(18, "Invalid cross-device link")
        real(source, name, target, new_name)

    monkeypatch.setattr(jail_posix, "rename_fresh", rename_fresh)
    with_session(desk, lambda session: session.move(("a",), ("b",)))
    assert tree(desk.home / "b") == before
    assert not (desk.home / "a").exists()


# --- remove


def test_a_removal_stopped_in_the_middle_is_honest(desk: Desk, often: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.home / "a", files=200)
    gate, real = Gate(), os.unlink
    gone: list[str] = []

    def unlink(name: Any, *, dir_fd: int | None = None) -> None:
        real(name, dir_fd=dir_fd)
        if str(name).startswith("file"):
            gone.append(name)
            if len(gone) == 50:
                gate.hold()

    monkeypatch.setattr(os, "unlink", unlink)
    reports: list[WorkProgress] = []

    async def scenario(session: Session) -> None:
        async with cancelled_at(gate, session.remove(("a",), recursive=True, on_progress=reports.append)):
            assert await session.is_folder(("a",))
        left = sum(path.is_file() for path in (desk.home / "a").rglob("*"))
        assert left == 200 - len(gone)
        assert 0 < left <= 150
        # What is told last is all that went: the files, and the folders that were empty by then.
        assert reports[-1].count == len(gone) + 4 - sum(path.is_dir() for path in (desk.home / "a").iterdir())
        assert await session.remove(("a",), recursive=True) == 205 - reports[-1].count

    with_session(desk, scenario)
    assert not (desk.home / "a").exists()


def test_a_removal_goes_through_no_link_that_is_swapped_in(desk: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    outside = tmp_path / "outside"
    fill(outside)
    before = tree(outside)
    fill(desk.home / "a")
    real = os.unlink

    def unlink(name: Any, *, dir_fd: int | None = None) -> None:
        real(name, dir_fd=dir_fd)
        for number in range(4):
            folder = desk.home / "a" / f"sub {number}"
            if folder.exists() and not folder.is_symlink() and not os.path.lexists(tmp_path / f"was {number}"):
                os.rename(folder, tmp_path / f"was {number}")
                folder.symlink_to(outside)

    monkeypatch.setattr(os, "unlink", unlink)

    async def scenario(session: Session) -> None:
        with suppress(RemoteError):
            await session.remove(("a",), recursive=True)

    with_session(desk, scenario)
    assert tree(outside) == before


def test_a_request_that_waits_can_be_stopped_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """More long works than lines: those behind wait here, and a cancel finds them there as well."""
    fill(desk.home / "a")
    gate = Gate()
    monkeypatch.setattr(
        "server.requests.copying.survey", lambda *arguments: gate.hold() or tree_copy.survey(*arguments)
    )

    async def scenario(session: Session) -> None:
        copies = [asyncio.create_task(session.copy(("a",), (f"b{number}",))) for number in range(6)]
        await gate.come()
        await asyncio.sleep(0.1)
        copies[5].cancel()
        with pytest.raises(asyncio.CancelledError):
            await copies[5]
        gate.opened.set()
        assert [copied.count for copied in await asyncio.gather(*copies[:5])] == [45] * 5

    with_session(desk, scenario)
    assert not (desk.home / "b5").exists()


# --- digest


def test_a_digest_tells_how_far_it_is_and_can_be_stopped(desk: Desk, often: None, monkeypatch: Any) -> None:
    content = random_file(desk.home / "a", 3 * limits.MIN_BLOCK + 5).read_bytes()
    layout = Layout(len(content))
    blocks = [content[layout.offset(index) :][: layout.length(index)] for index in range(layout.count)]
    root = root_of(len(content), [digest_block(block) for block in blocks])
    reports: list[WorkProgress] = []

    async def scenario(session: Session) -> None:
        assert await session.digest(("a",), on_progress=reports.append) == (len(content), root)
        assert reports
        assert reports[-1].total_size == len(content)
        gate = Gate()
        from server.requests import browse

        real = browse.digest_range

        def digest_range(*arguments: Any) -> bytes | None:
            gate.hold()
            return real(*arguments)

        monkeypatch.setattr(browse, "digest_range", digest_range)
        async with cancelled_at(gate, session.digest(("a",))):
            pass
        assert await session.digest(("a",)) == (len(content), root)

    with_session(desk, scenario)


# --- search


async def found(session: Session, *path: str, pattern: str, limit: int = 100_000) -> list[Match]:
    return [match async for batch in session.search(path, pattern, limit=limit) for match in batch.matches]


def test_a_search_finds_names_below_a_folder(desk: Desk, tmp_path: Path) -> None:
    for name in ("a/Holiday.JPG", "a/b/holiday 2.jpg", "a/holiday/x", "c/holiday.jpg", "a/caf\u00e9"):
        random_file(desk.home / name, 3)
    (desk.home / "a" / "loop").symlink_to(desk.home)
    (desk.home / "a" / "holiday link").symlink_to(tmp_path)
    random_file(desk.home / STAGING_NAME / "holiday", 1)

    async def scenario(session: Session) -> None:
        paths = {match.path for match in await found(session, "a", pattern="HOLIDAY")}
        assert paths == {
            ("a", "Holiday.JPG"),
            ("a", "b", "holiday 2.jpg"),
            ("a", "holiday"),
            ("a", "holiday link"),
        }
        assert {match.path for match in await found(session, pattern="*.jpg")} == {
            ("a", "Holiday.JPG"),
            ("a", "b", "holiday 2.jpg"),
            ("c", "holiday.jpg"),
        }
        assert [match.path for match in await found(session, pattern="CAFE\u0301")] == [("a", "caf\u00e9")]
        (match,) = await found(session, "c", pattern="*")
        assert (match.entry.name, match.entry.size) == ("holiday.jpg", 3)
        place = RemotePlace(session)
        assert [each.matches[0].path async for each in place.search(("c",), "*")] == [("c", "holiday.jpg")]
        with pytest.raises(RemoteError) as caught:
            await found(session, "nowhere", pattern="x")
        assert caught.value.code is Code.NOT_FOUND

    with_session(desk, scenario)


def test_a_search_comes_in_batches_has_a_limit_and_can_be_left(desk: Desk, often: None) -> None:
    for number in range(3000):
        (desk.home / f"file {number}").touch()
    reports: list[WorkProgress] = []

    async def scenario(session: Session) -> None:
        batches = [batch async for batch in session.search((), "file", on_progress=reports.append)]
        assert len(batches) > 1
        assert sum(len(batch.matches) for batch in batches) == 3000
        assert not any(batch.is_cut for batch in batches)
        assert reports
        batches = [batch async for batch in session.search((), "file", limit=10)]
        assert sum(len(batch.matches) for batch in batches) == 10
        assert batches[-1].is_cut
        search = session.search((), "file")
        async for batch in search:
            assert batch.matches
            break
        await search.aclose()  # type: ignore[attr-defined]  # it is a generator
        assert len(await found(session, pattern="file 29?")) == 10

    with_session(desk, scenario)


def test_a_search_passes_by_what_it_cannot_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    random_file(desk.home / "a" / "f", 1)
    random_file(desk.home / "b" / "hidden", 1)
    real = jail_posix.open_child

    def open_child(folder: int, name: str) -> int:
        if name == "b":
            raise PermissionError(13, "Permission denied")
        return real(folder, name)

    monkeypatch.setattr(jail_posix, "open_child", open_child)

    async def scenario(session: Session) -> None:
        batches = [batch async for batch in session.search((), "*")]
        assert batches[-1].unread == 1
        assert {match.path for batch in batches for match in batch.matches} == {("a",), ("b",), ("a", "f")}

    with_session(desk, scenario)


def test_a_listing_that_is_left_does_not_hold_up_the_next(desk: Desk) -> None:
    for number in range(5000):
        (desk.home / f"file {number:0200}").touch()

    async def scenario(session: Session) -> None:
        listing = session.list(())
        async for _ in listing:
            break
        await listing.aclose()  # type: ignore[attr-defined]  # it is a generator
        assert len(await session.list_all(())) == 5000

    with_session(desk, scenario)
