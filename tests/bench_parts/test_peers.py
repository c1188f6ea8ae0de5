"""A peer that is not here: it is named, with what would help, and every row it was wanted for becomes a gap."""

from __future__ import annotations

import subprocess

import pytest

from tests.bench import install, peers
from tests.bench.bench import sides
from tests.bench.figures import Verdict
from tests.bench.install import missing_packages, provide
from tests.bench.peers import PACKAGES, PeerMissingError, program


@pytest.fixture
def installed(monkeypatch) -> set[str]:
    """The programs that are found; all at first."""
    names = set(PACKAGES)

    def which(name: str, path: str | None = None) -> str | None:
        return f"/usr/bin/{name}" if name in names else None

    monkeypatch.setattr(peers.shutil, "which", which)
    return names


def test_a_program_that_is_missing_is_named_with_its_package(installed):
    assert program("sshd") == "/usr/bin/sshd"
    installed.remove("sshd")
    with pytest.raises(PeerMissingError, match=r"sshd is not installed .*openssh-server"):
        program("sshd")


def test_each_package_is_wanted_once(installed):
    assert missing_packages() == []
    installed -= {"ssh", "scp", "rsync"}
    assert missing_packages() == ["openssh-client", "rsync"]


def test_every_row_without_its_peer_is_a_gap():
    def missing():
        raise PeerMissingError("rsync is not installed")

    def broken():
        raise subprocess.CalledProcessError(1, ["ssh-keygen"])

    found, gaps = sides("small", ["put", "get"], {"wherry": object, "rsync": missing, "scp": broken})
    assert len(found) == 1
    assert [row.what for row in gaps] == ["put", "get", "put", "get"]
    assert all(row.verdict is Verdict.GAP for row in gaps)
    assert gaps[0].gap == "rsync: rsync is not installed"


def test_without_root_it_says_what_to_install_and_goes_on(installed, monkeypatch):
    installed.remove("nginx")
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(install.subprocess, "run", lambda *_, **__: pytest.fail("nothing may be installed"))
    said: list[str] = []
    provide(said.append)
    assert "apt-get install --no-install-recommends nginx-light" in "".join(said)


def test_what_cannot_be_installed_stays_a_gap(installed, monkeypatch, tmp_path):
    installed -= {"nginx", "curl"}
    installed.add("apt-get")
    calls: list[list[str]] = []
    policy = tmp_path / "policy-rc.d"

    def run(words, **more):
        calls.append(words)
        assert policy.read_text() == "#!/bin/sh\nexit 101\n", "no service may be started"
        raise subprocess.CalledProcessError(100, words)

    monkeypatch.setattr(install, "_POLICY", policy)
    monkeypatch.setattr(install.os, "geteuid", lambda: 0)
    monkeypatch.setattr(install.subprocess, "run", run)
    said: list[str] = []
    provide(said.append)
    assert calls == [["apt-get", "update", "-qq"]]
    assert not policy.exists()
    assert "installing the programs to compare with: curl nginx-light" in said
    assert "could not be installed" in said[-1]


def test_nothing_is_said_when_all_is_there(installed):
    provide(pytest.fail)
