"""Puts the design on an application: Fusion, a palette and one style sheet, light or dark as the system has it.

Decides colours only; what a control is called and where it stands is the widgets' business.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from shared.look import fonts
from shared.look.stylesheet import stylesheet
from shared.look.tokens import DARK, LIGHT, Colours


class Scheme(StrEnum):
    """What a person chose in the settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_QT_SCHEME = {
    Scheme.SYSTEM: Qt.ColorScheme.Unknown,
    Scheme.LIGHT: Qt.ColorScheme.Light,
    Scheme.DARK: Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """The scheme in force, owned by the application object.

    Signals:
        changed: The colours are others now; whatever painted with :attr:`colours` must paint again.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = Scheme.SYSTEM
        self._colours = LIGHT

    @property
    def colours(self) -> Colours:
        return self._colours

    @property
    def choice(self) -> Scheme:
        return self._choice

    def choose(self, choice: Scheme) -> None:
        """Follow the system, or stay light or dark."""
        self._choice = choice
        # Also tells the platform, which draws title bars and native file dialogs.
        QGuiApplication.styleHints().setColorScheme(_QT_SCHEME[choice])
        self._refresh()

    def _refresh(self) -> None:
        if self._choice is Scheme.SYSTEM:
            is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            is_dark = self._choice is Scheme.DARK
        colours = DARK if is_dark else LIGHT
        app = QApplication.instance()
        if not isinstance(app, QApplication) or (colours is self._colours and app.styleSheet()):
            return
        self._colours = colours
        app.setPalette(palette(colours))
        app.setStyleSheet(stylesheet(colours))
        self.changed.emit()

    def follow(self) -> None:
        """Listen to the system's own switch between light and dark."""
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._refresh)


def apply(app: QApplication, choice: Scheme = Scheme.SYSTEM) -> Theme:
    """Dress ``app`` and return its :class:`Theme`. Call it once, before the first widget is shown."""
    theme = theme_of()
    if not app.property("wherryDressed"):
        app.setProperty("wherryDressed", True)
        fonts.load()
        app.setStyle("Fusion")
        app.setFont(fonts.body())
        theme.follow()
    theme.choose(choice)
    return theme


def theme_of() -> Theme:
    """Return the running application's theme; light when :func:`apply` was not called yet."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("there is no application to have a theme")
    theme = app.findChild(Theme)
    if theme is None:
        theme = Theme(app)
    return theme


def palette(colours: Colours) -> QPalette:
    """Return the palette for what Qt paints itself: selections in text, links, disabled words, tooltips."""
    role = QPalette.ColorRole
    result = QPalette()
    for where, value in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.surface),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.window),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.on_danger),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.selection),
        (role.HighlightedText, colours.text),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.Light, colours.hover),
        (role.Midlight, colours.hover),
        (role.Mid, colours.separator),
        (role.Dark, colours.border),
        (role.Shadow, colours.border),
    ):
        result.setColor(where, QColor(value))
    for where in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, where, QColor(colours.faint))
    return result


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a dynamic property that it selects by has changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
