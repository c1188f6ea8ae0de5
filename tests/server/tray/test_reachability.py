"""What is said about the way to the server, and what is left open."""

from __future__ import annotations

import pytest

from server.tray.addresses import HostAddress, Medium
from server.tray.firewall import Firewall, Verdict
from server.tray.reachability import Tone, find_out
from tests.server.tray.fakes import FINGERPRINT

CABLE = HostAddress("192.168.1.5", "enp3s0", Medium.CABLE)
PUBLIC = HostAddress("2a00:db8::5", "enp3s0", Medium.CABLE)
LOOPBACK = HostAddress("127.0.0.1", medium=Medium.LOOPBACK)


class Door:
    """Answers with a fingerprint, or refuses."""

    def __init__(self, answer: str | OSError = FINGERPRINT) -> None:
        self.answer = answer
        self.knocks: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> str:
        self.knocks.append((host, port))
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer


def test_each_own_address_is_tried_and_the_rest_is_left_open() -> None:
    door = Door()
    found = find_out([CABLE, PUBLIC], 47623, FINGERPRINT, [], door)
    assert door.knocks == [("192.168.1.5", 47623), ("2a00:db8::5", 47623)]
    assert [finding.tone for finding in found] == [Tone.GOOD, Tone.GOOD, Tone.UNKNOWN, Tone.UNKNOWN]
    assert "[2a00:db8::5]:47623" in found[1].title
    # It never says that others come through: that cannot be seen from here.
    assert "cannot be seen" in found[-1].title


def test_private_addresses_are_not_the_internet() -> None:
    found = find_out([CABLE], 47623, FINGERPRINT, [], Door())
    assert "router" in found[-1].text


def test_the_loopback_is_never_taken_for_a_network() -> None:
    door = Door()
    (finding,) = find_out([LOOPBACK], 47623, FINGERPRINT, [], door)
    assert finding.tone is Tone.PROBLEM
    assert "Only this computer" in finding.title
    assert door.knocks == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [(ConnectionRefusedError(111, "Connection refused"), "Nothing answers"), ("SHA256:else", "Another server")],
)
def test_nothing_or_somebody_else_is_a_problem(answer: str | OSError, words: str) -> None:
    found = find_out([CABLE], 47623, FINGERPRINT, [], Door(answer))
    assert found[0].tone is Tone.PROBLEM
    assert words in found[0].title


@pytest.mark.parametrize(
    ("verdict", "tone", "has_command"),
    [
        (Verdict.OPEN, Tone.GOOD, False),
        (Verdict.BLOCKED, Tone.PROBLEM, True),
        (Verdict.UNKNOWN, Tone.UNKNOWN, True),
    ],
)
def test_a_firewall_is_named_with_what_opens_it(verdict: Verdict, tone: Tone, has_command: bool) -> None:
    found = find_out([CABLE], 47623, FINGERPRINT, [Firewall("ufw", verdict, "sudo ufw allow")], Door())
    (about,) = [finding for finding in found if "ufw" in finding.title]
    assert (about.tone, bool(about.command)) == (tone, has_command)
    assert not any("No firewall" in finding.title for finding in found)
