"""A server announces itself and a browser hears it, over real multicast; skipped where the machine has none."""

from __future__ import annotations

import queue
import socket
import struct

import pytest

from desktop.client.nearby import NearbyBrowser, NearbyServer
from server.discovery import AnnouncementState, Announcer, Notice

FINGERPRINT = "SHA256:" + "B" * 43


def has_multicast() -> bool:
    """Whether a datagram to a group comes back to this machine."""
    group = "224.0.0.251"
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s,
    ):
        try:
            heard.bind(("", 0))
            request = struct.pack("4s4s", socket.inet_aton(group), socket.inet_aton("0.0.0.0"))
            heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
            heard.settimeout(1)
            s.sendto(b"?", (group, heard.getsockname()[1]))
            return heard.recv(8) == b"?"
        except OSError:
            return False


@pytest.mark.skipif(not has_multicast(), reason="this machine has no multicast")
def test_a_server_is_found_with_its_fingerprint_and_lost_when_it_stops() -> None:
    events: queue.Queue[tuple[str, NearbyServer]] = queue.Queue()
    browser = NearbyBrowser(
        lambda server: events.put(("found", server)),
        lambda server: events.put(("updated", server)),
        lambda server: events.put(("lost", server)),
    )
    announcer = Announcer()
    # Another server may be announced in the network of whoever runs this.
    name = f"wherry test {socket.gethostname()}"

    def wait_for(what: str) -> NearbyServer:
        while True:
            heard, server = events.get(timeout=30)
            if heard == what and server.name == name:
                return server

    browser.start()
    assert browser.problem == ""
    try:
        announcer.start(Notice(name, "0.0.0.0", 47777, FINGERPRINT, "0.1.0"))
        try:
            found = wait_for("found")
            assert (found.port, found.fingerprint, found.version) == (47777, FINGERPRINT, "0.1.0")
            assert found.addresses
            assert announcer.announcement.state in {AnnouncementState.ON, AnnouncementState.STARTING}
        finally:
            announcer.stop()
        assert wait_for("lost").port == 47777
    finally:
        browser.stop()
