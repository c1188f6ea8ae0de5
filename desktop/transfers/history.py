"""How much of what has ended is kept to be looked at: a pure rule. Forgets nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from desktop.transfers.items import Item, State

KEEP = 10_000
"""Ended items of finished batches; more would only make every start slower."""

KEEP_S = 90 * 24 * 3600.0
"""Ended items, failed ones too: what nobody has looked at for a season nobody misses."""

SLACK = 1_000
"""So many beyond KEEP may gather before somebody looks: a look costs as much as the queue is long."""


def to_forget(items: Iterable[Item], is_open: Callable[[int], bool], now: float, keep: int = KEEP) -> list[int]:
    """Return the ids of what is not kept; ``now`` is wall-clock seconds.

    A batch with something open or failed is kept as a whole, within KEEP_S: looking into a folder again must know
    what has been copied. Of the others the newest ``keep`` items are kept.
    """
    ended = [item for item in items if item.state.is_final and not is_open(item.batch)]
    failed = {item.batch for item in ended if item.state is State.FAILED}
    oldest = now - KEEP_S
    forgotten = [item.id for item in ended if item.ended < oldest]
    over = [item for item in ended if item.ended >= oldest and item.batch not in failed]
    over.sort(key=lambda item: (item.ended, item.id), reverse=True)
    return forgotten + [item.id for item in over[keep:]]
