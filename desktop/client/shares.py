"""The blocks of one large file, dealt out to the channels that carry it together. Touches no file and no line."""

from __future__ import annotations

import threading


class Shares:
    """Ranges of block numbers. Each is taken, then finished or given back. Thread-safe.

    The first shares are large and later ones smaller, so that all hands end at about the same time.
    """

    def __init__(self, blocks: range, hands: int, least: int) -> None:
        """Deal ``blocks`` out to ``hands`` channels, ``least`` at a time where there are so many; to one alone, all at
        once."""
        self._left = [blocks] if blocks else []
        self._hands = hands
        self._least = least
        self._taken = 0
        self._is_over = False
        self._changed = threading.Condition()

    def take(self) -> range | None:
        """Return what to carry next; None when there is nothing to take just now."""
        with self._changed:
            if self._is_over or not self._left:
                return None
            blocks = self._left.pop(0)
            if self._hands > 1:
                count = max(self._least, sum(map(len, self._left), len(blocks)) // (2 * self._hands))
                if len(blocks) > count:
                    self._left.insert(0, blocks[count:])
                    blocks = blocks[:count]
            self._taken += 1
            return blocks

    def finish(self, count: int = 1) -> None:
        """Say that so many shares are where they belong."""
        with self._changed:
            self._taken -= count
            self._changed.notify_all()

    def give_back(self, blocks: range) -> None:
        """Say that a share was taken and not carried, or nobody knows how far."""
        with self._changed:
            self._taken -= 1
            self._left.insert(0, blocks)
            self._changed.notify_all()

    def stop(self) -> None:
        """Deal out nothing more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to do, or no use in doing it."""
        with self._changed:
            return self._is_over or not (self._left or self._taken)

    def wait(self, seconds: float) -> None:
        """Wait until something can be taken or all is over, but not longer."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._left or not self._taken, seconds)
