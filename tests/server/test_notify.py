"""What systemd is told, and that nobody need listen."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

import pytest

from server import notify

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")


@pytest.mark.parametrize("is_abstract", [False, True])
def test_each_step_is_one_datagram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_abstract: bool) -> None:
    name = f"wherry-{secrets.token_hex(4)}"
    if is_abstract and not os.path.exists("/proc/net/unix"):
        pytest.skip("abstract names are Linux's")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}" if is_abstract else name)
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}" if is_abstract else f"{tmp_path}/{name}"[:200])
        if not is_abstract and len(f"{tmp_path}/{name}") > 100:
            pytest.skip("the test's folder is too deep for a socket")
        notify.ready("listening")
        assert listener.recv(4096).decode().splitlines() == ["READY=1", "STATUS=listening", f"MAINPID={os.getpid()}"]
        notify.reloading()
        assert listener.recv(4096).decode().startswith("RELOADING=1\nMONOTONIC_USEC=")
        notify.stopping(60.0)
        assert "EXTEND_TIMEOUT_USEC=75000000" in listener.recv(4096).decode().splitlines()


@pytest.mark.parametrize("place", ["", "vsock:2:1234", "relative", "/absent/socket"])
def test_without_a_listener_nothing_happens(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", place)
    notify.ready("listening")
