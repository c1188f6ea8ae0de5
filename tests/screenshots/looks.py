"""The ways in which every view is shown: light, dark, twice as large, and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.storage.settings import Theme

SCREEN = (1600, 1200)
WINDOW = (1280, 900)


@dataclass(frozen=True, slots=True)
class Look:
    """One way, with what it sets. ``env`` is for the whole process, which Qt reads it from at its start."""

    name: str
    theme: Theme = Theme.LIGHT
    language: str = "en"
    env: Mapping[str, str] = field(default_factory=dict)


LOOKS = (
    Look("light"),
    Look("dark", Theme.DARK),
    Look("large", env={"QT_SCALE_FACTOR": "2"}),
    Look("chinese", language="zh_CN", env={"LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN", "LC_CTYPE": "C.UTF-8"}),
)


def look(name: str) -> Look:
    """Return a look by its name."""
    return next(each for each in LOOKS if each.name == name)
