"""Deals the workers of a lane out to those who want a turn. Pure: counts and queues, no threads, no clock."""

from __future__ import annotations

from collections import Counter, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """No account holds more than ``share`` workers at once: what else it wants waits behind its own turns, and never
    in front of anybody else's. Not thread-safe: the caller holds a lock.

    Who has not logged in is None and has no share: before login a turn never blocks.
    """

    def __init__(self, share: int) -> None:
        self._share = share
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[T]] = {}

    def ask(self, account: str | None, item: T) -> bool:
        """Return whether ``item`` may have a worker now; if not, it waits."""
        if account is None:
            return True
        if self._held[account] >= self._share:
            self._waiting.setdefault(account, deque()).append(item)
            return False
        self._held[account] += 1
        return True

    def end(self, account: str | None) -> T | None:
        """End a turn; return what is to have the worker next, if anything of this account waits."""
        if account is None:
            return None
        waiting = self._waiting.get(account)
        if waiting:
            item = waiting.popleft()
            if not waiting:
                del self._waiting[account]
            return item
        self._held[account] -= 1
        if not self._held[account]:
            del self._held[account]
        return None
