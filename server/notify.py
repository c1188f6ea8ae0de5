"""Tells systemd how a service is doing: the protocol of sd_notify(3), by hand, as it is one datagram."""

from __future__ import annotations

import logging
import os
import socket
import time

_log = logging.getLogger(__name__)


def notify(*lines: str) -> None:
    """Send lines such as ``READY=1`` to whoever started this process, if he listens. Raises nothing."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    # An abstract name: systemd writes the leading NUL as an @.
    address = f"\0{place[1:]}" if place.startswith("@") else place
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | getattr(socket, "SOCK_CLOEXEC", 0)) as sock:
            sock.sendto("\n".join(lines).encode(), address)
    except OSError as error:
        _log.warning("systemd cannot be told “%s”: %s", lines[0], error.strerror)


def ready(status: str) -> None:
    """Say that the service is up, after a start or a reload."""
    notify("READY=1", f"STATUS={status}", f"MAINPID={os.getpid()}")


def reloading() -> None:
    """Say that settings are being read again; :func:`ready` ends it."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def stopping(grace: float) -> None:
    """Say that the service is ending, and may take ``grace`` seconds and a little."""
    notify("STOPPING=1", "STATUS=waiting for transfers to end", f"EXTEND_TIMEOUT_USEC={int((grace + 15) * 1e6)}")
