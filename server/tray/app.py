"""Starts the tray program: opens the data folder, makes each part once, and leaves nothing running behind."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from server.accounts.store import AccountStore
from server.config import FolderLock, ServerConfig, open_data_folder
from server.engine.lifecycle import Server
from server.tray import preferences
from server.tray.program import LOG_NAME, Program
from server.tray.questions import tell
from shared import logs
from shared.errors import ConfigError, WherryError
from shared.look import theme, translations
from shared.look.icons import app_icon
from shared.names import display
from shared.tls import load_identity, make_identity

_log = logging.getLogger(__name__)

TRANSLATIONS = Path(__file__).parent / "translations"


def main(data: Path | None = None, *, start: bool = False) -> int:
    """Run the tray program on a data folder, by default the usual one, and return the exit status.

    ``start`` switches the server on at once. Raises :class:`~shared.errors.WherryError`, after showing it,
    when the program cannot run at all: the folder is in use, or its contents cannot be used.
    """
    app = _application()
    with ExitStack() as stack:
        try:
            program = _open(data, stack)
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
    translations.load(app, TRANSLATIONS)
    theme.apply(app)
    app.setWindowIcon(app_icon("wherry-server"))
    return app


def _open(data: Path | None, stack: ExitStack) -> Program:
    """Open what the program stands on, each to be closed by ``stack`` in the opposite order."""
    folder = open_data_folder(data)
    stack.enter_context(FolderLock(folder))
    try:
        logs.configure(file=folder / LOG_NAME)
    except OSError as error:
        raise ConfigError(
            f"the log {display(str(folder / LOG_NAME))} cannot be written: {error.strerror}",
            hint="Check the folder's permissions and the space left on its disk.",
        ) from error
    settings = preferences.load(folder)
    config = ServerConfig(folder, host=settings.host, port=settings.port)
    accounts = stack.enter_context(closing(AccountStore(folder)))
    identity = load_identity(folder) or make_identity(folder, config.name)
    program = Program(folder, Server(config, accounts, identity), accounts, settings)
    stack.callback(program.close)
    return program


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
