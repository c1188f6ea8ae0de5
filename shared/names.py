"""What a file name or path from the other side may be, and how a hostile one is shown. Opens no file.

Inside the programs a path of a server is a tuple of components, each a ``str`` decoded with
``surrogateescape``: any bytes a POSIX file system holds survive a round trip. The root is the empty tuple.
On the wire a component is bytes. One verdict for all systems: what is dangerous on any of them is refused
on every one of them, on both ends, in both directions. Names are refused, never "cleaned".
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes

from shared.errors import Code, ItemError, LocalError

RemotePath = tuple[str, ...]
"""Components below the home folder of an account; ``()`` is the home itself."""

MAX_COMPONENT_BYTES = 255
"""What ext4, XFS, APFS and NTFS agree on, near enough: NAME_MAX of Linux."""

MAX_DEPTH = 256
"""Components in one path: deeper trees exist only to break programs."""

MAX_PATH_BYTES = 4096
"""PATH_MAX of Linux, for the sum of all components."""

STAGING_NAME = ".wherry-staging"
"""The server's folder for unfinished uploads in each home: not listed, and no path may name it."""

PART_SUFFIX = ".wherry-part"
"""A download in progress is ``.NAME.wherry-part`` beside its target."""

# Bytes that decode to nothing valid but that careless decoders read as ASCII: overlong UTF-8 (RFC 3629, section 3).
_OVERLONG = re.compile(rb"[\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset({"\u200c", "\u200d"})


class BadNameError(LocalError):
    """A name that neither side may use. ``path`` shows it harmlessly; ``detail`` is the rule it breaks."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(Code.BAD_NAME, reason, path=display(name))


def check_component(name: str) -> str:
    """Return ``name`` if it may be one component of a path, else raise :class:`BadNameError`."""
    if not name:
        raise BadNameError(name, "a name may not be empty")
    if name in {".", ".."}:
        raise BadNameError(name, "“.” and “..” are not names")
    if "/" in name or "\\" in name:
        raise BadNameError(name, "a name may not contain a slash or a backslash")
    if "\0" in name:
        raise BadNameError(name, "a name may not contain a NUL")
    if _DRIVE.match(name):
        raise BadNameError(name, "a name may not begin like a drive letter")
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise BadNameError(name, "a name may not contain lone surrogates") from None
    if len(raw) > MAX_COMPONENT_BYTES:
        raise BadNameError(name, f"a name may have at most {MAX_COMPONENT_BYTES} bytes")
    if _OVERLONG.search(raw):
        raise BadNameError(name, "a name may not contain overlong UTF-8")
    return name


def check_path(path: RemotePath) -> RemotePath:
    """Return ``path`` if every component and the whole are allowed, else raise :class:`BadNameError`."""
    if len(path) > MAX_DEPTH:
        raise BadNameError(path[-1], f"a path may have at most {MAX_DEPTH} levels")
    for name in path:
        check_component(name)
        if name.casefold() == STAGING_NAME:
            raise BadNameError(name, "this name is reserved for unfinished uploads")
    if sum(len(encode_component(name)) + 1 for name in path) > MAX_PATH_BYTES:
        raise BadNameError(path[-1], f"a path may have at most {MAX_PATH_BYTES} bytes")
    return path


def encode_component(name: str) -> bytes:
    """Return the bytes that stand for ``name`` on the wire."""
    return name.encode("utf-8", "surrogateescape")


def decode_component(raw: bytes) -> str:
    """Read one component from the wire; raises :class:`BadNameError`."""
    return check_component(raw.decode("utf-8", "surrogateescape"))


def encode_path(path: RemotePath) -> tuple[bytes, ...]:
    """Check a path and return its form on the wire; raises :class:`BadNameError`."""
    return tuple(encode_component(name) for name in check_path(path))


def decode_path(raw: tuple[bytes, ...]) -> RemotePath:
    """Read a path from the wire; raises :class:`BadNameError`."""
    return check_path(tuple(part.decode("utf-8", "surrogateescape") for part in raw))


def parse_path(text: str) -> RemotePath:
    """Read what a person typed, such as ``/photos/2024``; a doubled or a trailing slash is forgiven.

    ``.`` and ``..`` are not resolved here; raises :class:`BadNameError`.
    """
    return check_path(tuple(part for part in text.split("/") if part))


def parse_url_path(text: str) -> RemotePath:
    """Read the percent-encoded path of a URL (RFC 3986, section 2.1). Split first, decode after.

    So ``%2F`` and ``%2E%2E`` never become structure: they decode to forbidden names and are refused.
    """
    parts = (unquote_to_bytes(part) for part in text.split("/") if part)
    return check_path(tuple(part.decode("utf-8", "surrogateescape") for part in parts))


def format_path(path: RemotePath) -> str:
    """Return ``/a/b`` for display: hostile characters are shown, not obeyed."""
    return "/" + "/".join(display(name) for name in path)


def format_url_path(path: RemotePath) -> str:
    """Return the percent-encoded form that :func:`parse_url_path` reads back."""
    return "/" + "/".join(quote(encode_component(name), safe="") for name in path)


def display(name: str) -> str:
    r"""Return ``name`` with every character that could move a cursor or turn a line shown as an escape.

    Control, format (right-to-left override, zero width), surrogate, private and unassigned characters become
    ``\xNN`` or ``\u{NNNN}``. Safe for a terminal, a log line and a plain-text label; not an inverse of anything.
    """
    if name.isascii() and name.isprintable():
        return name
    return "".join(_show(char) for char in name)


def _show(char: str) -> str:
    if unicodedata.category(char) not in _ESCAPED_CATEGORIES or char in _JOINERS:
        return char
    point = ord(char)
    if 0xDC80 <= point <= 0xDCFF:
        return f"\\x{point - 0xDC00:02x}"
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{{{point:x}}}"


def collision_key(name: str) -> str:
    """Return what two names share when a case- or normalisation-folding file system takes them for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def check_unique(names: list[str]) -> None:
    """Raise :class:`BadNameError` when a listing from a peer names the same thing twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadNameError(name, "the same name came twice")
        seen.add(name)


__all__ = [
    "MAX_COMPONENT_BYTES",
    "MAX_DEPTH",
    "MAX_PATH_BYTES",
    "PART_SUFFIX",
    "STAGING_NAME",
    "BadNameError",
    "ItemError",
    "RemotePath",
    "check_component",
    "check_path",
    "check_unique",
    "collision_key",
    "decode_component",
    "decode_path",
    "display",
    "encode_component",
    "encode_path",
    "format_path",
    "format_url_path",
    "parse_path",
    "parse_url_path",
]
