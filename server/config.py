"""What a server runs with, and the folder that holds what is its own. Starts nothing and reads no settings
file.

The data folder has the identity's key, the account store and the default homes. It is private from its first
moment, and a lax one is refused rather than mended: nobody knows who has looked in already.
"""

from __future__ import annotations

import errno
import os
import platform
import shlex
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs

from shared.errors import ConfigError
from shared.names import display
from shared.protocol import limits

LOCK_NAME = "server.lock"


def _host_name() -> str:
    return platform.node() or "wherry"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """The settings of one run. Raises :class:`~shared.errors.ConfigError` for numbers that cannot work.

    ``port`` 0 lets the system choose. ``workers`` is how many transfers run at once; the others wait.
    ``max_per_address`` counts connections before login: somebody who has logged in is no flood.
    """

    data: Path
    host: str = "0.0.0.0"  # noqa: S104  # a server for the other machines of its owner listens to them
    port: int = limits.DEFAULT_PORT
    name: str = field(default_factory=_host_name)
    workers: int = 32
    max_connections: int = 4096
    max_per_address: int = 64
    max_sessions_per_account: int = 64

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 0xFFFF:
            raise ConfigError(f"{self.port} is not a port", hint="Choose one from 1 to 65535, or 0 for any.")
        for what in ("workers", "max_connections", "max_per_address", "max_sessions_per_account"):
            if getattr(self, what) < 1:
                raise ConfigError(f"{what} must be at least 1")


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
