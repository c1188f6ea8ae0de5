"""How this room fails: one error with the path it is about, as a value. Shows and logs nothing."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from shared.entries import Entry
from shared.errors import Code, LocalError, code_of
from shared.names import RemotePath, format_path


class StorageError(LocalError):
    """A request failed on the server's disk.

    ``at`` is the path below the home that it is about; ``entry`` is what stands there, when that is the reason.
    """

    def __init__(self, code: Code, detail: str = "", *, at: RemotePath, entry: Entry | None = None) -> None:
        super().__init__(code, detail, path=format_path(at))
        self.at = at
        self.entry = entry


class NotRegularError(OSError):
    """A fifo, socket or device stands where a file was wanted."""


@contextmanager
def storage_errors(at: RemotePath) -> Iterator[None]:
    """Translate ``OSError`` at the edge to :class:`StorageError` about ``at``. Wrap system calls only."""
    try:
        yield
    except OSError as error:
        raise translated(error, at) from error


def translated(error: OSError, at: RemotePath) -> StorageError:
    """Return what ``error``, met at ``at``, means to the one who asked."""
    if isinstance(error, NotRegularError):
        code = Code.NOT_FILE
    elif error.errno == errno.EINVAL:
        code = Code.BAD_REQUEST
    else:
        code = code_of(error)
    return StorageError(code, error.strerror or str(error), at=at)
