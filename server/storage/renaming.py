"""What it takes that a rename is honest: nothing replaced unasked, nothing done by halves, and on the disk."""

from __future__ import annotations

import os
import secrets
import stat

from server.storage import jail_posix as system
from server.storage.failure import storage_errors
from server.storage.folder import Folder, exists_error, spelling_error
from server.storage.folder_sync import FolderSync


def rename_entry(
    source: Folder, name: str, status: os.stat_result, target: Folder, new_name: str, replace: bool
) -> None:
    """Rename, where ``status`` is of what is renamed. Raises OSError, and StorageError: EXISTS with what is there."""
    old = target.find(new_name)
    other = None if old is None else target.other_spelling(new_name, old)
    if old is not None and system.identity_of(old) == system.identity_of(status):
        if other == name and source.identity == target.identity:
            # A disk that folds names has one file under both: rename(2) would do nothing, and say that it did.
            _respell(source, name, new_name)
            return
        if replace and other is None and not stat.S_ISDIR(status.st_mode):
            # Two names of one file (hard links): here, too, rename(2) does nothing.
            os.unlink(name, dir_fd=source.handle)
            return
    if other is not None:
        raise spelling_error(target, new_name, other)
    # rename(2) lets a folder replace an empty folder, but nothing else cross that line.
    if replace and not stat.S_ISDIR(status.st_mode):
        os.rename(name, new_name, src_dir_fd=source.handle, dst_dir_fd=target.handle)
        return
    try:
        system.rename_fresh(source.handle, name, target.handle, new_name)
    except FileExistsError as error:
        raise exists_error(target, new_name) from error


def _respell(folder: Folder, name: str, new_name: str) -> None:
    between = f".wherry-renaming-{secrets.token_hex(8)}"
    system.rename_fresh(folder.handle, name, folder.handle, between)
    try:
        system.rename_fresh(folder.handle, between, folder.handle, new_name)
    except BaseException:
        system.rename_fresh(folder.handle, between, folder.handle, name)
        raise


def note_change(changed: FolderSync | None, folder: Folder) -> None:
    """Bring a change of names in a folder to the disk: with others, or now."""
    with storage_errors(folder.path):
        if changed is None:
            os.fsync(folder.handle)
        else:
            changed.add(folder.handle, folder.path)
