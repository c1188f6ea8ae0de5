"""Which servers are known: fingerprints pinned at first use, in one file of the profile. Asks nobody."""

from __future__ import annotations

import os
import tempfile
import threading
from enum import Enum, auto
from pathlib import Path

import msgspec

from shared.errors import ConfigError, IdentityError
from shared.names import display


class Verdict(Enum):
    """What is known of a fingerprint that a server showed."""

    KNOWN = auto()
    NEW = auto()
    CHANGED = auto()


class _File(msgspec.Struct):
    servers: dict[str, str] = {}


def place_of(host: str, port: int) -> str:
    """Return the key a server is pinned under: its host in lower case, and its port."""
    return f"[{host.lower()}]:{port}"


class KnownServers:
    """Pinned fingerprints by host and port. Thread-safe; every change is on disk when the call returns.

    Raises :class:`~shared.errors.ConfigError` when the file cannot be read: a damaged list of pins must not
    silently turn known servers into new ones.
    """

    def __init__(self, file: Path) -> None:
        self._path = file
        self._lock = threading.Lock()
        try:
            self._content = msgspec.json.decode(file.read_bytes(), type=_File)
        except FileNotFoundError:
            self._content = _File()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{display(str(file))}: {error}",
                title="The list of known servers cannot be read",
                hint="Restore the file from a backup, or delete it and confirm each server's fingerprint again.",
            ) from error

    def pinned(self, host: str, port: int) -> str | None:
        """Return the fingerprint pinned for a server."""
        with self._lock:
            return self._content.servers.get(place_of(host, port))

    def judge(self, host: str, port: int, fingerprint: str) -> Verdict:
        """Return whether a fingerprint is the pinned one."""
        pinned = self.pinned(host, port)
        if pinned is None:
            return Verdict.NEW
        return Verdict.KNOWN if pinned == fingerprint else Verdict.CHANGED

    def require(self, host: str, port: int, fingerprint: str) -> None:
        """Raise :class:`~shared.errors.IdentityError` unless the fingerprint is the pinned one."""
        match self.judge(host, port, fingerprint):
            case Verdict.KNOWN:
                return
            case Verdict.NEW:
                raise IdentityError(
                    f"{display(host)} shows {fingerprint}",
                    found=fingerprint,
                    hint="Compare it with the fingerprint that Wherry Server shows on that machine.",
                )
            case Verdict.CHANGED:
                pinned = self.pinned(host, port)
                raise IdentityError(
                    f"{display(host)} shows {fingerprint}, but {pinned} was accepted before",
                    found=fingerprint,
                    expected=pinned,
                    hint="If the server was not set up anew, somebody may be in between: do not connect.",
                )

    def pin(self, host: str, port: int, fingerprint: str) -> None:
        """Remember a fingerprint, in place of any before. Raises ConfigError when it cannot be written."""
        with self._lock:
            self._content.servers[place_of(host, port)] = fingerprint
            self._write()

    def forget(self, host: str, port: int) -> None:
        """Forget a server; an unknown one is no error."""
        with self._lock:
            if self._content.servers.pop(place_of(host, port), None) is not None:
                self._write()

    def _write(self) -> None:
        data = msgspec.json.format(msgspec.json.encode(self._content))
        try:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except OSError as error:
            raise ConfigError(
                f"{display(str(self._path))}: {error.strerror}", title="The list of known servers cannot be written"
            ) from error
