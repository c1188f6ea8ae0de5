"""A line between two programs on this computer: a TCP relay with a delay and a rate, which counts and can be cut.

A process of its own, started by :mod:`tests.bench.link`, so that it takes no time from either side's:
``relay TARGET_PORT DELAY_MS RATE_BPS`` (0 for any rate) prints ``{"port": N}`` and then takes orders as lines of
JSON; it ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.bench.wire import Window, Wire

UP, DOWN = "up", "down"
"""From the client to the server, and back."""

_PIECE = 256 << 10
_PACED_PIECE = 16 << 10
"""At 100 Mbit/s this takes 1.3 ms: pieces that take longer would make the rate come in lumps."""

_CONNECT_S = 5.0


@dataclass(slots=True)
class Flow:
    """One direction of one connection."""

    source: socket.socket
    target: socket.socket
    wire: Wire
    window: Window
    way: str
    not_before: float
    """Nothing arrives earlier: a connection takes a round trip before its first byte leaves."""
    pieces: deque[tuple[float, memoryview]] = field(default_factory=deque)
    """What is on its way, with the time of arrival; an empty piece is the end."""
    is_ended: bool = False
    is_over: bool = False

    def may_read(self, now: float) -> bool:
        return not self.is_ended and self.window.room > 0 and self.wire.takes_more_at() <= now

    def next_at(self, now: float) -> float | None:
        """Return when something becomes possible by time alone."""
        times = []
        if self.pieces and self.pieces[0][0] > now:
            times.append(self.pieces[0][0])
        if not self.is_ended:
            if self.window.room <= 0 and (acknowledged := self.window.next_at()) is not None:
                times.append(acknowledged)
            if self.wire.takes_more_at() > now:
                times.append(self.wire.takes_more_at())
        return min(times, default=None)


@dataclass(slots=True, eq=False)
class Pair:
    """A connection: the client's socket, the server's once it is connected to, and the two directions."""

    near: socket.socket
    opened: float
    far: socket.socket | None = None
    flows: tuple[Flow, ...] = ()

    def close(self) -> None:
        self.near.close()
        if self.far is not None:
            self.far.close()


class Relay:
    """Carries bytes between whoever connects to :attr:`port` and a port of this computer, in one thread.

    delay_s: one way. rate_bps: bytes per second, each way, of all connections together.
    """

    def __init__(self, target: int, delay_s: float = 0.0, rate_bps: float | None = None) -> None:
        self._target = target
        self._wires = {UP: Wire(delay_s, rate_bps), DOWN: Wire(delay_s, rate_bps)}
        self._delay_s = delay_s
        self._piece = _PIECE if rate_bps is None else _PACED_PIECE
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.setblocking(False)
        self._pairs: list[Pair] = []
        self._frozen_at: tuple[str, int] | None = None
        self.is_frozen = False
        self.counts = {UP: 0, DOWN: 0}
        """Bytes delivered so far, each way, above TCP."""
        self.connections = 0

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def run(self, orders: int, obey: Callable[[Relay], bool]) -> None:
        """Carry until ``obey`` returns False. It is called when the descriptor ``orders`` can be read."""
        try:
            while True:
                now = time.monotonic()
                self._deliver(now)
                readable, _, _ = select.select(*self._wanted(orders, now), [], self._patience(now))
                if orders in readable and not obey(self):
                    return
                if self._listener in readable:
                    self._accept()
                self._connect_due()
                self._take_in(set(readable))
        finally:
            self.close()

    def freeze_after(self, way: str, count: int) -> None:
        """Carry nothing more at all once ``count`` further bytes have gone one way."""
        self._frozen_at = (way, self.counts[way] + count)

    def drop(self) -> None:
        """Cut all connections that are there now. Later ones are carried; a frozen line is whole again."""
        for pair in self._pairs:
            pair.close()
        self._pairs.clear()
        self._frozen_at, self.is_frozen = None, False

    def close(self) -> None:
        self.drop()
        self._listener.close()

    # --- one turn

    def _flows(self) -> Iterator[Flow]:
        for pair in self._pairs:
            yield from pair.flows

    def _wanted(self, orders: int, now: float) -> tuple[list[int | socket.socket], list[socket.socket]]:
        reading: list[int | socket.socket] = [orders, self._listener]
        writing: list[socket.socket] = []
        if not self.is_frozen:
            reading += [flow.source for flow in self._flows() if flow.may_read(now)]
            writing += [flow.target for flow in self._flows() if flow.pieces and flow.pieces[0][0] <= now]
        return reading, writing

    def _patience(self, now: float) -> float | None:
        if self.is_frozen:
            return None
        times = [at for flow in self._flows() if (at := flow.next_at(now)) is not None]
        times += [pair.opened + self._delay_s for pair in self._pairs if pair.far is None]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        _prepare(near)
        self.connections += 1
        self._pairs.append(Pair(near, time.monotonic()))

    def _connect_due(self) -> None:
        """Connect to the server for those whose first packet has come that far."""
        now = time.monotonic()
        for pair in [pair for pair in self._pairs if pair.far is None and pair.opened + self._delay_s <= now]:
            try:
                far = socket.create_connection(("127.0.0.1", self._target), _CONNECT_S)
            except OSError:
                pair.close()
                self._pairs.remove(pair)
                continue
            _prepare(far)
            pair.far = far
            first = pair.opened + 3 * self._delay_s
            pair.flows = (
                Flow(pair.near, far, self._wires[UP], Window(self._delay_s), UP, first),
                Flow(far, pair.near, self._wires[DOWN], Window(self._delay_s), DOWN, now),
            )

    def _take_in(self, readable: set[int | socket.socket]) -> None:
        for pair in list(self._pairs):
            for flow in pair.flows:
                if flow.source not in readable or self.is_frozen:
                    continue
                try:
                    data = flow.source.recv(min(self._piece, flow.window.room))
                except BlockingIOError:
                    continue
                except OSError:
                    self._lose(pair)
                    break
                self._send(flow, data)

    def _send(self, flow: Flow, data: bytes) -> None:
        flow.is_ended = not data
        flow.window.sent(len(data))
        arrival = max(flow.wire.carry(time.monotonic(), len(data)), flow.not_before)
        flow.pieces.append((arrival, memoryview(data)))

    def _deliver(self, now: float) -> None:
        if self.is_frozen:
            return
        for pair in list(self._pairs):
            for flow in pair.flows:
                flow.window.turn(now)
                try:
                    self._deliver_one(flow, now)
                except BlockingIOError:
                    continue
                except OSError:
                    self._lose(pair)
                    break
            else:
                if pair.flows and all(flow.is_over for flow in pair.flows):
                    self._lose(pair)

    def _deliver_one(self, flow: Flow, now: float) -> None:
        while not self.is_frozen and flow.pieces and flow.pieces[0][0] <= now:
            at, piece = flow.pieces[0]
            if not piece:
                flow.pieces.popleft()
                flow.is_over = True
                flow.target.shutdown(socket.SHUT_WR)
                return
            count = flow.target.send(piece)
            flow.window.arrived(now, count)
            self._count(flow.way, count)
            if count < len(piece):
                flow.pieces[0] = (at, piece[count:])
                return
            flow.pieces.popleft()

    def _count(self, way: str, count: int) -> None:
        self.counts[way] += count
        if self._frozen_at is not None:
            frozen_way, limit = self._frozen_at
            self.is_frozen = self.counts[frozen_way] >= limit

    def _lose(self, pair: Pair) -> None:
        pair.close()
        self._pairs.remove(pair)


def _prepare(sock: socket.socket) -> None:
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _Orders:
    """Reads orders from standard input and answers them on standard output, a line of JSON each."""

    def __init__(self) -> None:
        self._rest = b""

    def obey(self, relay: Relay) -> bool:
        data = os.read(0, 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._do(relay, *json.loads(line))
        return bool(data)

    @staticmethod
    def _do(relay: Relay, order: str, *words: object) -> None:
        if order == "freeze":
            way, count = words
            relay.freeze_after(str(way), int(str(count)))
        elif order == "drop":
            relay.drop()
        print(json.dumps({**relay.counts, "is_frozen": relay.is_frozen, "connections": relay.connections}), flush=True)


def main() -> None:
    target, delay_ms, rate_bps = map(float, sys.argv[1:])
    relay = Relay(int(target), delay_ms / 1000, rate_bps or None)
    print(json.dumps({"port": relay.port}), flush=True)
    relay.run(0, _Orders().obey)


if __name__ == "__main__":
    main()
