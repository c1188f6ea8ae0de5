"""The tray program as one object: every signal of its parts meets its slot here, and here alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from server.accounts.homes import HOMES_NAME
from server.config import ServerConfig
from server.tray import preferences as preference_store
from server.tray.account_controller import AccountController
from server.tray.account_desk import AccountDesk
from server.tray.account_form import AccountForm
from server.tray.addresses import HostAddress, choose, read_interfaces
from server.tray.autostart import Autostart
from server.tray.ban_dialog import BanDialog
from server.tray.icon import TrayIcon
from server.tray.live_settings import LiveSettings
from server.tray.menu import Command, TrayMenu, menu_of
from server.tray.ports import Accounts, Engine
from server.tray.power import Power
from server.tray.preferences import Preferences
from server.tray.questions import ask, tell
from server.tray.server_controller import ServerController
from server.tray.settings_desk import SettingsDesk
from server.tray.status_window import StatusWindow
from shared.errors import ConfigError, WherryError


def _do_nothing(config: ServerConfig) -> None:
    """What follows new settings where nothing was named: not even the log."""


class Program(QObject):
    """Icon, menu, window, the two controllers and the two desks with the dialogs, wired.

    Signals:
        ended: The engine is off and nothing is left to do but to leave.
        end_asked: Leave without a question. May be emitted on any thread; this program listens to it itself.
    """

    ended = Signal()
    end_asked = Signal()

    def __init__(
        self,
        data: Path,
        engine: Engine,
        accounts: Accounts,
        preferences: Preferences,
        *,
        applied: Callable[[ServerConfig], None] = _do_nothing,
        autostart: Autostart | None = None,
        has_tray: Callable[[], bool] = TrayIcon.has_host,
        open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl,
        parent: QObject | None = None,
    ) -> None:
        """``applied`` is called with the settings whenever others hold, on any thread."""
        super().__init__(parent)
        self._data = data
        self._has_tray = has_tray
        self._open_url = open_url
        self._preferences = preferences
        self._is_quitting = False
        self._is_closed = False
        self._is_opening = True
        self._addresses: tuple[HostAddress, ...] = ()
        self._shown_host: str | None = None
        self._autostart = autostart if autostart is not None else Autostart(data)
        self.settings = LiveSettings(data, engine, applied)
        self.server = ServerController(engine, prepare=self.settings.read_again, parent=self)
        self.accounts = AccountController(accounts, parent=self)
        self.window = StatusWindow(data / HOMES_NAME)
        self.account_desk = AccountDesk(self.accounts, data / HOMES_NAME, self.window, self)
        self.settings_desk = SettingsDesk(
            data, engine, self.server, self.settings, self.window, autostart=self._autostart, parent=self
        )
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
        self.settings_desk.close_log()
        self.window.hide()
        self.settings_desk.close()
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
            case Command.FOLDERS:
                self.window.show_status(self.window.shares)
                self.window.bring_to_front()
            case Command.COPY_LINK:
                self._read_addresses()
                QGuiApplication.clipboard().setText(self.window.card.link)
            case Command.CHECK:
                self.window.bring_to_front()
                self._read_addresses()
                self.settings_desk.open_check(self._addresses)
            case Command.SETTINGS:
                self.window.bring_to_front()
                self._open_settings()
            case Command.OPEN_LOG:
                self.settings_desk.open_log()
            case Command.OPEN_DATA:
                self._open(self._data)
            case Command.START_AT_LOGIN:
                self._set_start_at_login(not self._autostart.is_on)
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
        self.server.failed.connect(self._tell)
        self.end_asked.connect(self.request_end, Qt.ConnectionType.QueuedConnection)
        window.check.clicked.connect(lambda: self.run_command(Command.CHECK))
        window.log.clicked.connect(self.settings_desk.open_log)
        window.settings.clicked.connect(self._open_settings)
        window.sessions.kick_requested.connect(self.server.kick)
        window.sessions.ban_requested.connect(self._ask_ban)
        window.bans.add_requested.connect(self._ask_ban)
        window.bans.lift_requested.connect(self.server.lift)
        page, desk = window.accounts, self.account_desk
        page.add_requested.connect(desk.add)
        page.edit_requested.connect(desk.edit)
        page.password_requested.connect(desk.ask_password)
        page.open_home_requested.connect(lambda account: self._open(account.home))
        page.enable_requested.connect(lambda account, wish: self.accounts.set_enabled(account.name, wish))
        page.remove_requested.connect(desk.ask_removal)
        desk.added.connect(lambda _: window.show_status(window.accounts))
        shares = window.shares
        shares.add_requested.connect(desk.share)
        shares.edit_requested.connect(desk.share)
        shares.open_requested.connect(lambda folder: self._open(folder.folder))
        shares.remove_requested.connect(desk.ask_unsharing)
        self.settings_desk.failed.connect(self._tell)
        self.settings_desk.open_requested.connect(self._open)
        self.settings_desk.starts_changed.connect(self._set_start_at_launch)
        self.settings_desk.language_chosen.connect(self._set_language)
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
        if view.host != self._shown_host:
            self._read_addresses()
        else:
            self._show_place()
        if self._is_quitting and view.power in {Power.OFF, Power.PROBLEM}:
            self.ended.emit()

    def _show_menu(self) -> None:
        at_login = self._autostart.is_on if self._autostart.is_possible else None
        self.menu.show_entries(
            menu_of(self.server.view, starts_at_launch=self._preferences.start_at_launch, starts_at_login=at_login)
        )

    def _show_accounts(self) -> None:
        accounts = self.accounts.accounts
        self.window.show_accounts(accounts)
        self.window.show_folders(self.accounts.folders)
        self._show_place()
        if self._is_opening:
            self._is_opening = False
            if not accounts:
                self.open_window()

    def _read_addresses(self) -> None:
        """Look again: a cable may have been plugged in since."""
        self._shown_host = self.server.view.host
        self._addresses = choose(self._shown_host, read_interfaces())
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

    # --- accounts and bans

    def _first_account(self, form: AccountForm, at_launch: bool) -> None:
        welcome = self.window.welcome

        def added() -> None:
            self._set_start_at_launch(at_launch)
            welcome.show_ready(form.name)
            self.server.switch_on()

        self.accounts.add(form, added, welcome.show_failure)

    def _ask_ban(self, address: str = "") -> None:
        dialog = BanDialog(address, self.window)

        def banned(network: str, seconds: float | None, reason: str) -> None:
            dialog.accept()
            self.server.ban(network, seconds, reason)

        dialog.submitted.connect(banned)
        dialog.open()

    # --- settings and folders

    def _open_settings(self) -> None:
        self.settings_desk.open_settings(
            choose("::", read_interfaces()),
            starts_at_launch=self._preferences.start_at_launch,
            language=self._preferences.language,
        )

    def _set_start_at_login(self, is_set: bool) -> None:
        try:
            self._autostart.set(is_set)
        except ConfigError as error:
            self._tell(error)
        self._show_menu()

    def _set_start_at_launch(self, is_set: bool) -> None:
        self._keep(msgspec.structs.replace(self._preferences, start_at_launch=is_set))
        self._show_menu()

    def _set_language(self, language: str) -> None:
        self._keep(msgspec.structs.replace(self._preferences, language=language))

    def _keep(self, wanted: Preferences) -> None:
        try:
            preference_store.save(self._data, wanted)
        except ConfigError as error:
            self._tell(error)
        else:
            self._preferences = wanted

    def _open(self, path: Path) -> None:
        if not self._open_url(QUrl.fromLocalFile(str(path))):
            self._tell(
                WherryError(
                    str(path),
                    title=self.tr("The desktop could not open this"),
                    hint=self.tr("Open it in a file manager instead."),
                )
            )
