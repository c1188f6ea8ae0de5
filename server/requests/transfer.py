"""Moving content: get, and put of large files. Verifies every block and the whole; syncs through the staging."""

from __future__ import annotations

import os

from blake3 import blake3

from server.requests.browse import has_changed
from server.requests.exchange import Exchange, TransferMeter
from server.requests.joint import JointUpload, JointUploads
from server.requests.refusal import refusal
from server.storage.content import PIECE, digest_range, read_into
from server.storage.failure import StorageError, storage_errors
from server.storage.jail import Jail, entry_of
from server.storage.staged import Plan
from server.storage.staging import Staging
from server.storage.upload import Upload
from shared.errors import Code, ItemError
from shared.names import RemotePath, decode_path
from shared.protocol import limits, messages
from shared.protocol.blocks import Layout, digest_block, is_comparable, range_root, root_of, start_digest
from shared.protocol.messages import Exists

_READ_BUFFER = 4 * limits.MIB
"""A block of this size (files up to 64 GiB) is read once; larger ones are read to digest, then again to send."""

_VERSION_CONTEXT = "wherry 2026 file version v1"

_METERED_FROM = 256 * limits.KIB
"""Smaller transfers are over before anybody could see them in the tray."""


def plan_of(request: messages.Put) -> Plan:
    """Read what an upload shall become. Raises BadNameError, or StorageError when it names the home itself."""
    path = decode_path(request.path)
    if not path:
        raise StorageError(Code.IS_FOLDER, at=path)
    replace = request.exists is Exists.REPLACE
    return Plan(path, request.size, request.mtime_ns, request.mode, replace, dict(request.hints) or None)


# --- download


def send_file(jail: Jail, request: messages.Get, exchange: Exchange) -> None:
    """Send a file: what it is, the blocks that the client has not, and the root over all of them.

    A file that changed while it was read ends with a reason instead of a root: nothing was proven.
    """
    path = decode_path(request.path)
    handle, status = jail.open_read(path)
    meter: TransferMeter | None = None
    try:
        size = status.st_size
        if size > limits.MAX_FILE:
            raise StorageError(Code.TOO_LARGE, at=path)
        layout = Layout(size)
        wanted = _wanted(request, layout)
        length = sum(map(layout.length, wanted)) if request.count else size
        if length >= _METERED_FROM:
            meter = exchange.transfer_started(path, "download", length)
        entry = entry_of(path[-1], status)
        version = _version(status) if request.count else b""
        offer = messages.Offer(id=request.id, size=size, mtime_ns=entry.mtime_ns, mode=entry.mode, version=version)
        exchange.send(offer)
        try:
            digests = _send_blocks(handle, layout, wanted, request, exchange, path, meter)
        except StorageError as error:
            exchange.send(messages.End(id=request.id, root=b"", reason=error.code))
            return
        if exchange.is_stopped(request.id) and digests is None:
            exchange.send(messages.End(id=request.id, root=b"", reason=Code.CANCELLED))
        elif digests is None or has_changed(handle, status) or _was_replaced(jail, path, status):
            exchange.send(messages.End(id=request.id, root=b"", reason=Code.CHANGED))
        else:
            root = root_of(size, digests) if request.count is None else range_root(size, wanted.start, digests)
            exchange.send(messages.End(id=request.id, root=root))
    finally:
        os.close(handle)
        if meter is not None:
            exchange.transfer_ended(meter)


def _was_replaced(jail: Jail, path: RemotePath, status: os.stat_result) -> bool:
    """Whether the name leads to another file by now. One block is read in one go: it was the file when it was asked
    for, and for thousands of them a second walk to each would cost as much as the first."""
    return status.st_size > limits.MIN_BLOCK and not jail.leads_to(path, status)


def _wanted(request: messages.Get, layout: Layout) -> range:
    """Return the numbers of the blocks that are asked for; those beyond the end of the file are none."""
    if request.count is None:
        return range(layout.count)
    first = min(request.first, layout.count)
    return range(first, min(first + request.count, layout.count))


def _version(status: os.stat_result) -> bytes:
    """Return what names this state of this file, and tells nobody where it lies."""
    facts = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return blake3(repr(facts).encode(), derive_key_context=_VERSION_CONTEXT).digest(16)


def _send_blocks(
    handle: int,
    layout: Layout,
    wanted: range,
    request: messages.Get,
    exchange: Exchange,
    path: RemotePath,
    meter: TransferMeter | None,
) -> list[bytes] | None:
    """Send what differs; return the digests of all wanted blocks. None when the file ended too early, or the client
    has no use for the rest."""
    have = request.have if is_comparable(layout.size, request.have_size) else ()
    buffer = memoryview(bytearray(min(layout.block_size, layout.size, _READ_BUFFER)))
    digests: list[bytes] = []
    for index in wanted:
        if index != wanted.start and exchange.is_stopped(request.id):
            return None
        # Blocks that the client holds are only read: it must not take that for a dead line.
        exchange.keep_alive()
        offset, length = layout.offset(index), layout.length(index)
        with storage_errors(path):
            digest = digest_range(handle, offset, length, buffer)
        if digest is None:
            return None
        digests.append(digest)
        if index >= len(have) or have[index] != digest:
            block = messages.Block(id=request.id, index=index, digest=digest)
            if length <= len(buffer):
                exchange.send_block(block, buffer[:length])
            else:
                _send_in_pieces(handle, offset, length, block, exchange, buffer, path)
        if meter is not None:
            meter.moved += length
    return digests


def _send_in_pieces(
    handle: int,
    offset: int,
    length: int,
    block: messages.Block,
    exchange: Exchange,
    buffer: memoryview,
    path: RemotePath,
) -> None:
    for start in range(0, length, len(buffer)):
        view = buffer[: min(len(buffer), length - start)]
        with storage_errors(path):
            count = read_into(handle, offset + start, view)
        if count < len(view):
            # The block is announced: its length must be kept. What is sent fails its digest.
            view[count:] = bytes(len(view) - count)
        if start:
            exchange.send_data(view)
        else:
            exchange.send_block(block, view)


# --- upload


def receive_file(jail: Jail, staging: Staging, joints: JointUploads, request: messages.Put, exchange: Exchange) -> None:
    """Receive a file in blocks, and store it once all of it is proven; others may assist meanwhile.

    Raises ItemError before the client was told to send; a failure after that is answered here, and what the
    client still sends is taken and dropped.
    """
    plan = plan_of(request)
    with jail.open_folder(plan.path[:-1], make=request.parents) as folder:
        upload = staging.stage_large(plan, folder, exchange.keep_alive)
        meter: TransferMeter | None = None
        try:
            meter = exchange.transfer_started(plan.path, "upload", plan.size)
            joint = JointUpload(upload, meter)
            with joints.opened(joint):
                exchange.send(messages.Ready(id=request.id, have=upload.have, upload=joint.token))
                answer = _receive_rounds(joint, request, exchange)
            if answer is not None:
                exchange.send(_commit(staging, upload, request, answer))
        finally:
            upload.close()
            if meter is not None:
                exchange.transfer_ended(meter)


def assist(joints: JointUploads, request: messages.Assist, exchange: Exchange) -> None:
    """Receive some blocks of an upload that another connection began. Raises StorageError when it has ended."""
    joint = joints.find(request.upload)
    if joint is None or joint.upload.layout.size != request.size:
        raise StorageError(Code.NOT_FOUND, "this upload is no longer under way", at=())
    exchange.send(messages.Ready(id=request.id))
    buffer = _buffer_for(joint.upload)
    accepted = _receive_blocks(joint, request.id, exchange, buffer, is_owner=False)
    if accepted is not None:
        exchange.send(messages.Done(id=request.id, count=accepted[1]))


def _buffer_for(upload: Upload) -> memoryview:
    return memoryview(bytearray(min(PIECE, max(upload.layout.size, 1))))


def _receive_rounds(joint: JointUpload, request: messages.Put, exchange: Exchange) -> bytes | None:
    """Receive until all blocks are in place; return the root that the client gave, None when it has failed."""
    upload = joint.upload
    path = upload.file.plan.path
    buffer = _buffer_for(upload)
    for attempt in range(1 + limits.BLOCK_ATTEMPTS):
        received = _receive_blocks(joint, request.id, exchange, buffer, is_owner=True)
        if received is None:
            return None
        end = received[0]
        if end.reason:
            exchange.send(refusal(request.id, StorageError(code_of_reason(end.reason), end.reason, at=path)))
            return None
        joint.end()
        try:
            missing = upload.complete(exchange.keep_alive)
        except ItemError as error:
            exchange.send(refusal(request.id, error))
            return None
        if not missing:
            return end.root
        if attempt < limits.BLOCK_ATTEMPTS:
            exchange.send(messages.Again(id=request.id, blocks=missing))
    exchange.send(
        refusal(
            request.id,
            StorageError(Code.MISMATCH, f"{len(missing)} blocks did not arrive intact", at=path),
        )
    )
    return None


def _receive_blocks(
    joint: JointUpload, request: int, exchange: Exchange, buffer: memoryview, *, is_owner: bool
) -> tuple[messages.End, int] | None:
    """Receive blocks up to the client's end; return it, and how many are in place. None when writing failed, which
    was then answered."""
    is_failed = False
    accepted = 0
    layout = joint.upload.layout
    while isinstance(part := exchange.receive_part(), messages.Block):
        digest = start_digest()
        length = layout.length(part.index)
        with joint.block(part.index) as is_mine:
            for start in range(0, length, len(buffer)):
                view = buffer[: min(len(buffer), length - start)]
                exchange.receive_data(view)
                if is_failed or not is_mine:
                    continue
                digest.update(view)
                try:
                    joint.write(part.index, start, view, is_owner=is_owner)
                except ItemError as error:
                    # Told at once, so that the client does not send the rest of a large file for nothing.
                    exchange.send(refusal(request, error))
                    is_failed = True
            if is_mine and not is_failed and digest.digest() == part.digest:
                accepted += joint.accept(part.index, part.digest, is_owner=is_owner)
    return None if is_failed else (part, accepted)


def _commit(staging: Staging, upload: Upload, request: messages.Put, root: bytes) -> messages.Stored | messages.Failed:
    plan = upload.file.plan
    if root_of(plan.size, upload.digests) != root:
        return refusal(request.id, StorageError(Code.MISMATCH, "the roots differ", at=plan.path))
    try:
        upload.file.finish()
    except ItemError as error:
        return refusal(request.id, error)
    batch = staging.new_batch()
    batch.add(upload.file)
    failure = batch.commit()[0]
    if failure is not None:
        return refusal(request.id, failure)
    return messages.Stored(id=request.id, root=root, reused=upload.reused)


def code_of_reason(reason: str) -> Code:
    """Read why a client gave up; what it cannot mean is a cancel."""
    return Code.CHANGED if reason == Code.CHANGED else Code.CANCELLED


def check_content(request: messages.Put, content: memoryview, root: bytes) -> None:
    """Compare the content of a small file with the root it came with; raises StorageError."""
    digests = (digest_block(content),) if content else ()
    if root_of(request.size, digests) != root:
        raise StorageError(Code.MISMATCH, "the roots differ", at=decode_path(request.path))
