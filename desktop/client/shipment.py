"""One large file on its way up: what the server has of it, what was read, and who sends what. Used by its channels."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

from desktop.client.part_file import read_fully
from desktop.client.shares import Shares
from desktop.transfers.ports import Job
from shared.errors import Code, LocalError, local_errors
from shared.names import display
from shared.protocol import limits, messages
from shared.protocol.blocks import NO_DIGEST, Layout, start_digest
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream

_PIECE = limits.MIN_BLOCK
"""Content passes through memory in pieces of this size. Blocks of a huge file are larger: those are read to be
digested, then again to be sent."""

_STEP = limits.MIB
"""Bytes between two reports: progress shows on a slow line too."""

_LEAST_SHARE = 4
"""Blocks that a channel takes at a time, at the least."""

_HINTS = 8

Stream = BlockingStream[ClientConversation]


def changed(job: Job) -> LocalError:
    """Return the failure of a file that was written to while it was sent."""
    return LocalError(Code.CHANGED, "it was written to while it was sent", path=display(job.local))


class BlockReader:
    """Reads the file's blocks for one channel, through memory of its own."""

    def __init__(self, job: Job, descriptor: int, layout: Layout) -> None:
        self.layout = layout
        self.descriptor = descriptor
        self._job = job
        self._buffer = memoryview(bytearray(min(_PIECE, layout.size)))

    def digest(self, index: int) -> bytes:
        """Return the digest of a block; raises LocalError, also when the file ends within it."""
        digest = start_digest()
        for start, data in self._pieces(index):
            self._read(index, start, data)
            digest.update(data)
        return digest.digest()

    def send_content(self, index: int, stream: Stream, sent: Callable[[int], None]) -> None:
        """Send the block that was just digested, in full whatever happens: its length is announced. ``sent`` is called
        with the number of bytes now and then.

        Raises LocalError after that when it could not be read again; the server finds its digest wrong.
        """
        failure: LocalError | None = None
        for start, data in self._pieces(index):
            if self.layout.length(index) > _PIECE and failure is None:
                try:
                    self._read(index, start, data)
                except LocalError as error:
                    failure = error
            for begin in range(0, len(data), _STEP):
                piece = data[begin : begin + _STEP]
                stream.send_data(piece)
                sent(len(piece))
        if failure is not None:
            raise failure

    def _pieces(self, index: int) -> list[tuple[int, memoryview]]:
        length = self.layout.length(index)
        return [(start, self._buffer[: min(_PIECE, length - start)]) for start in range(0, length, _PIECE)]

    def _read(self, index: int, start: int, into: memoryview) -> None:
        with local_errors(display(self._job.local)):
            is_whole = read_fully(self.descriptor, into, self.layout.offset(index) + start)
        if not is_whole:
            raise changed(self._job)


class Shipment:
    """A large upload under way. Its channels call :meth:`send`, each with a stream of its own. Thread-safe."""

    def __init__(self, job: Job, descriptor: int, found: os.stat_result) -> None:
        """``descriptor`` stays the caller's, and open until all channels are done."""
        self.job = job
        self.layout = Layout(found.st_size)
        self.failure: LocalError | None = None
        self.sent = 0
        """Bytes of content that travelled."""
        self._descriptor = descriptor
        self._held: Sequence[bytes] = ()
        self._digests = [NO_DIGEST] * self.layout.count
        self._known = [NO_DIGEST] * self.layout.count
        self._lock = threading.Lock()
        self.shares = Shares(range(self.layout.count), job.channels, _LEAST_SHARE)

    @property
    def digests(self) -> Sequence[bytes]:
        """Of all blocks; NO_DIGEST for those that nobody came to yet."""
        return self._digests

    def reader(self) -> BlockReader:
        """Return what reads the file for one channel."""
        return BlockReader(self.job, self._descriptor, self.layout)

    def hints(self, reader: BlockReader) -> tuple[tuple[int, bytes], ...]:
        """Return the digests of a few blocks from all over the file; raises LocalError."""
        count = min(_HINTS, self.layout.count)
        indexes = sorted({part * (self.layout.count - 1) // max(count - 1, 1) for part in range(count)})
        return tuple((index, reader.digest(index)) for index in indexes)

    def read_ahead(self, reader: BlockReader, goes_on: Callable[[], bool]) -> None:
        """Digest blocks as long as there is nothing else to do. Raises LocalError."""
        for index in range(self.layout.count):
            if not goes_on():
                return
            self._known[index] = reader.digest(index)

    def begin(self, held: Sequence[bytes]) -> None:
        """Take note of what the server has."""
        self._held = held

    def send_again(self, blocks: Sequence[int]) -> None:
        """What the server has of these blocks is not what it should be."""
        for index in blocks:
            self._known[index] = NO_DIGEST
        self._held = ()

    def send(self, index: int, request: int, stream: Stream, reader: BlockReader) -> None:
        """Send a block, if the server has it not. Raises LocalError when it could not be read; then what was sent, if
        anything, fails its digest."""
        digest, self._known[index] = self._known[index], NO_DIGEST
        length = self.layout.length(index)
        is_new = not self._digests[index]
        is_held = is_new and index < len(self._held)
        if not (digest and is_held and self._held[index] == digest):
            digest = reader.digest(index)
            if not (is_held and self._held[index] == digest):
                stream.send(messages.Block(id=request, index=index, digest=digest))
                reader.send_content(index, stream, self._count)
        self._digests[index] = digest
        if is_new:
            with self._lock:
                self.job.progress.moved += length

    def _count(self, sent: int) -> None:
        with self._lock:
            self.sent += sent
            self.job.progress.sent += sent

    def read(self, index: int, reader: BlockReader) -> None:
        """Only digest a block: the server is to find out whether it has it. Raises LocalError."""
        self._digests[index] = reader.digest(index)

    def fail(self, error: LocalError) -> None:
        """The file cannot be read as it should be: nobody need go on."""
        with self._lock:
            self.failure = self.failure or error
        self.shares.stop()
