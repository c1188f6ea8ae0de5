"""What the desktop offers a program beside windows: staying awake, notices, and turning the machine off. Over D-Bus.

Every call blocks, so it belongs into a thread; where the system offers nothing, the answer is a quiet “no”. Interfaces:
org.freedesktop.login1 (systemd), org.freedesktop.PowerManagement and org.freedesktop.ScreenSaver (the XDG
power and idle inhibition specifications), org.freedesktop.Notifications (Desktop Notifications Specification 1.2).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Any

_log = logging.getLogger(__name__)

_TIMEOUT_S = 5.0
"""How long a service may take; one that has to be started first takes a second or two."""

_NAME = "Wherry"
_LOGIN = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
_POWER = (
    "org.freedesktop.PowerManagement",
    "/org/freedesktop/PowerManagement/Inhibit",
    "org.freedesktop.PowerManagement.Inhibit",
)
_SCREEN = ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver")
_NOTES = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications")

Address = tuple[str, str, str]


class Rest(StrEnum):
    """How the machine can be put to rest."""

    SUSPEND = "suspend"
    SHUTDOWN = "shutdown"


_RESTS = {Rest.SUSPEND: ("CanSuspend", "Suspend"), Rest.SHUTDOWN: ("CanPowerOff", "PowerOff")}


class Hold:
    """Keeps the machine awake until it is released; callable from any thread."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Let the machine sleep again; a second call does nothing."""
        release, self._release = self._release, None
        if release is not None:
            release()


class DesktopServices:
    """Speaks to the session's and the system's bus, each call over a connection of its own."""

    def hold_awake(self, reason: str) -> Hold | None:
        """Keep the machine from sleeping; None when nobody here can be asked to."""
        return self._hold_login(reason) or self._hold_session(_POWER, reason) or self._hold_session(_SCREEN, reason)

    def can(self, rest: Rest) -> bool:
        """Tell whether the system would do this for this person, without or after asking for a password."""
        answer = _call("SYSTEM", _LOGIN, _RESTS[rest][0])
        return answer is not None and answer[:1] in {("yes",), ("challenge",)}

    def put_to_rest(self, rest: Rest) -> bool:
        """Do it; False when the system refused. On a shutdown it tells the programs itself."""
        return _call("SYSTEM", _LOGIN, _RESTS[rest][1], "b", (True,)) is not None

    def notify(self, title: str, text: str) -> bool:
        """Show a notice outside of the window; False where there is nobody to show it. ``text`` is taken as it is:
        services that read markup in it are told none."""
        body: tuple[Any, ...] = (_NAME, 0, "wherry", title, _escaped(text), [], {"desktop-entry": ("s", "wherry")}, -1)
        return _call("SESSION", _NOTES, "Notify", "susssasa{sv}i", body) is not None

    def _hold_login(self, reason: str) -> Hold | None:
        # The answer is a file descriptor; closing it ends the inhibition.
        answer = _call("SYSTEM", _LOGIN, "Inhibit", "ssss", ("sleep:idle", _NAME, reason, "block"), with_files=True)
        if not answer:
            return None
        descriptor = answer[0].to_raw_fd()
        return Hold(lambda: os.close(descriptor))

    def _hold_session(self, address: Address, reason: str) -> Hold | None:
        # These services end an inhibition with the connection that asked for it, so it stays open.
        connection = _connect("SESSION", with_files=False)
        if connection is None:
            return None
        if not _ask(connection, address, "Inhibit", "ss", (_NAME, reason)):
            connection.close()
            return None
        return Hold(connection.close)


def _call(
    bus: str,
    address: Address,
    method: str,
    signature: str = "",
    body: tuple[Any, ...] = (),
    *,
    with_files: bool = False,
) -> tuple[Any, ...] | None:
    """Call a method and return its answer, None when there is no bus, no service or a refusal."""
    connection = _connect(bus, with_files=with_files)
    if connection is None:
        return None
    try:
        return _ask(connection, address, method, signature, body)
    finally:
        connection.close()


def _connect(bus: str, *, with_files: bool) -> Any:
    if bus == "SESSION" and not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    # Imported late: most starts of the program never need it, and some systems have no D-Bus at all.
    try:
        from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]  # it ships no types
    except ImportError:
        return None
    try:
        return open_dbus_connection(bus, enable_fds=with_files)
    except Exception as error:  # noqa: BLE001 -- jeepney passes on whatever the socket or the handshake raised
        _log.debug("no %s bus: %s", bus.lower(), error)
        return None


def _ask(
    connection: Any, address: Address, method: str, signature: str, body: tuple[Any, ...]
) -> tuple[Any, ...] | None:
    from jeepney import (  # type: ignore[import-untyped]  # it ships no types
        DBusAddress,
        HeaderFields,
        MessageType,
        new_method_call,
    )

    service, path, interface = address
    call = new_method_call(DBusAddress(path, bus_name=service, interface=interface), method, signature or None, body)
    try:
        reply = connection.send_and_get_reply(call, timeout=_TIMEOUT_S)
    except Exception as error:  # noqa: BLE001 -- see _connect
        _log.debug("%s.%s: %s", interface, method, error)
        return None
    if reply.header.message_type is MessageType.error:
        with suppress(KeyError):
            _log.debug("%s.%s: %s", interface, method, reply.header.fields[HeaderFields.error_name])
        return None
    answer: tuple[Any, ...] = reply.body
    return answer


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
