"""The TLS socket over a pair of real sockets: both roles, in threads where one end must wait for the other."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import pytest

import shared.tls_socket
from shared import tls
from shared.tls_socket import TlsSocket

T = TypeVar("T")

Ends = tuple[TlsSocket, TlsSocket]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tls.Identity:
    folder = tmp_path_factory.mktemp("identity")
    folder.chmod(0o700)
    return tls.make_identity(folder, "test")


def both(one: Callable[[], T], other: Callable[[], T]) -> tuple[T, T]:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(one)
        return other(), waiting.result(10)


@pytest.fixture
def fresh(identity: tls.Identity) -> Iterator[Ends]:
    """A server's and a client's end that have not shaken hands."""
    left, right = socket.socketpair()
    left.settimeout(5)
    right.settimeout(5)
    ends = (
        TlsSocket(left, tls.server_context(identity), server_side=True),
        TlsSocket(right, tls.client_context(), server_side=False),
    )
    yield ends
    for end in ends:
        end.close()


@pytest.fixture
def ends(fresh: Ends) -> Ends:
    both(fresh[0].do_handshake, fresh[1].do_handshake)
    return fresh


def receive(end: TlsSocket, size: int) -> bytes:
    content = memoryview(bytearray(size))
    got = 0
    while got < size:
        count = end.recv_into(content[got:])
        assert count
        got += count
    return bytes(content)


def test_the_handshake_shows_protocol_and_certificate(ends: Ends, identity: tls.Identity) -> None:
    server, client = ends
    tls.check_negotiated(server)
    tls.check_negotiated(client)
    assert client.peer_certificate() == identity.certificate_der
    assert server.peer_certificate() == b""


@pytest.mark.parametrize("size", [1, 16 * 1024, 16 * 1024 + 1, 5 * 1024 * 1024 + 3])
def test_content_arrives_both_ways(ends: Ends, size: int) -> None:
    content = os.urandom(size)
    for sender, receiver in (ends, ends[::-1]):
        received, _ = both(lambda sender=sender: sender.sendall(content), lambda end=receiver: receive(end, size))
        assert received == content


def test_one_call_brings_many_records(ends: Ends) -> None:
    server, client = ends
    for _ in range(20):
        server.sendall(b"x" * 100)
    assert client.recv_into(memoryview(bytearray(10_000))) == 2000


def test_who_takes_little_reads_little_ahead(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 10 KB a second, a megabyte taken at once has the line rest for minutes: the other end takes it for dead."""
    server, client = ends
    content = os.urandom(1024 * 1024)
    asked: list[int] = []

    class Noting:
        def __init__(self, plain: socket.socket) -> None:
            self._plain = plain

        def gettimeout(self) -> float:
            return 5.0

        def recv_into(self, buffer: memoryview) -> int:
            asked.append(len(buffer))
            return self._plain.recv_into(buffer)

        def close(self) -> None:
            self._plain.close()

    monkeypatch.setattr(client, "_plain", Noting(client._plain))

    def receive_slowly() -> bytes:
        largest = receive(client, 512 * 1024)
        assert max(asked) > 64 * 1024
        asked.clear()
        return largest + b"".join(receive(client, 1024) for _ in range(512))

    assert both(lambda: server.sendall(content), receive_slowly)[0] == content
    assert max(asked) <= 16 * 1024


def test_whether_something_has_come_is_known_without_waiting(ends: Ends) -> None:
    server, client = ends
    assert not client.has_input()
    server.sendall(b"abc")
    assert client.has_input()
    assert receive(client, 1) == b"a"
    assert client.has_input()
    assert receive(client, 2) == b"bc"
    assert not client.has_input()


def test_an_orderly_end_is_told_from_a_cut(ends: Ends) -> None:
    server, client = ends
    server.sendall(b"last")
    server.unwrap()
    server.close()
    assert receive(client, 4) == b"last"
    assert client.recv_into(memoryview(bytearray(10))) == 0


def test_a_cut_is_an_error(ends: Ends) -> None:
    server, client = ends
    server.sendall(b"last")
    server.close()
    assert receive(client, 4) == b"last"
    with pytest.raises(ssl.SSLEOFError):
        client.recv_into(memoryview(bytearray(10)))


def test_a_peer_that_says_nothing_meets_the_timeout(ends: Ends) -> None:
    _, client = ends
    client.settimeout(0.01)
    with pytest.raises(TimeoutError):
        client.recv_into(memoryview(bytearray(10)))


class Drip:
    """A socket over which one byte goes at a time, each ten seconds later than the one before; counts the calls."""

    def __init__(self, plain: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
        self._plain = plain
        self.now = 1000.0
        self.calls = 0
        monkeypatch.setattr(shared.tls_socket.time, "monotonic", lambda: self.now)

    def gettimeout(self) -> float:
        return 30.0

    def recv_into(self, buffer: memoryview) -> int:
        self._pass()
        return self._plain.recv_into(buffer[:1])

    def send(self, data: memoryview) -> int:
        self._pass()
        return self._plain.send(data[:1])

    def close(self) -> None:
        self._plain.close()

    def _pass(self) -> None:
        self.calls += 1
        self.now += 10.0


def dripping(end: TlsSocket, monkeypatch: pytest.MonkeyPatch) -> Drip:
    drip = Drip(end._plain, monkeypatch)  # the socket that it owns, replaced
    end._plain = cast(socket.socket, drip)
    return drip


def test_a_record_that_drips_in_meets_the_timeout(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    server, client = ends
    client.sendall(bytes(16 * 1024))
    drip = dripping(server, monkeypatch)
    with pytest.raises(TimeoutError):
        server.recv_into(memoryview(bytearray(10)))
    assert drip.calls <= 4


def test_a_handshake_that_drips_in_meets_the_timeout(fresh: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    server, client = fresh
    client.setblocking(False)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    drip = dripping(server, monkeypatch)
    with pytest.raises(TimeoutError):
        server.do_handshake()
    assert drip.calls <= 4


def test_a_reader_of_single_bytes_meets_the_timeout(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ = ends
    drip = dripping(server, monkeypatch)
    with pytest.raises(TimeoutError):
        server.sendall(bytes(1024))
    assert drip.calls <= 5


def test_what_is_no_content_comes_to_an_end(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole records that hold none, as changes of keys do, come as fast as they are read."""
    server, client = ends
    client.sendall(b"x")

    class Silent:
        def read(self, length: int, into: memoryview) -> int:
            raise ssl.SSLWantReadError

    class Endless:
        calls = 0

        def gettimeout(self) -> float:
            return 0.0

        def recv_into(self, buffer: memoryview) -> int:
            self.calls += 1
            assert self.calls < 1000, "it reads for ever"
            return len(buffer)

        def close(self) -> None:
            plain.close()

    plain = server._plain
    monkeypatch.setattr(server, "_plain", Endless())
    monkeypatch.setattr(server, "_tls", Silent())
    with pytest.raises(ssl.SSLError, match="nothing else"):
        server.recv_into(memoryview(bytearray(10)))


def test_a_socket_that_does_not_wait_says_so(fresh: Ends) -> None:
    server, client = fresh
    server.setblocking(False)
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    client.setblocking(False)
    for _ in range(10):
        done = []
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            done.append(end)
        if len(done) == 2:
            break
    with pytest.raises(ssl.SSLWantReadError):
        client.recv_into(memoryview(bytearray(10)))
    server.sendall(b"now")
    assert receive(client, 3) == b"now"


def test_what_did_not_fit_leaves_with_the_next_call(ends: Ends) -> None:
    server, client = ends
    server.setblocking(False)
    content = os.urandom(4 * 1024 * 1024)
    sent = 0
    is_full = False
    while not is_full and sent < len(content):
        piece = content[sent : sent + 64 * 1024]
        sent += len(piece)
        try:
            server.sendall(piece)
        except ssl.SSLWantWriteError:
            is_full = True
    assert is_full
    client.settimeout(0.05)
    received = bytearray()
    buffer = memoryview(bytearray(64 * 1024))
    while len(received) < sent:
        try:
            received += buffer[: client.recv_into(buffer)]
        except TimeoutError:
            server.sendall(b"")
            server.setblocking(True)
            server.sendall(b"end")
            sent += 3
    assert bytes(received[:-3]) == content[: sent - 3]
    assert received[-3:] == b"end"


def test_one_bit_flipped_on_the_way_is_an_error(identity: tls.Identity) -> None:
    left, right = socket.socketpair()
    middle_left, middle_right = socket.socketpair()
    with left, right, middle_left, middle_right:
        server = TlsSocket(left, tls.server_context(identity), server_side=True)
        client = TlsSocket(middle_right, tls.client_context(), server_side=False)
        client.setblocking(False)
        server.setblocking(False)
        for source, target in ((middle_left, right), (right, middle_left)) * 4:
            for end in (client, server):
                with contextlib.suppress(ssl.SSLWantReadError):
                    end.do_handshake()
            source.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                target.sendall(source.recv(65536))
        tls.check_negotiated(client)
        server.do_handshake()
        server.sendall(b"precious")
        record = bytearray(right.recv(65536))
        record[-1] ^= 1
        middle_left.sendall(record)
        with pytest.raises(ssl.SSLError):
            client.recv_into(memoryview(bytearray(10)))
