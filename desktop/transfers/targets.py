"""Where things go: ``cp -r``'s rules, and the one way to join a name from a server to a local path. Touches no disk."""

from __future__ import annotations

import hashlib
import os.path
import sys
from collections.abc import Sequence

from desktop.transfers.items import Source
from shared.entries import Entry
from shared.errors import Code, LocalError
from shared.names import (
    MAX_COMPONENT_BYTES,
    PART_SUFFIX,
    BadNameError,
    RemotePath,
    check_component,
    display,
    encode_component,
)

_WINDOWS_FORBIDDEN = frozenset('<>:"|?*') | frozenset(map(chr, range(32)))
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³")]
)


def plan_uploads(
    paths: Sequence[str], target: RemotePath, *, target_is_folder: bool
) -> tuple[RemotePath, tuple[Source, ...]]:
    """Return the target folder and the sources for :meth:`TransferEngine.add`, as ``cp -r`` would copy.

    ``target_is_folder``: the target exists as a folder, or was written with a slash at its end. Then each goes
    into it under its own name; else the only one becomes it. Raises LocalError for several sources and no
    folder, and for two sources of one name.
    """
    sources = [Source(os.path.abspath(path)) for path in paths]
    names = [os.path.basename(os.path.abspath(path)) for path in paths]
    if target_is_folder:
        return target, _into(sources, names)
    source = _only(sources, "/".join(map(display, target)))
    if not target:
        return target, (Source(source.path, name=""),)
    return target[:-1], (Source(source.path, name=target[-1]),)


def plan_downloads(
    entries: Sequence[tuple[RemotePath, Entry | None]], target: str, *, target_is_folder: bool
) -> tuple[str, tuple[Source, ...]]:
    """The same for downloads: ``entries`` are server paths, with what stands there where that is known."""
    sources = [Source(path, entry) for path, entry in entries]
    names = [path[-1] if path else "" for path, _ in entries]
    target = os.path.abspath(target)
    if target_is_folder:
        return target, _into(sources, names)
    source = _only(sources, display(target))
    folder, name = os.path.split(target)
    return folder, (Source(source.path, source.entry, name),)


def _into(sources: Sequence[Source], names: Sequence[str]) -> tuple[Source, ...]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            # cp says “will not overwrite just-created”: the second would silently take the first one's place.
            raise LocalError(Code.EXISTS, "two sources have this name", path=display(name))
        seen.add(name)
    # A root has no name of its own: its contents go into the target.
    return tuple(
        source if name else Source(source.path, source.entry, "") for source, name in zip(sources, names, strict=True)
    )


def _only(sources: Sequence[Source], target: str) -> Source:
    if len(sources) != 1:
        raise LocalError(
            Code.NOT_FOLDER,
            "several things can only be copied into a folder that exists",
            path=target,
            hint="Make the folder first, or end its path with a slash.",
        )
    return sources[0]


def join_local(folder: str, relative: RemotePath) -> str:
    """Return the local path of ``relative`` below ``folder``; raises BadNameError for any name that could leave
    it, or that this system or our own unfinished downloads give another meaning.
    """
    for name in relative:
        check_local_name(name)
    return os.path.join(folder, *relative)


def check_local_name(name: str, *, is_windows: bool = sys.platform == "win32") -> str:
    """Return ``name`` if a file of this computer may be called so by a server, else raise BadNameError."""
    check_component(name)
    if is_part_name(name):
        raise BadNameError(name, "this name is reserved for unfinished downloads")
    if is_windows:
        if not _WINDOWS_FORBIDDEN.isdisjoint(name):
            raise BadNameError(name, "Windows does not allow these characters in a name")
        if name[-1] in ". ":
            raise BadNameError(name, "Windows drops a dot or space at the end of a name")
        if name.split(".", 1)[0].rstrip(" ").casefold() in _WINDOWS_DEVICES:
            raise BadNameError(name, "this is the name of a device on Windows")
    return name


def part_path(local: str) -> str:
    """Return where the unfinished download to ``local`` is kept: ``.NAME.wherry-part`` beside it.

    A name that would grow beyond what a disk takes is shortened, with a digest that keeps it unlike others.
    """
    folder, name = os.path.split(local)
    room = MAX_COMPONENT_BYTES - len(PART_SUFFIX) - 1
    if len(encode_component(name)) > room:
        mark = hashlib.sha256(encode_component(name)).hexdigest()[:16]
        while len(encode_component(name)) > room - len(mark) - 1:
            name = name[:-1]
        name = f"{name}~{mark}"
    return os.path.join(folder, f".{name}{PART_SUFFIX}")


def is_part_name(name: str) -> bool:
    """Tell whether this is what :func:`part_path` calls an unfinished download."""
    return name.startswith(".") and name.casefold().endswith(PART_SUFFIX)
