"""The lock fits pyproject.toml, is checked by hash throughout and names no host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [*_PROJECT["dependencies"], *(text for group in _PROJECT["optional-dependencies"].values() for text in group)]


@pytest.mark.parametrize("text", WANTED)
def test_what_the_project_asks_for_is_locked_within_its_range(text: str) -> None:
    pins = {canonicalize_name(pin["name"]): pin["version"] for pin in _PIN.finditer(LOCK)}
    wanted = Requirement(text)
    version = pins.get(canonicalize_name(wanted.name))
    assert version is not None, f"{wanted.name} is not in requirements.lock; CONTRIBUTING.md tells how to make it"
    assert wanted.specifier.contains(version), f"{wanted.name} is locked at {version}, outside {wanted.specifier}"


def test_every_pin_has_a_hash_and_none_a_host() -> None:
    pins = [block for block in re.split(r"\n(?=\S)", LOCK) if block.strip()]
    assert [block.split()[0] for block in pins if "--hash=sha256:" not in block] == []
    assert "://" not in LOCK
