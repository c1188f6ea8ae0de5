"""Bytes of open files: read, write, copy and digest ranges of them. Knows handles, no names."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from shared.protocol.blocks import digest_block, start_digest
from shared.protocol.limits import MIB

PIECE = MIB
"""Content moves through memory in pieces of this size: large enough for few calls, small enough for the cache."""

_CANNOT_COPY = frozenset({errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EBADF})


def read_into(handle: int, offset: int, view: memoryview) -> int:
    """Fill ``view`` from ``offset``; return how many bytes, less than its length only at the end of the file."""
    done = 0
    while done < len(view):
        count = os.preadv(handle, [view[done:]], offset + done)
        if not count:
            break
        done += count
    return done


def write_from(handle: int, offset: int, view: memoryview) -> None:
    """Write all of ``view`` at ``offset``."""
    done = 0
    while done < len(view):
        done += os.pwrite(handle, view[done:], offset + done)


def digest_range(handle: int, offset: int, length: int, buffer: memoryview) -> bytes | None:
    """Return the digest of a range, read through ``buffer``; None when the file ends within it."""
    if length <= len(buffer):
        view = buffer[:length]
        return digest_block(view) if read_into(handle, offset, view) == length else None
    digest = start_digest()
    for start in range(0, length, len(buffer)):
        view = buffer[: min(len(buffer), length - start)]
        if read_into(handle, offset + start, view) < len(view):
            return None
        digest.update(view)
    return digest.digest()


def copy_digesting(source: int, target: int, offset: int, length: int, buffer: memoryview) -> bytes | None:
    """Copy a range to the same place of another file and return the digest of what was copied; None when the source
    ends within it. The source is read once."""
    digest = start_digest()
    for start in range(0, length, len(buffer)):
        view = buffer[: min(len(buffer), length - start)]
        if read_into(source, offset + start, view) < len(view):
            return None
        digest.update(view)
        write_from(target, offset + start, view)
    return digest.digest()


def copy_range(source: int, target: int, offset: int, length: int, buffer: memoryview) -> bool:
    """Copy a range to the same place of another file; False when the source ends within it.

    In the kernel where it can (copy_file_range(2), which shares the blocks on file systems that are able to),
    else through ``buffer``.
    """
    done = 0
    while done < length and hasattr(os, "copy_file_range"):
        try:
            count = os.copy_file_range(source, target, length - done, offset + done, offset + done)
        except OSError as error:
            if error.errno not in _CANNOT_COPY:
                raise
            break
        if not count:
            break
        done += count
    while done < length:
        view = buffer[: min(len(buffer), length - done)]
        count = read_into(source, offset + done, view)
        write_from(target, offset + done, view[:count])
        done += count
        if count < len(view):
            return False
    return True


def extents(handle: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield offset and length of what was ever written below ``size``, in order: a sparse file stays sparse when only
    that is copied. The whole where the file system does not know (lseek(2), SEEK_DATA)."""
    offset = 0
    while offset < size:
        end = size
        if hasattr(os, "SEEK_DATA"):
            try:
                offset = os.lseek(handle, offset, os.SEEK_DATA)
                end = min(os.lseek(handle, offset, os.SEEK_HOLE), size)
            except OSError as error:
                if error.errno == errno.ENXIO:
                    return
                if error.errno != errno.EINVAL:
                    raise
        if offset >= end:
            return
        yield offset, end - offset
        offset = end


def has_content(handle: int, offset: int, length: int) -> bool:
    """Whether anything was ever written to a range: false for a hole (lseek(2), SEEK_DATA) or beyond the end."""
    if not hasattr(os, "SEEK_DATA"):
        return os.fstat(handle).st_size >= offset + length
    try:
        return os.lseek(handle, offset, os.SEEK_DATA) < offset + length
    except OSError as error:
        if error.errno == errno.ENXIO:
            return False
        raise
