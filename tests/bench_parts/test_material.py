"""What the benchmark moves, and that a copy which differs in anything is told apart."""

from __future__ import annotations

import shutil

import pytest

from tests.bench import material


def test_a_digest_sees_every_difference(tmp_path):
    tree = material.small_files(tmp_path / "tree", 250, size=64)
    copy = tmp_path / "copy"
    shutil.copytree(tree, copy)
    assert material.digest(copy) == material.digest(tree)
    one = next(copy.rglob("*.bin"))

    content = one.read_bytes()
    one.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert material.digest(copy) != material.digest(tree)
    one.write_bytes(content)
    assert material.digest(copy) == material.digest(tree)
    one.rename(one.with_suffix(".other"))
    assert material.digest(copy) != material.digest(tree)
    one.with_suffix(".other").unlink()
    assert material.digest(copy) != material.digest(tree)


@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_a_file_has_a_digest_too(tmp_path, size):
    path = material.random_file(tmp_path / "file", size)
    before = material.digest(path)
    assert path.stat().st_size == size
    path.write_bytes(path.read_bytes() + b"x")
    assert material.digest(path) != before


def test_as_many_files_as_asked_for_are_made(tmp_path):
    assert sum(path.is_file() for path in material.small_files(tmp_path / "small", 230).rglob("*")) == 230
    assert len(list(material.flat_files(tmp_path / "flat", 120).iterdir())) == 120


def test_one_block_in_a_hundred_changes_and_the_time_with_it(tmp_path):
    path = material.random_file(tmp_path / "file", 400 * 8192)
    before, status = path.read_bytes(), path.stat()
    assert material.change_blocks(path, 8192, 0.01) == 4
    after = path.read_bytes()
    changed = [at for at in range(0, len(before), 8192) if before[at : at + 8192] != after[at : at + 8192]]
    assert len(changed) == 4
    assert len(after) == len(before)
    assert path.stat().st_mtime_ns > status.st_mtime_ns


def test_a_tree_of_sources_is_real_text_of_about_the_size(tmp_path):
    size = material.source_tree(tmp_path / "text", 200_000)
    files = [path for path in (tmp_path / "text").rglob("*") if path.is_file()]
    assert 200_000 <= size == sum(path.stat().st_size for path in files)
    assert len(files) > 3


def test_removing_takes_files_folders_and_nothing(tmp_path):
    folder = material.small_files(tmp_path / "folder", 2)
    file = material.random_file(tmp_path / "file", 1)
    for path in (folder, file, tmp_path / "nothing"):
        material.remove(path)
        assert not path.exists()
