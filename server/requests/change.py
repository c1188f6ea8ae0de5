"""Requests that change names and attributes: make folder, rename, remove, set attributes. Moves no content."""

from __future__ import annotations

from server.requests.exchange import Exchange
from server.storage.jail import Jail
from server.storage.staging import Staging
from shared.names import decode_path
from shared.protocol import messages
from shared.protocol.messages import Exists


def make_folder(jail: Jail, request: messages.MakeFolder, exchange: Exchange) -> None:
    """Make a folder, with those above it when asked."""
    jail.make_folder(decode_path(request.path), request.parents)
    exchange.send(messages.Done(id=request.id, count=1))


def rename(jail: Jail, staging: Staging, request: messages.Rename, exchange: Exchange) -> None:
    """Rename or move within the home."""
    replaces = request.exists is Exists.REPLACE
    jail.rename(decode_path(request.source), decode_path(request.target), replaces)
    if replaces:
        staging.forget_usage()
    exchange.send(messages.Done(id=request.id, count=1))


def remove(jail: Jail, staging: Staging, request: messages.Remove, exchange: Exchange) -> None:
    """Remove a file, a link or a folder; the answer counts what is gone."""
    try:
        count = jail.remove(decode_path(request.path), request.recursive, exchange.keep_alive)
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
