"""What travels in a drag or over the clipboard: entries of a pane as Wherry's own type, files as URLs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QMimeData, QUrl

from shared.names import RemotePath

ENTRIES_TYPE = "application/x-wherry-entries"
GNOME_TYPE = "x-special/gnome-copied-files"
"""How file managers of the GTK family say on the clipboard whether files were copied or cut."""
KDE_TYPE = "application/x-kde-cutselection"
"""The same for those of KDE: “1” means cut."""


@dataclass(frozen=True, slots=True)
class EntriesDrop:
    """Entries dragged from a pane: which pane, from which folder, and their names.

    ``is_move``: the person asked for a move (held Shift, or cut and pasted). ``is_copy``: for a copy (held Ctrl, or
    copied and pasted). Neither: what is usual between the two places.
    """

    source_pane_id: str
    source_path: RemotePath
    names: tuple[str, ...]
    is_move: bool = False
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class PathsDrop:
    """Files of this computer from another program, as native paths."""

    paths: tuple[str, ...]
    is_move: bool = False


Payload = EntriesDrop | PathsDrop


def write_entries(data: QMimeData, drop: EntriesDrop, local_paths: Sequence[str] = ()) -> None:
    """Put entries into ``data``; with ``local_paths`` other programs can take them too."""
    # JSON escapes lone surrogates, so names of any bytes survive.
    value = {
        "pane": drop.source_pane_id,
        "path": list(drop.source_path),
        "names": list(drop.names),
        "move": drop.is_move,
        "copy": drop.is_copy,
    }
    data.setData(ENTRIES_TYPE, QByteArray(json.dumps(value).encode("ascii")))
    if local_paths:
        data.setUrls([QUrl.fromLocalFile(path) for path in local_paths])


def write_clipboard(data: QMimeData, drop: EntriesDrop, local_paths: Sequence[str] = ()) -> None:
    """Put entries into ``data`` as file managers do on the clipboard: they see whether it was a cut."""
    write_entries(data, drop, local_paths)
    if local_paths:
        verb = "cut" if drop.is_move else "copy"
        lines = [verb, *(bytes(QUrl.fromLocalFile(path).toEncoded().data()).decode("ascii") for path in local_paths)]
        data.setData(GNOME_TYPE, QByteArray("\n".join(lines).encode("ascii")))
        data.setData(KDE_TYPE, QByteArray(b"1" if drop.is_move else b"0"))


def read_drop(data: QMimeData, *, is_move: bool = False, is_copy: bool = False) -> Payload | None:
    """Return what a drag or the clipboard brings, None when it has nothing that can be taken.

    is_move, is_copy: the keys that are held say so; else it is what the data says itself.
    """
    entries = _read_entries(data)
    if entries is not None:
        pane, path, names, was_cut, was_copied = entries
        return EntriesDrop(pane, path, names, is_move or (was_cut and not is_copy), is_copy or was_copied)
    paths = read_local_paths(data)
    if not paths:
        return None
    return PathsDrop(tuple(paths), is_move or (not is_copy and _says_cut(data)))


def read_local_paths(data: QMimeData) -> list[str]:
    """Return the files of this computer in a drag from elsewhere; web links are left out."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


def _read_entries(data: QMimeData) -> tuple[str, RemotePath, tuple[str, ...], bool, bool] | None:
    if not data.hasFormat(ENTRIES_TYPE):
        return None
    try:
        value = json.loads(bytes(data.data(ENTRIES_TYPE).data()))
        pane, path, names = value["pane"], value["path"], value["names"]
        was_cut, was_copied = value.get("move") is True, value.get("copy") is True
    except (ValueError, KeyError, TypeError, AttributeError):
        # Another program may claim the type; what it put there is not ours.
        return None
    if not isinstance(pane, str) or not _are_texts(path) or not _are_texts(names) or not names:
        return None
    return pane, tuple(path), tuple(names), was_cut, was_copied


def _says_cut(data: QMimeData) -> bool:
    if data.hasFormat(GNOME_TYPE):
        return bytes(data.data(GNOME_TYPE).data()).startswith(b"cut\n")
    return data.hasFormat(KDE_TYPE) and bytes(data.data(KDE_TYPE).data()).startswith(b"1")


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
