"""Starts the tray program: opens the data folder, makes each part once, and leaves nothing running behind."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from server.accounts.store import AccountStore
from server.config import FolderLock, ServerConfig, open_data_folder
from server.config_file import load_config
from server.engine.lifecycle import Server
from server.engine.orders import Host
from server.service import configure_logs, identity_of
from server.tray import preferences
from server.tray.program import Program
from server.tray.questions import tell
from server.tray.settings_desk import LOG_NAME
from shared.errors import WherryError
from shared.look import theme, translations
from shared.look.icons import app_icon

_log = logging.getLogger(__name__)


def main(data: Path | None = None, *, start: bool = False) -> int:
    """Run the tray program on a data folder, by default the usual one, and return the exit status.

    ``start`` switches the server on at once. Raises :class:`~shared.errors.WherryError`, after showing it,
    when the program cannot run at all: the folder is in use, or its contents cannot be used.
    """
    app = _application()
    with ExitStack() as stack:
        try:
            program = _open(app, data, stack)
        except WherryError as error:
            _show_and_wait(app, error)
            raise
        # Not quit(), which asks the windows first: ours would only hide.
        program.ended.connect(lambda: app.exit(0))
        # The session ends, or somebody calls quit() in another way: as well a clean end.
        app.aboutToQuit.connect(program.close)
        stack.enter_context(_Signals(program.request_end))
        program.start(switch_on=start)
        status = app.exec()
        program.close()
    return status


def _application() -> QApplication:
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("wherry-server")
    app.setApplicationDisplayName("Wherry Server")
    app.setDesktopFileName("wherry-server")
    # The window comes and goes; the icon stays.
    app.setQuitOnLastWindowClosed(False)
    translations.load(app)
    theme.apply(app)
    app.setWindowIcon(app_icon("wherry-server"))
    return app


def _open(app: QApplication, data: Path | None, stack: ExitStack) -> Program:
    """Open what the program stands on, each to be closed by ``stack`` in the opposite order."""
    folder = open_data_folder(data)
    stack.enter_context(FolderLock(folder))
    config = load_config(folder)
    _log_as(config)
    settings = preferences.load(folder)
    if settings.language:
        translations.load(app, language=settings.language)
    accounts = stack.enter_context(closing(AccountStore(folder, url=config.database)))
    # “wherry-server stop” and “reload” reach this program as they reach a service; their threads are not ours.
    host = Host(stop=lambda _: program.end_asked.emit(), reload=lambda: program.settings.read_again())
    program = Program(folder, Server(config, accounts, identity_of(folder, config.name), host), accounts, settings,
                      applied=_log_as)  # fmt: skip
    stack.callback(program.close)
    return program


def _log_as(config: ServerConfig) -> None:
    """Log as the settings say; without a file named there, into the data folder, where the log's window looks."""
    configure_logs(config if config.log_file is not None else replace(config, log_file=config.data / LOG_NAME))


def _show_and_wait(app: QApplication, error: WherryError) -> None:
    box = tell(None, error)
    box.finished.connect(app.quit)
    app.exec()


class _Signals:
    """SIGINT and SIGTERM end the program cleanly: a byte through a socket wakes Qt's loop, and Python's handler
    runs there. Without it the handler would wait until the next event."""

    _SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end

    def __enter__(self) -> Self:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._wake)
        self._old_wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old_handlers = [signal.signal(number, self._handle) for number in self._SIGNALS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in zip(self._SIGNALS, self._old_handlers, strict=True):
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _wake(self) -> None:
        self._reader.recv(64)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        _log.info("%s: the program ends", signal.Signals(number).name)
        self._end()
