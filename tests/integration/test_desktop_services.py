"""Staying awake, notices and rest, asked of services on a real bus; and a quiet “no” where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator

import pytest
from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from desktop.runtime.desktop_services import DesktopServices, Rest

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="there is no dbus-daemon")

LOGIN = "org.freedesktop.login1"
NOTES = "org.freedesktop.Notifications"
POWER = "org.freedesktop.PowerManagement"


class Service:
    """Answers as the desktop's services do, and records what it is asked."""

    def __init__(self, *names: str, can: str = "yes") -> None:
        self.calls: list[tuple[str, tuple[object, ...]]] = []
        self.can = can
        self._pipe = os.pipe()
        self._bus: DBusConnection = open_dbus_connection("SESSION", enable_fds=True)
        for name in names:
            self._bus.send_and_get_reply(message_bus.RequestName(name))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        with open_dbus_connection("SESSION") as other:
            stop = message_bus.GetId()
            stop.header.fields[HeaderFields.destination] = self._bus.unique_name
            other.send(stop)
            self._thread.join(5)
        self._bus.close()
        for end in self._pipe:
            if end >= 0:
                os.close(end)

    @property
    def is_let_go(self) -> bool:
        """Whether nobody holds the writing end of what an inhibition was given any more."""
        os.set_blocking(self._pipe[0], False)
        try:
            return os.read(self._pipe[0], 1) == b""
        except BlockingIOError:
            return False

    def _serve(self) -> None:
        while True:
            message = self._bus.receive()
            if message.header.message_type is not MessageType.method_call:
                continue
            member = message.header.fields[HeaderFields.member]
            if member == "GetId":
                return
            self.calls.append((member, tuple(message.body)))
            self._bus.send(self._answer(message, member))
            if member == "Inhibit" and self._pipe[1] >= 0:
                os.close(self._pipe[1])
                self._pipe = (self._pipe[0], -1)

    def _answer(self, message: object, member: str) -> object:
        if message.header.fields[HeaderFields.interface] == POWER + ".Inhibit":
            return new_method_return(message, "u", (7,))
        match member:
            case "Inhibit":
                return new_method_return(message, "h", (self._pipe[1],))
            case "CanSuspend" | "CanPowerOff":
                return new_method_return(message, "s", (self.can,))
            case "Notify":
                return new_method_return(message, "u", (1,))
            case "Suspend" | "PowerOff":
                return new_method_return(message)
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    yield
    process.terminate()
    process.wait(5)
    process.stdout.close()


@pytest.fixture
def service(bus: None) -> Iterator[Service]:
    service = Service(LOGIN, NOTES)
    yield service
    service.close()


def test_the_machine_is_held_awake_until_it_is_let_go(service: Service) -> None:
    hold = DesktopServices().hold_awake("Files are being transferred")
    assert hold is not None
    assert service.calls == [("Inhibit", ("sleep:idle", "Wherry", "Files are being transferred", "block"))]
    assert not service.is_let_go
    hold.release()
    hold.release()
    assert service.is_let_go


def test_a_notice_is_shown_with_its_text_as_it_is(service: Service) -> None:
    assert DesktopServices().notify("All transfers are done", "<b>3 & more</b>")
    name, body = service.calls[0]
    assert name == "Notify"
    assert body[3:5] == ("All transfers are done", "&lt;b&gt;3 &amp; more&lt;/b&gt;")


@pytest.mark.parametrize(("answer", "can"), [("yes", True), ("challenge", True), ("no", False), ("na", False)])
def test_rest_is_offered_as_the_system_says(service: Service, answer: str, can: bool) -> None:
    service.can = answer
    services = DesktopServices()
    assert services.can(Rest.SUSPEND) is can
    assert services.can(Rest.SHUTDOWN) is can
    assert [call[0] for call in service.calls] == ["CanSuspend", "CanPowerOff"]


def test_the_system_is_put_to_rest(service: Service) -> None:
    assert DesktopServices().put_to_rest(Rest.SUSPEND)
    assert DesktopServices().put_to_rest(Rest.SHUTDOWN)
    assert service.calls == [("Suspend", (True,)), ("PowerOff", (True,))]


def test_without_logind_the_session_is_asked(bus: None) -> None:
    service = Service(POWER)
    try:
        hold = DesktopServices().hold_awake("why")
        assert hold is not None
        assert service.calls == [("Inhibit", ("Wherry", "why"))]
        hold.release()
    finally:
        service.close()


def test_with_nobody_on_the_bus_all_is_a_quiet_no(bus: None) -> None:
    services = DesktopServices()
    assert services.hold_awake("why") is None
    assert not services.notify("title", "text")
    assert not services.can(Rest.SHUTDOWN)
    assert not services.put_to_rest(Rest.SHUTDOWN)


def test_without_any_bus_all_is_a_quiet_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    services = DesktopServices()
    assert services.hold_awake("why") is None
    assert not services.notify("title", "text")
    assert not services.can(Rest.SUSPEND)
