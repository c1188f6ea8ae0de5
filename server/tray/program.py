"""The tray program as one object: every signal of its parts meets its slot here, and here alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from server.accounts.account import Account
from server.accounts.homes import HOMES_NAME
from server.tray import preferences as preference_store
from server.tray.account_controller import AccountController, AccountForm
from server.tray.account_dialog import NewAccountDialog, PasswordDialog, folder_dialog
from server.tray.addresses import HostAddress, choose, read_interfaces
from server.tray.icon import TrayIcon
from server.tray.menu import Command, TrayMenu, menu_of
from server.tray.ports import Accounts, Engine
from server.tray.power import Power
from server.tray.preferences import Preferences
from server.tray.questions import ask, tell
from server.tray.server_controller import ServerController
from server.tray.status_window import StatusWindow
from shared.errors import ConfigError, WherryError
from shared.names import display

LOG_NAME = "server.log"
"""In the data folder; what “Open log” shows."""


class Program(QObject):
    """Icon, menu, window and the two controllers, wired.

    Signals:
        ended: The engine is off and nothing is left to do but to leave.
    """

    ended = Signal()

    def __init__(
        self,
        data: Path,
        engine: Engine,
        accounts: Accounts,
        preferences: Preferences,
        *,
        has_tray: Callable[[], bool] = TrayIcon.has_host,
        open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._data = data
        self._has_tray = has_tray
        self._open_url = open_url
        self._preferences = preferences
        self._is_quitting = False
        self._is_closed = False
        self._is_opening = True
        self._addresses: tuple[HostAddress, ...] = ()
        self.server = ServerController(engine, preferences.host, preferences.port, parent=self)
        self.accounts = AccountController(accounts, parent=self)
        self.window = StatusWindow(data / HOMES_NAME)
        self.menu = TrayMenu()
        self.icon = TrayIcon(self.menu, self)
        self._wire()
        self._show_server()

    @property
    def preferences(self) -> Preferences:
        return self._preferences

    def start(self, *, switch_on: bool) -> None:
        """Show the icon, read the accounts, and switch on when asked to or set so.

        The window opens by itself where there is no tray, and at the very first start.
        """
        self.accounts.reload()
        if switch_on or self._preferences.start_at_launch:
            self.server.switch_on()
        if not self._has_tray():
            self.window.bring_to_front()

    def close(self) -> None:
        """Stop everything and join the threads. Blocks; calling it again does no harm."""
        if self._is_closed:
            return
        self._is_closed = True
        self.icon.hide()
        self.window.hide()
        self.accounts.close()
        self.server.close()
        self.window.deleteLater()
        self.menu.deleteLater()

    def request_quit(self) -> None:
        """Leave, after a question when transfers run."""
        self.server.refresh()
        count = len(self.server.view.transfers)
        if count == 0:
            self._quit()
            return
        self.window.bring_to_front()
        if count == 1:
            title = self.tr("Quit while a transfer runs?")
            text = self.tr("It gets a few seconds to end. If it is cut, it carries on where it stopped later.")
        else:
            title = self.tr("Quit while {count} transfers run?").format(count=count)
            text = self.tr("They get a few seconds to end. Those that are cut carry on where they stopped later.")
        ask(
            self.window,
            title,
            text,
            self.tr("Quit"),
            self._quit,
        )

    def request_end(self) -> None:
        """Leave without a question: the system asks, and nobody may sit before the screen."""
        self._quit()

    def run_command(self, command: Command) -> None:
        """Do what an entry of the menu asks for."""
        match command:
            case Command.TOGGLE:
                self.server.toggle()
            case Command.STATUS:
                self.open_window()
            case Command.ACCOUNTS:
                self.window.show_status(self.window.accounts)
                self.window.bring_to_front()
            case Command.COPY_LINK:
                self._read_addresses()
                QGuiApplication.clipboard().setText(self.window.card.link)
            case Command.OPEN_LOG:
                self._open(self._data / LOG_NAME)
            case Command.OPEN_DATA:
                self._open(self._data)
            case Command.START_AT_LAUNCH:
                self._set_start_at_launch(not self._preferences.start_at_launch)
            case Command.QUIT:
                self.request_quit()

    def open_window(self) -> None:
        """Show the window as it was left; with no account yet, the first start's page."""
        if self.accounts.is_loaded and not self.accounts.accounts:
            self.window.show_welcome()
        self.window.bring_to_front()

    # --- signals to slots

    def _wire(self) -> None:
        window = self.window
        self.server.changed.connect(self._show_server)
        self.accounts.changed.connect(self._show_accounts)
        self.accounts.failed.connect(self._tell)
        self.icon.activated.connect(self.open_window)
        self.menu.chosen.connect(self.run_command)
        window.toggle_requested.connect(self.server.toggle)
        window.watched.connect(self._watched)
        window.close_requested.connect(self._close_requested)
        window.sessions.kick_requested.connect(self.server.kick)
        page = window.accounts
        page.add_requested.connect(self._ask_account)
        page.password_requested.connect(self._ask_password)
        page.home_requested.connect(self._ask_home)
        page.open_home_requested.connect(lambda account: self._open(account.home))
        page.enable_requested.connect(lambda account, wish: self.accounts.set_enabled(account.name, wish))
        page.read_only_requested.connect(lambda account, wish: self.accounts.set_read_only(account.name, wish))
        page.remove_requested.connect(self._ask_removal)
        welcome = window.welcome
        welcome.submitted.connect(self._first_account)
        welcome.skipped.connect(window.show_status)
        welcome.finished.connect(window.show_status)
        welcome.toggle_requested.connect(self.server.toggle)

    def _show_server(self) -> None:
        view = self.server.view
        self.icon.show_view(view)
        self._show_menu()
        self.window.show_view(view)
        if not self._addresses:
            self._read_addresses()
        else:
            self._show_place()
        if self._is_quitting and view.power in {Power.OFF, Power.PROBLEM}:
            self.ended.emit()

    def _show_menu(self) -> None:
        self.menu.show_entries(menu_of(self.server.view, starts_at_launch=self._preferences.start_at_launch))

    def _show_accounts(self) -> None:
        accounts = self.accounts.accounts
        self.window.show_accounts(accounts)
        self._show_place()
        if self._is_opening:
            self._is_opening = False
            if not accounts:
                self.open_window()

    def _read_addresses(self) -> None:
        """Look again: a cable may have been plugged in since."""
        self._addresses = choose(self.server.view.host, read_interfaces())
        self._show_place()

    def _show_place(self) -> None:
        accounts = self.accounts.accounts
        # With one account the link can say whose it is; with more, a link for everybody names nobody.
        user = accounts[0].name if len(accounts) == 1 else ""
        self.window.show_place(self._addresses, self.server.view, user)

    def _watched(self, is_watched: bool) -> None:
        if self._is_closed:
            return
        self.server.set_watched(is_watched)
        self.accounts.set_watched(is_watched)
        if is_watched:
            self._read_addresses()

    def _close_requested(self) -> None:
        if self._has_tray():
            self.window.hide()
            return
        if self.server.view.power is Power.ON and not self.server.view.transfers:
            ask(
                self.window,
                self.tr("Quit Wherry Server?"),
                self.tr("The server is on. When you quit, nobody can connect any more."),
                self.tr("Quit"),
                self._quit,
            )
            return
        self.request_quit()

    def _quit(self) -> None:
        self._is_quitting = True
        self.server.switch_off()
        if self.server.view.power in {Power.OFF, Power.PROBLEM}:
            self.ended.emit()

    def _tell(self, error: WherryError) -> None:
        self.window.bring_to_front()
        tell(self.window, error)

    # --- accounts

    def _ask_account(self) -> None:
        dialog = NewAccountDialog(self._data / HOMES_NAME, self.window)

        def added(name: str) -> None:
            dialog.accept()
            self.window.show_status(self.window.accounts)

        dialog.submitted.connect(lambda form: self.accounts.add(form, lambda: added(form.name), dialog.show_failure))
        dialog.open()

    def _ask_password(self, account: Account) -> None:
        dialog = PasswordDialog(account.name, self.window)
        dialog.submitted.connect(
            lambda name, password: self.accounts.set_password(name, password, dialog.accept, dialog.show_failure)
        )
        dialog.open()

    def _ask_home(self, account: Account) -> None:
        title = self.tr("Home folder of {name}").format(name=display(account.name))
        dialog = folder_dialog(self.window, title, account.home)
        dialog.fileSelected.connect(lambda chosen: self.accounts.set_home(account.name, Path(chosen)))
        dialog.open()

    def _ask_removal(self, account: Account) -> None:
        ask(
            self.window,
            self.tr("Remove the account {name}?").format(name=display(account.name)),
            self.tr("Its sessions end now. The files stay in {home}.").format(home=display(str(account.home))),
            self.tr("Remove"),
            lambda: self.accounts.remove(account.name),
        )

    def _first_account(self, form: AccountForm, at_launch: bool) -> None:
        welcome = self.window.welcome

        def added() -> None:
            self._set_start_at_launch(at_launch)
            welcome.show_ready(form.name)
            self.server.switch_on()

        self.accounts.add(form, added, welcome.show_failure)

    # --- settings and folders

    def _set_start_at_launch(self, is_set: bool) -> None:
        wanted = msgspec.structs.replace(self._preferences, start_at_launch=is_set)
        try:
            preference_store.save(self._data, wanted)
        except ConfigError as error:
            self._tell(error)
        else:
            self._preferences = wanted
        self._show_menu()

    def _open(self, path: Path) -> None:
        if not self._open_url(QUrl.fromLocalFile(str(path))):
            self._tell(
                WherryError(
                    str(path),
                    title=self.tr("The desktop could not open this"),
                    hint=self.tr("Open it in a file manager instead."),
                )
            )
