"""What the tray program remembers between its runs: ``tray.json`` in the data folder. No passwords, no accounts.

The server's own settings are not here: they stand in ``config.toml``, where ``wherry-server serve`` finds them too.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec

from shared.errors import ConfigError
from shared.names import display

FILE_NAME = "tray.json"


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the tray program. Fields that a newer version wrote are ignored."""

    start_at_launch: bool = False
    """Switch the server on as soon as the program starts."""
    language: str = ""
    """Of the windows, such as ``zh_CN``; empty for the system's."""


def load(folder: Path) -> Preferences:
    """Read the settings; the defaults when there is no file. Raises ConfigError for one that cannot be used."""
    file = folder / FILE_NAME
    try:
        return msgspec.json.decode(file.read_bytes(), type=Preferences)
    except FileNotFoundError:
        return Preferences()
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(
            f"{display(str(file))}: {error}",
            title="The settings cannot be read",
            hint="Mend the file or remove it: then the usual settings apply.",
        ) from error


def save(folder: Path, preferences: Preferences) -> None:
    """Replace the file in one step. Raises ConfigError when that fails; the old one stands then."""
    text = msgspec.json.format(msgspec.json.encode(preferences), indent=2) + b"\n"
    file = folder / FILE_NAME
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{FILE_NAME}-", dir=folder)
        try:
            with open(descriptor, "wb") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(
            f"{display(str(file))}: {error.strerror}",
            title="The settings could not be saved",
            hint="Check the folder's permissions and the space left on its disk.",
        ) from error
