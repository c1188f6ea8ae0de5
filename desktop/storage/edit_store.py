"""Files of servers that are being edited on this computer: where their copies lie and what they were, in one JSON file.

It outlives a crash, so that an edited copy that has not been uploaded is found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from desktop.storage.json_file import JsonFile


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """``local``: the copy's native path. ``size`` and ``mtime_ns``: what the server's file was when both were last the
    same; ``digest``: what was in it then (hexadecimal)."""

    site: str
    remote: tuple[str, ...]
    local: str
    size: int
    mtime_ns: int
    digest: str


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    edits: Annotated[tuple[Edit, ...], msgspec.Meta(max_length=10_000)] = ()


class EditStore:
    """Reads its file at once; every change is written in one step. Raises ConfigError when the disk refuses.

    ``notice`` is text to show when the file was broken and has been kept aside. One thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self._file = JsonFile(path)
        self._edits = {edit.local: edit for edit in (self._file.read(_Content) or _Content()).edits}

    @property
    def notice(self) -> str:
        return self._file.notice

    @property
    def edits(self) -> Sequence[Edit]:
        return list(self._edits.values())

    def find(self, site: str, remote: tuple[str, ...]) -> Edit | None:
        """Return the edit of a server's file, if there is one."""
        return next((edit for edit in self._edits.values() if (edit.site, edit.remote) == (site, remote)), None)

    def put(self, edit: Edit) -> None:
        """Keep what is known of a copy now."""
        self._edits[edit.local] = edit
        self._write()

    def remove(self, local: str) -> None:
        """Forget a copy."""
        if self._edits.pop(local, None) is not None:
            self._write()

    def _write(self) -> None:
        self._file.write(msgspec.to_builtins(_Content(edits=tuple(self._edits.values()))))
