"""X Direct Save: how a drop target under X11 says into which folder it wants what is dragged, so that it can be made
there and then (XDS protocol, version 0; https://www.freedesktop.org/wiki/Specifications/XDS/).

Source and target talk by a property of the source's window: the source writes a name, the target writes the whole
address in its place and then asks for the data. Qt knows nothing of it, so the property is written by a connection of
our own. There are none of Qt's windows here, and no file is made.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes, urlsplit

TARGET = "XdndDirectSave0"
"""The format that a drag offers, and the name of the property."""
SAVED, REFUSED = b"S", b"E"
"""What the source answers."""

_LONGEST = 4096
"""32-bit units that are read of a property: four times the longest path."""
_REPLACE = 0
_ANY_TYPE = 0


class _Reply(ctypes.Structure):
    """The beginning of every reply that is used here: of an atom and of an owner, ``value`` is all there is."""

    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("format", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("length", ctypes.c_uint32),
        ("value", ctypes.c_uint32),
    )


def write_name(name: str) -> bool:
    """Offer ``name`` to the target of the drag that is under way; False where there is no X11 to say it by."""
    with _connection() as x:
        if x is None:
            return False
        owner = x.drag_source()
        if not owner:
            return False
        x.write(owner, x.atom(TARGET), x.atom("text/plain"), name.encode("utf-8", "surrogateescape"))
        return True


def read_path() -> PurePosixPath | None:
    """Return the path that the target of the drag has chosen; None when it chose none, or one on another machine."""
    with _connection() as x:
        if x is None:
            return None
        owner = x.drag_source()
        return path_in(x.read(owner, x.atom(TARGET))) if owner else None


def path_in(address: bytes) -> PurePosixPath | None:
    """Return the path in a ``file:`` address of this machine, None for everything else."""
    try:
        parts = urlsplit(address.rstrip(b"\0").decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost", socket.gethostname()):
        return None
    path = unquote_to_bytes(parts.path)
    if not path.startswith(b"/") or b"\0" in path:
        return None
    return PurePosixPath(path.decode("utf-8", "surrogateescape"))


class _Connection:
    """A few requests to the X server, each a round trip."""

    def __init__(self, library: ctypes.CDLL, handle: int) -> None:
        self._xcb = library
        self._handle = handle

    def atom(self, name: str) -> int:
        raw = name.encode("ascii")
        cookie = self._xcb.xcb_intern_atom(self._handle, 0, len(raw), raw)
        return self._value(self._xcb.xcb_intern_atom_reply(self._handle, cookie, None))

    def drag_source(self) -> int:
        """Return the window that a drag comes from, 0 while there is none."""
        cookie = self._xcb.xcb_get_selection_owner(self._handle, self.atom("XdndSelection"))
        return self._value(self._xcb.xcb_get_selection_owner_reply(self._handle, cookie, None))

    def write(self, window: int, name: int, type: int, data: bytes) -> None:
        self._xcb.xcb_change_property(self._handle, _REPLACE, window, name, type, 8, len(data), data)
        # The answer to a later question says that this one has been worked off.
        self.read(window, name)

    def read(self, window: int, name: int) -> bytes:
        cookie = self._xcb.xcb_get_property(self._handle, 0, window, name, _ANY_TYPE, 0, _LONGEST)
        reply = self._xcb.xcb_get_property_reply(self._handle, cookie, None)
        if not reply:
            return b""
        try:
            length = self._xcb.xcb_get_property_value_length(reply)
            return ctypes.string_at(self._xcb.xcb_get_property_value(reply), length)
        finally:
            _free(reply)

    def _value(self, reply: int | None) -> int:
        if not reply:
            return 0
        try:
            return int(ctypes.cast(reply, ctypes.POINTER(_Reply)).contents.value)
        finally:
            _free(reply)


@contextmanager
def _connection() -> Iterator[_Connection | None]:
    library = _library()
    if library is None:
        yield None
        return
    handle = library.xcb_connect(None, None)
    try:
        # Where there is no display, the connection says so instead of failing.
        yield None if library.xcb_connection_has_error(handle) else _Connection(library, handle)
    finally:
        library.xcb_disconnect(handle)


@cache
def _library() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("xcb")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    pointer, word, byte = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint8
    # Cookies are structures of one word, which travel as that word does.
    signatures: dict[str, tuple[object, tuple[object, ...]]] = {
        "xcb_connect": (pointer, (ctypes.c_char_p, pointer)),
        "xcb_connection_has_error": (ctypes.c_int, (pointer,)),
        "xcb_disconnect": (None, (pointer,)),
        "xcb_intern_atom": (word, (pointer, byte, ctypes.c_uint16, ctypes.c_char_p)),
        "xcb_intern_atom_reply": (pointer, (pointer, word, pointer)),
        "xcb_get_selection_owner": (word, (pointer, word)),
        "xcb_get_selection_owner_reply": (pointer, (pointer, word, pointer)),
        "xcb_change_property": (word, (pointer, byte, word, word, word, byte, word, ctypes.c_char_p)),
        "xcb_get_property": (word, (pointer, byte, word, word, word, word, word)),
        "xcb_get_property_reply": (pointer, (pointer, word, pointer)),
        "xcb_get_property_value": (pointer, (pointer,)),
        "xcb_get_property_value_length": (ctypes.c_int, (pointer,)),
    }
    for function, (result, arguments) in signatures.items():
        found = getattr(library, function)
        found.restype, found.argtypes = result, arguments
    return library


def _free(reply: int) -> None:
    libc = ctypes.CDLL(None)
    libc.free.argtypes = (ctypes.c_void_p,)
    libc.free(reply)
