"""Changes of names that are made but not safe yet: synced together, then answered. Makes none itself."""

from __future__ import annotations

from collections.abc import Callable

from server.requests.exchange import Exchange
from server.requests.refusal import refusal
from server.storage.folder_sync import MAX_FOLDERS, FolderSync
from shared.errors import ItemError
from shared.protocol import messages

MAX_CHANGES = 512
"""So many answers wait for one sync at most; more would only make them late."""


class Settling:
    """The folders made and the renames of one connection that have no answer yet. For one thread at a time."""

    def __init__(self) -> None:
        self._changed = FolderSync()
        self._answers: list[messages.Done | messages.Failed] = []
        """In the order of the requests."""

    def make(self, request_id: int, change: Callable[[FolderSync], messages.Done], exchange: Exchange) -> None:
        """Make a change; its answer comes with :meth:`flush`, and so does that of one that is refused."""
        try:
            self._answers.append(change(self._changed))
        except ItemError as error:
            self._answers.append(refusal(request_id, error))
        if len(self._changed) >= MAX_FOLDERS or len(self._answers) >= MAX_CHANGES:
            self.flush(exchange)

    def flush(self, exchange: Exchange) -> None:
        """Bring what was changed to the disk, then answer for all of it, in order."""
        if not self._answers:
            return
        answers, self._answers = self._answers, []
        failure = self._changed.sync()
        for answer in answers:
            if failure is not None and isinstance(answer, messages.Done):
                # It was done, and nobody can promise that it will still be after a power cut.
                exchange.send(refusal(answer.id, failure))
            else:
                exchange.send(answer)

    def abandon(self) -> None:
        """Drop the answers: the connection is gone. What was changed stays so."""
        self._answers = []
        self._changed.close()
