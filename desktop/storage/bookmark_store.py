"""Bookmarked pairs of folders, one on this computer and one on a server, in one JSON file. Opens none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from desktop.storage.json_file import JsonFile

MAX_BOOKMARKS = 200
"""More than a menu shows."""

_Text = Annotated[str, msgspec.Meta(max_length=8192)]


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """``local``: a native path. ``remote``: a ``wherry://`` link to a folder; empty when no server was connected."""

    name: _Text
    local: _Text
    remote: _Text = ""


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    bookmarks: Annotated[tuple[Bookmark, ...], msgspec.Meta(max_length=10_000)] = ()


class BookmarkStore:
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
    def bookmarks(self) -> Sequence[Bookmark]:
        return self._content.bookmarks

    def add(self, bookmark: Bookmark) -> None:
        """Keep a bookmark; one of the same name is replaced."""
        others = [each for each in self._content.bookmarks if each.name != bookmark.name]
        self._write((*others, bookmark)[-MAX_BOOKMARKS:])

    def remove(self, name: str) -> None:
        """Forget a bookmark; none of the name is no error."""
        self._write(tuple(each for each in self._content.bookmarks if each.name != name))

    def _write(self, bookmarks: tuple[Bookmark, ...]) -> None:
        content = _Content(bookmarks=bookmarks)
        self._file.write(msgspec.to_builtins(content))
        self._content = content
