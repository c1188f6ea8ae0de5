"""The desk: permission before anything, every request answered once, connections kept apart."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from server.requests.dispatch import Desk
from server.storage.mounts import Home
from shared.errors import ConnectionLostError
from shared.names import STAGING_NAME
from shared.protocol import messages
from tests.server.fake_exchange import FakeExchange, end_of, honest_client

CHANGING: list[messages.Requests] = [
    messages.MakeFolder(id=1, path=(b"new",)),
    messages.Rename(id=1, source=(b"a",), target=(b"b",)),
    messages.Remove(id=1, path=(b"a",)),
    messages.Copy(id=1, source=(b"a",), target=(b"new",)),
    messages.SetAttributes(id=1, path=(b"a",), mode=0),
    messages.Discard(id=1, path=(b"a",)),
    messages.Put(id=1, path=(b"new",), size=3, mtime_ns=0),
    messages.Put(id=1, path=(b"new",), size=3, mtime_ns=0, parents=True, inline=True),
]
LOOKING: list[messages.Requests] = [
    messages.List(id=1, path=()),
    messages.Stat(id=1, path=(b"a",)),
    messages.Space(id=1),
    messages.DigestOf(id=1, path=(b"a",)),
    messages.Search(id=1, path=(), pattern="a"),
    messages.Ping(id=1),
    messages.Get(id=1, path=(b"a",)),
]


OF_OTHERS = {messages.ProvePassword, messages.ChangePassword, messages.Assist}
"""Tried in test_password.py and test_joint.py: they need something that came before."""


def test_the_lists_here_name_every_request() -> None:
    tested = {type(request) for request in CHANGING + LOOKING} | OF_OTHERS
    assert tested == set(messages.Requests.__args__)


@pytest.mark.parametrize("request_", CHANGING, ids=lambda request_: type(request_).__name__)
def test_an_account_that_may_only_read_changes_nothing(
    reading_desk: Desk, home: Path, request_: messages.Requests
) -> None:
    (home / "a").write_bytes(b"abc")
    before = (home / "a").stat()
    is_inline = isinstance(request_, messages.Put) and request_.inline
    exchange = FakeExchange([b"xyz", end_of(b"xyz")] if is_inline else [])
    reading_desk.handle(request_, exchange)
    reading_desk.flush(exchange)
    assert [answer.code for answer in exchange.sent] == ["read-only"]
    assert exchange.is_drained
    assert os.listdir(home) == ["a"]
    assert (home / "a").stat() == before


@pytest.mark.parametrize("request_", LOOKING, ids=lambda request_: type(request_).__name__)
def test_an_account_that_may_only_read_reads(reading_desk: Desk, home: Path, request_: messages.Requests) -> None:
    (home / "a").write_bytes(b"abc")
    exchange = FakeExchange()
    reading_desk.handle(request_, exchange)
    assert exchange.sent
    assert not any(isinstance(answer, messages.Failed) for answer in exchange.sent)


@pytest.mark.parametrize("request_", CHANGING + LOOKING, ids=lambda request_: type(request_).__name__)
def test_every_request_gets_its_last_answer(desk: Desk, home: Path, request_: messages.Requests) -> None:
    (home / "a").write_bytes(b"abc")
    is_inline = isinstance(request_, messages.Put) and request_.inline
    exchange = FakeExchange([b"xyz", end_of(b"xyz")] if is_inline else [], honest_client(b"xyz"))
    desk.handle(request_, exchange)
    desk.flush(exchange)
    last = exchange.sent[-1]
    assert not isinstance(last, messages.Failed)
    assert {answer.id for answer in exchange.sent} == {1}
    assert exchange.is_drained


def test_a_bug_in_a_handler_comes_through_and_holds_nothing(
    desk: Desk, opened: Home, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CVE-2018-7749 class: whatever a handler raises, no handle and no claim stay behind."""
    (home / "a").write_bytes(b"x" * 1_000_000)

    class BugError(Exception):
        pass

    def broken(message: messages.Any) -> list[messages.Any | bytes]:
        raise BugError

    desk.handle(messages.Put(id=1, path=(b"warm",), size=0, mtime_ns=0), FakeExchange(react=honest_client(b"")))
    before = len(os.listdir("/proc/self/fd"))
    for request in (
        messages.Get(id=1, path=(b"a",)),
        messages.List(id=1, path=()),
        messages.Put(id=1, path=(b"b",), size=3, mtime_ns=0),
    ):
        exchange = FakeExchange(react=broken)
        with pytest.raises(BugError):
            desk.handle(request, exchange)
        desk.leave(exchange)
        assert exchange.meters == exchange.ended
    assert len(os.listdir("/proc/self/fd")) == before
    exchange = FakeExchange(react=honest_client(b"xyz"))
    desk.handle(messages.Put(id=1, path=(b"b",), size=3, mtime_ns=0), exchange)
    assert isinstance(exchange.sent[-1], messages.Stored)


def test_closing_the_desk_drops_what_was_not_answered(desk: Desk, home: Path) -> None:
    exchange = FakeExchange([b"xyz", end_of(b"xyz")])
    desk.handle(messages.Put(id=1, path=(b"b",), size=3, mtime_ns=0, inline=True), exchange)
    desk.close()
    desk.flush(exchange)
    assert exchange.sent == []
    assert os.listdir(home) == [STAGING_NAME]
    assert os.listdir(home / STAGING_NAME) == []


def test_leaving_twice_or_never_having_come_is_no_error(desk: Desk) -> None:
    exchange = FakeExchange()
    desk.leave(exchange)
    desk.flush(exchange)
    desk.leave(exchange)


def test_many_workers_use_one_desk(desk: Desk, home: Path) -> None:
    failures: list[object] = []

    def work(worker: int) -> None:
        exchange = FakeExchange()
        for number in range(40):
            content = f"{worker}/{number}".encode()
            name = f"{worker}-{number}".encode()
            exchange.play([content, end_of(content, number)])
            request = messages.Put(
                id=number, path=(b"d", name), size=len(content), mtime_ns=0, inline=True, parents=True
            )
            desk.handle(request, exchange)
            if number % 9 == 0:
                desk.handle(messages.Stat(id=1000, path=(b"d", name)), exchange)
        desk.flush(exchange)
        desk.leave(exchange)
        failures.extend(answer for answer in exchange.sent if isinstance(answer, messages.Failed))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(os.listdir(home / "d")) == 240
    for path in (home / "d").iterdir():
        assert path.read_text().replace("/", "-") == path.name


def test_a_line_that_dies_while_answering_comes_through(desk: Desk, home: Path) -> None:
    def dead(message: messages.Any) -> list[messages.Any | bytes]:
        raise ConnectionLostError("gone")

    exchange = FakeExchange([b"xyz", end_of(b"xyz")], dead)
    desk.handle(messages.Put(id=1, path=(b"b",), size=3, mtime_ns=0, inline=True), exchange)
    with pytest.raises(ConnectionLostError):
        desk.flush(exchange)
    desk.leave(exchange)
    assert (home / "b").read_bytes() == b"xyz", "stored, though nobody could be told"
