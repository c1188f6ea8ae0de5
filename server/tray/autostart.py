"""Starts the program when its user logs in: an entry for the desktop's session (freedesktop's Autostart
Specification 0.5). There is none for other systems here; then :attr:`Autostart.is_possible` says so.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from shared.errors import ConfigError
from shared.names import display

FILE_NAME = "wherry-server.desktop"

_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")
"""What makes an argument need quotes: Desktop Entry Specification 1.5, the Exec key."""


def default_folder() -> Path:
    """Return where the desktop looks for entries of this user."""
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if Path(config).is_absolute() else Path.home() / ".config") / "autostart"


def program_command() -> tuple[str, ...]:
    """Return the command that starts this program again, as it was started now."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    started = Path(sys.argv[0])
    if started.stem == "wherry-server" and started.exists():
        return (str(started.absolute()),)
    installed = Path(sys.executable).with_name("wherry-server")
    if installed.exists():
        return (str(installed),)
    return (sys.executable, "-m", "server")


class Autostart:
    """The entry of one data folder. ``folder`` and ``platform`` are the system's own, but for tests."""

    def __init__(
        self,
        data: Path,
        *,
        command: tuple[str, ...] | None = None,
        folder: Path | None = None,
        platform: str = sys.platform,
    ) -> None:
        self._command = (*(command if command is not None else program_command()), "--data", str(data))
        self._file = (folder if folder is not None else default_folder()) / FILE_NAME
        self._platform = platform

    @property
    def is_possible(self) -> bool:
        """Whether this system starts programs by such entries."""
        return self._platform not in {"win32", "darwin"}

    @property
    def is_on(self) -> bool:
        """Whether there is an entry, and the desktop has not been told to pass it over."""
        try:
            text = self._file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        lines = {line.strip().replace(" ", "") for line in text.splitlines()}
        return not lines & {"Hidden=true", "X-GNOME-Autostart-enabled=false"}

    def set(self, is_on: bool) -> None:
        """Write the entry in one step, or remove it. Raises :class:`~shared.errors.ConfigError`."""
        try:
            if is_on:
                self._write()
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(
                f"{display(str(self._file))}: {error.strerror}",
                title="The start at login could not be changed",
                hint="Check the folder's permissions.",
            ) from error

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{FILE_NAME}-", dir=self._file.parent)
        try:
            with open(descriptor, "w", encoding="utf-8") as stream:
                stream.write(entry_text(self._command))
            os.replace(name, self._file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def entry_text(command: tuple[str, ...]) -> str:
    """Return the entry that runs a command."""
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        "Version=1.5\n"
        "Name=Wherry Server\n"
        f"Exec={' '.join(_quoted(part) for part in command)}\n"
        "Icon=wherry-server\n"
        "Terminal=false\n"
        "X-GNOME-Autostart-enabled=true\n"
    )


def _quoted(part: str) -> str:
    """Quote an argument as the Exec key wants it: a string escape over a shell-like one, and % doubled."""
    part = part.replace("%", "%%")
    if part and not set(part) & _RESERVED:
        return part
    for char in '\\"`$':
        part = part.replace(char, f"\\{char}")
    return '"' + part.replace("\\", "\\\\").replace("\n", "\\n") + '"'
