"""What a file of this computer holds, as one digest. Blocking; for a thread."""

from __future__ import annotations

import os
import stat

from desktop.places.ticket import Ticket
from shared.errors import Code, LocalError, local_errors
from shared.names import display
from shared.protocol.blocks import Layout, root_of, start_digest
from shared.protocol.limits import MIB

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


def digest_file(path: str, ticket: Ticket) -> tuple[int, bytes]:
    """Return size and root (:func:`shared.protocol.blocks.root_of`) of a file. Raises LocalError: NOT_FILE for a link
    or a special file, CHANGED for one that is written to meanwhile."""
    shown = display(path)
    with local_errors(shown):
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            raise LocalError(Code.IS_FOLDER if stat.S_ISDIR(status.st_mode) else Code.NOT_FILE, path=shown)
        # O_NONBLOCK: a fifo put there since the look must not hold the thread.
        handle = os.open(path, _FLAGS)
    try:
        with local_errors(shown):
            before = os.fstat(handle)
            if not os.path.samestat(before, status):
                raise LocalError(Code.CHANGED, path=shown)
            layout = Layout(before.st_size)
            ticket.expects(1, layout.size)
            digests = [_digest_block(handle, layout.length(index), shown, ticket) for index in range(layout.count)]
            after = os.fstat(handle)
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise LocalError(Code.CHANGED, path=shown)
    finally:
        os.close(handle)
    return layout.size, root_of(layout.size, digests)


def _digest_block(handle: int, length: int, shown: str, ticket: Ticket) -> bytes:
    digest = start_digest()
    left = length
    while left:
        data = os.read(handle, min(left, 4 * MIB))
        if not data:
            raise LocalError(Code.CHANGED, "the file became shorter", path=shown)
        digest.update(data)
        left -= len(data)
        ticket.did(size=len(data))
    return digest.digest()
