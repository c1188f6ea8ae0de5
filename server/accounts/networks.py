"""Addresses and networks as the guard counts and lists them. Knows no socket and asks no resolver."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from shared.errors import ConfigError
from shared.names import display

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SITE_PREFIX = 48
"""What one customer is given (RFC 6177): whoever has one /64 of it may well have all 65,536."""


@lru_cache(maxsize=4096)
def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address as sockets give it; an IPv4 address mapped into IPv6 is the IPv4 address. None for no address."""
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def parse_network(text: str) -> Network:
    """Read ``192.0.2.7``, ``192.0.2.0/24`` or ``2001:db8::/32``; raises :class:`~shared.errors.ConfigError`.

    Bits beyond the prefix are an error: of ``10.1.2.3/8`` nobody knows which half was meant.
    """
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError as error:
        raise ConfigError(
            f"“{display(text[:64])}” is no address and no network: {display(str(error))}",
            hint="Write for example 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.",
        ) from error
    if isinstance(network, ipaddress.IPv6Network):
        mapped = network.network_address.ipv4_mapped
        if mapped is not None and network.prefixlen >= 96:
            return ipaddress.IPv4Network((mapped, network.prefixlen - 96))
    return network


class NetworkSet:
    """Networks, looked up by address in one step for each prefix length that occurs, however many they are."""

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        self._by_length: dict[tuple[int, int], dict[int, Network]] = {}
        for network in networks:
            self.add(network)

    def add(self, network: Network) -> None:
        """Add a network; one that is there already changes nothing."""
        shift = network.max_prefixlen - network.prefixlen
        self._by_length.setdefault((network.version, shift), {})[int(network.network_address) >> shift] = network

    def matching(self, address: str) -> list[Network]:
        """Return the networks that an address is in; none for what is no address."""
        parsed = parse_address(address)
        if parsed is None:
            return []
        found = []
        for (version, shift), networks in self._by_length.items():
            if version == parsed.version and (network := networks.get(int(parsed) >> shift)) is not None:
                found.append(network)
        return found

    def __contains__(self, address: object) -> bool:
        return isinstance(address, str) and bool(self.matching(address))

    def __bool__(self) -> bool:
        return bool(self._by_length)


@lru_cache(maxsize=4096)
def origin_of(address: str) -> str:
    """Return what counts as one origin: an IPv4 address, an IPv6 network of /64, or else the text itself."""
    parsed = parse_address(address)
    if parsed is None:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False))


@lru_cache(maxsize=4096)
def site_of(address: str) -> str | None:
    """Return the IPv6 network of /48 around an address; None for IPv4, whose neighbours are strangers to it."""
    parsed = parse_address(address)
    if not isinstance(parsed, ipaddress.IPv6Address) or parsed.is_link_local:
        return None
    return str(ipaddress.IPv6Network((parsed, SITE_PREFIX), strict=False))


def network_of(origin: str) -> Network | None:
    """Return the network that an origin or a site stands for; None when it is no address."""
    try:
        return ipaddress.ip_network(origin)
    except ValueError:
        return None
