"""What the tray shows of the server at one moment, as values. Reads nothing itself and knows no Qt."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from server.discovery import Announcement, AnnouncementState
from server.engine.ban_file import BanInfo
from server.engine.registry import SessionInfo, TransferInfo
from server.tray.power import Power
from shared.errors import WherryError

_NOT_ANNOUNCED = Announcement(AnnouncementState.OFF)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session and what it moves, the oldest first."""

    info: SessionInfo
    moving: tuple[TransferInfo, ...] = ()

    @property
    def key(self) -> Hashable:
        return self.info.id


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer and its rate, in bytes per second."""

    info: TransferInfo
    rate_bps: float = 0.0

    @property
    def key(self) -> Hashable:
        """A transfer has no number of its own: who moves what, which way, since when, tells it from others."""
        return key_of(self.info)

    @property
    def fraction(self) -> float:
        """How much is done, 0.0 to 1.0; an empty file is done at once."""
        return min(1.0, self.info.moved / self.info.size) if self.info.size > 0 else 1.0


def key_of(info: TransferInfo) -> Hashable:
    """Return what a transfer is recognised by in the next snapshot."""
    return (info.session, info.path, info.direction, info.started)


@dataclass(frozen=True, slots=True)
class View:
    """The server for people. ``host`` and ``port`` are those it listens on, or will; rates in bytes per second.

    ``bytes_in`` and ``bytes_out`` are what came and went since it was switched on.
    """

    power: Power
    host: str
    port: int
    fingerprint: str
    problem: WherryError | None = None
    sessions: tuple[SessionRow, ...] = ()
    transfers: tuple[TransferRow, ...] = ()
    received_bps: float = 0.0
    sent_bps: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    bans: tuple[BanInfo, ...] = ()
    announcement: Announcement = _NOT_ANNOUNCED
