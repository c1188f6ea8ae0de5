"""Copies as the desk sees them: what is refused before anything is done, and what an account may copy where."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from server.capacity import UNLIMITED, Limit
from server.requests import copying
from server.requests.dispatch import Desk
from server.storage.homes import Homes
from server.storage.jail import Jail
from shared.names import STAGING_NAME
from shared.permissions import FULL, LOOK, Permission
from shared.protocol import messages
from shared.protocol.messages import Exists
from tests.server.fake_exchange import FakeExchange


def ask(desk: Desk, source: str, target: str, *, replace: bool = False) -> messages.Any:
    exists = Exists.REPLACE if replace else Exists.REFUSE
    paths = [tuple(part.encode() for part in path.split("/") if part) for path in (source, target)]
    exchange = FakeExchange()
    desk.handle(messages.Copy(id=1, source=paths[0], target=paths[1], exists=exists), exchange)
    (answer,) = exchange.sent
    return answer


def fill(home: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "f").write_bytes(b"content")
    (home / "file").write_bytes(b"x")


def test_a_folder_and_a_file_are_copied(desk: Desk, home: Path) -> None:
    fill(home)
    assert ask(desk, "a", "c") == messages.Done(id=1, count=3, size=7)
    assert (home / "c" / "b" / "f").read_bytes() == b"content"
    assert ask(desk, "file", "c/file") == messages.Done(id=1, count=1, size=1)
    assert os.listdir(home / STAGING_NAME) == []


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("", "x", "bad-request"),
        ("a", "", "bad-request"),
        ("a", "a", "bad-request"),
        ("a", "a/b/c", "bad-request"),
        ("nowhere", "x", "not-found"),
        ("a", "nowhere/x", "not-found"),
        ("a", "file/x", "not-folder"),
        ("file/x", "x", "not-folder"),
        ("a", "file", "exists"),
        ("file", "a", "exists"),
        (STAGING_NAME, "x", "bad-name"),
        ("a", STAGING_NAME + "/x", "bad-name"),
        ("a/../a", "x", "bad-name"),
    ],
)
def test_what_cannot_be_is_refused_with_nothing_done(
    desk: Desk, home: Path, source: str, target: str, code: str
) -> None:
    fill(home)
    before = sorted(str(path) for path in home.rglob("*") if STAGING_NAME not in path.parts)
    assert ask(desk, source, target).code == code
    assert sorted(str(path) for path in home.rglob("*") if STAGING_NAME not in path.parts) == before


def test_what_is_there_is_told(desk: Desk, home: Path) -> None:
    fill(home)
    answer = ask(desk, "a/b/f", "file")
    assert (answer.code, answer.path, answer.entry.size) == ("exists", (b"file",), 1)


def test_a_disk_that_is_too_small_is_told_before_it_is_full(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    monkeypatch.setattr(Jail, "space", lambda jail: (6, 100))
    monkeypatch.setattr("server.storage.jail_posix.clone_file", lambda source, target: False)
    for source in ("a", "a/b/f"):
        answer = ask(desk, source, "c")
        assert (answer.code, answer.path) == ("no-space", (b"c",))
    assert os.listdir(home / STAGING_NAME) == []


def test_contents_that_are_shared_need_no_space(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def clone(source: int, target: int) -> bool:
        os.write(target, os.pread(source, 100, 0))
        return True

    fill(home)
    monkeypatch.setattr(Jail, "space", lambda jail: (0, 100))
    monkeypatch.setattr("server.storage.jail_posix.clone_file", clone)
    assert isinstance(ask(desk, "a", "c"), messages.Done)
    assert (home / "c" / "b" / "f").read_bytes() == b"content"


def test_a_folder_is_not_copied_into_itself_by_another_spelling(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a disk folds names the paths say nothing; the folders do."""
    fill(home)
    monkeypatch.setattr(copying, "decode_path", lambda raw: ("A", "b", "c") if raw == (b"copy",) else ("a",))
    real = Jail.open_folder

    def open_folder(jail: Jail, path: tuple[str, ...], *, make: bool = False) -> object:
        return real(jail, tuple(part.lower() for part in path), make=make)

    monkeypatch.setattr(Jail, "open_folder", open_folder)
    assert ask(desk, "a", "copy").code == "bad-request"


# --- shared folders and permissions


ADD = Permission.WRITE | Permission.MAKE_FOLDER


@dataclass
class Share:
    name: str
    folder: Path
    permissions: Permission = FULL
    limit: Limit = field(default=UNLIMITED)


@pytest.fixture
def team(tmp_path: Path) -> Path:
    folder = tmp_path / "team"
    folder.mkdir()
    return folder


def desk_with(home: Path, *shares: Share, permissions: Permission = FULL) -> Iterator[Desk]:
    opened = Homes().open(home, "anna", permissions=permissions, shares=shares)
    desk = Desk(opened)
    yield desk
    desk.close()
    opened.close()


def test_a_copy_goes_from_home_to_a_shared_folder_and_back(home: Path, team: Path) -> None:
    fill(home)
    for desk in desk_with(home, Share("team", team)):
        assert ask(desk, "a", "team/a") == messages.Done(id=1, count=3, size=7)
        assert ask(desk, "team/a/b/f", "f") == messages.Done(id=1, count=1, size=7)
        assert ask(desk, "team", "x").code == "bad-request"
    assert (team / "a" / "b" / "f").read_bytes() == b"content"
    assert (home / "f").read_bytes() == b"content"


def test_the_limit_is_that_of_the_target(home: Path, team: Path) -> None:
    fill(home)
    for desk in desk_with(home, Share("team", team, limit=Limit(5))):
        assert ask(desk, "a", "team/a").code == "quota"
        assert ask(desk, "a", "c") == messages.Done(id=1, count=3, size=7)
    assert [name for name in os.listdir(team) if name != STAGING_NAME] == []


@pytest.mark.parametrize(
    ("permissions", "source", "target", "replace", "code"),
    [
        (LOOK, "a", "team/a", False, "read-only"),
        (LOOK, "team/t", "t", False, None),
        (ADD, "a", "team/a", False, None),
        (ADD, "team/t", "t", False, "permission"),
        (ADD, "file", "team/t", True, "permission"),
        (ADD | Permission.OVERWRITE, "file", "team/t", True, None),
        (FULL & ~Permission.WRITE, "file", "team/x", False, "permission"),
        (FULL & ~Permission.MAKE_FOLDER, "a", "team/a", False, "permission"),
        (FULL & ~Permission.LIST, "team/t", "t", False, "permission"),
    ],
)
def test_a_copy_reads_here_and_writes_there(
    home: Path, team: Path, permissions: Permission, source: str, target: str, replace: bool, code: str | None
) -> None:
    fill(home)
    (team / "t").write_bytes(b"old")
    for desk in desk_with(home, Share("team", team, permissions)):
        answer = ask(desk, source, target, replace=replace)
        assert getattr(answer, "code", None) == code
    if code is not None:
        assert (team / "t").read_bytes() == b"old"
        assert not (home / "t").exists()
