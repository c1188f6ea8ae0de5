"""What went wrong with one request, in the words of the wire. Decides nothing and sends nothing."""

from __future__ import annotations

from server.requests.browse import wire_entry
from server.storage.failure import StorageError
from shared.errors import ItemError
from shared.names import BadNameError, RemotePath, check_path, encode_component
from shared.protocol import messages

_MAX_TEXT = 2048


def refusal(request_id: int, error: ItemError, count: int = 0) -> messages.Failed:
    """Return the answer that tells of a failure: code, a sentence, and path and entry where there are such.

    ``count`` is how many things were done for good before.
    """
    path: RemotePath = ()
    entry = None
    text = error.detail or error.title
    if isinstance(error, StorageError):
        path = error.at
        entry = None if error.entry is None else wire_entry(error.entry)
    if not _is_sendable(path):
        # Below a folder being removed may lie what no path can name; the text can still show it.
        text, path = f"{error.path}: {text}", ()
    elif isinstance(error, BadNameError):
        text = f"{error.path}: {text}"
    return messages.Failed(
        id=request_id,
        code=error.code,
        text=text[:_MAX_TEXT],
        path=tuple(encode_component(name) for name in path),
        entry=entry,
        count=count,
    )


def _is_sendable(path: RemotePath) -> bool:
    try:
        check_path(path)
    except BadNameError:
        return False
    return True
