"""Errors of the disk arrive as what a person can act on."""

from __future__ import annotations

import errno
import os

import pytest

from server.storage.failure import NotRegularError, StorageError, storage_errors
from shared.errors import Code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), Code.NO_SPACE),
        (OSError(errno.EDQUOT, "quota"), Code.QUOTA),
        (OSError(errno.ELOOP, "a link"), Code.PERMISSION),
        (OSError(errno.EINVAL, "invalid"), Code.BAD_REQUEST),
        (OSError(errno.EIO, "broken"), Code.IO),
        (NotRegularError(errno.ENXIO, "a fifo"), Code.NOT_FILE),
    ],
)
def test_the_cause_is_named_with_its_path(error: OSError, code: Code) -> None:
    with pytest.raises(StorageError) as caught, storage_errors(("a", "b\n")):
        raise error
    assert (caught.value.code, caught.value.at, caught.value.path) == (code, ("a", "b\n"), "/a/b\\x0a")
    assert caught.value.detail == error.strerror


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), storage_errors(()):
        raise KeyError("a bug")
