"""Compression over real servers and lines: fewer bytes where it pays, none coded where not, and lies that gain nothing.

What adapts is shown on a line with a rate; what the bytes must survive, with an end that compresses all it can.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.client.channel import BulkChannel
from desktop.client.links import ClientLinks
from desktop.transfers.ports import Finished, Job
from server.engine import run as engine_run
from server.engine.connection import Connection
from shared import tls
from shared.coding.choice import Choice
from shared.coding.coder import Coder
from shared.errors import Code, ConnectionLostError, PeerError, RemoteError
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block, root_of
from shared.protocol.frames import coded_header
from tests.integration.conftest import Desk, download, random_file, run, upload
from tests.integration.hostile_client import Intruder
from tests.integration.hostile_server import Conduct, Guest, HostileServer, offer
from tests.integration.slow_line import SlowLine
from tests.integration.test_channel import on_channel
from tests.integration.test_hostile_server import attach, move

MIB = limits.MIB
BLOCK = limits.MIN_BLOCK
RATE = 8e6


def words(size: int) -> bytes:
    """Return text of this size; no two places in it are quite the same."""
    lines = b"".join(b"entry %d: status %d, took %d ms\n" % (n, n * n % 7, n * n % 1009) for n in range(size // 24))
    return lines[:size]


def text_file(path: Path, size: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(words(size))
    return path


@pytest.fixture
def slow_line(desk: Desk) -> Iterator[SlowLine]:
    line = SlowLine(desk.server.address[1], RATE)
    yield line
    line.close()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have both ends compress whatever compresses, and count the pieces that went so."""
    coded: list[int] = []
    code = Coder.code

    def counting(self: Coder, content: memoryview) -> bytes | None:
        result = code(self, content)
        if result is not None:
            coded.append(len(content))
        return result

    monkeypatch.setattr(Choice, "level_for", lambda *_: 1)
    monkeypatch.setattr(Coder, "code", counting)
    return coded


def both_ways(channel: BulkChannel, sources: list[Path], back: Path) -> None:
    puts = run(channel, *(upload(source, ("d", source.name)) for source in sources))
    assert all(isinstance(outcome, Finished) for outcome in puts), puts
    jobs = (download(("d", source.name), back / source.name, source.stat().st_size) for source in sources)
    gets = run(channel, *jobs)
    assert all(isinstance(outcome, Finished) for outcome in gets), gets
    for source in sources:
        assert (back / source.name).read_bytes() == source.read_bytes()


# --- where it pays, and where not


def test_text_travels_in_fewer_bytes_both_ways(desk: Desk, slow_line: SlowLine, tmp_path: Path) -> None:
    sources = [text_file(tmp_path / "in" / f"{n}", 200 * limits.KIB) for n in range(40)]
    sources.append(text_file(tmp_path / "in" / "large", 10 * MIB))
    total = sum(source.stat().st_size for source in sources)
    on_channel(desk, lambda channel: both_ways(channel, sources, tmp_path / "back"), slow_line.port)
    assert slow_line.up < 0.8 * total
    assert slow_line.down < 0.8 * total


def test_what_does_not_compress_goes_as_it_is(
    desk: Desk, slow_line: SlowLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coders: list[Coder] = []
    make = Coder.__init__

    def noting(self: Coder, *arguments: object, **named: object) -> None:
        make(self, *arguments, **named)  # type: ignore[arg-type]
        coders.append(self)

    monkeypatch.setattr(Coder, "__init__", noting)
    source = random_file(tmp_path / "noise", 10 * MIB)
    on_channel(desk, lambda channel: both_ways(channel, [source], tmp_path / "back"), slow_line.port)
    assert coders
    assert sum(coder.content for coder in coders) == 0
    assert slow_line.up >= 10 * MIB
    assert slow_line.down >= 10 * MIB


class PlainConnection(Connection):
    """A server's connection where compressing is switched off."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{**named, "compress": False})


@pytest.mark.parametrize("end", ["client", "server"])
@pytest.mark.usefixtures("eager")
def test_an_end_that_does_not_want_it_gets_nothing_coded(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, end: str
) -> None:
    """Nor does one of an older version, which says nothing about it."""
    if end == "server":
        monkeypatch.setattr(engine_run, "Connection", PlainConnection)
    else:
        monkeypatch.setattr(BulkChannel, "open", partial(BulkChannel.open, compress=False))
    desk: Desk = request.getfixturevalue("desk")
    line = SlowLine(desk.server.address[1], 1e9)
    sources = [text_file(tmp_path / "in" / "small", 50_000), text_file(tmp_path / "in" / "large", 2 * BLOCK)]
    try:
        on_channel(desk, lambda channel: both_ways(channel, sources, tmp_path / "back"), line.port)
    finally:
        line.close()
    assert line.up >= 2 * BLOCK + 50_000
    assert line.down >= 2 * BLOCK + 50_000


def test_links_hand_the_wish_on_to_their_channels(desk: Desk) -> None:
    async def play() -> None:
        session = await desk.session()
        loop = asyncio.get_running_loop()
        for wish in (True, False):
            links = ClientLinks(loop, compress=wish)
            links.set_session("site", session)
            channel = await loop.run_in_executor(None, links.open_channel, "site")
            assert isinstance(channel, BulkChannel)
            assert channel._stream.conversation.takes_coded is wish
            channel.close()
        await session.close()

    asyncio.run(play())


# --- what coded content must survive


@pytest.mark.parametrize("size", [limits.KIB, 4096, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
def test_coded_files_of_any_size_go_both_ways(desk: Desk, tmp_path: Path, eager: list[int], size: int) -> None:
    source = text_file(tmp_path / "in" / "f", size)
    on_channel(desk, lambda channel: both_ways(channel, [source], tmp_path / "back"))
    assert sum(eager) >= 2 * (size - limits.KIB)


def test_a_mixed_file_is_coded_where_it_compresses(desk: Desk, tmp_path: Path, eager: list[int]) -> None:
    source = tmp_path / "mixed"
    source.write_bytes(b"".join(words(2 * MIB) + os.urandom(2 * MIB) for _ in range(4)))
    on_channel(desk, lambda channel: both_ways(channel, [source], tmp_path / "back"))
    assert 0 < sum(eager) <= 2 * 8 * MIB


@pytest.mark.parametrize("direction", ["upload", "download"])
def test_a_coded_file_cut_half_way_is_resumed(desk: Desk, tmp_path: Path, eager: list[int], direction: str) -> None:
    size = 8 * BLOCK
    source = text_file(tmp_path / "source", size)
    if direction == "download":
        (desk.home / "f").write_bytes(source.read_bytes())

    def job() -> Job:
        return upload(source, ("f",)) if direction == "upload" else download(("f",), tmp_path / "copy", size)

    line = SlowLine(desk.server.address[1], 1e9)

    def cut(channel: BulkChannel) -> None:
        broken = job()

        class Cutting(type(broken.progress)):  # type: ignore[misc]  # a progress that cuts the line
            def __setattr__(self, name: str, value: object) -> None:
                super().__setattr__(name, value)
                if name == "sent" and isinstance(value, int) and value >= size // 2:
                    line.cut_after(0)

        object.__setattr__(broken, "progress", Cutting())
        with pytest.raises(ConnectionLostError):
            run(channel, broken)

    try:
        on_channel(desk, cut, line.port)
    finally:
        line.close()
    assert eager

    def resume(channel: BulkChannel) -> None:
        (outcome,) = run(channel, job())
        assert isinstance(outcome, Finished), outcome
        assert outcome.sent < size

    on_channel(desk, resume)
    target = desk.home / "f" if direction == "upload" else tmp_path / "copy"
    assert target.read_bytes() == source.read_bytes()


# --- hostile clients


def flipped(coded: bytes) -> bytes:
    damaged = bytearray(coded)
    damaged[len(damaged) // 2] ^= 1
    return bytes(damaged)


Damage = Callable[[bytes], bytes]

DAMAGES: dict[str, Damage] = {
    "a bit": flipped,
    "cut short": lambda coded: coded[:-5],
    "a byte more": lambda coded: coded + b"x",
    "no frame at all": lambda coded: os.urandom(len(coded)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_coded_block_is_asked_for_again(desk: Desk, damage: Damage) -> None:
    content = words(BLOCK + 1000)
    digests = [digest_block(content[:BLOCK]), digest_block(content[BLOCK:])]
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        intruder.say(messages.Put(id=1, path=(b"f",), size=len(content), mtime_ns=0))
        intruder.hear_a(messages.Ready)
        intruder.say(messages.Block(id=1, index=0, digest=digests[0]))
        intruder.coded_content(content[:BLOCK], damage)
        intruder.say(messages.Block(id=1, index=1, digest=digests[1]))
        intruder.coded_content(content[BLOCK:])
        intruder.say(messages.End(id=1, root=root_of(len(content), digests)))
        assert intruder.hear_a(messages.Again).blocks == (0,)
        intruder.say(messages.Block(id=1, index=0, digest=digests[0]))
        intruder.coded_content(content[:BLOCK])
        intruder.say(messages.End(id=1, root=root_of(len(content), digests)))
        intruder.hear_a(messages.Stored)
    assert (desk.home / "f").read_bytes() == content


def test_a_damaged_coded_small_file_is_refused_alone(desk: Desk) -> None:
    content = words(5000)
    root = root_of(len(content), [digest_block(content)])
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        for number, damage in enumerate((flipped, bytes)):
            name = b"f%d" % number
            intruder.say(messages.Put(id=number, path=(name,), size=len(content), mtime_ns=0, inline=True))
            intruder.coded_content(content, damage)
            intruder.say(messages.End(id=number, root=root))
        assert intruder.hear_a(messages.Failed).code == Code.MISMATCH
        intruder.hear_a(messages.Stored)
    assert not (desk.home / "f0").exists()
    assert (desk.home / "f1").read_bytes() == content


@pytest.mark.parametrize(
    "said",
    [
        coded_header(0xFFFF_FFFF, 100),
        coded_header(limits.MAX_DATA, limits.MAX_DATA),
        coded_header(50, 100),
        coded_header(0, 1),
        b"\xff\xff\xff\xff\x03",
    ],
    ids=["huge content", "no shorter", "longer than its content", "nothing", "huge frame"],
)
def test_a_lying_coded_frame_ends_the_connection(desk: Desk, said: bytes) -> None:
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        intruder.say(messages.Put(id=1, path=(b"f",), size=BLOCK, mtime_ns=0, inline=True))
        intruder.raw(said)
        goodbye = intruder.hear_a(messages.Goodbye)
        assert goodbye.code == "protocol"
    assert not (desk.home / "f").exists()


def test_more_coded_content_than_was_announced_ends_the_connection(desk: Desk) -> None:
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        intruder.say(messages.Put(id=1, path=(b"f",), size=100, mtime_ns=0, inline=True))
        intruder.coded_content(words(5000))
        intruder.say(messages.End(id=1, root=b"r" * 32))
        assert intruder.hear_a(messages.Goodbye).code == "protocol"
    assert not (desk.home / "f").exists()


# --- hostile servers

Hostile = Callable[[Conduct], HostileServer]


@pytest.fixture
def hostile(data: Path) -> Iterator[Hostile]:
    servers: list[HostileServer] = []

    def start(conduct: Conduct) -> HostileServer:
        servers.append(HostileServer(tls.make_identity(data, "desk"), conduct))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def served(content: bytes, damages: list[Damage], seen: list[int]) -> Callable[[Guest], None]:
    """Return how a server conducts itself that sends a file of one block coded, damaged by one after the other."""

    def conduct(guest: Guest) -> None:
        guest.welcome()
        for damage in damages:
            request = guest.hear_a(messages.Get)
            seen.append(request.id)
            digest = digest_block(content)
            guest.say(offer(request.id, len(content)), messages.Block(id=request.id, index=0, digest=digest))
            guest.coded_content(content, damage)
            guest.say(messages.End(id=request.id, root=root_of(len(content), [digest])))
        guest.fall_silent()

    return conduct


def test_a_damaged_coded_block_of_a_download_is_asked_for_again(hostile: Hostile, tmp_path: Path) -> None:
    content, seen = words(BLOCK), list[int]()
    server = hostile(served(content, [flipped, bytes], seen))
    # The listing said that it is large: only those are asked for again at once.
    outcomes, error = move(server, download(("f",), tmp_path / "f", BLOCK + 1))
    assert error is None
    assert [type(outcome) for outcome in outcomes] == [Finished]
    assert len(seen) == 2
    assert (tmp_path / "f").read_bytes() == content


def test_a_server_that_only_sends_damage_is_a_clear_error(hostile: Hostile, tmp_path: Path) -> None:
    server = hostile(served(words(BLOCK), [flipped] * limits.BLOCK_ATTEMPTS, []))
    outcomes, error = move(server, download(("f",), tmp_path / "f", BLOCK + 1))
    assert error is None
    assert isinstance(outcomes[0], RemoteError)
    assert outcomes[0].code is Code.MISMATCH
    assert not (tmp_path / "f").exists()


def test_coded_content_that_nobody_wanted_ends_the_connection(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BulkChannel, "open", partial(BulkChannel.open, compress=False))
    server = hostile(served(words(BLOCK), [bytes], []))
    channel = attach(server)
    try:
        with pytest.raises(PeerError):
            run(channel, download(("f",), tmp_path / "f", BLOCK + 1))
    finally:
        channel.close()
    assert not (tmp_path / "f").exists()
