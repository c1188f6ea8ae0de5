"""Coded frames: content that was compressed, where this end takes it so; nothing is believed in what they claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.coding.codec import decode, encode
from shared.errors import PeerError
from shared.protocol import limits, messages
from shared.protocol.blocks import digest_block
from shared.protocol.client import ClientConversation
from shared.protocol.frames import CONTENT_LENGTH, FrameKind, FrameReader, coded_header, frame_header
from shared.protocol.server import ServerConversation
from tests.shared.protocol.test_conversation import pump, put

CONTENT = b"some words, and some words again. " * 100


def coded_frame(content: bytes, claimed: int | None = None, *, coded: bytes | None = None) -> bytes:
    coded = encode(content, 1) if coded is None else coded
    return coded_header(len(content) if claimed is None else claimed, len(coded)) + coded


def data_frame(content: bytes) -> bytes:
    return frame_header(FrameKind.DATA, len(content)) + content


def read(reader: FrameReader, stream: bytes, length: int, cut: int, ask: int) -> bytes:
    into = memoryview(bytearray(length))
    got = 0
    for start in range(0, len(stream), cut):
        reader.feed(stream[start : start + cut])
        while got < length and (count := reader.read_data(into[got : got + ask])):
            got += count
    assert got == length
    return bytes(into)


@given(
    st.lists(st.tuples(st.booleans(), st.binary(min_size=30, max_size=60)), min_size=1, max_size=6),
    st.integers(1, 500),
    st.integers(1, 300),
)
def test_coded_and_raw_content_in_any_cuts_arrives_in_order(
    pieces: list[tuple[bool, bytes]], cut: int, ask: int
) -> None:
    pieces = [(is_coded, piece * 10) for is_coded, piece in pieces]
    stream = b"".join(coded_frame(piece) if is_coded else data_frame(piece) for is_coded, piece in pieces)
    content = b"".join(piece for _, piece in pieces)
    reader = FrameReader(decode=decode)
    assert read(reader, stream, len(content), cut, ask) == content
    assert not reader.is_mid_frame


def test_what_cannot_be_decoded_has_its_length_and_another_content() -> None:
    """So the conversation goes on, and the digest tells that the block must come again."""
    damaged = bytearray(encode(CONTENT, 1))
    damaged[len(damaged) // 2] ^= 0xFF
    reader = FrameReader(decode=decode)
    assert read(reader, coded_frame(CONTENT, coded=bytes(damaged)), len(CONTENT), 100, 100) != CONTENT


@pytest.mark.parametrize("claimed", [len(CONTENT) - 1, len(CONTENT) + 1, limits.MAX_DATA])
def test_content_of_another_length_than_claimed_is_no_content(claimed: int) -> None:
    reader = FrameReader(decode=decode)
    assert read(reader, coded_frame(CONTENT, claimed), claimed, 1000, claimed) == bytes(claimed)


CODED = encode(CONTENT, 1)


@pytest.mark.parametrize(
    "header",
    [
        frame_header(FrameKind.CODED, 0),
        frame_header(FrameKind.CODED, CONTENT_LENGTH.size),
        frame_header(FrameKind.CODED, CONTENT_LENGTH.size + limits.MAX_DATA),
        frame_header(FrameKind.CODED, 0xFFFF_FFFF),
        coded_header(0, len(CODED)),
        coded_header(len(CODED), len(CODED)),
        coded_header(limits.MAX_DATA + 1, len(CODED)),
        coded_header(0xFFFF_FFFF, len(CODED)),
    ],
)
def test_a_claim_that_nobody_honest_makes_ends_the_connection(header: bytes) -> None:
    reader = FrameReader(limits.MAX_CONTROL, decode)
    reader.feed(header)
    with pytest.raises(PeerError):
        reader.read_data(memoryview(bytearray(10)))


def test_coded_content_that_was_not_wanted_ends_the_connection() -> None:
    reader = FrameReader(limits.MAX_CONTROL)
    reader.feed(coded_frame(CONTENT))
    with pytest.raises(PeerError):
        reader.read_data(memoryview(bytearray(len(CONTENT))))


def test_coded_content_instead_of_a_message_ends_the_connection() -> None:
    reader = FrameReader(limits.MAX_CONTROL, decode)
    reader.feed(coded_frame(CONTENT))
    with pytest.raises(PeerError):
        reader.read_control()


def test_more_content_than_was_announced_ends_the_connection() -> None:
    reader = FrameReader(limits.MAX_CONTROL, decode)
    reader.feed(coded_frame(CONTENT))
    into = memoryview(bytearray(100))
    assert reader.read_data(into) == 100
    assert reader.is_mid_frame
    with pytest.raises(PeerError):
        reader.read_control()


def test_a_coded_frame_under_way_gives_its_memory_back() -> None:
    big = bytes(range(256)) * 4096
    reader = FrameReader(limits.MAX_CONTROL, decode)
    assert read(reader, coded_frame(big) * 3, 3 * len(big), 5000, 1 << 20) == 3 * big
    assert len(reader.get_buffer()) <= 64 * limits.KIB


@given(st.binary(min_size=1, max_size=400))
def test_garbage_is_read_or_refused(garbage: bytes) -> None:
    reader = FrameReader(limits.MAX_CONTROL, decode)
    reader.feed(frame_header(FrameKind.CODED, len(garbage)) + garbage)
    try:
        reader.read_data(memoryview(bytearray(50)))
    except PeerError:
        return


# --- what the two ends agree on


def greeted(*, client_takes: bool, server_takes: bool) -> tuple[ClientConversation, ServerConversation]:
    """Return two ends after their hellos and a login that the tables believe."""
    client = ClientConversation(nonce=b"c" * 24, agent="test", decode=decode if client_takes else None)
    server = ServerConversation(nonce=b"s" * 24, name="desk", agent="test", decode=decode if server_takes else None)
    pump(server, client)
    client.say_hello()
    client.send(messages.Attach(session=b"s" * 16, proof=b"p" * 32))
    pump(client, server)
    server.send(messages.Attached(proof=b"p" * 32))
    pump(server, client)
    return client, server


@pytest.mark.parametrize("client_takes", [True, False])
@pytest.mark.parametrize("server_takes", [True, False])
def test_each_end_learns_what_the_other_takes(client_takes: bool, server_takes: bool) -> None:
    client, server = greeted(client_takes=client_takes, server_takes=server_takes)
    assert client.may_code is server_takes
    assert server.may_code is client_takes


def test_an_end_that_says_nothing_takes_nothing_coded() -> None:
    payload = messages.encode(messages.Hello(version=(1, 0), nonce=b"n" * 24)).replace(b"takes_coded", b"takes_other")
    hello = messages.decode(payload)
    assert isinstance(hello, messages.Hello)
    assert not hello.takes_coded


def test_coded_content_counts_as_what_it_stands_for() -> None:
    client, server = greeted(client_takes=True, server_takes=True)
    client.send(put(len(CONTENT), inline=True))
    coded = encode(CONTENT, 1)
    client.append_output(client.coded_header(len(CONTENT), len(coded)))
    client.append_output(coded)
    client.send(messages.End(id=1, root=digest_block(CONTENT)))
    server.feed(client.take_output())
    assert isinstance(server.next_message(), messages.Put)
    into = memoryview(bytearray(len(CONTENT)))
    assert server.read_data(into) == len(CONTENT)
    assert into == CONTENT
    assert isinstance(server.next_message(), messages.End)


def test_our_own_end_sends_nothing_coded_that_is_not_wanted_or_owed() -> None:
    client, _ = greeted(client_takes=True, server_takes=False)
    client.send(put(len(CONTENT), inline=True))
    with pytest.raises(AssertionError):
        client.coded_header(len(CONTENT), 10)
    client, _ = greeted(client_takes=True, server_takes=True)
    client.send(put(len(CONTENT), inline=True))
    for content, coded in ((len(CONTENT) + 1, 10), (len(CONTENT), len(CONTENT)), (len(CONTENT), 0)):
        with pytest.raises(AssertionError):
            client.coded_header(content, coded)
