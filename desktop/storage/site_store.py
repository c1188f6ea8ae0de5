"""Saved servers and those used last, in one JSON file. Holds no password: those are the keyring's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from desktop.storage.json_file import JsonFile
from shared.protocol.limits import DEFAULT_PORT

MAX_RECENT = 10
"""As many as fit on the start page without scrolling."""

_Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
_Text = Annotated[str, msgspec.Meta(max_length=1024)]


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One saved server. ``id`` is given by the store, 0 before; folders are as a person would type them."""

    id: int = 0
    name: _Text
    host: _Text
    port: _Port = DEFAULT_PORT
    user: _Text
    local_folder: str = ""
    remote_folder: str = ""
    colour: Annotated[str, msgspec.Meta(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    notes: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class RecentServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server that somebody logged in to; ``used`` in wall-clock seconds."""

    host: _Text
    port: _Port = DEFAULT_PORT
    user: _Text
    used: float = 0.0


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    next_id: int = 1
    sites: tuple[Site, ...] = ()
    recent: tuple[RecentServer, ...] = ()


class SiteStore:
    """Reads its file at once; every change is written in one step. Raises ConfigError when the disk refuses.

    ``notice`` is text to show when the file was broken and has been kept aside. Not for several threads.
    """

    def __init__(self, path: Path) -> None:
        self._file = JsonFile(path)
        self._content = self._file.read(_Content) or _Content()

    @property
    def notice(self) -> str:
        return self._file.notice

    @property
    def sites(self) -> Sequence[Site]:
        """Saved servers by name."""
        return sorted(self._content.sites, key=lambda site: (site.name.casefold(), site.id))

    @property
    def recent(self) -> Sequence[RecentServer]:
        """The servers used last, the latest first."""
        return self._content.recent

    def save(self, site: Site) -> Site:
        """Add a site without id, or replace the one with this id; return it as stored. KeyError for an unknown id."""
        content = self._content
        if site.id == 0:
            site = msgspec.structs.replace(site, id=content.next_id)
            content = msgspec.structs.replace(content, next_id=content.next_id + 1, sites=(*content.sites, site))
        elif any(each.id == site.id for each in content.sites):
            sites = tuple(site if each.id == site.id else each for each in content.sites)
            content = msgspec.structs.replace(content, sites=sites)
        else:
            raise KeyError(site.id)
        self._store(content)
        return site

    def remove(self, id: int) -> None:
        """Forget a saved site; an unknown one is no error."""
        sites = tuple(site for site in self._content.sites if site.id != id)
        self._store(msgspec.structs.replace(self._content, sites=sites))

    def note_use(self, host: str, port: int, user: str, when: float) -> None:
        """Put a server on top of the recent ones."""
        others = [each for each in self._content.recent if (each.host, each.port, each.user) != (host, port, user)]
        recent = (RecentServer(host=host, port=port, user=user, used=when), *others[: MAX_RECENT - 1])
        self._store(msgspec.structs.replace(self._content, recent=recent))

    def forget_recent(self) -> None:
        self._store(msgspec.structs.replace(self._content, recent=()))

    def _store(self, content: _Content) -> None:
        self._file.write(content)
        self._content = content
