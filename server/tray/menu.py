"""The tray's menu as data, and the widget that shows it. What a command does is the program's business."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from server.tray.power import wish_of
from server.tray.view import View
from server.tray.wording import toggle_text
from shared.look.icons import dress


class Command(StrEnum):
    """Everything the menu can ask for."""

    TOGGLE = auto()
    STATUS = auto()
    ACCOUNTS = auto()
    FOLDERS = auto()
    COPY_LINK = auto()
    CHECK = auto()
    OPEN_LOG = auto()
    OPEN_DATA = auto()
    SETTINGS = auto()
    START_AT_LOGIN = auto()
    START_AT_LAUNCH = auto()
    QUIT = auto()


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu. ``is_checked`` None: it is no check box."""

    command: Command
    text: str
    icon: str = ""
    is_enabled: bool = True
    is_checked: bool | None = None


SEPARATOR = None


def menu_of(view: View, *, starts_at_launch: bool, starts_at_login: bool | None = None) -> tuple[MenuEntry | None, ...]:
    """Return the menu for a state: always the same commands in the same places, :data:`SEPARATOR` between groups.

    ``starts_at_login`` None: this system has no such entry.
    """
    tr = QCoreApplication.translate
    at_login = MenuEntry(
        Command.START_AT_LOGIN, tr("TrayMenu", "Start when I log in"), is_checked=bool(starts_at_login)
    )
    return (
        MenuEntry(Command.TOGGLE, toggle_text(view.power), "power", is_enabled=wish_of(view.power) is not None),
        SEPARATOR,
        MenuEntry(Command.STATUS, tr("TrayMenu", "Status"), "server"),
        MenuEntry(Command.ACCOUNTS, tr("TrayMenu", "Accounts"), "users"),
        MenuEntry(Command.FOLDERS, tr("TrayMenu", "Shared folders"), "folder"),
        MenuEntry(Command.COPY_LINK, tr("TrayMenu", "Copy link to this server"), "link"),
        MenuEntry(Command.CHECK, tr("TrayMenu", "Can others reach it?"), "shield"),
        SEPARATOR,
        MenuEntry(Command.SETTINGS, tr("TrayMenu", "Settings…"), "settings"),
        MenuEntry(Command.OPEN_LOG, tr("TrayMenu", "Open log"), "log"),
        MenuEntry(Command.OPEN_DATA, tr("TrayMenu", "Open data folder"), "folder-open"),
        SEPARATOR,
        *((at_login,) if starts_at_login is not None else ()),
        MenuEntry(
            Command.START_AT_LAUNCH, tr("TrayMenu", "Switch on when the program starts"), is_checked=starts_at_launch
        ),
        MenuEntry(Command.QUIT, tr("TrayMenu", "Quit"), "close"),
    )


class TrayMenu(QMenu):
    """Shows entries. Changed ones are changed in place: a menu that is open, or lives in a panel, stays whole.

    Signals:
        chosen: An entry was chosen; carries its Command.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[MenuEntry | None, ...] = ()
        self._actions: dict[Command, QAction] = {}

    def show_entries(self, entries: tuple[MenuEntry | None, ...]) -> None:
        if [entry and entry.command for entry in entries] != [entry and entry.command for entry in self._shown]:
            self._build(entries)
        for entry in entries:
            if entry is not SEPARATOR:
                action = self._actions[entry.command]
                action.setText(entry.text)
                action.setEnabled(entry.is_enabled)
                action.setChecked(bool(entry.is_checked))
        self._shown = entries

    def action_of(self, command: Command) -> QAction:
        """Return the action of a command. Raises KeyError when the menu does not show it."""
        return self._actions[command]

    def _build(self, entries: tuple[MenuEntry | None, ...]) -> None:
        self.clear()
        self._actions.clear()
        for entry in entries:
            if entry is SEPARATOR:
                self.addSeparator()
                continue
            action = self.addAction(entry.text)
            action.setCheckable(entry.is_checked is not None)
            if entry.icon:
                dress(action, entry.icon)
            action.triggered.connect(lambda _=False, command=entry.command: self.chosen.emit(command))
            self._actions[entry.command] = action
