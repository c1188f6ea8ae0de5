"""An account's tree with folders shared in: each its own jail, limit and permissions, by names that nothing passes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.accounts.account import Share
from server.capacity import Limit
from server.requests.dispatch import Desk
from server.storage.homes import Homes
from server.storage.mounts import Home
from shared.errors import Code
from shared.names import STAGING_NAME
from shared.permissions import FULL, LOOK, NONE, Permission
from shared.protocol import messages
from shared.protocol.messages import Exists
from tests.server.fake_exchange import FakeExchange, end_of, honest_client


@dataclass
class World:
    """A home with ``lab`` (all allowed, 100 bytes and 3 files at most) and ``Photos`` (to look at) shared in."""

    home: Path
    lab: Path
    photos: Path
    opened: Home
    desk: Desk

    def ask(self, request: messages.Requests, content: bytes = b"") -> list[messages.Any]:
        is_inline = isinstance(request, messages.Put) and request.inline
        script: list[messages.Any | bytes] = [*([content] if content else []), end_of(content)] if is_inline else []
        exchange = FakeExchange(script, honest_client(content))
        self.desk.handle(request, exchange)
        self.desk.flush(exchange)
        assert exchange.is_drained
        return exchange.sent

    def names(self, *path: bytes) -> list[str]:
        answers = self.ask(messages.List(id=1, path=path))
        return [entry.name.decode() for answer in answers for entry in answer.entries]


def make(tmp_path: Path, permissions: Permission = FULL) -> Iterator[World]:
    home, lab, photos = (tmp_path / name for name in ("home", "lab", "photos"))
    for folder in (home, lab, photos):
        folder.mkdir()
    (home / "mine").write_bytes(b"mine")
    (photos / "cat").write_bytes(b"cat")
    shares = (
        Share(name="lab", folder=lab, permissions=FULL, limit=Limit(100, 3)),
        Share(name="Photos", folder=photos, permissions=LOOK),
    )
    opened = Homes().open(home, "anna", permissions=permissions, shares=shares)
    desk = Desk(opened)
    yield World(home, lab, photos, opened, desk)
    desk.close()
    opened.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from make(tmp_path)


def put(*path: bytes, size: int, inline: bool = True, exists: Exists = Exists.REFUSE) -> messages.Put:
    return messages.Put(id=1, path=path, size=size, mtime_ns=0, inline=inline, exists=exists)


def on_disk(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and STAGING_NAME not in path.parts
    }


def test_the_top_shows_what_is_shared_beside_what_is_there(world: World) -> None:
    assert sorted(world.names()) == ["Photos", "lab", "mine"]
    (stated,) = world.ask(messages.Stat(id=1, path=(b"Photos",)))
    assert (stated.entry.name, stated.entry.kind) == (b"Photos", 1)
    assert world.names(b"Photos") == ["cat"]
    assert world.desk.mounts == {"lab": FULL, "Photos": LOOK}


@pytest.mark.parametrize("inline", [True, False])
def test_files_go_into_the_folder_that_their_path_names(world: World, inline: bool) -> None:
    for path in ((b"new",), (b"lab", b"new")):
        assert isinstance(world.ask(put(*path, size=3, inline=inline), b"abc")[-1], messages.Stored)
    assert on_disk(world.home) == {"mine": b"mine", "new": b"abc"}
    assert on_disk(world.lab) == {"new": b"abc"}
    assert (world.lab / STAGING_NAME).is_dir()


def test_small_files_for_several_folders_are_answered_in_order(world: World) -> None:
    exchange = FakeExchange()
    paths: list[tuple[bytes, ...]] = [(b"a",), (b"lab", b"a"), (b"Photos", b"a"), (b"b",), (b"lab", b"b")]
    for number, path in enumerate(paths):
        exchange.play([b"abc", end_of(b"abc", number)])
        request = messages.Put(id=number, path=path, size=3, mtime_ns=0, inline=True)
        world.desk.handle(request, exchange)
    world.desk.flush(exchange)
    assert [(answer.id, type(answer).__name__) for answer in exchange.sent] == [
        (0, "Stored"),
        (1, "Stored"),
        (2, "Failed"),
        (3, "Stored"),
        (4, "Stored"),
    ]
    assert set(on_disk(world.lab)) == {"a", "b"}
    assert set(on_disk(world.photos)) == {"cat"}


def test_what_has_the_same_name_in_the_home_is_covered(world: World) -> None:
    (world.home / "Photos").mkdir()
    (world.home / "Photos" / "hidden").write_bytes(b"hidden")
    assert sorted(world.names()) == ["Photos", "lab", "mine"]
    assert world.names(b"Photos") == ["cat"]
    (answer,) = world.ask(messages.Get(id=1, path=(b"Photos", b"hidden")))
    assert answer.code == Code.NOT_FOUND
    matches = [match for answer in world.ask(messages.Search(id=1, path=(), pattern="*")) for match in answer.matches]
    assert {(*match.folder, match.entry.name) for match in matches} >= {(b"mine",), (b"Photos", b"cat")}
    assert b"hidden" not in {match.entry.name for match in matches}


ROOTS: list[messages.Requests] = [
    messages.Remove(id=1, path=(b"lab",), recursive=True),
    messages.Rename(id=1, source=(b"lab",), target=(b"labor",)),
    messages.Rename(id=1, source=(b"mine",), target=(b"lab",), exists=Exists.REPLACE),
    messages.Rename(id=1, source=(b"lab", b"x"), target=(b"lab",), exists=Exists.REPLACE),
    messages.MakeFolder(id=1, path=(b"lab",)),
    messages.SetAttributes(id=1, path=(b"lab",), mode=0),
    messages.Copy(id=1, source=(b"lab",), target=(b"copy",)),
    messages.Copy(id=1, source=(b"mine",), target=(b"lab",), exists=Exists.REPLACE),
    messages.Discard(id=1, path=(b"lab",)),
    messages.Get(id=1, path=(b"lab",)),
    put(b"lab", size=3),
    put(b"lab", size=3, inline=False, exists=Exists.REPLACE),
]


@pytest.mark.parametrize("request_", ROOTS, ids=lambda request: type(request).__name__)
def test_the_shared_folder_itself_stays_what_it_is(world: World, request_: messages.Requests) -> None:
    (world.lab / "x").write_bytes(b"x")
    before = world.lab.stat().st_mode
    (answer,) = world.ask(request_, b"abc")
    assert isinstance(answer, messages.Failed)
    assert (on_disk(world.lab), world.lab.stat().st_mode) == ({"x": b"x"}, before)
    assert on_disk(world.home) == {"mine": b"mine"}


def test_a_move_between_folders_is_refused_with_what_to_do(world: World) -> None:
    (answer,) = world.ask(messages.Rename(id=1, source=(b"mine",), target=(b"lab", b"mine")))
    assert answer.code == Code.CROSS_DEVICE
    assert "copy it there" in answer.text
    assert on_disk(world.home) == {"mine": b"mine"}


def test_a_copy_between_folders_needs_both_and_counts_for_the_target(world: World) -> None:
    def copy(source: bytes, target: bytes) -> Any:
        return world.ask(messages.Copy(id=1, source=tuple(source.split(b"/")), target=tuple(target.split(b"/"))))[-1]

    assert isinstance(copy(b"Photos/cat", b"lab/cat"), messages.Done)
    assert isinstance(copy(b"lab/cat", b"cat"), messages.Done)
    assert copy(b"mine", b"Photos/mine").code == Code.READ_ONLY
    (world.home / "large").write_bytes(bytes(98))
    assert copy(b"large", b"lab/large").code == Code.QUOTA
    assert on_disk(world.lab) == {"cat": b"cat"}
    assert on_disk(world.photos) == {"cat": b"cat"}


def test_each_folder_has_its_own_limit(world: World) -> None:
    assert world.ask(put(b"lab", b"large", size=101), bytes(101))[-1].code == Code.QUOTA
    assert isinstance(world.ask(put(b"large", size=101), bytes(101))[-1], messages.Stored)
    for name in (b"1", b"2", b"3"):
        assert isinstance(world.ask(put(b"lab", name, size=1), b"x")[-1], messages.Stored)
    assert world.ask(put(b"lab", b"4", size=1), b"x")[-1].code == Code.QUOTA
    assert isinstance(world.ask(put(b"lab", b"3", size=2, exists=Exists.REPLACE), b"xy")[-1], messages.Stored)
    world.ask(messages.Remove(id=1, path=(b"lab", b"1")))
    assert isinstance(world.ask(put(b"lab", b"4", size=1), b"x")[-1], messages.Stored)


def test_the_space_left_is_what_the_quota_leaves(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(bytes(300))
    opened = Homes().open(tmp_path, "anna", Limit(1000))
    desk = Desk(opened)
    exchange = FakeExchange()
    desk.handle(messages.Space(id=1), exchange)
    desk.close()
    opened.close()
    (answer,) = exchange.sent
    assert (answer.free, answer.total) == (700, 1000)


def test_errors_name_the_path_that_was_asked_for(world: World) -> None:
    (answer,) = world.ask(messages.Remove(id=1, path=(b"lab", b"a", b"b")))
    assert (answer.code, answer.path) == (Code.NOT_FOUND, (b"lab", b"a", b"b"))


def test_the_jail_of_a_shared_folder_holds(world: World, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (world.lab / "door").symlink_to(tmp_path)
    (world.lab / "way-home").symlink_to(world.home)
    for path in ((b"lab", b"door", b"secret"), (b"lab", b"way-home", b"mine"), (b"lab", b"..", b"home", b"mine")):
        for request in (messages.Get(id=1, path=path), messages.Remove(id=1, path=path)):
            (answer,) = world.ask(request)
            assert answer.code in {Code.PERMISSION, Code.BAD_NAME}
    (answer,) = world.ask(messages.List(id=1, path=(b"lab", STAGING_NAME.encode())))
    assert answer.code == Code.BAD_NAME


def test_without_listing_the_home_shows_only_what_is_shared(tmp_path: Path) -> None:
    for world in make(tmp_path, permissions=NONE):
        assert sorted(world.names()) == ["Photos", "lab"]
        (answer,) = world.ask(messages.Stat(id=1, path=(b"mine",)))
        assert answer.code == Code.PERMISSION


def test_a_folder_that_is_not_there_is_left_out_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = len(os.listdir("/proc/self/fd"))
    opened = Homes().open(home, "anna", shares=[Share(name="usb", folder=tmp_path / "unplugged")])
    assert opened.mounts == {}
    opened.close()
    opened.close()
    assert "usb" in caplog.text
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_home_that_cannot_be_opened_leaves_no_handle(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(Exception, match="cannot be opened"):
        Homes().open(tmp_path / "none", "anna", shares=[Share(name="lab", folder=tmp_path / "lab")])
    assert len(os.listdir("/proc/self/fd")) == before


def test_two_accounts_with_one_folder_share_its_limit_and_its_claims(tmp_path: Path) -> None:
    homes = Homes()
    desks = []
    (tmp_path / "lab").mkdir()
    for name in ("anna", "bert"):
        (tmp_path / name).mkdir()
        share = Share(name=f"{name}s", folder=tmp_path / "lab", permissions=FULL, limit=Limit(10))
        opened = homes.open(tmp_path / name, name, shares=[share])
        desks.append((Desk(opened), opened))
    for number, expected in ((0, messages.Stored), (1, messages.Failed)):
        exchange = FakeExchange([b"sixsix", end_of(b"sixsix")])
        top = (b"annas", b"berts")[number]
        desks[number][0].handle(
            messages.Put(id=1, path=(top, b"%d" % number), size=6, mtime_ns=0, inline=True), exchange
        )
        desks[number][0].flush(exchange)
        assert isinstance(exchange.sent[-1], expected)
    for desk, opened in desks:
        desk.close()
        opened.close()
