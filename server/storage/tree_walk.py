"""Everything below a folder, by handles: a walk that neither depth nor width nor a race can lead astray.

Decides nothing and changes nothing; raises plain OSError. Holds one handle (two for a moment) however deep the tree
is: the way back up is ``..``, and is taken only if it leads to the very folder it came from, so a folder moved away
meanwhile ends the walk with EBUSY. Of a folder that is being read only the names of its folders are kept, packed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator
from enum import Enum, auto
from typing import NamedTuple

from server.storage import jail_posix as system


class Visit(Enum):
    """What a step of a walk is."""

    SEEN = auto()
    """An entry of whatever kind; ``handle`` is the folder it is in. Links are never entered."""
    ENTERED = auto()
    """The walk is in a folder now, whose entries follow; ``handle`` is the folder's own."""
    LEFT = auto()
    """All that is in the folder was visited; ``handle`` is the folder that it is in."""


class Step(NamedTuple):
    """``entry`` is there when something is SEEN. The handle is the walk's, and good until the next step."""

    visit: Visit
    handle: int
    name: str
    entry: os.DirEntry[str] | None


class TreeWalk:
    """Yields the steps; all entries of a folder first, then folder by folder what is in them.

    Close the iterator (:func:`contextlib.closing`) where the walk may be left before its end.
    """

    def __init__(
        self,
        top: int,
        *,
        max_depth: int | None = None,
        may_enter: Callable[[str], bool] = lambda name: True,
        on_unread: Callable[[OSError], None] | None = None,
    ) -> None:
        """``top`` stays the caller's. Folders more than ``max_depth`` below it are not entered (ENAMETOOLONG), nor
        those whose name ``may_enter`` refuses (without an error).

        What cannot be entered or read is told to ``on_unread``, else raised.
        """
        self._top = top
        self._max_depth = max_depth
        self._may_enter = may_enter
        self._on_unread = on_unread
        self.position: list[str] = []
        """Names from the top to the folder that the walk is in."""

    def __iter__(self) -> Generator[Step, None, None]:
        above: list[system.Identity] = []
        folder = os.open(".", system.FOLDER, dir_fd=self._top)
        try:
            waiting = [(yield from self._entries(folder))]
            while True:
                name = waiting[-1].pop()
                if name is not None:
                    child = self._enter(folder, name)
                    if child is None:
                        continue
                    above.append(system.identity_of(os.fstat(folder)))
                    self.position.append(name)
                    os.close(folder)
                    folder = child
                    yield Step(Visit.ENTERED, folder, name, None)
                    waiting.append((yield from self._entries(folder)))
                    continue
                waiting.pop()
                if not above:
                    return
                parent = os.open("..", system.FOLDER, dir_fd=folder)
                os.close(folder)
                folder = parent
                if system.identity_of(os.fstat(folder)) != above.pop():
                    raise OSError(errno.EBUSY, "the folder was moved meanwhile")
                yield Step(Visit.LEFT, folder, self.position.pop(), None)
        finally:
            os.close(folder)

    def _enter(self, folder: int, name: str) -> int | None:
        try:
            if self._max_depth is not None and len(self.position) >= self._max_depth:
                raise OSError(errno.ENAMETOOLONG, f"folders are nested more than {self._max_depth} deep")
            return system.open_child(folder, name)
        except FileNotFoundError:
            return None
        except OSError as error:
            if self._on_unread is None:
                # The caller tells where it was by the position.
                self.position.append(name)
                raise
            self._on_unread(error)
            return None

    def _entries(self, folder: int) -> Generator[Step, None, _Names]:
        folders = _Names()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False) and self._may_enter(entry.name):
                        folders.push(entry.name)
                    yield Step(Visit.SEEN, folder, entry.name, entry)
        except OSError as error:
            if self._on_unread is None:
                raise
            self._on_unread(error)
        return folders


class _Names:
    """A stack of names in as little memory as they need: a folder may have a million folders."""

    def __init__(self) -> None:
        self._packed = bytearray()

    def push(self, name: str) -> None:
        self._packed += b"\0" + os.fsencode(name)

    def pop(self) -> str | None:
        """Return the last name, None when there is none left."""
        if not self._packed:
            return None
        start = self._packed.rindex(b"\0")
        name = os.fsdecode(bytes(self._packed[start + 1 :]))
        del self._packed[start:]
        return name
