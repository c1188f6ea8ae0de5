"""Looking: complete listings in bounded messages, exact answers, named failures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.requests import browse
from server.requests.dispatch import Desk
from shared.entries import Kind
from shared.protocol import limits, messages
from shared.protocol.limits import MIN_BLOCK
from tests.server.fake_exchange import FakeExchange, root_for


def ask(desk: Desk, request: messages.Requests) -> list[messages.Any]:
    exchange = FakeExchange()
    desk.handle(request, exchange)
    return exchange.sent


def test_a_large_folder_comes_in_bounded_batches(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {f"{number:03}-" + "x" * 200 for number in range(300)}
    for name in names:
        (home / name).touch()
    monkeypatch.setattr(limits, "LISTING_BATCH_ENTRIES", 100)
    monkeypatch.setattr(limits, "LISTING_BATCH_BYTES", 10_000)
    batches = ask(desk, messages.List(id=1, path=()))
    assert [batch.more for batch in batches] == [True] * (len(batches) - 1) + [False]
    assert len(batches) > 6
    assert all(len(messages.encode(batch)) < 12_000 for batch in batches)
    found = [entry.name.decode() for batch in batches for entry in batch.entries]
    assert sorted(found) == sorted(names)


def test_a_full_batch_of_the_longest_names_fits_a_frame(desk: Desk, home: Path) -> None:
    for number in range(1100):
        (home / f"{number:04}{'x' * 251}").touch()
    batches = ask(desk, messages.List(id=1, path=()))
    assert sum(len(batch.entries) for batch in batches) == 1100
    assert all(len(messages.encode(batch)) < limits.MAX_CONTROL for batch in batches)


def test_an_empty_folder_is_one_empty_batch(desk: Desk) -> None:
    assert ask(desk, messages.List(id=7, path=())) == [messages.Entries(id=7, entries=(), more=False)]


def test_a_listing_has_an_end(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        (home / str(number)).touch()
    monkeypatch.setattr(limits, "MAX_LISTING_ENTRIES", 4)
    assert ask(desk, messages.List(id=1, path=()))[-1].code == "too-large"


@pytest.mark.parametrize(
    ("path", "code"),
    [((b"none",), "not-found"), ((b"..",), "bad-name"), ((b"file",), "not-folder"), ((b"door",), "permission")],
)
def test_what_cannot_be_listed_fails_by_name(desk: Desk, home: Path, path: tuple[bytes, ...], code: str) -> None:
    (home / "file").touch()
    (home / "door").symlink_to("/")
    (answer,) = ask(desk, messages.List(id=1, path=path))
    assert isinstance(answer, messages.Failed)
    assert answer.code == code
    assert answer.text
    assert answer.path == (() if code == "bad-name" else path)


def test_an_entry_is_told_exactly(desk: Desk, home: Path) -> None:
    raw = b"\xff\xe9"
    path = os.path.join(os.fsencode(home), raw)
    with open(path, "wb") as file:
        file.write(b"12345")
    os.chmod(path, 0o604)
    os.utime(path, ns=(0, -5))
    (answer,) = ask(desk, messages.Stat(id=1, path=(raw,)))
    assert answer.entry == messages.Entry(raw, Kind.FILE, 5, -5, 0o604)


def test_space_is_told(desk: Desk) -> None:
    (answer,) = ask(desk, messages.Space(id=3))
    assert 0 < answer.free <= answer.total


@pytest.mark.parametrize("size", [0, 1, MIN_BLOCK, MIN_BLOCK + 1])
def test_a_digest_is_that_of_the_content(desk: Desk, home: Path, size: int) -> None:
    content = os.urandom(size)
    (home / "a").write_bytes(content)
    (answer,) = ask(desk, messages.DigestOf(id=1, path=(b"a",)))
    assert answer == messages.Digested(id=1, size=size, root=root_for(content))


@pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
def test_a_file_that_changes_has_no_digest(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    (home / "a").write_bytes(b"12345")
    whole = browse.digest_range

    def digest_range(handle: int, offset: int, length: int, buffer: memoryview) -> bytes | None:
        if change == "shrink":
            os.truncate(home / "a", 3)
        digest = whole(handle, offset, length, buffer)
        if change == "grow":
            (home / "a").write_bytes(b"123456")
        elif change == "touch":
            os.utime(home / "a", ns=(1, 1))
        return digest

    monkeypatch.setattr(browse, "digest_range", digest_range)
    (answer,) = ask(desk, messages.DigestOf(id=1, path=(b"a",)))
    assert answer.code == "changed"
