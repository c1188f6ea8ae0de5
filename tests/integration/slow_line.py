"""A line with a rate between a client and a real server, which counts what it carries each way."""

from __future__ import annotations

import socket
import threading
import time

from tests.integration.conftest import Line


class SlowLine(Line):
    """Carries ``rate_bps`` bytes per second each way, all connections together, and no faster for having waited.

    ``up`` and ``down`` count what it carried.
    """

    piece = 16 << 10

    def __init__(self, port: int, rate_bps: float) -> None:
        super().__init__(port)
        # A line holds no megabytes; what this does not take in must wait with whoever sends it.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * self.piece)
        self.rate_bps = rate_bps
        self.up = self.down = 0
        self._free_at = {"up": 0.0, "down": 0.0}
        self._booking = threading.Lock()

    def _carrying(self, source: socket.socket, count: int) -> None:
        way = "down" if source.getpeername()[1] == self._target else "up"
        with self._booking:
            setattr(self, way, getattr(self, way) + count)
            now = time.monotonic()
            self._free_at[way] = max(self._free_at[way], now) + count / self.rate_bps
            wait = self._free_at[way] - now
        time.sleep(wait)
