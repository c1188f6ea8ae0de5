"""The audit trail: what it keeps, how little it takes, and that nothing in it can be forged."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.engine.audit import AuditTrail
from shared.errors import ConfigError

NOON = datetime(2030, 1, 2, 12, 0, tzinfo=UTC)


def trail(file: Path, **more: int) -> AuditTrail:
    return AuditTrail(file, clock=lambda: NOON, **more)


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_an_event_is_a_line_that_says_when(tmp_path: Path) -> None:
    audit = trail(tmp_path / "audit")
    audit.note("login", {"account": "anna", "address": "192.0.2.1"})
    assert lines(tmp_path / "audit") == [
        {"time": "2030-01-02T12:00:00.000Z", "event": "login", "account": "anna", "address": "192.0.2.1"}
    ]
    audit.close()


@pytest.mark.parametrize("name", ['a\n{"event": "login"}', "\r", "\x1b[2J", "\u2028", "\udcff", "\u202e", '"\\'])
def test_a_name_forges_nothing_and_reads_back_exactly(tmp_path: Path, name: str) -> None:
    audit = trail(tmp_path / "audit")
    audit.note("transfer", {"path": name})
    audit.close()
    text = (tmp_path / "audit").read_text()
    assert len(text.splitlines()) == 1
    assert text.removesuffix("\n").isprintable()
    assert lines(tmp_path / "audit")[0]["path"] == name


def test_what_is_not_urgent_waits_for_the_flush_and_for_company(tmp_path: Path) -> None:
    audit = trail(tmp_path / "audit")
    audit.note("transfer", {}, is_urgent=False)
    assert lines(tmp_path / "audit") == []
    audit.flush()
    assert len(lines(tmp_path / "audit")) == 1
    for _ in range(2000):
        audit.note("transfer", {}, is_urgent=False)
    assert len(lines(tmp_path / "audit")) > 1000
    audit.note("kick", {})
    assert [line["event"] for line in lines(tmp_path / "audit")] == ["transfer"] * 2001 + ["kick"]
    audit.close()
    audit.close()
    audit.note("late", {})


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_it_is_bounded_by_rotation_and_private(tmp_path: Path) -> None:
    (tmp_path / "audit").touch(0o644)
    before = os.umask(0)
    try:
        audit = trail(tmp_path / "audit", max_bytes=1000, keep=2)
        for number in range(100):
            audit.note("transfer", {"number": number, "path": "x" * 10_000})
        for number in range(100):
            audit.note("login", {"number": number})
        audit.close()
    finally:
        os.umask(before)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["audit", "audit.1", "audit.2"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= 1000 for file in files)
    numbers = [line["number"] for file in reversed(files) for line in lines(file)]
    assert numbers == list(range(100 - len(numbers), 100))


def test_a_full_disk_costs_lines_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    audit = trail(tmp_path / "audit")

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        for _ in range(3):
            audit.note("login", {})
    assert [record.message.count("No space") for record in caplog.records] == [1]
    audit.note("login", {"after": True})
    assert lines(tmp_path / "audit")[-1]["after"] is True
    audit.close()


def test_a_place_that_cannot_be_written_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for place in (tmp_path / "absent" / "audit", tmp_path, tmp_path / "link"):
        with pytest.raises(ConfigError) as refused:
            AuditTrail(place)
        assert "audit = false" in refused.value.hint
