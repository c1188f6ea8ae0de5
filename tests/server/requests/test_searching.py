"""Searches as the desk sees them: what is found where, in batches, and nothing that is not for this account."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.requests.dispatch import Desk
from shared.names import STAGING_NAME
from shared.permissions import FULL, LOOK, Permission
from shared.protocol import limits, messages
from tests.server.fake_exchange import FakeExchange
from tests.server.requests.test_copying import Share, desk_with


def search(desk: Desk, *path: bytes, pattern: str = "*", limit: int = 1000) -> list[messages.Any]:
    exchange = FakeExchange()
    desk.handle(messages.Search(id=1, path=path, pattern=pattern, limit=limit), exchange)
    return exchange.sent


def names(answers: list[messages.Any]) -> set[str]:
    return {
        b"/".join((*match.folder, match.entry.name)).decode()
        for answer in answers
        if isinstance(answer, messages.Found)
        for match in answer.matches
    }


def test_names_are_found_counted_from_the_folder_searched(desk: Desk, home: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "f").touch()
    assert names(search(desk)) == {"a", "a/b", "a/b/f"}
    assert names(search(desk, b"a")) == {"b", "b/f"}
    assert names(search(desk, b"a", b"b", pattern="F")) == {"f"}


def test_what_no_request_could_name_is_not_found_nor_entered(desk: Desk, home: Path) -> None:
    for folder in (STAGING_NAME, "C:drive", "fine", STAGING_NAME.upper()):
        (home / folder).mkdir()
        (home / folder / "f").touch()
    (home / "fine" / "back\\slash").touch()
    deep = home / "fine"
    for _ in range(17):
        deep = deep / ("d" * 255)
    parts = deep.relative_to(home).parts
    handle = os.open(home, os.O_RDONLY)
    for part in parts:
        if part not in os.listdir(handle):
            os.mkdir(part, dir_fd=handle)
        child = os.open(part, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = child
    os.close(handle)
    found = names(search(desk))
    assert {"fine", "fine/f"} <= found
    assert len(found) == 2 + 15
    assert max(map(len, found)) <= 4096


def test_batches_are_bounded_and_the_last_says_so(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PROGRESS_INTERVAL", 1000.0)
    for number in range(2500):
        (home / f"{number}").touch()
    answers = search(desk, limit=2500)
    # The first shows at once.
    assert [len(answer.matches) for answer in answers] == [1, 1000, 1000, 499]
    assert [answer.more for answer in answers] == [True, True, True, False]
    assert not answers[-1].is_cut
    answers = search(desk, limit=2499)
    assert sum(len(answer.matches) for answer in answers) == 2499
    assert answers[-1].is_cut


def test_long_names_make_smaller_batches(desk: Desk, home: Path) -> None:
    folder = home / ("d" * 200) / ("e" * 200)
    folder.mkdir(parents=True)
    for number in range(900):
        (folder / f"{number:0250}").touch()
    answers = search(desk)
    assert len(answers) > 1
    assert max(len(messages.encode(answer)) for answer in answers) < limits.LISTING_BATCH_BYTES + 1024


def test_a_pattern_that_is_none_is_refused(desk: Desk, home: Path) -> None:
    (answer,) = search(desk, b"nowhere")
    assert answer.code == "not-found"


def test_a_search_that_is_stopped_says_what_it_had_found(desk: Desk, home: Path) -> None:
    (home / "f").touch()
    exchange = FakeExchange()
    exchange.is_unwanted = True
    desk.handle(messages.Search(id=1, path=(), pattern="*"), exchange)
    (answer,) = exchange.sent
    assert (answer.code, answer.count) == ("cancelled", 0)


def test_shared_folders_are_searched_where_they_may_be_seen(home: Path, tmp_path: Path) -> None:
    for name in ("team", "secret", "home/team", "home/mine"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / f"f of {name.rpartition('/')[2]}").touch()
    (tmp_path / "home" / "team" / "covered").touch()
    shares = [
        Share("team", tmp_path / "team", LOOK),
        Share("secret", tmp_path / "secret", Permission.WRITE),
    ]
    for desk in desk_with(home, *shares, permissions=FULL):
        assert names(search(desk)) == {"mine", "mine/f of mine", "team", "team/f of team"}
        assert names(search(desk, b"team")) == {"f of team"}
        assert names(search(desk, pattern="covered")) == set()
        (answer,) = search(desk, b"secret")
        assert answer.code == "permission"
