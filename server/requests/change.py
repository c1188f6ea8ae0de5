"""Requests that change names and attributes: make folder, rename, remove, set attributes. Moves no content."""

from __future__ import annotations

from server.requests.exchange import Exchange
from server.requests.refusal import refusal
from server.requests.work import Work
from server.storage.folder_sync import FolderSync
from server.storage.jail import Jail
from server.storage.staging import Staging
from shared.errors import ItemError
from shared.names import decode_path
from shared.protocol import messages
from shared.protocol.messages import Exists


def make_folder(jail: Jail, request: messages.MakeFolder, changed: FolderSync) -> messages.Done:
    """Make a folder, with those above it when asked. To be answered once ``changed`` is synced."""
    jail.make_folder(decode_path(request.path), request.parents, changed)
    return messages.Done(id=request.id, count=1)


def rename(jail: Jail, staging: Staging, request: messages.Rename, changed: FolderSync) -> messages.Done:
    """Rename or move within the home. To be answered once ``changed`` is synced."""
    replaces = request.exists is Exists.REPLACE
    jail.rename(decode_path(request.source), decode_path(request.target), replaces, changed)
    if replaces:
        staging.forget_usage()
    return messages.Done(id=request.id, count=1)


def remove(jail: Jail, staging: Staging, request: messages.Remove, exchange: Exchange) -> None:
    """Remove a file, a link or a folder; the answer counts what is gone, also where that is not all."""
    path = decode_path(request.path)
    work = Work(exchange, request.id, path)
    try:
        count = jail.remove(path, request.recursive, lambda: work.did(count=1))
    except ItemError as error:
        exchange.send(refusal(request.id, error, count=work.count))
        return
    finally:
        # Also a removal that fails half-way has freed something.
        staging.forget_usage()
    exchange.send(messages.Done(id=request.id, count=count))


def set_attributes(jail: Jail, request: messages.SetAttributes, exchange: Exchange) -> None:
    """Set modification time and permission bits where given."""
    jail.set_attributes(decode_path(request.path), request.mtime_ns, request.mode)
    exchange.send(messages.Done(id=request.id, count=1))


def discard(staging: Staging, request: messages.Discard, exchange: Exchange) -> None:
    """Forget the unfinished upload to a path; having none is no error."""
    count = staging.discard(decode_path(request.path))
    exchange.send(messages.Done(id=request.id, count=count))
