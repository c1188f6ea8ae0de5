"""The announcement: what it says, and that a network which forbids it is a state and no error."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from server.discovery import AnnouncementState, Announcer, Notice, instance_label, service_of

NOTICE = Notice("Anna's box", "0.0.0.0", 47623, "SHA256:" + "A" * 43, "0.1.0")


class Network:
    """A network that remembers, and fails when told to."""

    def __init__(self, host: str) -> None:
        self.events = [f"opened {host}"]
        self.registered = threading.Event()
        self.error: Exception | None = None

    def register(self, notice: Notice) -> None:
        self.events.append(f"registered {notice.name}")
        self.registered.set()
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self.events.append("closed")


def settled(announcer: Announcer) -> AnnouncementState:
    while announcer.announcement.state is AnnouncementState.STARTING:
        threading.Event().wait(0.001)
    return announcer.announcement.state


def test_it_is_announced_and_taken_back() -> None:
    networks: list[Network] = []

    def network(host: str) -> Network:
        networks.append(Network(host))
        return networks[-1]

    announcer = Announcer(network)
    assert announcer.announcement.state is AnnouncementState.OFF
    announcer.start(NOTICE)
    assert settled(announcer) is AnnouncementState.ON
    announcer.stop()
    assert announcer.announcement.state is AnnouncementState.OFF
    assert networks[0].events == ["opened 0.0.0.0", "registered Anna's box", "closed"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.3.2.1"])
def test_what_only_this_machine_can_reach_is_never_announced(host: str) -> None:
    def network(host: str) -> Network:
        raise AssertionError("no socket may be opened")

    announcer = Announcer(network)
    announcer.start(replace(NOTICE, host=host))
    assert announcer.announcement.state is AnnouncementState.IMPOSSIBLE
    assert host in announcer.announcement.detail
    announcer.stop()


@pytest.mark.parametrize("error", [OSError(19, "No such device"), RuntimeError("broken\x1b[31m"), ValueError()])
def test_a_network_that_forbids_it_is_a_state_with_a_reason(error: Exception) -> None:
    network = Network("x")
    network.error = error
    announcer = Announcer(lambda host: network)
    announcer.start(NOTICE)
    assert settled(announcer) is AnnouncementState.IMPOSSIBLE
    assert announcer.announcement.detail.isprintable()
    assert announcer.announcement.detail
    announcer.stop()
    assert network.events[-1] == "closed"


def test_no_network_at_all_is_one_too() -> None:
    def network(host: str) -> Network:
        raise OSError(101, "Network is unreachable")

    announcer = Announcer(network)
    announcer.start(NOTICE)
    assert settled(announcer) is AnnouncementState.IMPOSSIBLE
    assert "unreachable" in announcer.announcement.detail
    announcer.stop()


@pytest.mark.parametrize(
    "name", ["desk", "a.b.c", "x" * 200, "ü" * 100, "日本" * 40, "\x1b[31m\n", "...", "", "a\u202eb"]
)
def test_any_name_becomes_one_label(name: str) -> None:
    label = instance_label(name)
    assert 0 < len(label.encode()) <= 63
    assert "." not in label
    assert label.isprintable()
    service = service_of(replace(NOTICE, name=name), ["192.0.2.7", "2001:db8::1"])
    assert service.port == 47623
    assert service.properties[b"fp"] == NOTICE.fingerprint.encode()
    assert service.parsed_addresses() == ["192.0.2.7", "2001:db8::1"]
