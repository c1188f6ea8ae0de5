"""What nobody handled goes to the log: Qt's own messages, and exceptions that come out of slots."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@contextlib.contextmanager
def logged_qt() -> Iterator[None]:
    """Send what Qt has to say to the logger ``qt`` for as long as the block lasts."""

    def handle(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        _qt_log.log(_LEVELS[kind], "%s", text)

    before = qInstallMessageHandler(handle)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


@contextlib.contextmanager
def logged_exceptions(tell: Callable[[BaseException], None]) -> Iterator[None]:
    """Log exceptions that end in ``sys.excepthook``, as PySide's slots do, and ``tell`` somebody who is looking."""
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.critical("unhandled exception", exc_info=(kind, error, trace))
        tell(error)

    sys.excepthook = hook
    try:
        yield
    finally:
        sys.excepthook = before
