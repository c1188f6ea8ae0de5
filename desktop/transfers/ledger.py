"""The queue in memory: items, batches, counts, and what changed since it was written or shown. Decides nothing.

Every change of an item goes through :meth:`Ledger.put`, which keeps all sums in step at a flat cost.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from desktop.transfers.items import FINAL, Batch, Item, State
from desktop.transfers.progress import Group

_TELLING = (State.RUNNING, State.ASKING, State.SCANNING, State.WAITING, State.QUEUED, State.PAUSED)
"""What a folder is said to be doing while some of its contents are open: the first of these that any of them is."""

_UNCOUNTED = frozenset({State.FAILED, State.SKIPPED, State.CANCELLED})


@dataclass(slots=True)
class _Sums:
    open: Counter[State] = field(default_factory=Counter)
    failed: int = 0
    size: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Writes:
    """What the store has to be told, taken out of the ledger in one piece."""

    batches: Sequence[Batch]
    items: Sequence[Item]
    removed: Sequence[int]

    def __bool__(self) -> bool:
        return bool(self.batches or self.items or self.removed)


class Ledger:
    """All items and batches by id."""

    def __init__(self) -> None:
        self.items: dict[int, Item] = {}
        self.batches: dict[int, Batch] = {}
        self.counts: Counter[State] = Counter()
        self.size = 0
        self.moved = 0
        self._members: dict[int, dict[int, None]] = {}
        self._sums: dict[int, _Sums] = {}
        self._open: Counter[int] = Counter()
        self._unscanned: Counter[int] = Counter()
        self._left: Counter[int] = Counter()
        self._old: set[int] = set()
        self._dirty: dict[int, None] = {}
        self._dirty_batches: dict[int, None] = {}
        self._removed: dict[int, None] = {}
        # OrderedDict: taking the first of a plain dict costs what was taken before it, quadratic for a long queue.
        self._changed: OrderedDict[int, None] = OrderedDict()
        self._gone: OrderedDict[int, Item] = OrderedDict()

    # --- Changing --------------------------------------------------------------------------------------------

    def admit(self, item: Item, *, is_old: bool = False) -> None:
        """Take an item that the store has already. ``is_old``: its bytes were moved by an earlier run."""
        if is_old and item.state is State.DONE:
            self._old.add(item.id)
        if item.group:
            self._members.setdefault(item.group, {})[item.id] = None
        self.items[item.id] = item
        self._count(item, 1)
        self._show(item)

    def put(self, item: Item, *, is_written: bool = True) -> None:
        """Replace an item by its new form, which will be shown; and written, except for what a crash undoes
        anyway: that an item is in a worker's hands."""
        old = self.items[item.id]
        self.items[item.id] = item
        if (old.state, old.size, old.moved, old.is_scanned) != (item.state, item.size, item.moved, item.is_scanned):
            self._count(old, -1)
            self._count(item, 1)
        if is_written:
            self._dirty[item.id] = None
        self._show(item)

    def remove(self, id: int) -> None:
        """Forget an item for good."""
        item = self.items.pop(id)
        self._count(item, -1)
        if item.group:
            self._members[item.group].pop(id, None)
            if not self._members[item.group]:
                del self._members[item.group], self._sums[item.group]
        self._old.discard(id)
        self._dirty.pop(id, None)
        self._removed[id] = None
        self._changed.pop(id, None)
        self._gone[id] = item

    def put_batch(self, batch: Batch, *, is_new: bool = False) -> None:
        self.batches[batch.id] = batch
        if not is_new:
            self._dirty_batches[batch.id] = None

    def hold(self, batch: int) -> None:
        """Count one more open thing for the batch, such as items about to be added; paired with release."""
        self._open[batch] += 1

    def release(self, batch: int) -> None:
        self._open[batch] -= 1
        if not self._open[batch]:
            del self._open[batch]

    # --- Asking ----------------------------------------------------------------------------------------------

    def is_open(self, batch: int) -> bool:
        """Tell whether the batch has an item that is not final."""
        return self._open[batch] > 0

    @property
    def ended(self) -> int:
        """How many items are in a final state."""
        return sum(self.counts[state] for state in FINAL)

    def is_measured(self, batch: int) -> bool:
        """Tell whether all that the batch moves is known."""
        return self._unscanned[batch] == 0

    def left(self, batch: int) -> int:
        """Bytes of the batch that are not in place yet."""
        return self._left[batch]

    def members(self, group: int) -> Sequence[int]:
        """Ids found below a top-level folder, as they are now."""
        return list(self._members.get(group, ()))

    def group(self, id: int) -> Group | None:
        sums = self._sums.get(id)
        if sums is None or not self._members.get(id):
            return None
        leading = next((state for state in _TELLING if sums.open[state]), None)
        return Group(len(self._members[id]), sums.open.total(), sums.failed, sums.size, sums.moved, leading)

    def expand(self, ids: Iterable[int]) -> Iterator[int]:
        """Yield each known id once, a folder's contents with it."""
        seen: set[int] = set()
        for id in ids:
            for each in (id, *self.members(id)):
                if each in self.items and each not in seen:
                    seen.add(each)
                    yield each

    # --- For the store and the screen ------------------------------------------------------------------------

    def take_writes(self) -> Writes:
        """Return what has not been written, and take it for written."""
        writes = Writes(
            [self.batches[id] for id in self._dirty_batches],
            [self.items[id] for id in self._dirty],
            list(self._removed),
        )
        self._dirty_batches, self._dirty, self._removed = {}, {}, {}
        return writes

    def put_back(self, writes: Writes) -> None:
        """The writes failed: they are due again, in the form that things have by then."""
        self._dirty_batches.update((batch.id, None) for batch in writes.batches)
        self._dirty.update((item.id, None) for item in writes.items if item.id in self.items)
        self._removed.update((id, None) for id in writes.removed)

    @property
    def has_writes(self) -> bool:
        return bool(self._dirty or self._removed or self._dirty_batches)

    @property
    def has_changes(self) -> bool:
        return bool(self._changed or self._gone)

    def take_changes(self, limit: int) -> tuple[list[Item], list[Item]]:
        """Return at most ``limit`` changed items and the removed ones, oldest change first, and forget them."""
        gone = [self._gone.popitem(last=False)[1] for _ in range(min(limit, len(self._gone)))]
        room = min(limit - len(gone), len(self._changed))
        return [self.items[self._changed.popitem(last=False)[0]] for _ in range(room)], gone

    # --- Inside ----------------------------------------------------------------------------------------------

    def _show(self, item: Item) -> None:
        self._changed[item.id] = None
        if item.group in self.items:
            self._changed[item.group] = None

    def _count(self, item: Item, sign: int) -> None:
        state = item.state
        self.counts[state] += sign
        is_open = state not in FINAL
        if is_open:
            left = self._open[item.batch] + sign
            if left:
                self._open[item.batch] = left
            else:
                del self._open[item.batch]
            self._left[item.batch] += sign * max(0, item.size - item.moved)
            if not item.is_scanned:
                self._unscanned[item.batch] += sign
            if not left:
                self._left.pop(item.batch, None)
                self._unscanned.pop(item.batch, None)
        if state not in _UNCOUNTED and item.id not in self._old:
            self.size += sign * item.size
            self.moved += sign * item.moved
        if item.group:
            sums = self._sums.get(item.group)
            if sums is None:
                sums = self._sums[item.group] = _Sums()
            if is_open:
                sums.open[state] += sign
            elif state is State.FAILED:
                sums.failed += sign
            sums.size += sign * item.size
            sums.moved += sign * item.moved
