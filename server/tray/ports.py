"""What the tray needs of the engine and the account store, as interfaces: the tests bring their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from server.accounts.account import Account
from server.config import ServerConfig
from server.discovery import Announcement
from server.engine.ban_file import BanInfo
from server.engine.registry import Snapshot
from shared.permissions import Permission
from shared.tls import Identity


class Engine(Protocol):
    """The server: :class:`server.engine.lifecycle.Server`.

    What changes something blocks and is called on one worker thread, but for ``kick``; everything else returns at once
    and may be called beside that.
    """

    @property
    def config(self) -> ServerConfig: ...

    @property
    def identity(self) -> Identity: ...

    @property
    def announcement(self) -> Announcement: ...

    @property
    def address(self) -> tuple[str, int]: ...

    @property
    def fingerprint(self) -> str: ...

    def start(self) -> None: ...

    def stop(self, grace: float = ...) -> None: ...

    def snapshot(self) -> Snapshot: ...

    def kick(self, session: bytes) -> object: ...

    def bans(self) -> tuple[BanInfo, ...]: ...

    def ban(self, network: str, seconds: float | None = ..., reason: str = ...) -> BanInfo: ...

    def lift(self, network: str) -> tuple[BanInfo, ...]: ...

    def reload(self, config: ServerConfig) -> tuple[str, ...]: ...

    def use_identity(self, identity: Identity) -> None: ...


class Accounts(Protocol):
    """The account store: :class:`server.accounts.store.AccountStore`. Thread-safe; a new password is slow."""

    def list(self) -> Sequence[Account]: ...

    def add(
        self,
        name: str,
        password: str,
        *,
        home: Path | None = ...,
        permissions: Permission = ...,
        quota: int | None = ...,
        max_files: int | None = ...,
        upload_rate: int | None = ...,
        download_rate: int | None = ...,
        max_sessions: int | None = ...,
        expires: float | None = ...,
    ) -> Account: ...

    def edit(self, name: str, change: Callable[[Account], Account]) -> Account: ...

    def set_password(self, name: str, password: str) -> None: ...

    def remove(self, name: str) -> None: ...

    def generation(self) -> int: ...
