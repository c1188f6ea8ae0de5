"""An item as the queue's model holds it: what the engine said, its place, and what is below it. Shows nothing."""

from __future__ import annotations

from collections import Counter

from desktop.models.queue_row import QueueRow, row_of, state_of
from desktop.transfers.items import Item, State
from desktop.transfers.progress import Change

Source = Item | Change | QueueRow
"""What the engine says of an item, or how it is to look. The item alone where there is no more to say: of 100,000
that wait, a Change each would cost memory, and time whenever garbage is looked for."""


def id_of(source: Source) -> int:
    return source.item.id if isinstance(source, Change) else source.id


def source_of(change: Change) -> Source:
    """Return what there is to keep of a change."""
    item = change.item
    is_plain = item.state is not State.RUNNING and change.group is None and change.existing is None
    return item if is_plain and change.moved == item.moved else change


class Family:
    """What a folder has below it."""

    __slots__ = ("children", "is_expanded", "states")

    def __init__(self) -> None:
        self.children: dict[int, Node] = {}
        self.states: Counter[State] = Counter()
        """States of the children."""
        self.is_expanded = False


class Node:
    """An item in the model. ``key`` orders it among all others: a folder first, then what is below it.

    It holds what the engine said, not how that looks: of 100,000 items a window shows forty.
    """

    __slots__ = ("family", "id", "is_visible", "key", "parent", "position", "source", "state")

    def __init__(self, source: Source, parent: Node | None) -> None:
        self.id = id_of(source)
        self.parent = parent
        self.family: Family | None = None
        self.is_visible = False
        self.take(source)
        self.key = self.make_key()

    def take(self, source: Source) -> None:
        """Be what this says from now on; the key is the caller's to renew."""
        self.source = source
        if isinstance(source, Change):
            self.position, self.state = source.item.position, state_of(source)
        else:
            self.position, self.state = source.position, source.state
        self.fit_family()

    def make_row(self) -> QueueRow:
        """Return how it is shown."""
        source = self.source
        if isinstance(source, QueueRow):
            return source
        return row_of(source if isinstance(source, Change) else Change(source, source.moved))

    def fit_family(self) -> None:
        """Be a folder with contents, or none, as the children and what was said last make it."""
        source = self.source
        parts = source.group if isinstance(source, Change) else source.parts if isinstance(source, QueueRow) else None
        if parts is not None and self.family is None:
            self.family = Family()
        elif parts is None and self.family is not None and not self.family.children:
            self.family = None

    def make_key(self) -> tuple[int, int, int, int, int]:
        own = (self.position, self.id)
        # Positions may be negative, so a number of its own puts the folder first.
        return (*own, 0, 0, 0) if self.parent is None else (*self.parent.key[:2], 1, *own)

    @property
    def children(self) -> dict[int, Node]:
        return _NO_CHILDREN if self.family is None else self.family.children


_NO_CHILDREN: dict[int, Node] = {}
