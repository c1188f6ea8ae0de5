"""Where a server is and as whom: the ``wherry://`` link (RFC 3986) and what people type. Connects to nothing."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from shared.errors import WherryError
from shared.names import RemotePath, display, format_url_path, parse_url_path
from shared.protocol import limits

SCHEME = "wherry"

FINGERPRINT_KEY = "fp"
"""Of a link's query: ``?fp=SHA256:…`` names the one server that is meant."""

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_MAX_HOST, _MAX_LABEL = 253, 63
"""RFC 1035, section 2.3.4."""


class AddressError(WherryError):
    """A link or address that cannot be read."""

    title = "This is not an address of a Wherry server"


@dataclass(frozen=True, slots=True)
class Address:
    """A server and a user. ``user`` may be empty where it is to be asked for."""

    host: str
    port: int = limits.DEFAULT_PORT
    user: str = ""

    @property
    def site(self) -> str:
        """The key of this server and user in queue and stores."""
        return f"{quote(self.user, safe='')}@{self._netloc}"

    @property
    def title(self) -> str:
        """What people read: ``anna@desk``; the port only where it is not the usual one."""
        place = self.host if self.port == limits.DEFAULT_PORT else self._netloc
        return display(f"{self.user}@{place}" if self.user else place)

    @property
    def _netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def url(self, path: RemotePath = (), fingerprint: str = "") -> str:
        """Return the ``wherry://`` link to a path, and with a ``SHA256:`` text to no other server than that."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        query = f"?{FINGERPRINT_KEY}={quote(fingerprint, safe=':')}" if fingerprint else ""
        return f"{SCHEME}://{user}{self._netloc}{format_url_path(path)}{query}"


@dataclass(frozen=True, slots=True)
class Link:
    """A ``wherry://`` link read. ``is_folder``: its path ended in a slash. ``fingerprint``: of the server that is
    meant, where the link says so."""

    address: Address
    path: RemotePath
    is_folder: bool
    fingerprint: str | None = None

    @property
    def folder(self) -> RemotePath:
        """The folder to show: what it names, or the one of the file that it names."""
        return self.path if self.is_folder else self.path[:-1]


def is_link(text: str) -> bool:
    """Whether a text claims to be a ``wherry://`` link."""
    return text.lower().startswith(f"{SCHEME}://")


def parse_link(text: str) -> Link:
    """Read ``wherry://USER@HOST:PORT/PATH?fp=SHA256:…``. Raises AddressError, and BadNameError for a forbidden path."""
    if not is_link(text):
        raise AddressError(f"“{display(text)}” does not begin with {SCHEME}://", hint="Write wherry://USER@HOST/PATH.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"“{display(text)}”: {error}", hint="Write wherry://USER@HOST:PORT/PATH.") from error
    if parts.password is not None:
        raise AddressError(
            "a link must not hold a password: it would be seen in lists of processes and in histories",
            hint="Leave it out; it is asked for, or read with --password-stdin.",
        )
    fingerprint = _fingerprint_in(parts.query, text)
    if parts.fragment:
        raise AddressError(f"“{display(text)}” has a “#”", hint="Write it as %23.")
    if not host:
        raise AddressError(f"“{display(text)}” names no host", hint="Write wherry://USER@HOST/PATH.")
    if port == 0:
        raise AddressError(f"“{display(text)}”: a port is a number from 1 to 65535")
    # RFC 6874 writes the zone of an IPv6 address after %25, people write it after %.
    host = host.replace("%25", "%")
    _check_host(host)
    address = Address(host, limits.DEFAULT_PORT if port is None else port, unquote(parts.username or ""))
    is_folder = not parts.path or parts.path.endswith("/")
    return Link(address, parse_url_path(parts.path), is_folder, fingerprint)


def parse_address(text: str) -> Address:
    """Read what people type: ``user@host``, ``host:port``, or a link. Raises AddressError and BadNameError."""
    text = text.strip()
    if not is_link(text):
        user, separator, place = text.rpartition("@")
        if _is_ipv6(place):
            place = f"[{place}]"
        text = f"{SCHEME}://{quote(user, safe='')}{separator}{place}"
    if not text.isprintable() or " " in text:
        raise AddressError(f"“{display(text)}” has a character that no address has")
    return parse_link(text).address


def _fingerprint_in(query: str, text: str) -> str | None:
    if not query:
        return None
    # A plus stands in fingerprints for itself; forms on web pages mean a space by it.
    fields = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)
    if [key for key, _ in fields] != [FINGERPRINT_KEY]:
        raise AddressError(f"“{display(text)}” has a “?”", hint="Write it as %3F.")
    fingerprint = fields[0][1]
    if not _FINGERPRINT.fullmatch(fingerprint):
        # To go on without it would be to trust whoever answers, where somebody meant one server only.
        raise AddressError(f"“{display(fingerprint)}” is not the fingerprint of a server")
    return fingerprint


def _is_ipv6(text: str) -> bool:
    if text.count(":") < 2 or text.startswith("["):
        return False
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def _check_host(host: str) -> None:
    """Refuse what no name server could be asked for."""
    if ":" in host:
        return  # an IPv6 address, which the reading of the brackets has checked
    try:
        labels = (host if host.isascii() else host.encode("idna").decode("ascii")).removesuffix(".").split(".")
    except UnicodeError as error:
        raise AddressError(f"“{display(host)}” cannot be the name of a machine") from error
    is_name = sum(map(len, labels)) + len(labels) - 1 <= _MAX_HOST
    if not is_name or any(not 0 < len(each) <= _MAX_LABEL for each in labels) or "%" in host:
        raise AddressError(f"“{display(host)[:_MAX_HOST]}” cannot be the name of a machine")
