"""One upload that several connections of a session carry together, each other blocks of it. Speaks to no peer.

The connection that began the upload owns it, and alone ends it; the others assist until then. A block is written by
one connection at a time: of two that both send it, the second one's content is dropped.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server.requests.exchange import TransferMeter
from server.storage.upload import Upload

_TOKEN_BYTES = 16


class JointUpload:
    """An upload while it receives blocks. All methods but :meth:`end` may be called by several threads at once."""

    def __init__(self, upload: Upload, meter: TransferMeter) -> None:
        self.token = secrets.token_bytes(_TOKEN_BYTES)
        self.upload = upload
        self._meter = meter
        self._changed = threading.Condition()
        self._writers: set[int] = set()
        """Numbers of the blocks that somebody is sending."""
        self._writing = 0
        self._is_ended = False

    @contextmanager
    def block(self, index: int) -> Iterator[bool]:
        """Claim a block while its content comes; False when another connection is sending it."""
        with self._changed:
            is_mine = index not in self._writers
            self._writers.add(index)
        try:
            yield is_mine
        finally:
            if is_mine:
                with self._changed:
                    self._writers.discard(index)

    def write(self, index: int, start: int, view: memoryview, *, is_owner: bool) -> None:
        """Write a piece of a claimed block; once the upload has ended, nothing. Raises StorageError."""
        with self._used(is_owner) as is_open:
            if is_open:
                self.upload.write(index, start, view)
                with self._changed:
                    self._meter.moved += len(view)

    def accept(self, index: int, digest: bytes, *, is_owner: bool) -> bool:
        """Say that the claimed block has come, and what its digest is; False when the upload has ended before."""
        with self._used(is_owner) as is_open:
            if is_open:
                self.upload.accept(index, digest)
        return is_open

    def end(self) -> None:
        """Let only the owner write from now on, once nobody else is in the middle of a write; again does nothing."""
        with self._changed:
            self._is_ended = True
            self._changed.wait_for(lambda: not self._writing)
            # Whoever is still sending one of these will not write it.
            self._writers.clear()

    @contextmanager
    def _used(self, is_owner: bool) -> Iterator[bool]:
        if is_owner:
            # It waits for nobody: end() is its own.
            yield True
            return
        with self._changed:
            is_open = not self._is_ended
            self._writing += is_open
        try:
            yield is_open
        finally:
            if is_open:
                with self._changed:
                    self._writing -= 1
                    self._changed.notify_all()


class JointUploads:
    """The uploads of one session that may be assisted. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[bytes, JointUpload] = {}

    @contextmanager
    def opened(self, joint: JointUpload) -> Iterator[None]:
        """Let others find the upload; at the end nobody else writes to it any more."""
        with self._lock:
            self._open[joint.token] = joint
        try:
            yield
        finally:
            with self._lock:
                del self._open[joint.token]
            joint.end()

    def find(self, token: bytes) -> JointUpload | None:
        """Return the upload of that name, if it is still under way."""
        with self._lock:
            return next((each for each in self._open.values() if hmac.compare_digest(each.token, token)), None)
