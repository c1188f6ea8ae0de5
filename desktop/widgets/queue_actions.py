"""What can be done in the queue, as data: name, text, icon, keys, and for which states it makes sense.

Buttons, menus, the overview of shortcuts and the command palette are made from it; what an action does is connected
by the view.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.transfers.items import State
from desktop.widgets.buttons import describe_action
from shared.look import icons

_CONTEXT = "QueueActions"

_OPEN = frozenset(state for state in State if not state.is_final)
_FINAL = frozenset(state for state in State if state.is_final)
_ANY = frozenset(State)


@dataclass(frozen=True, slots=True)
class QueueActionSpec:
    """One action. ``states``: it makes sense while one of the selected items is in one of these; None: it is about
    the whole queue. ``hint`` is a key that the list itself takes."""

    name: str
    text: object
    icon: str
    keys: str = ""
    states: frozenset[State] | None = None
    hint: str = ""
    is_checkable: bool = False


_S = State
SPECS: tuple[QueueActionSpec, ...] = (
    QueueActionSpec("answer", QT_TRANSLATE_NOOP("QueueActions", "Answer…"), "question", "", frozenset({_S.ASKING})),
    QueueActionSpec(
        "pause",
        QT_TRANSLATE_NOOP("QueueActions", "Pause"),
        "pause",
        "Space",
        frozenset({_S.QUEUED, _S.SCANNING, _S.RUNNING, _S.WAITING}),
    ),
    QueueActionSpec(
        "resume", QT_TRANSLATE_NOOP("QueueActions", "Resume"), "play", "Ctrl+Space", frozenset({_S.PAUSED})
    ),
    QueueActionSpec(
        "retry",
        QT_TRANSLATE_NOOP("QueueActions", "Retry"),
        "retry",
        "Ctrl+Shift+R",
        frozenset({_S.FAILED, _S.CANCELLED, _S.SKIPPED, _S.WAITING}),
    ),
    QueueActionSpec("cancel", QT_TRANSLATE_NOOP("QueueActions", "Cancel"), "stop", "Ctrl+.", _OPEN, hint="Del"),
    QueueActionSpec("top", QT_TRANSLATE_NOOP("QueueActions", "Move to the top"), "arrow-top", "Alt+Home", _OPEN),
    QueueActionSpec("up", QT_TRANSLATE_NOOP("QueueActions", "Move up"), "arrow-up", "Alt+Up", _OPEN),
    QueueActionSpec("down", QT_TRANSLATE_NOOP("QueueActions", "Move down"), "arrow-down", "Alt+Down", _OPEN),
    QueueActionSpec(
        "bottom", QT_TRANSLATE_NOOP("QueueActions", "Move to the bottom"), "arrow-bottom", "Alt+End", _OPEN
    ),
    QueueActionSpec("first", QT_TRANSLATE_NOOP("QueueActions", "High priority"), "chevron-up", "Ctrl+Alt+Up", _OPEN),
    QueueActionSpec("normal", QT_TRANSLATE_NOOP("QueueActions", "Normal priority"), "minus", "Ctrl+Alt+0", _OPEN),
    QueueActionSpec("last", QT_TRANSLATE_NOOP("QueueActions", "Low priority"), "chevron-down", "Ctrl+Alt+Down", _OPEN),
    QueueActionSpec(
        "details",
        QT_TRANSLATE_NOOP("QueueActions", "What went wrong…"),
        "alert-circle",
        "Alt+Return",
        frozenset({_S.FAILED, _S.WAITING}),
    ),
    QueueActionSpec("copy", QT_TRANSLATE_NOOP("QueueActions", "Copy what happened"), "copy", "Ctrl+C", _ANY),
    QueueActionSpec("show", QT_TRANSLATE_NOOP("QueueActions", "Show in folder"), "folder-open", "Ctrl+Return", _ANY),
    QueueActionSpec(
        "remove", QT_TRANSLATE_NOOP("QueueActions", "Remove from the list"), "trash", "", _FINAL, hint="Del"
    ),
    QueueActionSpec("retry_failed", QT_TRANSLATE_NOOP("QueueActions", "Retry all failed"), "retry", "Ctrl+Alt+R"),
    QueueActionSpec("clear", QT_TRANSLATE_NOOP("QueueActions", "Clear finished"), "clear", "Ctrl+Alt+Del"),
    QueueActionSpec(
        "pause_all", QT_TRANSLATE_NOOP("QueueActions", "Pause all"), "pause", "Ctrl+Alt+P", is_checkable=True
    ),
    QueueActionSpec("fold", QT_TRANSLATE_NOOP("QueueActions", "Hide the queue"), "chevron-down"),
)

Menu = tuple[str | None, ...]
"""Names of actions; None is a separator."""

ITEM_MENU: Menu = (
    "answer",
    "pause",
    "resume",
    "retry",
    "cancel",
    None,
    "top",
    "up",
    "down",
    "bottom",
    None,
    "first",
    "normal",
    "last",
    None,
    "details",
    "copy",
    "show",
    None,
    "remove",
    "retry_failed",
    "clear",
)
BAR_MENU: Menu = (
    "pause_all",
    "retry_failed",
    "clear",
    None,
    "pause",
    "resume",
    "retry",
    "cancel",
    None,
    "top",
    "up",
    "down",
    "bottom",
    None,
    "details",
    "show",
    "remove",
)
"""The menu of the menu bar."""


class QueueActions(QObject):
    """The actions of one queue. Those with keys act while the keyboard is somewhere in its view."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._actions: dict[str, QAction] = {}
        self._specs = {spec.name: spec for spec in SPECS}
        for spec in SPECS:
            action = QAction(QCoreApplication.translate(_CONTEXT, str(spec.text)), self)
            action.setObjectName(spec.name)
            action.setShortcut(QKeySequence(spec.keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setCheckable(spec.is_checkable)
            icons.dress(action, spec.icon)
            action.setProperty("hint", spec.hint)
            describe_action(action, QKeySequence(spec.hint) if spec.hint and not spec.keys else None)
            view.addAction(action)
            self._actions[spec.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def icon_of(self, name: str) -> str:
        """Return the name of an action's drawing."""
        return self._specs[name].icon

    def on(self, name: str, act: Callable[[], object]) -> None:
        """Call ``act`` when an action that cannot be checked is triggered."""
        self._actions[name].triggered.connect(lambda _=False: act())

    def allow(self, states: Collection[State]) -> None:
        """Enable what makes sense with items in these states selected."""
        chosen = set(states)
        for name, spec in self._specs.items():
            if spec.states is not None:
                self._actions[name].setEnabled(not chosen.isdisjoint(spec.states))

    def make_menu(self, layout: Menu, parent: QWidget) -> QMenu:
        """Return a menu of what makes sense just now, which deletes itself when it is closed."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in layout:
            if name is None:
                menu.addSeparator()
            elif self._actions[name].isEnabled():
                menu.addAction(self._actions[name])
        return menu
