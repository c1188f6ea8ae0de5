"""Looks for firewalls that may keep others from the server's port. It changes nothing and needs no special rights;
what only the administrator may read, it says it does not know.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import Path
from typing import Protocol

_TIMEOUT_S = 5.0


class Verdict(StrEnum):
    """What a firewall does with the port, as far as it can be seen."""

    OPEN = auto()
    BLOCKED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Firewall:
    """One that is switched on. ``command`` opens the port in it, for an administrator to run; it may be empty."""

    name: str
    verdict: Verdict
    command: str = ""


class System(Protocol):
    """What is asked of the machine; tests bring their own."""

    def read(self, path: str) -> str | None:
        """Return a file's text; None when it is not there or may not be read."""

    def run(self, command: Sequence[str]) -> tuple[int, str] | None:
        """Run a command that only looks; return its status and output, None when it is not there or does not end."""


class ThisSystem:
    """The machine itself."""

    def read(self, path: str) -> str | None:
        try:
            return Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def run(self, command: Sequence[str]) -> tuple[int, str] | None:
        # /usr/sbin is seldom in the path of those who are no administrator.
        program = shutil.which(command[0]) or shutil.which(command[0], path="/usr/sbin:/sbin")
        if program is None:
            return None
        try:
            done = subprocess.run(  # noqa: S603  # fixed commands that only look
                [program, *command[1:]],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.returncode, done.stdout


def firewalls(system: System, port: int) -> tuple[Firewall, ...]:
    """Return the firewalls of this machine that are switched on, and what each does with a TCP port."""
    found = (_ufw(system, port), _firewalld(system, port))
    known = tuple(firewall for firewall in found if firewall is not None)
    # Both of them write rules for nftables: what is there then is theirs.
    return known or tuple(firewall for firewall in (_nftables(system, port),) if firewall is not None)


def _ufw(system: System, port: int) -> Firewall | None:
    settings = system.read("/etc/ufw/ufw.conf")
    if settings is None or not re.search(r"^\s*ENABLED\s*=\s*[\"']?yes", settings, re.MULTILINE | re.IGNORECASE):
        return None
    command = f"sudo ufw allow {port}/tcp"
    rules = system.read("/etc/ufw/user.rules")
    if rules is None:
        return Firewall("ufw", Verdict.UNKNOWN, command)
    # Each rule stands there as “### tuple ### allow tcp 47623 0.0.0.0/0 any 0.0.0.0/0 in”.
    rule = re.search(rf"^### tuple ### (allow|limit|deny|reject) (?:tcp|any) {port} ", rules, re.MULTILINE)
    if rule is not None:
        return Firewall("ufw", Verdict.OPEN if rule[1] in {"allow", "limit"} else Verdict.BLOCKED, command)
    default = re.search(
        r"^\s*DEFAULT_INPUT_POLICY\s*=\s*[\"']?(\w+)", system.read("/etc/default/ufw") or "", re.MULTILINE
    )
    if default is None:
        return Firewall("ufw", Verdict.UNKNOWN, command)
    return Firewall("ufw", Verdict.OPEN if default[1] == "ACCEPT" else Verdict.BLOCKED, command)


def _firewalld(system: System, port: int) -> Firewall | None:
    state = system.run(["firewall-cmd", "--state"])
    if state is None or state[0] != 0:
        return None
    command = f"sudo firewall-cmd --permanent --add-port={port}/tcp && sudo firewall-cmd --reload"
    asked = system.run(["firewall-cmd", f"--query-port={port}/tcp"])
    answer = asked[1].strip() if asked is not None else ""
    return Firewall("firewalld", {"yes": Verdict.OPEN}.get(answer, Verdict.UNKNOWN), command)


def _nftables(system: System, port: int) -> Firewall | None:
    listed = system.run(["nft", "list", "ruleset"])
    if listed is not None and listed[0] == 0:
        if not re.search(r"hook input\b", listed[1]):
            return None
        # Sets, marks and jumps decide too; reading them right would be a firewall of our own.
        return Firewall("nftables", Verdict.UNKNOWN)
    modules = system.read("/proc/modules") or ""
    if re.search(r"^(nf_tables|ip_tables|iptable_filter) \S+ [1-9]", modules, re.MULTILINE):
        return Firewall("nftables", Verdict.UNKNOWN)
    return None
