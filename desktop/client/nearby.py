"""Finds servers in the local network that announce themselves: mDNS and DNS-SD (RFC 6762, 6763), by zeroconf.

Everything heard is a claim of somebody in the network: names are made harmless, numbers checked, and a fingerprint is
only shown. What is trusted is decided when one connects, by :mod:`desktop.client.trust`.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from desktop.client.nearby_server import NearbyServer
from shared.names import display

if TYPE_CHECKING:
    from zeroconf import ServiceStateChange, Zeroconf

__all__ = ["SERVICE_TYPE", "Heard", "Hearing", "NearbyBrowser", "NearbyServer", "read_server"]

_log = logging.getLogger(__name__)

SERVICE_TYPE = "_wherry._tcp.local."

MAX_SERVERS = 64
"""More are not shown: no house has so many, and a joker's thousand must not fill the page."""

MAX_NAME = 64
MAX_ADDRESSES = 8

_RESOLVE_MS = 3000
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the network said of one service, as it said it."""

    label: str
    addresses: tuple[str, ...]
    port: int
    properties: Mapping[bytes, bytes | None]


class Hearing(Protocol):
    """The library, as far as it is used here; tests bring their own."""

    def close(self) -> None:
        """Stop and end all threads; blocks for a moment."""


OnHeard = Callable[[str, Heard | None], None]
"""Called with a service's key and what it says, None when it has gone; on a thread of the library's."""

On = Callable[[NearbyServer], None]


class NearbyBrowser:
    """Listens until it is stopped. The callbacks come one at a time, on a thread of its own; none after :meth:`stop`.

    Where the network forbids it, nothing is ever found, and :attr:`problem` says why.
    """

    def __init__(self, found: On, updated: On, lost: On, *, listen: Callable[[OnHeard], Hearing] | None = None) -> None:
        self._found = found
        self._updated = updated
        self._lost = lost
        self._listen = listen if listen is not None else ZeroconfHearing
        self._lock = threading.Lock()
        self._servers: dict[str, NearbyServer] = {}
        self._hearing: Hearing | None = None
        self._is_stopped = False
        self.problem = ""

    @property
    def servers(self) -> tuple[NearbyServer, ...]:
        """Those that are there now, in the order of their names."""
        with self._lock:
            return tuple(sorted(self._servers.values(), key=lambda server: (server.name.casefold(), server.key)))

    def start(self) -> None:
        """Begin to listen. Takes a moment: call it on a worker thread. Raises nothing."""
        try:
            self._hearing = self._listen(self._heard)
        except Exception as error:  # noqa: BLE001  # the library raises many kinds; none is worth more than a sentence
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
            self.problem = f"Servers nearby cannot be looked for: {display(reason)}"
            _log.info("%s", self.problem)

    def stop(self) -> None:
        """Stop listening and end all threads. Takes a moment, too."""
        with self._lock:
            self._is_stopped = True
        hearing, self._hearing = self._hearing, None
        if hearing is not None:
            hearing.close()

    def _heard(self, key: str, heard: Heard | None) -> None:
        server = read_server(key, heard) if heard is not None else None
        with self._lock:
            if self._is_stopped:
                return
            before = self._servers.get(key)
            if server is None:
                self._servers.pop(key, None)
            elif before is not None or len(self._servers) < MAX_SERVERS:
                self._servers[key] = server
            else:
                return
        if server is None:
            if before is not None:
                self._lost(before)
        elif before is None:
            self._found(server)
        elif before != server:
            self._updated(server)


def read_server(key: str, heard: Heard) -> NearbyServer | None:
    """Make what was heard harmless; None when nobody could connect to it."""
    addresses = _usable(heard.addresses)
    if not addresses or not 0 < heard.port <= 0xFFFF:
        return None
    name = _text(heard.properties.get(b"name")) or _text(heard.label.encode("utf-8", "replace")) or addresses[0]
    fingerprint = _text(heard.properties.get(b"fp"))
    return NearbyServer(
        key,
        name,
        addresses,
        heard.port,
        fingerprint if _FINGERPRINT.fullmatch(fingerprint) else None,
        _text(heard.properties.get(b"version"))[:16],
    )


def _text(raw: bytes | None) -> str:
    return display((raw or b"").decode("utf-8", "replace")).strip()[:MAX_NAME]


def _usable(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Keep addresses that one can connect to, IPv4 first, as it needs no scope; never this machine or a group."""
    kept: list[tuple[int, int, str]] = []
    for number, text in enumerate(addresses):
        address, _, scope = text.partition("%")
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            continue
        if parsed.is_multicast or parsed.is_unspecified or parsed.is_loopback:
            continue
        if parsed.version == 6 and parsed.is_link_local and not scope.isalnum():
            # It says nothing without the interface it was heard on.
            continue
        kept.append((parsed.version + 2 * parsed.is_link_local, number, text))
    return tuple(text for _, _, text in sorted(kept)[:MAX_ADDRESSES])


class ZeroconfHearing:
    """The real thing. Raises OSError where there is no network, or no socket for it."""

    def __init__(self, heard: OnHeard) -> None:
        # A heavy library that only a window needs.
        import zeroconf

        self._heard = heard
        self._zeroconf = zeroconf.Zeroconf()
        try:
            self._browser = zeroconf.ServiceBrowser(self._zeroconf, SERVICE_TYPE, handlers=[_Handler(heard)])
        except BaseException:
            self._zeroconf.close()
            raise

    def close(self) -> None:
        self._browser.cancel()
        self._zeroconf.close()


class _Handler:
    """What zeroconf's browser calls, on its thread."""

    def __init__(self, heard: OnHeard) -> None:
        self._heard = heard

    def __call__(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change.name == "Removed":
            self._heard(name, None)
            return
        try:
            info = zeroconf.get_service_info(service_type, name, timeout=_RESOLVE_MS)
        except Exception as error:  # noqa: BLE001  # a service that cannot be read must not end the browser's thread
            _log.debug("a service could not be read: %s", display(str(error)))
            return
        if info is not None:
            label = name.removesuffix(f".{SERVICE_TYPE}")
            self._heard(name, Heard(label, tuple(info.parsed_scoped_addresses()), info.port or 0, info.properties))
