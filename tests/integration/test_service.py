"""``wherry-server serve`` as a real process: signals, the control socket, settings that change while files move."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.engine import control
from tests.integration.conftest import PASSWORD, random_file
from tests.integration.depot import Depot, eventually

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and Unix sockets")

MIB = 1 << 20


@pytest.fixture
def depot(tmp_path: Path) -> Iterator[Depot]:
    depot = Depot(tmp_path)
    yield depot
    depot.close()


def wherry_server(depot: Depot, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "server", *words, "--data", str(depot.data)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def status(depot: Depot) -> dict[str, Any]:
    answer = control.ask(depot.data, {"do": "status"})
    assert answer is not None
    return answer


def write_settings(depot: Depot, text: str) -> None:
    (depot.data / "config.toml").write_text(text)


def reload(depot: Depot, text: str) -> None:
    write_settings(depot, text)
    assert wherry_server(depot, "reload")[0] == 0


def audit(depot: Depot) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (depot.data / "audit.jsonl").read_text().splitlines()]


def ended(depot: Depot) -> int:
    """Wait for the server's end; return its status."""
    assert depot._process is not None
    return depot._process.wait(timeout=30)


def process_of(depot: Depot) -> int:
    return int(status(depot)["pid"])


# --- looking and steering


def test_status_and_kick_reach_the_running_server(depot: Depot, tmp_path: Path) -> None:
    reload(depot, "[limits]\ndownload_rate = '64K'\n")
    random_file(depot.home / "big", 4 * MIB)
    command = depot.begin("get", depot.url("big"), str(tmp_path / "big"))
    eventually(lambda: status(depot)["transfers"])
    (moving,) = status(depot)["transfers"]
    assert (moving["path"], moving["direction"], moving["size"]) == ("/big", "download", 4 * MIB)
    shown = wherry_server(depot, "status")[1]
    assert "anna" in shown
    assert "/big" in shown
    eventually(lambda: any(session["rate_out"] > 0 for session in status(depot)["sessions"]))
    session = status(depot)["sessions"][0]["id"]
    assert wherry_server(depot, "kick", session[:2])[0] == 1
    code, out, _ = wherry_server(depot, "kick", session[:8])
    assert (code, out) == (0, "ended the session of anna from 127.0.0.1\n")
    command.interrupt()
    command.result()
    kicked = next(line for line in audit(depot) if line["event"] == "kick")
    assert (kicked["account"], kicked["session"]) == ("anna", session)
    assert wherry_server(depot, "kick", "f" * 32)[0] == 1


def test_without_a_server_it_is_said_and_bans_are_kept_all_the_same(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "server", *words, "--data", str(tmp_path / "data")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    for words in (["status"], ["kick", "abcd"], ["reload"], ["stop"]):
        done = run(*words)
        assert done.returncode == 1
        assert "No server is running" in done.stderr
    assert run("ban", "add", "192.0.2.0/24", "--for", "1h", "--reason", "scans").returncode == 0
    listed = json.loads(run("ban", "list", "--json").stdout)
    assert (listed["network"], listed["reason"], listed["is_owners"]) == ("192.0.2.0/24", "scans", True)
    assert run("ban", "lift", "203.0.113.1").returncode == 1
    assert run("ban", "lift", "192.0.2.7").returncode == 0
    assert run("ban", "list").stdout == ""
    assert run("ban", "add", "0.0.0.0/0").returncode == 1


def test_a_ban_holds_over_a_restart_and_ends_when_lifted(depot: Depot) -> None:
    assert wherry_server(depot, "ban", "add", "127.0.0.0/8", "--reason", "test")[0] == 0
    assert depot.run("ls", depot.url("")).status == 3
    depot.kill()
    depot.start()
    assert depot.run("ls", depot.url("")).status == 3
    (ban,) = json.loads(f"[{wherry_server(depot, 'ban', 'list', '--json')[1]}]")
    assert ban["reason"] == "test"
    assert wherry_server(depot, "ban", "lift", "127.0.0.1")[0] == 0
    assert depot.run("ls", depot.url("")).status == 0
    events = [line["event"] for line in audit(depot)]
    assert {"ban", "ban-lifted", "login"} <= set(events)


# --- settings while files move


def test_a_reload_disturbs_no_transfer_and_says_what_needs_a_restart(depot: Depot, tmp_path: Path) -> None:
    write_settings(depot, "[limits]\ndownload_rate = '128K'\n")
    os.kill(process_of(depot), signal.SIGHUP)
    eventually(lambda: "download_rate" in depot.log())
    source = random_file(depot.home / "big", 8 * MIB)
    command = depot.begin("get", depot.url("big"), str(tmp_path / "big"))
    eventually(lambda: status(depot)["transfers"])
    # 64 seconds at this rate. A mistake first: the old settings stay in force, and nobody is disturbed.
    write_settings(depot, "[limits]\ndownload_rat = 0\n")
    os.kill(process_of(depot), signal.SIGHUP)
    eventually(lambda: "limits.download_rate" in depot.log())
    assert command.is_running
    code, _, err = wherry_server(depot, "reload")
    assert code == 1
    assert "limits.download_rate" in err
    write_settings(depot, "[server]\nname = 'box'\n[limits]\ndownload_rate = 'none'\nworkers = 5\n")
    code, out, _ = wherry_server(depot, "reload")
    assert (code, out) == (0, "reloaded; these settings need a restart: workers\n")
    result = command.result()
    assert result.status == 0
    assert (tmp_path / "big").read_bytes() == source.read_bytes()
    assert status(depot)["name"] == "box"


def test_the_limit_over_all_transfers_is_kept(depot: Depot, tmp_path: Path) -> None:
    reload(depot, "[limits]\nupload_rate = '1M'\n")
    files = [random_file(tmp_path / f"file{number}", MIB) for number in range(3)]
    began = time.monotonic()
    result = depot.run("put", *map(str, files), depot.url(""), "--jobs", "3")
    assert result.status == 0
    assert time.monotonic() - began >= 2.5


# --- stopping


def test_a_graceful_stop_lets_transfers_end_and_takes_nobody_new(depot: Depot, tmp_path: Path) -> None:
    reload(depot, "[server]\ngrace = '60s'\n[limits]\ndownload_rate = '1M'\n")
    source = random_file(depot.home / "big", 4 * MIB)
    command = depot.begin("get", depot.url("big"), str(tmp_path / "big"))
    eventually(lambda: status(depot)["transfers"])
    os.kill(process_of(depot), signal.SIGTERM)
    eventually(lambda: "stopping" in depot.log())
    # The control socket still tells how far it is.
    assert status(depot)["transfers"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", depot.port)).close()
    eventually(lambda: (tmp_path / "big").exists())
    assert (tmp_path / "big").read_bytes() == source.read_bytes()
    command.result()
    assert ended(depot) == 0
    assert not (depot.data / "control.sock").exists()
    transfers = [line for line in audit(depot) if line["event"] == "transfer"]
    assert [(line["path"], line["result"], line["bytes"]) for line in transfers] == [("/big", "ok", 4 * MIB)]
    assert len(transfers[0]["digest"]) == 64


def test_a_second_signal_ends_the_grace_and_what_was_cut_is_resumed(depot: Depot, tmp_path: Path) -> None:
    reload(depot, "[server]\ngrace = '10m'\n[limits]\nupload_rate = '8M'\n")
    source = random_file(tmp_path / "big", 40 * MIB)
    command = depot.begin("put", str(source), depot.url("big"))
    eventually(lambda: depot.staged_bytes() and any(t["moved"] > 9 * MIB for t in status(depot)["transfers"]))
    process = process_of(depot)
    os.kill(process, signal.SIGTERM)
    eventually(lambda: "stopping" in depot.log())
    time.sleep(0.2)
    assert command.is_running
    os.kill(process, signal.SIGTERM)
    # It ends in order, and at once.
    assert ended(depot) == 0
    command.interrupt()
    command.result()
    assert not (depot.home / "big").exists()
    assert depot.staged_bytes()
    write_settings(depot, "")
    depot.close()
    depot.start()
    again = depot.run("put", str(source), depot.url("big"), "--on-conflict", "resume")
    assert again.status == 0
    assert (depot.home / "big").read_bytes() == source.read_bytes()


def test_the_stop_verb_waits_until_the_server_has_stopped(depot: Depot) -> None:
    code, out, _ = wherry_server(depot, "stop", "--grace", "0s")
    assert (code, out) == (0, "stopped\n")
    assert control.ask(depot.data, {"do": "status"}) is None
    assert ended(depot) == 0


def test_systemd_is_told_each_step(tmp_path: Path, depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    depot.close()
    place = tmp_path / "n.sock"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listener:
        listener.bind(os.path.relpath(place))
        listener.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(place))
        depot.start()
        assert listener.recv(4096).decode().splitlines()[0] == "READY=1"
        os.kill(process_of(depot), signal.SIGHUP)
        assert listener.recv(4096).decode().startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert listener.recv(4096).decode().startswith("READY=1")
        depot.close()
        told = listener.recv(4096).decode()
    assert told.startswith("STOPPING=1")
    assert "EXTEND_TIMEOUT_USEC=" in told


# --- what is told and noted


def test_metrics_appear_move_and_go_with_the_settings(depot: Depot, tmp_path: Path) -> None:
    reload(depot, "[metrics]\nport = 0\n")
    host, port = status(depot)["metrics"]
    assert host == "127.0.0.1"
    depot.run("put", str(random_file(tmp_path / "a", MIB)), depot.url(""))
    url = f"http://127.0.0.1:{port}/metrics"
    with urllib.request.urlopen(url, timeout=10) as answer:
        page = answer.read().decode()
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'wherry_transfers_total{direction="upload",result="ok"} 1\n' in page
    assert f'wherry_file_bytes_total{{direction="upload"}} {MIB}\n' in page
    assert 'wherry_logins_total{result="ok"}' in page
    # Not for a page of the web that was given a name for this machine, and nothing else is there.
    rebound = urllib.request.Request(url, headers={"Host": "evil.example"})
    for wrong in (rebound, f"http://127.0.0.1:{port}/"):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(wrong, timeout=10)
    code, _, err = (reload_settings := lambda text: (write_settings(depot, text), wherry_server(depot, "reload"))[1])(
        "[metrics]\nport = 0\nhost = '0.0.0.0'\n"
    )
    assert code == 1
    assert "loopback" in err
    assert reload_settings("")[0] == 0
    assert status(depot)["metrics"] is None
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=10)


def test_the_audit_trail_tells_who_did_what_and_names_forge_nothing(depot: Depot, tmp_path: Path) -> None:
    hostile = tmp_path / 'a\n{"event": "login"}\x1b[31m'
    hostile.write_bytes(b"x" * 100)
    depot.run("put", str(hostile), depot.url(""))
    depot.run("get", depot.url("absent"), str(tmp_path / "x"))
    wrong = subprocess.run(
        [sys.executable, "-m", "desktop.cli", "ls", depot.url(""), "--fingerprint", depot.fingerprint, "--profile",
         str(tmp_path / "p")],
        env={**os.environ, "WHERRY_PASSWORD": "wrong", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert wrong.returncode == 4
    assert wherry_server(depot, "user", "disable", "anna")[0] == 0
    eventually(lambda: any(line["event"] == "account-changed" for line in audit(depot)))
    file = depot.data / "audit.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().isascii()
    lines = audit(depot)
    transfer = next(line for line in lines if line["event"] == "transfer")
    assert transfer["path"] == f"/{hostile.name}"
    assert (transfer["account"], transfer["bytes"], transfer["result"]) == ("anna", 100, "ok")
    assert len(transfer["digest"]) == 64
    failed = next(line for line in lines if line["event"] == "login-failed")
    assert (failed["account"], failed["address"]) == ("anna", "127.0.0.1")
    changed = next(line for line in lines if line["event"] == "account-changed")
    assert (changed["account"], changed["what"]) == ("anna", "enabled")
    assert PASSWORD not in file.read_text()


def test_another_identity_is_used_at_once_and_stops_clients_hard(depot: Depot) -> None:
    old = depot.fingerprint
    code, out, _ = wherry_server(depot, "identity", "renew")
    assert code == 0
    new = out.splitlines()[1].removeprefix("new ")
    assert out.splitlines()[0] == f"old {old}"
    assert status(depot)["fingerprint"] == new != old
    assert depot.run("ls", depot.url("")).status == 5
    depot.fingerprint = new
    assert depot.run("ls", depot.url("")).status == 0
    assert wherry_server(depot, "identity", "show")[1].splitlines()[0] == new
    # Back to the one before: it was kept.
    certificate, key = (depot.data / f"identity.{ending}.old" for ending in ("crt", "key"))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    copies = [path.rename(path.with_suffix(".pem")) for path in (certificate, key)]
    assert wherry_server(depot, "identity", "import", *map(str, copies))[0] == 0
    assert status(depot)["fingerprint"] == old
    depot.fingerprint = old
    assert depot.run("ls", depot.url("")).status == 0


def test_the_control_socket_is_private_and_survives_nonsense(depot: Depot) -> None:
    path = depot.data / "control.sock"
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    for said in (
        b"\n",
        b"nonsense\n",
        b"[]\n",
        b'{"do": "fly"}\n',
        b'{"do": "kick"}\n',
        b"[" * 60_000 + b"\n",
        b"\xff\n",
    ):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(os.path.relpath(path))
            sock.settimeout(30)
            sock.sendall(said + b"\n")
            answer = sock.makefile("rb").readline()
            assert answer == b"" or json.loads(answer)["ok"] is False
    with socket.socket(socket.AF_UNIX) as sock:
        # Too long a line, and then silence: the next one is answered all the same.
        sock.connect(os.path.relpath(path))
        sock.sendall(b"x" * 100_000)
        assert status(depot)["pid"]
