"""Where connections with nothing to say wait: one thread and one selector, whatever their number."""

from __future__ import annotations

import heapq
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

_log = logging.getLogger(__name__)


class HasFileno(Protocol):
    """What a selector can watch."""

    def fileno(self) -> int: ...


class Parkable(Protocol):
    """What can wait here. The socket stays the same as long as it waits."""

    @property
    def socket(self) -> HasFileno: ...


@dataclass(order=True, slots=True)
class _Deadline:
    when: float
    serial: int
    parked: _Parked = field(compare=False)


@dataclass(eq=False, slots=True)
class _Parked:
    item: Parkable
    is_waiting: bool = True


class Parking:
    """Calls ``readable(item)`` when an item can be read or has ended, ``expired(item)`` at its deadline.

    Both are called on the selector's thread, once per :meth:`park`, and must be quick: hand on, do not work.
    """

    def __init__(self, readable: Callable[[Parkable], None], expired: Callable[[Parkable], None]) -> None:
        self._readable = readable
        self._expired = expired
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._arrivals: deque[tuple[Parkable, float]] = deque()
        self._deadlines: list[_Deadline] = []
        self._serial = 0
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="wherry-parking")

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def park(self, item: Parkable, deadline: float) -> None:
        """Watch ``item`` until it is readable or ``time.monotonic()`` reaches ``deadline``. Any thread."""
        self._arrivals.append((item, deadline))
        self._wake()

    def stop(self) -> list[Parkable]:
        """End the thread and return what still waited."""
        self._is_stopping = True
        self._wake()
        self._thread.join()
        left = [key.data.item for key in list(self._selector.get_map().values()) if key.data is not None]
        left += [item for item, _ in self._arrivals]
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()
        return left

    def _wake(self) -> None:
        try:
            self._wake_in.send(b"\0")
        except OSError as error:
            # Full of wake-ups: the thread will see this arrival with the others. Closed: nobody waits any more,
            # and whoever stopped the parking ends what it still knows of.
            _log.debug("no wake-up: %s", error)

    def _run(self) -> None:
        while not self._is_stopping:
            self._admit()
            timeout = max(0.0, self._deadlines[0].when - time.monotonic()) if self._deadlines else None
            for key, _ in self._selector.select(timeout):
                if key.data is None:
                    self._drain()
                else:
                    self._release(key.data)
                    self._readable(key.data.item)
            self._expire(time.monotonic())

    def _admit(self) -> None:
        while self._arrivals:
            item, deadline = self._arrivals.popleft()
            parked = _Parked(item)
            try:
                self._selector.register(item.socket, selectors.EVENT_READ, parked)
            except (ValueError, KeyError, OSError) as error:
                # Aborted meanwhile: its socket is closed. Whoever owns it finds that out by reading.
                _log.debug("not parked: %s", error)
                self._readable(item)
                continue
            self._serial += 1
            heapq.heappush(self._deadlines, _Deadline(deadline, self._serial, parked))

    def _release(self, parked: _Parked) -> None:
        parked.is_waiting = False
        self._selector.unregister(parked.item.socket)
        # A busy connection parks often; what it left in the heap must not outgrow what waits.
        if len(self._deadlines) > 64 and len(self._deadlines) > 4 * len(self._selector.get_map()):
            self._deadlines = [entry for entry in self._deadlines if entry.parked.is_waiting]
            heapq.heapify(self._deadlines)

    def _expire(self, now: float) -> None:
        while self._deadlines and self._deadlines[0].when <= now:
            parked = heapq.heappop(self._deadlines).parked
            if parked.is_waiting:
                self._release(parked)
                self._expired(parked.item)

    def _drain(self) -> None:
        try:
            while self._wake_out.recv(4096):
                pass
        except BlockingIOError:
            return
