"""What a client has said while an earlier request of its was being worked on. Pure: no socket, no thread."""

from __future__ import annotations

from collections import deque
from typing import cast

from shared.protocol import messages

MAX_HELD = 64
"""Messages that are looked at before their turn, in search of a Stop. What is further back waits in the socket."""

_HEAVY = 32
"""So many block digests of a Get weigh as much as a message: what is held must not cost memory without bound."""


class Inbox:
    """Requests in their order, and which of them the client has no use for any more. For one thread at a time."""

    def __init__(self) -> None:
        self._held: deque[messages.Requests] = deque()
        self._stopped: set[int] = set()
        self._weight = 0

    @property
    def first(self) -> messages.Requests | None:
        """What has the next turn, where anything is held."""
        return self._held[0] if self._held else None

    @property
    def has_room(self) -> bool:
        """Whether another message may be looked at before its turn."""
        return self._weight < MAX_HELD

    def put(self, message: messages.Any, current: int) -> None:
        """Take a message that came while the request ``current`` was at work. A Stop of neither that one nor one that
        is held is of a request that has ended, and says nothing."""
        if isinstance(message, messages.Stop):
            if message.id == current or any(message.id == held.id for held in self._held):
                self._stopped.add(message.id)
            return
        # The tables let nothing else through in this state.
        self._held.append(cast(messages.Requests, message))
        self._weight += _weight(message)

    def put_back(self, message: messages.Requests) -> None:
        """Give a message its turn again: it is the next."""
        self._held.appendleft(message)
        self._weight += _weight(message)

    def take(self) -> messages.Requests | None:
        """Return what has the next turn, None where nothing is held."""
        if not self._held:
            return None
        message = self._held.popleft()
        self._weight -= _weight(message)
        return message

    def is_stopped(self, request: int) -> bool:
        """Whether the client has said Stop for ``request``."""
        return request in self._stopped

    def ended(self, request: int) -> None:
        """Say that ``request`` was answered: a Stop of it has been heard, or comes too late."""
        self._stopped.discard(request)


def _weight(message: messages.Any) -> int:
    return 1 + len(message.have) // _HEAVY if isinstance(message, messages.Get) else 1
