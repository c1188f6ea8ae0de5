"""Downloads over one channel: small files pipelined and synced in groups, large ones block by block."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop.client.answers import error_from, goodbye_from
from desktop.client.part_file import PartFile, kind_of, open_regular, sync_folder
from desktop.transfers.items import Existing
from desktop.transfers.ports import Conflicted, Finished, Job, Outcome, Stopped
from shared.errors import Code, LocalError, PeerError, RemoteError, WherryError, local_errors
from shared.names import display, encode_path
from shared.protocol import limits, messages
from shared.protocol.blocks import NO_DIGEST, Layout, is_comparable, root_of, start_digest
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream

_WINDOW_FILES = 64
"""Requests ahead of the file that is being received: enough to hide a long round trip for small files."""

_PIECE = limits.MIN_BLOCK
"""Content passes through memory in pieces of this size. A block of a huge file is larger, and how large is for the
server to claim."""

_GROUP_FILES = 64
_GROUP_BYTES = 16 * limits.MIB
"""Small files are synced together: each waiting alone for the disk would take most of the time."""

Report = Callable[[Job, Outcome], None]


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

    def __init__(self, stream: BlockingStream[ClientConversation]) -> None:
        self._stream = stream
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
            return None if job.replace else conflict_at(Path(job.local))
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
        """Give the received files their names; they were synced as they were received."""
        outcomes: list[tuple[Job, Outcome]] = []
        while self._group:
            received = self._group.pop(0)
            outcomes.append((received.job, _commit(received.job, received.part, received.outcome)))
        for folder in {Path(job.local).parent for job, _ in outcomes}:
            sync_folder(folder)
        for job, outcome in outcomes:
            finished(job, outcome)
        self._group_bytes = 0

    # --- large files

    def _receive_large(self, job: Job) -> Outcome:
        """Receive one file; blocks that arrived wrong are asked for again by asking for the file again."""
        target = Path(job.local)
        for attempt in range(limits.BLOCK_ATTEMPTS):
            held = _Held()
            try:
                held = self._hold(job)
                part, outcome = self._receive(job, self._ask(job, held), held)
            except WherryError as error:
                if isinstance(error, LocalError):
                    return error
                raise
            except _Failure as failure:
                outcome_ = failure.outcome
                is_mismatch = isinstance(outcome_, RemoteError) and outcome_.code is Code.MISMATCH
                if is_mismatch and attempt + 1 < limits.BLOCK_ATTEMPTS:
                    continue
                return outcome_
            finally:
                held.close()
            result = _commit(job, part, outcome)
            sync_folder(target.parent)
            return result
        raise AssertionError("the last attempt returns")

    def _hold(self, job: Job) -> _Held:
        """Digest what an earlier attempt, or the file that is to be replaced, has of the content."""
        target = Path(job.local)
        held = _Held()
        if target.parent.is_dir():
            held.part = PartFile(target)
        try:
            if held.part is not None and held.part.size:
                held.size = held.part.size
                held.digests = self._digests(held.part.descriptor, held.size, job)
            elif job.replace and target.is_file() and not target.is_symlink():
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
        for start in range(0, length, _PIECE):
            data = self._space(min(_PIECE, length - start))
            if os.preadv(descriptor, [data], offset + start) != len(data):
                return NO_DIGEST
            digest.update(data)
            if copy_to is not None:
                copy_to.write(data, offset + start)
        return digest.digest()

    # --- both

    def _ask(self, job: Job, held: _Held) -> int:
        request = self._stream.conversation.new_id()
        path = encode_path(job.remote)
        self._stream.send(messages.Get(id=request, path=path, have=held.digests, have_size=held.size))
        return request

    def _receive(self, job: Job, request: int, held: _Held) -> tuple[PartFile, Finished]:
        """Receive one file into its part, verified and synced. Raises _Failure when it ends otherwise."""
        offer = self._next()
        if isinstance(offer, messages.Failed):
            raise _Failure(error_from(offer))
        if not isinstance(offer, messages.Offer):
            raise PeerError("an offer was due")
        layout = Layout(offer.size)
        part: PartFile | None = None
        failure: Outcome | None = None
        try:
            try:
                part = self._begin(job, offer, held)
            except WherryError as error:
                failure = error
            digests: list[bytes] = list(held.digests[: layout.count]) if is_comparable(offer.size, held.size) else []
            digests += [NO_DIGEST] * (layout.count - len(digests))
            came: set[int] = set()
            is_told = False
            while isinstance(message := self._next(), messages.Block):
                came.add(message.index)
                if failure is None and job.progress.is_cancelled:
                    failure = Stopped()
                wanted = part if failure is None else None
                failure = self._receive_block(job, wanted, layout, message, digests) or failure
                if failure is not None and not is_told:
                    # The rest is of no use: ask the server to stop instead of reading it all.
                    is_told = True
                    self._stream.send(messages.Stop(id=request))
                    self._stream.flush()
            if not isinstance(message, messages.End):
                raise PeerError("the end of a download was due")
            if failure is None and not message.root:
                failure = RemoteError(Code.CHANGED, "it was written to while it was sent", path=display(job.local))
            if failure is None and part is not None:
                failure = self._complete(job, part, layout, held, digests, came, message.root, offer)
            if failure is not None or part is None:
                raise _Failure(failure or Stopped())
            kept, part = part, None
            return kept, Finished(offer.size, message.root, sum(layout.length(index) for index in came))
        finally:
            if part is not None:
                part.close()

    def _begin(self, job: Job, offer: messages.Offer, held: _Held) -> PartFile:
        target = Path(job.local)
        part = held.take_part()
        try:
            with local_errors(display(job.local)):
                target.parent.mkdir(parents=True, exist_ok=True)
                free = shutil.disk_usage(target.parent).free
            part = part or PartFile(target)
            if offer.size - part.size > free:
                raise LocalError(Code.NO_SPACE, "the disk has not enough space for this file", path=display(job.local))
            if held.copy_from >= 0 or not held.digests:
                # Nothing in it was digested. (One that was may be longer than the file is now: its blocks count.)
                part.truncate(0)
            return part
        except BaseException:
            if part is not None:
                part.close()
            raise

    def _receive_block(
        self, job: Job, part: PartFile | None, layout: Layout, block: messages.Block, digests: list[bytes]
    ) -> Outcome | None:
        """Receive one block and write it to ``part``, if it is still wanted; return why it could not be written.

        One that does not match its digest is no failure here: it is missing in the end, and asked for again.
        """
        offset, length = layout.offset(block.index), layout.length(block.index)
        digests[block.index] = NO_DIGEST
        digest = start_digest()
        failure: Outcome | None = None
        for start in range(0, length, _PIECE):
            data = self._space(min(_PIECE, length - start))
            self._stream.receive_data(data)
            if part is None or failure is not None:
                continue
            digest.update(data)
            try:
                part.write(data, offset + start)
            except LocalError as error:
                failure = error
            job.progress.sent += len(data)
        if part is not None and failure is None and digest.digest() == block.digest:
            digests[block.index] = block.digest
            job.progress.moved = offset + length
        return failure

    def _complete(
        self,
        job: Job,
        part: PartFile,
        layout: Layout,
        held: _Held,
        digests: list[bytes],
        came: set[int],
        root: bytes,
        offer: messages.Offer,
    ) -> Outcome | None:
        try:
            if held.copy_from >= 0:
                self._copy_kept(part, layout, held, digests, came)
            if any(not digest for digest in digests) or root_of(layout.size, digests) != root:
                return RemoteError(Code.MISMATCH, "the contents differ from the server's", path=display(job.local))
            if part.length < layout.size:
                # Belt and braces: cutting is right, but what is missing must never be filled up with zeros.
                return RemoteError(Code.MISMATCH, "the unfinished part is too short", path=display(job.local))
            part.truncate(layout.size)
            part.sync(offer.mode, offer.mtime_ns)
        except LocalError as error:
            return error
        job.progress.moved = layout.size
        return None

    def _copy_kept(self, part: PartFile, layout: Layout, held: _Held, digests: list[bytes], came: set[int]) -> None:
        """Copy the blocks that did not travel from the file that is replaced, verified as they are copied."""
        for index in range(layout.count):
            if index in came or not digests[index]:
                continue
            self._stream.keep_alive()
            with local_errors(display(str(part.target))):
                digest = self._digest(held.copy_from, layout.offset(index), layout.length(index), part)
            if digest != digests[index]:
                raise LocalError(Code.CHANGED, "the file to replace changed meanwhile", path=display(str(part.target)))

    def _next(self) -> messages.Any:
        message = self._stream.receive()
        if isinstance(message, messages.Goodbye):
            raise goodbye_from(message)
        return message

    def _space(self, length: int) -> memoryview:
        if len(self._buffer) < length:
            self._buffer = memoryview(bytearray(length))
        return self._buffer[:length]


def conflict_at(target: Path) -> Conflicted | None:
    """Return what stands at ``target``, a link itself. Raises LocalError."""
    with local_errors(display(str(target))):
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
