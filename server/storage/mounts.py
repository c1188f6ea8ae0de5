"""An account's tree: its home, and the folders shared with it, each under a name at the top. Checks no permission.

Each folder is a place of its own, with its own jail, staging, limit and permissions; a path belongs to exactly one. A
shared folder's name wins over what the home has under the same name, which then cannot be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from server.capacity import Limit
from server.storage.jail import Jail
from server.storage.staging import Staging
from shared.entries import Entry
from shared.names import RemotePath
from shared.permissions import Permission


class SharedFolder(Protocol):
    """A folder beside the home, as an account has it (:class:`server.accounts.account.Share`)."""

    @property
    def name(self) -> str: ...
    @property
    def folder(self) -> Path: ...
    @property
    def permissions(self) -> Permission: ...
    @property
    def limit(self) -> Limit: ...


@dataclass(frozen=True, slots=True)
class Place:
    """One folder of a tree, open, and what may be done in it."""

    jail: Jail
    staging: Staging
    permissions: Permission

    def close(self) -> None:
        """Let go of it. A second time does nothing."""
        self.staging.close()
        self.jail.close()


class TopJail(Jail):
    """The jail of a home with shared folders: a listing of the top shows these, and nothing that they cover."""

    def __init__(self, home: Path, mounts: Mapping[str, Jail], *, shows_own: bool = True) -> None:
        """``mounts`` stay the caller's. Without ``shows_own`` the top shows nothing else: it may not be listed."""
        super().__init__(home)
        self._mounts = mounts
        self._shows_own = shows_own

    def scan(self, path: RemotePath) -> Generator[Entry, None, None]:
        if not self.is_root(path):
            yield from super().scan(path)
            return
        for mount in self._mounts.values():
            yield mount.stat(mount.root)
        if self._shows_own:
            with closing(super().scan(path)) as entries:
                for entry in entries:
                    if entry.name not in self._mounts:
                        yield entry

    def covers(self, path: RemotePath) -> bool:
        """Whether a path of the home cannot be reached, as a shared folder has its name."""
        return bool(path) and path[0] in self._mounts


class Home:
    """One session's way into its account's tree; close it when the session has ended."""

    def __init__(self, top: Place, mounts: Mapping[str, Place], on_close: Callable[[Home], None]) -> None:
        """Take all places over. ``on_close`` is called once, while they are still open."""
        self.top = top
        self.mounts = mounts
        self._on_close: Callable[[Home], None] | None = on_close

    @property
    def jail(self) -> Jail:
        return self.top.jail

    @property
    def staging(self) -> Staging:
        return self.top.staging

    def at(self, path: RemotePath) -> Place:
        """Return the place that a path belongs to."""
        return self.mounts.get(path[0], self.top) if path else self.top

    def places(self) -> Iterator[Place]:
        """Yield the home, then the shared folders."""
        yield self.top
        yield from self.mounts.values()

    def close(self) -> None:
        """Let go of all of it. A second time does nothing."""
        on_close, self._on_close = self._on_close, None
        if on_close is not None:
            on_close(self)
        for place in self.places():
            place.close()
