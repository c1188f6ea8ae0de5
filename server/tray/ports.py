"""What the tray needs of the engine and the account store, as interfaces: the tests bring their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from server.accounts.account import Account
from server.engine.registry import Snapshot


class Engine(Protocol):
    """The server: :class:`server.engine.lifecycle.Server`.

    ``start`` and ``stop`` block and are called on one worker thread; everything else returns at once and may
    be called beside them.
    """

    @property
    def address(self) -> tuple[str, int]: ...

    @property
    def fingerprint(self) -> str: ...

    def start(self) -> None: ...

    def stop(self, grace: float = ...) -> None: ...

    def snapshot(self) -> Snapshot: ...

    def kick(self, session: bytes) -> object: ...


class Accounts(Protocol):
    """The account store: :class:`server.accounts.store.AccountStore`. Thread-safe; a new password is slow."""

    def list(self) -> Sequence[Account]: ...

    def add(self, name: str, password: str, *, home: Path | None = ..., read_only: bool = ...) -> Account: ...

    def set_password(self, name: str, password: str) -> None: ...

    def set_home(self, name: str, home: Path) -> None: ...

    def set_enabled(self, name: str, enabled: bool) -> None: ...

    def set_read_only(self, name: str, read_only: bool) -> None: ...

    def remove(self, name: str) -> None: ...

    def generation(self) -> int: ...
