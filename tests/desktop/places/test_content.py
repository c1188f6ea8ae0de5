"""Digests of this computer's files: the same that a server has, of whole files only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.places.content import digest_file
from desktop.places.local import LocalPlace
from desktop.places.ticket import Ticket
from shared.errors import Code, LocalError
from shared.protocol.blocks import Layout, digest_block, root_of
from shared.protocol.limits import MIN_BLOCK


@pytest.mark.parametrize("size", [0, 1, MIN_BLOCK, 2 * MIN_BLOCK + 1])
def test_the_digest_is_the_wires(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "f").write_bytes(content)
    layout = Layout(size)
    blocks = [content[layout.offset(index) :][: layout.length(index)] for index in range(layout.count)]
    assert digest_file(str(tmp_path / "f"), Ticket()) == (size, root_of(size, [digest_block(each) for each in blocks]))


def test_only_regular_files_have_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path)
    for name, code in (("pipe", Code.NOT_FILE), ("link", Code.NOT_FILE), ("", Code.IS_FOLDER), ("x", Code.NOT_FOUND)):
        with pytest.raises(LocalError) as caught:
            digest_file(str(tmp_path / name), Ticket())
        assert caught.value.code is code


@pytest.mark.parametrize("change", [b"longer" * 100, b""])
def test_a_file_that_changes_meanwhile_has_none(tmp_path: Path, change: bytes) -> None:
    class Meddler(Ticket):
        def did(self, count: int = 0, size: int = 0) -> None:
            (tmp_path / "f").write_bytes(change)

    (tmp_path / "f").write_bytes(os.urandom(5 * MIN_BLOCK))
    with pytest.raises(LocalError) as caught:
        digest_file(str(tmp_path / "f"), Meddler())
    assert caught.value.code is Code.CHANGED


@pytest.mark.asyncio
async def test_the_place_digests_in_a_thread(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    place = LocalPlace()
    size, root = await place.digest(place.from_native(str(tmp_path / "f")))
    assert (size, root) == (1, root_of(1, [digest_block(b"x")]))
