"""``wherry-server`` as scripts and people meet it: output, exit status, and signals to a real process."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server import cli
from server.accounts import store
from shared.auth.credentials import Verifier, make_verifier
from shared.protocol import limits


@pytest.fixture(autouse=True)
def _fast_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The strength of the default count is the store's own test; here it is only waited for."""

    def quick(password: str, *, iterations: int) -> Verifier:
        return make_verifier(password, iterations=limits.MIN_ITERATIONS)

    monkeypatch.setattr(store, "make_verifier", quick)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        status = cli.main([*arguments, "--data", str(data)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


def test_accounts_from_first_to_last(run: Run, data: Path) -> None:
    status, out, err = run("user", "add", "anna", "--password-stdin", stdin="pw\n")
    assert (status, out, err) == (0, f"added anna, home {data / 'homes' / 'anna'}\n", "")

    assert run("user", "disable", "ANNA") == (0, "disabled anna\n", "")
    status, out, err = run("user", "list", "--json")
    listed = json.loads(out)
    assert (listed["name"], listed["enabled"], listed["quota"]) == ("anna", False, None)
    assert run("user", "enable", "anna") == (0, "enabled anna\n", "")
    assert run("user", "passwd", "--password-stdin", "anna", stdin="new\n")[0] == 0

    status, out, err = run("user", "remove", "anna")
    assert status == 0
    assert str(data / "homes" / "anna") in out
    assert (data / "homes" / "anna").is_dir()
    assert run("user", "list", "--json")[1] == ""


def test_options_of_add_stand_in_any_order(data: Path, run: Run, tmp_path: Path) -> None:
    home = tmp_path / "photos"
    options = ["--quota", "1.5G", "--read-only", "--home", str(home), "--password-stdin"]
    assert run("user", "add", *options, "anna", stdin="pw\n")[0] == 0
    assert run("user", "add", "bert", *reversed(["10K", "--quota"]), "--password-stdin", stdin="pw\n")[0] == 0
    lines = [json.loads(line) for line in run("user", "list", "--json")[1].splitlines()]
    assert [(line["name"], line["quota"], line["read_only"]) for line in lines] == [
        ("anna", 3 * 512 * 1024 * 1024, True),
        ("bert", 10 * 1024, False),
    ]
    assert lines[0]["home"] == str(home)
    table = run("user", "list")[1].splitlines()
    assert len(table) == 3
    assert "1.50 GiB" in table[1]
    assert "read only" in table[1]
    assert len({line.index(word) for line, word in zip(table[1:], (str(home), str(data)), strict=True)}) == 1


def test_no_accounts_is_told_beside_the_output(run: Run) -> None:
    status, out, err = run("user", "list")
    assert (status, out) == (0, "")
    assert "user add" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["user"],
        ["user", "rename", "x"],
        ["user", "add"],
        ["user", "add", "x", "--quota", "lots"],
        ["user", "add", "x", "--quota", "0"],
        ["user", "add", "x", "--quo", "1G"],
        ["serve", "--port", "70000"],
        ["serve", "--port", "http"],
        ["serve", "extra"],
        ["fingerprint", "--json"],
    ],
)
def test_a_senseless_command_line_is_status_2(run: Run, data: Path, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert "wherry-server" in err
    assert not data.exists()


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (["user", "add", "../x", "--password-stdin"], "pw\n", "not allowed"),
        (["user", "add", "anna", "--password-stdin"], "", "standard input had none"),
        (["user", "add", "anna", "--password-stdin"], "a\x07b\n", "password cannot be used"),
        (["user", "add", "anna"], "pw\n", "--password-stdin"),
        (["user", "add", "anna", "--home", "/", "--password-stdin"], "pw\n", "cannot be a home"),
        (["user", "passwd", "nobody", "--password-stdin"], "pw\n", "No such account"),
        (["user", "remove", "no\x1b[31mbody"], "", "No such account"),
        (["user", "enable", "nobody"], "", "No such account"),
        (["user", "disable", "nobody"], "", "No such account"),
    ],
)
def test_what_cannot_be_done_is_status_1_in_words(run: Run, arguments: list[str], stdin: str, told: str) -> None:
    status, out, err = run(*arguments, stdin=stdin)
    assert (status, out) == (1, "")
    assert err.startswith("wherry-server: ")
    assert told in err
    assert "\x1b" not in err
    assert run("user", "list")[1] == ""


def test_a_taken_name_is_told_before_the_password_is_asked(run: Run) -> None:
    run("user", "add", "anna", "--password-stdin", stdin="pw\n")
    status, _, err = run("user", "add", "Anna")
    assert status == 1
    assert "taken" in err


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_lax_data_folder_is_refused_by_every_verb(run: Run, data: Path) -> None:
    data.mkdir()
    data.chmod(0o755)
    for arguments in (["user", "list"], ["fingerprint"], ["serve", "--port", "0"]):
        status, _, err = run(*arguments)
        assert status == 1
        assert f"chmod 700 {data}" in err


def test_the_fingerprint_stays(run: Run) -> None:
    status, out, err = run("fingerprint")
    assert (status, err) == (0, "")
    assert out.startswith("SHA256:")
    assert run("fingerprint")[1] == out


def test_data_may_stand_before_the_verb_too(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--data", str(data), "fingerprint"]) == 0
    assert data.is_dir()
    capsys.readouterr()


def test_help_and_version_are_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["--version"], ["user", "add", "--help"]):
        assert cli.main(arguments) == 0
    assert "wherry-server" in capsys.readouterr().out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a screen cannot be told by variables")
def test_the_tray_without_a_screen_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    status, out, err = run()
    assert (status, out) == (1, "")
    assert "wherry-server serve" in err


def test_the_tray_without_qt_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    status, _, err = run()
    assert status == 1
    assert "PySide6" in err


# --- a real process


@contextmanager
def serving(data: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``serve`` on the loopback until it says it is ready; give the process and that line."""
    command = [sys.executable, "-m", "server", "serve", "--data", str(data), "--host", "127.0.0.1", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_says_when_it_is_ready_and_stops_when_told(run: Run, data: Path, number: signal.Signals) -> None:
    fingerprint = run("fingerprint")[1].strip()
    with serving(data, "--port", "0") as (process, line):
        words = line.split()
        host, _, port = words[2].rpartition(":")
        assert line == f"listening on {host}:{port} fingerprint {fingerprint}\n"
        socket.create_connection((host, int(port)), timeout=5).close()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_serve_json_and_a_second_server_on_the_same_data(data: Path) -> None:
    with serving(data, "--port", "0", "--json") as (process, line):
        ready = json.loads(line)
        assert ready.keys() == {"event", "host", "port", "fingerprint"}
        assert (ready["event"], ready["host"]) == ("listening", "127.0.0.1")
        with serving(data, "--port", "0") as (second, nothing):
            _, err = second.communicate(timeout=30)
        assert (second.returncode, nothing) == (1, "")
        assert f"process {process.pid}" in err
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_serve_on_a_port_in_use_is_status_1_in_words(data: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        serving(data, "--port", str(taken.getsockname()[1])) as (process, line),
    ):
        _, err = process.communicate(timeout=30)
    assert (process.returncode, line) == (1, "")
    assert "Traceback" not in err
    assert "wherry-server: " in err
