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


MAX_CHANNELS = 8
MAX_HISTORY = 100_000

Limit = Annotated[int, msgspec.Meta(ge=1024)] | None
"""Bytes per second; None for no limit."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings with their defaults. An empty ``language`` follows the system; ``max_channels`` 0 leaves the
    number to the program; ``limit_bps`` is for both ways together; ``history`` counts the finished items that are
    kept over a restart; ``window`` holds Qt's geometry and state texts by the name of their window.
    """

    theme: Theme = Theme.SYSTEM
    language: Annotated[str, msgspec.Meta(max_length=32)] = ""
    show_hidden: bool = False
    conflict_policy: Policy = Policy.ASK
    max_channels: Annotated[int, msgspec.Meta(ge=0, le=16)] = 0
    limit_bps: Limit = None
    limit_up_bps: Limit = None
    limit_down_bps: Limit = None
    confirm_delete: bool = True
    notify_when_done: bool = True
    keep_awake: bool = True
    history: Annotated[int, msgspec.Meta(ge=0, le=MAX_HISTORY)] = 10_000
    local_folder: str = ""
    filters: Annotated[tuple[str, ...], msgspec.Meta(max_length=100)] = ()
    window: dict[str, str] = {}

    @property
    def channels(self) -> int | None:
        """How many connections may move files at once; None for as many as help."""
        return self.max_channels or None


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
