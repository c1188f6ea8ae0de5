"""Numbers for Prometheus, in its text format (version 0.0.4), told on the loopback to whoever asks for /metrics.

https://prometheus.io/docs/instrumenting/exposition_formats/ describes the format.
"""

from __future__ import annotations

import http.server
import ipaddress
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from server.engine.tally import Count
from shared.errors import ConfigError
from shared.names import display

_log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

PATIENCE = 5.0
"""Seconds for one who asks; they are answered one after the other."""


_PORT = re.compile(r":\d*\Z")


@dataclass(frozen=True, slots=True)
class Load:
    """What a server does at one moment, beside what it has counted. ``busy`` and ``workers`` are by lane."""

    connections: int = 0
    strangers: int = 0
    parked: int = 0
    sessions: int = 0
    transfers: int = 0
    bans: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    busy: tuple[tuple[str, int], ...] = ()
    workers: tuple[tuple[str, int], ...] = ()
    started: float = 0.0
    """Seconds since the epoch."""


def exposition(load: Load, counts: Mapping[tuple[Count, str], int], version: str) -> str:
    """Return the text that a scrape gets."""
    lines: list[str] = []

    def tell(name: str, kind: str, text: str, values: Iterable[tuple[str, float]]) -> None:
        lines.append(f"# HELP wherry_{name} {text}")
        lines.append(f"# TYPE wherry_{name} {kind}")
        lines.extend(f"wherry_{name}{labels} {value:.15g}" for labels, value in values)

    def counted(what: Count, *labels: str) -> list[tuple[str, float]]:
        return [
            (_labels(labels, label.split()), counts.get((what, label), 0))
            for label in sorted(_KNOWN[what] | {label for kind, label in counts if kind is what})
        ]

    tell("info", "gauge", "The version of the server.", [(_labels(("version",), (version,)), 1)])
    tell("start_time_seconds", "gauge", "When the server was started.", [("", load.started)])
    tell("connections", "gauge", "Connections at this moment.", [("", load.connections)])
    tell("connections_before_login", "gauge", "Those of them that have not logged in.", [("", load.strangers)])
    tell("connections_parked", "gauge", "Those of them that hold no worker.", [("", load.parked)])
    tell("sessions", "gauge", "Sessions at this moment.", [("", load.sessions)])
    tell("transfers", "gauge", "Transfers at this moment.", [("", load.transfers)])
    tell("bans", "gauge", "Addresses and networks kept out at this moment.", [("", load.bans)])
    for name, text, by_lane in (
        ("workers", "Workers there are, by lane.", load.workers),
        ("workers_busy", "Workers that are at work, by lane.", load.busy),
    ):
        tell(name, "gauge", text, [(_labels(("lane",), (lane,)), count) for lane, count in by_lane])
    tell("connections_total", "counter", "Connections since the start.", counted(Count.CONNECTIONS, "result"))
    tell("logins_total", "counter", "Logins since the start.", counted(Count.LOGINS, "result"))
    tell("bans_total", "counter", "Bans since the start.", counted(Count.BANS, "event"))
    tell("transfers_total", "counter", "Transfers ended.", counted(Count.TRANSFERS, "direction", "result"))
    tell("file_bytes_total", "counter", "Bytes of whole files.", counted(Count.TRANSFERRED, "direction"))
    moved = (("in", load.bytes_in), ("out", load.bytes_out))
    tell("bytes_total", "counter", "Bytes inside TLS.", [(_labels(("way",), (way,)), count) for way, count in moved])
    return "\n".join(lines) + "\n"


_KNOWN: Mapping[Count, frozenset[str]] = {
    Count.CONNECTIONS: frozenset({"accepted", "refused"}),
    Count.LOGINS: frozenset({"ok", "failed", "refused"}),
    Count.BANS: frozenset({"begun", "lifted"}),
    Count.TRANSFERS: frozenset({f"{way} {result}" for way in ("upload", "download") for result in ("ok", "failed")}),
    Count.TRANSFERRED: frozenset({"upload", "download"}),
}
"""What is told as 0 before it has happened once, so that a rate over it has a beginning."""


def _labels(names: Iterable[str], values: Iterable[str]) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True))
    return f"{{{pairs}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


class MetricsEndpoint:
    """A small web server with one page and one thread; :meth:`stop` ends both."""

    def __init__(self, host: str, port: int, page: Callable[[], str]) -> None:
        """Listen; ``port`` 0 picks a free one. Raises :class:`~shared.errors.ConfigError`, also for a host that is
        not the loopback."""
        if not ipaddress.ip_address(host).is_loopback:
            raise ConfigError(f"metrics are told on the loopback only, not on “{display(host)}”")
        try:
            self._server = _Server((host, port), page)
        except OSError as error:
            raise ConfigError(
                f"metrics cannot be told on {host}:{port}: {error.strerror or error}",
                title="The metrics port cannot be used",
                hint="Choose another one below [metrics].",
            ) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="wherry-metrics"
        )
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port as bound."""
        host, port = self._server.socket.getsockname()[:2]
        return host, port

    def stop(self) -> None:
        """Tell nobody any more, and end the thread."""
        # shutdown() waits for whoever is being answered.
        cutter = threading.Thread(target=self._server.shutdown, name="wherry-metrics-stop")
        cutter.start()
        self._server.cut()
        cutter.join()
        self._thread.join()
        self._server.server_close()


class _Server(http.server.HTTPServer):
    allow_reuse_address = True

    def __init__(self, place: tuple[str, int], page: Callable[[], str]) -> None:
        self.page = page
        self._lock = threading.Lock()
        self._asker: socket.socket | None = None
        self._is_cut = False
        self.address_family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        super().__init__(place, _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        asker, address = super().get_request()
        with self._lock:
            self._asker = asker
            if self._is_cut:
                asker.close()
                raise ConnectionAbortedError("the endpoint is being stopped")
        return asker, address

    def cut(self) -> None:
        """End the connection of whoever is being answered, and of any that still comes."""
        with self._lock:
            self._is_cut = True
            if self._asker is not None:
                with suppress(OSError):
                    self._asker.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        _log.debug("a scrape failed", exc_info=True)


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    timeout = PATIENCE
    server_version = "wherry"
    sys_version = ""

    def do_GET(self) -> None:  # the name is the library's
        # A web page that somebody visits here must not read this by a name that it lets point to the loopback.
        host = _PORT.sub("", self.headers.get("Host", "")).strip("[]")
        if self.path != "/metrics" or host not in {"localhost", "127.0.0.1", "::1", self.server.server_address[0]}:
            self.send_error(404)
            return
        page = self.server.page().encode()
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # the name is the library's
        _log.debug("metrics: %s", display(format % args))
