"""Passwords in the system's keyring, or in memory where there is none. Never in a file of ours, never in a log.

Calls block and belong into a thread: a keyring may ask a person to unlock it. One that does not answer in time is
taken for absent, so that no window and no command line hangs on it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from shared.errors import ConfigError

_log = logging.getLogger(__name__)

SERVICE = "wherry"

TIMEOUT_S = 60.0
"""Long enough for a person to type the password of the keyring."""

T = TypeVar("T")


class Keyring(Protocol):
    """The part of the keyring library that is used."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class Passwords:
    """Passwords by site (``user@host:port``). Thread-safe; raises nothing.

    ``is_persistent`` is False from the moment that the keyring failed: then what is set is kept in memory until
    the program ends, and a person should be told so.
    """

    def __init__(self, keyring: Keyring | None = None, *, timeout_s: float = TIMEOUT_S) -> None:
        self._keyring = keyring
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._memory: dict[str, str] = {}
        self.is_persistent = True

    def __repr__(self) -> str:
        return f"Passwords(is_persistent={self.is_persistent})"

    def get(self, site: str) -> str | None:
        """Return the password kept for a site, or None."""
        with self._lock:
            if site in self._memory:
                return self._memory[site]
        found = self._ask(lambda keyring: keyring.get_password(SERVICE, site))
        return found if isinstance(found, str) else None

    def set(self, site: str, password: str) -> None:
        """Keep a password, in the keyring if that can be."""

        def keep(keyring: Keyring) -> bool:
            keyring.set_password(SERVICE, site, password)
            return True

        is_kept = self._ask(keep) is True
        with self._lock:
            if is_kept:
                self._memory.pop(site, None)
            else:
                self._memory[site] = password

    def delete(self, site: str) -> None:
        """Forget the password of a site everywhere."""
        with self._lock:
            self._memory.pop(site, None)

        def forget(keyring: Keyring) -> None:
            if keyring.get_password(SERVICE, site) is not None:
                keyring.delete_password(SERVICE, site)

        self._ask(forget)

    def _ask(self, call: Callable[[Keyring], T]) -> T | None:
        """Call the keyring in a thread of its own; None when it failed or did not answer."""
        if not self.is_persistent:
            return None
        answer: Future[T] = Future()

        def ask() -> None:
            try:
                answer.set_result(call(self._keyring or _system_keyring()))
            except Exception as error:  # noqa: BLE001 -- backends let D-Bus's and each other's errors through
                answer.set_exception(error)

        # A daemon: a keyring that never answers must not keep the program from ending.
        thread = threading.Thread(target=ask, name="keyring", daemon=True)
        thread.start()
        try:
            result = answer.result(self._timeout_s)
        except Exception as error:  # noqa: BLE001 -- as above; which one it was changes nothing
            # The name only: a backend's text may quote what it was given.
            _log.warning("the system's keyring cannot be used: %s", type(error).__name__)
            self.is_persistent = False
            return None
        thread.join()
        return result


def _system_keyring() -> Keyring:
    # Imported here, in the thread: finding a backend loads D-Bus libraries and takes a tenth of a second.
    import keyring
    from keyring.backends import fail

    backend = keyring.get_keyring()
    if isinstance(backend, fail.Keyring):
        raise ConfigError("there is no keyring on this system")
    return backend
