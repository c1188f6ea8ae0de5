"""The control socket: one line, one answer, whoever is at the other end."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from server.engine import control
from server.engine.control import FILE_NAME, ControlSocket, ask
from shared.errors import ConfigError

pytestmark = pytest.mark.skipif(not control.HAS_SOCKETS, reason="no Unix sockets here")


def obey(request: Mapping[str, Any]) -> Mapping[str, Any]:
    match request.get("do"):
        case "echo":
            return {"said": request["what"]}
        case "refuse":
            raise ConfigError("because", title="No", hint="Try again.")
        case "break":
            raise RuntimeError("a bug")
    raise ValueError("there is no such order")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    # As deep as folders get: a socket's path must fit 108 bytes, and this one does not.
    data = tmp_path / ("deep" * 20) / ("deeper" * 20)
    data.mkdir(parents=True, mode=0o700)
    return data


@pytest.fixture
def running(data: Path) -> Iterator[ControlSocket]:
    running = ControlSocket(data, obey)
    running.start()
    yield running
    running.stop()


def test_orders_are_answered(data: Path, running: ControlSocket) -> None:
    hostile = 'a\n"\x1b\udcff'
    assert ask(data, {"do": "echo", "what": hostile}) == {"said": hostile}
    assert stat.S_IMODE((data / FILE_NAME).stat().st_mode) == 0o600


def test_a_refusal_comes_with_its_words(data: Path, running: ControlSocket) -> None:
    with pytest.raises(ConfigError) as refused:
        ask(data, {"do": "refuse"})
    assert (refused.value.title, refused.value.detail, refused.value.hint) == ("No", "because", "Try again.")
    with pytest.raises(ConfigError, match="makes no sense"):
        ask(data, {"do": "fly"})


def test_a_bug_ends_no_thread(data: Path, running: ControlSocket, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ConfigError, match="Internal error"):
        ask(data, {"do": "break"})
    assert "a bug" in caplog.text
    assert ask(data, {"do": "echo", "what": 1}) == {"said": 1}


@pytest.mark.parametrize(
    "said", [b"", b"\n", b"nonsense\n", b"5\n", b'{"do": "ec', b"[" * 50_000 + b"\n", b"x" * 200_000]
)
def test_nonsense_harms_nobody(data: Path, running: ControlSocket, said: bytes) -> None:
    with control._short(data) as path, socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)
        sock.settimeout(30)
        try:
            sock.sendall(said)
            sock.shutdown(socket.SHUT_WR)
            answer = sock.makefile("rb").readline()
        except OSError:
            # Cut in the middle of what is too long.
            answer = b""
    assert answer == b"" or json.loads(answer)["ok"] is False
    assert ask(data, {"do": "echo", "what": 1}) == {"said": 1}


def test_one_who_is_silent_is_given_up(data: Path, running: ControlSocket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "PATIENCE", 0.05)
    with control._short(data) as path, socket.socket(socket.AF_UNIX) as silent:
        silent.connect(path)
        assert ask(data, {"do": "echo", "what": 1}, patience=10) == {"said": 1}


def test_a_stop_waits_for_nobody_and_leaves_nothing(data: Path) -> None:
    running = ControlSocket(data, obey)
    running.start()
    with control._short(data) as path, socket.socket(socket.AF_UNIX) as silent:
        silent.connect(path)
        stopper = threading.Thread(target=running.stop)
        stopper.start()
        stopper.join(timeout=3)
        assert not stopper.is_alive()
    assert list(data.iterdir()) == []
    assert ask(data, {"do": "echo", "what": 1}) is None


def test_what_a_crashed_server_left_is_replaced(data: Path) -> None:
    with control._short(data) as path, socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    assert ask(data, {"do": "echo", "what": 1}) is None
    running = ControlSocket(data, obey)
    running.start()
    assert ask(data, {"do": "echo", "what": 1}) == {"said": 1}
    running.stop()


def test_a_file_of_that_name_is_not_removed(data: Path) -> None:
    (data / FILE_NAME).write_text("mine")
    with pytest.raises(ConfigError, match="cannot be made"):
        ControlSocket(data, obey)
    assert (data / FILE_NAME).read_text() == "mine"


def test_another_user_is_not_let_in(
    data: Path, running: ControlSocket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(control, "_uid_of", lambda sock: os.geteuid() + 4711)
    with pytest.raises(ConfigError, match="cannot be reached"):
        ask(data, {"do": "echo", "what": 1})
    assert "is not let in" in caplog.text
