"""The root of a local file's content, to compare with what the server says of its own. Changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

from desktop.client.part_file import open_regular
from desktop.transfers.items import Progress
from shared.errors import Code, LocalError, local_errors
from shared.names import display
from shared.protocol.blocks import Layout, root_of, start_digest
from shared.protocol.limits import MIN_BLOCK

_PIECE = MIN_BLOCK


def digest_file(path: str, progress: Progress) -> tuple[int, bytes]:
    """Return size and root of a regular file, as shared.protocol.blocks defines it. Blocks.

    ``progress.checked`` counts the bytes read. Raises LocalError: Code.CANCELLED once ``progress.is_cancelled`` is
    set, Code.CHANGED when the file changed while it was read.
    """
    progress.checked = 0
    descriptor, found = open_regular(Path(path))
    try:
        layout = Layout(found.st_size)
        buffer = memoryview(bytearray(min(_PIECE, layout.size)))
        digests = []
        for index in range(layout.count):
            digests.append(_digest(descriptor, layout.offset(index), layout.length(index), buffer, path, progress))
        now = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if (now.st_size, now.st_mtime_ns) != (found.st_size, found.st_mtime_ns):
        raise _changed(path)
    return layout.size, root_of(layout.size, digests)


def _digest(descriptor: int, offset: int, length: int, buffer: memoryview, path: str, progress: Progress) -> bytes:
    digest = start_digest()
    end = offset + length
    while offset < end:
        if progress.is_cancelled:
            raise LocalError(Code.CANCELLED)
        with local_errors(display(path)):
            count = os.preadv(descriptor, [buffer[: end - offset]], offset)
        if not count:
            raise _changed(path)
        digest.update(buffer[:count])
        offset += count
        progress.checked += count
    return digest.digest()


def _changed(path: str) -> LocalError:
    return LocalError(Code.CHANGED, "it was written to while it was read", path=display(path))
