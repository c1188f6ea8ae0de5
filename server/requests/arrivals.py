"""Small files as they arrive one behind the other: stored in groups, so that each does not wait for the disk."""

from __future__ import annotations

from server.requests.exchange import Exchange
from server.requests.refusal import refusal
from server.requests.transfer import check_content, code_of_reason, plan_of
from server.storage.failure import StorageError
from server.storage.jail import Folder, Jail
from server.storage.staging import Staging
from shared.errors import ItemError, PeerError
from shared.names import RemotePath
from shared.protocol import limits, messages

MAX_FILES = 128
"""So many small files wait for one sync at most; more would only make the answers late."""

MAX_BYTES = 16 * limits.MIB


class Arrivals:
    """The small uploads of one connection that have no answer yet. For one thread at a time."""

    def __init__(self, jail: Jail, staging: Staging) -> None:
        self._jail = jail
        self._staging = staging
        self._batch = staging.new_batch()
        self._answers: list[messages.Stored | messages.Failed] = []
        """In the order of the requests; each Stored stands for the next file of the batch."""
        self._folders: dict[RemotePath, Folder] = {}
        self._targets: set[messages.Path] = set()
        self._bytes = 0

    def receive(self, request: messages.Put, exchange: Exchange) -> None:
        """Take a small file in: its content, its end, and into staging. Its answer comes with :meth:`flush`.

        The content is read whatever becomes of it, before anything is held or locked.
        """
        content = memoryview(bytearray(request.size))
        if content:
            exchange.receive_data(content)
        end = exchange.receive_part()
        if any(request.path[:length] in self._targets for length in range(1, len(request.path) + 1)):
            # The same name twice in one stream, or a file and then one below it: the first is stored before the second
            # is looked at.
            self.flush(exchange)
        self._answers.append(self._stage(request, content, end))
        self._targets.add(request.path)
        self._bytes += request.size
        if len(self._answers) >= MAX_FILES or self._bytes >= MAX_BYTES:
            self.flush(exchange)

    def flush(self, exchange: Exchange) -> None:
        """Make what waits safe, then answer for all of it, in order."""
        if not self._answers:
            return
        answers, self._answers = self._answers, []
        try:
            outcomes = iter(self._batch.commit())
        finally:
            self._forget()
        for answer in answers:
            failure = next(outcomes) if isinstance(answer, messages.Stored) else None
            exchange.send(answer if failure is None else refusal(answer.id, failure))

    def abandon(self) -> None:
        """Drop what waits: its connection is gone, and nobody was told that it is stored."""
        self._answers = []
        try:
            self._batch.abandon()
        finally:
            self._forget()

    def _forget(self) -> None:
        folders, self._folders = self._folders, {}
        for folder in folders.values():
            folder.close()
        self._targets.clear()
        self._bytes = 0

    def _stage(
        self, request: messages.Put, content: memoryview, end: messages.Block | messages.End
    ) -> messages.Stored | messages.Failed:
        if not isinstance(end, messages.End):
            raise PeerError("the end of a small file was due")
        try:
            plan = plan_of(request)
            if end.reason:
                raise StorageError(code_of_reason(end.reason), end.reason, at=plan.path)
            check_content(request, content, end.root)
            file = self._staging.stage_small(plan, self._open_folder(plan.path[:-1], request.parents))
            try:
                file.write(0, content)
                file.finish()
            except BaseException:
                file.close()
                raise
            self._batch.add(file)
        except ItemError as error:
            return refusal(request.id, error)
        return messages.Stored(id=request.id, root=end.root)

    def _open_folder(self, path: RemotePath, make: bool) -> Folder:
        folder = self._folders.get(path)
        if folder is None:
            folder = self._folders[path] = self._jail.open_folder(path, make=make)
        return folder
