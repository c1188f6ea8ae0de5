"""One file in staging on its way to its target, and a batch of them made safe and named together."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.storage import jail_posix as system
from server.storage.content import write_from
from server.storage.failure import StorageError, storage_errors, translated
from server.storage.folder import SETTABLE_MODE, Folder, exists_error, spelling_error
from server.storage.partials import StagingFolder
from shared import disk
from shared.errors import Code
from shared.names import RemotePath

SYNC_EACH = 16
"""Up to so many files are synced one by one; more wait together for one sync of the file system."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upload shall become. Size in bytes, time in ns since the epoch; no ``mode``: as the target's was.

    ``hints`` are the digests of a few of its blocks, by number: whether the present target is worth looking at.
    None when the sender gave none.
    """

    path: RemotePath
    size: int
    mtime_ns: int
    mode: int | None
    replace: bool
    hints: Mapping[int, bytes] | None = None


class StagedFile:
    """A file in staging, claimed for its target. Close it whatever happened: what was not published goes.

    With ``is_kept`` it stays in staging instead, for a resume, unless ``is_kept`` was withdrawn.
    """

    def __init__(
        self,
        plan: Plan,
        folder: Folder,
        old: os.stat_result | None,
        stage: StagingFolder,
        names: tuple[str, ...],
        handle: int,
        *,
        is_kept: bool,
        on_close: Callable[[StagedFile], None],
    ) -> None:
        """Take over ``handle``. ``names`` are the files in staging, the content's first; ``folder`` stays the
        caller's, and must stay open until this is closed."""
        self.plan = plan
        self.folder = folder
        self.handle = handle
        self.is_kept = is_kept
        self.is_published = False
        self._old = old
        self._stage = stage
        self._names = names
        self._on_close = on_close
        self._is_closed = False

    def write(self, offset: int, view: memoryview) -> None:
        """Write content."""
        with storage_errors(self.plan.path):
            write_from(self.handle, offset, view)

    def finish(self) -> None:
        """Set length, permissions and time: the content is complete."""
        mode = self.plan.mode
        if mode is None and self._old is not None and stat.S_ISREG(self._old.st_mode):
            mode = self._old.st_mode
        with storage_errors(self.plan.path):
            length = os.fstat(self.handle).st_size
            if length < self.plan.size:
                # Belt and braces: what is missing must never be filled up with zeros.
                raise StorageError(Code.MISMATCH, "the staged file is too short", at=self.plan.path)
            if length > self.plan.size:
                os.ftruncate(self.handle, self.plan.size)
            if mode is not None:
                os.fchmod(self.handle, mode & SETTABLE_MODE)
            os.utime(self.handle, ns=(time.time_ns(), self.plan.mtime_ns))

    def publish(self) -> None:
        """Give the file its name, in one step. Raises StorageError: EXISTS with what is there, or another."""
        name = self.plan.path[-1]
        with storage_errors(self.plan.path):
            if self.plan.replace:
                self._check_spelling(name)
                os.rename(self._names[0], name, src_dir_fd=self._stage.handle, dst_dir_fd=self.folder.handle)
            else:
                try:
                    system.rename_fresh(self._stage.handle, self._names[0], self.folder.handle, name)
                except FileExistsError as error:
                    raise exists_error(self.folder, name) from error
            self.is_published = True
            if self._names[1:]:
                self._stage.remove(self._names[1:])

    def _check_spelling(self, name: str) -> None:
        """Look once more: another of the same batch may have got a name meanwhile that the disk takes for this one."""
        old = self.folder.find(name)
        if old is not None and (other := self.folder.other_spelling(name, old)) is not None:
            raise spelling_error(self.folder, name, other)

    def release_handle(self) -> None:
        """Close the content's handle early; a batch of many does not hold as many."""
        if self.handle >= 0:
            handle, self.handle = self.handle, -1
            os.close(handle)

    def close(self) -> None:
        """End it: give back the claim, remove what is left in staging. A second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self._on_close(self)
            if not self.is_published and not self.is_kept:
                self._stage.remove(self._names)
        finally:
            self.release_handle()


class Batch:
    """Staged files that are finished and wait to be synced and named together. For one thread."""

    def __init__(self, on_published: Callable[[Sequence[RemotePath]], None] | None = None) -> None:
        """``on_published`` is called with the paths that have their files now, while their claims still hold."""
        self._on_published = on_published
        self._files: list[StagedFile] = []

    def __len__(self) -> int:
        return len(self._files)

    def add(self, file: StagedFile) -> None:
        """Take a file over, after its ``finish()``. The first was staged before the others."""
        self._files.append(file)
        if len(self._files) > SYNC_EACH and disk.CAN_SYNC_FILE_SYSTEM:
            for waiting in self._files[1:]:
                waiting.release_handle()

    def commit(self) -> Sequence[StorageError | None]:
        """Sync all content, then rename each, then sync each folder; return what became of each, in order.

        What is None has reached the disk under its name. The batch is empty afterwards, all files closed.
        """
        files, self._files = self._files, []
        try:
            outcomes = self._sync(files)
            for index, file in enumerate(files):
                if outcomes[index] is None:
                    try:
                        file.publish()
                    except StorageError as error:
                        outcomes[index] = error
            _sync_folders(files, outcomes)
            published = [file.plan.path for file in files if file.is_published]
            if self._on_published is not None and published:
                self._on_published(published)
        finally:
            _close_all(files)
        return outcomes

    def abandon(self) -> None:
        """Drop all files that wait."""
        files, self._files = self._files, []
        _close_all(files)

    def _sync(self, files: Sequence[StagedFile]) -> list[StorageError | None]:
        outcomes: list[StorageError | None] = [None] * len(files)
        if len(files) > SYNC_EACH and disk.CAN_SYNC_FILE_SYSTEM:
            try:
                # A write that failed is told once to each open file, if it was open by then. This one was opened before
                # any of them was written, and nobody else asks through it, as another batch may at the same time.
                disk.sync_file_system(files[0].handle)
            except OSError as error:
                for file in files:
                    file.is_kept = False
                return [translated(error, file.plan.path) for file in files]
            return outcomes
        for index, file in enumerate(files):
            try:
                with storage_errors(file.plan.path):
                    os.fsync(file.handle)
            except StorageError as failure:
                outcomes[index] = failure
                # Read back, it would look whole, and the next sync would find nothing to write: the system has given up
                # on what it could not.
                file.is_kept = False
        return outcomes


def _sync_folders(files: Sequence[StagedFile], outcomes: list[StorageError | None]) -> None:
    synced: dict[tuple[int, int], StorageError | None] = {}
    for index, file in enumerate(files):
        if outcomes[index] is not None:
            continue
        folder = file.folder
        if folder.identity not in synced:
            try:
                with storage_errors(folder.path):
                    os.fsync(folder.handle)
            except StorageError as error:
                synced[folder.identity] = error
            else:
                synced[folder.identity] = None
        outcomes[index] = synced[folder.identity]


def _close_all(files: Sequence[StagedFile]) -> None:
    """Close every file, also when closing one fails; the first failure is raised at the end."""
    failure: BaseException | None = None
    for file in files:
        try:
            file.close()
        except OSError as error:
            failure = failure or error
    if failure is not None:
        raise failure
