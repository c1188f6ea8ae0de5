"""What a person can want of the queue: pause, resume, cancel, retry, remove, move, answer.

Each is a generator that does one item's part between two yields, so that the engine can let the window breathe
while 100,000 items are paused. A wish that means nothing to an item in its state passes it by. The id of a
folder that a person chose stands for all that was found in it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from desktop.transfers import positions
from desktop.transfers.foreman import Foreman
from desktop.transfers.items import Decision, Item, Policy, Priority, State
from desktop.transfers.outcomes import Wish
from desktop.transfers.positions import Where
from desktop.transfers.states import Event, is_allowed

_CLEARED = frozenset({State.DONE, State.SKIPPED, State.CANCELLED})


class Wishes:
    """Wishes as generators over one foreman's items."""

    def __init__(self, foreman: Foreman) -> None:
        self._foreman = foreman
        self._ledger = foreman.ledger

    def pause(self, ids: Sequence[int]) -> Iterator[None]:
        for id in self._ledger.expand(ids):
            if self._foreman.is_in_hand(id):
                if self._foreman.wishes.get(id) is not Wish.CANCEL:
                    self._foreman.wish(id, Wish.PAUSE)
            else:
                self._apply(id, Event.PAUSE)
            yield

    def resume(self, ids: Sequence[int]) -> Iterator[None]:
        for id in self._ledger.expand(ids):
            if self._foreman.wishes.get(id) is Wish.PAUSE:
                # Its worker stops all the same; without the wish it goes on in its turn.
                del self._foreman.wishes[id]
            else:
                self._apply(id, Event.RESUME)
            yield

    def cancel(self, ids: Sequence[int]) -> Iterator[None]:
        for id in self._ledger.expand(ids):
            if self._foreman.is_in_hand(id):
                self._foreman.wish(id, Wish.CANCEL)
            else:
                self._apply(id, Event.CANCEL)
            yield

    def retry(self, ids: Sequence[int]) -> Iterator[None]:
        """Again from the start of the queue's rules: attempts count anew. Below a folder only what failed."""
        chosen = set(ids)
        for id in self._ledger.expand(ids):
            item = self._ledger.items[id]
            if (id in chosen or item.state is State.FAILED) and is_allowed(item.state, Event.RETRY):
                item = replace(item, attempts=0, failure=None)
                self._foreman.withdraw(item, Event.RETRY)
            yield

    def retry_failed(self) -> Iterator[None]:
        failed = [id for id, item in self._ledger.items.items() if item.state is State.FAILED]
        return self.retry(failed)

    def remove(self, ids: Sequence[int]) -> Iterator[None]:
        for id in list(self._ledger.expand(ids)):
            if id in self._ledger.items:
                self._foreman.leave(id)
            yield

    def clear_finished(self) -> Iterator[None]:
        """Remove what is done, skipped or cancelled; a folder stays while anything in it is open or failed."""
        finished = [item for item in self._ledger.items.values() if item.state in _CLEARED]
        for item in sorted(finished, key=lambda item: item.group == 0):  # contents first, then the folder is empty
            group = self._ledger.group(item.id)
            if item.id in self._ledger.items and (group is None or not (group.open or group.failed)):
                self._foreman.leave(item.id)
            yield

    def prioritise(self, ids: Sequence[int], priority: Priority) -> Iterator[None]:
        for id in self._ledger.expand(ids):
            item = self._ledger.items[id]
            if not item.state.is_final and item.priority is not priority:
                self._change(replace(item, priority=priority))
            yield

    def forget(self, ids: Sequence[int]) -> Iterator[None]:
        """Take ended items off the list, whatever is below them; they may have been retried meanwhile."""
        for id in ids:
            item = self._ledger.items.get(id)
            if item is not None and item.state.is_final:
                self._foreman.leave(id)
            yield

    def move(self, ids: Sequence[int], where: Where) -> Iterator[None]:
        chosen = set(self._ledger.expand(ids))
        order = sorted((item.position, item.id) for item in self._ledger.items.values() if not item.state.is_final)
        for id, position in positions.reorder(order, chosen, where).items():
            self._move_to(id, position)
            yield

    def answer(self, id: int, decision: Decision) -> Iterator[None]:
        """Answer one question, or with ``for_batch`` all of the batch, those that have not come up yet too."""
        asked = self._ledger.items.get(id)
        if asked is None:
            return
        if not decision.for_batch:
            self._answer_one(id, decision.policy)
            yield
            return
        batch = self._ledger.batches[asked.batch]
        self._ledger.put_batch(replace(batch, policy=decision.policy))
        asking = [
            each.id
            for each in list(self._ledger.items.values())
            if each.state is State.ASKING and each.batch == asked.batch
        ]
        for each_id in asking:
            self._answer_one(each_id, decision.policy)
            yield

    def _answer_one(self, id: int, policy: Policy) -> None:
        item = self._ledger.items.get(id)
        if item is None or item.state is not State.ASKING:
            return
        if policy is Policy.SKIP:
            self._foreman.withdraw(item, Event.SKIP)
        else:
            self._foreman.withdraw(replace(item, policy=policy), Event.ANSWER)

    def _apply(self, id: int, event: Event) -> None:
        item = self._ledger.items.get(id)
        if item is not None and is_allowed(item.state, event):
            self._foreman.withdraw(item, event)

    def _move_to(self, id: int, position: int) -> None:
        item = self._ledger.items.get(id)
        if item is None or item.state.is_final:
            return
        self._change(replace(item, position=position))

    def _change(self, item: Item) -> None:
        if self._foreman.is_in_hand(item.id):
            self._ledger.put(item)
        else:
            self._foreman.change(item)
