"""Moving content: identical, or an error by name; never more than differs; never anything half under a name."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.requests import transfer
from server.requests.dispatch import Desk
from server.storage import content as storage_content
from server.storage import staged
from server.storage.homes import Homes
from server.storage.mounts import Home
from shared.errors import ConnectionLostError
from shared.names import STAGING_NAME
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block
from shared.protocol.limits import MIN_BLOCK
from shared.protocol.messages import Exists
from tests.server.fake_exchange import (
    FakeExchange,
    block_of,
    blocks_script,
    digests_of,
    end_of,
    honest_client,
    root_for,
)

CONTENT = b"".join(bytes([index + 1]) * MIN_BLOCK for index in range(3)) + b"tail"
OLD = b"?" * MIN_BLOCK + CONTENT[MIN_BLOCK:]
SIZES = [0, 1, MIN_BLOCK - 1, MIN_BLOCK, MIN_BLOCK + 1]


def put_of(content: bytes, *, exists: Exists = Exists.REFUSE, path: messages.Path = (b"a",)) -> messages.Put:
    return messages.Put(id=1, path=path, size=len(content), mtime_ns=-5, exists=exists)


def visible(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}


def in_staging(home: Path) -> list[str]:
    return os.listdir(home / STAGING_NAME)


# --- download


def get(desk: Desk, have: bytes | None = None) -> FakeExchange:
    exchange = FakeExchange()
    request = messages.Get(id=1, path=(b"a",))
    if have is not None:
        request = messages.Get(id=1, path=(b"a",), have=digests_of(have), have_size=len(have))
    desk.handle(request, exchange)
    return exchange


@pytest.mark.parametrize("size", SIZES)
def test_a_file_is_sent_whole_with_its_proof(desk: Desk, home: Path, size: int) -> None:
    content = os.urandom(size)
    (home / "a").write_bytes(content)
    os.utime(home / "a", ns=(0, -3))
    exchange = get(desk)
    offer, end = exchange.sent[0], exchange.sent[-1]
    assert (offer.size, offer.mtime_ns) == (size, -3)
    assert b"".join(exchange.content[index] for index in sorted(exchange.content)) == content
    assert [block.digest for block in exchange.sent[1:-1]] == list(digests_of(content))
    assert (end.root, end.reason) == (root_for(content), "")


@pytest.mark.parametrize(
    ("have", "sent"),
    [
        (CONTENT, []),
        (OLD, [0]),
        (CONTENT[: 2 * MIN_BLOCK], [2, 3]),
        (CONTENT[: MIN_BLOCK + 1], [1, 2, 3]),
        (CONTENT + b"longer", [3]),
        (b"", [0, 1, 2, 3]),
    ],
    ids=["equal", "changed", "shorter", "torn", "longer", "nothing"],
)
def test_only_what_differs_is_sent(desk: Desk, home: Path, have: bytes, sent: list[int]) -> None:
    (home / "a").write_bytes(CONTENT)
    exchange = get(desk, have)
    assert sorted(exchange.content) == sent
    assert exchange.sent[-1].root == root_for(CONTENT)


def test_lists_of_other_block_sizes_are_not_compared(desk: Desk, home: Path) -> None:
    (home / "a").write_bytes(CONTENT)
    exchange = FakeExchange()
    lie = messages.Get(id=1, path=(b"a",), have=digests_of(CONTENT), have_size=1 << 40)
    desk.handle(lie, exchange)
    assert sorted(exchange.content) == [0, 1, 2, 3]


def test_blocks_larger_than_the_buffer_are_sent_in_pieces(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_READ_BUFFER", 1_000_000)
    (home / "a").write_bytes(CONTENT)
    exchange = get(desk)
    assert b"".join(exchange.content[index] for index in range(4)) == CONTENT
    assert exchange.sent[-1].root == root_for(CONTENT)


@pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
def test_a_file_that_changes_while_read_is_never_proven(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    (home / "a").write_bytes(CONTENT)
    whole = transfer.digest_range

    def digest_range(handle: int, offset: int, length: int, buffer: memoryview) -> bytes | None:
        if offset == MIN_BLOCK:
            if change == "grow":
                with (home / "a").open("ab") as file:
                    file.write(b"more")
            elif change == "shrink":
                os.truncate(home / "a", MIN_BLOCK + 5)
            else:
                os.utime(home / "a", ns=(1, 1))
        return whole(handle, offset, length, buffer)

    monkeypatch.setattr(transfer, "digest_range", digest_range)
    exchange = get(desk)
    assert exchange.sent[-1] == messages.End(id=1, root=b"", reason="changed")


def test_a_client_that_says_stop_gets_no_more_blocks(desk: Desk, home: Path) -> None:
    (home / "a").write_bytes(CONTENT)
    exchange = FakeExchange()
    exchange.stop_after = 2
    desk.handle(messages.Get(id=1, path=(b"a",)), exchange)
    assert sorted(exchange.content) == [0, 1]
    assert exchange.sent[-1] == messages.End(id=1, root=b"", reason="cancelled")
    assert exchange.meters == exchange.ended


def test_a_disk_that_fails_while_read_ends_with_the_reason(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "a").write_bytes(CONTENT)

    def broken(handle: int, buffers: list[memoryview], offset: int) -> int:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(storage_content.os, "preadv", broken)
    exchange = get(desk)
    assert exchange.sent[-1] == messages.End(id=1, root=b"", reason="io")
    assert exchange.meters == exchange.ended


@pytest.mark.parametrize(("kind", "code"), [("folder", "is-folder"), ("fifo", "not-file"), ("link", "permission")])
def test_what_is_no_file_is_not_sent(desk: Desk, home: Path, kind: str, code: str) -> None:
    if kind == "folder":
        (home / "a").mkdir()
    elif kind == "fifo":
        os.mkfifo(home / "a")
    else:
        (home / "a").symlink_to("/etc/passwd")
    exchange = get(desk)
    assert [answer.code for answer in exchange.sent] == [code]


def test_a_transfer_is_metered(desk: Desk, home: Path) -> None:
    (home / "a").write_bytes(CONTENT)
    exchange = get(desk)
    (meter,) = exchange.meters
    assert (meter.path, meter.direction, meter.size, meter.moved) == (
        ("a",),
        "download",
        len(CONTENT),
        len(CONTENT),
    )
    assert exchange.ended == [meter]


# --- upload


@pytest.mark.parametrize("size", [*SIZES, 2 * MIN_BLOCK + 5])
def test_an_upload_arrives_identical(desk: Desk, home: Path, size: int) -> None:
    content = os.urandom(size)
    exchange = FakeExchange(react=honest_client(content))
    desk.handle(put_of(content), exchange)
    assert exchange.sent[-1] == messages.Stored(id=1, root=root_for(content), reused=0)
    assert visible(home) == {"a": content}
    assert (home / "a").stat().st_mtime_ns == -5
    assert in_staging(home) == []
    assert exchange.is_drained
    (meter,) = exchange.meters
    assert (meter.direction, meter.moved) == ("upload", size)
    assert exchange.ended == [meter]


def test_folders_on_the_way_are_made_when_asked(desk: Desk, home: Path) -> None:
    path = (b"x", b"y", b"a")
    exchange = FakeExchange(react=honest_client(b"abc"))
    desk.handle(put_of(b"abc", path=path), exchange)
    assert exchange.sent[-1].code == "not-found"
    exchange = FakeExchange(react=honest_client(b"abc"))
    desk.handle(messages.Put(id=1, path=path, size=3, mtime_ns=0, parents=True), exchange)
    assert isinstance(exchange.sent[-1], messages.Stored)
    assert (home / "x" / "y" / "a").read_bytes() == b"abc"


def test_an_upload_over_an_old_version_moves_only_what_changed(desk: Desk, home: Path) -> None:
    (home / "a").write_bytes(OLD)
    exchange = FakeExchange(react=honest_client(CONTENT))
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), exchange)
    assert exchange.sent[-1] == messages.Stored(id=1, root=root_for(CONTENT), reused=len(CONTENT) - MIN_BLOCK)
    assert visible(home) == {"a": CONTENT}


def test_an_upload_cut_in_the_middle_is_resumed(desk: Desk, home: Path) -> None:
    """The line dies in the middle of the third block: the second run sends that block and what follows."""
    torn = blocks_script(CONTENT, [0, 1, 2])
    torn[-1] = block_of(CONTENT, 2)[:1000]
    exchange = FakeExchange(torn)
    with pytest.raises(ConnectionLostError):
        desk.handle(put_of(CONTENT), exchange)
    desk.leave(exchange)
    assert visible(home) == {}
    assert exchange.meters == exchange.ended
    again = FakeExchange(react=honest_client(CONTENT))
    desk.handle(put_of(CONTENT), again)
    assert again.sent[0].have[:2] == digests_of(CONTENT)[:2]
    assert again.sent[-1].reused == 2 * MIN_BLOCK
    assert visible(home) == {"a": CONTENT}


def test_a_resume_survives_a_restart_of_the_server(desk: Desk, home: Path) -> None:
    with pytest.raises(ConnectionLostError):
        desk.handle(put_of(CONTENT), FakeExchange(blocks_script(CONTENT, [0, 2])))
    opened = Homes().open(home, "anna")
    second = Desk(opened)
    exchange = FakeExchange(react=honest_client(CONTENT))
    second.handle(put_of(CONTENT), exchange)
    assert exchange.sent[-1].reused == 2 * MIN_BLOCK
    second.close()
    opened.close()


def test_a_partial_is_not_offered_to_another_account(desk: Desk, home: Path) -> None:
    with pytest.raises(ConnectionLostError):
        desk.handle(put_of(CONTENT), FakeExchange(blocks_script(CONTENT, [0])))
    opened = Homes().open(home, "bert")
    second = Desk(opened)
    exchange = FakeExchange(react=honest_client(CONTENT))
    second.handle(put_of(CONTENT), exchange)
    assert exchange.sent[0].have == (b"",) * 4
    assert exchange.sent[-1].reused == 0
    second.close()
    opened.close()


def test_a_corrupt_block_is_asked_for_again(desk: Desk, home: Path) -> None:
    bad = [messages.Block(id=1, index=1, digest=digests_of(CONTENT)[1]), b"!" * MIN_BLOCK]
    honest = honest_client(CONTENT)

    def react(message: messages.Any) -> list[messages.Any | bytes]:
        if isinstance(message, messages.Ready):
            return [*blocks_script(CONTENT, [0]), *bad, *blocks_script(CONTENT, [2, 3]), end_of(CONTENT)]
        return list(honest(message))

    exchange = FakeExchange(react=react)
    desk.handle(put_of(CONTENT), exchange)
    assert exchange.sent[1] == messages.Again(id=1, blocks=(1,))
    assert exchange.sent[2] == messages.Stored(id=1, root=root_for(CONTENT), reused=0)
    assert visible(home) == {"a": CONTENT}


def test_a_block_that_never_arrives_intact_fails_the_upload(desk: Desk, home: Path) -> None:
    (home / "a").write_bytes(OLD)
    bad = [messages.Block(id=1, index=0, digest=digests_of(CONTENT)[0]), b"!" * MIN_BLOCK]

    def react(message: messages.Any) -> list[messages.Any | bytes]:
        return [*bad, end_of(CONTENT)] if isinstance(message, messages.Ready | messages.Again) else []

    exchange = FakeExchange(react=react)
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), exchange)
    kinds = [type(message).__name__ for message in exchange.sent]
    assert kinds == ["Ready", *["Again"] * limits.BLOCK_ATTEMPTS, "Failed"]
    assert exchange.sent[-1].code == "mismatch"
    assert visible(home) == {"a": OLD}


def test_a_root_that_lies_stores_nothing(desk: Desk, home: Path) -> None:
    script = [*blocks_script(b"abc", [0]), end_of(b"abd")]
    exchange = FakeExchange(script)
    desk.handle(put_of(b"abc"), exchange)
    assert exchange.sent[-1].code == "mismatch"
    assert visible(home) == {}


def test_an_end_without_the_blocks_is_never_done(desk: Desk, home: Path) -> None:
    def react(message: messages.Any) -> list[messages.Any | bytes]:
        return [end_of(CONTENT)] if isinstance(message, messages.Ready | messages.Again) else []

    exchange = FakeExchange([*blocks_script(CONTENT, [0, 1, 3])], react=react)
    desk.handle(put_of(CONTENT), exchange)
    assert exchange.sent[1] == messages.Again(id=1, blocks=(2,))
    assert exchange.sent[-1].code == "mismatch"
    assert visible(home) == {}


@pytest.mark.parametrize(("reason", "code"), [("cancelled", "cancelled"), ("changed", "changed"), ("?", "cancelled")])
def test_a_sender_that_gives_up_leaves_the_target_and_can_resume(
    desk: Desk, home: Path, reason: str, code: str
) -> None:
    (home / "a").write_bytes(b"old")
    script = [*blocks_script(CONTENT, [0]), messages.End(id=1, root=b"", reason=reason)]
    exchange = FakeExchange(script)
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), exchange)
    assert exchange.sent[-1].code == code
    assert visible(home) == {"a": b"old"}
    again = FakeExchange(react=honest_client(CONTENT))
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), again)
    assert again.sent[-1].reused == MIN_BLOCK


def test_an_existing_target_is_asked_about_before_anything_is_sent(desk: Desk, home: Path) -> None:
    (home / "a").write_bytes(b"old")
    exchange = FakeExchange()
    desk.handle(put_of(CONTENT), exchange)
    (answer,) = exchange.sent
    assert (answer.code, answer.path, answer.entry.size) == ("exists", (b"a",), 3)


def test_a_target_that_appears_meanwhile_is_not_replaced(desk: Desk, home: Path) -> None:
    honest = honest_client(b"abc")

    def react(message: messages.Any) -> list[messages.Any | bytes]:
        (home / "a").write_bytes(b"theirs")
        return list(honest(message))

    exchange = FakeExchange(react=react)
    desk.handle(put_of(b"abc"), exchange)
    assert (exchange.sent[-1].code, exchange.sent[-1].entry.size) == ("exists", 6)
    assert visible(home) == {"a": b"theirs"}


def test_two_writers_to_one_target(desk: Desk, opened: Home, home: Path) -> None:
    """The second, in the middle of the first, is told at once; the first is not disturbed."""
    second: list[messages.Any] = []
    honest = honest_client(CONTENT)

    def react(message: messages.Any) -> list[messages.Any | bytes]:
        if isinstance(message, messages.Ready):
            other = Desk(opened)
            exchange = FakeExchange(react=honest_client(CONTENT))
            other.handle(put_of(CONTENT), exchange)
            second.extend(exchange.sent)
            other.close()
        return list(honest(message))

    exchange = FakeExchange(react=react)
    desk.handle(put_of(CONTENT), exchange)
    assert [answer.code for answer in second] == ["busy"]
    assert isinstance(exchange.sent[-1], messages.Stored)


@pytest.mark.parametrize("path", [(), (b"..", b"x"), (STAGING_NAME.encode(), b"x"), (b"door", b"x")])
def test_hostile_targets_are_refused_before_anything_is_made(
    desk: Desk, home: Path, tmp_path: Path, path: messages.Path
) -> None:
    (tmp_path / "outside").mkdir()
    (home / "door").symlink_to(tmp_path / "outside")
    exchange = FakeExchange()
    desk.handle(messages.Put(id=1, path=path, size=3, mtime_ns=0, parents=True), exchange)
    assert [type(answer) for answer in exchange.sent] == [messages.Failed]
    assert os.listdir(tmp_path / "outside") == []
    assert os.listdir(home) == ["door"]


class FullDisk:
    """A disk that takes ``room`` bytes more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        whole = os.pwrite

        def pwrite(handle: int, data: memoryview, offset: int) -> int:
            nonlocal room
            if room <= 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            count = whole(handle, data[:room], offset)
            room -= count
            return count

        monkeypatch.setattr(os, "pwrite", pwrite)


def test_a_disk_that_fills_up_is_told_at_once_and_the_rest_is_taken(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "a").write_bytes(OLD)
    FullDisk(monkeypatch, MIN_BLOCK + 1000)
    waiting: list[int] = []

    def react(message: messages.Any) -> list[messages.Any | bytes]:
        if isinstance(message, messages.Failed):
            waiting.append(1)
        if isinstance(message, messages.Ready):
            return [*blocks_script(CONTENT, [0, 1, 2, 3]), end_of(CONTENT)]
        return []

    exchange = FakeExchange(react=react)
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), exchange)
    assert [type(message).__name__ for message in exchange.sent] == ["Ready", "Failed"]
    assert exchange.sent[-1].code == "no-space"
    assert exchange.is_drained
    assert visible(home) == {"a": OLD}
    monkeypatch.undo()
    again = FakeExchange(react=honest_client(CONTENT))
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), again)
    assert again.sent[0].have[0] == digest_block(block_of(CONTENT, 0)), "what was written is not lost"
    assert visible(home) == {"a": CONTENT}


@pytest.mark.parametrize("call", ["fsync", "fchmod", "rename"])
def test_a_disk_that_fails_at_the_end_leaves_the_old_target(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    (home / "a").write_bytes(OLD)

    def broken(*arguments: object, **keywords: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(staged.os, call, broken)
    exchange = FakeExchange(react=honest_client(CONTENT))
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), exchange)
    assert exchange.sent[-1].code == "io"
    assert visible(home) == {"a": OLD}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MiB."""
    mount = tmp_path / "small"
    mount.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(mount)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us mount a small disk")
    yield mount
    # Lazily: a failed test may hold the home open.
    subprocess.run(["umount", "--lazy", str(mount)], check=True)


def test_a_really_full_disk(small_disk: Path) -> None:
    opened = Homes().open(small_disk, "anna")
    desk = Desk(opened)
    (small_disk / "a").write_bytes(b"old")
    exchange = FakeExchange(react=honest_client(CONTENT))
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), exchange)
    assert [answer.code for answer in exchange.sent] == ["no-space"], "known before a byte is sent"
    content = CONTENT[: MIN_BLOCK + MIN_BLOCK // 4]

    def react(message: messages.Any) -> list[messages.Any | bytes]:
        if not isinstance(message, messages.Ready):
            return []
        # Somebody else uses the space after it was found to be enough.
        (small_disk / "other").write_bytes(b"x" * (3 * limits.MIB // 2))
        return [*blocks_script(content, [0, 1]), end_of(content)]

    exchange = FakeExchange(react=react)
    desk.handle(put_of(content, exists=Exists.REPLACE), exchange)
    assert exchange.sent[-1].code == "no-space"
    assert exchange.is_drained
    assert visible(small_disk)["a"] == b"old"
    (small_disk / "other").unlink()
    exchange = FakeExchange(react=honest_client(content))
    desk.handle(put_of(content, exists=Exists.REPLACE), exchange)
    assert visible(small_disk) == {"a": content}
    assert exchange.sent[-1].reused > 0
    desk.close()
    opened.close()


def test_a_file_too_large_for_the_process_fails_by_name(tmp_path: Path) -> None:
    """RLIMIT_FSIZE, in a process of its own: the error is EFBIG, and the server lives on."""
    program = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from server.requests.dispatch import Desk
from server.storage.homes import Homes
from shared.protocol import messages
from tests.server.fake_exchange import FakeExchange, honest_client
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
home = Path(sys.argv[1])
opened = Homes().open(home, "anna")
desk = Desk(opened)
for size in (3 << 20, 10):
    content = b"x" * size
    exchange = FakeExchange(react=honest_client(content))
    desk.handle(messages.Put(id=1, path=(b"a",), size=size, mtime_ns=0), exchange)
    print(getattr(exchange.sent[-1], "code", "stored"), exchange.is_drained)
"""
    root = Path(__file__).parents[3]
    result = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(root)], capture_output=True, text=True, check=False
    )
    assert (result.stdout.split(), result.stderr) == (["too-large", "True", "stored", "True"], "")


@pytest.mark.parametrize("fate", ["stored", "cut", "refused", "cancelled"])
def test_no_handle_and_no_claim_outlives_a_transfer(desk: Desk, home: Path, fate: str) -> None:
    (home / "warm").touch()
    desk.handle(put_of(b"x", path=(b"warm",), exists=Exists.REPLACE), FakeExchange(react=honest_client(b"x")))
    if fate == "refused":
        (home / "a").touch()
    react: Callable[[messages.Any], list[messages.Any | bytes]] = lambda message: []  # noqa: E731
    if fate == "stored":
        react = lambda message: list(honest_client(CONTENT)(message))  # noqa: E731
    script: list[messages.Any | bytes] = [*blocks_script(CONTENT, [0])] if fate in ("cut", "cancelled") else []
    if fate == "cancelled":
        script.append(messages.End(id=1, root=b"", reason="cancelled"))
    before = len(os.listdir("/proc/self/fd"))
    exchange = FakeExchange(script, react)
    try:
        desk.handle(put_of(CONTENT), exchange)
    except ConnectionLostError:
        assert fate == "cut"
    desk.leave(exchange)
    assert len(os.listdir("/proc/self/fd")) == before
    retry = FakeExchange(react=honest_client(CONTENT))
    desk.handle(put_of(CONTENT, exists=Exists.REPLACE), retry)
    assert isinstance(retry.sent[-1], messages.Stored)
