"""Lines of the log and the audit trail: read from the end, harmless to show, and read again only when they grew."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.tray.log_lines import TAIL_BYTES, Weight, read_audit, read_log
from shared.errors import ConfigError

LOG = """2026-01-02 03:04:05,678 INFO [server.engine.run] a session began
2026-01-02 03:04:06,678 WARNING [server.engine.gate] 203.0.113.7 is banned
2026-01-02 03:04:07,000 ERROR [server.tray.worker] it broke
  | Traceback (most recent call last):
"""


def test_the_log_by_weight_and_part(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    file.write_text(LOG)
    reading = read_log(file)
    assert reading is not None
    assert [(line.weight, line.kind) for line in reading.lines] == [
        (Weight.NORMAL, "run"),
        (Weight.WARNING, "gate"),
        (Weight.ERROR, "worker"),
        (Weight.ERROR, ""),
    ]
    assert reading.lines[0].time == "2026-01-02 03:04:05"
    assert reading.lines[0].text == "a session began"


def test_a_log_of_json_reads_the_same(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    file.write_text(
        '{"time": "2026-01-02T03:04:05.000Z", "level": "warning", "logger": "a.gate", "message": "b\\u202e"}\n'
    )
    reading = read_log(file)
    assert reading is not None
    (line,) = reading.lines
    assert (line.weight, line.kind, line.text) == (Weight.WARNING, "gate", "b\\u{202e}")
    assert line.time.startswith("2026-01-0")


def test_the_audit_trail_names_its_events_and_facts(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text(
        '{"time": "2026-01-02T03:04:05.000Z", "event": "login-failed", "account": "an\\u001bna", "address": "::1"}\n'
        "cut off\n"
        '{"time": "2026-01-02T03:04:06.000Z", "event": "transfer", "bytes": 5, "resumed": false, "digest": null}\n'
    )
    reading = read_audit(file)
    assert reading is not None
    assert [(line.weight, line.kind) for line in reading.lines] == [
        (Weight.WARNING, "login-failed"),
        (Weight.NORMAL, "transfer"),
    ]
    assert "\x1b" not in reading.lines[0].text
    assert reading.lines[1].text == "bytes: 5  resumed: false"


def test_only_what_has_grown_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    missing = read_log(file)
    assert missing is not None
    assert missing.lines == ()
    assert read_log(file, missing) is None
    file.write_text(LOG)
    first = read_log(file, missing)
    assert first is not None
    assert read_log(file, first) is None
    with file.open("a") as stream:
        stream.write("2026-01-02 03:04:08,000 INFO [a.b] more\n")
    second = read_log(file, first)
    assert second is not None
    assert len(second.lines) == len(first.lines) + 1


def test_of_a_long_file_whole_lines_of_its_end_are_read(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    line = "2026-01-02 03:04:05,678 INFO [a.b] " + "x" * 965 + "\n"
    file.write_text(line * (TAIL_BYTES // 1000 + 100))
    reading = read_log(file)
    assert reading is not None
    assert {found.text for found in reading.lines} == {"x" * 965}
    assert len(reading.lines) <= TAIL_BYTES // 1000


def test_a_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_log(tmp_path)
