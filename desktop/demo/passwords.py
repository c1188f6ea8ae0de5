"""The demo's password, kept in memory only: a throw-away account has no place in the system's keyring."""

from __future__ import annotations


class MemoryPasswords:
    """Passwords by site for one run; the interface of :class:`desktop.storage.secrets.Passwords`."""

    is_persistent = True
    """As long as the demo itself."""

    def __init__(self, passwords: dict[str, str]) -> None:
        self._passwords = dict(passwords)

    def get(self, site: str) -> str | None:
        return self._passwords.get(site)

    def set(self, site: str, password: str) -> None:
        self._passwords[site] = password

    def delete(self, site: str) -> None:
        self._passwords.pop(site, None)
