"""Uploads before they have a name: begun here, claimed, reserved, resumed. Renames only what is whole."""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from server.capacity import UNLIMITED, Limit, Usage
from server.storage import jail_posix as system
from server.storage.claims import Claim, Claims, Place
from server.storage.failure import StorageError, storage_errors
from server.storage.folder import Folder, entry_of, spelling_error
from server.storage.jail import Jail
from server.storage.partials import Partial, StagingFolder, sidecar_for
from server.storage.quota import Ledger, Reservation
from server.storage.staged import Batch, Plan, StagedFile
from server.storage.staged_tree import Room, StagedTree, check_device, place_link, sweep_trees
from server.storage.target_locks import TargetLocks
from server.storage.upload import Upload, nobody_waits
from shared.errors import Code
from shared.names import STAGING_NAME, RemotePath, check_path
from shared.protocol.blocks import Layout, is_comparable

_log = logging.getLogger(__name__)


class Staging:
    """The uploads of one account into one home. Used by several threads at once, each for its own uploads."""

    def __init__(
        self,
        jail: Jail,
        account: str,
        claims: Claims,
        ledger: Ledger,
        *,
        limit: Limit = UNLIMITED,
        shows_old: bool = True,
        is_shared: bool = False,
    ) -> None:
        """``claims`` are the process's, ``ledger`` the folder's. Touches no disk yet.

        Without ``shows_old`` an upload is told nothing of the file that it replaces, not even the digests of its
        blocks: the account may not read here. ``is_shared`` says that other servers use the folder at the same time.
        """
        self._jail = jail
        self._account = account
        self._claims = claims
        self._ledger = ledger
        self._limit = limit
        self._shows_old = shows_old
        self._is_shared = is_shared
        self._lock = threading.Lock()
        self._opened: StagingFolder | None = None
        self._locks: TargetLocks | None = None

    def close(self) -> None:
        """Let go of the staging folder; every upload must have been closed before."""
        with self._lock:
            opened, self._opened = self._opened, None
            locks, self._locks = self._locks, None
        for held in (locks, opened):
            if held is not None:
                held.close()

    def new_batch(self) -> Batch:
        """Return an empty batch for files of this home."""
        return Batch(self._drop_unfinished)

    def stage_small(self, plan: Plan, folder: Folder) -> StagedFile:
        """Begin a file whose content is at hand: nothing of it is kept when it fails.

        Raises StorageError: EXISTS, IS_FOLDER, BUSY, QUOTA or what the system says.
        """
        with self._begun(plan, folder) as (stage, old, claim):
            reservation = self._reserve(plan, old, 0)
            with self._settled_on_error(reservation), storage_errors(plan.path):
                name, handle = stage.create_small()
                return StagedFile(
                    plan,
                    folder,
                    old,
                    stage,
                    (name,),
                    handle,
                    is_kept=False,
                    on_close=self._closer(claim, reservation, 0),
                )

    def stage_large(self, plan: Plan, folder: Folder, still_at_it: Callable[[], None] = nobody_waits) -> Upload:
        """Begin or resume a file that comes in blocks. Reads what is there already, which can take its time:
        ``still_at_it`` is called between the pieces of that.

        Raises StorageError: EXISTS, IS_FOLDER, BUSY, QUOTA, NO_SPACE or what the system says.
        """
        layout = Layout(plan.size)
        with self._begun(plan, folder) as (stage, old, claim):
            partial, before, held = self._open_partial(stage, plan, layout)
            try:
                self._check_space(plan, held)
                reservation = self._reserve(plan, old, before)
            except BaseException:
                os.close(partial.handle)
                if not before:
                    stage.remove(partial.names)
                raise
            file = StagedFile(
                plan,
                folder,
                old,
                stage,
                partial.names,
                partial.handle,
                is_kept=True,
                on_close=self._closer(claim, reservation, before),
            )
        try:
            return Upload(file, layout, self._open_old(plan, folder, old), still_at_it)
        except BaseException:
            file.close()
            raise

    def stage_tree(self, path: RemotePath, folder: Folder, planned: Usage) -> StagedTree:
        """Begin a folder that is built here, of about the size ``planned``.

        Raises StorageError: EXISTS, BUSY, QUOTA, CROSS_DEVICE or what the system says.
        """
        with self._begun(Plan(path, 0, 0, None, replace=False), folder) as (stage, _, claim):
            check_device(stage.handle, folder)

            def reserve(growth: Usage, at: RemotePath) -> Reservation:
                return self._ledger.reserve(growth, self._limit, self._jail.measure, at)

            room = Room(path, planned, reserve, self._ledger.settle)
            try:
                with storage_errors(path):
                    return StagedTree(path, folder, stage.handle, room, lambda: self._release(claim))
            except BaseException:
                room.close(is_kept=False)
                raise

    def check_device(self, folder: Folder) -> None:
        """Raise StorageError (CROSS_DEVICE) when nothing that is staged can be named in ``folder``."""
        with storage_errors(folder.path):
            check_device(self._folder().handle, folder)

    def place_link(self, text: str, folder: Folder, path: RemotePath, *, replace: bool) -> None:
        """Make a symbolic link in ``folder``, in one step. Raises StorageError: EXISTS or what the system says."""
        with storage_errors(path):
            place_link(text, folder, path[-1], self._folder().handle, replace=replace)

    def discard(self, path: RemotePath) -> int:
        """Forget the unfinished upload to ``path``; return how many there were.

        One that is under way in another session of this account is forgotten when it ends.
        """
        place = self._place_of(path)
        claim = None if place is None else self._claims.take(place, self._account)
        if place is not None and claim is None:
            return int(self._claims.mark_unwanted(place, self._account))
        try:
            with storage_errors(path):
                stage = self._folder_if_any()
                try:
                    return 0 if stage is None else stage.discard(self._account, path)
                except BlockingIOError as error:
                    raise _busy(path) from error
        finally:
            self._ledger.forget()
            if claim is not None:
                self._claims.release(claim)

    def sweep(self, now: float) -> int:
        """Remove what was left in staging and forgotten; ``now`` in seconds since the epoch."""
        with storage_errors(()):
            stage = self._folder_if_any()
            return 0 if stage is None else stage.sweep(now) + sweep_trees(stage.handle, now)

    def space(self) -> tuple[int, int]:
        """Return the bytes that this account may still add, and all bytes, of the disk or of what it may have."""
        free, total = self._jail.space()
        left = self._ledger.left(self._limit, self._jail.measure)
        if left is None or self._limit.bytes is None:
            return free, total
        return min(free, left), min(total, self._limit.bytes)

    def forget_usage(self) -> None:
        """Say that something below the home was removed or replaced by other means than an upload."""
        self._ledger.forget()

    # --- inside

    def _drop_unfinished(self, paths: Sequence[RemotePath]) -> None:
        """Remove what earlier uploads left of files that are complete now: nobody will go on with them."""
        try:
            self._folder().drop(self._account, paths)
        except OSError as error:
            # They will be swept by age; the files are safe, and that is what is being answered.
            _log.warning("%s: unfinished uploads could not be removed: %s", self._account, error)

    def _place_of(self, path: RemotePath) -> Place | None:
        """Return where a path is; None when its folder is gone: then nobody can be writing it."""
        if not check_path(path):
            raise StorageError(Code.BAD_REQUEST, "the home itself is not a file", at=path)
        try:
            with self._jail.open_folder(path[:-1]) as folder:
                return (*folder.identity, path[-1])
        except StorageError as error:
            if error.code is Code.NOT_FOUND:
                return None
            raise

    def _folder_if_any(self) -> StagingFolder | None:
        try:
            system.look(self._jail.handle, STAGING_NAME)
        except FileNotFoundError:
            return None
        return self._folder()

    def _folder(self) -> StagingFolder:
        with self._lock:
            if self._opened is None:
                self._opened = StagingFolder(self._jail.handle)
            return self._opened

    def _target_locks(self) -> TargetLocks | None:
        if not self._is_shared:
            return None
        folder = self._folder()
        with self._lock:
            if self._locks is None:
                self._locks = TargetLocks(folder.handle)
            return self._locks

    @contextmanager
    def _begun(self, plan: Plan, folder: Folder) -> Iterator[tuple[StagingFolder, os.stat_result | None, Claim]]:
        """Claim the target and look at it; the claim stays with the caller unless an error comes out."""
        name = check_path(plan.path)[-1]
        claim = self._claims.take((*folder.identity, name), self._account)
        if claim is None:
            raise _busy(plan.path)
        is_locked = False
        try:
            old = _replaceable(plan, folder)
            with storage_errors(plan.path):
                stage = self._folder()
                if (locks := self._target_locks()) is not None:
                    is_locked = locks.take(claim.place)
                    if not is_locked:
                        raise _busy(plan.path)
                    # Another server may have been at it until now.
                    old = _replaceable(plan, folder)
            yield stage, old, claim
        except BaseException:
            self._release(claim, is_locked=is_locked)
            raise

    def _release(self, claim: Claim, *, is_locked: bool = True) -> None:
        """Give a target back: to other processes first, as in this one the claim comes first."""
        try:
            if is_locked and self._locks is not None:
                self._locks.release(claim.place)
        finally:
            self._claims.release(claim)

    def _open_partial(self, stage: StagingFolder, plan: Plan, layout: Layout) -> tuple[Partial, int, int]:
        """Return the partial, its size and the bytes it takes on the disk."""
        sidecar = sidecar_for(self._account, plan.path, plan.size, plan.mtime_ns, layout.block_size)
        with storage_errors(plan.path):
            try:
                partial = stage.find(sidecar)
            except BlockingIOError as error:
                raise _busy(plan.path) from error
            if partial is None:
                return stage.create(sidecar), 0, 0
            status = os.fstat(partial.handle)
            return partial, status.st_size, status.st_blocks * 512

    def _check_space(self, plan: Plan, held: int) -> None:
        free, _ = self._jail.space()
        if plan.size - held > free:
            raise StorageError(Code.NO_SPACE, f"{plan.size - held} bytes are needed, {free} are free", at=plan.path)

    def _reserve(self, plan: Plan, old: os.stat_result | None, before: int) -> Reservation:
        is_file = old is not None and stat.S_ISREG(old.st_mode)
        freed = old.st_size if old is not None and is_file else 0
        growth = Usage(plan.size - before - freed, 0 if is_file else 1)
        return self._ledger.reserve(growth, self._limit, self._jail.measure, plan.path)

    @contextmanager
    def _settled_on_error(self, reservation: Reservation) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._ledger.settle(reservation, Usage())
            raise

    def _closer(self, claim: Claim, reservation: Reservation, before: int) -> Callable[[StagedFile], None]:
        def closing(file: StagedFile) -> None:
            self._release(claim)
            arrived = os.fstat(file.handle).st_size if file.is_kept else 0
            file.is_kept = arrived > 0 and not claim.is_unwanted
            remains = arrived if file.is_kept else 0
            self._ledger.settle(reservation, reservation.growth if file.is_published else Usage(remains - before))

        return closing

    def _open_old(self, plan: Plan, folder: Folder, old: os.stat_result | None) -> tuple[int, int] | None:
        """Open the present target, whose blocks can be reused; None where there is nothing of use."""
        if old is None or not stat.S_ISREG(old.st_mode) or not is_comparable(plan.size, old.st_size):
            return None
        if not self._shows_old:
            return None
        try:
            handle, status = system.open_regular(folder.handle, plan.path[-1])
        except OSError:
            # It may be replaced without being readable; then all of the new content travels.
            return None
        return handle, status.st_size


def _replaceable(plan: Plan, folder: Folder) -> os.stat_result | None:
    """Return what stands where an upload is to go; raises StorageError when that may not be replaced by it."""
    name = plan.path[-1]
    old = folder.find(name)
    if old is not None and not plan.replace:
        raise StorageError(Code.EXISTS, at=plan.path, entry=entry_of(name, old))
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise StorageError(Code.IS_FOLDER, at=plan.path, entry=entry_of(name, old))
    if old is not None and (other := folder.other_spelling(name, old)) is not None:
        raise spelling_error(folder, name, other)
    return old


def _busy(path: RemotePath) -> StorageError:
    return StorageError(Code.BUSY, "another upload to this file is under way", at=path)
