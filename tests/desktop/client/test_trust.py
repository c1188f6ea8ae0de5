"""Pinned fingerprints: first use, change, and a damaged file."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.client.trust import KnownServers, Verdict
from shared.errors import ConfigError, IdentityError


def test_a_pin_is_remembered_and_a_change_is_told(tmp_path: Path) -> None:
    servers = KnownServers(tmp_path / "known.json")
    assert servers.judge("desk", 1, "SHA256:a") is Verdict.NEW
    servers.pin("Desk", 1, "SHA256:a")
    again = KnownServers(tmp_path / "known.json")
    assert again.judge("desk", 1, "SHA256:a") is Verdict.KNOWN
    assert again.judge("desk", 1, "SHA256:b") is Verdict.CHANGED
    assert again.judge("desk", 2, "SHA256:a") is Verdict.NEW


def test_the_refusal_of_a_change_shows_old_and_new(tmp_path: Path) -> None:
    servers = KnownServers(tmp_path / "known.json")
    with pytest.raises(IdentityError) as new:
        servers.require("desk", 1, "SHA256:a")
    assert (new.value.found, new.value.expected) == ("SHA256:a", None)
    servers.pin("desk", 1, "SHA256:a")
    servers.require("desk", 1, "SHA256:a")
    with pytest.raises(IdentityError, match="has changed") as changed:
        servers.require("desk", 1, "SHA256:b")
    assert (changed.value.found, changed.value.expected) == ("SHA256:b", "SHA256:a")


def test_forgetting_makes_a_server_new(tmp_path: Path) -> None:
    servers = KnownServers(tmp_path / "known.json")
    servers.pin("desk", 1, "SHA256:a")
    servers.forget("desk", 1)
    servers.forget("other", 1)
    assert KnownServers(tmp_path / "known.json").judge("desk", 1, "SHA256:a") is Verdict.NEW


@pytest.mark.parametrize("content", [b"", b"{", b'{"servers": 3}', b"\xff"])
def test_a_damaged_file_is_not_taken_for_an_empty_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "known.json").write_bytes(content)
    with pytest.raises(ConfigError):
        KnownServers(tmp_path / "known.json")


def test_no_other_file_is_left_behind(tmp_path: Path) -> None:
    KnownServers(tmp_path / "known.json").pin("desk", 1, "SHA256:a")
    assert [path.name for path in tmp_path.iterdir()] == ["known.json"]
