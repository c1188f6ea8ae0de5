"""The line on loopback: its delay and rate are what was asked for, it counts, it can be frozen and cut."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.relay import DOWN, UP, Relay

PATIENCE_S = 5.0


class Echo:
    """A server on loopback that sends everything back, and one greeting first when it has one."""

    def __init__(self, greeting: bytes = b"") -> None:
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name="echo")]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(line,), name="echo-line")
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket) -> None:
        with line:
            try:
                line.sendall(self._greeting)
                while data := line.recv(1 << 16):
                    line.sendall(data)
            except OSError:
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join()
        self._listener.close()


class Line:
    """A relay in a thread of its own, to an echo."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._reading, self._writing = os.pipe()
        self._obeyed = threading.Event()
        self._order = lambda: None
        self._thread = threading.Thread(target=relay.run, args=(self._reading, self._obey), name="relay")
        self._thread.start()

    def do(self, order) -> None:
        """Call something in the relay's thread."""
        self._order = order
        self._obeyed.clear()
        os.write(self._writing, b"1")
        assert self._obeyed.wait(PATIENCE_S)

    def _obey(self, relay: Relay) -> bool:
        if not os.read(self._reading, 1):
            return False
        self._order()
        self._obeyed.set()
        return True

    def close(self) -> None:
        os.close(self._writing)
        self._thread.join()
        os.close(self._reading)

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.relay.port), PATIENCE_S) as sock:
            yield sock


@contextmanager
def lined(delay_s: float = 0.0, rate_bps: float | None = None, greeting: bytes = b"") -> Iterator[Line]:
    echo = Echo(greeting)
    line = Line(Relay(echo.port, delay_s, rate_bps))
    try:
        yield line
    finally:
        line.close()
        echo.close()


def receive(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        assert piece, "the line ended early"
        data += piece
    return data


def is_cut(sock: socket.socket) -> bool:
    """Read to the end of the line, however it ends; False when it does not within the patience."""
    try:
        while sock.recv(1 << 16):
            continue
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True
    return True


def took(sock: socket.socket, data: bytes) -> float:
    """Return the seconds until all of ``data`` has come back."""
    sender = threading.Thread(target=sock.sendall, args=(data,), name="sender")
    started = time.monotonic()
    sender.start()
    assert receive(sock, len(data)) == data
    ended = time.monotonic()
    sender.join()
    return ended - started


def test_what_goes_in_comes_out():
    data = os.urandom(3 << 20)
    with lined() as line, line.connected() as sock:
        took(sock, data)
        assert line.relay.counts == {UP: len(data), DOWN: len(data)}
        assert line.relay.connections == 1


def test_a_round_trip_takes_as_long_as_it_should():
    with lined(delay_s=0.02) as line, line.connected() as sock:
        # The first one waits for the connection, which takes a round trip by itself.
        first = took(sock, b"x")
        others = [took(sock, b"x") for _ in range(8)]
    assert first >= 0.08
    assert min(others) >= 0.04
    # The least of them: this machine may be busy with something else now and then.
    assert min(others) < 0.055


def test_a_server_that_speaks_first_is_heard_after_a_round_trip():
    with lined(delay_s=0.02, greeting=b"hello") as line:
        started = time.monotonic()
        with line.connected() as sock:
            assert receive(sock, 5) == b"hello"
        assert time.monotonic() - started >= 0.04


def test_a_delay_does_not_limit_the_rate():
    data = os.urandom(8 << 20)
    with lined(delay_s=0.01) as line, line.connected() as sock:
        taken = took(sock, data)
    # Slow start: 14,600 bytes, doubled every 20 ms, make 8 MiB in ten round trips. A window of 64 KiB would need 128.
    assert 0.1 < taken < 1.5


def test_a_rate_is_kept_and_used():
    data = os.urandom(200_000)
    with lined(rate_bps=1e6) as line, line.connected() as sock:
        times = [took(sock, data)]
        # Once in three it must be as fast as it may: this machine may be busy with something else now and then.
        while times[-1] > 0.25 and len(times) < 3:
            times.append(took(sock, data))
    assert 0.2 <= min(times) <= 0.25


def test_connections_share_the_rate():
    data = os.urandom(150_000)
    with lined(rate_bps=1e6) as line, line.connected() as one, line.connected() as other:
        started = time.monotonic()
        threads = [threading.Thread(target=took, args=(sock, data), name="took") for sock in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - started >= 0.3


def test_the_end_of_one_direction_is_passed_on():
    with lined() as line, line.connected() as sock:
        sock.sendall(b"all")
        sock.shutdown(socket.SHUT_WR)
        assert receive(sock, 3) == b"all"
        assert sock.recv(1) == b""


def test_a_frozen_line_carries_nothing_until_it_is_cut_and_later_connections_are_whole():
    with lined() as line:
        with line.connected() as sock:
            assert took(sock, b"before") < PATIENCE_S
            line.do(lambda: line.relay.freeze_after(UP, 1000))
            sock.sendall(bytes(5000))
            deadline = time.monotonic() + PATIENCE_S
            while not line.relay.is_frozen:
                assert time.monotonic() < deadline
            counted = dict(line.relay.counts)
            assert counted[UP] >= 6 + 1000
            sock.sendall(bytes(5000))
            line.do(lambda: None)
            assert line.relay.counts == counted
            line.do(line.relay.drop)
            assert is_cut(sock)
        with line.connected() as sock:
            took(sock, b"after")


def test_a_connection_to_nobody_is_closed():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    line = Line(Relay(port))
    try:
        with line.connected() as sock:
            assert is_cut(sock)
    finally:
        line.close()
