"""A disk of this computer that folds names: nothing is replaced or filled under another spelling."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.places.local import DiskFiles
from desktop.places.spelling import check_spelling
from shared.errors import Code, LocalError
from shared.names import collision_key


@pytest.fixture
def folding(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        folder, name = os.path.split(path)
        listed = os.listdir(folder) if os.path.isdir(folder) else []
        found = next((each for each in listed if collision_key(each) == collision_key(name)), name)
        return real(os.path.join(folder, found))

    monkeypatch.setattr(os, "lstat", lstat)


@pytest.mark.usefixtures("folding")
def test_another_spelling_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "README").touch()
    check_spelling(str(tmp_path / "README"))
    check_spelling(str(tmp_path / "other"))
    with pytest.raises(LocalError) as caught:
        check_spelling(str(tmp_path / "readme"))
    assert caught.value.code is Code.EXISTS
    assert "README" in caught.value.detail


def test_names_that_are_kept_apart_are_no_matter(tmp_path: Path) -> None:
    (tmp_path / "README").touch()
    (tmp_path / "readme").touch()
    check_spelling(str(tmp_path / "README"))
    check_spelling(str(tmp_path / "readme"))
    check_spelling(str(tmp_path / "nowhere" / "x"))


def test_a_name_whose_other_spelling_is_too_long_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / ("\u00e9" * 127)).touch()
    check_spelling(str(tmp_path / ("\u00e9" * 127)))


@pytest.mark.usefixtures("folding")
def test_a_folder_is_not_filled_under_another_spelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Photos").mkdir()
    monkeypatch.setattr(os, "makedirs", lambda path, exist_ok: None)
    DiskFiles().make_folder(str(tmp_path / "Photos"))
    with pytest.raises(LocalError, match="Photos"):
        DiskFiles().make_folder(str(tmp_path / "photos"))
