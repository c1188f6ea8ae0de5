"""A rename never takes the place of something."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.places import exclusive_rename
from desktop.places.exclusive_rename import rename_exclusively


@pytest.fixture(params=["system call", "fallback"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "fallback":
        monkeypatch.setattr(exclusive_rename, "_renameat2", None)


@pytest.mark.usefixtures("_way")
class TestRename:
    def test_a_free_name_is_taken(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("x")
        rename_exclusively(str(tmp_path / "a"), str(tmp_path / "b"))
        assert [path.name for path in tmp_path.iterdir()] == ["b"]

    @pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
    def test_whatever_has_the_name_keeps_it(self, tmp_path: Path, kind: str) -> None:
        (tmp_path / "a").mkdir() if kind == "folder" else (tmp_path / "a").write_text("mine")
        target = tmp_path / "b"
        if kind == "file":
            target.write_text("theirs")
        elif kind == "folder":
            target.mkdir()
        else:
            target.symlink_to("nowhere")
        before = target.lstat()
        with pytest.raises(FileExistsError):
            rename_exclusively(str(tmp_path / "a"), str(target))
        assert target.lstat().st_ino == before.st_ino
        assert (tmp_path / "a").exists()

    def test_a_missing_source_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            rename_exclusively(str(tmp_path / "gone"), str(tmp_path / "b"))

    def test_names_that_are_no_unicode_are_renamed(self, tmp_path: Path) -> None:
        (tmp_path / "a\udcff").write_text("x")
        rename_exclusively(str(tmp_path / "a\udcff"), str(tmp_path / "b\udcfe"))
        assert (tmp_path / "b\udcfe").read_text() == "x"
