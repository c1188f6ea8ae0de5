"""Where a server is and as whom: the ``wherry://`` link (RFC 3986) and what people type. Connects to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from shared.errors import WherryError
from shared.names import RemotePath, display, format_url_path, parse_url_path
from shared.protocol import limits

SCHEME = "wherry"


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

    def url(self, path: RemotePath = ()) -> str:
        """Return the ``wherry://`` link to a path."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        return f"{SCHEME}://{user}{self._netloc}{format_url_path(path)}"


@dataclass(frozen=True, slots=True)
class Link:
    """A ``wherry://`` link read. ``is_folder``: it ended in a slash."""

    address: Address
    path: RemotePath
    is_folder: bool


def is_link(text: str) -> bool:
    """Whether a text claims to be a ``wherry://`` link."""
    return text.lower().startswith(f"{SCHEME}://")


def parse_link(text: str) -> Link:
    """Read ``wherry://USER@HOST:PORT/PATH``. Raises AddressError, and BadNameError for a forbidden path."""
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
    if parts.query or parts.fragment:
        raise AddressError(f"“{display(text)}” has a “?” or “#”", hint="Write them as %3F and %23.")
    if not host:
        raise AddressError(f"“{display(text)}” names no host", hint="Write wherry://USER@HOST/PATH.")
    address = Address(host, limits.DEFAULT_PORT if port is None else port, unquote(parts.username or ""))
    return Link(address, parse_url_path(parts.path), not parts.path or parts.path.endswith("/"))


def parse_address(text: str) -> Address:
    """Read what people type: ``user@host``, ``host:port``, or a link. Raises AddressError and BadNameError."""
    text = text.strip()
    if not is_link(text):
        user, separator, place = text.rpartition("@")
        text = f"{SCHEME}://{quote(user, safe='')}{separator}{place}"
    if not text.isprintable() or " " in text:
        raise AddressError(f"“{display(text)}” has a character that no address has")
    return parse_link(text).address
