"""One large file on its way down: what is known of it, what has come, and who fetches what. Used by its channels."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from desktop.client.part_file import PartFile
from desktop.client.shares import Shares
from desktop.transfers.ports import Job, Outcome
from shared.errors import Code, LocalError, RemoteError
from shared.names import display
from shared.protocol import limits, messages
from shared.protocol.blocks import NO_DIGEST, Layout, is_comparable, range_root, root_of, start_digest
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream

PIECE = limits.MIB
"""Content passes through memory in pieces of this size: few enough calls, and progress that shows on a slow line."""

_LEAST_SHARE = 8
"""Blocks that a channel asks for at a time, at the least: enough to hide the request for the next ones."""

Stream = BlockingStream[ClientConversation]


class Fetch:
    """A download under way, from the server's offer on. Its channels call :meth:`receive`, each with a stream of its
    own and ranges of blocks that nobody else has. Thread-safe."""

    def __init__(
        self, job: Job, offer: messages.Offer, held: Sequence[bytes], held_size: int, part: PartFile | None
    ) -> None:
        """``held`` are the digests of what lies here already, a file of ``held_size`` bytes. Without ``part``, which
        stays the caller's, what comes is dropped."""
        self.job = job
        self.offer = offer
        self.part = part
        self.layout = Layout(offer.size)
        digests = list(held[: self.layout.count]) if is_comparable(offer.size, held_size) else []
        self.digests = digests + [NO_DIGEST] * (self.layout.count - len(digests))
        """Of each block that lies here, or came; NO_DIGEST for the others."""
        self.came: set[int] = set()
        """The blocks that travelled."""
        self.failure: Outcome | None = None
        self.shares = Shares(range(0), 1, _LEAST_SHARE)
        self._lock = threading.Lock()
        self._root = b""

    def deal(self, first: int) -> None:
        """Deal the blocks from ``first`` on out to the channels of the job."""
        self.shares = Shares(range(first, self.layout.count), self.job.channels, _LEAST_SHARE)
        if self.failure is not None:
            # There was no room for it, say: it had failed before there was anything to deal out.
            self.shares.stop()

    @property
    def sent(self) -> int:
        """Bytes of content that travelled."""
        return sum(map(self.layout.length, self.came))

    def fail(self, failure: Outcome) -> None:
        """The download cannot be completed: nobody need go on. The first failure is the one that is told."""
        with self._lock:
            self.failure = self.failure or failure
        self.shares.stop()

    def check_offer(self, offer: messages.Offer) -> None:
        """Take note when another channel was offered something else: the file changed between the two."""
        ours = (self.offer.size, self.offer.mtime_ns, self.offer.version)
        if (offer.size, offer.mtime_ns, offer.version) != ours:
            self.fail(changed(self.job))

    def receive_block(self, block: messages.Block, stream: Stream, buffer: memoryview) -> None:
        """Receive the content of a block and write it to the part, if it is still wanted.

        One that does not match its digest is no failure here: it is missing in the end, and asked for again.
        """
        layout, job = self.layout, self.job
        offset, length = layout.offset(block.index), layout.length(block.index)
        part = self.part if self.failure is None else None
        with self._lock:
            self.came.add(block.index)
        self.digests[block.index] = NO_DIGEST
        digest = start_digest()
        for start in range(0, length, PIECE):
            data = buffer[: min(PIECE, length - start)]
            stream.receive_data(data)
            if part is None:
                continue
            digest.update(data)
            try:
                part.write(data, offset + start)
            except LocalError as error:
                self.fail(error)
                part = None
            with self._lock:
                job.progress.sent += len(data)
        if part is not None and digest.digest() == block.digest:
            self.digests[block.index] = block.digest

    def count(self, blocks: range) -> None:
        """Count blocks as done with, whether they travelled or not."""
        with self._lock:
            self.job.progress.moved += sum(map(self.layout.length, blocks))

    def end(self, end: messages.End, blocks: range, *, is_whole: bool) -> None:
        """Compare what is here of ``blocks`` with what the server says of them."""
        if self.failure is not None:
            return
        if not end.root:
            self.fail(changed(self.job))
            return
        digests = self.digests[blocks.start : blocks.stop]
        size = self.layout.size
        if all(digests) and end.root == (
            root_of(size, digests) if is_whole else range_root(size, blocks.start, digests)
        ):
            if is_whole:
                self._root = end.root
            return
        self.fail(RemoteError(Code.MISMATCH, "the contents differ from the server's", path=display(self.job.local)))

    def root(self) -> bytes:
        """Return the root of the whole file. Raises ValueError unless all of it is here."""
        return self._root or root_of(self.layout.size, self.digests)


def changed(job: Job) -> RemoteError:
    """Return the failure of a file that was written to on the server while it was sent."""
    return RemoteError(Code.CHANGED, "it was written to while it was sent", path=display(job.local))
