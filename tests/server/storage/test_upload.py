"""Uploads in blocks: what is held is offered by content, what was not proven is never in place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.storage.jail import Folder
from server.storage.staged import Plan
from server.storage.staging import Staging
from server.storage.upload import Upload
from shared.names import STAGING_NAME
from shared.protocol.blocks import digest_block
from shared.protocol.limits import MIN_BLOCK
from tests.server.fake_exchange import block_of, digests_of

CONTENT = b"".join(bytes([index + 1]) * MIN_BLOCK for index in range(3)) + b"tail"
WANTED = digests_of(CONTENT)


def begin(staging: Staging, top: Folder, content: bytes = CONTENT, *, replace: bool = False) -> Upload:
    return staging.stage_large(Plan(("a",), len(content), 5, None, replace), top)


def put(upload: Upload, index: int, content: bytes = CONTENT) -> None:
    data = block_of(content, index)
    upload.write(index, 0, memoryview(data))
    upload.accept(index, digest_block(data))


def test_the_blocks_of_a_partial_are_offered_and_holes_are_not(staging: Staging, top: Folder) -> None:
    first = begin(staging, top)
    assert first.have == (b"",) * 4
    for index in (0, 2):
        put(first, index)
    first.close()
    second = begin(staging, top)
    assert second.have == (WANTED[0], b"", WANTED[2], b"")
    assert second.complete() == (1, 3)
    for index in (1, 3):
        put(second, index)
    assert second.complete() == ()
    assert second.digests == WANTED
    assert second.reused == 2 * MIN_BLOCK
    second.close()


def test_a_damaged_or_torn_block_is_seen(staging: Staging, top: Folder, home: Path) -> None:
    upload = begin(staging, top)
    for index in (0, 1):
        put(upload, index)
    upload.write(2, 0, memoryview(b"\3" * 1000))
    upload.close()
    (part,) = (home / STAGING_NAME).glob("*.part")
    with part.open("r+b") as file:
        file.seek(MIN_BLOCK + 5)
        file.write(b"?")
    again = begin(staging, top)
    assert again.have[0] == WANTED[0]
    assert again.have[1] not in (b"", WANTED[1])
    assert again.have[2] != WANTED[2]
    assert again.have[3] == b""
    again.close()


def test_the_present_target_is_offered_and_copied(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(b"?" * MIN_BLOCK + CONTENT[MIN_BLOCK:])
    upload = begin(staging, top, replace=True)
    assert upload.have[0] not in (b"", WANTED[0])
    assert upload.have[1:] == WANTED[1:]
    put(upload, 0)
    assert upload.complete() == ()
    assert upload.digests == WANTED
    assert upload.reused == len(CONTENT) - MIN_BLOCK
    assert os.pread(upload.file.handle, len(CONTENT) + 1, 0) == CONTENT
    upload.close()


def test_a_partial_comes_before_the_target(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(b"?" * MIN_BLOCK + CONTENT[MIN_BLOCK:])
    upload = begin(staging, top, replace=True)
    put(upload, 0)
    upload.close()
    again = begin(staging, top, replace=True)
    assert again.have == WANTED
    assert again.complete() == ()
    again.close()


def test_a_target_that_changed_after_the_offer_is_asked_for(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(CONTENT)
    upload = begin(staging, top, replace=True)
    with (home / "a").open("r+b") as file:
        file.seek(2 * MIN_BLOCK)
        file.write(b"?")
    assert upload.complete() == (2,)
    put(upload, 2)
    assert upload.complete() == ()
    upload.close()


def test_a_target_that_shrank_after_the_offer_is_asked_for(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(CONTENT)
    upload = begin(staging, top, replace=True)
    os.truncate(home / "a", MIN_BLOCK + 1)
    assert upload.complete() == (1, 2, 3)
    upload.close()


def test_only_blocks_of_the_same_length_are_offered(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(CONTENT[: MIN_BLOCK + 10])
    upload = begin(staging, top, replace=True)
    assert upload.have == (WANTED[0], b"", b"", b"")
    upload.close()


def test_a_block_that_is_being_written_is_not_in_place(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(CONTENT)
    upload = begin(staging, top, replace=True)
    upload.write(1, 0, memoryview(b"half of it"))
    assert upload.complete() == (1,), "a bad block must not be papered over with the old one"
    upload.close()


@pytest.mark.parametrize("replace", [True, False])
def test_an_empty_file_is_complete_at_once(staging: Staging, top: Folder, replace: bool) -> None:
    upload = begin(staging, top, b"", replace=replace)
    assert upload.have == upload.complete() == upload.digests == ()
    upload.close()


def begin_with(staging: Staging, top: Folder, hints: dict[int, bytes]) -> Upload:
    return staging.stage_large(Plan(("a",), len(CONTENT), 5, None, replace=True, hints=hints), top)


def test_a_target_that_is_alike_is_in_place_at_once(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(CONTENT[: 2 * MIN_BLOCK] + b"?" * MIN_BLOCK + b"tail")
    upload = begin_with(staging, top, {0: b"0" * 32, 1: WANTED[1]})
    assert upload.have[2] not in (b"", WANTED[2])
    assert upload.digests == upload.have
    put(upload, 2)
    assert upload.complete() == ()
    assert upload.digests == WANTED
    assert upload.reused == len(CONTENT) - MIN_BLOCK
    assert os.pread(upload.file.handle, len(CONTENT) + 1, 0) == CONTENT
    upload.close()


def test_a_target_that_is_not_alike_is_not_read(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(b"?" * len(CONTENT))
    upload = begin_with(staging, top, {1: WANTED[1], 3: WANTED[3], 9: WANTED[3]})
    assert upload.have == (b"",) * 4
    assert upload.complete() == (0, 1, 2, 3)
    upload.close()


def test_what_was_copied_is_what_was_digested(staging: Staging, top: Folder, home: Path) -> None:
    (home / "a").write_bytes(CONTENT)
    upload = begin_with(staging, top, {0: WANTED[0]})
    (home / "a").write_bytes(b"?" * len(CONTENT))
    assert upload.complete() == ()
    assert os.pread(upload.file.handle, len(CONTENT) + 1, 0) == CONTENT
    upload.close()


def test_a_shorter_or_longer_target_that_is_alike_gives_what_fits(staging: Staging, top: Folder, home: Path) -> None:
    for old in (CONTENT[: 2 * MIN_BLOCK + 7], CONTENT + b"x" * MIN_BLOCK):
        (home / "a").write_bytes(old)
        upload = begin_with(staging, top, {0: WANTED[0]})
        assert upload.have[:2] == WANTED[:2]
        missing = upload.complete()
        assert missing
        for index in missing:
            put(upload, index)
        assert upload.complete() == ()
        upload.file.finish()
        assert os.pread(upload.file.handle, 2 * len(CONTENT), 0) == CONTENT
        upload.close()
        staging.discard(("a",))
