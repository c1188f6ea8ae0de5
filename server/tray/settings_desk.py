"""Opens the settings, the log and the test of the way to the server, and lets others do what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from server.engine.audit import FILE_NAME as AUDIT_NAME
from server.engine.identity import describe, read_pem, renew_identity, replace_identity
from server.tray.addresses import HostAddress
from server.tray.autostart import Autostart
from server.tray.check_dialog import CheckDialog
from server.tray.firewall import System, ThisSystem, firewalls
from server.tray.live_settings import LiveSettings
from server.tray.log_lines import Reading, read_audit, read_log
from server.tray.log_window import LogWindow
from server.tray.ports import Engine
from server.tray.power import Power
from server.tray.questions import ask
from server.tray.reachability import Finding, Knock, Tone, find_out, knock
from server.tray.server_controller import ServerController
from server.tray.settings_dialog import SettingsChange, SettingsDialog, Starts
from server.tray.wording import error_text
from server.tray.worker import Worker
from shared.errors import ConfigError, WherryError
from shared.tls import Identity

LOG_NAME = "server.log"
"""In the data folder, where the settings name no other file."""


class SettingsDesk(QObject):
    """Signals:
    starts_changed: Switch on whenever the program starts, or not (bool).
    language_chosen: Of the windows from the next start on; empty for the system's (str).
    open_requested: Show a file; carries its path.
    failed: Something that no dialog waits for was refused; carries the WherryError.
    """

    starts_changed = Signal(bool)
    language_chosen = Signal(str)
    open_requested = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        data: Path,
        engine: Engine,
        server: ServerController,
        settings: LiveSettings,
        window: QWidget,
        *,
        autostart: Autostart,
        system: System | None = None,
        knock: Knock = knock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._data = data
        self._engine = engine
        self._server = server
        self._settings = settings
        self._window = window
        self._autostart = autostart
        self._system = system if system is not None else ThisSystem()
        self._knock = knock
        # Files and sockets of others: never on the engine's thread, which somebody may wait for.
        self._worker = Worker("wherry-looking", self)
        self._log: LogWindow | None = None
        self._activity: Reading | None = None
        self._audit: Reading | None = None

    @property
    def log_file(self) -> Path:
        return self._engine.config.log_file or self._data / LOG_NAME

    def close(self) -> None:
        """Let what is being looked at come to its end."""
        self._worker.close()

    # --- settings

    def open_settings(self, addresses: Sequence[HostAddress], *, starts_at_launch: bool, language: str = "") -> None:
        """Show the settings as the file has them."""
        try:
            config = self._settings.wanted
        except ConfigError as error:
            self.failed.emit(error)
            return
        at_login = self._autostart.is_on if self._autostart.is_possible else None
        dialog = SettingsDialog(config, Starts(at_login, starts_at_launch, language), addresses, self._window)
        dialog.identity.show_identity(describe(self._engine.identity))
        dialog.show_view(self._server.view)

        def follow() -> None:
            dialog.show_view(self._server.view)

        self._server.changed.connect(follow)
        dialog.finished.connect(lambda: self._server.changed.disconnect(follow))
        dialog.submitted.connect(lambda change: self._apply(dialog, change))
        dialog.identity.renew_requested.connect(lambda: self._ask_renewal(dialog))
        dialog.identity.import_requested.connect(lambda certificate, key: self._ask_import(dialog, certificate, key))
        dialog.open()

    def _apply(self, dialog: SettingsDialog, change: SettingsChange) -> None:
        if change.starts is not None:
            try:
                if change.starts.at_login is not None and change.starts.at_login != self._autostart.is_on:
                    self._autostart.set(change.starts.at_login)
            except ConfigError as error:
                dialog.show_failure(error)
                return
            self.starts_changed.emit(change.starts.at_launch)
            self.language_chosen.emit(change.starts.language)
        if not change.values:
            dialog.accept()
            return

        def applied(needs_restart: tuple[str, ...]) -> None:
            dialog.accept()
            if needs_restart and self._server.view.power is Power.ON:
                self._ask_restart()

        self._server.do(lambda: self._settings.change(change.values), applied, dialog.show_failure)

    def _ask_restart(self) -> None:
        count = len(self._server.view.transfers)
        if count == 0 and not self._server.view.sessions:
            self._server.restart()
            return
        if count == 0:
            text = self.tr("Those who are connected lose the connection and connect again by themselves.")
        else:
            text = self.tr("Transfers that run get a few seconds to end. Those that are cut resume by themselves.")
        ask(
            self._window,
            self.tr("Switch the server off and on again now?"),
            f"{self.tr('Some of the new settings hold only then.')} {text}",
            self.tr("Off and on"),
            self._server.restart,
        )

    # --- identity

    def _ask_renewal(self, dialog: SettingsDialog) -> None:
        name = self._engine.config.name
        self._ask_identity(dialog, lambda: renew_identity(self._data, name), self.tr("Make a new identity?"))

    def _ask_import(self, dialog: SettingsDialog, certificate: Path, key: Path) -> None:
        self._ask_identity(
            dialog,
            lambda: replace_identity(self._data, read_pem(certificate), read_pem(key)),
            self.tr("Use this identity?"),
        )

    def _ask_identity(self, dialog: SettingsDialog, make: Callable[[], Identity], title: str) -> None:
        def use() -> None:
            self._engine.use_identity(make())

        def begin() -> None:
            dialog.set_busy(True)
            self._server.do(use, done, refused)

        def done(_: object) -> None:
            dialog.set_busy(False)
            dialog.identity.show_identity(describe(self._engine.identity))
            dialog.identity.show_outcome(
                self.tr("Tested, and in use for every new connection. Tell people the new fingerprint."), is_good=True
            )

        def refused(error: WherryError) -> None:
            dialog.set_busy(False)
            dialog.identity.show_outcome(error_text(error), is_good=False)

        ask(
            dialog,
            title,
            self.tr(
                "It is tested first. After that every client that knows this server will stop, show that the "
                "fingerprint has changed, and ask its user. The identity of now is kept beside the new one."
            ),
            self.tr("Test and use it"),
            begin,
        )

    # --- the log

    def open_log(self) -> None:
        """Show the log in its window, the one that is open already if there is one."""
        if self._log is None:
            self._log = LogWindow()
            self._activity = self._audit = None
            self._log.wanted.connect(self._read_logs)
            self._log.open_requested.connect(
                lambda is_audit: self.open_requested.emit(self._data / AUDIT_NAME if is_audit else self.log_file)
            )
            self._log.finished.connect(self._forget_log)
        self._log.show()
        self._log.raise_()
        self._log.activateWindow()

    def close_log(self) -> None:
        """Close the log's window, which has no parent that would."""
        if self._log is not None:
            self._log.close()

    def _forget_log(self) -> None:
        self._log = None

    def _read_logs(self) -> None:
        log, activity, audit = self.log_file, self._activity, self._audit

        def read() -> tuple[Reading | None, Reading | None]:
            return read_log(log, activity), read_audit(self._data / AUDIT_NAME, audit)

        self._worker.run(read, self._show_logs, self.failed.emit)

    def _show_logs(self, readings: tuple[Reading | None, Reading | None]) -> None:
        if self._log is None:
            return
        activity, audit = readings
        if activity is not None:
            self._activity = activity
            self._log.show_activity(activity.lines)
        if audit is not None:
            self._audit = audit
            self._log.show_audit(audit.lines)

    # --- the way to the server

    def open_check(self, addresses: Sequence[HostAddress]) -> None:
        """Find out whether others can reach the server, and show it."""
        dialog = CheckDialog(self._window)
        is_there = [True]
        dialog.finished.connect(lambda: is_there.clear())

        def show(findings: tuple[Finding, ...]) -> None:
            if is_there:
                dialog.show_findings(findings)

        def find() -> None:
            view = self._server.view
            if view.power is not Power.ON:
                show((Finding(Tone.PROBLEM, self.tr("The server is off"), self.tr("Switch it on and try again.")),))
                return
            self._worker.run(
                lambda: find_out(
                    addresses, view.port, view.fingerprint, firewalls(self._system, view.port), self._knock
                ),
                show,
                self.failed.emit,
            )

        dialog.again_requested.connect(find)
        dialog.open()
        dialog.start()
