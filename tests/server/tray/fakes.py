"""Stand-ins of the engine and the account store that record what is asked of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from server.accounts.account import Account
from server.engine.registry import SessionInfo, Snapshot, TransferInfo
from shared.errors import ConfigError, WherryError
from shared.permissions import FULL, LOOK

FINGERPRINT = "SHA256:Lu8IXOshafmBDTOgdmT+RcnyHfIvHvGtTqIgxgdahyc"


class FakeEngine:
    """An engine whose starts and stops wait until they are let through, when a test wants that."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.refusal: WherryError | None = None
        self.state = Snapshot()
        self.kicked: list[bytes] = []
        self.fingerprint = FINGERPRINT
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

    def add(self, name: str, password: str, *, home: Path | None = None, read_only: bool = False) -> Account:
        if name in self.accounts:
            raise ConfigError(f"there is an account “{name}” already", title="This name is taken", hint="--data")
        self._check()
        self.accounts[name] = account(name, home=home or Path("/homes") / name, read_only=read_only)
        self.passwords[name] = password
        return self.accounts[name]

    def set_password(self, name: str, password: str) -> None:
        self._check()
        self.passwords[name] = password

    def set_home(self, name: str, home: Path) -> None:
        self._change(name, home=home)

    def set_enabled(self, name: str, enabled: bool) -> None:
        self._change(name, enabled=enabled)

    def set_read_only(self, name: str, read_only: bool) -> None:
        self._change(name, permissions=LOOK if read_only else FULL)

    def remove(self, name: str) -> None:
        self._check()
        del self.accounts[name]

    def _change(self, name: str, **values: object) -> None:
        self._check()
        self.accounts[name] = replace(self.accounts[name], **values)  # type: ignore[arg-type]

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
