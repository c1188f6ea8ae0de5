"""What the verbs print of a running server's answers: complete, lined up, and harmless whatever it holds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from server import cli, operations
from server.config import open_data_folder
from server.engine import control
from server.engine.control import ControlSocket
from shared.errors import ConfigError

pytestmark = pytest.mark.skipif(not control.HAS_SOCKETS, reason="no Unix sockets here")

HOSTILE = "a\x1b[31m\n\u202e"

STATUS: dict[str, Any] = {
    "pid": 5,
    "name": HOSTILE,
    "host": "::1",
    "port": 47623,
    "fingerprint": "SHA256:x",
    "started": 0.0,
    "announcement": {"state": "impossible", "detail": HOSTILE},
    "connections": 3,
    "connections_before_login": 1,
    "bytes_in": 2048,
    "bytes_out": 0,
    "bans": 1,
    "sessions": [
        {"id": "0123456789abcdef" * 2, "account": HOSTILE, "peer": "192.0.2.1", "since": 0.0, "connections": 2,
         "rate_in": 1024.0, "rate_out": 0.0, "is_stalled": True},
    ],
    "transfers": [
        {"session": "0123456789abcdef" * 2, "direction": "upload", "moved": 1, "size": 2, "rate": 1.0,
         "is_stalled": False, "path": f"/{HOSTILE}"},
    ],
}  # fmt: skip


class Running:
    """A server that answers as the test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.answers: dict[str, Mapping[str, Any]] = {"status": STATUS | {"started": time.time() - 3700}}

    def obey(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(request)
        return self.answers.get(str(request["do"]), {})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return open_data_folder(tmp_path / "data")


@pytest.fixture
def running(data: Path) -> Iterator[Running]:
    running = Running()
    sock = ControlSocket(data, running.obey)
    sock.start()
    yield running
    sock.stop()


def test_status_is_for_people_or_for_scripts(data: Path, running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    operations.show_status(data, as_json=False)
    out = capsys.readouterr().out
    assert all(line.isprintable() for line in out.splitlines())
    for told in ("[::1]:47623", "1 h 1 min", "SHA256:x", "impossible", "01234567", "stalled", "2.00 KiB", "192.0.2.1"):
        assert told in out
    operations.show_status(data, as_json=True)
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(running.answers["status"]))


def test_bans_are_listed_and_said(data: Path, running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    ban = {"network": "192.0.2.0/24", "since": 0.0, "until": None, "reason": HOSTILE, "is_owners": True}
    running.answers |= {"bans": {"bans": [ban]}, "ban": {"ban": ban}, "lift": {"lifted": [ban]}}
    operations.list_bans(data, as_json=False)
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["NETWORK", "BY", "SINCE", "UNTIL", "REASON"]
    assert row.isprintable()
    assert "lifted" in row
    operations.add_ban(data, "192.0.2.0/24", 60.0, "x")
    operations.lift_ban(data, "192.0.2.0/24")
    assert capsys.readouterr().out == "banned 192.0.2.0/24\nlifted the ban of 192.0.2.0/24\n"
    assert running.asked[1] == {"do": "ban", "network": "192.0.2.0/24", "seconds": 60.0, "reason": "x"}
    running.answers["lift"] = {"lifted": []}
    with pytest.raises(ConfigError, match="no such ban"):
        operations.lift_ban(data, "192.0.2.0/24")


def test_a_reload_names_what_needs_a_restart(data: Path, running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    running.answers["reload"] = {"needs_restart": []}
    operations.reload(data)
    running.answers["reload"] = {"needs_restart": ["host", "port"]}
    operations.reload(data)
    assert capsys.readouterr().out == "reloaded\nreloaded; these settings need a restart: host, port\n"


def test_a_renewed_identity_is_told_to_the_running_server(
    data: Path, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    operations.show_identity(data)
    before = capsys.readouterr().out.splitlines()[0]
    operations.renew_identity(data)
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"old {before}"
    assert running.asked[-1] == {"do": "identity"}
    operations.show_identity(data)
    assert capsys.readouterr().out.splitlines()[0] == out[1].removeprefix("new ")


def test_the_settings_file_is_printed_to_begin_with(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["settings", "--data", str(data)]) == 0
    (data / "config.toml").write_text(capsys.readouterr().out)
    assert cli.main(["service", "print", "--data", str(data)]) == 0
    assert f"serve --data {data}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["ban"],
        ["ban", "add"],
        ["ban", "add", "192.0.2.1", "--for", "5 weeks"],
        ["ban", "lift"],
        ["kick"],
        ["stop", "--grace", "soon"],
        ["serve", "--grace", "soon"],
        ["service"],
        ["identity"],
        ["identity", "import", "x"],
    ],
)
def test_a_senseless_command_line_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    assert "wherry-server" in capsys.readouterr().err


def test_columns_line_up_whatever_stands_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    operations.print_table([("A", "B"), ("日本", "x"), ("long one", "")])
    assert capsys.readouterr().out == "A         B\n日本      x\nlong one\n"
