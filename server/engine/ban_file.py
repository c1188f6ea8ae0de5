"""Keeps bans while the server is not running: ``bans.json`` in the data folder. Decides nothing."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from server.accounts.guard import Ban
from server.accounts.networks import network_of
from shared.names import display
from shared.protocol import limits

_log = logging.getLogger(__name__)

FILE_NAME = "bans.json"

_MAX_FILE = 16 * limits.MIB
"""Bytes: what all bans that a guard remembers take is less."""


@dataclass(frozen=True, slots=True)
class BanInfo:
    """A ban as people see it; times are seconds since the epoch, ``until`` None means until it is lifted."""

    network: str
    since: float
    until: float | None
    reason: str
    is_owners: bool = False
    failures: float = 0.0


class BanFile:
    """Reads and writes the file. ``offset`` is what the guard's clock is behind the wall's, in seconds."""

    def __init__(self, data: Path) -> None:
        self._file = data / FILE_NAME

    def load(self, offset: float) -> tuple[Ban, ...]:
        """Return the bans that were saved; a file that cannot be used is put aside, with a word in the log."""
        try:
            with self._file.open("rb") as stream:
                raw = stream.read(_MAX_FILE + 1)
            if len(raw) > _MAX_FILE:
                raise ValueError("it is too large")
            found = msgspec.json.decode(raw, type=tuple[BanInfo, ...])
        except FileNotFoundError:
            return ()
        except OSError as error:
            _log.error("%s cannot be read, its bans do not hold: %s", display(str(self._file)), error.strerror)
            return ()
        except ValueError as error:
            _log.error("%s is damaged, its bans do not hold: %s", display(str(self._file)), display(str(error)))
            self._put_aside()
            return ()
        return tuple(at_offset(info, -offset) for info in found if network_of(info.network) is not None)

    def save(self, bans: Iterable[Ban], offset: float) -> None:
        """Replace the file in one step. A failure is only logged: the bans hold all the same."""
        text = msgspec.json.encode([info_of(ban, offset) for ban in bans]) + b"\n"
        try:
            descriptor, name = tempfile.mkstemp(prefix=f".{FILE_NAME}-", dir=self._file.parent)
            try:
                with open(descriptor, "wb") as stream:
                    stream.write(text)
                os.replace(name, self._file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            _log.error("%s cannot be written: %s", display(str(self._file)), error.strerror)

    def _put_aside(self) -> None:
        try:
            os.replace(self._file, self._file.with_suffix(".damaged"))
        except OSError as error:
            _log.error("%s: %s", display(str(self._file)), error.strerror)


def info_of(ban: Ban, offset: float) -> BanInfo:
    """Return a ban by the wall's clock."""
    until = ban.until + offset if ban.until is not None else None
    return BanInfo(ban.network, ban.since + offset, until, ban.reason, ban.is_owners, ban.failures)


def at_offset(info: BanInfo, offset: float) -> Ban:
    """Return a ban by the guard's clock."""
    until = info.until + offset if info.until is not None else None
    return Ban(info.network, info.since + offset, until, info.reason, info.is_owners, info.failures)
