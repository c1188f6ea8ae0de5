"""What can be done in a pane, as data: name, text, icon, keys. Menus, buttons and shortcuts are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.widgets.buttons import describe_action
from shared.look import icons
from shared.permissions import FULL, NONE, Permission

_CONTEXT = "PaneActions"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action. ``keys`` are portable texts, the first is shown; ``hint`` is a key that the list itself takes.

    ``needs``: ``any`` selection, exactly ``one``, a ``place`` that is shown, or nothing. ``here`` and ``there``: what
    the account must be allowed in the folder that is shown, and in the one that the other pane shows.
    """

    name: str
    text: object
    icon: str
    keys: tuple[str, ...] = ()
    needs: str = "place"
    hint: str = ""
    is_checkable: bool = False
    here: Permission = NONE
    there: Permission = NONE


_WRITE, _READ, _DELETE, _RENAME = Permission.WRITE, Permission.READ, Permission.DELETE, Permission.RENAME

SPECS: tuple[ActionSpec, ...] = (
    ActionSpec("back", QT_TRANSLATE_NOOP("PaneActions", "Back"), "back", ("Alt+Left",)),
    ActionSpec("forward", QT_TRANSLATE_NOOP("PaneActions", "Forward"), "forward", ("Alt+Right",)),
    ActionSpec("up", QT_TRANSLATE_NOOP("PaneActions", "Up"), "up", ("Alt+Up",)),
    ActionSpec("home", QT_TRANSLATE_NOOP("PaneActions", "Home"), "home", ("Alt+Home",)),
    ActionSpec("refresh", QT_TRANSLATE_NOOP("PaneActions", "Refresh"), "refresh", ("Ctrl+R",)),
    ActionSpec("edit_path", QT_TRANSLATE_NOOP("PaneActions", "Edit the path"), "edit", ("Ctrl+L",)),
    ActionSpec("filter", QT_TRANSLATE_NOOP("PaneActions", "Filter"), "filter", ("Ctrl+F",)),
    ActionSpec(
        "search", QT_TRANSLATE_NOOP("PaneActions", "Search below this folder…"), "search", ("Ctrl+Shift+F", "F3")
    ),
    ActionSpec("open", QT_TRANSLATE_NOOP("PaneActions", "Open"), "open", (), "one", "Return"),
    ActionSpec("edit", QT_TRANSLATE_NOOP("PaneActions", "Open and edit"), "edit", ("F4",), "one", here=_READ | _WRITE),
    ActionSpec(
        "copy_across",
        QT_TRANSLATE_NOOP("PaneActions", "Copy to the other pane"),
        "copy",
        ("F5",),
        "any",
        here=_READ,
        there=_WRITE,
    ),
    ActionSpec(
        "move_across",
        QT_TRANSLATE_NOOP("PaneActions", "Move to the other pane"),
        "move",
        ("F6",),
        "any",
        here=_READ | _DELETE,
        there=_WRITE,
    ),
    ActionSpec("undo", QT_TRANSLATE_NOOP("PaneActions", "Undo"), "undo", ("Ctrl+Z",)),
    ActionSpec("cut", QT_TRANSLATE_NOOP("PaneActions", "Cut"), "cut", ("Ctrl+X",), "any", here=_READ | _DELETE),
    ActionSpec("copy", QT_TRANSLATE_NOOP("PaneActions", "Copy"), "copy", ("Ctrl+C",), "any", here=_READ),
    ActionSpec("paste", QT_TRANSLATE_NOOP("PaneActions", "Paste"), "paste", ("Ctrl+V",), here=_WRITE),
    ActionSpec("copy_path", QT_TRANSLATE_NOOP("PaneActions", "Copy path"), "link", ("Ctrl+Shift+C",)),
    ActionSpec("rename", QT_TRANSLATE_NOOP("PaneActions", "Rename"), "edit", ("F2",), "one", here=_RENAME),
    ActionSpec(
        "new_folder",
        QT_TRANSLATE_NOOP("PaneActions", "New folder…"),
        "new-folder",
        ("F7", "Ctrl+Shift+N"),
        here=Permission.MAKE_FOLDER,
    ),
    ActionSpec("delete", QT_TRANSLATE_NOOP("PaneActions", "Delete…"), "trash", ("Del", "F8"), "any", here=_DELETE),
    ActionSpec("properties", QT_TRANSLATE_NOOP("PaneActions", "Properties"), "info", ("Alt+Return",), "any"),
    ActionSpec("select_all", QT_TRANSLATE_NOOP("PaneActions", "Select all"), "check", ("Ctrl+A",)),
    ActionSpec("select_mask", QT_TRANSLATE_NOOP("PaneActions", "Select by pattern…"), "filter", ("Ctrl+S",)),
    ActionSpec("invert", QT_TRANSLATE_NOOP("PaneActions", "Invert selection"), "invert", ("Ctrl+I",)),
    ActionSpec("hidden", QT_TRANSLATE_NOOP("PaneActions", "Show hidden files"), "eye", ("Ctrl+H",), is_checkable=True),
    ActionSpec("new_tab", QT_TRANSLATE_NOOP("PaneActions", "New tab"), "plus", ("Ctrl+T",)),
    ActionSpec("close_tab", QT_TRANSLATE_NOOP("PaneActions", "Close tab"), "close", ("Ctrl+W",)),
    ActionSpec("next_tab", QT_TRANSLATE_NOOP("PaneActions", "Next tab"), "forward", ("Ctrl+Tab", "Ctrl+PgDown")),
    ActionSpec(
        "previous_tab", QT_TRANSLATE_NOOP("PaneActions", "Previous tab"), "back", ("Ctrl+Shift+Tab", "Ctrl+PgUp")
    ),
    ActionSpec(
        "compare", QT_TRANSLATE_NOOP("PaneActions", "Compare both panes"), "compare", ("Ctrl+O",), is_checkable=True
    ),
    ActionSpec(
        "step", QT_TRANSLATE_NOOP("PaneActions", "Browse both sides in step"), "step", ("Ctrl+Y",), is_checkable=True
    ),
    ActionSpec("bookmark", QT_TRANSLATE_NOOP("PaneActions", "Bookmark both folders…"), "star", ("Ctrl+B",)),
    ActionSpec("menu", QT_TRANSLATE_NOOP("PaneActions", "More"), "more", ("Alt+M",)),
    ActionSpec("new_server", QT_TRANSLATE_NOOP("PaneActions", "Connect to another server…"), "server", ("Ctrl+N",)),
    ActionSpec("change_password", QT_TRANSLATE_NOOP("PaneActions", "Change password…"), "key"),
    ActionSpec("disconnect", QT_TRANSLATE_NOOP("PaneActions", "Disconnect"), "disconnect", ("Ctrl+Shift+D",)),
)

Menu = tuple[str | None, ...]
"""Names of actions; None is a separator."""

SELECTION_MENU: Menu = (
    "open",
    "edit",
    None,
    "copy_across",
    "move_across",
    None,
    "cut",
    "copy",
    "paste",
    "copy_path",
    None,
    "rename",
    "delete",
    None,
    "properties",
)
FOLDER_MENU: Menu = (
    "new_folder",
    "paste",
    None,
    "select_all",
    "select_mask",
    "refresh",
    "hidden",
    None,
    "new_tab",
    "search",
    "copy_path",
)
PANE_MENU: Menu = (
    "new_folder",
    "paste",
    None,
    "filter",
    "search",
    "compare",
    "step",
    None,
    "new_tab",
    "bookmark",
    None,
    "edit_path",
    "hidden",
    "home",
    None,
    "new_server",
    "change_password",
    "disconnect",
)


class PaneActions(QObject):
    """The actions of one pane. They act while the keyboard is somewhere in that pane."""

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._actions: dict[str, QAction] = {}
        self._specs = {spec.name: spec for spec in SPECS}
        for spec in SPECS:
            action = QAction(QCoreApplication.translate(_CONTEXT, str(spec.text)), self)
            action.setObjectName(spec.name)
            action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setCheckable(spec.is_checkable)
            icons.dress(action, spec.icon)
            describe_action(action, QKeySequence(spec.hint) if spec.hint else None)
            pane.addAction(action)
            self._actions[spec.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def icon_of(self, name: str) -> str:
        """Return the name of an action's drawing."""
        return self._specs[name].icon

    def rename(self, name: str, text: str) -> None:
        """Give an action a text that tells more, or with an empty one its own again."""
        action = self._actions[name]
        action.setText(text.replace("&", "&&") or QCoreApplication.translate(_CONTEXT, str(self._specs[name].text)))
        describe_action(action)

    def allow(self, has_place: bool, selected: int, here: Permission = FULL, there: Permission = FULL) -> None:
        """Enable what makes sense with so many entries selected, and what is permitted."""
        for name, spec in self._specs.items():
            possible = {"place": True, "any": selected > 0, "one": selected == 1}[spec.needs]
            is_permitted = spec.here in here and spec.there in there
            self._actions[name].setEnabled(has_place and possible and is_permitted)

    def make_menu(self, layout: Menu, parent: QWidget) -> QMenu:
        """Return a menu that deletes itself when it is closed; actions that are not visible are left out."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in layout:
            if name is None:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])
        return menu
