"""Changes of names: many share a sync, none is answered before it, and answers keep their order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.requests import settling
from server.requests.dispatch import Desk
from shared.protocol import messages
from tests.server.fake_exchange import FakeExchange, end_of


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which folders were synced, in order."""
    names: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        names.append(os.path.basename(os.readlink(f"/proc/self/fd/{handle}")))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


def make(number: int, *path: bytes) -> messages.MakeFolder:
    return messages.MakeFolder(id=number, path=path)


def test_many_changes_share_a_sync_and_are_answered_after_it(desk: Desk, home: Path, synced: list[str]) -> None:
    exchange = FakeExchange()
    for number in range(100):
        desk.handle(make(number, b"%d" % number), exchange)
    desk.handle(messages.Rename(id=100, source=(b"1",), target=(b"2", b"x")), exchange)
    assert exchange.sent == []
    assert synced == []
    desk.flush(exchange)
    assert [answer.id for answer in exchange.sent] == list(range(101))
    assert synced == ["home", "2"]
    assert (home / "2" / "x").is_dir()


def test_what_is_refused_keeps_its_place(desk: Desk, home: Path) -> None:
    exchange = FakeExchange()
    for number, name in enumerate((b"a", b"a", b"..", b"b")):
        desk.handle(make(number, name), exchange)
    desk.flush(exchange)
    codes = [getattr(answer, "code", "done") for answer in exchange.sent]
    # What may not even be asked is answered at once, and what waited before it.
    assert codes == ["done", "exists", "bad-name", "done"]
    assert [answer.id for answer in exchange.sent] == [0, 1, 2, 3]


def test_other_requests_and_uploads_wait_for_the_changes_before_them(desk: Desk, home: Path, synced: list[str]) -> None:
    exchange = FakeExchange([b"xyz", end_of(b"xyz", 2)])
    desk.handle(make(1, b"a"), exchange)
    desk.handle(messages.Put(id=2, path=(b"a", b"f"), size=3, mtime_ns=0, inline=True), exchange)
    assert [answer.id for answer in exchange.sent] == [1]
    desk.handle(make(3, b"b"), exchange)
    assert [answer.id for answer in exchange.sent] == [1, 2]
    desk.handle(messages.Stat(id=4, path=(b"b",)), exchange)
    assert [answer.id for answer in exchange.sent] == [1, 2, 3, 4]
    assert isinstance(exchange.sent[1], messages.Stored)
    assert "home" in synced


def test_so_many_wait_at_most(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MAX_CHANGES", 10)
    exchange = FakeExchange()
    for number in range(25):
        desk.handle(make(number, b"%d" % number), exchange)
    assert len(exchange.sent) == 20
    desk.flush(exchange)
    assert len(exchange.sent) == 25


def test_folders_that_wait_hold_a_bounded_number_of_handles(desk: Desk, home: Path) -> None:
    for number in range(200):
        (home / str(number)).mkdir()
    before = len(os.listdir("/proc/self/fd"))
    exchange = FakeExchange()
    for number in range(200):
        desk.handle(make(number, b"%d" % number, b"x"), exchange)
        assert len(os.listdir("/proc/self/fd")) < before + 70
    desk.flush(exchange)
    assert len(os.listdir("/proc/self/fd")) == before
    assert [answer.id for answer in exchange.sent] == list(range(200))


def test_a_disk_that_cannot_sync_is_no_success(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    exchange = FakeExchange()
    desk.handle(make(1, b"a"), exchange)
    desk.handle(make(2, b"a"), exchange)
    desk.flush(exchange)
    assert [answer.code for answer in exchange.sent] == ["io", "exists"]


def test_a_connection_that_ends_takes_its_handles_along(desk: Desk) -> None:
    before = len(os.listdir("/proc/self/fd"))
    exchange = FakeExchange()
    desk.handle(make(1, b"a"), exchange)
    desk.leave(exchange)
    assert exchange.sent == []
    assert len(os.listdir("/proc/self/fd")) == before
