"""Copying on the server: a file, a link or a whole folder, complete under its new name or not at all."""

from __future__ import annotations

import os
import stat

from server.requests.browse import has_changed
from server.requests.exchange import Exchange
from server.requests.work import Work
from server.storage import jail_posix as system
from server.storage.failure import StorageError, storage_errors
from server.storage.folder import Folder, entry_of, exists_error
from server.storage.jail import Jail
from server.storage.staged import Plan
from server.storage.staging import Staging
from server.storage.tree_copy import ContentCopier, TreeCopy, survey, sync_patiently
from shared.errors import Code
from shared.names import MAX_DEPTH, RemotePath, decode_path
from shared.protocol import messages
from shared.protocol.messages import Exists
from shared.work import Copied


def copy(source: Jail, target: Jail, staging: Staging, request: messages.Copy, exchange: Exchange) -> None:
    """Copy from one folder of the account into the same or another one, whose ``staging`` it is.

    Raises StorageError, with nothing left of the copy.
    """
    old, new = decode_path(request.source), decode_path(request.target)
    replaces = request.exists is Exists.REPLACE
    if source.is_root(old) or target.is_root(new):
        raise StorageError(Code.BAD_REQUEST, "a home or shared folder itself cannot be copied", at=old)
    if new[: len(old)] == old:
        raise StorageError(Code.BAD_REQUEST, "nothing can be copied into itself", at=new)
    work = Work(exchange, request.id, new)
    with source.open_folder(old[:-1]) as folder, target.open_folder(new[:-1]) as into:
        with storage_errors(old):
            status = system.look(folder.handle, old[-1])
        _check_target(into, new[-1], replaces, is_folder=stat.S_ISDIR(status.st_mode))
        if stat.S_ISDIR(status.st_mode):
            copied = _copy_tree(folder, old, target, into, new, staging, work)
        elif stat.S_ISLNK(status.st_mode):
            with storage_errors(old):
                text = os.readlink(old[-1], dir_fd=folder.handle)
            staging.place_link(text, into, new, replace=replaces)
            copied = Copied(1, 0)
        else:
            copied = _copy_file(source, old, target, into, new, staging, work, replaces)
    if replaces:
        staging.forget_usage()
    exchange.send(messages.Done(id=request.id, count=copied.count, size=copied.size, skipped=copied.skipped))


def _check_target(into: Folder, name: str, replaces: bool, *, is_folder: bool) -> None:
    found = into.find(name)
    if found is None:
        return
    if is_folder or not replaces:
        raise exists_error(into, name)
    if stat.S_ISDIR(found.st_mode):
        raise StorageError(Code.IS_FOLDER, at=(*into.path, name), entry=entry_of(name, found))


def _copy_file(
    source: Jail,
    old: RemotePath,
    target: Jail,
    into: Folder,
    new: RemotePath,
    staging: Staging,
    work: Work,
    replaces: bool,
) -> Copied:
    handle, status = source.open_read(old)
    try:
        size = work.total_size = status.st_size
        work.total_count = 1
        staging.check_device(into)
        plan = Plan(new, size, entry_of(old[-1], status).mtime_ns, stat.S_IMODE(status.st_mode), replaces)
        file = staging.stage_small(plan, into)
        try:
            copier = ContentCopier(lambda moved: work.did(size=moved), lambda: _check_space(target, size, new))
            with storage_errors(new):
                is_whole = copier.copy(handle, file.handle, size)
            if not is_whole or has_changed(handle, status):
                raise StorageError(Code.CHANGED, at=old)
            file.finish()
            with storage_errors(new):
                sync_patiently(lambda: os.fsync(file.handle), work.step)
        except BaseException:
            file.close()
            raise
        batch = staging.new_batch()
        batch.add(file)
        failure = batch.commit()[0]
        if failure is not None:
            raise failure
    finally:
        os.close(handle)
    return Copied(1, size)


def _copy_tree(
    folder: Folder, old: RemotePath, target: Jail, into: Folder, new: RemotePath, staging: Staging, work: Work
) -> Copied:
    with storage_errors(old):
        top = system.open_child(folder.handle, old[-1])
    try:
        status = os.fstat(top)
        if system.leads_up_to(into.handle, target.handle, system.identity_of(status)):
            # By whatever spelling it was reached.
            raise StorageError(Code.BAD_REQUEST, "nothing can be copied into itself", at=new)
        depth = MAX_DEPTH - len(new)
        planned = survey(top, old, depth, work.step)
        work.total_count, work.total_size = planned.count + 1, planned.usage.bytes
        tree = staging.stage_tree(new, into, planned.usage)
        try:
            copier = ContentCopier(
                lambda moved: work.did(size=moved), lambda: _check_space(target, planned.usage.bytes, new)
            )
            copied = TreeCopy(
                top,
                tree.handle,
                old,
                copier,
                max_depth=depth,
                charge=tree.room.charge,
                did=lambda: work.did(count=1),
            ).run()
            tree.publish(status, work.step)
        finally:
            tree.close()
    finally:
        os.close(top)
    return Copied(copied.count + 1, copied.size, copied.skipped)


def _check_space(target: Jail, needed: int, at: RemotePath) -> None:
    free, _ = target.space()
    if needed > free:
        raise StorageError(Code.NO_SPACE, f"{needed} bytes are needed, {free} are free", at=at)
