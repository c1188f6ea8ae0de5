"""The line icons, tinted by a token and sharp at any scale. The drawings are the SVG files in ``icons/``.

A drawing uses ``currentColor`` on a 16 x 16 grid; the application and tray icons bring their own colours.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from shared.look.theme import theme_of
from shared.look.tokens import Size

FOLDER = Path(__file__).parent / "icons"

_SIZES = (16, 20, 24)
_APP_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)


class TrayState(StrEnum):
    """What the tray icon says, by shape: an empty hull, a boat under sail, two arrows, a warning triangle."""

    OFF = "tray-off"
    ON = "tray-on"
    TRANSFERRING = "tray-transferring"
    PROBLEM = "tray-problem"


def icon(name: str, tone: str = "icon") -> QIcon:
    """Return the icon ``icons/NAME.svg`` in the colour token ``tone``, with a fainter disabled form.

    The colours are those of the moment; use :func:`dress` for what outlives a change of the theme.
    Raises FileNotFoundError for a name that has no drawing.
    """
    colours = theme_of().colours
    result = QIcon()
    for ratio in _ratios():
        for size in _SIZES:
            result.addPixmap(pixmap(name, size, ratio, getattr(colours, tone)), QIcon.Mode.Normal)
            result.addPixmap(pixmap(name, size, ratio, colours.faint), QIcon.Mode.Disabled)
    return result


def app_icon(name: str = "wherry") -> QIcon:
    """Return the full-colour icon of a program: ``wherry`` or ``wherry-server``."""
    result = QIcon()
    for size in _APP_SIZES:
        result.addPixmap(pixmap(name, size, 1.0, ""))
    return result


def tray_icon(state: TrayState) -> QIcon:
    """Return the icon of the server's tray for a state."""
    return app_icon(state.value)


def dress(target: QAction | QAbstractButton, name: str, tone: str = "icon") -> None:
    """Give ``target`` an icon that follows the theme for as long as it lives."""

    class_name = "wherryDresser"
    dresser = target.findChild(_Dresser, class_name, Qt.FindChildOption.FindDirectChildrenOnly)
    if dresser is None:
        dresser = _Dresser(target)
        dresser.setObjectName(class_name)
        theme_of().changed.connect(dresser.dress)
    dresser.choose(name, tone)


class _Dresser(QObject):
    """A child of what it dresses, so that its connection to the theme ends with it."""

    def __init__(self, target: QAction | QAbstractButton) -> None:
        super().__init__(target)
        self._name = ""
        self._tone = ""

    def choose(self, name: str, tone: str) -> None:
        if (name, tone) != (self._name, self._tone):
            self._name, self._tone = name, tone
            self.dress()

    def dress(self) -> None:
        target = self.parent()
        if isinstance(target, QAction | QAbstractButton):
            target.setIcon(icon(self._name, self._tone))


def pixmap(name: str, size: int = Size.ICON, ratio: float = 1.0, colour: str = "") -> QPixmap:
    """Return one drawing, ``size`` device-independent pixels square for a screen of ``ratio``; cached by Qt."""
    key = f"wherry:{name}:{size}:{ratio}:{colour}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    renderer = QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.encode())))
    edge = round(size * ratio)
    result = QPixmap(QSize(edge, edge))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    result.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, result)
    return result


def names() -> list[str]:
    """Return the name of every drawing."""
    return sorted(file.stem for file in FOLDER.glob("*.svg"))


@cache
def _source(name: str) -> bytes:
    return (FOLDER / f"{name}.svg").read_bytes()


def _ratios() -> list[float]:
    return sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}) or [1.0]
