"""What strangers and lying clients can do to the server: nothing that others would notice.

The numbers are those of quality.md's list of inputs to survive.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from server.requests import browse, change, transfer
from server.requests.arrivals import Arrivals
from server.requests.dispatch import Desk as RequestDesk
from server.storage.upload import Upload
from shared import tls
from shared.auth import credentials
from shared.auth.binding import attach_proof, server_end_point
from shared.auth.scram import ClientLogin
from shared.errors import Code
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block, root_of
from shared.protocol.frames import HEADER, FrameKind, frame_header
from shared.protocol.messages import Exists
from tests.integration.conftest import FEW_ITERATIONS, PASSWORD, Desk
from tests.integration.hostile_client import Intruder
from tests.integration.raw_peer import framed

BLOCK = limits.MIN_BLOCK
Goodbyes = messages.Goodbye | messages.Refused


def eventually(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something holds; fail when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.01)


def open_files() -> list[str]:
    """Return what this process has open: the server's side and the test's. The account store's pool may grow."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return [name.partition(":[")[0] for name in found if ".db" not in name and "/proc/" not in name]


Intrude = Callable[..., Intruder]


@pytest.fixture
def nothing_stays(desk: Desk) -> Iterator[None]:
    """Check that the server holds no more threads, files and sessions than before the test; its pools may grow."""
    with Intruder(desk.server.address) as warm:
        warm.log_in()
    eventually(lambda: not desk.server.snapshot().sessions)
    before = Counter(open_files())
    yield
    eventually(lambda: not desk.server.snapshot().sessions)
    eventually(lambda: not Counter(open_files()) - before)
    names = {thread.name.rstrip("0123456789_") for thread in threading.enumerate()}
    assert {"wherry-listener", "wherry-parking", "wherry-watch"} <= names
    with Intruder(desk.server.address, source="127.9.9.9") as after:
        after.log_in()


@pytest.fixture
def intrude(desk: Desk, nothing_stays: None) -> Iterator[Intrude]:
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(Intruder(desk.server.address, **more))


def drip(peer: Intruder, data: bytes) -> None:
    """Send one byte at a time, and not too fast."""
    for byte in data:
        peer.raw(bytes([byte]))
        time.sleep(0.05)


def assert_well(desk: Desk, source: str = "127.0.0.2") -> None:
    """The server still serves somebody else, at once."""
    started = time.monotonic()
    with Intruder(desk.server.address, source=source) as other:
        other.log_in()
        other.say(messages.Stat(id=1, path=()))
        other.hear_a(messages.Stated)
    assert time.monotonic() - started < 2


# --- before TLS (11, 13)

HELLO_PART = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
GARBAGE = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\0" * 1000,
    b"\xff" * 70_000,
    b"\x15\x03\x01\x00\x02\x02\x46",
    b"\x16\x03\x01\xff\xff" + b"x" * 70_000,
    b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10",
    HELLO_PART + b"\0" * 0x1F5,
    framed(messages.Hello(version=limits.VERSION, nonce=b"n" * 24)),
    framed(messages.List(id=1, path=())),
    HEADER.pack((1 << 32) - 1, 1),
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_before_tls_ends_that_connection_alone(desk: Desk, intrude: Intrude, garbage: bytes) -> None:
    stranger = intrude(is_plain=True)
    try:
        stranger.raw(garbage)
        stranger.socket.shutdown(socket.SHUT_WR)
    except OSError:
        # It hung up before it heard everything.
        pass
    assert stranger.is_ended()
    assert_well(desk)


def test_half_open_floods_are_capped_by_address(desk: Desk, intrude: Intrude, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LOGIN_DEADLINE", 1.5)
    flood = [intrude(is_plain=True) for _ in range(100)]
    assert_well(desk)
    flood[-1].socket.settimeout(1)
    assert flood[-1].is_ended(), "the hundredth should have been turned away at once"
    # Nobody's own address is lost for long.
    eventually(lambda: flood[0].is_ended())
    with Intruder(desk.server.address) as anna:
        anna.log_in()


def test_many_who_stall_in_the_handshake_hold_no_worker(
    desk: Desk, intrude: Intrude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOGIN_DEADLINE", 1.5)
    stalled = [intrude(is_plain=True) for _ in range(50)]
    for stranger in stalled:
        stranger.raw(HELLO_PART)
    assert_well(desk)
    for stranger in stalled:
        stranger.socket.settimeout(3)
        assert stranger.is_ended()


@pytest.mark.parametrize("place", ["handshake", "login"])
def test_a_byte_now_and_then_does_not_lengthen_the_login(
    intrude: Intrude, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(limits, "LOGIN_DEADLINE", 0.6)
    stranger = intrude(is_plain=place == "handshake")
    started = time.monotonic()
    slow = HELLO_PART + bytes(200) if place == "handshake" else HEADER.pack(2000, 1) + bytes(2000)
    with pytest.raises(OSError):  # noqa: PT011  # a reset or a broken pipe, as the system happens to tell it
        drip(stranger, slow)
    assert time.monotonic() - started < 2


def test_a_login_that_stops_half_way_ends_at_its_deadline(
    desk: Desk, intrude: Intrude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOGIN_DEADLINE", 0.5)
    silent, greeted, challenged = intrude(), intrude(), intrude()
    greeted.greet()
    challenged.greet()
    challenged.say(messages.ScramFirst(text="p=tls-server-end-point,,n=anna,r=abcdefgh"))
    challenged.hear_a(messages.ScramChallenge)
    for stranger in (silent, greeted, challenged):
        assert stranger.is_ended()


def test_an_accept_that_fails_does_not_end_the_listener(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever one new connection leads to, the next one is accepted."""
    calls: list[str] = []
    run = desk.server._run
    assert run is not None
    honest = run.listener._accepted

    def broken(sock: socket.socket, peer: str) -> None:
        calls.append(peer)
        if len(calls) == 1:
            raise RuntimeError("can't start new thread")
        honest(sock, peer)

    monkeypatch.setattr(run.listener, "_accepted", broken)
    with Intruder(desk.server.address, is_plain=True) as first:
        assert first.is_ended()
    assert_well(desk)


# --- logins (13, 14, 15)


def test_a_login_flood_is_slowed_and_others_are_not(desk: Desk) -> None:
    answers: list[messages.Any] = []
    for _ in range(8):
        with Intruder(desk.server.address, source="127.0.0.3") as guesser:
            answers.append(guesser.try_login(password="wrong"))
    codes = [answer.code for answer in answers]
    assert codes[:4] == ["login"] * 4
    assert "too-many-attempts" in codes
    refused = next(answer for answer in answers if answer.code == "too-many-attempts")
    assert refused.retry_after > 0
    # The right password is no way around it, and nobody else pays for it.
    with Intruder(desk.server.address, source="127.0.0.3") as guesser:
        assert isinstance(guesser.try_login(), messages.Refused)
    assert_well(desk)


def shape(message: messages.Any) -> object:
    """Return what an outsider can compare: fields, types, lengths; and the text itself, without what is random."""
    fields = msgspec.structs.asdict(message)
    if isinstance(message, messages.ScramChallenge):
        nonce, salt, iterations = message.text.split(",")
        return sorted(fields), len(nonce), len(salt), iterations
    return sorted(fields), {name: value for name, value in fields.items() if name != "retry_after"}


@pytest.mark.parametrize("user", ["nobody", "ann", "anna2", "disabled", "x" * 60])
def test_unknown_names_and_wrong_passwords_are_told_in_the_same_shape(
    desk: Desk, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.accounts.add("disabled", PASSWORD, iterations=FEW_ITERATIONS)
    desk.accounts.set_enabled("disabled", False)
    seen: dict[str, list[object]] = {}
    for number, name in enumerate(("anna", user), 10):
        with Intruder(desk.server.address, source=f"127.0.0.{number}") as guesser:
            guesser.greet()
            # The right password for the one that is disabled: only the server can tell.
            password = PASSWORD if name == "disabled" else "wrong"
            login = tls_login(guesser, name, password)
            heard = [shape(answer) for answer in login]
            assert guesser.is_ended()
            seen[name] = heard
    assert seen["anna"] == seen[user]


def tls_login(guesser: Intruder, name: str, password: str) -> list[messages.Any]:
    login = ClientLogin(name, password, guesser.binding)
    guesser.say(messages.ScramFirst(text=login.first()))
    challenge = guesser.hear_a(messages.ScramChallenge)
    guesser.say(messages.ScramFinal(text=login.answer(challenge.text)))
    return [challenge, guesser.hear_a(messages.Refused)]


def test_an_unknown_name_has_the_same_salt_each_time(desk: Desk) -> None:
    salts = set()
    for _ in range(2):
        with Intruder(desk.server.address) as guesser:
            guesser.greet()
            guesser.say(messages.ScramFirst(text="p=tls-server-end-point,,n=nobody,r=abcdefgh"))
            salts.add(guesser.hear_a(messages.ScramChallenge).text.split(",")[1])
    assert len(salts) == 1


@pytest.mark.parametrize(
    "first",
    [
        "n,,n=anna,r=abcdefgh",
        "y,,n=anna,r=abcdefgh",
        "p=tls-unique,,n=anna,r=abcdefgh",
        "p=tls-exporter,,n=anna,r=abcdefgh",
        "p=tls-server-end-point,a=root,n=anna,r=abcdefgh",
        "p=tls-server-end-point,,m=x,n=anna,r=abcdefgh",
        "p=tls-server-end-point,,r=abcdefgh",
        "p=tls-server-end-point,,n=anna",
        "p=tls-server-end-point,,n=an=00na,r=abcdefgh",
        "p=tls-server-end-point,,n=a\0b,r=abcdefgh",
        "",
        "x" * 2048,
    ],
)
def test_a_first_message_that_does_not_bind_or_makes_no_sense_is_refused(intrude: Intrude, first: str) -> None:
    guesser = intrude()
    guesser.greet()
    guesser.say(messages.ScramFirst(text=first))
    assert guesser.hear_a(messages.Refused).code == "protocol"
    assert guesser.is_ended()


def test_a_login_made_for_another_certificate_is_refused(desk: Desk, tmp_path: Path) -> None:
    """What a man in the middle would pass on: right in everything but the certificate it was made for."""
    other = server_end_point(tls.make_identity(tmp_path, "middle").certificate_der)
    with Intruder(desk.server.address) as middle:
        middle.greet()
        login = ClientLogin("anna", PASSWORD, other)
        middle.say(messages.ScramFirst(text=login.first()))
        middle.say(messages.ScramFinal(text=login.answer(middle.hear_a(messages.ScramChallenge).text)))
        assert middle.hear_a(messages.Refused).code == "login"


@pytest.mark.parametrize("tampering", ["nonce", "proof", "short", "empty", "again"])
def test_a_final_message_that_was_tampered_with_is_refused(desk: Desk, tampering: str) -> None:
    with Intruder(desk.server.address) as guesser:
        guesser.greet()
        login = ClientLogin("anna", PASSWORD, guesser.binding)
        guesser.say(messages.ScramFirst(text=login.first()))
        final = login.answer(guesser.hear_a(messages.ScramChallenge).text)
        body, _, proof = final.rpartition(",p=")
        text = {
            "nonce": f"{body}x,p={proof}",
            "proof": f"{body},p={'A' * 43}=",
            "short": f"{body},p=AAAA",
            "empty": "",
            "again": login._bare,
        }[tampering]
        guesser.say(messages.ScramFinal(text=text))
        assert isinstance(guesser.hear(), messages.Refused)
        assert guesser.is_ended()


# --- before login, out of order, cut short, unknown, oversize (14)

PLACES: dict[str, Callable[[Intruder], object]] = {
    "met": lambda client: client.hear_a(messages.Hello),
    "greeted": lambda client: client.greet(),
    "ready": lambda client: client.log_in(),
}
REQUESTS: list[messages.Any] = [
    messages.List(id=1, path=()),
    messages.Get(id=1, path=(b"f",)),
    messages.Put(id=1, path=(b"f",), size=0, mtime_ns=0, inline=True),
    messages.Remove(id=1, path=(b"f",), recursive=True),
    messages.Ping(id=1),
    messages.Alive(),
    messages.Stop(id=1),
]
OUT_OF_ORDER: list[tuple[str, messages.Any]] = [
    *(("met", request) for request in REQUESTS),
    *(("greeted", request) for request in REQUESTS),
    ("met", messages.ScramFirst(text="p=tls-server-end-point,,n=anna,r=abcdefgh")),
    ("met", messages.Attach(session=b"s" * 16, proof=b"p" * 32)),
    ("greeted", messages.Hello(version=limits.VERSION, nonce=b"n" * 24)),
    ("greeted", messages.ScramFinal(text="c=,r=,p=")),
    ("greeted", messages.Welcome(text="", session=b"s" * 16, key=b"k" * 32, account="anna")),
    ("greeted", messages.Refused(code="x", text="y")),
    ("ready", messages.Hello(version=limits.VERSION, nonce=b"n" * 24)),
    ("ready", messages.ScramFirst(text="p=tls-server-end-point,,n=anna,r=abcdefgh")),
    ("ready", messages.Attach(session=b"s" * 16, proof=b"p" * 32)),
    ("ready", messages.Block(id=1, index=0, digest=b"d" * 32)),
    ("ready", messages.End(id=1, root=b"")),
    ("ready", messages.Offer(id=1, size=1, mtime_ns=0, mode=0)),
    ("ready", messages.Stored(id=1, root=b"r" * 32)),
    ("ready", messages.Done(id=1)),
    ("ready", messages.Goodbye(code="x")),
    ("ready", messages.Put(id=1, path=(b"f",), size=BLOCK + 1, mtime_ns=0, inline=True)),
]


@pytest.mark.parametrize(("place", "message"), OUT_OF_ORDER)
def test_a_message_out_of_order_ends_the_connection(
    desk: Desk, intrude: Intrude, place: str, message: messages.Any
) -> None:
    client = intrude()
    PLACES[place](client)
    client.say(message)
    heard = list(client.hear_all())
    assert all(isinstance(answer, Goodbyes) for answer in heard), heard
    assert [answer.code for answer in heard] == ["protocol"]
    eventually(lambda: not desk.server.snapshot().sessions)


RAW = [
    HEADER.pack(0, FrameKind.CONTROL),
    HEADER.pack(1 << 31, FrameKind.CONTROL),
    HEADER.pack((1 << 32) - 1, FrameKind.CONTROL),
    HEADER.pack(limits.MAX_CONTROL + 1, FrameKind.CONTROL),
    HEADER.pack(10, FrameKind.DATA) + bytes(10),
    HEADER.pack(10, 0) + bytes(10),
    HEADER.pack(10, 255) + bytes(10),
    HEADER.pack(1, FrameKind.CONTROL) + b"\xc1",
    HEADER.pack(7, FrameKind.CONTROL) + b"\x81\xa1t\xa4evil"[:7],
    HEADER.pack(8, FrameKind.CONTROL) + b"\x81\xa1t\xa4evil",
    HEADER.pack(4000, FrameKind.CONTROL) + b"\x91" * 4000,
    HEADER.pack(5, FrameKind.CONTROL) + b"\xdd\xff\xff\xff\xff",
    HEADER.pack(5, FrameKind.CONTROL) + b"\xdf\xff\xff\xff\xff",
]


@pytest.mark.parametrize("place", ["met", "ready"])
@pytest.mark.parametrize("raw", RAW)
def test_a_frame_that_cannot_be_ends_the_connection(desk: Desk, intrude: Intrude, place: str, raw: bytes) -> None:
    client = intrude()
    PLACES[place](client)
    client.raw(raw)
    assert [answer.code for answer in client.hear_all()] == ["protocol"]
    client.socket.close()
    eventually(lambda: not desk.server.snapshot().sessions)


def test_a_login_frame_of_a_megabyte_is_refused_before_login_only(intrude: Intrude) -> None:
    stranger = intrude()
    stranger.greet()
    stranger.raw(HEADER.pack(limits.MAX_FRAME_BEFORE_LOGIN + 1, FrameKind.CONTROL))
    assert stranger.hear_a(messages.Refused).code == "protocol"
    anna = intrude()
    anna.log_in()
    anna.say(messages.Get(id=1, path=(b"none",), have=(b"d" * 32,) * 1000, have_size=1000 * BLOCK))
    assert anna.hear_a(messages.Failed).code == Code.NOT_FOUND


@pytest.mark.parametrize("cut", [1, 4, 5, 6, 20])
@pytest.mark.parametrize("orderly", [True, False])
def test_a_request_cut_short_leaves_nothing(desk: Desk, intrude: Intrude, cut: int, orderly: bool) -> None:
    client = intrude()
    client.log_in()
    client.raw(framed(messages.MakeFolder(id=1, path=(b"half",)))[:cut])
    if orderly:
        client.socket.close()
    else:
        client.vanish()
    eventually(lambda: not desk.server.snapshot().sessions)
    assert not (desk.home / "half").exists()


# --- names (1, 2, 3, 5, 7, 20)

BAD_PATHS: list[messages.Path] = [
    (b"..",), (b"a", b"..", b"b"), (b".",), (b"",), (b"../x",), (b"/etc",), (b"..\\x",), (b"C:\\x",), (b"C:x",),
    (b"\\\\host\\share",), (b"a\0b",), (b"\xc0\xae\xc0\xae",), (b"a",) * 256 + (b"b",), (b"x" * 255,) * 20,
    (b".wherry-staging",), (b".WHERRY-Staging", b"x"), (b"a", b".wherry-staging"),
]  # fmt: skip


def requests_about(path: messages.Path) -> list[messages.Any]:
    return [
        messages.List(id=1, path=path),
        messages.Stat(id=1, path=path),
        messages.MakeFolder(id=1, path=path, parents=True),
        messages.Rename(id=1, source=(b"f",), target=path, exists=Exists.REPLACE),
        messages.Rename(id=1, source=path, target=(b"g",)),
        messages.Remove(id=1, path=path, recursive=True),
        messages.SetAttributes(id=1, path=path, mode=0o777),
        messages.DigestOf(id=1, path=path),
        messages.Discard(id=1, path=path),
        messages.Get(id=1, path=path),
        messages.Put(id=1, path=path, size=2 * BLOCK, mtime_ns=0, parents=True),
    ]


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_bad_name_is_refused_in_every_request_and_the_session_goes_on(
    desk: Desk, intrude: Intrude, path: messages.Path
) -> None:
    (desk.home / "f").write_bytes(b"mine")
    (desk.home / ".wherry-staging").mkdir(mode=0o700)
    outside = sorted(os.listdir(desk.data))
    client = intrude()
    client.log_in()
    if any(len(name) > 255 for name in path) or len(path) > 256:
        client.say(requests_about(path)[0])
        assert [answer.code for answer in client.hear_all()] == ["protocol"]
        return
    for request in requests_about(path):
        client.say(request)
        answer = client.hear()
        assert isinstance(answer, messages.Failed), request
        assert answer.code == Code.BAD_NAME, request
    client.say(messages.Put(id=2, path=path, size=4, mtime_ns=0, inline=True, exists=Exists.REPLACE, parents=True))
    client.content(b"evil")
    client.say(messages.End(id=2, root=root_of(4, [digest_block(b"evil")])), messages.Stat(id=3, path=(b"f",)))
    assert client.hear_a(messages.Failed).code == Code.BAD_NAME
    assert client.hear_a(messages.Stated).entry.size == 4
    assert (desk.home / "f").read_bytes() == b"mine"
    assert sorted(os.listdir(desk.data)) == outside


def test_a_link_leads_nowhere_in_any_request(desk: Desk, intrude: Intrude, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = outside / "secret"
    secret.write_bytes(b"secret")
    (desk.home / "f").write_bytes(b"mine")
    (desk.home / "dir").symlink_to(outside)
    (desk.home / "file").symlink_to(secret)
    before = (secret.stat().st_mode, secret.stat().st_mtime_ns)
    client = intrude()
    client.log_in()
    for path in ((b"dir", b"secret"), (b"dir", b"new"), (b"dir", b"sub", b"new")):
        for request in requests_about(path):
            client.say(request)
            answer = client.hear()
            if isinstance(answer, messages.Done):
                # A discard of an upload that nobody began.
                assert isinstance(request, messages.Discard)
                continue
            assert isinstance(answer, messages.Failed), request
            assert answer.code in {Code.PERMISSION, Code.NOT_FOLDER}, request
    for request in (
        messages.Get(id=1, path=(b"file",)),
        messages.DigestOf(id=1, path=(b"file",)),
        messages.List(id=1, path=(b"dir",)),
        messages.SetAttributes(id=1, path=(b"file",), mode=0o777, mtime_ns=1),
    ):
        client.say(request)
        assert client.hear_a(messages.Failed).code in {Code.PERMISSION, Code.NOT_FILE}, request
    # A put over a link replaces the link; what it led to stays.
    client.say(messages.Put(id=2, path=(b"file",), size=4, mtime_ns=0, inline=True, exists=Exists.REPLACE))
    client.content(b"evil")
    client.say(messages.End(id=2, root=root_of(4, [digest_block(b"evil")])))
    client.hear_a(messages.Stored)
    assert not (desk.home / "file").is_symlink()
    assert secret.read_bytes() == b"secret"
    assert (secret.stat().st_mode, secret.stat().st_mtime_ns) == before
    assert os.listdir(outside) == ["secret"]


def test_another_account_is_out_of_reach_also_by_prefix(desk: Desk, intrude: Intrude) -> None:
    other = desk.accounts.add("anna2", PASSWORD, iterations=FEW_ITERATIONS)
    (other.home / "private").write_bytes(b"p")
    client = intrude()
    client.log_in()
    for path in ((b"..", b"anna2"), (b"2", b"private"), (b"anna2", b"private"), (b"homes", b"anna2")):
        client.say(messages.Stat(id=1, path=path))
        client.hear_a(messages.Failed)


# --- uploads that lie (18, 19, 20)


def put(path: bytes, size: int, *, inline: bool, number: int = 1) -> messages.Put:
    return messages.Put(id=number, path=(path,), size=size, mtime_ns=0, inline=inline)


def staged(desk: Desk) -> list[str]:
    staging = desk.home / ".wherry-staging"
    return sorted(os.listdir(staging)) if staging.exists() else []


def visible(desk: Desk) -> list[str]:
    return sorted(set(os.listdir(desk.home)) - {".wherry-staging"})


def test_a_block_whose_digest_lies_is_asked_for_again_and_then_fails(desk: Desk, intrude: Intrude) -> None:
    client = intrude()
    client.log_in()
    good, bad = os.urandom(BLOCK), os.urandom(100)
    digests = [digest_block(good), digest_block(bad)]
    client.say(put(b"f", BLOCK + 100, inline=False))
    client.hear_a(messages.Ready)
    client.block(1, 0, good)
    for _ in range(limits.BLOCK_ATTEMPTS):
        client.block(1, 1, bad[:-1] + bytes([bad[-1] ^ 1]), digest=digests[1])
        client.say(messages.End(id=1, root=root_of(BLOCK + 100, digests)))
        assert client.hear_a(messages.Again).blocks == (1,)
        assert visible(desk) == []
    client.block(1, 1, bad[:-1] + bytes([bad[-1] ^ 1]), digest=digests[1])
    client.say(messages.End(id=1, root=root_of(BLOCK + 100, digests)))
    assert client.hear_a(messages.Failed).code == Code.MISMATCH
    assert visible(desk) == []


@pytest.mark.parametrize("size", [0, 1, 1000, BLOCK])
def test_one_flipped_bit_in_a_small_file_is_never_stored(desk: Desk, intrude: Intrude, size: int) -> None:
    client = intrude()
    client.log_in()
    content = bytearray(os.urandom(size))
    root = root_of(size, [digest_block(content)] if size else []) if size else b"r" * 32
    if size:
        content[random.Random(3).randrange(size)] ^= 0x80
    client.say(put(b"f", size, inline=True))
    if size:
        client.content(bytes(content))
    client.say(messages.End(id=1, root=root))
    assert client.hear_a(messages.Failed).code == Code.MISMATCH
    assert visible(desk) == []
    assert staged(desk) == []


@pytest.mark.parametrize("root", [b"", b"r" * 31, b"r" * 32])
def test_a_root_that_lies_is_never_stored(desk: Desk, intrude: Intrude, root: bytes) -> None:
    client = intrude()
    client.log_in()
    content = os.urandom(BLOCK + 5)
    client.say(put(b"f", len(content), inline=False))
    client.hear_a(messages.Ready)
    client.block(1, 0, content[:BLOCK])
    client.block(1, 1, content[BLOCK:])
    client.say(messages.End(id=1, root=root))
    assert client.hear_a(messages.Failed).code == Code.MISMATCH
    assert visible(desk) == []


def test_an_end_before_its_blocks_is_never_stored(desk: Desk, intrude: Intrude) -> None:
    client = intrude()
    client.log_in()
    content = os.urandom(2 * BLOCK)
    digests = [digest_block(content[:BLOCK]), digest_block(content[BLOCK:])]
    client.say(put(b"f", len(content), inline=False))
    client.hear_a(messages.Ready)
    client.block(1, 1, content[BLOCK:])
    client.say(messages.End(id=1, root=root_of(len(content), digests)))
    assert client.hear_a(messages.Again).blocks == (0,)
    assert visible(desk) == []


@pytest.mark.parametrize("lie", ["more", "less", "frame", "nothing"])
@pytest.mark.parametrize("inline", [True, False])
def test_a_size_that_lies_ends_the_session_and_stores_nothing(
    desk: Desk, intrude: Intrude, lie: str, inline: bool
) -> None:
    size = 1000 if inline else BLOCK + 1000
    client = intrude()
    client.log_in()
    client.say(put(b"f", size, inline=inline))
    if not inline:
        client.hear_a(messages.Ready)
        client.block(1, 0, bytes(BLOCK))
        client.say(messages.Block(id=1, index=1, digest=digest_block(bytes(1000))))
    if lie == "frame":
        client.raw(HEADER.pack((1 << 32) - 1, FrameKind.DATA))
    else:
        client.content(bytes({"more": 1001, "less": 999, "nothing": 0}[lie]))
    client.say(messages.End(id=1, root=root_of(1000, [digest_block(bytes(1000))])))
    assert [answer.code for answer in client.hear_all()] == ["protocol"]
    client.socket.close()
    eventually(lambda: not desk.server.snapshot().sessions)
    assert visible(desk) == []


@pytest.mark.parametrize("order", [(0, 0), (1, 0), (0, 1, 2), (16383,)])
def test_blocks_repeated_out_of_order_or_beyond_the_file_end_the_session(
    desk: Desk, intrude: Intrude, order: tuple[int, ...]
) -> None:
    client = intrude()
    client.log_in()
    client.say(put(b"f", 2 * BLOCK, inline=False))
    client.hear_a(messages.Ready)
    for index in order:
        client.block(1, index, bytes(BLOCK))
    client.say(messages.End(id=1, root=root_of(2 * BLOCK, [digest_block(bytes(BLOCK))] * 2)))
    assert [answer.code for answer in client.hear_all()] == ["protocol"]
    client.socket.close()
    eventually(lambda: not desk.server.snapshot().sessions)
    assert visible(desk) == []


@pytest.mark.parametrize("size", [1000, 3 * BLOCK])
@pytest.mark.parametrize("orderly", [True, False])
def test_a_client_that_goes_at_99_9_percent_stores_nothing(
    desk: Desk, intrude: Intrude, size: int, orderly: bool
) -> None:
    content = os.urandom(size)
    client = intrude()
    client.log_in()
    client.say(put(b"f", size, inline=size <= BLOCK))
    if size <= BLOCK:
        client.content(content[: size * 999 // 1000])
    else:
        client.hear_a(messages.Ready)
        client.block(1, 0, content[:BLOCK])
        client.block(1, 1, content[BLOCK : 2 * BLOCK])
        client.say(messages.Block(id=1, index=2, digest=digest_block(content[2 * BLOCK :])))
        client.content(content[2 * BLOCK : -4096])
    if orderly:
        client.socket.close()
    else:
        client.vanish()
    eventually(lambda: not desk.server.snapshot().sessions)
    assert visible(desk) == []


@pytest.mark.parametrize("size", [1000, 2 * BLOCK])
def test_all_content_but_no_end_stores_nothing(desk: Desk, intrude: Intrude, size: int) -> None:
    client = intrude()
    client.log_in()
    client.say(put(b"f", size, inline=size <= BLOCK))
    if size <= BLOCK:
        client.content(bytes(size))
    else:
        client.hear_a(messages.Ready)
        client.block(1, 0, bytes(BLOCK))
        client.block(1, 1, bytes(BLOCK))
    client.socket.close()
    eventually(lambda: not desk.server.snapshot().sessions)
    assert visible(desk) == []


def test_a_file_of_eight_pebibytes_is_refused_at_once(desk: Desk, intrude: Intrude) -> None:
    client = intrude()
    client.log_in()
    started = time.monotonic()
    client.say(put(b"f", limits.MAX_FILE, inline=False))
    assert client.hear_a(messages.Failed).code in {Code.NO_SPACE, Code.QUOTA, Code.TOO_LARGE}
    assert time.monotonic() - started < 1
    assert staged(desk) == []


def test_a_trickle_within_content_is_a_stall(desk: Desk, intrude: Intrude, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STALL_DEADLINE", 0.5)
    client = intrude()
    client.log_in()
    client.say(put(b"f", 4000, inline=True))
    client.raw(frame_header(FrameKind.DATA, 4000))
    started = time.monotonic()
    with pytest.raises(OSError):  # noqa: PT011  # however the system tells that nobody listens any more
        drip(client, b"x" * 100)
    assert time.monotonic() - started < 2.5


def test_a_client_that_asks_and_does_not_read_is_given_up(
    desk: Desk, intrude: Intrude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STALL_DEADLINE", 0.5)
    with (desk.home / "big").open("wb") as file:
        file.truncate(64 * BLOCK)
    client = intrude()
    client.log_in()
    client.say(*(messages.Get(id=number, path=(b"big",)) for number in range(20)))
    eventually(lambda: not desk.server.snapshot().sessions, 5)


@pytest.mark.parametrize("greed", ["uploads", "downloads"])
def test_one_account_cannot_hold_all_workers(
    desk: Desk, intrude: Intrude, monkeypatch: pytest.MonkeyPatch, greed: str
) -> None:
    """Many sessions that ask for much and then neither send nor read: nobody else waits for them to be given up."""
    monkeypatch.setattr(limits, "STALL_DEADLINE", 3.0)
    greedy = desk.accounts.add("greedy", PASSWORD, iterations=FEW_ITERATIONS)
    with (greedy.home / "big").open("wb") as file:
        file.truncate(16 * BLOCK)
    holders = [intrude() for _ in range(40)]
    for holder in holders:
        holder.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        holder.log_in("greedy")
        if greed == "uploads":
            holder.say(put(b"f", 1000, inline=True))
        else:
            holder.say(messages.Get(id=1, path=(b"big",)))
    time.sleep(0.3)
    assert_well(desk)
    started = time.monotonic()
    with Intruder(desk.server.address, source="127.0.0.2") as anna:
        anna.log_in()
        content = os.urandom(1000)
        anna.say(put(b"mine", 1000, inline=True))
        anna.content(content)
        anna.say(messages.End(id=1, root=root_of(1000, [digest_block(content)])))
        anna.hear_a(messages.Stored)
        anna.say(messages.Get(id=2, path=(b"mine",)))
        anna.hear_a(messages.Offer)
    assert time.monotonic() - started < 2
    for holder in holders:
        holder.vanish()


# --- attaching (14, 20)


@pytest.mark.parametrize("lie", ["key", "session", "role", "nonce", "zero"])
def test_attaching_needs_the_sessions_key(desk: Desk, intrude: Intrude, lie: str) -> None:
    anna = intrude()
    welcome = anna.log_in()
    thief = intrude()
    hello = thief.greet()
    session = b"x" * 16 if lie == "session" else welcome.session
    key = b"k" * 32 if lie == "key" else welcome.key
    role = "server" if lie == "role" else "client"
    nonce = b"n" * 24 if lie == "nonce" else hello.nonce
    proof = attach_proof(key, role, session, thief.nonce, nonce, thief.binding)  # type: ignore[arg-type]
    thief.say(messages.Attach(session=session, proof=bytes(32) if lie == "zero" else proof))
    assert thief.hear_a(messages.Refused).code == "session"
    assert thief.is_ended()
    (info,) = desk.server.snapshot().sessions
    assert info.connections == 1


def test_a_proof_is_worth_nothing_on_another_connection(desk: Desk, intrude: Intrude) -> None:
    welcome = intrude().log_in()
    honest = intrude()
    proof = honest.proof(welcome.session, welcome.key, honest.greet().nonce)
    honest.say(messages.Attach(session=welcome.session, proof=proof))
    honest.hear_a(messages.Attached)
    replay = intrude()
    replay.nonce = honest.nonce
    replay.greet()
    replay.say(messages.Attach(session=welcome.session, proof=proof))
    assert replay.hear_a(messages.Refused).code == "session"


@pytest.mark.parametrize("end", ["left", "kicked", "disabled"])
def test_nobody_attaches_to_a_session_that_is_over(desk: Desk, intrude: Intrude, end: str) -> None:
    anna = intrude()
    welcome = anna.log_in()
    if end == "left":
        anna.socket.close()
    elif end == "kicked":
        desk.server.kick(welcome.session)
    else:
        desk.accounts.set_enabled("anna", False)
    eventually(lambda: not desk.server.snapshot().sessions)
    late = intrude()
    proof = late.proof(welcome.session, welcome.key, late.greet().nonce)
    late.say(messages.Attach(session=welcome.session, proof=proof))
    assert late.hear_a(messages.Refused).code == "session"
    desk.accounts.set_enabled("anna", True)


# --- handlers that raise (14)


class BugError(Exception):
    """What no handler should raise."""


def raise_bug(*_: object, **__: object) -> None:
    raise BugError("a bug, \x1b[31mnot to be told")


@pytest.mark.parametrize(
    ("owner", "name", "request_"),
    [
        (browse, "list_folder", messages.List(id=1, path=())),
        (browse, "stat_entry", messages.Stat(id=1, path=())),
        (browse, "digest_file", messages.DigestOf(id=1, path=(b"f",))),
        (browse, "has_changed", messages.DigestOf(id=1, path=(b"f",))),
        (transfer, "has_changed", messages.Get(id=1, path=(b"f",))),
        (transfer, "digest_range", messages.Get(id=1, path=(b"f",))),
        (change, "remove", messages.Remove(id=1, path=(b"f",))),
        (Upload, "_digest_held", put(b"g", 2 * BLOCK, inline=False)),
        (Upload, "write", put(b"g", 2 * BLOCK, inline=False)),
        (Upload, "complete", put(b"g", 2 * BLOCK, inline=False)),
        (Arrivals, "_stage", put(b"g", 4, inline=True)),
        (Arrivals, "flush", put(b"g", 4, inline=True)),
        (Arrivals, "abandon", put(b"g", 4, inline=True)),
        (RequestDesk, "leave", messages.Stat(id=1, path=())),
        (RequestDesk, "close", messages.Stat(id=1, path=())),
    ],
)
def test_a_handler_that_raises_ends_its_session_and_leaves_nothing(
    desk: Desk,
    intrude: Intrude,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    owner: object,
    name: str,
    request_: messages.Any,
) -> None:
    (desk.home / "f").write_bytes(bytes(1000))
    bystander = intrude(source="127.0.0.5")
    bystander.log_in()
    client = intrude()
    client.log_in()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, raise_bug)
        client.say(request_)
        if isinstance(request_, messages.Put) and request_.inline:
            client.content(b"evil")
            client.say(messages.End(id=1, root=root_of(4, [digest_block(b"evil")])))
        elif isinstance(request_, messages.Put) and name != "_digest_held":
            client.hear_a(messages.Ready)
            client.block(1, 0, bytes(BLOCK))
            if name == "complete":
                client.say(messages.End(id=1, root=b"r" * 32))
        elif isinstance(request_, messages.Get) and name == "has_changed":
            client.hear_a(messages.Offer)
            client.hear_a(messages.Block)
            client.hear_content(1000)
        if name in {"leave", "close", "abandon"}:
            client.hear()
            client.socket.close()
        else:
            heard = list(client.hear_all())
            assert isinstance(heard[-1], messages.Goodbye), heard
            assert heard[-1].code == "internal"
            assert "Bug" not in heard[-1].text
            client.socket.close()
        eventually(lambda: len(desk.server.snapshot().sessions) == 1)
    assert "Bug" in caplog.text
    # No lock and no claim stays: somebody else writes the same target now.
    bystander.say(messages.Put(id=1, path=(b"g",), size=4, mtime_ns=0, inline=True, exists=Exists.REPLACE))
    bystander.content(b"good")
    bystander.say(messages.End(id=1, root=root_of(4, [digest_block(b"good")])))
    bystander.hear_a(messages.Stored)
    bystander.say(messages.Put(id=2, path=(b"g",), size=2 * BLOCK, mtime_ns=0, exists=Exists.REPLACE))
    bystander.hear_a(messages.Ready)
    bystander.say(messages.End(id=2, root=b"", reason="cancelled"))
    assert bystander.hear_a(messages.Failed).code == Code.CANCELLED
    bystander.socket.close()


# --- a storm of it all


def test_random_bytes_after_login_end_their_own_session_only(desk: Desk, intrude: Intrude) -> None:
    bystander = intrude(source="127.0.0.5")
    bystander.log_in()
    dice = random.Random(11)
    honest = [framed(message) for message in (*REQUESTS, *requests_about((b"f",)))]
    for _ in range(60):
        with Intruder(desk.server.address) as client:
            client.log_in()
            stream = bytearray(b"".join(dice.choices(honest, k=3)))
            for _ in range(dice.randrange(1, 6)):
                stream[dice.randrange(len(stream))] = dice.randrange(256)
            client.raw(bytes(stream[: dice.randrange(1, len(stream))]))
    bystander.say(messages.Ping(id=1))
    bystander.hear_a(messages.Done)
    bystander.socket.close()


def test_connections_that_come_and_go_leave_nothing(desk: Desk, nothing_stays: None) -> None:
    dice = random.Random(5)
    for _ in range(80):
        with Intruder(desk.server.address, is_plain=True) as stranger:
            stranger.raw(dice.randbytes(dice.randrange(0, 300)))


def test_the_cost_of_an_attempt_does_not_depend_on_the_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server derives nothing slow for anybody: what it computes is the same for every name."""
    slow: list[str] = []
    monkeypatch.setattr(credentials, "salted_password", lambda *_: slow.append("PBKDF2") or bytes(32))
    for number, name in enumerate(("anna", "nobody"), 20):
        with Intruder(desk.server.address, source=f"127.0.0.{number}") as guesser:
            guesser.greet()
            guesser.say(messages.ScramFirst(text=f"p=tls-server-end-point,,n={name},r=abcdefgh"))
            challenge = guesser.hear_a(messages.ScramChallenge).text
            nonce = challenge.split(",")[0]
            assert slow == []
            guesser.say(messages.ScramFinal(text=f"c=eA==,{nonce},p={'A' * 43}="))
            guesser.hear_a(messages.Refused)
    assert slow == []


def test_a_full_account_refuses_a_further_session_and_tells_why(desk: Desk, intrude: Intrude) -> None:
    desk.server.reload(replace(desk.server.config, max_sessions_per_account=2))
    for _ in range(2):
        intrude().log_in()
    refused = intrude().try_login()
    assert isinstance(refused, messages.Refused)
    assert refused.code == "too-many-sessions"
