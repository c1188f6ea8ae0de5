"""Servers nearby: what is heard is made harmless, counted once, and forgotten when it has gone."""

from __future__ import annotations

import threading

import pytest

from desktop.client import nearby
from desktop.client.nearby import Heard, NearbyBrowser, NearbyServer, OnHeard, read_server

FINGERPRINT = "SHA256:" + "A" * 43


class Hearing:
    """A network that says what the test wants."""

    def __init__(self, heard: OnHeard) -> None:
        self.say = heard
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


class Watcher:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.networks: list[Hearing] = []
        self.browser = NearbyBrowser(self.note("found"), self.note("updated"), self.note("lost"), listen=self.listen)

    def note(self, what: str) -> nearby.On:
        return lambda server: self.events.append((what, server.name))

    def listen(self, heard: OnHeard) -> Hearing:
        self.networks.append(Hearing(heard))
        return self.networks[-1]


def heard(
    label: str = "desk", addresses: tuple[str, ...] = ("192.0.2.7",), port: int = 47623, **texts: bytes | None
) -> Heard:
    return Heard(label, addresses, port, {name.encode(): value for name, value in texts.items()})


def test_servers_come_change_and_go() -> None:
    watcher = Watcher()
    watcher.browser.start()
    (network,) = watcher.networks
    network.say("a", heard("desk", fp=FINGERPRINT.encode()))
    network.say("a", heard("desk", fp=FINGERPRINT.encode()))
    network.say("b", heard("Attic"))
    assert watcher.browser.servers == (
        NearbyServer("b", "Attic", ("192.0.2.7",), 47623),
        NearbyServer("a", "desk", ("192.0.2.7",), 47623, FINGERPRINT),
    )
    network.say("a", heard("desk", port=1234))
    network.say("a", None)
    network.say("never heard of", None)
    # What can no longer be reached is as good as gone.
    network.say("b", heard("Attic", addresses=()))
    assert watcher.events == [
        ("found", "desk"), ("found", "Attic"), ("updated", "desk"), ("lost", "desk"), ("lost", "Attic"),
    ]  # fmt: skip
    watcher.browser.stop()
    assert network.is_closed
    network.say("c", heard("late"))
    assert len(watcher.events) == 5


@pytest.mark.parametrize(
    "texts",
    [
        {"name": b"a\n\x1b[31mb\xe2\x80\xaec", "fp": b"SHA256:<script>", "version": b"\x00\xff" * 50},
        {"name": b"x" * 500, "fp": FINGERPRINT.encode() + b"\n", "version": None},
        {"name": b"\xff\xfe", "fp": None},
    ],
)
def test_a_hostile_announcement_is_shown_harmless(texts: dict[str, bytes | None]) -> None:
    server = read_server("k", heard("\x1b]0;label", **texts))
    assert server is not None
    assert server.name.isprintable()
    assert 0 < len(server.name) <= nearby.MAX_NAME
    assert server.version.isprintable()
    assert len(server.version) <= 16
    assert server.fingerprint is None


@pytest.mark.parametrize(
    "wrong",
    [
        heard(port=0),
        heard(port=70000),
        heard(addresses=()),
        heard(addresses=("127.0.0.1", "::1", "0.0.0.0", "224.0.0.251", "ff02::fb", "nonsense", "fe80::1")),
    ],
)
def test_what_cannot_be_connected_to_is_not_shown(wrong: Heard) -> None:
    assert read_server("k", wrong) is None


def test_addresses_are_few_and_the_likely_ones_first() -> None:
    server = read_server("k", heard(addresses=("fe80::1%eth0", "2001:db8::1", "169.254.1.1", "192.0.2.7")))
    assert server is not None
    assert server.addresses == ("192.0.2.7", "2001:db8::1", "169.254.1.1", "fe80::1%eth0")
    many = read_server("k", heard(addresses=tuple(f"192.0.2.{number}" for number in range(100))))
    assert many is not None
    assert len(many.addresses) == nearby.MAX_ADDRESSES


def test_a_jokers_thousand_servers_do_not_fill_the_page() -> None:
    watcher = Watcher()
    watcher.browser.start()
    for number in range(1000):
        watcher.networks[0].say(str(number), heard(str(number)))
    assert len(watcher.browser.servers) == nearby.MAX_SERVERS
    watcher.networks[0].say("0", None)
    watcher.networks[0].say("desk", heard("desk"))
    assert ("found", "desk") in watcher.events


def test_a_network_that_forbids_it_is_told_in_a_sentence() -> None:
    def forbidden(heard: OnHeard) -> Hearing:
        raise OSError(19, "No such device\x1b[31m")

    browser = NearbyBrowser(*(lambda server: None,) * 3, listen=forbidden)
    browser.start()
    assert "No such device" in browser.problem
    assert browser.problem.isprintable()
    browser.stop()


def test_nothing_is_told_after_the_end_even_from_another_thread() -> None:
    watcher = Watcher()
    watcher.browser.start()
    watcher.browser.stop()
    speaker = threading.Thread(target=watcher.networks[0].say, args=("a", heard()))
    speaker.start()
    speaker.join()
    assert watcher.events == []
