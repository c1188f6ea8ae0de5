"""Addresses, networks and sets of them: what is one origin, what is in a list."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.networks import NetworkSet, origin_of, parse_network, site_of
from shared.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "origin", "site"),
    [
        ("192.0.2.7", "192.0.2.7", None),
        ("::ffff:192.0.2.7", "192.0.2.7", None),
        ("fe80::1%eth0", "fe80::/64", None),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("somewhere", "somewhere", None),
        ("", "", None),
    ],
)
def test_origins_and_sites(address: str, origin: str, site: str | None) -> None:
    assert (origin_of(address), site_of(address)) == (origin, site)


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("2001:db8::/32", "2001:db8::/32"),
    ],
)
def test_networks_as_people_write_them(text: str, network: str) -> None:
    assert str(parse_network(text)) == network


@pytest.mark.parametrize("text", ["", "10.0.0.1/8", "host", "1.2.3", "::1/129", "\x1b[31m", "1.2.3.4/-1"])
def test_what_is_no_network_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_network(text)
    assert "192.0.2.0/24" in refused.value.hint
    assert str(refused.value).isprintable()


_ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6, network="2001:db8::/96"))
_NETWORKS = _ADDRESSES.flatmap(
    lambda address: st.integers(0, address.max_prefixlen).map(
        lambda length: ipaddress.ip_network((address, length), strict=False)
    )
)


@given(st.lists(_NETWORKS, max_size=20), _ADDRESSES)
def test_a_set_finds_what_a_search_one_by_one_finds(
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network],
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    found = NetworkSet(networks).matching(str(address))
    expected = {network for network in networks if address in network}
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if mapped is None:
        assert set(found) == expected
        assert (str(address) in NetworkSet(networks)) == bool(expected)


def test_an_empty_set_has_nobody_and_no_name_is_in_any() -> None:
    assert not NetworkSet()
    assert "192.0.2.1" not in NetworkSet()
    assert "somewhere" not in NetworkSet([parse_network("0.0.0.0/0")])
    assert 5 not in NetworkSet([parse_network("0.0.0.0/0")])
