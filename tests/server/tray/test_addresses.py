"""Which addresses are shown, in which order, and how the link is written."""

from __future__ import annotations

import pytest

from server.tray.addresses import Interface, Medium, choose, link, read_interfaces

LOOPBACK = Interface("lo", Medium.LOOPBACK, ("127.0.0.1", "::1"))
CABLE = Interface("enp3s0", Medium.CABLE, ("fe80::1%enp3s0", "fd00::5", "192.168.1.5"))
WIRELESS = Interface("wlan0", Medium.WIRELESS, ("10.0.0.9",))
TUNNEL = Interface("wg0", Medium.OTHER, ("100.64.3.2",))
DOCKER = Interface("docker0", Medium.OTHER, ("172.17.0.1",))


def _hosts(host: str, *interfaces: Interface) -> list[str]:
    return [address.host for address in choose(host, interfaces)]


def test_cable_before_air_before_tunnel() -> None:
    assert _hosts("0.0.0.0", LOOPBACK, TUNNEL, WIRELESS, CABLE) == ["192.168.1.5", "10.0.0.9", "100.64.3.2"]


def test_ipv6_shows_only_where_the_server_listens_on_it() -> None:
    assert "fd00::5" not in _hosts("0.0.0.0", CABLE)
    assert _hosts("::", CABLE) == ["192.168.1.5", "fd00::5"]


def test_link_local_ipv6_containers_and_loopback_are_left_out() -> None:
    assert _hosts("::", LOOPBACK, DOCKER, Interface("eth0", Medium.CABLE, ("fe80::2%eth0", "10.1.1.1"))) == ["10.1.1.1"]


def test_a_self_assigned_address_comes_last() -> None:
    odd = Interface("eth0", Medium.CABLE, ("169.254.7.7",))
    assert _hosts("0.0.0.0", odd, WIRELESS) == ["10.0.0.9", "169.254.7.7"]


def test_without_a_network_this_computer_is_named_as_such() -> None:
    (only,) = choose("0.0.0.0", [LOOPBACK, DOCKER])
    assert (only.host, only.medium) == ("127.0.0.1", Medium.LOOPBACK)


@pytest.mark.parametrize(
    ("host", "medium"),
    [
        ("127.0.0.1", Medium.LOOPBACK),
        ("localhost", Medium.LOOPBACK),
        ("::1", Medium.LOOPBACK),
        ("10.2.3.4", Medium.OTHER),
    ],
)
def test_a_host_that_was_set_is_the_only_one(host: str, medium: Medium) -> None:
    (only,) = choose(host, [CABLE, WIRELESS])
    assert (only.host, only.medium) == (host, medium)


def test_what_is_no_address_is_passed_over() -> None:
    assert _hosts("0.0.0.0", Interface("eth0", Medium.CABLE, ("", "nonsense", "10.1.1.1"))) == ["10.1.1.1"]


def test_links_are_urls() -> None:
    assert link("192.168.1.5", 47623) == "wherry://192.168.1.5:47623/"
    assert link("fd00::5", 47623, "anna") == "wherry://anna@[fd00::5]:47623/"
    fingerprint = "SHA256:a/b+c"
    assert link("desk", 1, fingerprint=fingerprint) == "wherry://desk:1/?fp=SHA256:a%2Fb%2Bc"
    assert link("desk", 1, "a@b é") == "wherry://a%40b%20%C3%A9@desk:1/"


def test_the_system_has_a_loopback() -> None:
    loopback = [each for each in read_interfaces() if each.medium is Medium.LOOPBACK]
    assert any("127.0.0.1" in each.addresses for each in loopback)
