"""Firewalls of this machine, as far as they can be seen without special rights."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.tray.firewall import Firewall, ThisSystem, Verdict, firewalls

PORT = 47623
UFW_ON = {"/etc/ufw/ufw.conf": "# comment\nENABLED=yes\nLOGLEVEL=low\n"}
ALLOWED = "### RULES ###\n### tuple ### allow tcp 47623 0.0.0.0/0 any 0.0.0.0/0 in\n"


class FakeSystem:
    """Files and commands by name."""

    def __init__(self, files: dict[str, str] | None = None, commands: dict[str, tuple[int, str]] | None = None) -> None:
        self.files = files or {}
        self.commands = commands or {}

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def run(self, command: Sequence[str]) -> tuple[int, str] | None:
        return self.commands.get(" ".join(command))


def test_none_is_found_where_none_is() -> None:
    assert firewalls(FakeSystem(), PORT) == ()
    assert firewalls(FakeSystem({"/etc/ufw/ufw.conf": "ENABLED=no\n"}), PORT) == ()


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({}, Verdict.UNKNOWN),
        ({"/etc/ufw/user.rules": ALLOWED}, Verdict.OPEN),
        ({"/etc/ufw/user.rules": ALLOWED.replace("allow", "deny")}, Verdict.BLOCKED),
        ({"/etc/ufw/user.rules": "", "/etc/default/ufw": 'DEFAULT_INPUT_POLICY="DROP"\n'}, Verdict.BLOCKED),
        ({"/etc/ufw/user.rules": "", "/etc/default/ufw": 'DEFAULT_INPUT_POLICY="ACCEPT"\n'}, Verdict.OPEN),
        ({"/etc/ufw/user.rules": ""}, Verdict.UNKNOWN),
    ],
)
def test_ufw_says_what_may_be_read(files: dict[str, str], verdict: Verdict) -> None:
    assert firewalls(FakeSystem(UFW_ON | files), PORT) == (Firewall("ufw", verdict, "sudo ufw allow 47623/tcp"),)


@pytest.mark.parametrize(
    ("answer", "verdict"), [((0, "yes\n"), Verdict.OPEN), ((1, "no\n"), Verdict.UNKNOWN), ((252, ""), Verdict.UNKNOWN)]
)
def test_firewalld_is_asked(answer: tuple[int, str], verdict: Verdict) -> None:
    # “no” is no block: a service or the zone may let it through.
    commands = {"firewall-cmd --state": (0, "running\n"), f"firewall-cmd --query-port={PORT}/tcp": answer}
    (found,) = firewalls(FakeSystem(commands=commands), PORT)
    assert (found.name, found.verdict) == ("firewalld", verdict)
    assert f"--add-port={PORT}/tcp" in found.command


def test_rules_of_the_kernel_are_only_named() -> None:
    ruled = FakeSystem(commands={"nft list ruleset": (0, "chain input { type filter hook input priority 0; }")})
    assert firewalls(ruled, PORT) == (Firewall("nftables", Verdict.UNKNOWN),)
    empty = FakeSystem(commands={"nft list ruleset": (0, "")})
    assert firewalls(empty, PORT) == ()
    hidden = FakeSystem({"/proc/modules": "nf_tables 300000 12 nft_ct, Live 0x0\n"})
    assert firewalls(hidden, PORT) == (Firewall("nftables", Verdict.UNKNOWN),)
    unused = FakeSystem({"/proc/modules": "nf_tables 300000 0 - Live 0x0\n"})
    assert firewalls(unused, PORT) == ()


def test_what_ufw_wrote_is_not_told_twice() -> None:
    both = FakeSystem(UFW_ON, {"nft list ruleset": (0, "hook input ")})
    assert [found.name for found in firewalls(both, PORT)] == ["ufw"]


def test_the_machine_answers_or_not() -> None:
    system = ThisSystem()
    assert system.read("/no/such/file") is None
    assert system.run(["no-such-command-here"]) is None
    assert system.run(["true"]) == (0, "")
