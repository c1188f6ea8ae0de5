"""Copies and moves on this computer: whole, or not at all; nothing followed, nothing replaced unasked."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.places import local_copy
from desktop.places.ticket import Ticket
from shared.errors import Code, LocalError
from shared.work import Copied


def tree(top: Path) -> dict[str, bytes | str | None]:
    """What is below a folder: contents of files, texts of links, None for folders."""
    found: dict[str, bytes | str | None] = {}
    for path in sorted(top.rglob("*")):
        name = str(path.relative_to(top))
        found[name] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
    return found


def fill(top: Path) -> None:
    (top / "sub" / "deep").mkdir(parents=True)
    (top / "empty").mkdir()
    (top / "sub" / "f").write_bytes(b"content")
    (top / "sub" / "deep" / "g").write_bytes(b"")
    (top / "sub" / "link").symlink_to("/etc/hostname")
    (top / "sub" / "f").chmod(0o640)
    (top / "sub").chmod(0o555)
    os.utime(top / "sub" / "f", ns=(1, 5))
    os.utime(top / "sub", ns=(1, 7))


def copy(source: Path, target: Path, *, replace: bool = False, ticket: Ticket | None = None) -> Copied:
    return local_copy.copy(str(source), str(target), replace=replace, ticket=ticket or Ticket())


def move(source: Path, target: Path, *, replace: bool = False) -> None:
    local_copy.move(str(source), str(target), replace=replace, ticket=Ticket())


def code_of(deed: Callable[[], object]) -> Code:
    with pytest.raises(LocalError) as caught:
        deed()
    return caught.value.code


@pytest.fixture
def other_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rename that does not end a copy leads to another disk."""
    real_exclusive, real_replace = local_copy.rename_exclusively, os.replace

    def refuse(source: str) -> None:
        if ".wherry-copy-" not in source:
            raise OSError(18, "Invalid cross-device link")

    def rename_exclusively(source: str, target: str) -> None:
        refuse(source)
        real_exclusive(source, target)

    def replace(source: str, target: str) -> None:
        refuse(source)
        real_replace(source, target)

    monkeypatch.setattr(local_copy, "rename_exclusively", rename_exclusively)
    monkeypatch.setattr(os, "replace", replace)


def test_a_folder_is_copied_with_links_modes_and_times(tmp_path: Path) -> None:
    fill(tmp_path / "a")
    assert copy(tmp_path / "a", tmp_path / "b") == Copied(7, 7)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    for name in ("sub", "sub/f"):
        here, there = (tmp_path / "a" / name).stat(), (tmp_path / "b" / name).stat()
        assert (here.st_mode, here.st_mtime_ns) == (there.st_mode, there.st_mtime_ns)
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


@pytest.mark.parametrize("in_kernel", [True, False])
@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_a_file_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_kernel: bool, size: int) -> None:
    if not in_kernel:
        monkeypatch.setattr(local_copy, "_copy_in_kernel", lambda reading, writing: 0)
    (tmp_path / "a").write_bytes(os.urandom(size))
    assert copy(tmp_path / "a", tmp_path / "b") == Copied(1, size)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_has_no_size_until_it_is_read_is_no_whole_copy() -> None:
    """Files of the kernel say that they are empty; what they say changes under the hand."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system has no /proc")
    assert code_of(lambda: copy(Path("/proc/self/status"), Path(os.environ["HOME"]) / "b")) is Code.CHANGED


def test_a_link_is_copied_as_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("nowhere")
    assert copy(tmp_path / "a", tmp_path / "b") == Copied(1, 0)
    assert os.readlink(tmp_path / "b") == "nowhere"


def test_what_is_there_is_refused_or_replaced_as_asked(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "folder" / "x").mkdir(parents=True)
    assert code_of(lambda: copy(tmp_path / "new", tmp_path / "old")) is Code.EXISTS
    assert code_of(lambda: copy(tmp_path / "new", tmp_path / "folder", replace=True)) is Code.IS_FOLDER
    assert code_of(lambda: copy(tmp_path / "folder", tmp_path / "old", replace=True)) is Code.EXISTS
    assert code_of(lambda: move(tmp_path / "new", tmp_path / "old")) is Code.EXISTS
    assert (tmp_path / "old").read_bytes() == b"old"
    copy(tmp_path / "new", tmp_path / "old", replace=True)
    assert (tmp_path / "old").read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == ["folder", "new", "old"]


@pytest.mark.parametrize("deed", [copy, move])
def test_nothing_goes_into_itself(tmp_path: Path, deed: Callable[..., object]) -> None:
    fill(tmp_path / "a")
    (tmp_path / "door").symlink_to(tmp_path / "a" / "empty")
    for target in ("a", "a/b", "a/empty/b", "door/b"):
        assert code_of(lambda target=target: deed(tmp_path / "a", tmp_path / target)) is Code.BAD_REQUEST  # type: ignore[misc]
    assert sorted(os.listdir(tmp_path)) == ["a", "door"]
    deed(tmp_path / "a", tmp_path / "ab")
    assert (tmp_path / "ab" / "sub" / "f").exists()


def test_special_files_are_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / "pipe")
    assert copy(tmp_path / "a", tmp_path / "b") == Copied(1, 0, skipped=1)
    assert code_of(lambda: copy(tmp_path / "a" / "pipe", tmp_path / "c")) is Code.NOT_FILE
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_a_copy_that_is_not_wanted_leaves_nothing(tmp_path: Path) -> None:
    class Impatient(Ticket):
        def did(self, count: int = 0, size: int = 0) -> None:
            if count and (tmp_path / "a").exists() and len(os.listdir(tmp_path)) == 2:
                self.cancel()
            super().did(count, size)

    fill(tmp_path / "a")
    before = tree(tmp_path / "a")
    assert code_of(lambda: copy(tmp_path / "a", tmp_path / "b", ticket=Impatient())) is Code.CANCELLED
    assert os.listdir(tmp_path) == ["a"]
    assert tree(tmp_path / "a") == before


def test_a_file_that_is_written_to_meanwhile_is_no_whole_copy(tmp_path: Path) -> None:
    class Meddler(Ticket):
        def did(self, count: int = 0, size: int = 0) -> None:
            if size:
                with (tmp_path / "a").open("ab") as file:
                    file.write(b"more")

    (tmp_path / "a").write_bytes(b"content")
    assert code_of(lambda: copy(tmp_path / "a", tmp_path / "b", ticket=Meddler())) is Code.CHANGED
    assert os.listdir(tmp_path) == ["a"]


def test_progress_knows_the_whole(tmp_path: Path) -> None:
    expected: list[tuple[int | None, int | None]] = []
    done = [0, 0]

    class Record(Ticket):
        def expects(self, count: int | None, size: int | None) -> None:
            expected.append((count, size))

        def did(self, count: int = 0, size: int = 0) -> None:
            done[0] += count
            done[1] += size

    fill(tmp_path / "a")
    copied = copy(tmp_path / "a", tmp_path / "b", ticket=Record())
    assert expected == [(copied.count, copied.size)]
    assert tuple(done) == (copied.count, copied.size)


def test_a_move_is_a_rename(tmp_path: Path) -> None:
    fill(tmp_path / "a")
    before, identity = tree(tmp_path / "a"), (tmp_path / "a").stat().st_ino
    move(tmp_path / "a", tmp_path / "b")
    assert tree(tmp_path / "b") == before
    assert (tmp_path / "b").stat().st_ino == identity
    (tmp_path / "x").write_bytes(b"x")
    (tmp_path / "y").write_bytes(b"y")
    move(tmp_path / "x", tmp_path / "y", replace=True)
    assert (tmp_path / "y").read_bytes() == b"x"
    os.link(tmp_path / "y", tmp_path / "z")
    move(tmp_path / "z", tmp_path / "y", replace=True)
    assert sorted(os.listdir(tmp_path)) == ["b", "y"]


@pytest.mark.usefixtures("other_disk")
def test_a_move_to_another_disk_is_safe_before_the_original_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "a")
    before = tree(tmp_path / "a")
    synced: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        # The original is still there.
        assert (tmp_path / "a" / "sub" / "f").exists() or (tmp_path / "x").exists()
        synced.append(stat.S_IFMT(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    move(tmp_path / "a", tmp_path / "b")
    assert tree(tmp_path / "b") == before
    assert not (tmp_path / "a").exists()
    assert synced.count(stat.S_IFREG) == 2
    (tmp_path / "x").write_bytes(b"x")
    (tmp_path / "y").write_bytes(b"y")
    move(tmp_path / "x", tmp_path / "y", replace=True)
    assert (tmp_path / "y").read_bytes() == b"x"
    assert sorted(os.listdir(tmp_path)) == ["b", "y"]


@pytest.mark.usefixtures("other_disk")
def test_what_cannot_go_to_another_disk_stays(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_bytes(b"x")
    os.mkfifo(tmp_path / "a" / "pipe")
    assert code_of(lambda: move(tmp_path / "a", tmp_path / "b")) is Code.NOT_FILE
    assert sorted(os.listdir(tmp_path / "a")) == ["f", "pipe"]
    assert os.listdir(tmp_path / "b") == ["f"]
