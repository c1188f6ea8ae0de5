"""Folders get the times and modes of their sources once their contents are complete: which, and when. Sets none.

A folder's time changes with each file that comes into it, so it can only be set last. That a batch's folders are
still to be settled is stored with the batch: after a crash it is made up for.
"""

from __future__ import annotations

from msgspec.structs import replace

from desktop.transfers.items import Batch, Item, State
from desktop.transfers.ledger import Ledger
from desktop.transfers.ports import FolderFacts
from shared.entries import Kind


class Settling:
    """Batches with folders to be settled, and their folders."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._made: dict[int, dict[int, None]] = {}
        self._waiting: set[int] = set()

    def restore(self, item: Item) -> None:
        """Take an item from an earlier run of the program."""
        if item.kind is Kind.FOLDER and item.state is State.DONE:
            self._made.setdefault(item.batch, {})[item.id] = None
        if not self._ledger.batches[item.batch].is_settled:
            self._waiting.add(item.batch)

    def arrived(self, item: Item) -> None:
        """Take an item that is DONE: a folder, or something in one, whose time is no longer what it was."""
        if item.kind is Kind.FOLDER:
            self._made.setdefault(item.batch, {})[item.id] = None
        elif not item.group:
            return
        self._waiting.add(item.batch)
        batch = self._ledger.batches[item.batch]
        if batch.is_settled:
            self._ledger.put_batch(replace(batch, is_settled=False))

    def take_ready(self) -> list[Batch]:
        """Return, and forget, the batches of which nothing is open any more."""
        ready = [id for id in self._waiting if not self._ledger.is_open(id)]
        self._waiting.difference_update(ready)
        return [self._ledger.batches[id] for id in ready]

    def folders(self, batch: int) -> list[FolderFacts]:
        """Return what the batch's folders get, the deepest first. A home itself, and the folder that its contents
        are merged into, get nothing: nobody chose them."""
        made = (self._ledger.items.get(id) for id in self._made.get(batch, ()))
        folders = [
            FolderFacts(item.local, item.remote, item.mtime_ns, item.mode)
            for item in made
            if item is not None and item.state is State.DONE and item.remote and item.mtime_ns
        ]
        return sorted(folders, key=lambda folder: len(folder.remote), reverse=True)

    def settled(self, batch: int) -> None:
        """The batch's folders have what they get, unless more came meanwhile."""
        if batch not in self._waiting:
            self._ledger.put_batch(replace(self._ledger.batches[batch], is_settled=True))

    def again(self, batch: int) -> None:
        """It did not work; the batch is ready again."""
        self._waiting.add(batch)
