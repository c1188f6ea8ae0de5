"""Push and tool buttons with everything a control owes: a text, an icon, a tool tip with its shortcut, a name."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton

from shared.look import icons, wording
from shared.look.tokens import Size


def push_button(text: str, kind: str = "", icon: str = "") -> QPushButton:
    """Return a push button; ``kind`` is ``primary``, ``danger``, ``link`` or empty."""
    button = QPushButton(text)
    # Enter goes to the button that has the focus or is the default, never to one that only stands first.
    button.setAutoDefault(False)
    if kind:
        button.setProperty("kind", kind)
    if icon:
        tone = {"primary": "on_accent", "danger": "on_danger", "link": "accent"}.get(kind, "icon")
        icons.dress(button, icon, tone)
        button.setIconSize(QSize(Size.ICON, Size.ICON))
    return button


def tool_button(action: QAction) -> QToolButton:
    """Return a flat icon button for an action; the action brings text, icon and shortcut."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(Size.ICON, Size.ICON))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    button.setAutoRaise(True)
    return button


def icon_button(name: str, text: str) -> QToolButton:
    """Return a flat icon button that is no action, such as the cross of a banner."""
    button = QToolButton()
    icons.dress(button, name)
    button.setIconSize(QSize(Size.ICON, Size.ICON))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(text)
    button.setToolTip(wording.tooltip(text))
    button.setAutoRaise(True)
    return button


def describe_action(action: QAction, shortcut: QKeySequence | None = None) -> None:
    """Give an action a tool tip that names its shortcut; ``shortcut`` where the action does not own the key."""
    keys = shortcut if shortcut is not None else action.shortcut()
    text = action.text().replace("&", "").removesuffix("…")
    shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(wording.tooltip(f"{text}  ({shown})" if shown else text))
