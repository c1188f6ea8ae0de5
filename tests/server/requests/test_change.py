"""Changing names and attributes: done and counted, or refused with what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.capacity import Limit
from server.requests.dispatch import Desk
from server.storage.homes import Homes
from shared.entries import Kind
from shared.names import STAGING_NAME
from shared.protocol import messages
from shared.protocol.messages import Exists
from tests.server.fake_exchange import FakeExchange, end_of


def ask(desk: Desk, request: messages.Requests) -> messages.Any:
    exchange = FakeExchange()
    desk.handle(request, exchange)
    desk.flush(exchange)
    (answer,) = exchange.sent
    assert answer.id == request.id
    return answer


def test_folders_are_made(desk: Desk, home: Path) -> None:
    assert isinstance(ask(desk, messages.MakeFolder(id=1, path=(b"a", b"b"), parents=True)), messages.Done)
    assert (home / "a" / "b").is_dir()
    answer = ask(desk, messages.MakeFolder(id=2, path=(b"a",)))
    assert (answer.code, answer.path, answer.entry.kind) == ("exists", (b"a",), Kind.FOLDER)


def test_renaming_refuses_or_replaces_as_asked(desk: Desk, home: Path) -> None:
    (home / "a").write_bytes(b"a")
    (home / "b").write_bytes(b"old")
    answer = ask(desk, messages.Rename(id=1, source=(b"a",), target=(b"b",)))
    assert (answer.code, answer.path, answer.entry.size) == ("exists", (b"b",), 3)
    assert (home / "b").read_bytes() == b"old"
    answer = ask(desk, messages.Rename(id=2, source=(b"a",), target=(b"b",), exists=Exists.REPLACE))
    assert answer == messages.Done(id=2, count=1)
    assert (home / "b").read_bytes() == b"a"


def test_removing_counts(desk: Desk, home: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "c").touch()
    assert ask(desk, messages.Remove(id=1, path=(b"a",))).code == "not-empty"
    assert ask(desk, messages.Remove(id=2, path=(b"a",), recursive=True)) == messages.Done(id=2, count=3)


def test_attributes_are_set(desk: Desk, home: Path) -> None:
    (home / "a").touch()
    ask(desk, messages.SetAttributes(id=1, path=(b"a",), mtime_ns=-7, mode=0o600))
    status = (home / "a").stat()
    assert (status.st_mtime_ns, status.st_mode & 0o777) == (-7, 0o600)


@pytest.mark.parametrize(
    "request_",
    [
        messages.Remove(id=1, path=(STAGING_NAME.encode(),), recursive=True),
        messages.Rename(id=1, source=(b"a",), target=(STAGING_NAME.encode(), b"x")),
        messages.Rename(id=1, source=(STAGING_NAME.encode(), b"x"), target=(b"b",)),
        messages.MakeFolder(id=1, path=(STAGING_NAME.upper().encode(),)),
        messages.Discard(id=1, path=(b"..", b"..")),
        messages.SetAttributes(id=1, path=(b"/etc/passwd",), mode=0),
    ],
    ids=lambda request_: type(request_).__name__,
)
def test_hostile_paths_are_refused_by_name(desk: Desk, home: Path, request_: messages.Requests) -> None:
    (home / STAGING_NAME).mkdir()
    (home / STAGING_NAME / "x").touch()
    (home / "a").touch()
    answer = ask(desk, request_)
    assert answer.code == "bad-name"
    assert answer.path == ()
    assert sorted(path.name for path in home.iterdir()) == [STAGING_NAME, "a"]
    assert (home / STAGING_NAME / "x").exists()


def test_discarding_nothing_is_no_error(desk: Desk) -> None:
    assert ask(desk, messages.Discard(id=1, path=(b"a", b"b"))) == messages.Done(id=1, count=0)


@pytest.mark.parametrize("way", ["remove", "rename"])
def test_what_is_freed_can_be_used_again(home: Path, way: str) -> None:
    (home / "a").write_bytes(b"x" * 90)
    (home / "b").write_bytes(b"")
    opened = Homes().open(home, "anna", Limit(100))
    desk = Desk(opened)

    def put(name: bytes) -> messages.Any:
        content = b"y" * 50
        request = messages.Put(id=1, path=(name,), size=50, mtime_ns=0, inline=True)
        exchange = FakeExchange([content, end_of(content)])
        desk.handle(request, exchange)
        desk.flush(exchange)
        return exchange.sent[-1]

    assert put(b"c").code == "quota"
    if way == "remove":
        ask(desk, messages.Remove(id=2, path=(b"a",)))
    else:
        ask(desk, messages.Rename(id=2, source=(b"b",), target=(b"a",), exists=Exists.REPLACE))
    assert isinstance(put(b"c"), messages.Stored)
    assert isinstance(put(b"d"), messages.Stored)
    assert put(b"e").code == "quota"
    desk.close()
    opened.close()
