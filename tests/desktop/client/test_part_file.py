"""The unfinished download: one writer, found again, and a name that appears only when it is complete."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.client.part_file import PartFile, open_regular
from shared.errors import Code, LocalError


def write(target: Path, content: bytes) -> PartFile:
    part = PartFile(str(target))
    part.write(memoryview(content), 0)
    part.finish(0o640, -1_000_000_000)
    part.sync()
    return part


def test_the_name_appears_complete_with_mode_and_time(tmp_path: Path) -> None:
    target = tmp_path / "a"
    part = write(target, b"content")
    assert not target.exists()
    part.commit(replace=False)
    assert target.read_bytes() == b"content"
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.stat().st_mtime == -1
    assert os.listdir(tmp_path) == ["a"]


def test_a_name_that_is_taken_is_not_replaced_without_being_asked(tmp_path: Path) -> None:
    target = tmp_path / "a"
    part = write(target, b"new")
    target.write_bytes(b"old")
    with pytest.raises(LocalError) as error:
        part.commit(replace=False)
    assert error.value.code is Code.EXISTS
    assert target.read_bytes() == b"old"
    part.commit(replace=True)
    assert target.read_bytes() == b"new"


def test_a_second_writer_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    part = write(tmp_path / "a", b"first")
    with pytest.raises(LocalError) as error:
        PartFile(str(tmp_path / "a"))
    assert error.value.code is Code.BUSY
    part.commit(replace=False)
    assert (tmp_path / "a").read_bytes() == b"first"


def test_what_was_received_is_found_again(tmp_path: Path) -> None:
    write(tmp_path / "a", b"half").close()
    again = PartFile(str(tmp_path / "a"))
    into = memoryview(bytearray(4))
    assert (again.size, again.read(into, 0), bytes(into)) == (4, 4, b"half")
    again.discard()
    assert os.listdir(tmp_path) == []


def test_a_part_that_waits_for_its_name_can_still_be_written(tmp_path: Path) -> None:
    """A read-only file's permissions must not keep an interrupted download from going on."""
    part = PartFile(str(tmp_path / "a"))
    part.write(memoryview(b"content"), 0)
    part.finish(0o400, 0)
    part.sync()
    assert os.stat(part.path).st_mode & 0o600 == 0o600
    part.commit(replace=False)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("replace", [True, False])
def test_a_part_that_somebody_replaced_never_gets_the_name(tmp_path: Path, replace: bool) -> None:
    part = write(tmp_path / "a", b"content")
    os.unlink(part.path)
    Path(part.path).write_bytes(b"not ours")
    with pytest.raises(LocalError) as error:
        part.commit(replace=replace)
    assert error.value.code is Code.IO
    assert not (tmp_path / "a").exists()
    part.close()
    assert Path(part.path).read_bytes() == b"not ours"


def test_a_download_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    PartFile(str(tmp_path / "a")).close()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("kind", ["link", "hard link", "fifo"])
def test_a_trap_in_the_place_of_the_part_is_not_written_to(tmp_path: Path, kind: str) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    trap = tmp_path / ".a.wherry-part"
    if kind == "link":
        trap.symlink_to(victim)
    elif kind == "hard link":
        trap.hardlink_to(victim)
    else:
        os.mkfifo(trap)
    with pytest.raises(LocalError):
        PartFile(str(tmp_path / "a"))
    assert victim.read_bytes() == b"precious"


def test_only_regular_files_are_opened_for_sending(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("/etc/passwd")
    for name, code in (("fifo", Code.NOT_FILE), ("link", Code.PERMISSION), ("none", Code.NOT_FOUND)):
        with pytest.raises(LocalError) as error:
            open_regular(str(tmp_path / name))
        assert error.value.code is code
    with pytest.raises(LocalError) as error:
        open_regular(str(tmp_path))
    assert error.value.code is Code.IS_FOLDER
