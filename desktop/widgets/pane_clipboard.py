"""Copy, cut and paste of a pane: with the other pane, and with file managers. It moves no file itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from desktop.places.place import PlacePath
from desktop.widgets.drops import EntriesDrop, Payload, read_drop, write_clipboard, write_entries
from desktop.widgets.promised_files import PromisedFiles
from shared.entries import Entry
from shared.names import display

PathsOf = Callable[[PlacePath, Sequence[str]], Sequence[str]]
"""How names in a folder become paths of this computer."""

Deliver = Callable[[PlacePath, Sequence[Entry], PurePath], None]
"""Called when entries of a folder were dropped on another program, with the path that it chose."""


class PaneClipboard:
    """Knows how the entries of one pane are told to others."""

    def __init__(self, pane_id: str) -> None:
        self._pane_id = pane_id
        self._paths_of: PathsOf | None = None
        self._deliver: Deliver | None = None

    def set_local_paths(self, paths_of: PathsOf | None) -> None:
        """The pane shows this computer: other programs can take its files where they are."""
        self._paths_of = paths_of

    def set_delivery(self, deliver: Deliver | None) -> None:
        """The pane shows another computer: other programs get its files when a drag is dropped on them."""
        self._deliver = deliver

    def pack(self, path: PlacePath, entries: Sequence[Entry]) -> QMimeData:
        """Return the data of a drag."""
        deliver = self._deliver
        if deliver is None:
            data = QMimeData()
        else:
            data = PromisedFiles(entries[0].name, lambda chosen: deliver(path, entries, chosen))
        write_entries(data, self._drop(path, entries), self._local_paths(path, entries))
        return data

    def copy(self, path: PlacePath, entries: Sequence[Entry], *, is_cut: bool = False) -> None:
        """Put entries on the clipboard."""
        data = QMimeData()
        drop = self._drop(path, entries, is_move=is_cut, is_copy=not is_cut)
        write_clipboard(data, drop, self._local_paths(path, entries))
        QGuiApplication.clipboard().setMimeData(data)

    def paste(self) -> Payload | None:
        """Return what is on the clipboard and can be taken. What was cut is there only once."""
        clipboard = QGuiApplication.clipboard()
        data = clipboard.mimeData()
        payload = None if data is None else read_drop(data)
        if payload is not None and payload.is_move:
            clipboard.clear()
        return payload

    def copy_path(self, path: PlacePath, title: str, entries: Sequence[Entry]) -> None:
        """Put paths on the clipboard as text, a line each; that of the folder when there are no entries."""
        names = [entry.name for entry in entries]
        if not names:
            texts: Sequence[str] = [title]
        elif self._paths_of is not None:
            texts = self._paths_of(path, names)
        else:
            texts = [f"{title.rstrip('/')}/{name}" for name in names]
        QGuiApplication.clipboard().setText("\n".join(map(display, texts)))

    def _drop(
        self, path: PlacePath, entries: Sequence[Entry], *, is_move: bool = False, is_copy: bool = False
    ) -> EntriesDrop:
        return EntriesDrop(self._pane_id, path, tuple(entry.name for entry in entries), is_move, is_copy)

    def _local_paths(self, path: PlacePath, entries: Sequence[Entry]) -> Sequence[str]:
        return () if self._paths_of is None else self._paths_of(path, [entry.name for entry in entries])
