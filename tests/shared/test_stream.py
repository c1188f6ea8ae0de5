"""The blocking driver on a socket that is written down: pieces, signs of life, and the rate that is due."""

from __future__ import annotations

from typing import cast

import pytest

from shared import stream
from shared.coding.coder import Coder
from shared.errors import ConnectionLostError
from shared.protocol import limits, messages
from shared.protocol.client import ClientConversation
from shared.protocol.frames import HEADER, FrameKind
from shared.protocol.server import ServerConversation
from shared.stream import BlockingStream
from tests.shared.protocol.test_conversation import pair, pump, put


class Clock:
    """Time that passes only where the test lets it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(stream, "time", clock)
    return clock


class Wire:
    """A socket that gives what it is told to, in pieces of ``step`` bytes, each after ``delay`` seconds."""

    def __init__(self, clock: Clock, incoming: bytes = b"", *, step: int = 1 << 20, delay: float = 0.0) -> None:
        self.sent: list[bytes] = []
        self._clock = clock
        self._incoming = incoming
        self._step = step
        self._delay = delay

    def recv_into(self, buffer: memoryview, /) -> int:
        self._clock.now += self._delay
        piece = self._incoming[: min(self._step, len(buffer))]
        self._incoming = self._incoming[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def sendall(self, data: bytes | bytearray | memoryview, /) -> None:
        self._clock.now += self._delay
        self.sent.append(bytes(data))


Stream = BlockingStream[ClientConversation]


def client_with(
    wire: Wire, pace: list[int] | None = None
) -> tuple[BlockingStream[ClientConversation], ServerConversation]:
    client, server = pair()
    return BlockingStream(wire, client, None if pace is None else pace.append), server


def test_content_under_a_rate_goes_in_small_pieces(clock: Clock) -> None:
    """At 3 KB a second a whole frame would take minutes, and the other side takes silence for a dead line."""
    paced: list[int] = []
    client, _ = client_with(Wire(clock), paced)
    client.send(put(limits.MIB, inline=True))
    client.send_data(memoryview(bytes(limits.MIB)))
    assert sum(paced) == limits.MIB
    assert max(paced) / 1000 < limits.STALL_DEADLINE


def test_content_without_a_rate_goes_in_whole_frames(clock: Clock) -> None:
    wire = Wire(clock)
    client, _ = client_with(wire)
    client.send(put(2 * limits.MIB, inline=True))
    client.send_data(memoryview(bytes(2 * limits.MIB)))
    assert max(map(len, wire.sent)) == limits.MAX_DATA


def test_a_sign_of_life_is_sent_now_and_then_and_heard_by_nobody(clock: Clock) -> None:
    wire = Wire(clock)
    client, server = client_with(wire)
    client.send(messages.Ping(id=1))
    client.flush()
    for _ in range(100):
        client.keep_alive()
        clock.now += 0.11
    assert len(wire.sent) == 1 + 2
    server.feed(b"".join(wire.sent))
    assert pump(client.conversation, server) == [messages.Ping(id=1)]
    assert server.next_message() is None


def test_a_trickle_within_a_message_is_given_up(clock: Clock) -> None:
    frame = HEADER.pack(1000, FrameKind.CONTROL) + bytes(1000)
    client, _ = client_with(Wire(clock, frame, step=1, delay=limits.STALL_DEADLINE / 3))
    started = clock.now
    with pytest.raises(ConnectionLostError, match="too slow"):
        client.receive()
    assert clock.now - started <= 2 * limits.STALL_DEADLINE


def test_a_slow_line_is_not_given_up(clock: Clock) -> None:
    """A modem's 1,200 bytes a second."""
    conversation, server = pair()
    conversation.send(messages.Get(id=1, path=(b"f",)))
    pump(conversation, server)
    server.send(messages.Offer(id=1, size=300_000, mtime_ns=0, mode=0))
    server.send(messages.Block(id=1, index=0, digest=b"d" * 32))
    for _ in range(3):
        server.append_output(server.data_header(100_000))
        server.append_output(bytes(100_000))
    client = BlockingStream(Wire(clock, bytes(server.take_output()), step=600, delay=0.5), conversation)
    client.receive()
    client.receive()
    content = memoryview(bytearray(300_000))
    client.receive_data(content)


def test_a_long_wait_for_an_answer_is_no_slow_rate(clock: Clock) -> None:
    """Between messages only silence is judged, by the socket's timeout."""
    conversation, server = pair()
    answers = b""
    for number in range(10):
        conversation.send(messages.Ping(id=number))
        pump(conversation, server)
        server.send(messages.Done(id=number))
        answers += bytes(server.take_output())
    size = len(answers) // 10
    client = BlockingStream(Wire(clock, answers, step=size, delay=limits.STALL_DEADLINE - 1), conversation)
    assert [client.receive() for _ in range(10)] == [messages.Done(id=number) for number in range(10)]


def test_a_peer_that_reads_a_trickle_is_given_up(clock: Clock) -> None:
    client, _ = client_with(Wire(clock, delay=limits.STALL_DEADLINE + 1))
    client.send(messages.Ping(id=1))
    with pytest.raises(ConnectionLostError, match="too slow"):
        client.flush()


# --- compressing


class Doubler:
    """A coder that makes a tenth of everything, and writes down what it is told."""

    def __init__(self) -> None:
        self.files: list[int] = []
        self.looks: list[tuple[int, float]] = []

    def begin_file(self, size: int) -> None:
        self.files.append(size)

    def piece(self) -> int:
        return limits.MAX_DATA

    def about_to_send(self, sent: int, waited_s: float) -> None:
        self.looks.append((sent, waited_s))

    def code(self, content: memoryview) -> bytes | None:
        return bytes(len(content) // 10) or None


def coding(wire: Wire, pace: list[int] | None = None, *, takes: bool = True) -> tuple[Stream, Doubler]:
    client = ClientConversation(nonce=b"c" * 24, agent="test")
    server = ServerConversation(
        nonce=b"s" * 24, name="desk", agent="test", decode=(lambda coded, length: bytes(length)) if takes else None
    )
    pump(server, client)
    client.say_hello()
    client.send(messages.Attach(session=b"s" * 16, proof=b"p" * 32))
    pump(client, server)
    server.send(messages.Attached(proof=b"p" * 32))
    pump(server, client)
    coder = Doubler()
    stream = BlockingStream(wire, client, None if pace is None else pace.append, coder=cast(Coder, coder))
    return stream, coder


def test_what_travels_is_what_is_counted_and_paced(clock: Clock) -> None:
    wire, paced = Wire(clock, delay=0.5), list[int]()
    client, coder = coding(wire, paced)
    client.send(put(2 * limits.MIB, inline=True))
    client.send_data(memoryview(bytes(2 * limits.MIB)))
    client.flush()
    assert sum(paced) == 2 * (limits.MIB // 10)
    assert client.bytes_out == sum(map(len, wire.sent)) < 2 * limits.MIB / 9
    assert coder.files == [2 * limits.MIB]
    assert [sent for sent, _ in coder.looks] == [sum(map(len, wire.sent[:count])) for count in range(len(wire.sent))]
    assert coder.looks[-1][1] == pytest.approx(0.5 * (len(wire.sent) - 1))


def test_a_peer_that_takes_nothing_coded_gets_it_raw(clock: Clock) -> None:
    wire = Wire(clock)
    client, _ = coding(wire, takes=False)
    client.send(put(limits.MIB, inline=True))
    client.send_data(memoryview(bytes(limits.MIB)))
    assert sum(map(len, wire.sent)) > limits.MIB


def test_a_received_coded_frame_is_paced_as_what_it_was_on_the_line(clock: Clock) -> None:
    content = 500_000
    server = ServerConversation(nonce=b"s" * 24, name="d", agent="t", decode=lambda coded, length: bytes(length))
    other = ClientConversation(nonce=b"c" * 24, agent="test")
    pump(server, other)
    other.say_hello()
    other.send(messages.Attach(session=b"s" * 16, proof=b"p" * 32))
    pump(other, server)
    server.send(messages.Attached(proof=b"p" * 32))
    pump(server, other)
    other.send(put(content, inline=True))
    other.append_output(other.coded_header(content, 5000) + bytes(5000))
    sent = bytes(other.take_output())
    paced: list[int] = []
    stream = BlockingStream(Wire(clock, sent), server, paced.append, lambda: 700)
    assert isinstance(stream.receive(), messages.Put)
    stream.receive_data(memoryview(bytearray(content)))
    assert sum(paced) == len(sent)
    # A whole frame at once would have the line rest for as long as its bytes take at a low rate.
    assert max(paced[1:]) <= 700
