"""Under which addresses other machines reach this one, the likeliest first, and the ``wherry://`` link to it.

Choosing is pure; only :func:`read_interfaces` asks the system. Connects to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote

from PySide6.QtNetwork import QNetworkInterface

_CONTAINER_PREFIXES = ("docker", "br-", "veth", "virbr", "lxc", "lxd", "podman", "cni", "vmnet", "vboxnet")
"""Networks between this machine and its own containers and guests: nobody else is there."""


class Medium(IntEnum):
    """What an interface is; a cable before the air, both before a tunnel."""

    CABLE = 0
    WIRELESS = 1
    OTHER = 2
    LOOPBACK = 3


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface that is up, with its addresses as texts."""

    name: str
    medium: Medium
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HostAddress:
    """One address at which this server can be reached. ``interface`` is empty when it was set by hand."""

    host: str
    interface: str = ""
    medium: Medium = Medium.OTHER


def choose(host: str, interfaces: Iterable[Interface]) -> tuple[HostAddress, ...]:
    """Return the addresses to show for a server that listens on ``host``, best first; at least one.

    Private IPv4 comes first, because it can be read out across a room. Left out are addresses that work only
    with a zone behind them (link-local IPv6), those of the machine's own containers, and, unless the
    server listens on it alone, the loopback.
    """
    if host not in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return (HostAddress(host, medium=Medium.LOOPBACK if _is_loopback(host) else Medium.OTHER),)
    found: list[tuple[tuple[int, ...], HostAddress]] = []
    for interface in interfaces:
        if interface.medium is Medium.LOOPBACK or interface.name.startswith(_CONTAINER_PREFIXES):
            continue
        for text in interface.addresses:
            address = _parse(text)
            if address is None or address.is_loopback or (host == "0.0.0.0" and address.version == 6):  # noqa: S104
                continue
            if address.version == 6 and address.is_link_local:
                continue
            rank = (address.is_link_local, address.version, interface.medium, not address.is_private, len(found))
            found.append((rank, HostAddress(str(address), interface.name, interface.medium)))
    found.sort(key=lambda pair: pair[0])
    return tuple(address for _, address in found) or (HostAddress("127.0.0.1", medium=Medium.LOOPBACK),)


def link(host: str, port: int, user: str = "", fingerprint: str = "") -> str:
    """Return ``wherry://USER@HOST:PORT/?fp=SHA256:…`` (RFC 3986); without a user where there is none to name.

    The fingerprint lets a client know this server from the first connection on, without a question.
    """
    place = f"[{host}]" if ":" in host else host
    query = f"?fp={quote(fingerprint, safe=':')}" if fingerprint else ""
    return f"wherry://{quote(user, safe='')}{'@' if user else ''}{place}:{port}/{query}"


def read_interfaces() -> tuple[Interface, ...]:
    """Ask the system for the interfaces that are up and running."""
    kinds = QNetworkInterface.InterfaceType
    media = {kinds.Ethernet: Medium.CABLE, kinds.Wifi: Medium.WIRELESS, kinds.Loopback: Medium.LOOPBACK}
    flags = QNetworkInterface.InterfaceFlag
    return tuple(
        Interface(
            each.humanReadableName() or each.name(),
            Medium.LOOPBACK if each.flags() & flags.IsLoopBack else media.get(each.type(), Medium.OTHER),
            tuple(entry.ip().toString() for entry in each.addressEntries()),
        )
        for each in QNetworkInterface.allInterfaces()
        if each.flags() & flags.IsUp and each.flags() & flags.IsRunning
    )


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _parse(host)
    return host == "localhost" or (address is not None and address.is_loopback)
