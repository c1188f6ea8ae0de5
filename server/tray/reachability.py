"""Whether others can reach the server: what can be tried from this machine, and what cannot be known from it.

It connects to the server at each of this machine's own addresses, as a client would up to the login, and compares the
certificate. That shows that the server listens there and answers; such a connection never leaves the machine, so a
firewall, the Wi-Fi or a router may still be in the way of others. All that is said, as findings.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from ipaddress import ip_address

from PySide6.QtCore import QCoreApplication

from server.tray.addresses import HostAddress, Medium
from server.tray.firewall import Firewall, Verdict
from shared import tls
from shared.names import display

_TIMEOUT_S = 4.0


class Tone(StrEnum):
    """How a finding is shown."""

    GOOD = auto()
    PROBLEM = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out. ``command``: what an administrator could run."""

    tone: Tone
    title: str
    text: str = ""
    command: str = ""


Knock = Callable[[str, int], str]
"""Connects to a host and port and returns the fingerprint shown there; raises OSError."""


def knock(host: str, port: int) -> str:
    """Shake hands with whoever listens, and return the fingerprint of the certificate. Raises OSError."""
    with (
        socket.create_connection((host, port), timeout=_TIMEOUT_S) as connection,
        tls.client_context().wrap_socket(connection) as wrapped,
    ):
        certificate = wrapped.getpeercert(binary_form=True)
    if certificate is None:
        raise ssl.SSLError("no certificate was shown")
    return tls.fingerprint_of(certificate)


def find_out(
    addresses: Sequence[HostAddress], port: int, fingerprint: str, walls: Sequence[Firewall], knock: Knock = knock
) -> tuple[Finding, ...]:
    """Return what can be said about a server that is on. Blocks for some seconds at worst."""
    outer = [each for each in addresses if each.medium is not Medium.LOOPBACK]
    if not outer:
        return (_nowhere(addresses),)
    own = tuple(_at(each.host, port, fingerprint, knock) for each in outer)
    return (*own, *(_behind(wall, port) for wall in walls), *_not_known(outer, walls))


def _nowhere(addresses: Sequence[HostAddress]) -> Finding:
    tr = QCoreApplication.translate
    if addresses and addresses[0].interface == "" and addresses[0].host != "127.0.0.1":
        text = tr("Reachability", "The settings say that it listens on {host} only.").format(host=addresses[0].host)
    else:
        text = tr(
            "Reachability",
            "This computer has no network, or the settings say that the server listens on this computer only.",
        )
    return Finding(Tone.PROBLEM, tr("Reachability", "Only this computer can reach the server"), text)


def _at(host: str, port: int, fingerprint: str, knock: Knock) -> Finding:
    tr = QCoreApplication.translate
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        shown = knock(host, port)
    except OSError as error:
        reason = error.strerror or str(error)
        return Finding(
            Tone.PROBLEM, tr("Reachability", "Nothing answers at {place}").format(place=place), display(reason)
        )
    if shown != fingerprint:
        return Finding(
            Tone.PROBLEM,
            tr("Reachability", "Another server answers at {place}").format(place=place),
            tr("Reachability", "It shows the fingerprint {fingerprint}.").format(fingerprint=shown),
        )
    return Finding(
        Tone.GOOD,
        tr("Reachability", "The server answers at {place}").format(place=place),
        tr("Reachability", "Tried from this computer, with this server's fingerprint."),
    )


def _behind(wall: Firewall, port: int) -> Finding:
    tr = QCoreApplication.translate
    values = {"name": wall.name, "port": port}
    match wall.verdict:
        case Verdict.OPEN:
            title = tr("Reachability", "The firewall {name} lets port {port} through")
            return Finding(Tone.GOOD, title.format(**values))
        case Verdict.BLOCKED:
            return Finding(
                Tone.PROBLEM,
                tr("Reachability", "The firewall {name} blocks port {port}").format(**values),
                tr("Reachability", "An administrator of this computer can open it:"),
                wall.command,
            )
        case Verdict.UNKNOWN:
            text = tr("Reachability", "Only an administrator can see whether it lets port {port} through.")
            if wall.command:
                text = f"{text} {tr('Reachability', 'This would open it:')}"
            title = tr("Reachability", "The firewall {name} is on")
            return Finding(Tone.UNKNOWN, title.format(**values), text.format(**values), wall.command)


def _not_known(outer: Sequence[HostAddress], walls: Sequence[Firewall]) -> tuple[Finding, ...]:
    tr = QCoreApplication.translate
    found = []
    if not walls:
        found.append(
            Finding(
                Tone.UNKNOWN,
                tr("Reachability", "No firewall was found on this computer"),
                tr("Reachability", "Looked for ufw, firewalld and nftables. Others cannot be seen from here."),
            )
        )
    found.append(
        Finding(
            Tone.UNKNOWN,
            tr("Reachability", "What lies between cannot be seen from this computer"),
            tr(
                "Reachability",
                "A guest Wi-Fi or a router may keep devices apart. To be sure, open the link on the other computer.",
            ),
        )
    )
    if all(ip_address(each.host.partition("%")[0]).is_private for each in outer if _is_address(each.host)):
        found.append(
            Finding(
                Tone.UNKNOWN,
                tr("Reachability", "From the internet it is reached through your router only"),
                tr("Reachability", "These addresses hold in this network. The router would have to pass the port on."),
            )
        )
    return tuple(found)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
