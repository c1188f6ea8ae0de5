"""The one tree of errors both programs raise and show. It formats nothing for a screen and logs nothing.

Families go by who can act: :class:`LocalError` (this computer), :class:`RemoteError` (the other side refused a
request), :class:`ConnectionLostError` (the line), :class:`PeerError` (the other side broke the protocol),
:class:`LoginError`, :class:`IdentityError`; anything else that escapes is our bug.
Each carries a title, a detail and a hint, so that a reader learns what, where, why and what next.
"""

from __future__ import annotations

import errno
from contextlib import AbstractContextManager
from enum import StrEnum


class Code(StrEnum):
    """Why a single request or item failed; the same words on the wire, in the stores and in ``--json``."""

    NOT_FOUND = "not-found"
    EXISTS = "exists"
    PERMISSION = "permission"
    IS_FOLDER = "is-folder"
    NOT_FOLDER = "not-folder"
    NOT_EMPTY = "not-empty"
    NOT_FILE = "not-file"
    NO_SPACE = "no-space"
    QUOTA = "quota"
    READ_ONLY = "read-only"
    BUSY = "busy"
    CHANGED = "changed"
    MISMATCH = "mismatch"
    BAD_NAME = "bad-name"
    BAD_REQUEST = "bad-request"
    TOO_LARGE = "too-large"
    CROSS_DEVICE = "cross-device"
    IO = "io"
    CANCELLED = "cancelled"
    UNSUPPORTED = "unsupported"
    CLOSING = "closing"
    INTERNAL = "internal"


RETRYABLE = frozenset({Code.BUSY, Code.CHANGED, Code.MISMATCH, Code.IO, Code.CLOSING, Code.NO_SPACE, Code.QUOTA})
"""Codes where the same request may succeed later without anybody changing what was asked for."""


class WherryError(Exception):
    """Root of every error that Wherry raises on purpose.

    title: what happened, a short sentence. detail: the cause, with the path where there is one.
    hint: what the reader can do next; may be empty.
    """

    title = "Something went wrong"

    def __init__(self, detail: str = "", *, title: str | None = None, hint: str = "") -> None:
        self.title = title or type(self).title
        self.detail = detail
        self.hint = hint
        super().__init__(": ".join(part for part in (self.title, detail) if part))


class ItemError(WherryError):
    """One file or request failed; others are not affected. ``path`` is already safe to display."""

    def __init__(
        self, code: Code, detail: str = "", *, path: str = "", title: str | None = None, hint: str = ""
    ) -> None:
        self.code = code
        self.path = path
        super().__init__(detail, title=title or TITLES[code], hint=hint or HINTS.get(code, ""))

    @property
    def is_retryable(self) -> bool:
        return self.code in RETRYABLE


class LocalError(ItemError):
    """This computer refused: its disk, its permissions, its names."""


class RemoteError(ItemError):
    """The other side answered a request with a failure."""


class ConnectionLostError(WherryError):
    """The line ended, stalled or could not be opened. Trying again can help."""

    title = "The connection was lost"


class PeerError(WherryError):
    """The other side broke the protocol; the connection is over and nothing from it is trusted."""

    title = "The other side did not speak Wherry correctly"


class LoginError(WherryError):
    """The login was refused. Whether the name or the password was wrong is never told."""

    title = "Login refused"


class IdentityError(WherryError):
    """The server's certificate is unknown, or not the one pinned. Fingerprints are ``SHA256:`` texts."""

    title = "The server's identity is not known"

    def __init__(self, detail: str, *, found: str, expected: str | None = None, hint: str = "") -> None:
        self.found = found
        self.expected = expected
        title = "The server's identity has changed" if expected else None
        super().__init__(detail, title=title, hint=hint)


class ConfigError(WherryError):
    """Settings, a store or a folder of the program itself cannot be used as they are."""

    title = "Wherry cannot use its settings"


TITLES: dict[Code, str] = {
    Code.NOT_FOUND: "Not found",
    Code.EXISTS: "Already exists",
    Code.PERMISSION: "Permission denied",
    Code.IS_FOLDER: "This is a folder",
    Code.NOT_FOLDER: "This is not a folder",
    Code.NOT_EMPTY: "The folder is not empty",
    Code.NOT_FILE: "This is not a regular file",
    Code.NO_SPACE: "No space left",
    Code.QUOTA: "The quota is used up",
    Code.READ_ONLY: "Read-only",
    Code.BUSY: "In use by another transfer",
    Code.CHANGED: "The file changed while it was being read",
    Code.MISMATCH: "The contents did not arrive intact",
    Code.BAD_NAME: "This name is not allowed",
    Code.BAD_REQUEST: "The request makes no sense",
    Code.TOO_LARGE: "Too large",
    Code.CROSS_DEVICE: "Not on the same disk",
    Code.IO: "Reading or writing failed",
    Code.CANCELLED: "Cancelled",
    Code.UNSUPPORTED: "Not supported",
    Code.CLOSING: "The server is stopping",
    Code.INTERNAL: "Internal error",
}

HINTS: dict[Code, str] = {
    Code.NOT_FOUND: "It may have been moved or deleted; refresh the listing.",
    Code.EXISTS: "Choose overwrite, rename or skip.",
    Code.PERMISSION: "Check the permissions of the file and of its folder.",
    Code.NO_SPACE: "Free some space, then retry.",
    Code.QUOTA: "Delete something, or ask for a larger quota, then retry.",
    Code.BUSY: "Wait until the other transfer has ended, then retry.",
    Code.CHANGED: "Retry when the file is no longer being written.",
    Code.MISMATCH: "Retry; if it happens again, check the memory and disks of both machines.",
    Code.IO: "Check the disk, then retry.",
    Code.CLOSING: "Retry when the server runs again.",
    Code.READ_ONLY: "The account or the disk allows reading only.",
}

_BY_ERRNO: dict[int, Code] = {
    errno.ENOENT: Code.NOT_FOUND,
    errno.EEXIST: Code.EXISTS,
    errno.EACCES: Code.PERMISSION,
    errno.EPERM: Code.PERMISSION,
    errno.EISDIR: Code.IS_FOLDER,
    errno.ENOTDIR: Code.NOT_FOLDER,
    errno.ENOTEMPTY: Code.NOT_EMPTY,
    errno.ENOSPC: Code.NO_SPACE,
    errno.EDQUOT: Code.QUOTA,
    errno.EROFS: Code.READ_ONLY,
    errno.EBUSY: Code.BUSY,
    errno.ETXTBSY: Code.BUSY,
    errno.ENAMETOOLONG: Code.BAD_NAME,
    errno.EFBIG: Code.TOO_LARGE,
    errno.EXDEV: Code.CROSS_DEVICE,
    # A walk by handles with O_NOFOLLOW meets a symbolic link as ELOOP: the link leads where we do not go.
    errno.ELOOP: Code.PERMISSION,
}


def code_of(error: OSError) -> Code:
    """Return the code that tells a person most about a failed system call."""
    return _BY_ERRNO.get(error.errno or 0, Code.IO)


class _LocalErrors:
    """A class and no generator: it is entered several times for every small file."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise LocalError(code_of(error), error.strerror or str(error), path=self._path) from error


def local_errors(path: str) -> AbstractContextManager[None]:
    """Translate ``OSError`` at the edge to :class:`LocalError` about ``path`` (already safe to display)."""
    return _LocalErrors(path)
