"""Liars on either end of long work: progress that never ends, findings from nowhere, Stop at any time."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from desktop.client import line
from desktop.client.session import Session
from shared import tls
from shared.errors import Code, ConnectionLostError, IdentityError, PeerError, RemoteError, WherryError
from shared.names import STAGING_NAME
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block, root_of
from shared.tls import Identity
from shared.work import WorkProgress
from tests.integration.conftest import PASSWORD, Desk, random_file
from tests.integration.hostile_client import Intruder
from tests.integration.hostile_server import Conduct, Guest, HostileServer, entry

Answer = Callable[[Guest, messages.Any], None]
Hostile = Callable[[Answer], HostileServer]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return tls.make_identity(tmp_path_factory.mktemp("hostile"), "desk")


@pytest.fixture
def hostile(identity: Identity) -> Iterator[Hostile]:
    """Start a server that lets everybody in, honestly, answers pings and stats, and then does as it is told."""
    servers: list[HostileServer] = []

    def start(answer: Answer) -> HostileServer:
        servers.append(HostileServer(identity, after_welcome(answer)))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def after_welcome(answer: Answer) -> Conduct:
    def conduct(guest: Guest) -> None:
        guest.welcome()
        for request in guest.hear_all():
            if isinstance(request, messages.Ping):
                guest.say(messages.Done(id=request.id))
            elif isinstance(request, messages.Stat):
                guest.say(messages.Stated(id=request.id, entry=entry(b"f")))
            else:
                answer(guest, request)

    return conduct


def with_session(server: HostileServer, scenario: Callable[[Session], Awaitable[None]]) -> None:
    async def play() -> None:
        session = await Session.open(server.address, PASSWORD, lambda fingerprint: None)
        try:
            async with asyncio.timeout(20):
                await scenario(session)
        finally:
            await session.close()

    asyncio.run(play())


def breaks(server: HostileServer, work: Callable[[Session], Awaitable[object]], match: str) -> None:
    """Check that the work ends with a broken protocol, and the session with it."""

    async def scenario(session: Session) -> None:
        with pytest.raises(PeerError, match=match):
            await work(session)
        async with asyncio.timeout(5):
            await session.closed.wait()
        with pytest.raises(PeerError):
            await session.stat(("f",))

    with_session(server, scenario)


async def search(session: Session, limit: int = 1000) -> int:
    return sum([len(batch.matches) async for batch in session.search(("top",), "*", limit=limit)])


def match(folder: tuple[bytes, ...], name: bytes) -> messages.Match:
    return messages.Match(folder, entry(name))


# --- a server that lies


def test_progress_for_ever_is_given_up_and_does_not_pile_up(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PROGRESS", 20_000)
    reports: list[WorkProgress] = []

    def answer(guest: Guest, request: messages.Any) -> None:
        for count in range(1, 50_000):
            guest.say(messages.Progress(id=request.id, count=count))

    server = hostile(answer)
    breaks(server, lambda session: session.copy(("a",), ("b",), on_progress=reports.append), "never ends")
    assert len(reports) < 20_000
    assert [report.count for report in reports] == sorted(report.count for report in reports)


@pytest.mark.parametrize("second", [messages.Progress(id=0, count=5), messages.Progress(id=0, count=4, size=9)])
def test_progress_that_does_not_go_on_is_given_up(hostile: Hostile, second: messages.Progress) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Progress(id=request.id, count=5))
        guest.say(messages.Progress(id=request.id, count=second.count, size=second.size))

    breaks(hostile(answer), lambda session: session.remove(("a",), recursive=True), "does not go on")


def test_progress_of_an_unknown_request_is_given_up(hostile: Hostile) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Progress(id=request.id + 1, count=5))

    breaks(hostile(answer), lambda session: session.digest(("a",)), "out of turn")


def test_progress_on_the_sessions_own_line_is_given_up(hostile: Hostile) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Progress(id=request.id, count=1))

    async def scenario(session: Session) -> None:
        with pytest.raises(PeerError, match="no answer"):
            await session.make_folder(("a",))

    with_session(hostile(answer), scenario)


@pytest.mark.parametrize(
    "found",
    [
        match((b"..",), b"x"),
        match((), b"../x"),
        match((b"a/b",), b"x"),
        match((b"a", b""), b"x"),
        match((), b"."),
        match((STAGING_NAME.encode(),), b"x"),
        match((b"a",) * 255, b"x"),
        match((b"C:",), b"x"),
    ],
)
def test_findings_from_elsewhere_are_given_up(hostile: Hostile, found: messages.Match) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Found(id=request.id, matches=(found,), more=False))

    breaks(hostile(answer), search, "it (found|named)")


def test_findings_twice_too_many_or_for_ever_are_given_up(hostile: Hostile) -> None:
    def twice(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Found(id=request.id, matches=(match((), b"x"),), more=True))
        guest.say(messages.Found(id=request.id, matches=(match((), b"x"),), more=True))

    def many(guest: Guest, request: messages.Any) -> None:
        for number in range(50):
            batch = tuple(match((), b"%d %d" % (number, each)) for each in range(100))
            guest.say(messages.Found(id=request.id, matches=batch, more=True))

    def empty(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Found(id=request.id, matches=(), more=True))

    breaks(hostile(twice), search, "twice")
    breaks(hostile(many), search, "more than was asked")
    breaks(hostile(empty), search, "never ends")


@pytest.mark.parametrize("chatter", ["silence", "alive", "progress"])
def test_a_server_that_will_not_stop_loses_the_line_and_not_the_session(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch, chatter: str
) -> None:
    monkeypatch.setattr(line, "STOP_PATIENCE", 0.3)
    heard: list[messages.Any] = []

    def answer(guest: Guest, request: messages.Any) -> None:
        heard.append(request)
        if not isinstance(request, messages.Copy):
            return
        guest.say(messages.Progress(id=request.id, count=1))
        count = 1
        while chatter != "silence":
            count += 1
            guest.say(messages.Alive() if chatter == "alive" else messages.Progress(id=request.id, count=count))
            time.sleep(0.01)

    async def scenario(session: Session) -> None:
        begun = asyncio.Event()
        copying = asyncio.create_task(session.copy(("a",), ("b",), on_progress=lambda report: begun.set()))
        await begun.wait()
        copying.cancel()
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await copying
        assert time.monotonic() - started < 5
        assert (await session.stat(("f",))).name == "f"

    with_session(hostile(answer), scenario)
    if chatter == "silence":
        assert [type(message) for message in heard] == [messages.Copy, messages.Stop]


def test_a_cancel_that_nobody_asked_for_fails_that_request_alone(hostile: Hostile) -> None:
    def answer(guest: Guest, request: messages.Any) -> None:
        guest.say(messages.Failed(id=request.id, code="cancelled", count=7))

    async def scenario(session: Session) -> None:
        with pytest.raises(RemoteError) as caught:
            await session.remove(("a",), recursive=True)
        assert caught.value.code is Code.CANCELLED
        assert (await session.stat(("f",))).name == "f"

    with_session(hostile(answer), scenario)


@pytest.mark.parametrize("trick", ["refuse", "proof", "vanish", "identity"])
def test_a_side_line_that_is_not_let_in_fails_its_work(
    identity: Identity, tmp_path_factory: pytest.TempPathFactory, trick: str
) -> None:
    def conduct(guest: Guest) -> None:
        nonlocal connections
        connections += 1
        if connections == 1:
            after_welcome(lambda guest, request: None)(guest)
            return
        hello = guest.greet()
        assert hello
        attach = guest.hear_a(messages.Attach)
        assert attach.proof
        if trick == "refuse":
            guest.say(messages.Refused(code="too-many", text="no room"))
        elif trick == "proof":
            guest.say(messages.Attached(proof=b"p" * 32))

    connections = 0
    server = HostileServer(identity, conduct)
    expected: dict[str, type[WherryError]] = {
        "refuse": ConnectionLostError,
        "proof": PeerError,
        "vanish": ConnectionLostError,
        "identity": IdentityError,
    }

    async def scenario(session: Session) -> None:
        if trick == "identity":
            session._side._fingerprint = "SHA256:another"
        with pytest.raises(expected[trick]):
            await session.digest(("a",))
        if trick != "proof":
            assert (await session.stat(("f",))).name == "f"

    try:
        with_session(server, scenario)
    finally:
        server.close()


def test_an_older_server_is_told_nothing_that_it_does_not_know(identity: Identity, monkeypatch: Any) -> None:
    heard: list[messages.Any] = []

    def answer(guest: Guest, request: messages.Any) -> None:
        heard.append(request)
        guest.say(messages.Done(id=request.id, count=2))

    class OldGuest(Guest):
        def greet(self) -> messages.Hello:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(limits, "VERSION", (1, 0))
                return super().greet()

    def conduct(guest: Guest) -> None:
        old = OldGuest(guest.socket, guest.binding)
        after_welcome(answer)(old)

    server = HostileServer(identity, conduct)

    async def scenario(session: Session) -> None:
        with pytest.raises(RemoteError) as caught:
            await session.copy(("a",), ("b",))
        assert caught.value.code is Code.UNSUPPORTED
        with pytest.raises(RemoteError) as caught:
            await search(session)
        assert caught.value.code is Code.UNSUPPORTED
        assert await session.remove(("a",), recursive=True) == 2

    try:
        with_session(server, scenario)
    finally:
        server.close()
    assert [type(message) for message in heard] == [messages.Remove]


# --- a client that lies


def ping(intruder: Intruder, number: int = 99) -> None:
    intruder.say(messages.Ping(id=number))
    assert intruder.hear() == messages.Done(id=number)


def test_stop_of_nothing_is_nothing(desk: Desk) -> None:
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        intruder.say(*(messages.Stop(id=number) for number in range(5000)))
        ping(intruder, 7)
        # A Stop that came before its request is of an older one of that number.
        (desk.home / "a").mkdir()
        intruder.say(messages.Stop(id=8), messages.Remove(id=8, path=(b"a",), recursive=True))
        assert intruder.hear() == messages.Done(id=8, count=1)


def test_stop_right_behind_its_request_stops_it(desk: Desk) -> None:
    for number in range(50):
        random_file(desk.home / "a" / str(number), 10)
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        intruder.say(messages.Copy(id=1, source=(b"a",), target=(b"b",)), messages.Stop(id=1))
        failed = intruder.hear_a(messages.Failed)
        assert (failed.id, failed.code) == (1, "cancelled")
        intruder.say(messages.Remove(id=2, path=(b"a",), recursive=True), messages.Stop(id=2))
        failed = intruder.hear_a(messages.Failed)
        assert (failed.code, 50 - failed.count) == ("cancelled", len(os.listdir(desk.home / "a")))
        ping(intruder)
    assert sorted(os.listdir(desk.home)) in ([STAGING_NAME, "a"], ["a"])


def test_what_is_pipelined_behind_long_work_keeps_its_order(desk: Desk) -> None:
    """Looking ahead for a Stop must lose nothing, put nothing out of order, and not run into an upload's content."""
    for number in range(300):
        random_file(desk.home / "a" / str(number), 10)
    content = b"content"
    root = root_of(len(content), [digest_block(content)])
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        intruder.say(
            messages.Copy(id=1, source=(b"a",), target=(b"b",)),
            messages.Stat(id=2, path=(b"a",)),
            messages.Copy(id=3, source=(b"a",), target=(b"c",)),
            messages.Stop(id=3),
            messages.MakeFolder(id=4, path=(b"d",)),
            messages.Put(id=5, path=(b"d", b"f"), size=len(content), mtime_ns=0, inline=True),
        )
        intruder.content(content)
        intruder.say(messages.End(id=5, root=root), *(messages.Ping(id=number) for number in range(6, 200)))
        answers = [message for message in intruder_answers(intruder, 199) if not isinstance(message, messages.Progress)]
    assert [answer.id for answer in answers] == list(range(1, 200))
    assert isinstance(answers[0], messages.Done)
    assert (answers[2].code, answers[2].path) == ("cancelled", (b"c",))
    assert isinstance(answers[4], messages.Stored)
    assert (desk.home / "d" / "f").read_bytes() == content
    assert not (desk.home / "c").exists()


def intruder_answers(intruder: Intruder, last: int) -> Iterator[messages.Any]:
    while True:
        message = intruder.hear()
        if isinstance(message, messages.Alive):
            continue
        yield message
        if message.id == last:
            return


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ((b"..", b"x"), (b"b",)),
        ((b"a",), (b"..", b"b")),
        ((b"a",), (STAGING_NAME.encode(), b"b")),
        ((STAGING_NAME.encode(),), (b"b",)),
        ((b"a",), (b"b/c",)),
        ((b"a",), (b"C:x",)),
        ((b"a",), ()),
        ((), (b"b",)),
        ((b"door", b"secret"), (b"b",)),
        ((b"a",), (b"door", b"b")),
    ],
)
def test_a_copy_leads_nowhere_else(desk: Desk, source: messages.Path, target: messages.Path) -> None:
    (desk.home / "a").write_bytes(b"a")
    outside = desk.home.parent / "outside"
    random_file(outside / "secret", 10)
    (desk.home / "door").symlink_to(outside)
    with Intruder(desk.server.address) as intruder:
        intruder.log_in()
        intruder.say(messages.Copy(id=1, source=source, target=target))
        assert intruder.hear_a(messages.Failed).code in {"bad-name", "bad-request", "permission", "not-folder"}
        ping(intruder)
    assert os.listdir(outside) == ["secret"]
    assert not os.path.lexists(desk.home / "b")
