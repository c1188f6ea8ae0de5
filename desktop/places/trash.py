"""Where this computer's trash put something, and bringing it back. Linux and its kin only; elsewhere nobody tells.

The layout is the Trash specification 1.0 of freedesktop.org: beside each thing in ``files`` there is a note in ``info``
that says where it came from.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from desktop.places.exclusive_rename import rename_exclusively
from shared.errors import Code, LocalError, local_errors
from shared.names import display

_NOTE = ".trashinfo"
_LARGEST_NOTE = 64 * 1024
_HAS_TRASH_FOLDERS = sys.platform not in {"win32", "darwin"}


@dataclass(frozen=True, slots=True)
class Trashed:
    """Something in the trash: where it came from, where it lies, and the note about it. Native paths."""

    origin: str
    file: str
    note: str


def find_trashed(origin: str) -> Trashed | None:
    """Return what was last moved to the trash from ``origin``; None when that is not to be found. Blocking."""
    if not _HAS_TRASH_FOLDERS:
        return None
    found = [(when, trashed) for top, trash in _trash_folders(origin) for when, trashed in _notes(top, trash, origin)]
    return max(found, key=lambda each: each[0])[1] if found else None


def restore(trashed: Trashed) -> None:
    """Bring it back to where it was; whatever has that name by now is not replaced. Blocking; raises LocalError."""
    shown = display(trashed.origin)
    if not os.path.lexists(trashed.file):
        raise LocalError(Code.NOT_FOUND, "it is not in the trash any more", path=shown)
    with local_errors(shown):
        rename_exclusively(trashed.file, trashed.origin)
        with suppress(FileNotFoundError):
            os.unlink(trashed.note)


def _trash_folders(origin: str) -> Iterator[tuple[str, str]]:
    """Yield trash folders that may hold it, each with the folder that relative paths in its notes begin at."""
    home = os.path.expanduser("~")
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    yield "/", os.path.join(data, "Trash")
    top = _mount_point(os.path.dirname(origin))
    user = str(os.getuid())
    yield top, os.path.join(top, ".Trash", user)
    yield top, os.path.join(top, f".Trash-{user}")


def _mount_point(folder: str) -> str:
    path = os.path.realpath(folder)
    while path != "/" and not os.path.ismount(path):
        path = os.path.dirname(path)
    return path


def _notes(top: str, trash: str, origin: str) -> Iterator[tuple[int, Trashed]]:
    try:
        names = os.listdir(os.path.join(trash, "info"))
    except OSError:
        return
    # Names in the trash begin as they did before, with a number where two would be the same.
    stem = os.path.splitext(os.path.basename(origin))[0]
    wanted = os.fsencode(os.path.realpath(os.path.dirname(origin))), os.fsencode(os.path.basename(origin))
    for name in names:
        if not name.endswith(_NOTE) or not name.startswith(stem):
            continue
        note = os.path.join(trash, "info", name)
        try:
            with open(note, "rb") as file:
                lines = file.read(_LARGEST_NOTE).splitlines()
            when = os.stat(note).st_mtime_ns
        except OSError:
            continue
        said = next((line[5:].strip() for line in lines if line.startswith(b"Path=")), b"")
        path = os.path.join(os.fsencode(top), unquote_to_bytes(said))
        if (os.path.realpath(os.path.dirname(path)), os.path.basename(path)) == wanted:
            file_path = os.path.join(trash, "files", name.removesuffix(_NOTE))
            if os.path.lexists(file_path):
                yield when, Trashed(origin, file_path, note)
