"""One large file over several channels: whole, resumed, stopped, and when channels are lost on the way."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.client import assistants, shares
from desktop.client.channel import BulkChannel
from desktop.client.fetch import Fetch
from desktop.client.shipment import BlockReader, Shipment
from desktop.transfers.ports import Finished, Job, Stopped
from shared.errors import Code, ConnectionLostError
from shared.names import STAGING_NAME
from shared.protocol import limits, messages
from tests.integration.conftest import Desk, Line, download, random_file, run, upload
from tests.integration.test_channel import code_of, on_channel

BLOCK = limits.MIN_BLOCK
COUNT = 13
SIZE = COUNT * BLOCK + 17
CHANNELS = 3


def shared(job: Job) -> Job:
    return replace(job, channels=CHANNELS)


@pytest.fixture
def senders(monkeypatch: pytest.MonkeyPatch) -> dict[int, set[str]]:
    """Which threads had to do with each block, in either direction."""
    seen: dict[int, set[str]] = {}
    everybody = threading.Barrier(CHANNELS)
    send, receive_block = Shipment.send, Fetch.receive_block

    def meet() -> None:
        # Small shares are over before a further channel is open: all begin together.
        if threading.current_thread() not in met:
            met.add(threading.current_thread())
            everybody.wait(10)

    met: set[threading.Thread] = set()

    def noted_send(self: Shipment, index: int, request: int, stream: object, reader: BlockReader) -> None:
        meet()
        seen.setdefault(index, set()).add(threading.current_thread().name)
        send(self, index, request, stream, reader)  # type: ignore[arg-type]

    def noted_receive(self: Fetch, block: messages.Block, stream: object, buffer: memoryview) -> None:
        if block.index > 1:
            meet()
        seen.setdefault(block.index, set()).add(threading.current_thread().name)
        receive_block(self, block, stream, buffer)  # type: ignore[arg-type]

    monkeypatch.setattr(Shipment, "send", noted_send)
    monkeypatch.setattr(Fetch, "receive_block", noted_receive)
    monkeypatch.setattr("desktop.client.shipment._LEAST_SHARE", 1)
    monkeypatch.setattr("desktop.client.fetch._LEAST_SHARE", 1)
    return seen


@pytest.mark.parametrize("direction", ["up", "down"])
def test_several_channels_carry_one_file(
    desk: Desk, tmp_path: Path, senders: dict[int, set[str]], direction: str
) -> None:
    source = random_file(tmp_path / "source", SIZE)
    if direction == "down":
        (desk.home / "f").write_bytes(source.read_bytes())

    def work(channel: BulkChannel) -> None:
        copy = tmp_path / "copy"
        job = shared(upload(source, ("f",)) if direction == "up" else download(("f",), copy, SIZE))
        (outcome,) = run(channel, job)
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent == outcome.size == SIZE
        assert job.progress.moved == job.progress.sent == SIZE

    on_channel(desk, work)
    target = desk.home / "f" if direction == "up" else tmp_path / "copy"
    assert target.read_bytes() == source.read_bytes()
    assert sorted(senders) == list(range(COUNT + 1))
    assert len(set().union(*senders.values())) >= 2
    assert all(len(who) == 1 for who in senders.values())
    assert os.listdir(desk.home / STAGING_NAME) == [] if direction == "up" else True


@pytest.mark.parametrize("direction", ["up", "down"])
def test_only_what_differs_travels_by_whichever_channel(desk: Desk, tmp_path: Path, direction: str) -> None:
    source = random_file(tmp_path / "source", SIZE)
    old = bytearray(source.read_bytes())
    for index in (0, 5, COUNT):
        old[index * BLOCK + 3] ^= 1
    copy = tmp_path / "copy"
    (desk.home / "f").write_bytes(old if direction == "up" else source.read_bytes())
    copy.write_bytes(old)

    def work(channel: BulkChannel) -> None:
        job = upload(source, ("f",), replace=True)
        (outcome,) = run(channel, shared(job if direction == "up" else download(("f",), copy, SIZE, replace=True)))
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent == 2 * BLOCK + 17

    on_channel(desk, work)
    assert (desk.home / "f" if direction == "up" else copy).read_bytes() == source.read_bytes()


@pytest.mark.parametrize("direction", ["up", "down"])
def test_no_further_channel_is_no_failure(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    def no_channel(*_arguments: object, **_options: object) -> None:
        raise ConnectionLostError("the server takes no more connections")

    source = random_file(tmp_path / "source", SIZE)
    (desk.home / "g").write_bytes(source.read_bytes())

    def work(channel: BulkChannel) -> None:
        monkeypatch.setattr(BulkChannel, "open", no_channel)
        job = upload(source, ("f",)) if direction == "up" else download(("g",), tmp_path / "copy", SIZE)
        (outcome,) = run(channel, shared(job))
        assert isinstance(outcome, Finished), outcome

    on_channel(desk, work)
    assert (desk.home / "f" if direction == "up" else tmp_path / "copy").read_bytes() == source.read_bytes()


def losing(monkeypatch: pytest.MonkeyPatch, owner: type, method: str, is_lost: Callable[[int], bool]) -> list[int]:
    """Have an assistant's line break at a block for which ``is_lost``; return where it did."""
    work = getattr(owner, method)
    broken: list[int] = []

    def breaking(self: object, what: object, *arguments: object) -> object:
        index = what if isinstance(what, int) else what.index  # type: ignore[attr-defined]
        if threading.current_thread().name == "wherry-assistant" and is_lost(index):
            broken.append(index)
            raise ConnectionLostError("cut")
        return work(self, what, *arguments)

    monkeypatch.setattr(owner, method, breaking)
    return broken


@pytest.mark.parametrize("direction", ["up", "down"])
def test_what_a_lost_channel_had_taken_is_carried_by_the_others(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, senders: dict[int, set[str]], direction: str
) -> None:
    owner, method = (Shipment, "send") if direction == "up" else (Fetch, "receive_block")
    broken = losing(monkeypatch, owner, method, lambda index: index % 3 == 1)
    source = random_file(tmp_path / "source", SIZE)
    (desk.home / "g").write_bytes(source.read_bytes())
    monkeypatch.setattr(threading.Barrier, "wait", lambda self, timeout=None: 0)

    def work(channel: BulkChannel) -> None:
        job = upload(source, ("f",)) if direction == "up" else download(("g",), tmp_path / "copy", SIZE)
        (outcome,) = run(channel, shared(job))
        assert isinstance(outcome, Finished), outcome
        assert job.progress.moved == SIZE

    for _ in range(3):
        on_channel(desk, work)
        target = desk.home / "f" if direction == "up" else tmp_path / "copy"
        assert target.read_bytes() == source.read_bytes()
        target.unlink()
    assert broken


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_stop_ends_all_channels_and_the_rest_is_resumed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, senders: dict[int, set[str]], direction: str
) -> None:
    source = random_file(tmp_path / "source", SIZE)
    (desk.home / "g").write_bytes(source.read_bytes())
    job = shared(upload(source, ("f",)) if direction == "up" else download(("g",), tmp_path / "copy", SIZE))
    owner, method = (Shipment, "send") if direction == "up" else (Fetch, "receive_block")
    inner = getattr(owner, method)

    def stopping(self: object, *arguments: object) -> None:
        inner(self, *arguments)
        if job.progress.sent > 5 * BLOCK:
            job.progress.is_cancelled = True

    monkeypatch.setattr(owner, method, stopping)

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, job)
        assert isinstance(outcome, Stopped), outcome
        monkeypatch.setattr(owner, method, inner)
        monkeypatch.setattr(threading.Barrier, "wait", lambda self, timeout=None: 0)
        again = shared(upload(source, ("f",)) if direction == "up" else download(("g",), tmp_path / "copy", SIZE))
        (outcome,) = run(channel, again)
        assert isinstance(outcome, Finished), outcome
        # Each channel can lose what was on its way still.
        assert outcome.sent <= SIZE - 2 * BLOCK

    on_channel(desk, work)
    assert (desk.home / "f" if direction == "up" else tmp_path / "copy").read_bytes() == source.read_bytes()


def test_a_file_that_changes_while_several_fetch_it_is_never_done(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, senders: dict[int, set[str]]
) -> None:
    source = random_file(desk.home / "f", SIZE)
    receive_block = Fetch.receive_block

    def changing(self: Fetch, block: messages.Block, stream: object, buffer: memoryview) -> None:
        receive_block(self, block, stream, buffer)  # type: ignore[arg-type]
        if block.index == 4:
            with source.open("r+b") as file:
                file.write(b"changed")

    monkeypatch.setattr(Fetch, "receive_block", changing)

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, shared(download(("f",), tmp_path / "copy", SIZE)))
        assert code_of(outcome) is Code.CHANGED

    on_channel(desk, work)
    assert not (tmp_path / "copy").exists()


def test_a_source_that_shrinks_while_several_send_it_is_never_stored(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, senders: dict[int, set[str]]
) -> None:
    source = random_file(tmp_path / "source", SIZE)
    send = Shipment.send

    def shrinking(self: Shipment, index: int, *arguments: object) -> None:
        send(self, index, *arguments)  # type: ignore[arg-type]
        if index == 4:
            os.truncate(source, 6 * BLOCK)

    monkeypatch.setattr(Shipment, "send", shrinking)

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, shared(upload(source, ("f",))))
        assert code_of(outcome) is Code.CHANGED
        (outcome,) = run(channel, upload(random_file(tmp_path / "small", 9), ("small",)))
        assert isinstance(outcome, Finished)

    on_channel(desk, work)
    assert not (desk.home / "f").exists()


@pytest.mark.parametrize("direction", ["up", "down"])
def test_the_line_is_cut_under_all_of_them(desk: Desk, line: Line, tmp_path: Path, direction: str) -> None:
    source = random_file(tmp_path / "source", SIZE)
    (desk.home / "g").write_bytes(source.read_bytes())

    def job() -> Job:
        return shared(upload(source, ("f",)) if direction == "up" else download(("g",), tmp_path / "copy", SIZE))

    def cut(channel: BulkChannel) -> None:
        line.cut_after(7 * BLOCK)
        with pytest.raises(ConnectionLostError):
            run(channel, job())

    def resume(channel: BulkChannel) -> None:
        (outcome,) = run(channel, job())
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent < SIZE - BLOCK

    on_channel(desk, cut, line.port)
    line.cut_after(None)
    on_channel(desk, resume)
    assert (desk.home / "f" if direction == "up" else tmp_path / "copy").read_bytes() == source.read_bytes()


def test_what_has_no_room_is_not_fetched_by_shares(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 100 * BLOCK
    (desk.home / "f").touch()
    os.truncate(desk.home / "f", size)
    full = SimpleNamespace(total=size, used=size, free=0)
    monkeypatch.setattr("desktop.client.download.shutil.disk_usage", lambda folder: full)

    def work(channel: BulkChannel) -> None:
        (outcome,) = run(channel, shared(download(("f",), tmp_path / "f", size)))
        assert code_of(outcome) is Code.NO_SPACE
        # Two blocks can be on their way already. Of each share that is asked for, one more would come.
        assert channel.traffic < 3 * BLOCK

    on_channel(desk, work)


def test_nobody_assists_an_upload_that_is_not_there(desk: Desk, tmp_path: Path) -> None:
    source = random_file(tmp_path / "source", 2 * BLOCK)
    shipment = Shipment(upload(source, ("f",)), os.open(source, os.O_RDONLY), source.stat())

    def work(channel: BulkChannel) -> None:
        channel.assist_upload(shipment, b"0" * 16)
        (outcome,) = run(channel, upload(source, ("f",)))
        assert isinstance(outcome, Finished)

    try:
        on_channel(desk, work)
    finally:
        os.close(shipment.reader().descriptor)
    assert shipment.sent == 0


def test_an_assistant_that_is_still_connecting_is_not_waited_for_with_work() -> None:
    opened = threading.Event()

    def open_late() -> assistants.Closable:
        opened.wait(10)
        raise ConnectionLostError("too late")

    with assistants.assisted(2, open_late, lambda channel: pytest.fail("it had nothing to do")):
        opened.set()
    assert not [thread for thread in threading.enumerate() if thread.name == "wherry-assistant"]


def test_assistants_that_have_begun_end_when_the_next_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    class Waiting:
        def close(self) -> None:
            ended.set()

    start, begun = threading.Thread.start, [0]

    def start_one(thread: threading.Thread) -> None:
        begun[0] += 1
        if begun[0] > 1:
            raise RuntimeError("can't start new thread")
        start(thread)

    def work(channel: Waiting) -> None:
        assert ended.wait(10)

    monkeypatch.setattr(threading.Thread, "start", start_one)
    with pytest.raises(RuntimeError), assistants.assisted(2, Waiting, work):
        pytest.fail("it must not begin")
    assert ended.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "wherry-assistant"]


def test_shares_shrink_and_come_back() -> None:
    pool = shares.Shares(range(100), 2, 4)
    first = pool.take()
    assert first == range(25)
    second = pool.take()
    assert second == range(25, 43)
    pool.give_back(second)
    assert pool.take() == range(25, 43)
    taken = [range(25, 43)]
    while (blocks := pool.take()) is not None:
        taken.append(blocks)
    assert [index for blocks in taken for index in blocks] == list(range(25, 100))
    assert min(map(len, taken[:-1])) >= 4
    assert not pool.is_over
    pool.finish(1 + len(taken))
    assert pool.is_over


def test_one_hand_gets_everything_at_once() -> None:
    pool = shares.Shares(range(1000), 1, 4)
    assert pool.take() == range(1000)
    assert shares.Shares(range(0), 1, 4).is_over


def test_a_stop_deals_out_nothing_more() -> None:
    pool = shares.Shares(range(10), 2, 4)
    assert pool.take() is not None
    pool.stop()
    assert pool.take() is None
    assert pool.is_over
