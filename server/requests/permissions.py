"""Which request needs which permission where: one table. Touches no disk and answers nobody.

Paths are read once, by :mod:`shared.names`, before anything is compared: what is checked is what is opened. Two
permissions depend on what is there already, OVERWRITE and that to make the folders above a file; the desk takes the
right to do that from a request that may not (:mod:`server.requests.dispatch`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.storage.failure import StorageError
from shared.errors import Code
from shared.names import RemotePath, decode_path
from shared.permissions import CHANGING, Permission
from shared.protocol import messages

Need = tuple[messages.Path, Permission]

NEEDS: dict[type[messages.Requests], Callable[[Any], tuple[Need, ...]]] = {
    messages.List: lambda request: ((request.path, Permission.LIST),),
    messages.Stat: lambda request: ((request.path, Permission.LIST),),
    messages.MakeFolder: lambda request: ((request.path, Permission.MAKE_FOLDER),),
    messages.Rename: lambda request: ((request.source, Permission.RENAME), (request.target, Permission.RENAME)),
    # Whole folders too: so names can be learned by it, and folders come of it.
    messages.Copy: lambda request: (
        (request.source, Permission.READ),
        (request.source, Permission.LIST),
        (request.target, Permission.WRITE),
        (request.target, Permission.MAKE_FOLDER),
    ),
    messages.Search: lambda request: ((request.path, Permission.LIST),),
    messages.Remove: lambda request: ((request.path, Permission.DELETE),),
    # A mode or a time is part of what a file is: whoever may only add files must not take others' away by chmod.
    messages.SetAttributes: lambda request: ((request.path, Permission.OVERWRITE),),
    messages.Space: lambda request: (),
    messages.DigestOf: lambda request: ((request.path, Permission.READ),),
    messages.Ping: lambda request: (),
    # Everybody's own; the current password is what it needs.
    messages.ProvePassword: lambda request: (),
    messages.ChangePassword: lambda request: (),
    messages.Discard: lambda request: ((request.path, Permission.WRITE),),
    messages.Get: lambda request: ((request.path, Permission.READ),),
    messages.Put: lambda request: ((request.path, Permission.WRITE),),
    # Of an upload that was permitted to this very session.
    messages.Assist: lambda request: (),
}
"""Every request is here, and one that is not is refused."""

_DOINGS = {
    Permission.READ: "read files",
    Permission.LIST: "see what is",
    Permission.WRITE: "put files",
    Permission.OVERWRITE: "replace or change files",
    Permission.DELETE: "delete",
    Permission.RENAME: "rename or move",
    Permission.MAKE_FOLDER: "make folders",
}


def needs_of(request: messages.Requests) -> list[tuple[RemotePath, Permission]]:
    """Return what a request needs, path by path. Raises BadNameError, and StorageError for one that nobody may make."""
    need = NEEDS.get(type(request))
    if need is None:
        raise StorageError(Code.UNSUPPORTED, f"“{type(request).__name__}” is not spoken here", at=())
    return [(decode_path(path), permission) for path, permission in need(request)]


def refused(permission: Permission, held: Permission, at: RemotePath) -> StorageError:
    """Return the failure of a request that needs ``permission`` where only ``held`` are there."""
    if not held & CHANGING and permission in CHANGING and held:
        return StorageError(Code.READ_ONLY, "this account may only read here", at=at)
    return StorageError(Code.PERMISSION, f"this account may not {_DOINGS[permission]} here", at=at)
