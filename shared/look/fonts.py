"""The typefaces: the system's own where it is a good one, the bundled Inter elsewhere; a fixed one for digests."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from shared.look.tokens import Type

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "Inter"


def load() -> None:
    """Make the bundled faces known to Qt. Needs a QGuiApplication; calling it again does no harm."""
    if FAMILY in QFontDatabase.families():
        return
    for file in sorted(FOLDER.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))


def body(size: int = Type.BODY, weight: int = Type.REGULAR) -> QFont:
    """Return the font of the interface, ``size`` in pixels.

    Windows and macOS bring a face made for their screens; on Linux the default can be anything, so Inter
    leads there and the system's font fills in the scripts that it lacks.
    """
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if sys.platform not in {"win32", "darwin"}:
        font.setFamilies([FAMILY, *font.families()])
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    return font


def figures(size: int = Type.BODY, weight: int = Type.REGULAR) -> QFont:
    """Return the interface's font with digits of equal width: columns of numbers line up and do not jitter."""
    font = body(size, weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def fixed(size: int = Type.BODY) -> QFont:
    """Return a monospaced font for fingerprints and logs."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(size)
    return font
