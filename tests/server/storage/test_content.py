"""Ranges of open files are read, written, copied and digested whole, or said not to be there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage import content
from shared.protocol.blocks import digest_block

DATA = bytes(range(256)) * 40


@pytest.fixture
def source(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "source").write_bytes(DATA)
    handle = os.open(tmp_path / "source", os.O_RDONLY)
    yield handle
    os.close(handle)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[int]:
    handle = os.open(tmp_path / "target", os.O_RDWR | os.O_CREAT)
    yield handle
    os.close(handle)


def buffer(size: int) -> memoryview:
    return memoryview(bytearray(size))


@pytest.mark.parametrize("room", [1, 100, 1000, 5000])
def test_a_digest_does_not_depend_on_the_buffer(source: int, room: int) -> None:
    assert content.digest_range(source, 7, 1000, buffer(room)) == digest_block(DATA[7:1007])


@pytest.mark.parametrize("room", [100, 100_000])
def test_a_range_beyond_the_end_has_no_digest(source: int, room: int) -> None:
    assert content.digest_range(source, len(DATA) - 10, 11, buffer(room)) is None


@pytest.mark.parametrize("has_call", [True, False])
def test_copying_keeps_the_place(source: int, target: int, monkeypatch: pytest.MonkeyPatch, has_call: bool) -> None:
    if not has_call:

        def refuses(*arguments: object) -> int:
            raise OSError(errno.EXDEV, "another file system")

        monkeypatch.setattr(os, "copy_file_range", refuses)
    assert content.copy_range(source, target, 100, 5000, buffer(300))
    assert os.pread(target, 5000, 100) == DATA[100:5100]
    assert not content.copy_range(source, target, len(DATA) - 5, 6, buffer(300))


def test_a_full_disk_is_not_hidden_by_the_second_way(source: int, target: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "copy_file_range", full)
    with pytest.raises(OSError, match="full"):
        content.copy_range(source, target, 0, 10, buffer(10))


def test_short_writes_are_finished(target: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda handle, data, offset: whole(handle, data[:7], offset))
    content.write_from(target, 3, memoryview(DATA))
    assert os.pread(target, len(DATA), 3) == DATA


def test_a_hole_is_no_content(target: int) -> None:
    os.pwrite(target, b"x", 1 << 20)
    assert content.has_content(target, 1 << 20, 1)
    assert not content.has_content(target, 2 << 20, 1)
    if os.fstat(target).st_blocks * 512 < 1 << 20:
        assert not content.has_content(target, 0, 4096)
