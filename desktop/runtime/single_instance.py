"""One window per profile: a second start shows the first one's window instead, and hands over the link it was given.

It carries nothing else, and reads no link: who takes it over treats it as what anybody may have written.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ACTIVATE = b"activate"
OPEN = b"open "
MAX_LINK = 4096
"""Bytes; longer than any path that a server allows needs to be."""
ANSWER_MS = 2000
"""How long the first instance may take to answer before its window is taken to hang."""

_MAX_LINE = len(OPEN) + MAX_LINK

_MAX_SOCKET_PATH = 100
"""A Unix socket's path has at most 108 bytes (unix(7)), a temporary suffix of Qt's included."""


class SingleInstance(QObject):
    """The right to be the window of a profile folder.

    Signals:
        activation_requested: somebody started the program again; the window should come to the front.
        link_requested: ... with this ``wherry://`` link (str), which should be opened; comes after the former.
    """

    activation_requested = Signal()
    link_requested = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = _address(folder)
        self._lock = QLockFile(str(folder / "window.lock"))
        # Never stale by age: a window may stay open for weeks. A dead owner is noticed by its process id.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def acquire(self) -> bool:
        """Become the one instance; False when another one is."""
        if not self._lock.tryLock(0):
            return False
        # A socket left by a killed instance is removed only now that the lock says nobody listens there.
        QLocalServer.removeServer(self._address)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        self._server.listen(self._address)
        return True

    def ask_to_activate(self, link: str | None = None) -> bool:
        """Ask the instance that runs to show its window and to open a link there; False when it does not answer.

        Blocks for a moment. The link has no line breaks and at most MAX_LINK bytes, or it is not answered either.
        """
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(ANSWER_MS):
            return False
        socket.write((ACTIVATE if link is None else OPEN + link.encode("utf-8", "surrogateescape")) + b"\n")
        answered = socket.waitForBytesWritten(ANSWER_MS) and socket.waitForReadyRead(ANSWER_MS)
        socket.disconnectFromServer()
        return answered

    def release(self) -> None:
        """Give the right back. Calling it again does no harm."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
            self._lock.unlock()

    def _greet(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            # The line, its end, and the zero that Qt's buffer ends with.
            wish = bytes(socket.readLine(_MAX_LINE + 2).data())
            if not wish.endswith(b"\n"):
                socket.abort()
            elif wish[:-1] == ACTIVATE:
                self._answer(socket)
                self.activation_requested.emit()
            elif wish.startswith(OPEN):
                self._answer(socket)
                self.activation_requested.emit()
                self.link_requested.emit(wish[len(OPEN) : -1].decode("utf-8", "replace"))
            else:
                socket.abort()
        elif socket.bytesAvailable() > _MAX_LINE:
            socket.abort()

    @staticmethod
    def _answer(socket: QLocalSocket) -> None:
        socket.write(b"ok\n")
        socket.flush()


def _address(folder: Path) -> str:
    """Return where the instance of ``folder`` listens: inside it, where nobody else may write, if that fits."""
    inside = folder / "window.socket"
    if len(bytes(inside)) <= _MAX_SOCKET_PATH:
        return str(inside)
    digest = hashlib.sha256(bytes(folder.resolve())).hexdigest()[:24]
    return str(Path(tempfile.gettempdir()) / f"wherry-{digest}.socket")
