"""What travels in a drag: entries of a pane as Wherry's own type, files of this computer as URLs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QMimeData, QUrl

from shared.names import RemotePath

ENTRIES_TYPE = "application/x-wherry-entries"


@dataclass(frozen=True, slots=True)
class EntriesDrop:
    """Entries dragged from a pane: which pane, from which folder, and their names.

    ``is_move``: the person asked for a move (held Shift, or cut and pasted).
    """

    source_pane_id: str
    source_path: RemotePath
    names: tuple[str, ...]
    is_move: bool = False


def write_drop(drop: EntriesDrop, local_paths: Sequence[str] = ()) -> QMimeData:
    """Return what a drag carries; with ``local_paths`` other programs can take it too."""
    data = QMimeData()
    # JSON escapes lone surrogates, so names of any bytes survive.
    value = {"pane": drop.source_pane_id, "path": list(drop.source_path), "names": list(drop.names)}
    data.setData(ENTRIES_TYPE, QByteArray(json.dumps(value).encode("ascii")))
    if local_paths:
        data.setUrls([QUrl.fromLocalFile(path) for path in local_paths])
    return data


def read_drop(data: QMimeData, *, is_move: bool = False) -> EntriesDrop | None:
    """Return the entries in a drag, or None when it has none that can be understood."""
    if not data.hasFormat(ENTRIES_TYPE):
        return None
    try:
        value = json.loads(bytes(data.data(ENTRIES_TYPE).data()))
        pane, path, names = value["pane"], value["path"], value["names"]
    except (ValueError, KeyError, TypeError):
        # Another program may claim the type; what it put there is not ours.
        return None
    if not isinstance(pane, str) or not _are_texts(path) or not _are_texts(names) or not names:
        return None
    return EntriesDrop(pane, tuple(path), tuple(names), is_move)


def read_local_paths(data: QMimeData) -> list[str]:
    """Return the files of this computer in a drag from elsewhere; web links are left out."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
