"""Files over a real channel: every size, resume by content, conflicts, cuts, and what must never be “done”."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.client.channel import BulkChannel
from desktop.transfers.ports import Conflicted, Finished, Job, Outcome, Stopped
from shared.errors import Code, ConnectionLostError, ItemError, LoginError
from shared.protocol import limits
from tests.integration.conftest import Desk, Line, download, random_file, run, upload

BLOCK = limits.MIN_BLOCK
SIZES = [0, 1, 4096, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17]


def on_channel(desk: Desk, work: Callable[[BulkChannel], None], port: int | None = None) -> None:
    """Log in, run ``work`` with a channel in a thread, and end the session."""

    async def play() -> None:
        session = await desk.session(port=port)

        def in_thread() -> None:
            channel = desk.channel(session, port)
            try:
                work(channel)
            finally:
                channel.close()

        try:
            await asyncio.get_running_loop().run_in_executor(None, in_thread)
        finally:
            await session.close()

    asyncio.run(play())


def code_of(outcome: Outcome) -> Code:
    assert isinstance(outcome, ItemError), outcome
    return outcome.code


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_goes_both_ways(desk: Desk, tmp_path: Path, size: int) -> None:
    source = random_file(tmp_path / "source", size)
    os.utime(source, ns=(-5_000_000_000, -5_000_000_000))

    def work(channel: BulkChannel) -> None:
        (put,) = run(channel, upload(source, ("new", "file")))
        assert isinstance(put, Finished), put
        assert (put.size, put.sent) == (size, size)
        (get,) = run(channel, download(("new", "file"), tmp_path / "back" / "file", size))
        assert isinstance(get, Finished), get
        assert get.root == put.root

    on_channel(desk, work)
    for copy in (desk.home / "new" / "file", tmp_path / "back" / "file"):
        assert copy.read_bytes() == source.read_bytes()
        assert copy.stat().st_mtime_ns == -5_000_000_000
    assert os.listdir(tmp_path / "back") == ["file"]


def test_many_small_files_share_one_stream(desk: Desk, tmp_path: Path) -> None:
    sources = [random_file(tmp_path / "in" / f"{n}", n * 7) for n in range(700)]

    def work(channel: BulkChannel) -> None:
        puts = run(channel, *(upload(source, ("d", source.name)) for source in sources))
        assert all(isinstance(outcome, Finished) for outcome in puts)
        gets = run(
            channel,
            *(
                download(("d", source.name), tmp_path / "out" / source.name, source.stat().st_size)
                for source in sources
            ),
        )
        assert all(isinstance(outcome, Finished) for outcome in gets)

    on_channel(desk, work)
    for source in sources:
        assert (tmp_path / "out" / source.name).read_bytes() == source.read_bytes()


@pytest.mark.parametrize("size", [10, BLOCK + 10])
def test_an_existing_target_is_told_and_not_touched(desk: Desk, tmp_path: Path, size: int) -> None:
    source = random_file(tmp_path / "source", size)
    (desk.home / "f").write_bytes(b"old")
    (tmp_path / "local").write_bytes(b"mine")

    def work(channel: BulkChannel) -> None:
        put, get = run(channel, upload(source, ("f",)), download(("f",), tmp_path / "local", 3))
        assert isinstance(put, Conflicted)
        assert put.existing is not None
        assert put.existing.size == 3
        assert isinstance(get, Conflicted)
        assert get.existing is not None
        assert get.existing.size == 4
        assert (desk.home / "f").read_bytes() == b"old"
        (put,) = run(channel, upload(source, ("f",), replace=True))
        assert isinstance(put, Finished)

    on_channel(desk, work)
    assert (desk.home / "f").read_bytes() == source.read_bytes()
    assert (tmp_path / "local").read_bytes() == b"mine"


def test_a_changed_file_sends_only_the_blocks_that_differ_both_ways(desk: Desk, tmp_path: Path) -> None:
    source = random_file(tmp_path / "source", 5 * BLOCK + 100)

    def work(channel: BulkChannel) -> None:
        run(channel, upload(source, ("f",)))
        run(channel, download(("f",), tmp_path / "copy", source.stat().st_size))
        with source.open("r+b") as file:
            file.seek(2 * BLOCK + 5)
            file.write(b"changed")
        (put,) = run(channel, upload(source, ("f",), replace=True))
        assert isinstance(put, Finished)
        assert put.sent == BLOCK
        (get,) = run(channel, download(("f",), tmp_path / "copy", source.stat().st_size, replace=True))
        assert isinstance(get, Finished)
        assert get.sent == BLOCK

    on_channel(desk, work)
    assert (desk.home / "f").read_bytes() == (tmp_path / "copy").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("change", ["grow", "shrink"])
def test_a_replaced_file_may_have_another_size(desk: Desk, tmp_path: Path, change: str) -> None:
    source = random_file(tmp_path / "source", 3 * BLOCK)

    def work(channel: BulkChannel) -> None:
        run(channel, upload(source, ("f",)))
        run(channel, download(("f",), tmp_path / "copy", 3 * BLOCK))
        os.truncate(source, 4 * BLOCK + 1 if change == "grow" else BLOCK + 1)
        size = source.stat().st_size
        (put,) = run(channel, upload(source, ("f",), replace=True))
        (get,) = run(channel, download(("f",), tmp_path / "copy", size, replace=True))
        assert isinstance(put, Finished), put
        assert isinstance(get, Finished), get

    on_channel(desk, work)
    assert (desk.home / "f").read_bytes() == (tmp_path / "copy").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("direction", ["upload", "download"])
def test_a_cut_line_is_resumed_with_at_most_two_blocks_sent_again(
    desk: Desk, line: Line, tmp_path: Path, direction: str
) -> None:
    size = 8 * BLOCK
    source = random_file(tmp_path / "source", size)
    if direction == "download":
        (desk.home / "f").write_bytes(source.read_bytes())

    def job() -> Job:
        return upload(source, ("f",)) if direction == "upload" else download(("f",), tmp_path / "copy", size)

    def cut(channel: BulkChannel) -> None:
        line.cut_after(size // 2)
        with pytest.raises(ConnectionLostError):
            run(channel, job())

    on_channel(desk, cut, line.port)
    target = desk.home / "f" if direction == "upload" else tmp_path / "copy"
    assert not target.exists()

    def resume(channel: BulkChannel) -> None:
        (outcome,) = run(channel, job())
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent <= size // 2 + 2 * BLOCK

    on_channel(desk, resume)
    assert target.read_bytes() == source.read_bytes()


def test_a_damaged_partial_is_not_believed(desk: Desk, tmp_path: Path) -> None:
    size = 3 * BLOCK
    source = random_file(tmp_path / "source", size)
    (desk.home / "f").write_bytes(source.read_bytes())
    damaged = bytearray(source.read_bytes()[: 2 * BLOCK])
    damaged[BLOCK + 3] ^= 1
    (tmp_path / ".copy.wherry-part").write_bytes(damaged)

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, download(("f",), tmp_path / "copy", size))
        assert isinstance(outcome, Finished)
        assert outcome.sent == 2 * BLOCK

    on_channel(desk, work)
    assert (tmp_path / "copy").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("direction", ["upload", "download"])
def test_a_stopped_transfer_leaves_the_channel_usable_and_goes_on_later(
    desk: Desk, tmp_path: Path, direction: str
) -> None:
    size = 10 * BLOCK
    source = random_file(tmp_path / "source", size)
    (desk.home / "there").write_bytes(source.read_bytes())

    def job() -> Job:
        return upload(source, ("f",)) if direction == "upload" else download(("there",), tmp_path / "copy", size)

    def work(channel: BulkChannel) -> None:
        stopped = job()

        class Impatient(type(stopped.progress)):  # type: ignore[misc]  # a progress that cancels itself
            def __setattr__(self, name: str, value: object) -> None:
                super().__setattr__(name, value)
                if name == "sent" and isinstance(value, int) and value >= 3 * BLOCK:
                    object.__setattr__(self, "is_cancelled", True)

        object.__setattr__(stopped, "progress", Impatient())
        (outcome,) = run(channel, stopped)
        assert isinstance(outcome, Stopped)
        (outcome,) = run(channel, job())
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent <= 8 * BLOCK

    on_channel(desk, work)
    target = desk.home / "f" if direction == "upload" else tmp_path / "copy"
    assert target.read_bytes() == source.read_bytes()


def test_failures_are_of_their_item_alone(desk: Desk, tmp_path: Path) -> None:
    good = random_file(tmp_path / "good", 10)
    (desk.home / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x")

    def work(channel: BulkChannel) -> None:
        jobs = [
            upload(good, ("a",)),
            download(("missing",), tmp_path / "m", 5),
            upload(good, ("folder",)),
            download(("folder",), tmp_path / "n", 5),
            upload(good, ("..", "escape")),
            download(("a",), tmp_path / "file" / "below", 10),
            download(("a",), tmp_path / "back", 10),
        ]
        outcomes = run(channel, *jobs)
        assert isinstance(outcomes[0], Finished)
        assert code_of(outcomes[1]) is Code.NOT_FOUND
        assert isinstance(outcomes[2], Conflicted | ItemError)
        assert code_of(outcomes[3]) is Code.IS_FOLDER
        assert code_of(outcomes[4]) is Code.BAD_NAME
        assert isinstance(outcomes[5], ItemError)
        assert isinstance(outcomes[6], Finished)

    on_channel(desk, work)
    assert (tmp_path / "back").read_bytes() == good.read_bytes()


def test_a_read_only_account_may_read_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    (desk.home / "f").write_bytes(b"content")
    desk.accounts.set_read_only("anna", True)
    small, large = random_file(tmp_path / "s", 10), random_file(tmp_path / "l", BLOCK + 1)

    def work(channel: BulkChannel) -> None:
        outcomes = run(channel, upload(small, ("s",)), upload(large, ("l",)), download(("f",), tmp_path / "copy", 7))
        assert [code_of(outcome) for outcome in outcomes[:2]] == [Code.READ_ONLY, Code.READ_ONLY]
        assert isinstance(outcomes[2], Finished)

    on_channel(desk, work)
    assert sorted(os.listdir(desk.home)) in (["f"], [".wherry-staging", "f"])


def test_a_channel_cannot_attach_without_the_key_or_after_the_session(desk: Desk) -> None:
    async def play() -> None:
        session = await desk.session()
        loop = asyncio.get_running_loop()
        open_channel = BulkChannel.open

        def attach(key: bytes) -> None:
            open_channel(desk.address, session.fingerprint, session.id, key).close()

        with pytest.raises(LoginError):
            await loop.run_in_executor(None, attach, b"k" * 32)
        await loop.run_in_executor(None, attach, session.key)
        await session.close()
        while desk.server.snapshot().sessions:
            await asyncio.sleep(0.02)
        with pytest.raises(LoginError):
            await loop.run_in_executor(None, attach, session.key)

    asyncio.run(play())


def test_two_writers_of_one_target_the_second_is_told(desk: Desk, tmp_path: Path) -> None:
    source = random_file(tmp_path / "source", 6 * BLOCK)
    other = random_file(tmp_path / "other", 2 * BLOCK)
    results: list[Outcome] = []

    async def play() -> None:
        session = await desk.session()

        def work() -> None:
            first, second = desk.channel(session), desk.channel(session)

            def progressed(job: Job) -> None:
                # In the middle of the first file the second channel tries the same name.
                results.extend(run(second, upload(other, ("f",))))

            class Watching(type(upload(source, ("f",)).progress)):  # type: ignore[misc]
                told = False

                def __setattr__(self, name: str, value: object) -> None:
                    super().__setattr__(name, value)
                    if name == "sent" and value and not Watching.told:
                        Watching.told = True
                        progressed(job)

            job = upload(source, ("f",))
            object.__setattr__(job, "progress", Watching())
            (outcome,) = run(first, job)
            assert isinstance(outcome, Finished)
            first.close()
            second.close()

        await asyncio.get_running_loop().run_in_executor(None, work)
        await session.close()

    asyncio.run(play())
    assert code_of(results[0]) is Code.BUSY
    assert (desk.home / "f").read_bytes() == source.read_bytes()
