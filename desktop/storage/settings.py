"""What a person has set in the window, as one validated value in one JSON file. Applies nothing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec

from desktop.storage.json_file import JsonFile
from desktop.transfers.items import Policy


class Theme(StrEnum):
    """Which look the window has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings with their defaults. ``limit_bps`` is bytes per second, None for no limit; an empty
    ``language`` follows the system; ``window`` holds Qt's geometry and state texts by the name of their window.
    """

    theme: Theme = Theme.SYSTEM
    language: Annotated[str, msgspec.Meta(max_length=32)] = ""
    show_hidden: bool = False
    conflict_policy: Policy = Policy.ASK
    max_channels: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4
    limit_bps: Annotated[int, msgspec.Meta(ge=1024)] | None = None
    confirm_delete: bool = True
    notify_when_done: bool = True
    local_folder: str = ""
    window: dict[str, str] = {}


class SettingsFile:
    """Loads and saves. ``notice`` is text to show when the file was broken and has been kept aside.

    Keys that this version does not know, such as those of a newer one, survive a save.
    """

    def __init__(self, path: Path) -> None:
        self._file = JsonFile(path)
        self._unknown: dict[str, Any] = {}

    @property
    def notice(self) -> str:
        return self._file.notice

    def load(self) -> Settings:
        """Return what is stored, or the defaults. Raises ConfigError when the disk refuses."""
        known = self._file.read(Settings)
        if known is None:
            return Settings()
        everything = self._file.read(dict[str, Any]) or {}
        self._unknown = {key: value for key, value in everything.items() if key not in Settings.__struct_fields__}
        return known

    def save(self, settings: Settings) -> None:
        """Replace what is stored, in one step. Raises ConfigError."""
        self._file.write(self._unknown | msgspec.to_builtins(settings))
