"""An upload that several connections write: each block by one of them, and by nobody once it has ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.requests.dispatch import Desk
from server.requests.exchange import TransferMeter
from server.requests.joint import JointUpload, JointUploads
from server.storage.homes import Home
from server.storage.staged import Plan
from server.storage.upload import Upload
from shared.protocol import messages
from shared.protocol.blocks import digest_block, range_root, root_of
from shared.protocol.limits import MIN_BLOCK
from tests.server.fake_exchange import FakeExchange

SIZE = 3 * MIN_BLOCK
CONTENT = b"".join(bytes([number + 1]) * MIN_BLOCK for number in range(3))


@pytest.fixture
def upload(opened: Home) -> Iterator[Upload]:
    with opened.jail.open_folder(()) as folder:
        upload = opened.staging.stage_large(Plan(("f",), SIZE, 0, None, replace=False), folder)
        yield upload
        upload.close()


@pytest.fixture
def joint(upload: Upload) -> JointUpload:
    return JointUpload(upload, TransferMeter(("f",), "upload", SIZE))


def data(index: int) -> memoryview:
    return memoryview(CONTENT)[index * MIN_BLOCK : (index + 1) * MIN_BLOCK]


def test_a_block_belongs_to_whoever_began_it(joint: JointUpload) -> None:
    with joint.block(1) as is_mine:
        assert is_mine
        with joint.block(1) as is_theirs:
            assert not is_theirs
        with joint.block(1) as is_theirs:
            assert not is_theirs
        with joint.block(2) as is_another:
            assert is_another
    with joint.block(1) as is_mine:
        assert is_mine


def test_after_the_end_only_the_owner_writes(joint: JointUpload, upload: Upload) -> None:
    joint.write(0, 0, data(0), is_owner=False)
    assert joint.accept(0, digest_block(data(0)), is_owner=False)
    joint.end()
    joint.end()
    joint.write(1, 0, data(1), is_owner=False)
    assert not joint.accept(1, digest_block(data(1)), is_owner=False)
    joint.write(2, 0, data(2), is_owner=True)
    assert joint.accept(2, digest_block(data(2)), is_owner=True)
    assert upload.complete() == (1,)


def test_the_end_waits_for_a_write_under_way(joint: JointUpload, monkeypatch: pytest.MonkeyPatch) -> None:
    is_writing, may_go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(self: Upload, index: int, start: int, view: memoryview) -> None:
        is_writing.set()
        assert may_go_on.wait(10)
        order.append("written")

    monkeypatch.setattr(Upload, "write", slow)
    writer = threading.Thread(target=lambda: joint.write(0, 0, data(0), is_owner=False))
    writer.start()
    assert is_writing.wait(10)

    def end() -> None:
        joint.end()
        order.append("ended")

    ender = threading.Thread(target=end)
    ender.start()
    may_go_on.set()
    ender.join(10)
    writer.join(10)
    assert order == ["written", "ended"]


def test_an_upload_is_found_by_its_token_while_it_is_open(joint: JointUpload) -> None:
    joints = JointUploads()
    assert joints.find(joint.token) is None
    with joints.opened(joint):
        assert joints.find(joint.token) is joint
        assert joints.find(b"0" * 16) is None
    assert joints.find(joint.token) is None
    joint.write(0, 0, data(0), is_owner=False)
    assert joint.upload.digests == (b"",) * 3


def test_two_connections_carry_one_upload(desk: Desk, home: Path) -> None:
    """The other one's blocks come while the first waits to be heard."""
    others: list[FakeExchange] = []

    def react(message: messages.Any) -> list[messages.Any | bytes]:
        if not isinstance(message, messages.Ready):
            return []
        assert message.upload is not None
        block = messages.Block(id=9, index=1, digest=digest_block(data(1)))
        other = FakeExchange([block, bytes(data(1)), messages.End(id=9, root=b"")])
        others.append(other)
        desk.handle(messages.Assist(id=9, upload=message.upload, size=SIZE), other)
        script: list[messages.Any | bytes] = []
        for index in (0, 2):
            script += [messages.Block(id=1, index=index, digest=digest_block(data(index))), bytes(data(index))]
        root = root_of(SIZE, [digest_block(data(index)) for index in range(3)])
        return [*script, messages.End(id=1, root=root)]

    exchange = FakeExchange(react=react)
    desk.handle(messages.Put(id=1, path=(b"f",), size=SIZE, mtime_ns=0), exchange)
    assert isinstance(exchange.sent[-1], messages.Stored), exchange.sent
    assert exchange.sent[-1].reused == 0
    assert others[0].sent == [messages.Ready(id=9), messages.Done(id=9, count=1)]
    assert (home / "f").read_bytes() == CONTENT
    assert [meter.moved for meter in exchange.meters] == [SIZE]


@pytest.mark.parametrize("size", [SIZE, SIZE + 1])
def test_nobody_assists_with_what_is_not_under_way(desk: Desk, size: int) -> None:
    exchange = FakeExchange()
    desk.handle(messages.Assist(id=9, upload=b"0" * 16, size=size), exchange)
    (answer,) = exchange.sent
    assert isinstance(answer, messages.Failed)
    assert answer.code == "not-found"


def test_a_range_of_a_file_has_a_root_of_its_own(desk: Desk, home: Path) -> None:
    (home / "f").write_bytes(CONTENT)
    versions = set()
    for first, count, indexes in ((1, 1, [1]), (1, 9, [1, 2]), (3, 1, []), (9, 1, [])):
        exchange = FakeExchange()
        desk.handle(messages.Get(id=1, path=(b"f",), first=first, count=count), exchange)
        offer, *blocks, end = exchange.sent
        assert isinstance(offer, messages.Offer)
        versions.add(offer.version)
        assert [block.index for block in blocks] == indexes
        digests = [digest_block(data(index)) for index in indexes]
        assert end == messages.End(id=1, root=range_root(SIZE, min(first, 3), digests))
    assert len(versions) == 1
    (home / "f").write_bytes(CONTENT)
    exchange = FakeExchange()
    desk.handle(messages.Get(id=1, path=(b"f",), first=0, count=1), exchange)
    assert exchange.sent[0].version not in versions
