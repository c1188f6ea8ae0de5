"""The settings file and the running engine, kept to the same. Knows no Qt; may be called from any thread.

Three come here: the settings dialog, ``wherry-server reload`` through the control socket, and a restart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from server.config import ServerConfig
from server.config_file import change_config, load_config
from server.engine.listener import Listener
from server.tray.ports import Engine
from shared.errors import ConfigError


class LiveSettings:
    """``applied`` is called with the settings that hold after each change: the log follows them."""

    def __init__(self, data: Path, engine: Engine, applied: Callable[[ServerConfig], None]) -> None:
        self._data = data
        self._engine = engine
        self._applied = applied
        self._lock = threading.Lock()

    @property
    def wanted(self) -> ServerConfig:
        """What the file says: more than what is in force where a restart is due. Raises ConfigError."""
        return load_config(self._data)

    def read_again(self) -> tuple[str, ...]:
        """Apply what the file says; return the names of the settings that need a restart. Raises ConfigError."""
        with self._lock:
            return self._apply(load_config(self._data))

    def change(self, values: Mapping[str, object]) -> tuple[str, ...]:
        """Write settings into the file and apply them; return the names of those that need a restart.

        A place to listen that is another one is tried first. Raises ConfigError; then nothing was changed.
        """
        with self._lock:
            now = self._engine.config
            host, port = values.get("host", now.host), values.get("port", now.port)
            if (host, port) != (now.host, now.port):
                _try_to_listen(str(host), port if isinstance(port, int) else 0, beside=(now.host, now.port))
            return self._apply(change_config(self._data, values))

    def _apply(self, config: ServerConfig) -> tuple[str, ...]:
        fixed = self._engine.reload(config)
        self._applied(self._engine.config)
        return fixed


def _try_to_listen(host: str, port: int, *, beside: tuple[str, int]) -> None:
    """Raise ConfigError when nothing can listen there. The port that the engine itself holds is taken for free."""
    try:
        Listener(host, 0 if port == beside[1] else port, lambda connection, _: connection.close()).stop()
    except ConfigError as error:
        raise ConfigError(
            error.detail, title="The server could not listen there", hint=f"{error.hint} Nothing was changed."
        ) from error
