"""What can be ordered through the control socket, and how it is answered: see :class:`Orders`. Opens no socket."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from server.config import ServerConfig
from server.discovery import Announcement
from server.engine.ban_file import BanInfo
from server.engine.metrics import Load
from server.engine.registry import Snapshot
from server.engine.tally import Count
from shared.errors import ConfigError
from shared.tls import Identity, load_identity

SHORTEST_PREFIX = 4
"""Hex digits of a session's id that a person may name it by, where only one begins so."""


@dataclass(frozen=True, slots=True)
class Host:
    """The program around a server, as far as it can be asked for something; None: it cannot.

    ``stop`` gets the grace in seconds, None for the settings' own, and returns at once. ``reload`` reads the settings
    again, applies them, and returns the names of those that need a restart; it raises ConfigError.
    """

    stop: Callable[[float | None], None] | None = None
    reload: Callable[[], tuple[str, ...]] | None = None


class Ordered(Protocol):
    """What the orders are carried out on: :class:`server.engine.lifecycle.Server`."""

    @property
    def address(self) -> tuple[str, int]: ...

    @property
    def config(self) -> ServerConfig: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def announcement(self) -> Announcement: ...

    @property
    def metrics_address(self) -> tuple[str, int] | None: ...

    def snapshot(self) -> Snapshot: ...

    def load(self) -> Load: ...

    def counts(self) -> dict[tuple[Count, str], int]: ...

    def kick(self, session: bytes) -> bool: ...

    def bans(self) -> tuple[BanInfo, ...]: ...

    def ban(self, network: str, seconds: float | None = None, reason: str = "") -> BanInfo: ...

    def lift(self, network: str) -> tuple[BanInfo, ...]: ...

    def use_identity(self, identity: Identity) -> None: ...


class Orders:
    """Carries out requests, each an object with ``do`` and what that needs.

    ==========  ==========================  ==================================================================
    ``do``      needs                       answers
    ==========  ==========================  ==================================================================
    status                                  who is there and what moves; see :meth:`_status`
    bans                                    ``bans``
    ban         network, seconds?, reason?  ``ban``
    lift        network                     ``lifted``
    kick        session                     ``kicked``: account and address; an id, or how it begins
    identity                                ``fingerprint``: what lies in the data folder is used from now on
    reload                                  ``needs_restart``: names of settings
    stop        grace?                      nothing: the server stops after it has answered
    ==========  ==========================  ==================================================================
    """

    def __init__(self, server: Ordered, host: Host) -> None:
        self._server = server
        self._host = host

    def obey(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked and return the answer. Raises ConfigError, and ValueError for a request that is none."""
        match request:
            case {"do": "status"}:
                return self._status()
            case {"do": "bans"}:
                return {"bans": [asdict(ban) for ban in self._server.bans()]}
            case {"do": "ban", "network": str(network)}:
                seconds, reason = _number(request, "seconds"), str(request.get("reason", ""))
                return {"ban": asdict(self._server.ban(network, seconds, reason[:200]))}
            case {"do": "lift", "network": str(network)}:
                return {"lifted": [asdict(ban) for ban in self._server.lift(network)]}
            case {"do": "kick", "session": str(session)}:
                return self._kick(session)
            case {"do": "identity"}:
                identity = load_identity(self._server.config.data)
                if identity is None:
                    raise ConfigError("there is none in the data folder")
                self._server.use_identity(identity)
                return {"fingerprint": identity.fingerprint}
            case {"do": "reload"}:
                if self._host.reload is None:
                    raise _not_here("read its settings again")
                return {"needs_restart": list(self._host.reload())}
            case {"do": "stop"}:
                grace = _number(request, "grace")
                if self._host.stop is None:
                    raise _not_here("be stopped")
                self._host.stop(grace)
                return {}
        raise ValueError("there is no such order, or something that it needs is missing")

    def _status(self) -> dict[str, Any]:
        server = self._server
        snapshot, load = server.snapshot(), server.load()
        host, port = server.address
        return {
            "pid": os.getpid(),
            "name": server.config.name,
            "host": host,
            "port": port,
            "fingerprint": server.fingerprint,
            "started": load.started,
            "announcement": asdict(server.announcement),
            "metrics": list(server.metrics_address) if server.metrics_address is not None else None,
            "connections": load.connections,
            "connections_before_login": load.strangers,
            "bytes_in": load.bytes_in,
            "bytes_out": load.bytes_out,
            "bans": load.bans,
            "sessions": [asdict(session) | {"id": session.id.hex()} for session in snapshot.sessions],
            "transfers": [asdict(moving) | {"session": moving.session.hex()} for moving in snapshot.transfers],
            "counts": {f"{what} {label}": count for (what, label), count in sorted(server.counts().items())},
        }

    def _kick(self, prefix: str) -> dict[str, Any]:
        prefix = prefix.lower()
        if len(prefix) < SHORTEST_PREFIX:
            raise ConfigError(
                f"name at least {SHORTEST_PREFIX} digits of the session", title="Which session is meant is not clear"
            )
        found = [session for session in self._server.snapshot().sessions if session.id.hex().startswith(prefix)]
        if len(found) > 1:
            raise ConfigError(f"{len(found)} sessions begin so", title="Which session is meant is not clear")
        if not found or not self._server.kick(found[0].id):
            raise ConfigError(
                "it may have ended by itself",
                title="There is no such session",
                hint="“wherry-server status” shows those there are.",
            )
        return {"kicked": {"account": found[0].account, "peer": found[0].peer, "id": found[0].id.hex()}}


def _number(request: Mapping[str, Any], name: str) -> float | None:
    value = request.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError(f"{name} is a number of seconds")
    return float(value)


def _not_here(what: str) -> ConfigError:
    return ConfigError(
        f"this server is run by the tray program and cannot {what} from here",
        title="This is the tray program's matter",
        hint="Use its menu.",
    )
