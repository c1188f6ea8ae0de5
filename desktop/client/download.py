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
from shared.protocol.blocks import Layout, digest_block, is_comparable, root_of
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream

_WINDOW_FILES = 64
"""Requests ahead of the file that is being received: enough to hide a long round trip for small files."""

_GROUP_FILES = 64
_GROUP_BYTES = 16 * limits.MIB
"""Small files are synced together: each waiting alone for the disk would take most of the time."""

Report = Callable[[Job, Outcome], None]


@dataclass(slots=True)
class _Held:
    """What lies on this disk of a file already: its blocks' digests, and where to copy them from if not in place."""

    size: int = 0
    digests: tuple[bytes, ...] = ()
    copy_from: int = -1

    def close(self) -> None:
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
        if target.parent.is_dir():
            part = PartFile(target)
            try:
                if part.size:
                    return _Held(part.size, self._digests(part.descriptor, part.size, job))
            finally:
                part.close()
        if not job.replace or not target.is_file() or target.is_symlink():
            return _Held()
        descriptor, found = open_regular(target)
        try:
            return _Held(found.st_size, self._digests(descriptor, found.st_size, job), descriptor)
        except BaseException:
            os.close(descriptor)
            raise

    def _digests(self, descriptor: int, size: int, job: Job) -> tuple[bytes, ...]:
        layout = Layout(size)
        found = []
        for index in range(layout.count):
            if job.progress.is_cancelled:
                break
            data = self._space(layout.length(index))
            with local_errors(display(job.local)):
                is_whole = os.preadv(descriptor, [data], layout.offset(index)) == len(data)
            found.append(digest_block(data) if is_whole else b"")
        return tuple(found)

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
            digests += [b""] * (layout.count - len(digests))
            came: set[int] = set()
            is_told = False
            while isinstance(message := self._next(), messages.Block):
                data = self._space(layout.length(message.index))
                self._stream.receive_data(data)
                came.add(message.index)
                if failure is None and job.progress.is_cancelled:
                    failure = Stopped()
                if failure is None and part is not None:
                    failure = self._keep(job, part, layout, message, data, digests)
                if failure is not None and not is_told and not isinstance(failure, RemoteError):
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
        with local_errors(display(job.local)):
            target.parent.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(target.parent).free
        part = PartFile(target)
        try:
            if offer.size - part.size > free:
                raise LocalError(Code.NO_SPACE, "the disk has not enough space for this file", path=display(job.local))
            if held.copy_from >= 0 or part.size > offer.size or not held.digests:
                part.truncate(0)
            return part
        except BaseException:
            part.close()
            raise

    def _keep(
        self, job: Job, part: PartFile, layout: Layout, block: messages.Block, data: memoryview, digests: list[bytes]
    ) -> Outcome | None:
        """Verify and write one block; return the failure, if any."""
        digest = digest_block(data)
        if digest != block.digest:
            digests[block.index] = b""
            return RemoteError(Code.MISMATCH, "a block arrived damaged", path=display(job.local))
        try:
            part.write(data, layout.offset(block.index))
        except LocalError as error:
            return error
        digests[block.index] = digest
        job.progress.sent += len(data)
        job.progress.moved = layout.offset(block.index) + len(data)
        return None

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
            data = self._space(layout.length(index))
            with local_errors(display(str(part.target))):
                count = os.preadv(held.copy_from, [data], layout.offset(index))
            if count != len(data) or digest_block(data) != digests[index]:
                raise LocalError(Code.CHANGED, "the file to replace changed meanwhile", path=display(str(part.target)))
            part.write(data, layout.offset(index))

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
