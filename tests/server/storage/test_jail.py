"""The jail: everything below the home, nothing outside, whatever is laid in the way."""

from __future__ import annotations

import ctypes
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server.capacity import Usage
from server.storage.failure import StorageError
from server.storage.jail import Jail, entry_of
from shared.entries import Entry, Kind
from shared.errors import Code, ConfigError
from shared.names import STAGING_NAME, BadNameError, RemotePath

Act = Callable[[Jail, RemotePath], object]


def read(jail: Jail, path: RemotePath) -> bytes:
    handle, status = jail.open_read(path)
    try:
        return os.read(handle, status.st_size)
    finally:
        os.close(handle)


ACTS: dict[str, Act] = {
    "list": lambda jail, path: list(jail.scan(path)),
    "stat": lambda jail, path: jail.stat(path),
    "read": read,
    "make a folder": lambda jail, path: jail.make_folder(path, False),
    "make folders": lambda jail, path: jail.make_folder(path, True),
    "open to write": lambda jail, path: jail.open_folder(path, make=True).close(),
    "remove": lambda jail, path: jail.remove(path, False),
    "remove a tree": lambda jail, path: jail.remove(path, True),
    "rename from": lambda jail, path: jail.rename(path, ("stolen",), True),
    "rename to": lambda jail, path: jail.rename(("mine",), path, True),
    "set time": lambda jail, path: jail.set_attributes(path, 0, None),
    "set mode": lambda jail, path: jail.set_attributes(path, None, 0o777),
}


def snapshot(folder: Path) -> list[tuple[str, int, int, bytes]]:
    return [
        (
            str(path),
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *sorted(folder.rglob("*"))]
    ]


# --- nothing leads out


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("below", [("secret",), ("new",), ("secret", "deeper")])
@pytest.mark.parametrize("is_absolute", [True, False])
def test_a_link_on_the_way_leads_nowhere(
    jail: Jail, home: Path, outside: Path, act: Act, below: RemotePath, is_absolute: bool
) -> None:
    (home / "mine").write_bytes(b"mine")
    (home / "door").symlink_to(outside if is_absolute else Path("..") / "outside")
    before = snapshot(outside)
    with pytest.raises(StorageError) as caught:
        act(jail, ("door", *below))
    assert caught.value.code is Code.PERMISSION
    assert "link" in caught.value.detail
    assert snapshot(outside) == before
    assert (home / "mine").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["list", "read", "open to write", "make folders", "set time", "set mode"])
@pytest.mark.parametrize("target", ["secret", "."])
def test_a_link_at_the_end_is_not_followed(jail: Jail, home: Path, outside: Path, name: str, target: str) -> None:
    (home / "door").symlink_to(outside / target)
    before = snapshot(outside)
    with pytest.raises(StorageError):
        ACTS[name](jail, ("door",))
    assert snapshot(outside) == before


def test_a_link_is_shown_renamed_and_removed_as_itself(jail: Jail, home: Path, outside: Path) -> None:
    (home / "door").symlink_to(outside)
    assert [entry.kind for entry in jail.scan(())] == [Kind.LINK]
    assert jail.stat(("door",)).kind is Kind.LINK
    jail.rename(("door",), ("gate",), False)
    assert jail.remove(("gate",), True) == 1
    assert (outside / "secret").read_bytes() == b"secret"
    assert list(home.iterdir()) == []


def test_a_link_is_replaced_not_written_through(jail: Jail, home: Path, outside: Path) -> None:
    (home / "door").symlink_to(outside / "secret")
    (home / "mine").write_bytes(b"mine")
    jail.rename(("mine",), ("door",), True)
    assert not (home / "door").is_symlink()
    assert (outside / "secret").read_bytes() == b"secret"


def test_a_tree_with_links_is_removed_without_what_they_name(jail: Jail, home: Path, outside: Path) -> None:
    (home / "tree" / "below").mkdir(parents=True)
    (home / "tree" / "below" / "door").symlink_to(outside)
    (home / "tree" / "file").symlink_to(outside / "secret")
    before = snapshot(outside)
    assert jail.remove(("tree",), True) == 4
    assert snapshot(outside) == before


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(
    "path",
    [
        ("..",),
        ("..", "outside", "secret"),
        ("a", "..", "..", "outside"),
        (".",),
        ("",),
        ("a/b",),
        ("/etc",),
        ("..\\outside",),
        ("C:",),
        ("x\0y",),
        (STAGING_NAME,),
        (STAGING_NAME.upper(), "x"),
        ("x" * 256,),
        ("x",) * 257,
    ],
    ids=repr,
)
def test_a_path_that_nobody_may_use_is_refused(jail: Jail, home: Path, act: Act, path: RemotePath) -> None:
    (home / "mine").write_bytes(b"mine")
    with pytest.raises(BadNameError):
        act(jail, path)


def test_a_neighbour_whose_name_begins_alike_is_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "al").mkdir()
    (tmp_path / "alice2").mkdir()
    (tmp_path / "alice2" / "diary").write_bytes(b"dear")
    jail = Jail(tmp_path / "al")
    try:
        with pytest.raises(BadNameError):
            jail.stat(("..", "alice2", "diary"))
        with pytest.raises(StorageError):
            jail.stat(("ice2", "diary"))
    finally:
        jail.close()


def test_the_jail_holds_while_a_parent_is_swapped_for_a_link(jail: Jail, home: Path, outside: Path) -> None:
    """CVE class: check, then open by name. Many hands swap a folder and a link while others use it."""
    (home / "real").mkdir()
    (home / "real" / "secret").write_bytes(b"inside")
    (home / "lure").symlink_to(outside)
    (home / "real" / "victim").write_bytes(b"inside")
    before = snapshot(outside)
    end = time.monotonic() + 1.0
    wrong: list[object] = []
    tries, swaps = [0], [0]
    libc = ctypes.CDLL(None)

    def swap() -> None:
        while time.monotonic() < end:
            # RENAME_EXCHANGE (rename(2)): at every moment there is either the folder or the link.
            libc.renameat2(-100, os.fsencode(home / "real"), -100, os.fsencode(home / "lure"), 2)
            swaps[0] += 1

    def use() -> None:
        while time.monotonic() < end:
            tries[0] += 1
            try:
                if (content := read(jail, ("real", "secret"))) != b"inside":
                    wrong.append(content)
                with jail.open_folder(("real",)) as folder:
                    if folder.identity == (outside.stat().st_dev, outside.stat().st_ino):
                        wrong.append(folder)
                jail.make_folder(("real", f"made{tries[0] % 7}"), True)
                jail.set_attributes(("real", "secret"), 1, 0o600)
                jail.remove(("real", f"made{tries[0] % 7}"), True)
            except StorageError:
                continue

    threads = [threading.Thread(target=use) for _ in range(4)] + [threading.Thread(target=swap)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert tries[0] > 50
    assert swaps[0] > 50
    assert snapshot(outside) == before


# --- special files


@pytest.mark.parametrize("name", ["read", "list", "open to write", "set mode"])
def test_a_fifo_is_never_opened(jail: Jail, home: Path, name: str) -> None:
    os.mkfifo(home / "pipe")
    with pytest.raises(StorageError) as caught:
        ACTS[name](jail, ("pipe",))
    assert caught.value.code in (Code.NOT_FILE, Code.NOT_FOLDER)
    assert jail.stat(("pipe",)).kind is Kind.OTHER


def test_a_folder_cannot_be_read_as_a_file(jail: Jail, home: Path) -> None:
    (home / "folder").mkdir()
    for path in (("folder",), ()):
        with pytest.raises(StorageError) as caught:
            jail.open_read(path)
        assert caught.value.code is Code.IS_FOLDER


# --- listing


def test_a_listing_tells_kind_size_time_and_mode(jail: Jail, home: Path) -> None:
    (home / "file").write_bytes(b"12345")
    os.utime(home / "file", ns=(0, -1_500_000_000))
    (home / "file").chmod(0o640)
    (home / "folder").mkdir()
    found = {entry.name: entry for entry in jail.scan(())}
    assert found["file"] == Entry("file", Kind.FILE, 5, -1_500_000_000, 0o640) == jail.stat(("file",))
    assert found["folder"].kind is Kind.FOLDER
    assert jail.stat(()).kind is Kind.FOLDER


def test_a_listing_shows_only_what_a_request_could_name(jail: Jail, home: Path) -> None:
    (home / STAGING_NAME).mkdir()
    for name in ("back\\slash", "C:drive", "good"):
        (home / name).touch()
    assert [entry.name for entry in jail.scan(())] == ["good"]


@pytest.mark.parametrize("raw", [b"\xff\xfe raw", b"caf\xc3\xa9", b"x" * 255, b"\x1b[31m\n", " \u202egpj".encode()])
def test_any_name_of_the_disk_makes_the_round_trip(jail: Jail, home: Path, raw: bytes) -> None:
    Path(os.fsdecode(os.fsencode(home) + b"/" + raw)).write_bytes(b"here")
    (entry,) = jail.scan(())
    assert os.fsencode(entry.name) == raw
    assert read(jail, (entry.name,)) == b"here"
    jail.rename((entry.name,), ("plain",), False)
    jail.rename(("plain",), (entry.name,), False)
    assert jail.remove((entry.name,), False) == 1


def test_a_listing_can_be_left_early(jail: Jail, home: Path) -> None:
    for number in range(3):
        (home / str(number)).touch()
    handles = len(os.listdir("/proc/self/fd"))
    entries = jail.scan(())
    next(entries)
    entries.close()
    assert len(os.listdir("/proc/self/fd")) == handles


@pytest.mark.parametrize(("path", "code"), [(("none",), Code.NOT_FOUND), (("file",), Code.NOT_FOLDER)])
def test_what_is_no_folder_is_not_listed(jail: Jail, home: Path, path: RemotePath, code: Code) -> None:
    (home / "file").touch()
    with pytest.raises(StorageError) as caught:
        list(jail.scan(path))
    assert (caught.value.code, caught.value.at) == (code, path)


def test_a_status_beyond_the_wire_is_brought_within_it() -> None:
    values = (stat.S_IFREG | 0o4755, 0, 0, 1, 0, 0, 1 << 60, 0, 0, 0)
    entry = entry_of("x", os.stat_result(values, {"st_mtime_ns": 1 << 70}))
    assert (entry.size, entry.mtime_ns, entry.mode) == (1 << 53, (1 << 63) - 1, 0o4755)


# --- changing


def test_folders_are_made_one_or_many(jail: Jail, home: Path) -> None:
    jail.make_folder(("a",), False)
    jail.make_folder(("b", "c", "d"), True)
    jail.make_folder(("b", "c", "d"), True)
    assert (home / "a").is_dir()
    assert (home / "b" / "c" / "d").is_dir()
    for path, code in ((("a",), Code.EXISTS), ((), Code.EXISTS), (("x", "y"), Code.NOT_FOUND)):
        with pytest.raises(StorageError) as caught:
            jail.make_folder(path, False)
        assert caught.value.code is code


def test_making_a_folder_where_a_file_is_tells_what_is_there(jail: Jail, home: Path) -> None:
    (home / "file").write_bytes(b"123")
    with pytest.raises(StorageError) as caught:
        jail.make_folder(("file",), False)
    assert caught.value.entry is not None
    assert caught.value.entry.size == 3
    with pytest.raises(StorageError) as caught:
        jail.make_folder(("file",), True)
    assert caught.value.code is Code.NOT_FOLDER


def test_renaming_refuses_to_replace_unless_told(jail: Jail, home: Path) -> None:
    (home / "a").write_bytes(b"a")
    (home / "folder").mkdir()
    (home / "folder" / "b").write_bytes(b"bb")
    with pytest.raises(StorageError) as caught:
        jail.rename(("a",), ("folder", "b"), False)
    assert caught.value.code is Code.EXISTS
    assert caught.value.at == ("folder", "b")
    assert caught.value.entry is not None
    assert caught.value.entry.size == 2
    assert (home / "folder" / "b").read_bytes() == b"bb"
    jail.rename(("a",), ("folder", "b"), True)
    assert (home / "folder" / "b").read_bytes() == b"a"
    assert not (home / "a").exists()


@pytest.mark.parametrize("replace", [True, False])
def test_a_folder_replaces_nothing_and_is_replaced_by_nothing(jail: Jail, home: Path, replace: bool) -> None:
    for name in ("one", "two"):
        (home / name).mkdir()
    (home / "file").touch()
    for source, target in (("one", "two"), ("one", "file"), ("file", "one")):
        with pytest.raises(StorageError) as caught:
            jail.rename((source,), (target,), replace)
        assert caught.value.code in (Code.EXISTS, Code.IS_FOLDER)
    assert sorted(path.name for path in home.iterdir()) == ["file", "one", "two"]


@pytest.mark.parametrize("replace", [True, False])
def test_a_folder_is_not_moved_into_itself(jail: Jail, home: Path, replace: bool) -> None:
    (home / "a" / "b").mkdir(parents=True)
    for target in (("a", "x"), ("a", "b", "x")):
        with pytest.raises(StorageError) as caught:
            jail.rename(("a",), target, replace)
        assert caught.value.code is Code.BAD_REQUEST
    assert (home / "a" / "b").is_dir()


def test_renaming_to_its_own_name_does_nothing(jail: Jail, home: Path) -> None:
    (home / "a").write_bytes(b"a")
    jail.rename(("a",), ("a",), False)
    assert (home / "a").read_bytes() == b"a"
    with pytest.raises(StorageError):
        jail.rename(("none",), ("none",), False)


def test_the_home_itself_stays(jail: Jail, home: Path) -> None:
    for act in (
        lambda: jail.remove((), True),
        lambda: jail.rename((), ("x",), True),
        lambda: jail.rename(("x",), (), True),
        lambda: jail.set_attributes((), 0, 0o777),
    ):
        with pytest.raises(StorageError) as caught:
            act()
        assert caught.value.code is Code.BAD_REQUEST


def test_removing_counts_what_is_gone(jail: Jail, home: Path) -> None:
    (home / "tree" / "a" / "b").mkdir(parents=True)
    (home / "tree" / "a" / "file").touch()
    (home / "tree" / "empty").mkdir()
    with pytest.raises(StorageError) as caught:
        jail.remove(("tree",), False)
    assert caught.value.code is Code.NOT_EMPTY
    assert jail.remove(("tree", "empty"), False) == 1
    assert jail.remove(("tree",), True) == 4
    assert list(home.iterdir()) == []


def test_a_tree_deeper_than_any_limit_is_removed_with_few_handles(jail: Jail, home: Path) -> None:
    depth = 3000
    handle = os.open(home, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=handle)
        child = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = child
    os.close(handle)
    assert jail.remove(("d",), True) == depth
    assert list(home.iterdir()) == []


def test_attributes_are_set_at_their_extremes(jail: Jail, home: Path) -> None:
    (home / "file").touch()
    for seconds in (-86400 * 365 * 20, 2**31 + 5, 86400 * 365 * 100):
        jail.set_attributes(("file",), seconds * 10**9 + 1, None)
        assert jail.stat(("file",)).mtime_ns == seconds * 10**9 + 1
    jail.set_attributes(("file",), None, 0o000)
    jail.set_attributes(("file",), None, 0o6754)
    assert jail.stat(("file",)).mode == 0o754


def test_measuring_counts_files_not_what_links_name(jail: Jail, home: Path, outside: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "file").write_bytes(b"12345")
    (home / "file").write_bytes(b"123")
    (home / "door").symlink_to(outside)
    assert jail.measure() == Usage(8, 2)


def test_space_is_that_of_the_disk(jail: Jail) -> None:
    free, total = jail.space()
    assert 0 < free <= total


def test_a_home_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Jail(tmp_path / "none")
    assert caught.value.hint


def test_operations_leave_no_handle_open(jail: Jail, home: Path) -> None:
    (home / "a").mkdir()
    (home / "a" / "file").touch()
    before = len(os.listdir("/proc/self/fd"))
    for path in (("a",), ("a", "file"), ("a", "none"), ("a", "file", "x"), ("none", "x")):
        for act in ACTS.values():
            try:
                act(jail, path)
            except StorageError:
                continue
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_name_that_leads_elsewhere_now_is_told(jail: Jail, home: Path) -> None:
    """What was opened under it is whole, but no longer what the name says."""
    (home / "f").write_bytes(b"first")
    handle, status = jail.open_read(("f",))
    os.close(handle)
    assert jail.leads_to(("f",), status)
    (home / "new").write_bytes(b"second")
    (home / "new").rename(home / "f")
    assert not jail.leads_to(("f",), status)
    (home / "f").unlink()
    assert not jail.leads_to(("f",), status)
    assert not jail.leads_to(("none", "f"), status)
