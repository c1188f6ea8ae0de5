"""Gets the peers from Debian's packages, where root asks for the benchmark; else says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.peers import PACKAGES, PeerMissingError, program

_POLICY = Path("/usr/sbin/policy-rc.d")
_TIMEOUT_S = 300.0


def missing_packages() -> list[str]:
    """Return the packages whose programs are not here, by name."""
    missing = set()
    for name, package in PACKAGES.items():
        try:
            program(name)
        except PeerMissingError:
            missing.add(package)
    return sorted(missing)


def provide(say: Callable[[str], None]) -> None:
    """Install what is missing, or say what is. Never raises for it: a peer that stays away is a gap in the table."""
    packages = missing_packages()
    if not packages:
        return
    words = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say(f"these programs to compare with are missing, and only root can install them; going on without:\n  {words}")
        return
    say(f"installing the programs to compare with: {' '.join(packages)}")
    try:
        _install(packages)
    except (subprocess.SubprocessError, OSError) as error:
        say(f"they could not be installed ({error}); going on without:\n  {words}")


def _install(packages: Sequence[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    with _no_services():
        for words in (["apt-get", "update", "-qq"], install):
            subprocess.run(words, check=True, env=quiet, stdout=subprocess.DEVNULL, timeout=_TIMEOUT_S)


@contextmanager
def _no_services() -> Iterator[None]:
    """Keep Debian from starting its own sshd and nginx on this machine's ports: only the programs are wanted."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
