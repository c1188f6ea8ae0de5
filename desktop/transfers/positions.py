"""New positions for items that a person moves in the queue: pure, and touching as few other items as it can."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

Where = Literal["top", "up", "down", "bottom"]


def reorder(order: Sequence[tuple[int, int]], chosen: Collection[int], where: Where) -> dict[int, int]:
    """Return the new position of every item whose position changes.

    ``order`` holds (position, id) of the open items, first to last; chosen ones keep their order among each
    other. Up and down move by one place and exchange positions with the neighbour; what stands at the end stays.
    """
    if where == "top":
        moving = [id for _, id in order if id in chosen]
        if not moving or [id for _, id in order[: len(moving)]] == moving:
            return {}
        first = order[0][0] - len(moving)
        return {id: first + place for place, id in enumerate(moving)}
    ids = [id for _, id in order]
    if where == "bottom":
        # No position beyond the last: what is added later stands behind these too.
        ids = [id for id in ids if id not in chosen] + [id for id in ids if id in chosen]
        return _changed(ids, order)
    if where == "down":
        ids.reverse()
    for place in range(1, len(ids)):
        if ids[place] in chosen and ids[place - 1] not in chosen:
            ids[place - 1], ids[place] = ids[place], ids[place - 1]
    if where == "down":
        ids.reverse()
    return _changed(ids, order)


def _changed(ids: Sequence[int], order: Sequence[tuple[int, int]]) -> dict[int, int]:
    return {id: position for id, (position, before) in zip(ids, order, strict=True) if id != before}
