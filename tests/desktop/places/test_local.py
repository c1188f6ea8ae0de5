"""This computer as a place, and its disk as the engine sees it: on a real folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import send2trash
from send2trash import plat_other

from desktop.places import local
from desktop.places.local import DiskFiles, LocalPlace
from desktop.transfers.items import Existing
from desktop.transfers.targets import part_path
from shared.entries import Entry, Kind
from shared.errors import Code, ItemError, LocalError
from shared.names import MAX_DEPTH, BadNameError, RemotePath


@pytest.fixture
def place() -> LocalPlace:
    return LocalPlace()


@pytest.fixture
def files() -> DiskFiles:
    return DiskFiles()


def tree(folder: Path) -> None:
    (folder / "sub" / "empty").mkdir(parents=True)
    (folder / "sub" / "x.txt").write_text("hello")
    (folder / "a").write_text("")
    (folder / "link").symlink_to("sub")
    os.mkfifo(folder / "pipe")


async def listing(place: LocalPlace, path: Path) -> dict[str, Entry]:
    return {entry.name: entry async for batch in place.list(place.from_native(str(path))) for entry in batch}


# --- Paths -----------------------------------------------------------------------------------------------------------


def test_paths_go_both_ways(place: LocalPlace) -> None:
    assert place.from_native("/home/anna/x") == ("home", "anna", "x")
    assert place.native(("home", "anna")) == "/home/anna"
    assert place.native(()) == "/"
    assert place.from_native("/") == ()
    assert place.native(place.home) == os.path.expanduser("~")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a/b", ("a", "b")),
        ("/a//b/", ("a", "b")),
        ("/a/../b/./c", ("b", "c")),
        ("/", ()),
        ("/..", ()),
    ],
)
def test_what_a_person_types(place: LocalPlace, text: str, path: tuple[str, ...]) -> None:
    assert place.parse(text) == path


def test_home_is_a_tilde_and_where_relative_paths_begin(place: LocalPlace) -> None:
    assert place.parse("~") == place.home
    assert place.parse("~/x") == place.parse("x") == (*place.home, "x")


@pytest.mark.parametrize("text", ["", "   ", "/a\0b"])
def test_what_is_no_path_is_refused(place: LocalPlace, text: str) -> None:
    with pytest.raises(BadNameError):
        place.parse(text)


def test_hostile_names_are_shown_harmless(place: LocalPlace) -> None:
    assert place.format(("a\x1b[31m\n", "b\udcff")) == "/a\\x1b[31m\\x0a/b\\xff"


# --- The place -------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_listing_tells_kinds_and_follows_no_link(place: LocalPlace, tmp_path: Path) -> None:
    tree(tmp_path)
    os.utime(tmp_path / "a", ns=(1, -5_000_000_001))
    entries = await listing(place, tmp_path)
    assert {name: entry.kind for name, entry in entries.items()} == {
        "sub": Kind.FOLDER,
        "a": Kind.FILE,
        "link": Kind.LINK,
        "pipe": Kind.OTHER,
    }
    assert entries["a"].mtime_ns == -5_000_000_001
    assert entries["sub"].size == entries["link"].size == 0


@pytest.mark.asyncio
async def test_a_long_listing_comes_in_pieces_and_can_be_left(
    place: LocalPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "BATCH", 3)
    for number in range(10):
        (tmp_path / str(number)).write_text("")
    path = place.from_native(str(tmp_path))
    assert [len(batch) async for batch in place.list(path)] == [3, 3, 3, 1]
    batches = place.list(path)
    first: Sequence[Entry] = await anext(batches)  # type: ignore[arg-type]
    assert len(first) == 3
    await batches.aclose()  # type: ignore[attr-defined]


@pytest.mark.asyncio
async def test_a_missing_folder_is_an_error_with_its_path(place: LocalPlace, tmp_path: Path) -> None:
    with pytest.raises(LocalError) as caught:
        await listing(place, tmp_path / "gone")
    assert caught.value.code is Code.NOT_FOUND
    assert caught.value.path.endswith("/gone")
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalError) as caught:
        await listing(place, tmp_path / "file")
    assert caught.value.code is Code.NOT_FOLDER


@pytest.mark.asyncio
async def test_small_changes(place: LocalPlace, tmp_path: Path) -> None:
    base = place.from_native(str(tmp_path))
    await place.make_folder((*base, "new"))
    with pytest.raises(ItemError) as caught:
        await place.make_folder((*base, "new"))
    assert caught.value.code is Code.EXISTS
    await place.rename((*base, "new"), (*base, "newer"))
    assert (await place.stat((*base, "newer"))).kind is Kind.FOLDER
    with pytest.raises(ItemError) as caught:
        await place.stat((*base, "new"))
    assert caught.value.code is Code.NOT_FOUND
    (tmp_path / "other").mkdir()
    with pytest.raises(ItemError) as caught:
        await place.rename((*base, "newer"), (*base, "other"))
    assert caught.value.code is Code.EXISTS
    assert {path.name for path in tmp_path.iterdir()} == {"newer", "other"}
    space = await place.space(base)
    assert 0 <= space.free <= space.total


@pytest.mark.asyncio
async def test_removing_is_to_the_trash(place: LocalPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(os.path.expanduser("~"))
    # The library looks for the trash once, when it is imported; this test has a home of its own.
    trash = home / "data" / "Trash"
    monkeypatch.setattr(send2trash, "send2trash", plat_other.send2trash)
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", os.fsencode(trash.parent))
    monkeypatch.setattr(plat_other, "HOMETRASH_B", os.fsencode(trash))
    (home / "old.txt").write_text("dear")
    await place.remove((*place.home, "old.txt"))
    assert not (home / "old.txt").exists()
    assert (trash / "files" / "old.txt").read_text() == "dear"
    with pytest.raises(ItemError) as caught:
        await place.remove((*place.home, "old.txt"))
    assert caught.value.code is Code.NOT_FOUND

    def refuse(path: str) -> None:
        raise send2trash.TrashPermissionError(path)

    (home / "kept.txt").write_text("")
    monkeypatch.setattr(send2trash, "send2trash", refuse)
    with pytest.raises(ItemError) as caught:
        await place.remove((*place.home, "kept.txt"))
    assert caught.value.code is Code.PERMISSION
    assert (home / "kept.txt").exists()


# --- The disk --------------------------------------------------------------------------------------------------------


def walked(files: DiskFiles, path: Path) -> dict[RemotePath, Entry | LocalError]:
    seen: dict[RemotePath, Entry | LocalError] = {}
    for relative, entry in files.walk(str(path)):
        seen[relative] = entry
    return seen


def test_a_walk_tells_folders_before_contents_and_enters_no_link(files: DiskFiles, tmp_path: Path) -> None:
    tree(tmp_path)
    order = [relative for relative, _ in files.walk(str(tmp_path))]
    assert order == [(), ("a",), ("link",), ("pipe",), ("sub",), ("sub", "empty"), ("sub", "x.txt")]
    seen = walked(files, tmp_path)
    entry = seen["sub", "x.txt"]
    assert isinstance(entry, Entry)
    assert (entry.kind, entry.size) == (Kind.FILE, 5)


def test_a_walk_of_a_file_or_link_is_the_thing_itself(files: DiskFiles, tmp_path: Path) -> None:
    tree(tmp_path)
    for name, kind in (("a", Kind.FILE), ("link", Kind.LINK)):
        seen = walked(files, tmp_path / name)
        assert list(seen) == [()]
        entry = seen[()]
        assert isinstance(entry, Entry)
        assert (entry.name, entry.kind) == (name, kind)


def test_a_walk_of_nothing_says_so(files: DiskFiles, tmp_path: Path) -> None:
    error = walked(files, tmp_path / "gone")[()]
    assert isinstance(error, LocalError)
    assert error.code is Code.NOT_FOUND


def test_names_that_the_wire_refuses_are_told_as_they_are(files: DiskFiles, tmp_path: Path) -> None:
    for name in ("back\\slash", "C:x", "no\udcffunicode"):
        (tmp_path / name).write_text("")
    assert set(walked(files, tmp_path)) == {(), ("back\\slash",), ("C:x",), ("no\udcffunicode",)}


def test_an_unreadable_folder_is_told_and_the_walk_goes_on(
    files: DiskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "shut", "z"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text("")
    real = os.open

    def refusing(path: str, flags: int, *rest: int) -> int:
        if path.endswith("/shut"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", refusing)
    steps = list(files.walk(str(tmp_path)))
    assert [relative for relative, _ in steps] == [(), ("a",), ("a", "x"), ("shut",), ("shut",), ("z",), ("z", "x")]
    error = steps[4][1]
    assert isinstance(error, LocalError)
    assert error.code is Code.PERMISSION


def test_a_folder_that_becomes_a_link_while_walking_is_not_entered(files: DiskFiles, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("")
    (tmp_path / "top" / "sub").mkdir(parents=True)
    steps = files.walk(str(tmp_path / "top"))
    seen = [next(steps), next(steps)]
    (tmp_path / "top" / "sub").rmdir()
    (tmp_path / "top" / "sub").symlink_to(tmp_path / "secret")
    seen += steps
    assert [relative for relative, _ in seen] == [(), ("sub",), ("sub",)]
    assert isinstance(seen[-1][1], LocalError)


def test_a_tree_that_is_nested_too_deeply_is_left_at_that_depth(files: DiskFiles, tmp_path: Path) -> None:
    deep = os.path.join(tmp_path, *["d"] * (MAX_DEPTH + 3))
    os.makedirs(deep)
    steps = list(files.walk(str(tmp_path)))
    assert len(steps) == MAX_DEPTH + 2
    assert isinstance(steps[-1][1], LocalError)


def test_what_stands_at_a_path(files: DiskFiles, tmp_path: Path) -> None:
    tree(tmp_path)
    os.utime(tmp_path / "sub" / "x.txt", ns=(0, 7))
    assert files.existing(str(tmp_path / "sub" / "x.txt")) == Existing(Kind.FILE, 5, 7)
    kinds = {name: files.existing(str(tmp_path / name)) for name in ("sub", "link", "pipe")}
    assert {name: found.kind for name, found in kinds.items() if found} == {
        "sub": Kind.FOLDER,
        "link": Kind.LINK,
        "pipe": Kind.OTHER,
    }
    assert files.existing(str(tmp_path / "gone")) is None
    assert files.existing(str(tmp_path / "a" / "below")) is None


def test_a_time_beyond_the_wires_reach_is_its_end(
    files: DiskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Found:
        st_mode, st_size, st_mtime_ns = 0o100644, 1, 1 << 70

    monkeypatch.setattr(os, "lstat", lambda path: Found)
    found = files.existing("/x")
    assert found is not None
    assert found.mtime_ns == (1 << 63) - 1


def test_folders_are_made_with_those_above_and_a_file_in_the_way_is_named(files: DiskFiles, tmp_path: Path) -> None:
    files.make_folder(str(tmp_path / "a" / "b"))
    files.make_folder(str(tmp_path / "a" / "b"))
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(LocalError) as caught:
            files.make_folder(str(path))
        assert caught.value.code is Code.NOT_FOLDER
    assert (tmp_path / "file").read_text() == ""


def test_only_the_part_of_this_download_is_discarded(files: DiskFiles, tmp_path: Path) -> None:
    target = tmp_path / "film.mkv"
    target.write_text("finished before")
    other = Path(part_path(str(tmp_path / "other")))
    other.write_text("half")
    Path(part_path(str(target))).write_text("half")
    files.discard(str(target))
    files.discard(str(target))
    files.discard(str(tmp_path / "gone" / "x"))
    assert {path.name for path in tmp_path.iterdir()} == {"film.mkv", other.name}


def test_a_part_that_another_program_writes_is_left_to_it(files: DiskFiles, tmp_path: Path) -> None:
    part = Path(part_path(str(tmp_path / "x")))
    part.write_text("half")
    with part.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        files.discard(str(tmp_path / "x"))
        assert part.exists()
    files.discard(str(tmp_path / "x"))
    assert not part.exists()


def test_a_link_in_the_place_of_a_part_is_not_followed(files: DiskFiles, tmp_path: Path) -> None:
    (tmp_path / "dear").write_text("dear")
    Path(part_path(str(tmp_path / "x"))).symlink_to(tmp_path / "dear")
    with pytest.raises(LocalError):
        files.discard(str(tmp_path / "x"))
    assert (tmp_path / "dear").read_text() == "dear"
