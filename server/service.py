"""``wherry-server serve``: the engine as a service. Reads the settings, minds signals and systemd, says what happens.

SIGHUP reads the settings again. SIGTERM or SIGINT stops: no new connections, and transfers may go on for the grace
period; a second one ends that; a third one ends the process at once.
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from server import notify
from server.accounts.store import AccountStore
from server.config import FolderLock, ServerConfig, open_data_folder
from server.config_file import load_config
from server.engine.lifecycle import Server
from server.engine.orders import Host
from shared import logs
from shared.errors import ConfigError, WherryError
from shared.names import display
from shared.tls import Identity, load_identity, make_identity

_log = logging.getLogger(__name__)

_HANGUP = getattr(signal, "SIGHUP", None)


class Service:
    """One service in this process; :meth:`run` returns when it was told to stop and has."""

    def __init__(self, data: Path | None, file: Path | None, over: Mapping[str, object], *, as_json: bool) -> None:
        """``file`` None: ``config.toml`` in the data folder. ``over`` are the settings of the command line."""
        self._folder = open_data_folder(data)
        self._file = file
        self._over = over
        self._as_json = as_json
        self._changing = threading.Lock()
        self._grace: float | None = None

    def run(self) -> None:
        """Serve. Raises :class:`~shared.errors.ConfigError` when it cannot."""
        config = self._load()
        configure_logs(config)
        with (
            _Signals() as signals,
            FolderLock(self._folder),
            closing(AccountStore(self._folder, url=config.database)) as accounts,
        ):
            identity = identity_of(self._folder, config.name)
            if not accounts.list():
                print("wherry-server: no accounts yet; make one with: wherry-server user add NAME", file=sys.stderr)

            def stop(grace: float | None) -> None:
                self._grace = grace
                signals.send(signal.SIGTERM)

            server = Server(config, accounts, identity, Host(stop=stop, reload=lambda: self._reload(server)))
            server.start()
            try:
                self._say_ready(server)
                while signals.wait() == _HANGUP:
                    self._reload_or_complain(server)
            finally:
                self._stop(server, signals)

    def _load(self) -> ServerConfig:
        return load_config(self._folder, self._file, **self._over)

    def _say_ready(self, server: Server) -> None:
        host, port = server.address
        if self._as_json:
            told = {"event": "listening", "host": host, "port": port, "fingerprint": server.fingerprint}
            line = json.dumps(told)
        else:
            line = f"listening on {_place(server)} fingerprint {server.fingerprint}"
        print(line, flush=True)
        notify.ready(f"listening on {_place(server)}")

    def _reload(self, server: Server) -> tuple[str, ...]:
        """Read the settings again and apply them; return the names of those that need a restart."""
        with self._changing:
            notify.reloading()
            try:
                config = self._load()
                fixed = server.reload(config)
                configure_logs(config)
            finally:
                notify.ready(f"listening on {_place(server)}")
            return fixed

    def _reload_or_complain(self, server: Server) -> None:
        try:
            self._reload(server)
        except WherryError as error:
            _log.error("the old settings stay in force: %s %s", error, error.hint)

    def _stop(self, server: Server, signals: _Signals) -> None:
        grace = server.config.grace if self._grace is None else self._grace
        notify.stopping(grace)
        _log.info("stopping; transfers may go on for %.0f s", grace)

        def stop() -> None:
            try:
                server.stop(grace)
            finally:
                signals.send(None)

        # On a thread of its own, so that a second signal is heard.
        stopper = threading.Thread(target=stop, name="wherry-stop")
        stopper.start()
        while (heard := signals.wait()) is not None:
            if heard != _HANGUP:
                _log.warning("told again to stop: what still runs is ended now")
                server.hurry()
                signals.let_go()
        stopper.join()


def configure_logs(config: ServerConfig) -> None:
    """Log as the settings say. Raises :class:`~shared.errors.ConfigError` for a file that cannot be written."""
    level = logging.getLevelNamesMapping()[config.log_level.upper()]
    try:
        logs.configure(level, file=config.log_file, as_json=config.log_format == "json")
    except OSError as error:
        raise ConfigError(
            f"the log {display(str(config.log_file))} cannot be written: {error.strerror}",
            hint="Check the folder's permissions and the space left on its disk.",
        ) from error


def identity_of(data: Path, name: str) -> Identity:
    """Return the identity of a data folder, made if there is none."""
    return load_identity(data) or make_identity(data, name)


def _place(server: Server) -> str:
    host, port = server.address
    return f"{f'[{host}]' if ':' in host else host}:{port}"


class _Signals:
    """Signals as something to wait for in the main thread, from the moment of entry.

    A byte through a socket, not an event set in the handler: that could find the main thread inside the event's own
    lock. Other threads send through it too.
    """

    _NUMBERS = tuple(number for number in (signal.SIGINT, signal.SIGTERM, _HANGUP) if number is not None)

    def __enter__(self) -> Self:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._old_wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old_handlers = [signal.signal(number, _do_nothing) for number in self._NUMBERS]
        return self

    def wait(self) -> int | None:
        """Return the next signal that has come, or None for the one that no signal is."""
        return self._reader.recv(1)[0] or None

    def send(self, number: int | None) -> None:
        """Be heard by :meth:`wait`, from any thread."""
        self._writer.send(bytes([number or 0]))

    def let_go(self) -> None:
        """Let the next signal end the process at once."""
        for number in self._NUMBERS:
            signal.signal(number, signal.SIG_DFL)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in zip(self._NUMBERS, self._old_handlers, strict=True):
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Be a handler: without one the signal would end the process before the byte is read."""
