"""The demo's child is started, believed by its own word, and gone with all its files afterwards."""

from __future__ import annotations

import json
import sys
import time

import psutil
import pytest

from desktop.demo.files import make_local_files, make_server_files
from desktop.demo.server import ACCOUNT, DemoError, running_demo

# Stands in for wherry-server: notes how it was called, and says what the real one says.
STAND_IN = """
import json, os, sys, time
arguments = sys.argv[2:]
with open(sys.argv[1], "a") as notes:
    password = sys.stdin.read() if "add" in arguments else ""
    notes.write(json.dumps([arguments, password, os.getpid()]) + "\\n")
if "add" in arguments:
    if "broken-account" in sys.argv[1]:
        sys.exit("no room for an account")
elif "serve" in arguments:
    if "broken-serve" in sys.argv[1]:
        sys.exit("the port is taken")
    line = {"event": "listening", "host": "127.0.0.1", "port": 4711, "fingerprint": "SHA256:abc"}
    print(json.dumps(line), flush=True)
    time.sleep(60)
else:
    time.sleep(60)
"""


@pytest.fixture
def stand_in(tmp_path):
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)

    def command(name: str = "notes"):
        return [sys.executable, str(script), str(tmp_path / name)]

    return command


def calls(notes):
    return [json.loads(line) for line in notes.read_text().splitlines()]


def test_it_makes_an_account_serves_and_leaves_nothing(stand_in, tmp_path):
    with running_demo(server=stand_in()) as demo:
        assert demo.address.url() == f"wherry://{ACCOUNT}@127.0.0.1:4711/"
        assert demo.fingerprint == "SHA256:abc"
        assert (demo.local_folder / "Letter to Anna.txt").is_file()
        assert (demo.server_folder / "Welcome.txt").is_file()
        root = demo.profile.parent
        assert root.stat().st_mode & 0o077 == 0
        assert demo.password not in repr(demo)
    added, served = calls(tmp_path / "notes")
    assert added[0][:3] == ["user", "add", ACCOUNT]
    assert added[1] == demo.password + "\n"
    assert demo.password not in " ".join(added[0] + served[0])
    assert not psutil.pid_exists(served[2])
    assert not root.exists()


def test_with_the_tray_a_second_program_runs_on_data_of_its_own(stand_in, tmp_path):
    with running_demo(server=stand_in(), start_tray=True) as demo:
        server = demo.server_folder.parent.parent
        deadline = time.monotonic() + 20
        while len(calls(tmp_path / "notes")) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    tray = calls(tmp_path / "notes")[2]
    assert tray[0][0] == "--data"
    assert tray[0][1] != str(server)
    assert not psutil.pid_exists(tray[2])


@pytest.mark.parametrize(
    ("name", "reason"),
    [("broken-account", "no room for an account"), ("broken-serve", "the port is taken")],
)
def test_a_failure_gives_the_childs_reason_and_leaves_nothing(stand_in, tmp_path, monkeypatch, name, reason):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(DemoError, match=reason), running_demo(server=stand_in(name)):
        pytest.fail("must not run")
    assert not list(tmp_path.glob("wherry-demo-*"))


def test_a_missing_program_is_named(tmp_path):
    missing = str(tmp_path / "wherry-server")
    with pytest.raises(DemoError, match="wherry-server"), running_demo(server=[missing]):
        pytest.fail("must not run")


def test_the_sample_files_are_real_pictures_and_nested(tmp_path, qapp):
    make_local_files(tmp_path / "here")
    make_server_files(tmp_path / "there")
    assert (tmp_path / "here/Photos/Open water.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "here/Photos/Last light.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    assert (tmp_path / "there/Archive/2024/Crossing report.txt").is_file()
