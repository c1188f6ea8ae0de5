"""What is below a folder of this computer, streamed. Follows no links; reads in whatever thread asks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing

from shared.errors import Code, LocalError, local_errors
from shared.names import MAX_DEPTH, RemotePath, display

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def walk(
    top: str, on_unread: Callable[[LocalError], None] | None = None
) -> Generator[tuple[RemotePath, os.DirEntry[str]], None, None]:
    """Yield everything below ``top`` by its path from there, a folder before what is in it, in the order of the disk.

    A folder that cannot be read, or that is more than MAX_DEPTH deep, is told to ``on_unread``, else raised. Close the
    iterator where the walk may be left before its end.
    """
    waiting: list[RemotePath] = [()]
    while waiting:
        folder = waiting.pop()
        path = os.path.join(top, *folder)
        try:
            if len(folder) > MAX_DEPTH:
                raise LocalError(Code.BAD_NAME, "the folders are nested too deeply", path=display(path))
            with local_errors(display(path)), closing(_scan(path)) as entries:
                for entry in entries:
                    yield (*folder, entry.name), entry
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((*folder, entry.name))
        except LocalError as error:
            if on_unread is None:
                raise
            on_unread(error)


def _scan(path: str) -> Generator[os.DirEntry[str], None, None]:
    if sys.platform == "win32":
        with os.scandir(path) as entries:
            yield from entries
        return
    # A link that took the folder's place is not entered.
    handle = os.open(path, _FOLDER)
    try:
        with os.scandir(handle) as entries:
            yield from entries
    finally:
        os.close(handle)
