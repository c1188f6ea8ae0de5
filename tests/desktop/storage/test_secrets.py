"""Passwords go to the keyring or stay in memory; nothing hangs and nothing is told."""

from __future__ import annotations

import logging
import threading

import pytest
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError

from desktop.storage.secrets import SERVICE, Passwords

SITE = "anna@desk:47623"


class Ring:
    """A keyring in memory that can fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error = error
        self.calls = 0

    def _call(self) -> None:
        self.calls += 1
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._call()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._call()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._call()
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not found")
        del self.kept[service, username]


def test_the_keyring_keeps_and_forgets() -> None:
    ring = Ring()
    Passwords(ring).set(SITE, "secret")
    assert ring.kept == {(SERVICE, SITE): "secret"}
    passwords = Passwords(ring)
    assert passwords.get(SITE) == "secret"
    passwords.delete(SITE)
    passwords.delete(SITE)
    assert passwords.get(SITE) is None
    assert passwords.is_persistent


@pytest.mark.parametrize(
    "error", [NoKeyringError("none"), InitError("no bus"), KeyringLocked("locked"), RuntimeError("a backend's own")]
)
def test_without_a_keyring_passwords_last_for_the_session_and_it_is_known(error: Exception) -> None:
    ring = Ring(error)
    passwords = Passwords(ring)
    assert passwords.get(SITE) is None
    assert not passwords.is_persistent
    passwords.set(SITE, "secret")
    assert passwords.get(SITE) == "secret"
    passwords.delete(SITE)
    assert passwords.get(SITE) is None
    assert ring.calls == 1


def test_a_password_that_the_keyring_refuses_to_keep_is_not_lost() -> None:
    ring = Ring(KeyringLocked("locked"))
    passwords = Passwords(ring)
    passwords.set(SITE, "secret")
    assert passwords.get(SITE) == "secret"


def test_the_tests_own_system_has_no_keyring_and_says_so() -> None:
    passwords = Passwords()
    assert passwords.get(SITE) is None
    assert not passwords.is_persistent


class SilentRing(Ring):
    """A keyring that waits for somebody who is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.gate.wait(30)
        return None


def test_a_keyring_that_does_not_answer_is_given_up() -> None:
    ring = SilentRing()
    passwords = Passwords(ring, timeout_s=0.01)
    assert passwords.get(SITE) is None
    assert not passwords.is_persistent
    ring.gate.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(10)


def test_no_password_reaches_a_log_or_a_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    passwords = Passwords(Ring(RuntimeError("could not store hunter2")))
    passwords.set(SITE, "hunter2")
    assert "hunter2" not in caplog.text
    assert "hunter2" not in repr(passwords)
    assert "RuntimeError" in caplog.text
