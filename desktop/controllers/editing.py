"""Opens a server's file in a program of this computer, and uploads it each time it is saved there.

The server's file is replaced only if it is still what it was when it was fetched or last uploaded, which is asked just
before; else the edited copy goes beside it under another name. A copy that has not arrived is kept, over restarts too.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import blake3
from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, QTimer, QUrl

from desktop.controllers.pane import PaneController
from desktop.controllers.queue import Crossing, QueueController
from desktop.controllers.views import Banner
from desktop.places.place import Place
from desktop.places.remote import RemotePlace
from desktop.runtime.task_scope import TaskScope
from desktop.storage.edit_store import Edit, EditStore
from desktop.transfers.items import Direction, Policy, Source, State
from shared.entries import Entry, Kind
from shared.errors import Code, ItemError
from shared.names import display

_log = logging.getLogger(__name__)

SAVED_MS = 600
"""Programs write a file in several steps; it is looked at when this long nothing more has happened."""

OpenUrl = Callable[[QUrl], bool]


class EditingController(QObject):
    """``folder``: where copies are kept, one folder each; made with mode 0700."""

    def __init__(
        self,
        pane: PaneController,
        queue: QueueController,
        store: EditStore,
        folder: Path,
        open_url: OpenUrl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._queue = queue
        self._store = store
        self._folder = folder
        self._open_url = open_url
        self._scope = TaskScope("editing", pane.failed)
        self._locks: dict[str, asyncio.Lock] = {}
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._note_change)
        self._watcher.fileChanged.connect(self._note_change)
        self._settle = QTimer(self, singleShot=True, interval=SAVED_MS)
        self._settle.timeout.connect(self._look)
        self._changed: set[str] = set()
        self._place_of: Callable[[str], Place | None] = self._shown_place

    def set_places(self, place_of: Callable[[str], Place | None]) -> None:
        """Find the place of a site so from now on; without it, only the one that the pane shows is known."""
        self._place_of = place_of

    async def close(self) -> None:
        """End what is under way. Copies that the server has as they are go; others stay for the next time."""
        self._settle.stop()
        await self._scope.close()
        if watched := [*self._watcher.files(), *self._watcher.directories()]:
            self._watcher.removePaths(watched)
        await asyncio.to_thread(self._tidy)

    def edit(self, entry: Entry) -> None:
        """Fetch a file of the folder that is shown, open it, and upload it when it is saved."""
        place, path = self._pane.place, self._pane.path
        if isinstance(place, RemotePlace) and path is not None:
            if entry.kind is not Kind.FILE:
                self._pane.show_notice(Banner.INFO, _tr("Only files can be opened to edit them."))
                return
            work = self._edit(place, (*path, entry.name), entry)
            self._scope.start(work, f"opening {display(entry.name)} to edit it")

    def take_up(self, _session: object = None) -> None:
        """A server is connected: copies of its files that were edited and have not arrived are uploaded now."""
        for edit in self._store.edits:
            if self._place_of(edit.site) is not None:
                self._watch(edit)
                self._start_look(edit.local)

    # --- How ----------------------------------------------------------------------------------------------------

    def _shown_place(self, site: str) -> Place | None:
        place = self._pane.place
        return place if isinstance(place, RemotePlace) and place.session.site == site else None

    async def _edit(self, place: RemotePlace, remote: tuple[str, ...], entry: Entry) -> None:
        known = self._store.find(place.session.site, remote)
        if known is not None and await asyncio.to_thread(os.path.exists, known.local):
            # It is being edited already; another copy would be one too many.
            self._watch(known)
            self._open(known.local)
            return
        folder = self._folder / secrets.token_hex(8)
        await asyncio.to_thread(_make_private, folder)
        crossing = Crossing((entry.name,), Direction.DOWNLOAD, place.session.site, [Source(remote, entry)], str(folder))
        items = await self._queue.carry(crossing)
        local = str(folder / entry.name)
        if not items or any(item.state is not State.DONE for item in items):
            await asyncio.to_thread(shutil.rmtree, folder, True)
            self._pane.show_error(
                _tr("“%1” could not be fetched. The queue shows why.").replace("%1", display(entry.name))
            )
            return
        await self._note_equal(place, remote, local)
        self._open(local)

    async def _note_equal(self, place: RemotePlace, remote: tuple[str, ...], local: str, digest: str = "") -> None:
        """Both are the same just now."""
        there = await place.stat(remote)
        edit = Edit(
            site=place.session.site,
            remote=remote,
            local=local,
            size=there.size,
            mtime_ns=there.mtime_ns,
            digest=digest or await asyncio.to_thread(_digest, local),
        )
        await asyncio.to_thread(self._store.put, edit)
        self._watch(edit)

    def _open(self, local: str) -> None:
        if not self._open_url(QUrl.fromLocalFile(local)):
            text = _tr("No program on this computer opens “%1”.")
            self._pane.show_error(text.replace("%1", display(os.path.basename(local))))

    def _watch(self, edit: Edit) -> None:
        # The folder as well: many programs write a new file and give it the old one's name.
        for path in (edit.local, os.path.dirname(edit.local)):
            if os.path.exists(path) and path not in (*self._watcher.files(), *self._watcher.directories()):
                self._watcher.addPath(path)

    def _note_change(self, path: str) -> None:
        self._changed.add(path)
        self._settle.start()

    def _look(self) -> None:
        changed, self._changed = self._changed, set()
        for edit in self._store.edits:
            if edit.local in changed or os.path.dirname(edit.local) in changed:
                self._watch(edit)
                self._start_look(edit.local)

    def _start_look(self, local: str) -> None:
        self._scope.start(self._upload_if_changed(local), f"uploading {display(os.path.basename(local))}")

    async def _upload_if_changed(self, local: str) -> None:
        # One after the other: what is saved during an upload is looked at when that is over.
        async with self._locks.setdefault(local, asyncio.Lock()):
            edit = next((each for each in self._store.edits if each.local == local), None)
            place = self._place_of(edit.site) if edit is not None else None
            if edit is None or not isinstance(place, RemotePlace):
                return
            try:
                digest = await asyncio.to_thread(_digest, local)
            except FileNotFoundError:
                # Between two steps of a program that saves; its last step tells us again.
                return
            if digest != edit.digest:
                await self._upload(place, edit, digest)

    async def _upload(self, place: RemotePlace, edit: Edit, digest: str) -> None:
        name = display(edit.remote[-1])
        is_same = await self._is_unchanged(place, edit)
        crossing = Crossing((edit.remote[-1],), Direction.UPLOAD, edit.site, [Source(edit.local)], edit.remote[:-1])
        items = await self._queue.carry(crossing, Policy.OVERWRITE if is_same else Policy.RENAME)
        if not items or any(item.state is not State.DONE for item in items):
            text = _tr("“%1” could not be uploaded. Your edited copy is kept: %2")
            self._pane.show_error(text.replace("%1", name).replace("%2", display(edit.local)))
            return
        remote = items[0].remote
        await self._note_equal(place, remote, edit.local, digest)
        if is_same:
            self._pane.show_notice(Banner.SUCCESS, _tr("“%1” was saved on the server.").replace("%1", name))
        else:
            text = _tr("“%1” was changed on the server meanwhile. Your copy was saved beside it as “%2”.")
            self._pane.show_notice(Banner.WARNING, text.replace("%1", name).replace("%2", display(remote[-1])))

    @staticmethod
    async def _is_unchanged(place: RemotePlace, edit: Edit) -> bool:
        try:
            there = await place.stat(edit.remote)
        except ItemError as error:
            if error.code is Code.NOT_FOUND:
                # Gone, so nothing is lost by the name being taken again.
                return True
            raise
        return there.kind is Kind.FILE and (there.size, there.mtime_ns) == (edit.size, edit.mtime_ns)

    def _tidy(self) -> None:
        for edit in self._store.edits:
            try:
                is_same = _digest(edit.local) == edit.digest
            except FileNotFoundError:
                is_same = True
            except OSError as error:
                _log.warning("the edited copy %s could not be read: %s", display(edit.local), error)
                continue
            if is_same and Path(edit.local).is_relative_to(self._folder):
                shutil.rmtree(os.path.dirname(edit.local), ignore_errors=True)
                self._store.remove(edit.local)


def _make_private(folder: Path) -> None:
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        hasher = blake3.blake3()
        while piece := file.read(1 << 20):
            hasher.update(piece)
        return str(hasher.hexdigest())


def _tr(text: str) -> str:
    return QCoreApplication.translate("EditingController", text)
