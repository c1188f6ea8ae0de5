"""The control socket: how ``wherry-server status``, ``kick``, ``ban`` and the like reach a running server.

A Unix socket in the data folder. The folder's mode lets only its owner near, and the system says who connects; there is
no other login. Both sides speak lines of JSON: one request, one answer, at most :data:`MAX_LINE` bytes each.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import stat
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from shared.errors import ConfigError, WherryError
from shared.names import display
from shared.protocol import limits

_log = logging.getLogger(__name__)

FILE_NAME = "control.sock"

MAX_LINE = 64 * limits.KIB
MAX_ANSWER = 64 * limits.MIB
"""A status with ten thousand sessions fits."""

PATIENCE = 5.0
"""Seconds for one who asks, in all; they are answered one after the other."""

Obey = Callable[[Mapping[str, Any]], Mapping[str, Any]]

HAS_SOCKETS = hasattr(socket, "AF_UNIX")


class ControlSocket:
    """Answers on one thread. ``obey`` gets a request and returns its answer, or raises WherryError or ValueError."""

    def __init__(self, data: Path, obey: Obey) -> None:
        """Make the socket; one that a crashed server left is replaced: the folder's lock says that it is alone.

        Raises :class:`~shared.errors.ConfigError`. Where there are no Unix sockets it does nothing at all.
        """
        self._path = data / FILE_NAME
        self._obey = obey
        self._is_stopping = False
        self._asker: socket.socket | None = None
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="wherry-control")
        if not HAS_SOCKETS:
            return
        try:
            with suppress(FileNotFoundError):
                if stat.S_ISSOCK(os.lstat(self._path).st_mode):
                    self._path.unlink()
            self._listener = _listen(data)
        except OSError as error:
            raise ConfigError(
                f"the control socket {display(str(self._path))} cannot be made: {error.strerror or error}",
                hint="Check the data folder's permissions and its file system, or choose another with --data.",
            ) from error

    def start(self) -> None:
        """Begin to answer."""
        if self._listener is not None:
            self._thread.start()

    def stop(self) -> None:
        """Answer no more, remove the socket and end the thread."""
        listener = self._listener
        if listener is None:
            return
        self._is_stopping = True
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            # The one who ordered the stop is still to hear so; a reader that hangs is cut.
            if self._asker is not None and threading.current_thread() is not self._thread:
                with suppress(OSError):
                    self._asker.shutdown(socket.SHUT_RD)
        if self._thread.ident is not None and threading.current_thread() is not self._thread:
            self._thread.join()
        listener.close()
        with suppress(FileNotFoundError):
            self._path.unlink()

    def _run(self) -> None:
        assert self._listener is not None
        while not self._is_stopping:
            try:
                asker, _ = self._listener.accept()
            except OSError as error:
                if self._is_stopping:
                    return
                _log.warning("the control socket: %s", error.strerror)
                time.sleep(0.1)
                continue
            with asker:
                with self._lock:
                    self._asker = asker
                try:
                    self._answer(asker)
                except OSError as error:
                    _log.debug("the control socket: %s", error)
                finally:
                    with self._lock:
                        self._asker = None

    def _answer(self, asker: socket.socket) -> None:
        uid = _uid_of(asker)
        if uid is not None and uid not in {os.geteuid(), 0}:
            _log.warning("the control socket: user %d is not let in", uid)
            return
        deadline = time.monotonic() + PATIENCE
        line = _read_line(asker, deadline, MAX_LINE)
        if not line:
            return
        answer = self._do(line)
        asker.settimeout(PATIENCE)
        asker.sendall(json.dumps(answer).encode("ascii") + b"\n")

    def _do(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            # What is no object is no order, and told so by whoever obeys.
            return {"ok": True, **self._obey(request if isinstance(request, dict) else {})}
        except WherryError as error:
            return {"ok": False, "title": error.title, "detail": error.detail, "hint": error.hint}
        except (ValueError, RecursionError) as error:
            return {"ok": False, "title": "This order makes no sense", "detail": display(str(error)), "hint": ""}
        except Exception:  # noqa: BLE001  # whatever an order meets must not end the thread that takes the next one
            _log.exception("a bug in the control socket")
            return {"ok": False, "title": "Internal error", "detail": "the server's log has the details", "hint": ""}


def ask(data: Path, request: Mapping[str, Any], *, patience: float = 60.0) -> dict[str, Any] | None:
    """Send a request to the server that runs on a data folder and return its answer; None when none runs there.

    Raises :class:`~shared.errors.ConfigError` with what the server says against it, and when it does not answer within
    ``patience`` seconds.
    """
    if not HAS_SOCKETS:
        raise ConfigError("a running server cannot be reached on this system", hint="Use the tray program.")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock, _short(data) as path:
            sock.settimeout(patience)
            try:
                sock.connect(path)
            except (FileNotFoundError, ConnectionRefusedError):
                return None
            sock.sendall(json.dumps(dict(request)).encode("ascii") + b"\n")
            line = _read_line(sock, time.monotonic() + patience, MAX_ANSWER)
    except OSError as error:
        raise ConfigError(
            f"the server does not answer: {error.strerror or error}", title="The server cannot be reached"
        ) from error
    try:
        answer = json.loads(line)
        is_ok = answer.pop("ok")
    except (ValueError, AttributeError, KeyError) as error:
        raise ConfigError("its answer is cut short", title="The server cannot be reached") from error
    if not is_ok:
        raise ConfigError(str(answer["detail"]), title=str(answer["title"]), hint=str(answer["hint"]))
    assert isinstance(answer, dict)
    return answer


def _read_line(sock: socket.socket, deadline: float, most: int) -> bytes:
    """Return what comes before the first line end; less when the other side stops before it."""
    data = bytearray()
    while (end := data.find(b"\n")) < 0:
        if len(data) > most:
            raise OSError("the line is too long")
        patience = deadline - time.monotonic()
        if patience <= 0:
            raise TimeoutError("it takes too long")
        sock.settimeout(patience)
        piece = sock.recv(limits.MIB)
        if not piece:
            return bytes(data)
        data += piece
    return bytes(data[:end])


def _listen(data: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(data) as path:
            # The folder is 0700 already; not even its owner's other programs need the rest.
            before = os.umask(0o177)
            try:
                listener.bind(path)
            finally:
                os.umask(before)
        listener.listen(8)
    except BaseException:
        listener.close()
        raise
    return listener


@contextmanager
def _short(data: Path) -> Iterator[str]:
    """Give a path of the socket that fits ``sun_path``, which has room for 108 bytes, wherever the folder is."""
    if not sys.platform.startswith("linux"):
        yield str(data / FILE_NAME)
        return
    descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{FILE_NAME}"
    finally:
        os.close(descriptor)


def _uid_of(sock: socket.socket) -> int | None:
    """Return whose process is at the other end; None where the system does not say."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    credentials = struct.Struct("3i")
    _, uid, _ = credentials.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size))
    return int(uid)
