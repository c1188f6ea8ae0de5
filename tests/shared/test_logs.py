"""What a log shows of hostile names, and what it never shows."""

from __future__ import annotations

import io
import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import logs
from shared.logs import HIDDEN, JsonFormatter, PrivateFileHandler, SafeFormatter, redact


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(SafeFormatter())
    logger = logging.getLogger("wherry.test")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    yield logger, stream
    logger.removeHandler(handler)
    logger.propagate = True
    logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    "name", ["a\nERROR forged: line", "a\r", "\x1b[2J", "\u202egnp.exe", "\u2028", "\udcff", "a\x85b"]
)
def test_a_name_cannot_forge_a_line_or_move_the_cursor(log: tuple[logging.Logger, io.StringIO], name: str) -> None:
    logger, stream = log
    logger.info("upload of %s", name)
    text = stream.getvalue()
    assert len(text.splitlines()) == 1
    assert text.removesuffix("\n").isprintable()


def test_a_traceback_is_shown_and_its_lines_are_marked(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    try:
        raise ValueError("first\n2024-01-01 00:00:00 INFO forged: line \x1b[31m")
    except ValueError:
        logger.exception("failed")
    first, *others = stream.getvalue().splitlines()
    assert first.endswith("failed")
    assert any("ValueError: first" in line for line in others)
    assert all(line.startswith("  | ") for line in others)
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "password=s3cr3t-value",
        "Password: 's3cr3t-value'",
        '{"password": "s3cr3t-value with spaces"}',
        "WHERRY_PASSWORD=s3cr3t-value",
        "session_key=b's3cr3t-value'",
        "stored_key: s3cr3t-value",
        "connecting to wherry://anna:s3cr3t-value@host:1/x",
        "c=biws,r=abc,p=s3cr3tvalueAAAAAAAAAAAAAAAAAAA=",
        "v=s3cr3tvalueAAAAAAAAAAAAAAAAAAA=",
        "-----BEGIN PRIVATE KEY-----\ns3cr3t-value\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\ns3cr3t-value",
    ],
)
def test_secrets_are_hidden(log: tuple[logging.Logger, io.StringIO], text: str) -> None:
    logger, stream = log
    logger.warning("it said %s", text)
    assert "s3cr3t" not in stream.getvalue()
    assert HIDDEN in stream.getvalue()
    try:
        raise ValueError(text)
    except ValueError:
        logger.exception("failed")
    assert "s3cr3t" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "listening on 0.0.0.0:47623 fingerprint SHA256:1NVrmnmueq7EH9AxDzmu2MA0DkO0lTl7ww4EWXJ4dDg",
        "login refused for “anna” from 192.0.2.1",
        "stored /photos/keys.txt in 3 s",
        "wherry://anna@host:47623/x",
        "step=12 of p=3",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


def test_configure_replaces_what_it_set_up_before(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    first, second = io.StringIO(), io.StringIO()
    try:
        logs.configure(stream=first)
        logs.configure(stream=second, file=tmp_path / "log")
        logging.getLogger("wherry.test").info("hello")
        logging.getLogger("wherry.test").debug("not at this level")
        assert first.getvalue() == ""
        assert second.getvalue().endswith("INFO [wherry.test] hello\n")
        assert (tmp_path / "log").read_text() == second.getvalue()
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


def test_json_is_one_object_a_line_whatever_a_name_holds() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    try:
        raise ValueError("password=s3cr3t-value\nforged")
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    name = 'a\n{"level": "error"}\x1b[2J\u2028\udcff'
    handler.emit(logging.LogRecord("wherry.x", logging.WARNING, "", 0, "upload of %s token=s3cr3t", (name,), trace))
    (line,) = stream.getvalue().splitlines()
    assert line.isascii()
    assert line.isprintable()
    assert "s3cr3t" not in line
    told = json.loads(line)
    assert told["message"] == f"upload of {name} token={HIDDEN}"
    assert (told["level"], told["logger"]) == ("warning", "wherry.x")
    assert "ValueError" in told["traceback"]
    assert told["time"].endswith("Z")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_log_files_are_private_also_after_rotation(tmp_path: Path) -> None:
    before = os.umask(0)
    handler = PrivateFileHandler(tmp_path / "log", maxBytes=200, backupCount=2)
    try:
        for number in range(60):
            handler.emit(logging.LogRecord("x", logging.INFO, "", 0, f"line {number} \udcff", None, None))
    finally:
        handler.close()
        os.umask(before)
    assert {path.name for path in tmp_path.iterdir()} == {"log", "log.1", "log.2"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
