"""Uploads over one channel: small files pipelined, large ones block by block, only what the server lacks."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from desktop.client.answers import entry_from, error_from, goodbye_from
from desktop.client.assistants import assisted
from desktop.client.part_file import open_regular, read_fully
from desktop.client.shipment import BlockReader, Shipment, changed
from desktop.transfers.items import Existing
from desktop.transfers.ports import Conflicted, Finished, Job, Outcome, Stopped
from shared.errors import Code, LocalError, PeerError, WherryError, local_errors
from shared.names import display, encode_path
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block, root_of
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream

_WINDOW_FILES = 256
_WINDOW_BYTES = 16 * limits.MIB
"""Small files on their way without an answer. Bounded by count too: their answers must fit the send buffers of
a server that nobody reads from meanwhile."""

_WAIT_S = 0.25
"""How long a channel that has nothing left to send waits for the others before it looks around."""

_CHANGED = "changed"
_STOPPED = "cancelled"


class Assistant(Protocol):
    """A further channel that helps to carry one file."""

    def assist_upload(self, shipment: Shipment, token: bytes) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Sent:
    job: Job
    request: int
    size: int
    root: bytes


class Uploader:
    """Sends the files of one channel. ``has_news`` says whether the server has spoken in the middle of a file;
    ``open_other`` opens a further channel of the session, for a file that several carry."""

    def __init__(
        self,
        stream: BlockingStream[ClientConversation],
        has_news: Callable[[], bool],
        open_other: Callable[[], Assistant],
    ) -> None:
        self._stream = stream
        self._has_news = has_news
        self._open_other = open_other
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
                descriptor, found = open_regular(job.local)
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
            with local_errors(display(job.local)):
                is_whole = read_fully(descriptor, data, 0)
            if not is_whole or _has_changed(descriptor, found, job):
                raise changed(job)
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
        try:
            path = encode_path(job.remote)
            shipment = Shipment(job, descriptor, found)
            reader = shipment.reader()
            hints = shipment.hints(reader) if job.replace else ()
        except WherryError as error:
            return error
        request = self._put(job, path, found, inline=False, hints=hints)
        if job.replace:
            self._stream.flush()
            # The server reads what it has of the file already; so does this end meanwhile. What cannot be read comes
            # up again where it can be answered.
            with suppress(LocalError):
                shipment.read_ahead(reader, lambda: not (job.progress.is_cancelled or self._has_news()))
        answer = self._receive()
        if not isinstance(answer, messages.Ready):
            return _failure(answer, job)
        shipment.begin(answer.have)
        token = answer.upload
        others = job.channels - 1 if token is not None else 0
        with assisted(others, self._open_other, lambda other: other.assist_upload(shipment, token or b"")):
            outcome = self._send_shares(shipment, request, reader)
        return outcome or self._end_large(shipment, request, reader, found)

    def _send_shares(self, shipment: Shipment, request: int, reader: BlockReader) -> Outcome | None:
        """Send blocks until all are sent, by this channel and the others; return why not."""
        shares = shipment.shares
        following = 0
        while not shares.is_over:
            blocks = shares.take()
            if blocks is None:
                # The others are still at it.
                outcome = self._interruption(shipment, request)
                shares.wait(_WAIT_S)
            else:
                # What another has given back can be behind what was sent here, and blocks only go in ascending order:
                # the server will ask for it in the end.
                outcome = self._send_blocks(shipment, blocks, request, reader, only_read=blocks.start < following)
                following = max(following, blocks.stop)
                shares.finish()
            if outcome is not None:
                shares.stop()
                return outcome
        return None if shipment.failure is None else self._give_up(request, shipment.failure.code, shipment.failure)

    def _send_blocks(
        self, shipment: Shipment, blocks: Iterable[int], request: int, reader: BlockReader, *, only_read: bool = False
    ) -> Outcome | None:
        for index in blocks:
            if (outcome := self._interruption(shipment, request)) is not None:
                return outcome
            try:
                if only_read:
                    shipment.read(index, reader)
                else:
                    shipment.send(index, request, self._stream, reader)
            except LocalError as error:
                return self._give_up(request, error.code, error)
        return None

    def _interruption(self, shipment: Shipment, request: int) -> Outcome | None:
        """Return why the upload must not go on, having told the server."""
        if shipment.job.progress.is_cancelled:
            return self._give_up(request, _STOPPED, Stopped())
        if shipment.failure is not None:
            return self._give_up(request, shipment.failure.code, shipment.failure)
        if self._has_news():
            # The server only speaks now to say that it cannot go on: a full disk, a quota.
            return self._give_up_on(request, self._receive(), shipment.job)
        # Blocks that the server holds are only read: it must not take that for a dead line.
        self._stream.keep_alive()
        return None

    def _end_large(self, shipment: Shipment, request: int, reader: BlockReader, found: os.stat_result) -> Outcome:
        """Have the server put it together, and send what it lacks."""
        job = shipment.job
        while True:
            try:
                if _has_changed(reader.descriptor, found, job):
                    return self._give_up(request, _CHANGED, changed(job))
            except LocalError as error:
                return self._give_up(request, error.code, error)
            root = root_of(shipment.layout.size, shipment.digests)
            self._stream.send(messages.End(id=request, root=root))
            answer = self._receive()
            if isinstance(answer, messages.Again):
                shipment.send_again(answer.blocks)
                outcome = self._send_blocks(shipment, answer.blocks, request, reader)
                if outcome is not None:
                    return outcome
                continue
            if isinstance(answer, messages.Stored):
                return _verified(answer, shipment.layout.size, root, shipment.sent)
            return _failure(answer, job)

    def assist(self, shipment: Shipment, token: bytes) -> None:
        """Send blocks of an upload that another channel began, as long as there are any."""
        request = self._stream.conversation.new_id()
        self._stream.send(messages.Assist(id=request, upload=token, size=shipment.layout.size))
        if not isinstance(self._receive(), messages.Ready):
            return
        reader = shipment.reader()
        taken: list[range] = []
        try:
            following = 0
            while (blocks := shipment.shares.take()) is not None:
                taken.append(blocks)
                if blocks.start < following:
                    # Somebody gave it back; here blocks only go in ascending order.
                    break
                following = blocks.stop
                if not self._assist_with(shipment, blocks, request, reader):
                    return
            self._stream.send(messages.End(id=request, root=b""))
            if isinstance(self._receive(), messages.Done):
                late = taken.pop() if blocks is not None else None
                shipment.shares.finish(len(taken))
                taken = [] if late is None else [late]
        finally:
            for blocks in reversed(taken):
                shipment.shares.give_back(blocks)

    def _assist_with(self, shipment: Shipment, blocks: Iterable[int], request: int, reader: BlockReader) -> bool:
        for index in blocks:
            if shipment.job.progress.is_cancelled or shipment.failure is not None or self._has_news():
                return False
            self._stream.keep_alive()
            try:
                shipment.send(index, request, self._stream, reader)
            except LocalError as error:
                shipment.fail(error)
                return False
        return True

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

    def _put(
        self,
        job: Job,
        path: tuple[bytes, ...],
        found: os.stat_result,
        *,
        inline: bool,
        hints: tuple[tuple[int, bytes], ...] = (),
    ) -> int:
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
                hints=hints,
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


def _has_changed(descriptor: int, found: os.stat_result, job: Job) -> bool:
    """Whether the file was written to, or is no longer the one that its name leads to."""
    with local_errors(display(job.local)):
        now = os.fstat(descriptor)
        try:
            named = os.lstat(job.local)
        except FileNotFoundError:
            return True
    return (now.st_size, now.st_mtime_ns) != (found.st_size, found.st_mtime_ns) or not os.path.samestat(now, named)


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
