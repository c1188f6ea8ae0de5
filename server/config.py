"""What a server runs with, and the folder that holds what is its own. Starts nothing; the settings file is read
elsewhere.

The data folder has the identity's key, the account store and the default homes. It is private from its first
moment, and a lax one is refused rather than mended: nobody knows who has looked in already.
"""

from __future__ import annotations

import errno
import ipaddress
import math
import os
import platform
import shlex
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs

from shared.errors import ConfigError
from shared.names import display
from shared.protocol import limits

LOCK_NAME = "server.lock"

MAX_WORKERS = 1024
MAX_GRACE = 24 * 3600.0
MAX_NAME = 64
"""Characters of a server's name: it must fit an announcement and a certificate."""

MIN_RATE = 64 * limits.KIB
"""Bytes per second, the least that a limit may be. With less, sixteen channels that wait for their pieces of content
would look to their clients like dead lines."""


def _host_name() -> str:
    return platform.node() or "wherry"


LOG_LEVELS = ("debug", "info", "warning", "error")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardConfig:
    """Who is let in, and when failed logins have consequences. Times in seconds.

    Whoever is in ``deny`` is not let in; when ``allow`` names anybody, nobody else is. Who is in ``trust`` is neither
    slowed nor banned: the gateway behind which everybody has one address.
    """

    ban_after: int = 10
    first_ban: float = 15 * 60.0
    longest_ban: float = 60 * 60.0
    """A ban may hit a person's own machine with an old password saved, so it ends on its own."""
    window: float = 100 * 60.0
    """In which failures add up: ``ban_after`` of them fade away in this time."""
    allow: tuple[Network, ...] = ()
    deny: tuple[Network, ...] = ()
    trust: tuple[Network, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.ban_after <= 1000:
            raise ConfigError("ban_after must be from 1 to 1000 failed logins")
        if not 0 < self.first_ban <= self.longest_ban < math.inf:
            raise ConfigError("first_ban must last for a time, and longest_ban no less")
        if not 0 < self.window < math.inf:
            raise ConfigError("window must be some time, or nobody would ever be forgiven")


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """The settings of one run. Raises :class:`~shared.errors.ConfigError` for numbers that cannot work.

    ``port`` 0 lets the system choose. ``workers`` is how many transfers run at once; the others wait.
    ``max_per_address`` counts connections before login: somebody who has logged in is no flood. Rates are bytes per
    second over all transfers, None for no limit. ``grace`` is how long transfers may go on when the server stops.
    ``metrics_port`` None: no metrics; 0 lets the system choose.
    """

    data: Path
    host: str = "0.0.0.0"  # noqa: S104  # a server for the other machines of its owner listens to them
    port: int = limits.DEFAULT_PORT
    name: str = field(default_factory=_host_name)
    announce: bool = False
    grace: float = 10.0
    database: str | None = field(default=None, repr=False)
    """An SQLAlchemy URL; it may hold a password. None: SQLite, in the data folder."""
    workers: int = 32
    max_connections: int = 4096
    max_before_login: int = 1024
    max_per_address: int = 64
    max_sessions_per_account: int = 64
    upload_rate: int | None = None
    download_rate: int | None = None
    compress: bool = True
    """Whether content may be compressed on its way, where that is faster."""
    guard: GuardConfig = GuardConfig()
    log_level: str = "info"
    log_format: str = "text"
    log_file: Path | None = None
    """Besides standard error; a relative path is one in the data folder."""
    audit: bool = True
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 0xFFFF:
            raise ConfigError(f"{self.port} is not a port", hint="Choose one from 1 to 65535, or 0 for any.")
        for what in ("workers", "max_connections", "max_before_login", "max_per_address", "max_sessions_per_account"):
            if getattr(self, what) < 1:
                raise ConfigError(f"{what} must be at least 1")
        if self.workers > MAX_WORKERS:
            raise ConfigError(f"workers may be {MAX_WORKERS} at most: each is a thread")
        if not 0 <= self.grace <= MAX_GRACE:
            raise ConfigError(f"grace must be from 0 to {MAX_GRACE:.0f} seconds")
        for what in ("upload_rate", "download_rate"):
            rate = getattr(self, what)
            if rate is not None and rate < MIN_RATE:
                raise ConfigError(f"{what} must be at least 64K a second: with less, transfers look like dead lines")
        if not self.name.strip() or len(self.name) > MAX_NAME:
            raise ConfigError(f"name must have 1 to {MAX_NAME} characters")
        if self.log_level not in LOG_LEVELS:
            raise ConfigError(f"log level “{display(self.log_level)}” is none of {', '.join(LOG_LEVELS)}")
        if self.log_format not in {"text", "json"}:
            raise ConfigError(f"log format “{display(self.log_format)}” is neither text nor json")
        if self.metrics_port is not None:
            self._check_metrics(self.metrics_port)

    def _check_metrics(self, port: int) -> None:
        if not 0 <= port <= 0xFFFF:
            raise ConfigError(f"{port} is not a port for metrics", hint="Choose one from 1 to 65535, or 0 for any.")
        try:
            is_loopback = ipaddress.ip_address(self.metrics_host).is_loopback
        except ValueError:
            is_loopback = False
        if not is_loopback:
            raise ConfigError(
                f"metrics are told on the loopback only, not on “{display(self.metrics_host)}”",
                hint="They tell who is here and how much moves, to anybody who asks. Use 127.0.0.1 or ::1; "
                "a proxy or tunnel of your own can carry them further.",
            )


FIXED = ("data", "host", "port", "database", "workers", "max_connections")
"""What only a restart changes: sockets, threads and files are made for these at the start."""

OPENED = ("data", "database")
"""Those of them that the program around the server has opened, and that outlast its stops."""


def changes(old: ServerConfig, new: ServerConfig) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the fields that differ: those that can change live, and those that need a restart."""
    differing = [each.name for each in fields(ServerConfig) if getattr(old, each.name) != getattr(new, each.name)]
    return (
        tuple(name for name in differing if name not in FIXED),
        tuple(name for name in differing if name in FIXED),
    )


def default_data_folder() -> Path:
    """Return where the server's data is when nobody says otherwise. Makes nothing."""
    return platformdirs.user_data_path("wherry-server", appauthor=False)


def open_data_folder(path: Path | None) -> Path:
    """Return the data folder as an absolute path, made if need be; ``None`` means the default one.

    A new folder has mode 0700 from the start. Raises :class:`~shared.errors.ConfigError` when one that exists
    lets others in, belongs to somebody else or is no folder; the hint is the command that mends it.
    """
    folder = (path or default_data_folder()).expanduser().absolute()
    shown = display(str(folder))
    try:
        make_private_folder(folder)
        status = folder.stat()
    except OSError as error:
        raise ConfigError(
            f"the data folder {shown} cannot be used: {error.strerror}", hint="Choose another with --data."
        ) from error
    if not stat.S_ISDIR(status.st_mode):
        raise ConfigError(f"{shown} is not a folder", hint="Choose another with --data.")
    if sys.platform != "win32":
        if status.st_uid != os.geteuid():
            raise ConfigError(
                f"the data folder {shown} belongs to another user",
                hint="Run the server as that user, or choose another folder with --data.",
            )
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise ConfigError(
                f"others can look into the data folder {shown}", hint=f"Run: chmod 700 {shlex.quote(shown)}"
            )
    return folder


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those missing above it, with mode 0700. One that exists is left as it is."""
    if folder.exists():
        return
    if folder.parent != folder:
        make_private_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)


class FolderLock:
    """Held while a server runs on a data folder, so that a second one is refused. Ends with the process too.

    Use as a context manager. Raises :class:`~shared.errors.ConfigError` on entry when another holds it.
    Changing accounts beside a running server needs no lock.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the lock or raise :class:`~shared.errors.ConfigError` at once."""
        shown = display(str(self._path.parent))
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigError(f"the data folder {shown} cannot be locked: {error.strerror}") from error
        try:
            _lock(descriptor)
        except OSError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            if error.errno not in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
                raise ConfigError(f"the data folder {shown} cannot be locked: {error.strerror}") from error
            raise ConfigError(
                f"another server{holder} uses {shown}",
                title="The server runs already",
                hint="Stop it first, or choose another folder with --data and another port with --port.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; without one, do nothing. The file stays: removing it would race with a taker."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _holder(descriptor: int) -> str:
    """Say which process holds the lock, when it has written its number."""
    try:
        text = os.read(descriptor, 32).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return f" (process {text})" if text.isdecimal() else ""


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # flock belongs to the open file, not the process: two servers in one process are told apart as well.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
