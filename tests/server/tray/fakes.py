"""Stand-ins of the engine and the account store that record what is asked of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from server.accounts.account import Account
from server.capacity import Limit
from server.config import ServerConfig, changes
from server.discovery import Announcement, AnnouncementState
from server.engine.ban_file import BanInfo
from server.engine.registry import SessionInfo, Snapshot, TransferInfo
from shared.errors import ConfigError, WherryError
from shared.permissions import FULL, LOOK, Permission
from shared.tls import Identity

FINGERPRINT = "SHA256:Lu8IXOshafmBDTOgdmT+RcnyHfIvHvGtTqIgxgdahyc"

NOW = 1_700_000_000.0
LINK_END = "?fp=SHA256:Lu8IXOshafmBDTOgdmT%2BRcnyHfIvHvGtTqIgxgdahyc"
"""How links to the fake engine end."""


class FakeEngine:
    """An engine whose starts and stops wait until they are let through, when a test wants that."""

    def __init__(self, data: Path = Path("/nowhere")) -> None:
        self.events: list[str] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.refusal: WherryError | None = None
        self.state = Snapshot()
        self.kicked: list[bytes] = []
        self.fingerprint = FINGERPRINT
        self.identity = Identity(b"", data / "key.pem", data / "certificate.pem", b"")
        self.announcement = Announcement(AnnouncementState.OFF)
        self.config = ServerConfig(data, host="127.0.0.1", name="desk")
        self.banned: dict[str, BanInfo] = {}
        self._is_running = False

    @property
    def address(self) -> tuple[str, int]:
        if not self._is_running:
            raise RuntimeError("the server is not running")
        return "127.0.0.1", 40123

    def start(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.gate.wait(10)
        self.events.append("start")
        if self.refusal is not None:
            raise self.refusal
        self._is_running = True

    def stop(self, grace: float = 5.0) -> None:
        self.threads.add(threading.current_thread().name)
        self.gate.wait(10)
        if self._is_running:
            self.events.append("stop")
        self._is_running = False

    def snapshot(self) -> Snapshot:
        return self.state if self._is_running else Snapshot()

    def kick(self, session: bytes) -> None:
        self.kicked.append(session)

    def bans(self) -> tuple[BanInfo, ...]:
        return tuple(self.banned.values())

    def ban(self, network: str, seconds: float | None = None, reason: str = "") -> BanInfo:
        self.threads.add(threading.current_thread().name)
        if self.refusal is not None:
            raise self.refusal
        until = None if seconds is None else NOW + seconds
        self.banned[network] = BanInfo(network, NOW, until, reason, is_owners=True)
        return self.banned[network]

    def lift(self, network: str) -> tuple[BanInfo, ...]:
        self.threads.add(threading.current_thread().name)
        found = self.banned.pop(network, None)
        return () if found is None else (found,)

    def reload(self, config: ServerConfig) -> tuple[str, ...]:
        """As the engine does it: what a restart changes waits until it is stopped."""
        self.threads.add(threading.current_thread().name)
        _, fixed = changes(self.config, config)
        if not self._is_running:
            fixed = ()
        self.config = replace(config, **{name: getattr(self.config, name) for name in fixed})
        return fixed

    def use_identity(self, identity: Identity) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.identity = identity
        self.fingerprint = identity.fingerprint


class FakeAccounts:
    """An account store in memory."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = {account.name: account for account in accounts}
        self.passwords: dict[str, str] = {}
        self.lists = 0
        self.refusal: WherryError | None = None
        self.threads: set[str] = set()
        self._generation = 0

    def list(self) -> list[Account]:
        self.lists += 1
        self.threads.add(threading.current_thread().name)
        return list(self.accounts.values())

    def generation(self) -> int:
        return self._generation

    def add(
        self,
        name: str,
        password: str,
        *,
        home: Path | None = None,
        permissions: Permission = FULL,
        quota: int | None = None,
        max_files: int | None = None,
        upload_rate: int | None = None,
        download_rate: int | None = None,
        max_sessions: int | None = None,
        expires: float | None = None,
    ) -> Account:
        if name in self.accounts:
            raise ConfigError(f"there is an account “{name}” already", title="This name is taken", hint="--data")
        self._check()
        self.accounts[name] = Account(
            name=name,
            home=home or Path("/homes") / name,
            permissions=permissions,
            limit=Limit(quota, max_files),
            upload_rate=upload_rate,
            download_rate=download_rate,
            max_sessions=max_sessions,
            expires=expires,
            created=NOW,
        )
        self.passwords[name] = password
        return self.accounts[name]

    def edit(self, name: str, change: Callable[[Account], Account]) -> Account:
        self._check()
        edited = change(self.accounts.pop(name))
        self.accounts[edited.name] = edited
        return edited

    def set_password(self, name: str, password: str) -> None:
        self._check()
        self.passwords[name] = password

    def remove(self, name: str) -> None:
        self._check()
        del self.accounts[name]

    def _check(self) -> None:
        self.threads.add(threading.current_thread().name)
        if self.refusal is not None:
            raise self.refusal
        self._generation += 1


def account(name: str, *, home: Path = Path("/homes/x"), read_only: bool = False, enabled: bool = True) -> Account:
    permissions = LOOK if read_only else FULL
    return Account(name=name, home=home, permissions=permissions, enabled=enabled, created=1_700_000_000.0)


def session(name: str = "anna", number: int = 1, since: float = 1_700_000_000.0) -> SessionInfo:
    return SessionInfo(bytes([number]) * 16, name, "192.168.1.7", since, 2)


def transfer(
    path: str = "/a",
    moved: int = 0,
    *,
    number: int = 1,
    size: int = 1000,
    started: float = 1.0,
    direction: str = "upload",
) -> TransferInfo:
    return TransferInfo(bytes([number]) * 16, "anna", path, direction, size, moved, started)
