"""The entries of the desktop's menu are valid, name icons that exist, and the programs' own window class."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = sorted((ROOT / "packaging").glob("*.desktop"), key=lambda file: file.stem)


def _entry(file: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = lambda key: key  # the keys of these files have case
    parser.read(file, encoding="utf-8")
    return parser["Desktop Entry"]


def test_both_programs_have_an_entry() -> None:
    assert [file.stem for file in ENTRIES] == ["wherry", "wherry-server"]


@pytest.mark.parametrize("file", ENTRIES, ids=lambda file: file.stem)
def test_the_entry_is_valid(file: Path) -> None:
    validator = shutil.which("desktop-file-validate")
    if validator is None:
        pytest.skip("desktop-file-validate is not installed (Debian: desktop-file-utils)")
    done = subprocess.run([validator, "--warn-kde", file], capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("file", ENTRIES, ids=lambda file: file.stem)
def test_the_entry_names_what_exists(file: Path) -> None:
    entry = _entry(file)
    assert entry["Exec"].split()[0] == file.stem
    assert (ROOT / "shared" / "look" / "icons" / f"{entry['Icon']}.svg").is_file()
    assert entry["StartupWMClass"] == file.stem
