"""The listening socket and the thread that accepts. What becomes of a connection is decided elsewhere."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable

from shared.errors import ConfigError

_log = logging.getLogger(__name__)

_BACKLOG = 512
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Listener:
    """Accepts TCP connections on one address and gives each to ``accepted(socket, peer address)``."""

    def __init__(self, host: str, port: int, accepted: Callable[[socket.socket, str], None]) -> None:
        """Bind and listen; port 0 picks a free one. Raises :class:`~shared.errors.ConfigError`."""
        self._accepted = accepted
        try:
            family, _, _, _, place = socket.getaddrinfo(
                host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            self._socket = socket.create_server(
                place[:2],
                family=family,
                backlog=_BACKLOG,
                dualstack_ipv6=family == socket.AF_INET6 and socket.has_dualstack_ipv6() and host in {"", "::"},
            )
        except OSError as error:
            in_use = error.errno == errno.EADDRINUSE
            raise ConfigError(
                f"{host}:{port}: {error.strerror or error}",
                title="The server cannot listen",
                hint="Another program, perhaps another Wherry Server, uses this port: choose another one."
                if in_use
                else "Check the address and the port.",
            ) from error
        host, port = self._socket.getsockname()[:2]
        self.address: tuple[str, int] = (host, port)
        """Host and port as bound; also after the stop."""
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="wherry-listener")

    def start(self) -> None:
        """Begin to accept."""
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting and end the thread."""
        self._is_stopping = True
        try:
            # close() alone does not wake a thread that is blocked in accept().
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            _log.debug("listener: %s", error)
        if self._thread.ident is not None:
            self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while not self._is_stopping:
            try:
                connection, peer = self._socket.accept()
            except OSError as error:
                if self._is_stopping:
                    return
                if error.errno in _EXHAUSTED:
                    _log.warning("cannot accept a connection: %s", error.strerror)
                    time.sleep(0.1)
                continue
            try:
                self._accepted(connection, peer[0])
            except Exception:  # noqa: BLE001  # one connection that cannot be served must not be the last
                _log.exception("a connection from %s could not be taken over", peer[0])
                connection.close()
