"""What a lying server can do to the client: nothing. No “done”, no file under its final name, nothing elsewhere.

Each test names its class of attack; the numbers of quality.md's list stand where they are met.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from desktop.client import download as downloading
from desktop.client.channel import BulkChannel
from desktop.client.links import ClientLinks
from desktop.client.session import Session
from desktop.places.local import DiskFiles
from desktop.storage.queue_store import MemoryStore
from desktop.transfers.engine import TransferEngine
from desktop.transfers.items import Direction, Item, Policy, Source, State
from desktop.transfers.ports import Finished, Job, Outcome
from shared import tls
from shared.auth.binding import server_end_point
from shared.auth.scram import ServerLogin
from shared.entries import Entry
from shared.errors import Code, ConnectionLostError, IdentityError, ItemError, LoginError, PeerError, WherryError
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block, root_of
from shared.protocol.frames import HEADER, FrameKind, frame_header
from shared.tls import Identity
from tests.integration.conftest import PASSWORD, download, random_file, upload
from tests.integration.hostile_server import (
    KEY,
    SESSION,
    VERIFIER,
    Conduct,
    Guest,
    HostileServer,
    entry,
    offer,
    welcome,
)

BLOCK = limits.MIN_BLOCK

Hostile = Callable[..., HostileServer]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return tls.make_identity(tmp_path_factory.mktemp("hostile"), "desk")


@pytest.fixture
def hostile(identity: Identity) -> Iterator[Hostile]:
    servers: list[HostileServer] = []

    def start(conduct: Conduct, **more: object) -> HostileServer:
        servers.append(HostileServer(identity, conduct, **more))  # type: ignore[arg-type]
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every patience short: what is tested is that it ends."""
    monkeypatch.setattr(limits, "CONNECT_DEADLINE", 0.3)
    monkeypatch.setattr(limits, "LOGIN_DEADLINE", 0.4)
    monkeypatch.setattr(limits, "STALL_DEADLINE", 0.3)
    monkeypatch.setattr(limits, "PING_INTERVAL", 0.1)
    monkeypatch.setattr(limits, "PING_DEADLINE", 0.3)


async def log_in(server: HostileServer) -> Session:
    return await Session.open(server.address, PASSWORD, lambda fingerprint: None)


def ask(server: HostileServer, question: Callable[[Session], Awaitable[object]]) -> WherryError:
    """Log in, ask, and return the error that must come; the session must then be over, or be closed in order."""

    async def play() -> WherryError:
        session = await log_in(server)
        try:
            with pytest.raises(WherryError) as caught:
                await question(session)
            return caught.value
        finally:
            await session.close()

    return asyncio.run(play())


def refused(server: HostileServer) -> WherryError:
    """Return the error that a login meets."""

    async def play() -> None:
        session = await log_in(server)
        await session.close()
        pytest.fail("it logged in")

    with pytest.raises(WherryError) as caught:
        asyncio.run(play())
    return caught.value


def attach(server: HostileServer) -> BulkChannel:
    return BulkChannel.open(server.address, server.fingerprint, SESSION, KEY)


def move(server: HostileServer, *jobs: Job) -> tuple[list[Outcome], WherryError | None]:
    """Run jobs on a channel; return the outcomes so far, and the error that ended the channel."""
    outcomes: list[Outcome] = []
    channel = attach(server)
    try:
        channel.run(jobs, lambda job: None, lambda job, outcome: outcomes.append(outcome))
    except WherryError as error:
        return outcomes, error
    finally:
        channel.close()
    return outcomes, None


def after_welcome(answer: Callable[[Guest, messages.Any], None]) -> Conduct:
    """Return a conduct that lets the client in and gives each of its messages to ``answer``."""

    def conduct(guest: Guest) -> None:
        guest.welcome()
        for request in guest.hear_all():
            if isinstance(request, messages.Ping):
                guest.say(messages.Done(id=request.id))
            else:
                answer(guest, request)

    return conduct


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def assert_nothing_arrived(folder: Path) -> None:
    """Only an unfinished part may be there."""
    assert [name for name in files_below(folder) if not name.endswith(".wherry-part")] == []


# --- names (1, 2, 7, 9)

BAD_NAMES = [
    b"../x", b"/abs", b"..\\x", b"C:\\x", b"C:x", b"\\\\host\\share", b"", b".", b"..", b"a\0b", b"x" * 256,
    b"a/b", b"a/", b"\xc0\xae\xc0\xae", b"%2e%2e/x",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_leaves_its_folder_ends_the_session(hostile: Hostile, name: bytes) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Entries(id=request.id, entries=(entry(b"good"), entry(name)), more=False))

    error = ask(hostile(after_welcome(answer)), lambda session: session.list_all(()))
    assert isinstance(error, PeerError)
    assert error.detail


@pytest.mark.parametrize("split", [False, True])
def test_the_same_name_twice_in_a_listing_ends_the_session(hostile: Hostile, split: bool) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        if split:
            guest.say(
                messages.Entries(id=request.id, entries=(entry(b"a"), entry(b"twin")), more=True),
                messages.Entries(id=request.id, entries=(entry(b"twin"),), more=False),
            )
        else:
            guest.say(messages.Entries(id=request.id, entries=(entry(b"twin"), entry(b"twin")), more=False))

    error = ask(hostile(after_welcome(answer)), lambda session: session.list_all(()))
    assert isinstance(error, PeerError)
    assert "twin" in error.detail


def test_another_name_than_the_one_asked_about_ends_the_session(hostile: Hostile) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Stated(id=request.id, entry=entry(b"other")))

    assert isinstance(ask(hostile(after_welcome(answer)), lambda session: session.stat(("this",))), PeerError)


async def copy_folder(server: HostileServer, target: Path) -> list[Item]:
    """Download the server's folder “f” into ``target`` with the whole engine; return what became of each item."""
    session = await log_in(server)
    links = ClientLinks(asyncio.get_running_loop())
    links.set_session("site", session)
    engine = TransferEngine(MemoryStore(), links, DiskFiles(), patience=1)
    await engine.start()
    try:
        source = Source(("f",), Entry("f", messages.Kind.FOLDER, 0, 0, 0o755))
        batch = await engine.add("f", Direction.DOWNLOAD, "site", [source], str(target), Policy.OVERWRITE)
        async with asyncio.timeout(20):
            await engine.finished(batch)
        return [change.item for change in engine.rows()]
    finally:
        await engine.stop()
        await session.close()


@pytest.mark.parametrize("name", [*BAD_NAMES, b".wherry-staging", b".good.wherry-part", b".GOOD.WHERRY-PART"])
def test_a_folder_with_a_hostile_name_writes_nothing_outside_the_target(
    hostile: Hostile, tmp_path: Path, name: bytes
) -> None:
    content = b"evil content"

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            guest.send_file(request.id, content)
        else:
            names = (entry(b"good", len(content)), entry(name, len(content)))
            guest.say(messages.Entries(id=request.id, entries=names, more=False))

    target = tmp_path / "a" / "target"
    items = asyncio.run(copy_folder(hostile(after_welcome(answer)), target))
    assert set(files_below(tmp_path)) <= {"a/target/f/good"}
    assert [item for item in items if item.state is State.FAILED and item.failure is not None]
    for item in items:
        if item.state is State.DONE and item.kind is messages.Kind.FILE:
            assert item.name == "good"


def test_a_link_and_then_a_file_through_it_stays_inside(hostile: Hostile, tmp_path: Path) -> None:
    """The server calls “d” a link, then a folder with a file in it: nothing of a link is ever made."""

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            guest.send_file(request.id, b"through")
        elif request.path == (b"f",):
            link = messages.Entry(b"d", messages.Kind.LINK, 4, 0, 0o777)
            guest.say(messages.Entries(id=request.id, entries=(link, entry(b"x", 7)), more=False))
        else:
            guest.say(messages.Entries(id=request.id, entries=(entry(b"passwd", 7),), more=False))

    items = asyncio.run(copy_folder(hostile(after_welcome(answer)), tmp_path / "t"))
    assert files_below(tmp_path) == ["t/f/x"]
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))
    assert {item.name: item.state for item in items}["d"] is State.SKIPPED


# --- listings without end, counts that lie (12)


def test_a_listing_without_end_is_given_up(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LISTING_ENTRIES", 5000)
    said = 0

    def answer(guest: Guest, request: messages.Any) -> None:
        nonlocal said
        while True:
            names = tuple(entry(b"%d" % number) for number in range(said, said + 1000))
            guest.say(messages.Entries(id=request.id, entries=names, more=True))
            said += 1000

    error = ask(hostile(after_welcome(answer)), lambda session: session.list_all(()))
    assert isinstance(error, PeerError)
    assert "never ends" in error.detail


def test_a_listing_that_nobody_reads_does_not_grow_without_bound(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pane that went elsewhere left its listing half read: what the server goes on saying is not kept."""
    monkeypatch.setattr(limits, "MAX_LISTING_ENTRIES", 20_000)

    def answer(guest: Guest, request: messages.Any) -> None:
        number = 0
        while True:
            guest.say(messages.Entries(id=request.id, entries=(entry(b"%d" % number),), more=True))
            number += 1

    async def leave_early(session: Session) -> None:
        async for _ in session.list(()):
            break
        async with asyncio.timeout(20):
            await session.closed.wait()
        assert session.error is not None
        raise session.error

    assert isinstance(ask(hostile(after_welcome(answer)), leave_early), PeerError)


def test_empty_batches_for_ever_are_given_up(hostile: Hostile) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        while True:
            guest.say(messages.Entries(id=request.id, entries=(), more=True))

    error = ask(hostile(after_welcome(answer)), lambda session: session.list_all(()))
    assert isinstance(error, PeerError)


def test_a_count_of_four_billion_is_refused_before_anything_is_allocated(hostile: Hostile) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        payload = b"\x84\xa1t\xa7entries\xa2id" + bytes([request.id]) + b"\xa4more\xc2\xa7entries\xdd\xff\xff\xff\xff"
        guest.raw(frame_header(FrameKind.CONTROL, len(payload)) + payload)

    error = ask(hostile(after_welcome(answer)), lambda session: session.list_all(()))
    assert isinstance(error, PeerError)
    assert "length" in error.detail


# --- frames (11)


@pytest.mark.parametrize("length", [0, limits.MAX_FRAME_BEFORE_LOGIN + 1, 1 << 31, (1 << 32) - 1])
@pytest.mark.parametrize("place", ["login", "session", "channel"])
def test_a_frame_of_no_possible_length_ends_it(hostile: Hostile, tmp_path: Path, length: int, place: str) -> None:
    if place != "login" and 0 < length <= limits.MAX_CONTROL:
        length = limits.MAX_CONTROL + 1

    def conduct(guest: Guest) -> None:
        if place != "login":
            guest.welcome()
            guest.hear()
        guest.raw(HEADER.pack(length, FrameKind.CONTROL) + bytes(64))
        guest.fall_silent()

    server = hostile(conduct)
    if place == "login":
        error: WherryError | None = refused(server)
    elif place == "session":
        error = ask(server, lambda session: session.stat(()))
    else:
        _, error = move(server, download(("f",), tmp_path / "f", 10))
    assert isinstance(error, PeerError)
    assert str(length) in error.detail


@pytest.mark.parametrize("length", [0, limits.MAX_DATA + 1, 1 << 31, (1 << 32) - 1])
def test_a_data_frame_of_no_possible_length_ends_the_channel(hostile: Hostile, tmp_path: Path, length: int) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(offer(request.id, 10), messages.Block(id=request.id, index=0, digest=digest_block(b"x" * 10)))
        guest.raw(HEADER.pack(length, FrameKind.DATA) + b"x" * 10)

    outcomes, error = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", 10))
    assert outcomes == []
    assert isinstance(error, PeerError)
    assert_nothing_arrived(tmp_path)


def test_more_content_than_was_announced_ends_the_channel(hostile: Hostile, tmp_path: Path) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(offer(request.id, 10), messages.Block(id=request.id, index=0, digest=digest_block(b"x" * 10)))
        guest.content(b"x" * 11)
        guest.say(messages.End(id=request.id, root=root_of(10, [digest_block(b"x" * 10)])))

    outcomes, error = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", 10))
    assert outcomes == []
    assert isinstance(error, PeerError)
    assert_nothing_arrived(tmp_path)


@pytest.mark.parametrize("tag", ["evil", "evil\x1b[31m\nwherry: all is well"])
def test_an_unknown_message_is_shown_and_not_obeyed(hostile: Hostile, tag: str) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        payload = b"\x81\xa1t" + bytes([0xD9, len(tag)]) + tag.encode()
        guest.raw(frame_header(FrameKind.CONTROL, len(payload)) + payload)

    error = ask(hostile(after_welcome(answer)), lambda session: session.stat(()))
    assert isinstance(error, PeerError)
    assert "evil" in error.detail
    assert error.detail.isprintable()


# --- content that lies (18, 19)

SIZES = [1000, BLOCK, 3 * BLOCK + 17]
SEED = 7


def pieces_of(data: bytes) -> list[bytes]:
    return [data[start : start + BLOCK] for start in range(0, len(data), BLOCK)]


def send_pieces(guest: Guest, request: messages.Any, data: bytes, *, damaged: int | None = None) -> None:
    """Send a file whose block ``damaged`` has one bit flipped, with the digests and the root of the true one."""
    guest.say(offer(request.id, len(data)))
    digests = [digest_block(piece) for piece in pieces_of(data)]
    for index, piece in enumerate(pieces_of(data)):
        if index == damaged:
            place = random.Random(SEED).randrange(len(piece))
            piece = piece[:place] + bytes([piece[place] ^ 0x10]) + piece[place + 1 :]
        guest.block(request.id, index, piece, digest=digests[index])
    guest.say(messages.End(id=request.id, root=root_of(len(data), digests)))


@pytest.mark.parametrize("size", SIZES)
def test_one_flipped_bit_is_never_done(hostile: Hostile, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    asked: list[messages.Get] = []

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            asked.append(request)
            send_pieces(guest, request, data, damaged=len(pieces_of(data)) // 2)

    (outcome,), error = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", size))
    assert isinstance(outcome, ItemError)
    assert outcome.code is Code.MISMATCH
    assert error is None
    assert 1 <= len(asked) <= limits.BLOCK_ATTEMPTS
    assert_nothing_arrived(tmp_path)


def test_a_block_damaged_once_is_asked_for_again_and_only_that_one(hostile: Hostile, tmp_path: Path) -> None:
    data = os.urandom(5 * BLOCK + 3)
    digests = [digest_block(piece) for piece in pieces_of(data)]
    asked: list[messages.Get] = []

    def answer(guest: Guest, request: messages.Any) -> None:
        asked.append(request)
        if len(asked) == 1:
            send_pieces(guest, request, data, damaged=1)
            return
        guest.say(offer(request.id, len(data)))
        for index, piece in enumerate(pieces_of(data)):
            if index >= len(request.have) or request.have[index] != digests[index]:
                guest.block(request.id, index, piece)
        guest.say(messages.End(id=request.id, root=root_of(len(data), digests)))

    (outcome,), error = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", len(data)))
    assert error is None
    assert isinstance(outcome, Finished)
    assert outcome.sent == BLOCK
    assert (tmp_path / "f").read_bytes() == data
    assert files_below(tmp_path) == ["f"]


@pytest.mark.parametrize("size", [0, *SIZES])
@pytest.mark.parametrize("root", [b"r" * 32, b"r", b""])
def test_a_root_that_lies_is_never_done(hostile: Hostile, tmp_path: Path, size: int, root: bytes) -> None:
    data = os.urandom(size)

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            guest.say(offer(request.id, size))
            for index, piece in enumerate(pieces_of(data)):
                guest.block(request.id, index, piece)
            guest.say(messages.End(id=request.id, root=root))

    (outcome,), _ = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", size))
    assert isinstance(outcome, ItemError)
    assert outcome.code in {Code.MISMATCH, Code.CHANGED}
    assert_nothing_arrived(tmp_path)


def test_an_old_target_outlives_a_lying_server(hostile: Hostile, tmp_path: Path) -> None:
    old = random_file(tmp_path / "f", 2 * BLOCK)
    before = old.read_bytes()
    data = os.urandom(2 * BLOCK)

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            send_pieces(guest, request, data, damaged=1)

    (outcome,), _ = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", len(data), replace=True))
    assert isinstance(outcome, ItemError)
    assert old.read_bytes() == before


def test_an_end_at_99_9_percent_is_never_done(hostile: Hostile, tmp_path: Path) -> None:
    data = os.urandom(3 * BLOCK)
    root = root_of(len(data), [digest_block(piece) for piece in pieces_of(data)])

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            guest.say(offer(request.id, len(data)))
            for index, piece in enumerate(pieces_of(data)[:-1]):
                guest.block(request.id, index, piece)
            guest.say(messages.End(id=request.id, root=root))

    (outcome,), _ = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", len(data)))
    assert isinstance(outcome, ItemError)
    assert outcome.code is Code.MISMATCH
    assert_nothing_arrived(tmp_path)


@pytest.mark.parametrize("size", [1000, 3 * BLOCK])
@pytest.mark.parametrize("orderly", [True, False])
def test_a_stream_that_ends_at_99_9_percent_is_never_done(
    hostile: Hostile, tmp_path: Path, size: int, orderly: bool
) -> None:
    data = os.urandom(size)

    def conduct(guest: Guest) -> None:
        guest.welcome()
        request = guest.hear_a(messages.Get)
        guest.say(offer(request.id, size))
        *whole, last = pieces_of(data)
        for index, piece in enumerate(whole):
            guest.block(request.id, index, piece)
        guest.say(messages.Block(id=request.id, index=len(whole), digest=digest_block(last)))
        guest.content(last[: len(last) * 999 // 1000])
        if not orderly:
            guest.vanish()

    outcomes, error = move(hostile(conduct), download(("f",), tmp_path / "f", size))
    assert outcomes == []
    assert isinstance(error, ConnectionLostError)
    assert_nothing_arrived(tmp_path)


def test_all_content_but_no_end_is_never_done(hostile: Hostile, tmp_path: Path) -> None:
    def conduct(guest: Guest) -> None:
        guest.welcome()
        request = guest.hear_a(messages.Get)
        guest.say(offer(request.id, 9))
        guest.block(request.id, 0, b"all of it")
        guest.vanish()

    outcomes, error = move(hostile(conduct), download(("f",), tmp_path / "f", 9))
    assert outcomes == []
    assert isinstance(error, ConnectionLostError)
    assert_nothing_arrived(tmp_path)


@pytest.mark.parametrize("order", [(0, 0), (1, 0), (0, 2, 1), (0, 1, 2, 3), (0, 16383)])
def test_blocks_repeated_out_of_order_or_beyond_the_file_end_the_channel(
    hostile: Hostile, tmp_path: Path, order: Sequence[int]
) -> None:
    data = os.urandom(3 * BLOCK)
    pieces = pieces_of(data)

    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(offer(request.id, len(data)))
        for index in order:
            guest.block(request.id, index, pieces[index % 3])
        guest.say(messages.End(id=request.id, root=root_of(len(data), [digest_block(piece) for piece in pieces])))

    outcomes, error = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", len(data)))
    assert outcomes == []
    assert isinstance(error, PeerError)
    assert_nothing_arrived(tmp_path)


def test_a_server_that_does_not_hear_a_stop_is_left(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "_MOST_UNWANTED", 2 * BLOCK)
    data = bytes(BLOCK)
    job = download(("f",), tmp_path / "f", 1000 * BLOCK)
    sent: list[int] = []

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            guest.say(offer(request.id, 1000 * BLOCK))
            for index in range(1000):
                guest.block(request.id, index, data)
                sent.append(index)
                job.progress.is_cancelled = True

    outcomes, error = move(hostile(after_welcome(answer)), job)
    assert outcomes == []
    assert isinstance(error, ConnectionLostError)
    assert len(sent) < 100


@pytest.mark.parametrize("listed", [10, 2 * BLOCK])
def test_a_size_beyond_the_disk_is_refused_and_costs_no_memory(hostile: Hostile, tmp_path: Path, listed: int) -> None:
    """Eight pebibytes have blocks of half a tebibyte: one must not be allocated to learn that it does not fit."""

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            guest.say(
                offer(request.id, limits.MAX_FILE), messages.Block(id=request.id, index=0, digest=digest_block(b""))
            )
            guest.content(bytes(limits.MIB))
            guest.vanish()

    outcomes, error = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", listed))
    assert outcomes == []
    assert isinstance(error, ConnectionLostError)
    assert_nothing_arrived(tmp_path)


def test_a_download_that_is_not_what_was_listed_is_what_the_server_offered(hostile: Hostile, tmp_path: Path) -> None:
    """A listing may be old; the offer counts, and what arrives is proven against it."""
    data = os.urandom(2 * BLOCK + 5)

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Get):
            guest.send_file(request.id, data)

    (outcome,), _ = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", 10))
    assert isinstance(outcome, Finished)
    assert outcome.size == len(data)
    assert (tmp_path / "f").read_bytes() == data


@pytest.mark.parametrize("trick", ["removed", "replaced"])
def test_a_part_that_vanishes_under_a_resume_is_never_believed(hostile: Hostile, tmp_path: Path, trick: str) -> None:
    """Between the question “I have these blocks” and the answer the part goes, or another takes its place."""
    data = os.urandom(3 * BLOCK)
    part = tmp_path / ".f.wherry-part"
    part.write_bytes(data[: 2 * BLOCK])

    def answer(guest: Guest, request: messages.Any) -> None:
        if not isinstance(request, messages.Get):
            return
        if len(request.have) == 2 and part.exists():
            part.unlink()
            if trick == "replaced":
                part.write_bytes(b"x" * 2 * BLOCK)
        digests = [digest_block(piece) for piece in pieces_of(data)]
        guest.say(offer(request.id, len(data)))
        for index, piece in enumerate(pieces_of(data)):
            if index >= len(request.have) or request.have[index] != digests[index]:
                guest.block(request.id, index, piece)
        guest.say(messages.End(id=request.id, root=root_of(len(data), digests)))

    (outcome,), _ = move(hostile(after_welcome(answer)), download(("f",), tmp_path / "f", len(data)))
    if isinstance(outcome, Finished):
        assert (tmp_path / "f").read_bytes() == data
    else:
        assert isinstance(outcome, ItemError)
        assert_nothing_arrived(tmp_path)


# --- uploads to a liar


def test_a_stored_with_another_root_is_never_done(hostile: Hostile, tmp_path: Path) -> None:
    source = random_file(tmp_path / "s", 100)

    def answer(guest: Guest, request: messages.Any) -> None:
        guest.hear_content(request.size)
        guest.hear_a(messages.End)
        guest.say(messages.Stored(id=request.id, root=b"r" * 32))

    outcomes, error = move(hostile(after_welcome(answer)), upload(source, ("s",)))
    assert outcomes == []
    assert isinstance(error, PeerError)


@pytest.mark.parametrize("answers", [[(0,)] * 50, [(7,)], [(1, 0)], [(0, 0)], [(-1,)], [(1 << 40,)]])
def test_being_asked_again_has_bounds(hostile: Hostile, tmp_path: Path, answers: list[tuple[int, ...]]) -> None:
    """For ever, for blocks that do not exist, for the same one twice."""
    source = random_file(tmp_path / "s", 2 * BLOCK)
    rounds = 0

    def answer(guest: Guest, request: messages.Any) -> None:
        nonlocal rounds
        if isinstance(request, messages.Put):
            guest.say(messages.Ready(id=request.id))
        elif isinstance(request, messages.Block):
            guest.hear_content(BLOCK)
        elif isinstance(request, messages.End):
            rounds += 1
            guest.say(messages.Again(id=request.id, blocks=answers[min(rounds, len(answers)) - 1]))

    outcomes, error = move(hostile(after_welcome(answer)), upload(source, ("s",)))
    assert outcomes == [] or all(isinstance(outcome, ItemError) for outcome in outcomes)
    assert outcomes or isinstance(error, PeerError)
    assert rounds <= 1 + limits.BLOCK_ATTEMPTS


@pytest.mark.parametrize("size", [100, 2 * BLOCK])
def test_exists_after_replace_was_said_is_an_error_and_no_question(hostile: Hostile, tmp_path: Path, size: int) -> None:
    """As a question it would be answered “replace” again, by itself, for ever."""
    source = random_file(tmp_path / "s", size)

    def answer(guest: Guest, request: messages.Any) -> None:
        if isinstance(request, messages.Put):
            if request.inline:
                guest.hear_content(request.size)
                guest.hear_a(messages.End)
            guest.say(messages.Failed(id=request.id, code=Code.EXISTS, text="no", entry=entry(b"s")))

    (outcome,), _ = move(hostile(after_welcome(answer)), upload(source, ("s",), replace=True))
    assert isinstance(outcome, ItemError)
    assert outcome.code is Code.EXISTS


@pytest.mark.parametrize("said", ["again", "stored", "ready", "offer", "goodbye"])
def test_nonsense_after_the_client_gave_up_ends_the_channel(hostile: Hostile, tmp_path: Path, said: str) -> None:
    source = random_file(tmp_path / "s", 3 * BLOCK)
    sent = 0

    def answer(guest: Guest, request: messages.Any) -> None:
        nonlocal sent
        if isinstance(request, messages.Put):
            guest.say(messages.Ready(id=request.id))
        elif isinstance(request, messages.Block):
            guest.hear_content(BLOCK)
            sent += 1
            if sent == 1:
                os.truncate(source, BLOCK + 10)
        elif isinstance(request, messages.End):
            assert request.reason == "changed"
            guest.say(
                {
                    "again": messages.Again(id=request.id, blocks=(0,)),
                    "stored": messages.Stored(id=request.id, root=b"r" * 32),
                    "ready": messages.Ready(id=request.id),
                    "offer": offer(request.id, 1),
                    "goodbye": messages.Goodbye(code="x", text="bye"),
                }[said]
            )

    outcomes, error = move(
        hostile(after_welcome(answer)), upload(source, ("s",)), upload(random_file(tmp_path / "t", 5), ("t",))
    )
    assert outcomes == []
    assert isinstance(error, ConnectionLostError if said == "goodbye" else PeerError)


# --- login (16, 17)


@pytest.mark.parametrize("iterations", ["1", "4095", "10000001", "2147483648", "99999999999999999999", "x", ""])
def test_iteration_counts_of_an_attacker_are_refused_before_any_work(hostile: Hostile, iterations: str) -> None:
    def conduct(guest: Guest) -> None:
        guest.greet()
        first = guest.hear_a(messages.ScramFirst).text
        nonce = first.rpartition("r=")[2]
        guest.say(messages.ScramChallenge(text=f"r={nonce}more,s=c2FsdHNhbHQ=,i={iterations}"))
        guest.fall_silent()

    started = time.monotonic()
    assert isinstance(refused(hostile(conduct)), PeerError)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("nonce", ["", "other", "{}", "{}\u00e9", "x{}"])
def test_a_nonce_that_does_not_extend_ours_is_refused(hostile: Hostile, nonce: str) -> None:
    def conduct(guest: Guest) -> None:
        guest.greet()
        ours = guest.hear_a(messages.ScramFirst).text.rpartition("r=")[2]
        guest.say(messages.ScramChallenge(text=f"r={nonce.format(ours)},s=c2FsdHNhbHQ=,i=4096"))
        guest.fall_silent()

    assert isinstance(refused(hostile(conduct)), PeerError)


@pytest.mark.parametrize("signature", ["", "v=", "v=AAAA", "v=" + "A" * 43 + "=", "e=other-error", "x=1"])
def test_a_server_that_cannot_sign_is_refused(hostile: Hostile, signature: str) -> None:
    def conduct(guest: Guest) -> None:
        guest.greet()
        login = ServerLogin(guest.binding, lambda name: VERIFIER)
        guest.say(messages.ScramChallenge(text=login.challenge(guest.hear_a(messages.ScramFirst).text)))
        guest.hear_a(messages.ScramFinal)
        guest.say(welcome(signature))
        guest.fall_silent()

    assert isinstance(refused(hostile(conduct)), LoginError | PeerError)


def test_a_login_made_for_another_certificate_is_no_login(hostile: Hostile, identity: Identity, tmp_path: Path) -> None:
    """A man in the middle passes the messages on; the binding is that of the certificate he had to show."""
    other = server_end_point(tls.make_identity(tmp_path, "true").certificate_der)
    seen: list[bool] = []

    def conduct(guest: Guest) -> None:
        guest.greet()
        login = ServerLogin(other, lambda name: VERIFIER)
        guest.say(messages.ScramChallenge(text=login.challenge(guest.hear_a(messages.ScramFirst).text)))
        try:
            login.finish(guest.hear_a(messages.ScramFinal).text)
        except LoginError as error:
            seen.append(True)
            guest.say(messages.Refused(code="login", text=error.detail))

    assert isinstance(refused(hostile(conduct)), LoginError)
    assert seen == [True]


@pytest.mark.parametrize("early", ["welcome", "entries", "attached", "challenge", "goodbye"])
def test_messages_before_their_time_are_refused(hostile: Hostile, early: str) -> None:
    def conduct(guest: Guest) -> None:
        guest.greet()
        guest.say(
            {
                "welcome": welcome("v=AAAA"),
                "entries": messages.Entries(id=1, entries=(), more=False),
                "attached": messages.Attached(proof=b"p" * 32),
                "challenge": messages.ScramChallenge(text="r=x,s=c2FsdHNhbHQ=,i=4096"),
                "goodbye": messages.Goodbye(code="x", text="y"),
            }[early]
        )
        guest.fall_silent()

    assert isinstance(refused(hostile(conduct)), PeerError)


@pytest.mark.parametrize("wait", [math.inf, -math.inf, math.nan, 1e308, -1.0])
def test_a_refusal_with_an_absurd_wait_is_a_refusal(hostile: Hostile, wait: float) -> None:
    def conduct(guest: Guest) -> None:
        guest.say(messages.Refused(code="too-many-attempts", text="no\x1b[2J", retry_after=wait))
        guest.fall_silent()

    error = refused(hostile(conduct))
    assert len(str(error)) + len(error.hint) < 500
    assert str(error).isprintable()


@pytest.mark.parametrize("version", [(0, 9), (2, 0)])
def test_another_major_version_is_refused(hostile: Hostile, version: tuple[int, int]) -> None:
    def conduct(guest: Guest) -> None:
        guest.say(messages.Hello(version=version, nonce=b"n" * 24))
        guest.fall_silent()

    error = refused(hostile(conduct))
    assert isinstance(error, PeerError)
    assert f"version {version[0]}" in error.detail


def test_another_certificate_on_the_bulk_channel_hears_nothing(
    hostile: Hostile, tmp_path: Path, identity: Identity
) -> None:
    heard: list[int] = []

    def conduct(guest: Guest) -> None:
        guest.say(messages.Hello(version=limits.VERSION, nonce=b"n" * 24))
        heard.append(len(guest.socket.recv(100)))

    true = tls.make_identity(tmp_path, "true")
    server = hostile(conduct)
    with pytest.raises(IdentityError) as caught:
        BulkChannel.open(server.address, true.fingerprint, SESSION, KEY)
    assert caught.value.found == identity.fingerprint
    assert caught.value.expected == true.fingerprint
    assert sum(heard) == 0


@pytest.mark.parametrize("proof", ["random", "reflected", "none"])
def test_a_channel_without_the_servers_proof_is_refused(hostile: Hostile, proof: str) -> None:
    def conduct(guest: Guest) -> None:
        guest.greet()
        said = guest.hear_a(messages.Attach)
        if proof == "none":
            guest.say(messages.Done(id=0))
        else:
            guest.say(messages.Attached(proof=said.proof if proof == "reflected" else b"p" * 32))
        guest.fall_silent()

    with pytest.raises(PeerError):
        attach(hostile(conduct))


def old_tls(identity: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols([limits.ALPN])
    context.load_cert_chain(identity.certificate_path, identity.key_path)
    return context


def other_protocol(identity: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    context.load_cert_chain(identity.certificate_path, identity.key_path)
    return context


@pytest.mark.parametrize("context", [old_tls, other_protocol])
def test_an_older_tls_or_another_protocol_is_refused(
    hostile: Hostile, identity: Identity, context: Callable[[Identity], ssl.SSLContext]
) -> None:
    server = hostile(Guest.welcome, context=context(identity))
    error = refused(server)
    assert isinstance(error, ConnectionLostError | PeerError)
    assert error.detail
    with pytest.raises((ConnectionLostError, PeerError)):
        attach(server)


@pytest.mark.parametrize(
    "greeting", [b"220 ftp.example.org ready\r\n", b"SSH-2.0-x\r\n", b"\x15\x03\x01\x00\x02\x02\x46"]
)
def test_plaintext_is_refused_and_no_byte_of_a_login_is_sent(hostile: Hostile, greeting: bytes) -> None:
    heard: list[bytes] = []

    def conduct(guest: Guest) -> None:
        guest.raw(greeting)
        while data := guest.socket.recv(65536):
            heard.append(data)

    server = hostile(conduct, is_plain=True)
    assert isinstance(refused(server), ConnectionLostError)
    with pytest.raises(ConnectionLostError):
        attach(server)
    assert b"anna" not in b"".join(heard)


# --- silence (11, 13): every wait has an end


def quickly(work: Callable[[], object]) -> None:
    started = time.monotonic()
    work()
    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("haste")
@pytest.mark.parametrize("place", ["tcp", "hello", "challenge", "final"])
def test_a_server_that_falls_silent_in_the_login_is_given_up(hostile: Hostile, place: str) -> None:
    def conduct(guest: Guest) -> None:
        if place not in {"tcp", "hello"}:
            guest.greet()
            first = guest.hear_a(messages.ScramFirst)
            if place == "final":
                login = ServerLogin(guest.binding, lambda name: VERIFIER)
                guest.say(messages.ScramChallenge(text=login.challenge(first.text)))
        guest.fall_silent()

    server = hostile(conduct, is_plain=place == "tcp")

    def work() -> None:
        assert isinstance(refused(server), ConnectionLostError)

    quickly(work)


@pytest.mark.usefixtures("haste")
@pytest.mark.parametrize("place", ["tcp", "hello", "attach", "drip"])
def test_a_server_that_falls_silent_when_a_channel_attaches_is_given_up(hostile: Hostile, place: str) -> None:
    def conduct(guest: Guest) -> None:
        if place == "attach":
            guest.greet()
        if place == "drip":
            # One byte at a time, each within the patience for a single wait: the whole must have an end too.
            for byte in HEADER.pack(4000, FrameKind.CONTROL) + bytes(4000):
                guest.raw(bytes([byte]))
                time.sleep(0.1)
        guest.fall_silent()

    server = hostile(conduct, is_plain=place == "tcp")

    def work() -> None:
        with pytest.raises(ConnectionLostError):
            attach(server)

    quickly(work)


@pytest.mark.usefixtures("haste")
def test_a_server_that_does_not_answer_is_given_up(hostile: Hostile) -> None:
    def conduct(guest: Guest) -> None:
        guest.welcome()
        guest.fall_silent()

    server = hostile(conduct)

    def work() -> None:
        error = ask(server, lambda session: session.stat(("f",)))
        assert isinstance(error, ConnectionLostError)
        assert "silent" in error.detail

    quickly(work)


@pytest.mark.usefixtures("haste")
def test_work_that_takes_its_time_is_not_taken_for_silence(hostile: Hostile) -> None:
    """Digesting a huge file or removing a huge tree takes longer than a ping may: the server says that it works."""

    def answer(guest: Guest, request: messages.Any) -> None:
        for _ in range(8):
            time.sleep(0.1)
            guest.say(messages.Alive())
        if isinstance(request, messages.DigestOf):
            guest.say(messages.Digested(id=request.id, size=1, root=b"r" * 32))
        else:
            guest.say(messages.Done(id=request.id, count=5))

    async def play() -> None:
        session = await log_in(server)
        assert await session.digest(("f",)) == (1, b"r" * 32)
        assert await session.remove(("f",), recursive=True) == 5
        await session.close()

    server = hostile(after_welcome(answer))
    asyncio.run(play())


def test_signs_of_life_for_ever_are_no_answer(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ALIVE", 500)

    def answer(guest: Guest, request: messages.Any) -> None:
        while True:
            guest.say(messages.Alive())

    assert isinstance(ask(hostile(after_welcome(answer)), lambda session: session.stat(())), PeerError)


@pytest.mark.usefixtures("haste")
def test_a_long_listing_is_not_taken_for_silence(hostile: Hostile) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        for number in range(8):
            time.sleep(0.1)
            guest.say(messages.Entries(id=request.id, entries=(entry(b"%d" % number),), more=number < 7))

    async def play() -> None:
        session = await log_in(server)
        assert len(await session.list_all(())) == 8
        await session.close()

    server = hostile(after_welcome(answer))
    asyncio.run(play())


@pytest.mark.usefixtures("haste")
@pytest.mark.parametrize("place", ["get", "block", "put", "end"])
def test_a_server_that_falls_silent_in_a_transfer_is_given_up(hostile: Hostile, tmp_path: Path, place: str) -> None:
    source = random_file(tmp_path / "in" / "s", 2 * BLOCK)

    def conduct(guest: Guest) -> None:
        guest.welcome()
        request = guest.hear()
        if place == "block":
            guest.say(offer(request.id, BLOCK), messages.Block(id=request.id, index=0, digest=b"d" * 32))
            guest.raw(frame_header(FrameKind.DATA, limits.MAX_DATA) + bytes(1000))
        if place == "end":
            guest.say(messages.Ready(id=request.id))
        guest.fall_silent()

    def work() -> None:
        is_put = place in {"put", "end"}
        job = upload(source, ("s",)) if is_put else download(("f",), tmp_path / "out" / "f", BLOCK)
        outcomes, error = move(server, job)
        assert outcomes == []
        assert isinstance(error, ConnectionLostError)

    server = hostile(conduct)
    quickly(work)
    if (tmp_path / "out").exists():
        assert_nothing_arrived(tmp_path / "out")


@pytest.mark.usefixtures("haste")
def test_a_server_that_stops_reading_is_given_up(hostile: Hostile, tmp_path: Path) -> None:
    source = random_file(tmp_path / "s", 16 * BLOCK)

    def conduct(guest: Guest) -> None:
        guest.welcome()
        request = guest.hear_a(messages.Put)
        guest.say(messages.Ready(id=request.id))
        time.sleep(1.0)

    outcomes, error = move(hostile(conduct), upload(source, ("s",)))
    assert outcomes == []
    assert isinstance(error, ConnectionLostError)


@pytest.mark.usefixtures("haste")
def test_a_trickle_is_a_stall(hostile: Hostile, tmp_path: Path) -> None:
    """A byte before each deadline keeps nothing alive: over the deadline's span some rate is due."""

    def conduct(guest: Guest) -> None:
        guest.welcome()
        request = guest.hear_a(messages.Get)
        guest.say(offer(request.id, BLOCK), messages.Block(id=request.id, index=0, digest=b"d" * 32))
        guest.raw(frame_header(FrameKind.DATA, limits.MAX_DATA))
        for _ in range(100):
            guest.raw(b"x")
            time.sleep(0.05)

    def work() -> None:
        outcomes, error = move(server, download(("f",), tmp_path / "f", BLOCK))
        assert outcomes == []
        assert isinstance(error, ConnectionLostError)

    server = hostile(conduct)
    quickly(work)


def test_a_port_that_accepts_and_closes_is_a_clear_error(hostile: Hostile) -> None:
    server = hostile(Guest.vanish, is_plain=True)
    assert isinstance(refused(server), ConnectionLostError)
