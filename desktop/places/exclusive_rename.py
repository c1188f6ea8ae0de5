"""Rename that refuses to replace: one system call where the system has it. Knows nothing of places."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})


def rename_exclusively(source: str, target: str) -> None:
    """Rename ``source`` to ``target``; raises FileExistsError, with nothing changed, when that exists.

    Linux: renameat2(2) with RENAME_NOREPLACE. Windows: its rename refuses by itself. Where neither is, looking
    comes first, and another program that makes the target in just that moment loses it.
    """
    if sys.platform == "win32":
        os.rename(source, target)
        return
    if _renameat2 is not None:
        if _renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in _UNSUPPORTED:
            raise OSError(number, os.strerror(number), target)
    # A change of case only, on a disk that takes both for one name, is no other file.
    if os.path.lexists(target) and not os.path.samestat(os.lstat(source), os.lstat(target)):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    os.rename(source, target)


def _find_renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        return None
    function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    function.restype = ctypes.c_int

    def call(*arguments: int | bytes) -> int:
        return int(function(*arguments))

    return call


_renameat2 = _find_renameat2()
