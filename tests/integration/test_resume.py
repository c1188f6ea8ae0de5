"""Resuming over real channels where it is hard: long silences, parts that are longer than the file, huge blocks."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.client import download as downloading
from desktop.client import fetch, shipment
from desktop.client.channel import BulkChannel
from desktop.client.part_file import PartFile
from desktop.transfers.ports import Finished
from server.requests import transfer
from server.storage import upload as staged_upload
from shared.errors import Code, LocalError
from shared.protocol import limits
from tests.integration.conftest import Desk, download, random_file, run, upload
from tests.integration.test_channel import on_channel

BLOCK = limits.MIN_BLOCK


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make both ends impatient: a block of work takes half as long as either would wait."""
    monkeypatch.setattr(limits, "STALL_DEADLINE", 0.4)
    monkeypatch.setattr(limits, "ALIVE_INTERVAL", 0.1)


def slowed(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
    """Let one function take its time."""
    work: Callable[..., object] = getattr(owner, name)

    def slow(*arguments: object) -> object:
        time.sleep(0.2)
        return work(*arguments)

    monkeypatch.setattr(owner, name, slow)


@pytest.mark.usefixtures("haste")
@pytest.mark.parametrize("end", ["client", "server"])
def test_an_upload_is_resumed_however_long_the_digesting_takes(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """A slow disk reads a gigabyte in longer than any line may be silent; nothing travels meanwhile."""
    source = random_file(tmp_path / "source", 3 * BLOCK + 1)
    (desk.home / "f").write_bytes(source.read_bytes()[: 3 * BLOCK])
    if end == "client":
        slowed(monkeypatch, shipment, "read_fully")
    else:
        slowed(monkeypatch, staged_upload, "digest_range")

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, upload(source, ("f",), replace=True))
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent == 1

    on_channel(desk, work)
    assert (desk.home / "f").read_bytes() == source.read_bytes()


@pytest.mark.usefixtures("haste")
def test_a_download_is_resumed_however_long_the_digesting_takes(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random_file(desk.home / "f", 3 * BLOCK + 1)
    (tmp_path / ".copy.wherry-part").write_bytes(source.read_bytes()[: 3 * BLOCK])
    slowed(monkeypatch, transfer, "digest_range")

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, download(("f",), tmp_path / "copy", 3 * BLOCK + 1))
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent == 1

    on_channel(desk, work)
    assert (tmp_path / "copy").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("size", [BLOCK + 5, 2 * BLOCK, 3 * BLOCK])
def test_a_part_longer_than_the_file_is_now_is_used_for_what_it_is_worth(desk: Desk, tmp_path: Path, size: int) -> None:
    """The file shrank since: its first blocks are in the part, and none of them may be lost with the rest."""
    before = os.urandom(4 * BLOCK)
    (tmp_path / ".copy.wherry-part").write_bytes(before)
    (desk.home / "f").write_bytes(before[:size])

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, download(("f",), tmp_path / "copy", 4 * BLOCK))
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent == size % BLOCK

    on_channel(desk, work)
    assert (tmp_path / "copy").read_bytes() == before[:size]
    assert not (tmp_path / ".copy.wherry-part").exists()


@pytest.mark.parametrize("change", ["nothing", "one block"])
def test_blocks_that_do_not_fit_into_memory_go_in_pieces(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Blocks of files beyond 64 GiB are larger than what is held at once: here the pieces are small instead."""
    for module, name in ((downloading, "PIECE"), (fetch, "PIECE"), (shipment, "_PIECE")):
        monkeypatch.setattr(module, name, limits.MIB + 3)
    monkeypatch.setattr(transfer, "_READ_BUFFER", limits.MIB + 5)
    source = random_file(tmp_path / "source", 3 * BLOCK + 17)

    def work(channel: BulkChannel) -> None:
        first = run(channel, upload(source, ("f",)), download(("f",), tmp_path / "copy", 0))
        # The listing said that it is small; the offer is what counts.
        assert all(isinstance(outcome, Finished) for outcome in first), first
        if change == "one block":
            with source.open("r+b") as file:
                file.seek(BLOCK + 9)
                file.write(b"changed")
        put, get = run(
            channel,
            upload(source, ("f",), replace=True),
            download(("f",), tmp_path / "copy", source.stat().st_size, replace=True),
        )
        assert isinstance(put, Finished), put
        assert isinstance(get, Finished), get
        assert put.sent == get.sent == (0 if change == "nothing" else BLOCK)

    on_channel(desk, work)
    assert (tmp_path / "copy").read_bytes() == (desk.home / "f").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("size", [1000, BLOCK + 1])
def test_a_download_that_could_not_be_synced_is_not_resumed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, count: int
) -> None:
    """The system gives up on what it could not write: read back it looks whole, and the next sync finds it done."""
    names = [f"f{number}" for number in range(count if size < BLOCK else 1)]
    for name in names:
        random_file(desk.home / name, size)

    def broken(part: PartFile) -> None:
        raise LocalError(Code.IO, "the disk is broken")

    def work(channel: BulkChannel) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(PartFile, "sync", broken)
            patch.setattr(PartFile, "sync_disk", broken)
            outcomes = run(channel, *(download((name,), tmp_path / name, size) for name in names))
        assert {getattr(outcome, "code", None) for outcome in outcomes} == {Code.IO}
        assert not [name for name in os.listdir(tmp_path) if name.startswith(("f", ".f"))]
        again = run(channel, *(download((name,), tmp_path / name, size) for name in names))
        assert [outcome.sent for outcome in again if isinstance(outcome, Finished)] == [size] * len(names)

    on_channel(desk, work)


@pytest.mark.parametrize("size", [1000, BLOCK + 1])
def test_a_name_that_could_not_be_synced_is_not_done(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    random_file(desk.home / "f", size)
    (tmp_path / "in").mkdir()
    sync = os.fsync
    broken: list[int] = [errno.EIO]

    def fsync(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), (tmp_path / "in").stat()):
            raise OSError(broken[0], "a folder")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, download(("f",), tmp_path / "in" / "f", size))
        assert isinstance(outcome, LocalError)
        assert outcome.code is Code.IO
        # Not every system can do it with folders: that is no failure of the disk.
        broken[0] = errno.EINVAL
        (outcome,) = run(channel, download(("f",), tmp_path / "in" / "g", size))
        assert isinstance(outcome, Finished)

    on_channel(desk, work)


def test_an_unfinished_upload_goes_once_the_file_is_there_by_other_means(desk: Desk, tmp_path: Path) -> None:
    """The file became small meanwhile: the part of the large one would fill the quota for a week."""
    source = random_file(tmp_path / "source", 4 * BLOCK)

    def cut(channel: BulkChannel) -> None:
        job = upload(source, ("f",))

        class Impatient(type(job.progress)):  # type: ignore[misc]  # a progress that cancels itself
            def __setattr__(self, name: str, value: object) -> None:
                super().__setattr__(name, value)
                if name == "sent" and isinstance(value, int) and value >= BLOCK:
                    object.__setattr__(self, "is_cancelled", True)

        object.__setattr__(job, "progress", Impatient())
        run(channel, job)

    on_channel(desk, cut)
    staging = desk.home / ".wherry-staging"
    assert len(list(staging.glob("*.part"))) == 1
    source.write_bytes(b"small now")

    def again(channel: BulkChannel) -> None:
        (outcome,) = run(channel, upload(source, ("f",)))
        assert isinstance(outcome, Finished), outcome

    on_channel(desk, again)
    assert list(staging.iterdir()) == []
    assert (desk.home / "f").read_bytes() == b"small now"
