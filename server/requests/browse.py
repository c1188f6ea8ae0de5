"""Requests that only look: list, stat, space, digest. Changes nothing."""

from __future__ import annotations

import os
from contextlib import closing

from server.requests.exchange import Exchange
from server.requests.work import Work
from server.storage.content import PIECE, digest_range
from server.storage.failure import StorageError, storage_errors
from server.storage.jail import Jail
from server.storage.staging import Staging
from shared.entries import Entry
from shared.errors import Code
from shared.names import decode_path, encode_component
from shared.protocol import limits, messages
from shared.protocol.blocks import Layout, root_of

_ENTRY_OVERHEAD = 32
"""Bytes that MessagePack needs for an entry beside its name, at most."""


def wire_entry(entry: Entry) -> messages.Entry:
    """Return the form of an entry on the wire."""
    return messages.Entry(encode_component(entry.name), entry.kind, entry.size, entry.mtime_ns, entry.mode)


def list_folder(jail: Jail, request: messages.List, exchange: Exchange) -> None:
    """Send the entries of a folder in batches as they are read, in no order."""
    path = decode_path(request.path)
    batch: list[messages.Entry] = []
    size = total = 0
    with closing(jail.scan(path)) as entries:
        for entry in entries:
            found = wire_entry(entry)
            length = len(found.name) + _ENTRY_OVERHEAD
            if len(batch) >= limits.LISTING_BATCH_ENTRIES or size + length > limits.LISTING_BATCH_BYTES:
                if exchange.is_stopped(request.id):
                    raise StorageError(Code.CANCELLED, "stopped at the client's wish", at=path)
                exchange.send(messages.Entries(id=request.id, entries=tuple(batch), more=True))
                batch, size = [], 0
            batch.append(found)
            size += length
            total += 1
            if total > limits.MAX_LISTING_ENTRIES:
                raise StorageError(Code.TOO_LARGE, f"more than {limits.MAX_LISTING_ENTRIES} entries", at=path)
    exchange.send(messages.Entries(id=request.id, entries=tuple(batch), more=False))


def stat_entry(jail: Jail, request: messages.Stat, exchange: Exchange) -> None:
    """Send one entry."""
    entry = jail.stat(decode_path(request.path))
    exchange.send(messages.Stated(id=request.id, entry=wire_entry(entry)))


def tell_space(staging: Staging, request: messages.Space, exchange: Exchange) -> None:
    """Send how many bytes may still be added, and how many there may be."""
    free, total = staging.space()
    exchange.send(messages.SpaceLeft(id=request.id, free=min(free, limits.MAX_FILE), total=min(total, limits.MAX_FILE)))


def digest_file(jail: Jail, request: messages.DigestOf, exchange: Exchange) -> None:
    """Send size and root of a file's content, read from its first byte to its last."""
    path = decode_path(request.path)
    work = Work(exchange, request.id, path)
    handle, status = jail.open_read(path)
    try:
        layout = Layout(status.st_size)
        work.total_count, work.total_size = 1, layout.size
        buffer = memoryview(bytearray(min(PIECE, layout.size)))
        digests: list[bytes] = []
        for index in range(layout.count):
            with storage_errors(path):
                digest = digest_range(handle, layout.offset(index), layout.length(index), buffer)
            work.did(size=layout.length(index))
            if digest is None:
                raise StorageError(Code.CHANGED, "the file became shorter", at=path)
            digests.append(digest)
        if has_changed(handle, status) or not jail.leads_to(path, status):
            raise StorageError(Code.CHANGED, at=path)
    finally:
        os.close(handle)
    exchange.send(messages.Digested(id=request.id, size=layout.size, root=root_of(layout.size, digests)))


def has_changed(handle: int, before: os.stat_result) -> bool:
    """Whether an open file is not what it was: written to, or made longer or shorter."""
    now = os.fstat(handle)
    return (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)
