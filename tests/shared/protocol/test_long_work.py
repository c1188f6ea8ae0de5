"""Progress, findings and Stop: what may be said when, and that nothing of it goes on for ever."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.entries import Kind
from shared.errors import PeerError
from shared.protocol import frames, limits, messages
from shared.protocol.client import ClientConversation
from shared.protocol.server import ServerConversation
from shared.protocol.states import State
from tests.shared.protocol.test_conversation import NONCE, pair, pump

LONG = {
    "remove": (messages.Remove(id=1, path=(b"a",), recursive=True), messages.Done(id=1, count=5)),
    "copy": (messages.Copy(id=1, source=(b"a",), target=(b"b",)), messages.Done(id=1, count=5)),
    "digest": (messages.DigestOf(id=1, path=(b"a",)), messages.Digested(id=1, size=1, root=b"r" * 32)),
    "search": (messages.Search(id=1, path=(), pattern="x"), messages.Found(id=1, matches=(), more=False)),
}

SHORT = {
    "stat": messages.Stat(id=1, path=()),
    "list": messages.List(id=1, path=()),
    "rename": messages.Rename(id=1, source=(b"a",), target=(b"b",)),
    "space": messages.Space(id=1),
    "get": messages.Get(id=1, path=(b"a",)),
}


def asked(request: messages.Any) -> tuple[ClientConversation, ServerConversation]:
    client, server = pair()
    client.send(request)
    assert pump(client, server) == [request]
    return client, server


def match(number: int) -> messages.Match:
    return messages.Match((b"a",), messages.Entry(b"%d" % number, Kind.FILE, 0, 0, 0o644))


@pytest.mark.parametrize("kind", LONG)
def test_progress_comes_before_the_answer(kind: str) -> None:
    request, answer = LONG[kind]
    client, server = asked(request)
    reports = [messages.Progress(id=1, count=n, size=10 * n, total_count=9, total_size=90) for n in (1, 2, 9)]
    for message in (*reports, answer):
        server.send(message)
    assert pump(server, client) == [*reports, answer]
    assert client.unanswered == 0


@pytest.mark.parametrize("kind", SHORT)
def test_what_is_short_has_no_progress(kind: str) -> None:
    client, server = asked(SHORT[kind])
    server.send(messages.Progress(id=1, count=1))
    with pytest.raises(PeerError, match="is no answer"):
        pump(server, client)


def test_progress_of_nothing_that_was_asked_ends_it() -> None:
    client, server = pair()
    server.send(messages.Progress(id=7, count=1))
    with pytest.raises(PeerError, match="nothing that was asked"):
        pump(server, client)


def test_progress_of_another_request_than_the_one_whose_turn_it_is_ends_it() -> None:
    client, server = asked(LONG["copy"][0])
    client.send(messages.Remove(id=2, path=(b"c",), recursive=True))
    server.send(messages.Progress(id=2, count=1))
    with pytest.raises(PeerError, match="out of turn"):
        pump(server, client)


def test_progress_after_the_answer_ends_it() -> None:
    client, server = asked(LONG["copy"][0])
    server.send(messages.Done(id=1))
    server.send(messages.Progress(id=1, count=1))
    with pytest.raises(PeerError):
        pump(server, client)


def test_progress_for_ever_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PROGRESS", 50)
    client, server = asked(LONG["copy"][0])
    for count in range(1, 52):
        server.send(messages.Progress(id=1, count=count))
    with pytest.raises(PeerError, match="never ends"):
        pump(server, client)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=20))
def test_progress_goes_on_or_ends_it(reports: list[tuple[int, int]]) -> None:
    client, server = asked(LONG["remove"][0])
    before, is_fine = (0, 0), True
    for report in reports:
        is_fine = report != before and report[0] >= before[0] and report[1] >= before[1]
        server.send(messages.Progress(id=1, count=report[0], size=report[1]))
        if not is_fine:
            break
        pump(server, client)
        before = report
    if is_fine:
        server.send(messages.Done(id=1))
        pump(server, client)
        assert client.unanswered == 0
    else:
        with pytest.raises(PeerError, match="does not go on"):
            pump(server, client)


@settings(max_examples=100)
@given(st.integers(1, 30), st.lists(st.integers(0, 10), min_size=1, max_size=8))
def test_a_search_finds_no_more_than_was_asked_for(limit: int, batches: list[int]) -> None:
    client, server = asked(messages.Search(id=1, path=(), pattern="x", limit=limit))
    total = 0
    for number, size in enumerate(batches):
        is_last = number == len(batches) - 1
        server.send(messages.Found(id=1, matches=tuple(map(match, range(size))), more=not is_last))
        total += size
        if total > limit or (not size and not is_last):
            with pytest.raises(PeerError, match=r"more than|never ends"):
                pump(server, client)
            return
        pump(server, client)
    assert client.unanswered == 0


@pytest.mark.parametrize("request_id", [1, 2, 99])
def test_stop_may_name_anything_and_is_not_answered(request_id: int) -> None:
    client, server = asked(LONG["remove"][0])
    client.send(messages.Stop(id=request_id))
    assert pump(client, server) == [messages.Stop(id=request_id)]
    server.send(messages.Failed(id=1, code="cancelled", count=3))
    assert pump(server, client) == [messages.Failed(id=1, code="cancelled", count=3)]
    assert client.unanswered == 0
    assert client.state is server.state is State.READY


def test_stop_in_the_middle_of_an_upload_is_out_of_order() -> None:
    client, _ = asked(messages.Put(id=1, path=(b"a",), size=limits.MIN_BLOCK + 1, mtime_ns=0))
    with pytest.raises(AssertionError):
        client.send(messages.Stop(id=1))


@pytest.mark.parametrize(("version", "knows"), [((1, 0), False), ((1, 1), True), ((1, 7), True)])
def test_a_peer_of_an_older_version_is_known(version: tuple[int, int], knows: bool) -> None:
    server = ServerConversation(nonce=NONCE, name="desk", agent="test")
    assert not server.knows_long_work
    payload = messages.encode(messages.Hello(version=version, nonce=NONCE))
    server.feed(frames.frame_header(frames.FrameKind.CONTROL, len(payload)) + payload)
    server.next_message()
    assert server.knows_long_work is knows


@pytest.mark.parametrize(
    "message",
    [
        {"t": "search", "id": 1, "path": [], "pattern": ""},
        {"t": "search", "id": 1, "path": [], "pattern": "x" * 256},
        {"t": "search", "id": 1, "path": [], "pattern": "x", "limit": 0},
        {"t": "search", "id": 1, "path": [], "pattern": "x", "limit": limits.MAX_FOUND + 1},
        {"t": "progress", "id": 1, "count": -1},
        {"t": "progress", "id": 1, "size": 1 << 60},
        {"t": "copy", "id": 1, "source": [b"a"], "target": [b"b"], "exists": "merge"},
        {"t": "found", "id": 1, "matches": [[[b"a"] * 257, [b"n", 0, 0, 0, 0]]], "more": False},
    ],
)
def test_what_is_out_of_range_is_refused(message: dict[str, object]) -> None:
    import msgspec

    with pytest.raises(PeerError):
        messages.decode(msgspec.msgpack.encode(message))
