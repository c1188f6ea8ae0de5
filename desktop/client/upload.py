"""Uploads over one channel: small files pipelined, large ones block by block, only what the server lacks."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop.client.answers import entry_from, error_from, goodbye_from
from desktop.client.part_file import open_regular
from desktop.transfers.items import Existing
from desktop.transfers.ports import Conflicted, Finished, Job, Outcome, Stopped
from shared.errors import Code, LocalError, PeerError, WherryError, local_errors
from shared.names import BadNameError, display, encode_path
from shared.protocol import limits, messages
from shared.protocol.blocks import NO_DIGEST, Layout, digest_block, root_of, start_digest
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream

_WINDOW_FILES = 256
_WINDOW_BYTES = 16 * limits.MIB
"""Small files on their way without an answer. Bounded by count too: their answers must fit the send buffers of
a server that nobody reads from meanwhile."""

_PIECE = limits.MIN_BLOCK
"""Content passes through memory in pieces of this size. Blocks of a huge file are larger: those are read to be
digested, then again to be sent."""

_CHANGED = "changed"
_STOPPED = "cancelled"


@dataclass(frozen=True, slots=True)
class _Sent:
    job: Job
    request: int
    size: int
    root: bytes


class Uploader:
    """Sends the files of one channel. ``has_news`` says whether the server has spoken in the middle of a file."""

    def __init__(self, stream: BlockingStream[ClientConversation], has_news: Callable[[], bool]) -> None:
        self._stream = stream
        self._has_news = has_news
        self._buffer = memoryview(b"")
        self._window: deque[_Sent] = deque()
        self._window_bytes = 0

    def run(
        self, jobs: Iterable[Job], started: Callable[[Job], None], finished: Callable[[Job, Outcome], None]
    ) -> None:
        """Send each file; outcomes come in order."""
        self._window.clear()
        self._window_bytes = 0
        for job in jobs:
            if job.progress.is_cancelled:
                self._drain(finished)
                finished(job, Stopped())
                continue
            started(job)
            try:
                descriptor, found = open_regular(Path(job.local))
            except WherryError as error:
                self._drain(finished)
                finished(job, error)
                continue
            try:
                if found.st_size <= limits.MIN_BLOCK:
                    self._send_small(job, descriptor, found, finished)
                else:
                    self._drain(finished)
                    finished(job, self._send_large(job, descriptor, found))
            finally:
                os.close(descriptor)
        self._drain(finished)

    # --- small files

    def _send_small(
        self, job: Job, descriptor: int, found: os.stat_result, finished: Callable[[Job, Outcome], None]
    ) -> None:
        data = self._space(found.st_size)
        try:
            path = encode_path(job.remote)
            if not _read_all(descriptor, data, 0, job) or _has_changed(descriptor, found, job):
                raise _changed(job)
        except WherryError as error:
            self._drain(finished)
            finished(job, error)
            return
        digests = (digest_block(data),) if data else ()
        root = root_of(len(data), digests)
        request = self._put(job, path, found, inline=True)
        if data:
            self._stream.send_data(data)
        self._stream.send(messages.End(id=request, root=root))
        job.progress.moved = job.progress.sent = len(data)
        self._window.append(_Sent(job, request, len(data), root))
        self._window_bytes += len(data)
        while len(self._window) >= _WINDOW_FILES or self._window_bytes > _WINDOW_BYTES:
            self._take_answer(finished)

    def _take_answer(self, finished: Callable[[Job, Outcome], None]) -> None:
        sent = self._window[0]
        answer = self._receive()
        self._window.popleft()
        self._window_bytes -= sent.size
        if isinstance(answer, messages.Stored):
            finished(sent.job, _verified(answer, sent.size, sent.root, sent.size))
        else:
            finished(sent.job, _failure(answer, sent.job))

    def _drain(self, finished: Callable[[Job, Outcome], None]) -> None:
        while self._window:
            self._take_answer(finished)

    # --- large files

    def _send_large(self, job: Job, descriptor: int, found: os.stat_result) -> Outcome:
        layout = Layout(found.st_size)
        try:
            path = encode_path(job.remote)
        except BadNameError as error:
            return error
        request = self._put(job, path, found, inline=False)
        answer = self._receive()
        if not isinstance(answer, messages.Ready):
            return _failure(answer, job)
        digests: list[bytes] = [NO_DIGEST] * layout.count
        wanted: Iterable[int] = range(layout.count)
        held = answer.have
        sent = 0
        while True:
            for index in wanted:
                if job.progress.is_cancelled:
                    return self._give_up(request, _STOPPED, Stopped())
                if self._has_news():
                    # The server only speaks now to say that it cannot go on: a full disk, a quota.
                    return self._give_up_on(request, self._receive(), job)
                # Blocks that the server holds are only read: it must not take that for a dead line.
                self._stream.keep_alive()
                offset, length = layout.offset(index), layout.length(index)
                try:
                    digest = self._digest(descriptor, offset, length, job)
                    is_new = not digests[index]
                    digests[index] = digest
                    if not (is_new and index < len(held) and held[index] == digest):
                        self._stream.send(messages.Block(id=request, index=index, digest=digest))
                        self._send_content(descriptor, offset, length, job)
                        sent += length
                except LocalError as error:
                    return self._give_up(request, error.code.value, error)
                if is_new:
                    job.progress.moved += length
            if _has_changed(descriptor, found, job):
                return self._give_up(request, _CHANGED, _changed(job))
            root = root_of(layout.size, digests)
            self._stream.send(messages.End(id=request, root=root))
            answer = self._receive()
            if isinstance(answer, messages.Again):
                wanted, held = answer.blocks, ()
                continue
            if isinstance(answer, messages.Stored):
                return _verified(answer, layout.size, root, sent)
            return _failure(answer, job)

    def _digest(self, descriptor: int, offset: int, length: int, job: Job) -> bytes:
        """Return the digest of a block; raises LocalError, also when the file ends within it."""
        digest = start_digest()
        for start in range(0, length, _PIECE):
            data = self._space(min(_PIECE, length - start))
            if not _read_all(descriptor, data, offset + start, job):
                raise _changed(job)
            digest.update(data)
        return digest.digest()

    def _send_content(self, descriptor: int, offset: int, length: int, job: Job) -> None:
        """Send the block that was just digested, in full whatever happens: its length is announced.

        Raises LocalError after that when it could not be read again; the server finds its digest wrong.
        """
        failure: LocalError | None = None
        for start in range(0, length, _PIECE):
            data = self._space(min(_PIECE, length - start))
            if length > _PIECE and failure is None:
                try:
                    if not _read_all(descriptor, data, offset + start, job):
                        failure = _changed(job)
                except LocalError as error:
                    failure = error
            self._stream.send_data(data)
            job.progress.sent += len(data)
        if failure is not None:
            raise failure

    def _give_up(self, request: int, reason: str, outcome: Outcome) -> Outcome:
        self._stream.send(messages.End(id=request, root=b"", reason=reason))
        if not isinstance(self._receive(), messages.Failed):
            raise PeerError("it went on with an upload that was given up")
        return outcome

    def _give_up_on(self, request: int, answer: messages.Any, job: Job) -> Outcome:
        self._stream.send(messages.End(id=request, root=b"", reason=_STOPPED))
        self._stream.flush()
        return _failure(answer, job)

    # --- both

    def _put(self, job: Job, path: tuple[bytes, ...], found: os.stat_result, *, inline: bool) -> int:
        request = self._stream.conversation.new_id()
        self._stream.send(
            messages.Put(
                id=request,
                path=path,
                size=found.st_size,
                mtime_ns=found.st_mtime_ns,
                mode=stat.S_IMODE(found.st_mode) & 0o777,
                exists=messages.Exists.REPLACE if job.replace else messages.Exists.REFUSE,
                inline=inline,
                parents=True,
            )
        )
        return request

    def _receive(self) -> messages.Any:
        answer = self._stream.receive()
        if isinstance(answer, messages.Goodbye):
            raise goodbye_from(answer)
        return answer

    def _space(self, length: int) -> memoryview:
        if len(self._buffer) < length:
            self._buffer = memoryview(bytearray(length))
        return self._buffer[:length]


def _read_all(descriptor: int, into: memoryview, offset: int, job: Job) -> bool:
    """Fill ``into`` from the file; False when the file ends before."""
    with local_errors(display(job.local)):
        while into:
            count = os.preadv(descriptor, [into], offset)
            if not count:
                return False
            into, offset = into[count:], offset + count
    return True


def _has_changed(descriptor: int, found: os.stat_result, job: Job) -> bool:
    """Whether the file was written to, or is no longer the one that its name leads to."""
    with local_errors(display(job.local)):
        now = os.fstat(descriptor)
        try:
            named = os.lstat(job.local)
        except FileNotFoundError:
            return True
    return (now.st_size, now.st_mtime_ns) != (found.st_size, found.st_mtime_ns) or not os.path.samestat(now, named)


def _changed(job: Job) -> LocalError:
    return LocalError(Code.CHANGED, "it was written to while it was sent", path=display(job.local))


def _verified(answer: messages.Stored, size: int, root: bytes, sent: int) -> Outcome:
    if answer.root != root:
        raise PeerError("it stored something else than what was sent")
    return Finished(size, root, sent)


def _failure(answer: messages.Any, job: Job) -> Outcome:
    if not isinstance(answer, messages.Failed):
        raise PeerError(f"“{type(answer).__name__}” is no end of an upload")
    # Once replacing was allowed there is nothing left to ask: a question would be answered the same way for ever.
    if answer.code == Code.EXISTS and not job.replace:
        if answer.entry is None:
            return Conflicted(None)
        entry = entry_from(answer.entry)
        return Conflicted(Existing(entry.kind, entry.size, entry.mtime_ns))
    return error_from(answer)
