"""Small files in a stream: each answered in order, only after it is safe; a bad one fails alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.capacity import Limit
from server.requests import arrivals
from server.requests.dispatch import Desk
from server.storage.homes import Homes
from shared import disk
from shared.errors import ConnectionLostError, PeerError
from shared.names import STAGING_NAME
from shared.protocol import messages
from shared.protocol.limits import MIN_BLOCK
from shared.protocol.messages import Exists
from tests.server.fake_exchange import FakeExchange, end_of, root_for


class Stream:
    """A client that sends small files one behind the other, without waiting."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.exchange = FakeExchange()
        self._next_id = 0

    def put(
        self,
        name: str,
        content: bytes = b"new",
        *,
        end: messages.End | None = None,
        exists: Exists = Exists.REFUSE,
        parents: bool = False,
    ) -> int:
        self._next_id += 1
        path = tuple(part.encode() for part in name.split("/"))
        request = messages.Put(
            id=self._next_id,
            path=path,
            size=len(content),
            mtime_ns=9,
            inline=True,
            exists=exists,
            parents=parents,
        )
        self.exchange.play([content] if content else [])
        self.exchange.play([end or end_of(content, self._next_id)])
        self.desk.handle(request, self.exchange)
        assert self.exchange.is_drained
        return self._next_id

    def flush(self) -> list[messages.Any]:
        self.desk.flush(self.exchange)
        return self.exchange.sent


@pytest.fixture
def stream(desk: Desk) -> Stream:
    return Stream(desk)


def visible(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and STAGING_NAME not in path.parts
    }


@pytest.mark.parametrize("size", [0, 1, 4096, MIN_BLOCK])
def test_a_small_file_is_stored_and_proven(stream: Stream, home: Path, size: int) -> None:
    content = os.urandom(size)
    stream.put("a", content)
    assert stream.flush() == [messages.Stored(id=1, root=root_for(content), reused=0)]
    assert visible(home) == {"a": content}
    assert (home / "a").stat().st_mtime_ns == 9
    assert os.listdir(home / STAGING_NAME) == []


def test_nothing_is_acknowledged_before_it_is_safe(stream: Stream, home: Path) -> None:
    for number in range(5):
        stream.put(f"f{number}")
    assert stream.exchange.sent == []
    assert visible(home) == {}
    assert [answer.id for answer in stream.flush()] == [1, 2, 3, 4, 5]
    assert len(visible(home)) == 5
    stream.flush()
    assert len(stream.exchange.sent) == 5


def test_each_failure_stays_alone_and_in_order(stream: Stream, home: Path) -> None:
    (home / "there").write_bytes(b"old")
    (home / "folder").mkdir()
    (home / "door").symlink_to("/tmp")
    bad_end = messages.End(id=3, root=root_for(b"other"))
    gave_up = messages.End(id=4, root=b"", reason="changed")
    stream.put("good")
    stream.put("there")
    stream.put("lie", end=bad_end)
    stream.put("left", end=gave_up)
    stream.put("none/x")
    stream.put("..")
    stream.put("door/x")
    stream.put("folder", exists=Exists.REPLACE)
    stream.put("there", b"newer", exists=Exists.REPLACE)
    answers = stream.flush()
    codes = [getattr(answer, "code", "stored") for answer in answers]
    assert codes == [
        "stored",
        "exists",
        "mismatch",
        "changed",
        "not-found",
        "bad-name",
        "permission",
        "is-folder",
        "stored",
    ]
    assert [answer.id for answer in answers] == list(range(1, 10))
    assert answers[1].entry.size == 3
    assert visible(home) == {"good": b"new", "there": b"newer"}
    assert os.listdir(home / STAGING_NAME) == []


def test_the_same_name_twice_is_decided_one_after_the_other(stream: Stream, home: Path) -> None:
    stream.put("a", b"first")
    stream.put("a", b"second")
    stream.put("a", b"third", exists=Exists.REPLACE)
    codes = [getattr(answer, "code", "stored") for answer in stream.flush()]
    assert codes == ["stored", "exists", "stored"]
    assert visible(home) == {"a": b"third"}


def test_another_request_is_answered_after_them(stream: Stream, desk: Desk) -> None:
    stream.put("a")
    desk.handle(messages.Stat(id=2, path=(b"a",)), stream.exchange)
    assert [type(answer).__name__ for answer in stream.exchange.sent] == ["Stored", "Stated"]


def test_groups_have_bounds(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "MAX_FILES", 3)
    for number in range(4):
        stream.put(f"f{number}")
    assert len(stream.exchange.sent) == 3
    monkeypatch.setattr(arrivals, "MAX_BYTES", 10)
    stream.put("big", b"x" * 10)
    assert len(stream.exchange.sent) == 5


def test_a_large_group_in_many_folders_is_stored_whole(stream: Stream, home: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    expected = {}
    for number in range(arrivals.MAX_FILES * 2):
        name = f"d{number % 7}/e/f{number}"
        expected[name] = str(number).encode()
        stream.put(name, expected[name], parents=True)
    answers = stream.flush()
    assert all(isinstance(answer, messages.Stored) for answer in answers)
    assert visible(home) == expected
    # The staging folder stays open for the session.
    assert len(os.listdir("/proc/self/fd")) == before + 1


def test_a_connection_that_dies_takes_what_was_not_answered_with_it(stream: Stream, desk: Desk, home: Path) -> None:
    stream.put("a")
    request = messages.Put(id=2, path=(b"b",), size=10, mtime_ns=0, inline=True)
    stream.exchange.play([b"half"])
    with pytest.raises(ConnectionLostError):
        desk.handle(request, stream.exchange)
    desk.leave(stream.exchange)
    assert visible(home) == {}
    assert os.listdir(home / STAGING_NAME) == []
    again = Stream(desk)
    again.put("a")
    assert isinstance(again.flush()[0], messages.Stored)


def test_content_without_its_end_breaks_the_protocol(stream: Stream, desk: Desk) -> None:
    request = messages.Put(id=1, path=(b"a",), size=0, mtime_ns=0, inline=True)
    stream.exchange.play([messages.Block(id=1, index=0, digest=b"x" * 32)])
    with pytest.raises(PeerError):
        desk.handle(request, stream.exchange)


def test_a_disk_that_cannot_sync_acknowledges_nothing(
    stream: Stream, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        stream.put(f"f{number}")

    def broken(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "sync_file_system", broken)
    monkeypatch.setattr(os, "fsync", broken)
    assert {answer.code for answer in stream.flush()} == {"no-space"}
    assert visible(home) == {}


def test_streams_of_one_session_do_not_answer_for_each_other(desk: Desk, home: Path) -> None:
    one, two = Stream(desk), Stream(desk)
    one.put("a")
    two.put("b")
    two.put("a")
    assert len(two.flush()) == 2
    assert two.exchange.sent[1].code == "busy"
    assert one.exchange.sent == []
    assert isinstance(one.flush()[0], messages.Stored)


def test_a_quota_is_kept_to_the_byte(home: Path) -> None:
    opened = Homes().open(home, "anna", Limit(10))
    desk = Desk(opened)
    stream = Stream(desk)
    for name, content in (("a", b"12345"), ("b", b"123456"), ("c", b"12345"), ("d", b"1")):
        stream.put(name, content)
    assert [getattr(answer, "code", "stored") for answer in stream.flush()] == [
        "stored",
        "quota",
        "stored",
        "quota",
    ]
    desk.close()
    opened.close()
