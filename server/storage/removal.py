"""Removing whole folders, contents first; what is left after a failure is whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from server.storage import jail_posix as system
from server.storage.failure import storage_errors, translated
from server.storage.folder import Folder
from server.storage.tree_walk import TreeWalk, Visit
from shared.names import RemotePath

_REMOVE_ROUNDS = 3
_NOT_EMPTY = frozenset({errno.ENOTEMPTY, errno.EEXIST})


def remove_tree(folder: Folder, name: str, on_gone: Callable[[], None], *, is_ours: bool = False) -> int:
    """Remove a folder with all that is in it; return how many things are gone. Raises StorageError.

    What is ours, because this server made it, is removed whatever permissions it has been given.
    """
    at = (*folder.path, name)
    count = 0
    for round_number in range(_REMOVE_ROUNDS):
        with storage_errors(at):
            top = system.open_child(folder.handle, name)
        try:
            count += _empty(top, at, on_gone, is_ours)
        finally:
            os.close(top)
        try:
            os.rmdir(name, dir_fd=folder.handle)
        except OSError as error:
            # Others may add while we remove, and some file systems skip entries of a folder that shrinks.
            if isinstance(error, FileNotFoundError) or round_number + 1 == _REMOVE_ROUNDS:
                raise translated(error, at) from error
        else:
            break
    on_gone()
    return count + 1


def _empty(top: int, at: RemotePath, on_gone: Callable[[], None], is_ours: bool) -> int:
    count = 0
    walk = TreeWalk(top)
    steps = iter(walk)
    name = ""
    try:
        for step in steps:
            if step.visit is Visit.LEFT:
                name = step.name
                try:
                    os.rmdir(name, dir_fd=step.handle)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    if error.errno not in _NOT_EMPTY:
                        raise
                    continue
            elif step.entry is not None and not step.entry.is_dir(follow_symlinks=False):
                name = step.name
                try:
                    os.unlink(name, dir_fd=step.handle)
                except FileNotFoundError:
                    continue
            else:
                name = ""
                if is_ours and step.visit is Visit.SEEN:
                    system.set_mode(step.handle, step.name, 0o700)
                continue
            count += 1
            name = ""
            on_gone()
    except OSError as error:
        raise translated(error, (*at, *walk.position, *([name] if name else []))) from error
    finally:
        steps.close()
    return count
