"""A file that arrives in blocks: what of it is here already, what came, what is missing. Speaks to no peer."""

from __future__ import annotations

import os
from collections.abc import Callable

from server.storage.content import PIECE, copy_digesting, digest_range, has_content
from server.storage.failure import storage_errors
from server.storage.jail_posix import clone_file
from server.storage.staged import StagedFile
from shared.disk import start_writing_back
from shared.protocol.blocks import NO_DIGEST, Layout


def nobody_waits() -> None:
    """Be called between pieces of long work, and tell nobody."""


class Upload:
    """An upload into a staged file; close it whatever happened. For one thread.

    A block is *in place* when its content is in the staged file and was digested there or on its way there.
    """

    def __init__(
        self,
        file: StagedFile,
        layout: Layout,
        old: tuple[int, int] | None,
        still_at_it: Callable[[], None] = nobody_waits,
    ) -> None:
        """Take over ``old``, the open target with its size, and digest what is there, calling ``still_at_it`` between
        blocks. Not the file, when this raises."""
        self.file = file
        self.layout = layout
        self._old = -1 if old is None else old[0]
        self._in_place = [NO_DIGEST] * layout.count
        self._from_old = [NO_DIGEST] * layout.count
        self._was_sent = bytearray(layout.count)
        try:
            with storage_errors(file.plan.path):
                self._digest_held(Layout(0 if old is None else old[1]), still_at_it)
        except BaseException:
            self._close_old()
            raise
        self.have = tuple(mine or theirs for mine, theirs in zip(self._in_place, self._from_old, strict=True))
        """What can be offered: the digest of each block that is held, NO_DIGEST for the others."""

    @property
    def digests(self) -> tuple[bytes, ...]:
        """The digest of each block in place."""
        return tuple(self._in_place)

    @property
    def reused(self) -> int:
        """Bytes of the file that did not travel, once all is in place."""
        return sum(self.layout.length(index) for index, sent in enumerate(self._was_sent) if not sent)

    def write(self, index: int, start: int, view: memoryview) -> None:
        """Write a piece of a block, at ``start`` within it. The block is no longer in place."""
        self._in_place[index] = self._from_old[index] = NO_DIGEST
        self._was_sent[index] = 1
        self.file.write(self.layout.offset(index) + start, view)

    def accept(self, index: int, digest: bytes) -> None:
        """Say that the block just written has this digest, and that it is the right one."""
        self._in_place[index] = digest
        start_writing_back(self.file.handle, self.layout.offset(index), self.layout.length(index))

    def complete(self, still_at_it: Callable[[], None] = nobody_waits) -> tuple[int, ...]:
        """Fetch the blocks that nobody sent from the present target; return those that are not in place."""
        buffer: memoryview | None = None
        missing: list[int] = []
        for index, digest in enumerate(self._in_place):
            if digest:
                continue
            offered, self._from_old[index] = self._from_old[index], NO_DIGEST
            if offered:
                still_at_it()
                buffer = buffer or memoryview(bytearray(PIECE))
                if self._copy(index, buffer) == offered:
                    self._in_place[index] = offered
                    continue
            missing.append(index)
        return tuple(missing)

    def close(self) -> None:
        """End the upload: what is not published stays in staging for a resume."""
        self._close_old()
        self.file.close()

    def _close_old(self) -> None:
        if self._old >= 0:
            handle, self._old = self._old, -1
            os.close(handle)

    def _digest_held(self, old_layout: Layout, still_at_it: Callable[[], None]) -> None:
        if not self.layout.count:
            return
        buffer = memoryview(bytearray(min(PIECE, self.layout.size)))
        is_alike = self._old >= 0 and self._is_alike(old_layout, buffer)
        if is_alike and not os.fstat(self.file.handle).st_size:
            clone_file(self._old, self.file.handle)
        for index in range(self.layout.count):
            still_at_it()
            offset, length = self.layout.offset(index), self.layout.length(index)
            # A hole is no content, though it would read as zeros.
            if has_content(self.file.handle, offset, length):
                self._in_place[index] = digest_range(self.file.handle, offset, length, buffer) or NO_DIGEST
            if self._in_place[index] or self._old < 0 or index >= old_layout.count:
                continue
            if old_layout.length(index) != length:
                continue
            if is_alike:
                # Most of it will be kept: digested and copied in one go, it is read only once.
                copied = copy_digesting(self._old, self.file.handle, offset, length, buffer)
                self._in_place[index] = copied or NO_DIGEST
            elif self.file.plan.hints is None:
                self._from_old[index] = digest_range(self._old, offset, length, buffer) or NO_DIGEST

    def _is_alike(self, old_layout: Layout, buffer: memoryview) -> bool:
        """Whether any of the blocks that the sender gave as hints is in the present target. If none is, it is another
        content altogether, and not worth the time to read it."""
        for index, digest in (self.file.plan.hints or {}).items():
            if index >= min(self.layout.count, old_layout.count):
                continue
            offset, length = self.layout.offset(index), self.layout.length(index)
            if old_layout.length(index) == length and digest_range(self._old, offset, length, buffer) == digest:
                return True
        return False

    def _copy(self, index: int, buffer: memoryview) -> bytes | None:
        """Copy a block of the old file; return the digest of what was copied."""
        offset, length = self.layout.offset(index), self.layout.length(index)
        with storage_errors(self.file.plan.path):
            if self._old < 0:
                return None
            return copy_digesting(self._old, self.file.handle, offset, length, buffer)
