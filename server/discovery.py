"""Tells the local network that there is a server: mDNS and DNS-SD (RFC 6762, 6763), by the zeroconf library.

What is told is public: name, port, version and fingerprint; never an account. A network that forbids it is a state with
an explanation, not an error: the server works all the same.
"""

from __future__ import annotations

import ipaddress
import logging
import queue
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from shared.names import display

_log = logging.getLogger(__name__)

SERVICE_TYPE = "_wherry._tcp.local."

_MAX_LABEL = 63
"""Bytes of an instance's name: RFC 6763, section 4.1.1."""

TEXT_VERSION = "1"
"""Of the keys in the TXT record: ``txtvers``, ``version``, ``fp`` (the fingerprint, whole) and ``name``."""


class AnnouncementState(StrEnum):
    OFF = "off"
    STARTING = "starting"
    ON = "on"
    IMPOSSIBLE = "impossible"
    """It was asked for and cannot be; the detail says why."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What has become of the wish to be found; ``detail`` is a sentence for people, empty when all is well."""

    state: AnnouncementState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is announced. ``host`` is the address that the server is bound to."""

    name: str
    host: str
    port: int
    fingerprint: str
    version: str


class Network(Protocol):
    """The library, as far as it is used here; tests bring their own."""

    def register(self, notice: Notice) -> None:
        """Announce; blocks for about a second. Raises OSError and what the library raises."""

    def close(self) -> None:
        """Say goodbye and end all threads."""


class Announcer:
    """Announces one server on a thread of its own, as the library takes its time. Start it once, then stop it."""

    def __init__(self, network: Callable[[str], Network] | None = None) -> None:
        self._network = network if network is not None else ZeroconfNetwork
        self._announcement = Announcement(AnnouncementState.OFF)
        self._end: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def announcement(self) -> Announcement:
        return self._announcement

    def start(self, notice: Notice) -> None:
        """Begin to announce; returns at once."""
        if _is_loopback(notice.host):
            self._announcement = Announcement(
                AnnouncementState.IMPOSSIBLE,
                f"The server listens on {notice.host} only, which other machines cannot reach.",
            )
            return
        self._announcement = Announcement(AnnouncementState.STARTING)
        self._thread = threading.Thread(target=self._run, args=(notice,), name="wherry-announce")
        self._thread.start()

    def stop(self) -> None:
        """Take the announcement back and end the thread."""
        if self._thread is not None:
            self._end.put(None)
            self._thread.join()
        self._announcement = Announcement(AnnouncementState.OFF)

    def _run(self, notice: Notice) -> None:
        network: Network | None = None
        try:
            network = self._network(notice.host)
            network.register(notice)
            self._announcement = Announcement(AnnouncementState.ON)
            _log.info("announced in the local network as “%s”", display(notice.name))
        except Exception as error:  # noqa: BLE001  # the library raises many kinds, and none may hurt the server
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
            self._announcement = Announcement(
                AnnouncementState.IMPOSSIBLE, f"This network does not let it be announced: {display(reason)}."
            )
            _log.warning("the server cannot be announced in the local network: %s", display(reason))
        self._end.get()
        if network is not None:
            try:
                network.close()
            except Exception:  # noqa: BLE001  # as above; the thread must end
                _log.exception("the announcement could not be taken back")


class ZeroconfNetwork:
    """The real thing. Raises OSError when there is no network, or no socket for it."""

    def __init__(self, host: str) -> None:
        # A heavy library that only those who announce need.
        import zeroconf

        self._addresses = _addresses_of(host)
        if not self._addresses:
            raise OSError("this machine has no address that others could reach")
        is_any = host in {"0.0.0.0", "::", ""}  # noqa: S104  # compared, not bound to
        interfaces: Any = zeroconf.InterfaceChoice.All if is_any else [host]
        self._zeroconf = zeroconf.Zeroconf(interfaces=interfaces)

    def register(self, notice: Notice) -> None:
        import zeroconf

        self._zeroconf.register_service(service_of(notice, self._addresses), allow_name_change=True)
        del zeroconf

    def close(self) -> None:
        self._zeroconf.close()


def service_of(notice: Notice, addresses: list[str]) -> Any:
    """Return what is registered: a ``zeroconf.ServiceInfo``."""
    import zeroconf

    label = instance_label(notice.name)
    return zeroconf.ServiceInfo(
        SERVICE_TYPE,
        f"{label}.{SERVICE_TYPE}",
        port=notice.port,
        properties={
            "txtvers": TEXT_VERSION,
            "version": notice.version,
            "fp": notice.fingerprint,
            "name": display(notice.name),
        },
        server=f"{_host_label()}.local.",
        addresses=[ipaddress.ip_address(address).packed for address in addresses],
    )


def instance_label(name: str) -> str:
    """Return a name as one DNS label of 63 bytes at most; dots would begin another."""
    label = display(name).replace(".", " ").strip() or "wherry"
    return label.encode("utf-8")[:_MAX_LABEL].decode("utf-8", "ignore").strip()


def _host_label() -> str:
    label = "".join(char if char.isascii() and char.isalnum() else "-" for char in socket.gethostname().split(".")[0])
    return label.strip("-")[:_MAX_LABEL] or "wherry"


def _addresses_of(host: str) -> list[str]:
    """Return the addresses at which a server bound to ``host`` is reached by other machines."""
    if host not in {"0.0.0.0", "::", ""}:  # noqa: S104  # compared, not bound to
        return [host]
    import ifaddr

    found: list[str] = []
    for adapter in ifaddr.get_adapters():
        for entry in adapter.ips:
            text = entry.ip if isinstance(entry.ip, str) else entry.ip[0]
            address = ipaddress.ip_address(text.partition("%")[0])
            # A link-local address means something only together with the interface of whoever hears it.
            if address.is_loopback or (address.version == 6 and (address.is_link_local or host == "0.0.0.0")):  # noqa: S104
                continue
            found.append(str(address))
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
