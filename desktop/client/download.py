"""Downloads over one channel: small files pipelined and synced in groups, large ones block by block."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from desktop.client.answers import error_from, goodbye_from
from desktop.client.assistants import assisted
from desktop.client.fetch import PIECE, Fetch
from desktop.client.part_file import PartFile, kind_of, open_regular, sync_folder, sync_parts
from desktop.transfers.items import Existing
from desktop.transfers.ports import Conflicted, Finished, Job, Outcome, Stopped
from shared.errors import Code, ConnectionLostError, LocalError, PeerError, RemoteError, WherryError, local_errors
from shared.names import display, encode_path
from shared.protocol import limits, messages
from shared.protocol.blocks import NO_DIGEST, Layout, start_digest
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream

_WINDOW_FILES = 256
"""Requests ahead of the file that is being received: enough to hide a long round trip for small files. Half of them
are made at a time, so that many leave, arrive and are answered together."""

_FIRST_SHARE = 2
"""Blocks of a file that several channels fetch which the first one asks for before it knows how many there are."""

_SURELY_FREE = limits.MIB
"""Files below this size are not worth a look at the disk's space each: a full disk says so when they are written."""

_SHARES_AHEAD = 2
"""Shares asked for and not received: the next is on its way while the last arrives."""

_WAIT_S = 0.25
"""How long a channel that has nothing left to receive waits for the others before it looks around."""

_MOST_UNWANTED = 64 * limits.MIB
"""Content that may still come after a Stop, beside two blocks: what was on its way. Who sends more never heard it."""

_GROUP_FILES = 64
_GROUP_BYTES = 16 * limits.MIB
"""Small files are synced together: each waiting alone for the disk would take most of the time."""

Report = Callable[[Job, Outcome], None]


class Held(Protocol):
    """What lies here of a file already: its size and the digests of its blocks."""

    @property
    def size(self) -> int: ...

    @property
    def digests(self) -> tuple[bytes, ...]: ...


class Assistant(Protocol):
    """A further channel that helps to carry one file."""

    def assist_download(self, fetch: Fetch, held: Held) -> None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Held:
    """What lies on this disk of a file already: its blocks' digests, and the part they are in, or else where to copy
    them from. The part stays open, and so locked, from the digesting to the end: what was proven is what is kept."""

    size: int = 0
    digests: tuple[bytes, ...] = ()
    part: PartFile | None = None
    copy_from: int = -1

    def take_part(self) -> PartFile | None:
        part, self.part = self.part, None
        return part

    def close(self) -> None:
        if self.part is not None:
            self.part.close()
        if self.copy_from >= 0:
            os.close(self.copy_from)
            self.copy_from = -1


@dataclass(frozen=True, slots=True)
class _Received:
    job: Job
    part: PartFile
    outcome: Finished


class _Failure(Exception):  # noqa: N818  # carries an outcome through the receiving loop; never leaves this module
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Downloader:
    """Receives the files of one channel."""

    def __init__(
        self,
        stream: BlockingStream[ClientConversation],
        has_news: Callable[[], bool],
        open_other: Callable[[], Assistant],
    ) -> None:
        """``has_news`` says whether the server has spoken unasked; ``open_other`` opens a further channel of the
        session, for a file that several carry."""
        self._stream = stream
        self._has_news = has_news
        self._open_other = open_other
        self._buffer = memoryview(b"")
        self._asked: deque[tuple[Job, int]] = deque()
        self._group: list[_Received] = []
        self._group_bytes = 0

    def run(self, jobs: Iterable[Job], started: Callable[[Job], None], finished: Report) -> None:
        """Receive each file; outcomes come in order."""
        self._asked.clear()
        self._group.clear()
        self._group_bytes = 0
        try:
            for job in jobs:
                early = self._judge(job)
                if early is not None:
                    self._settle(finished)
                    finished(job, early)
                    continue
                started(job)
                if job.size > limits.MIN_BLOCK:
                    self._settle(finished)
                    finished(job, self._receive_large(job))
                    continue
                self._asked.append((job, self._ask(job, _Held())))
                if len(self._asked) >= _WINDOW_FILES:
                    while len(self._asked) > _WINDOW_FILES // 2:
                        self._receive_small(finished)
            self._settle(finished)
        finally:
            for received in self._group:
                received.part.close()

    def _judge(self, job: Job) -> Outcome | None:
        """Return the outcome of a job that must not even be asked for."""
        if job.progress.is_cancelled:
            return Stopped()
        try:
            encode_path(job.remote)
            return None if job.replace else conflict_at(job.local)
        except WherryError as error:
            return error

    # --- small files

    def _receive_small(self, finished: Report) -> None:
        job, request = self._asked.popleft()
        try:
            part, outcome = self._receive(job, request, _Held())
        except _Failure as failure:
            self._commit_group(finished)
            finished(job, failure.outcome)
            return
        self._group.append(_Received(job, part, outcome))
        self._group_bytes += outcome.size
        if len(self._group) >= _GROUP_FILES or self._group_bytes >= _GROUP_BYTES:
            self._commit_group(finished)

    def _settle(self, finished: Report) -> None:
        while self._asked:
            self._receive_small(finished)
        self._commit_group(finished)

    def _commit_group(self, finished: Report) -> None:
        """Bring the received files to the disk together, and give them their names."""
        outcomes: list[tuple[Job, Outcome]] = []
        failures = sync_parts([received.part for received in self._group])
        while self._group:
            received, failure = self._group.pop(0), failures.pop(0)
            if failure is not None:
                received.part.discard()
            outcomes.append((received.job, failure or _commit(received.job, received.part, received.outcome)))
        unsynced = {folder: sync_folder(folder) for folder in {os.path.dirname(job.local) for job, _ in outcomes}}
        for job, outcome in outcomes:
            failure = unsynced[os.path.dirname(job.local)] if isinstance(outcome, Finished) else None
            finished(job, failure or outcome)
        self._group_bytes = 0

    # --- large files

    def _receive_large(self, job: Job) -> Outcome:
        """Receive one file; blocks that arrived wrong are asked for again by asking for the file again."""
        for attempt in range(limits.BLOCK_ATTEMPTS):
            held = _Held()
            try:
                held = self._hold(job)
                # Several channels: the first share is small, and tells what there is to deal out.
                shares = job.channels > 1 and self._stream.conversation.knows_long_work
                first = range(_FIRST_SHARE) if shares else None
                part, outcome = self._receive(job, self._ask(job, held, first), held, first)
                (failure,) = sync_parts([part])
            except WherryError as error:
                if isinstance(error, LocalError):
                    return error
                raise
            except _Failure as failed:
                outcome_ = failed.outcome
                is_mismatch = isinstance(outcome_, RemoteError) and outcome_.code is Code.MISMATCH
                if is_mismatch and attempt + 1 < limits.BLOCK_ATTEMPTS:
                    continue
                return outcome_
            finally:
                held.close()
            if failure is not None:
                # Read back, it would look whole, and the next sync would find nothing to write: the system has given up
                # on what it could not.
                part.discard()
                return failure
            result = _commit(job, part, outcome)
            unsynced = sync_folder(os.path.dirname(job.local))
            return unsynced if unsynced is not None and isinstance(result, Finished) else result
        raise AssertionError("the last attempt returns")

    def assist(self, fetch: Fetch, held: Held) -> None:
        """Receive blocks of a file that another channel began, as long as there are any."""
        self._receive_shares(fetch, held)

    def _receive_shares(self, fetch: Fetch, held: Held) -> None:
        """Receive shares of a file until there are none, asking for the next before the last has come."""
        asked: deque[tuple[int, range]] = deque()
        shares = fetch.shares
        try:
            while True:
                if len(asked) < _SHARES_AHEAD and (blocks := shares.take()) is not None:
                    asked.append((self._ask(fetch.job, held, blocks), blocks))
                elif asked:
                    self._receive_range(fetch, *asked[0])
                    asked.popleft()
                    shares.finish()
                elif shares.is_over:
                    return
                else:
                    # The others are still at it.
                    if self._has_news():
                        self._next()
                        raise PeerError("nothing was asked of it")
                    if fetch.job.progress.is_cancelled:
                        fetch.fail(Stopped())
                    shares.wait(_WAIT_S)
        finally:
            for _, blocks in reversed(asked):
                shares.give_back(blocks)

    def _hold(self, job: Job) -> _Held:
        """Digest what an earlier attempt, or the file that is to be replaced, has of the content."""
        target = job.local
        held = _Held()
        if os.path.isdir(os.path.dirname(target)):
            held.part = PartFile(target)
        try:
            if held.part is not None and held.part.size:
                held.size = held.part.size
                held.digests = self._digests(held.part.descriptor, held.size, job)
            elif job.replace and os.path.isfile(target) and not os.path.islink(target):
                held.copy_from, found = open_regular(target)
                held.size = found.st_size
                held.digests = self._digests(held.copy_from, held.size, job)
        except BaseException:
            held.close()
            raise
        return held

    def _digests(self, descriptor: int, size: int, job: Job) -> tuple[bytes, ...]:
        layout = Layout(size)
        found = []
        for index in range(layout.count):
            if job.progress.is_cancelled:
                break
            self._stream.keep_alive()
            with local_errors(display(job.local)):
                found.append(self._digest(descriptor, layout.offset(index), layout.length(index)))
        return tuple(found)

    def _digest(self, descriptor: int, offset: int, length: int, copy_to: PartFile | None = None) -> bytes:
        """Return the digest of a range, NO_DIGEST when the file ends within it; write it to ``copy_to`` as well."""
        digest = start_digest()
        for start in range(0, length, PIECE):
            data = self._space(min(PIECE, length - start))
            if os.preadv(descriptor, [data], offset + start) != len(data):
                return NO_DIGEST
            digest.update(data)
            if copy_to is not None:
                copy_to.write(data, offset + start)
        return digest.digest()

    # --- both

    def _ask(self, job: Job, held: Held, blocks: range | None = None) -> int:
        """Ask for a file, or for some blocks of it."""
        request = self._stream.conversation.new_id()
        self._stream.send(
            messages.Get(
                id=request,
                path=encode_path(job.remote),
                have=held.digests,
                have_size=held.size,
                first=0 if blocks is None else blocks.start,
                count=None if blocks is None else len(blocks),
            )
        )
        return request

    def _receive(self, job: Job, request: int, held: _Held, first: range | None = None) -> tuple[PartFile, Finished]:
        """Receive one file into its part, verified and not yet synced; with others, if only its ``first`` blocks were
        asked for. Raises _Failure when it ends otherwise."""
        offer = self._next()
        if isinstance(offer, messages.Failed):
            raise _Failure(error_from(offer))
        if not isinstance(offer, messages.Offer):
            raise PeerError("an offer was due")
        part: PartFile | None = None
        failure: Outcome | None = None
        try:
            try:
                part = self._begin(job, offer, held)
            except WherryError as error:
                failure = error
            fetch = Fetch(job, offer, held.digests, held.size, part)
            if failure is not None:
                fetch.fail(failure)
            whole = range(fetch.layout.count)
            if first is None:
                self._receive_blocks(fetch, request, whole, is_whole=True)
            else:
                self._receive_with_others(fetch, request, whole[: first.stop], held)
            if fetch.failure is None and part is not None:
                failure = self._complete(fetch, part, held)
            if fetch.failure is not None or failure is not None or part is None:
                raise _Failure(fetch.failure or failure or Stopped())
            kept, part = part, None
            return kept, Finished(offer.size, fetch.root(), fetch.sent)
        finally:
            if part is not None:
                part.close()

    def _receive_with_others(self, fetch: Fetch, request: int, first: range, held: Held) -> None:
        fetch.deal(first.stop)
        others = 0 if fetch.shares.is_over or fetch.failure is not None else fetch.job.channels - 1
        with assisted(others, self._open_other, lambda other: other.assist_download(fetch, held)):
            self._receive_blocks(fetch, request, first)
            self._receive_shares(fetch, held)

    def _receive_range(self, fetch: Fetch, request: int, blocks: range) -> None:
        """Receive blocks that were asked for, from the offer on; what is wrong with them is the fetch's failure."""
        if fetch.failure is not None:
            self._stop(request)
        offer = self._next()
        if isinstance(offer, messages.Failed):
            fetch.fail(error_from(offer))
            return
        if not isinstance(offer, messages.Offer):
            raise PeerError("an offer was due")
        fetch.check_offer(offer)
        self._receive_blocks(fetch, request, blocks)

    def _receive_blocks(self, fetch: Fetch, request: int, blocks: range, *, is_whole: bool = False) -> None:
        """Receive blocks after their offer, to the end of them; ``is_whole``: the file was asked for, not a range."""
        is_told = False
        unwanted = 0
        position = blocks.start
        while True:
            if fetch.failure is None and fetch.job.progress.is_cancelled:
                fetch.fail(Stopped())
            if fetch.failure is not None and not is_told:
                # The rest is of no use: ask the server to stop instead of reading it all.
                is_told = True
                self._stop(request)
            message = self._next()
            if not isinstance(message, messages.Block):
                break
            if message.index not in blocks:
                raise PeerError("it sent a block that was not asked for")
            if is_told:
                unwanted += fetch.layout.length(message.index)
                if unwanted > _MOST_UNWANTED + 2 * fetch.layout.block_size:
                    # Else nobody could cancel a download from a server that does not listen.
                    raise ConnectionLostError("the other side goes on sending what it was asked to stop")
            fetch.receive_block(message, self._stream, self._space(min(PIECE, fetch.layout.block_size)))
            fetch.count(range(position, message.index + 1))
            position = message.index + 1
        if not isinstance(message, messages.End):
            raise PeerError("the end of a download was due")
        fetch.end(message, blocks, is_whole=is_whole)
        fetch.count(range(position, blocks.stop))

    def _stop(self, request: int) -> None:
        self._stream.send(messages.Stop(id=request))
        self._stream.flush()

    def _begin(self, job: Job, offer: messages.Offer, held: _Held) -> PartFile:
        part = held.take_part()
        try:
            if part is None:
                part = self._new_part(job.local)
            if offer.size - part.size > _SURELY_FREE:
                with local_errors(display(job.local)):
                    free = shutil.disk_usage(os.path.dirname(job.local)).free
                if offer.size - part.size > free:
                    detail = "the disk has not enough space for this file"
                    raise LocalError(Code.NO_SPACE, detail, path=display(job.local))
            if held.copy_from >= 0 or not held.digests:
                # Nothing in it was digested. (One that was may be longer than the file is now: its blocks count.)
                part.truncate(0)
            return part
        except BaseException:
            if part is not None:
                part.close()
            raise

    @staticmethod
    def _new_part(target: str) -> PartFile:
        try:
            return PartFile(target)
        except LocalError as error:
            if error.code is not Code.NOT_FOUND:
                raise
        with local_errors(display(target)):
            os.makedirs(os.path.dirname(target), exist_ok=True)
        return PartFile(target)

    def _complete(self, fetch: Fetch, part: PartFile, held: _Held) -> Outcome | None:
        """Fill up what did not travel, and see that all is there."""
        job, layout, offer = fetch.job, fetch.layout, fetch.offer
        try:
            if held.copy_from >= 0:
                self._copy_kept(part, fetch, held)
            if part.length < layout.size:
                # Belt and braces: cutting is right, but what is missing must never be filled up with zeros.
                return RemoteError(Code.MISMATCH, "the unfinished part is too short", path=display(job.local))
            part.truncate(layout.size)
            part.finish(offer.mode, offer.mtime_ns)
        except LocalError as error:
            return error
        job.progress.moved = layout.size
        return None

    def _copy_kept(self, part: PartFile, fetch: Fetch, held: _Held) -> None:
        """Copy the blocks that did not travel from the file that is replaced, verified as they are copied."""
        layout = fetch.layout
        for index in range(layout.count):
            if index in fetch.came:
                continue
            self._stream.keep_alive()
            with local_errors(display(part.target)):
                digest = self._digest(held.copy_from, layout.offset(index), layout.length(index), part)
            if digest != fetch.digests[index]:
                raise LocalError(Code.CHANGED, "the file to replace changed meanwhile", path=display(part.target))

    def _next(self) -> messages.Any:
        message = self._stream.receive()
        if isinstance(message, messages.Goodbye):
            raise goodbye_from(message)
        return message

    def _space(self, length: int) -> memoryview:
        if len(self._buffer) < length:
            self._buffer = memoryview(bytearray(length))
        return self._buffer[:length]


def conflict_at(target: str) -> Conflicted | None:
    """Return what stands at ``target``, a link itself. Raises LocalError."""
    with local_errors(display(target)):
        try:
            found = os.lstat(target)
        except (FileNotFoundError, NotADirectoryError):
            return None
    return Conflicted(Existing(kind_of(found.st_mode), found.st_size, found.st_mtime_ns))


def _commit(job: Job, part: PartFile, outcome: Finished) -> Outcome:
    try:
        part.commit(replace=job.replace)
    except LocalError as error:
        part.close()
        if error.code is Code.EXISTS:
            try:
                return conflict_at(part.target) or error
            except LocalError as nested:
                return nested
        return error
    return outcome
