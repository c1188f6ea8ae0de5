"""Frames: any cut of the bytes gives the same frames, and no length is believed before it is checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PeerError
from shared.protocol import limits
from shared.protocol.frames import HEADER, FrameKind, FrameReader, frame_header


def frame(payload: bytes, kind: FrameKind = FrameKind.CONTROL) -> bytes:
    return frame_header(kind, len(payload)) + payload


def cuts(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces, rest = [], data
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    return [*pieces, rest]


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=20), st.lists(st.integers(0, 50), max_size=50))
def test_any_cut_gives_the_same_messages(payloads: list[bytes], sizes: list[int]) -> None:
    reader = FrameReader()
    read = []
    for piece in cuts(b"".join(map(frame, payloads)), sizes):
        reader.feed(piece)
        while (payload := reader.read_control()) is not None:
            read.append(payload)
    assert read == payloads
    assert not reader.is_mid_frame


@given(st.binary(min_size=1, max_size=2000), st.integers(1, 700), st.integers(1, 333), st.integers(1, 64))
def test_content_in_any_frames_and_cuts_arrives_in_place(content: bytes, split: int, cut: int, ask: int) -> None:
    stream = b"".join(frame(content[i : i + split], FrameKind.DATA) for i in range(0, len(content), split))
    reader = FrameReader()
    into = memoryview(bytearray(len(content)))
    got = position = 0
    while got < len(content):
        count = reader.read_data(into[got : got + ask])
        room = reader.direct_room(len(content) - got)
        if not count and room:
            count = min(room, len(stream) - position)
            into[got : got + count] = stream[position : position + count]
            position += count
            reader.data_arrived(count)
        elif not count:
            reader.feed(stream[position : position + cut])
            position += cut
        got += count
    assert into == content


@pytest.mark.parametrize("length", [0, limits.MAX_FRAME_BEFORE_LOGIN + 1, 2**31, 2**32 - 1])
def test_a_length_that_is_not_allowed_is_refused_before_anything_is_allocated(length: int) -> None:
    reader = FrameReader()
    reader.feed(HEADER.pack(length, FrameKind.CONTROL))
    with pytest.raises(PeerError):
        reader.read_control()
    assert len(reader.get_buffer()) <= 2 * limits.MAX_FRAME_BEFORE_LOGIN


@pytest.mark.parametrize("length", [0, limits.MAX_DATA + 1, 2**32 - 1])
def test_a_data_frame_of_a_size_that_is_not_allowed_is_refused(length: int) -> None:
    reader = FrameReader()
    reader.feed(HEADER.pack(length, FrameKind.DATA))
    with pytest.raises(PeerError):
        reader.read_data(memoryview(bytearray(10)))


def test_an_unknown_kind_of_frame_is_refused() -> None:
    reader = FrameReader()
    reader.feed(HEADER.pack(3, 77) + b"abc")
    with pytest.raises(PeerError):
        reader.read_control()


def test_data_where_a_message_is_due_and_the_reverse_are_refused() -> None:
    reader = FrameReader()
    reader.feed(frame(b"x", FrameKind.DATA))
    with pytest.raises(PeerError):
        reader.read_control()
    reader = FrameReader()
    reader.feed(frame(b"x"))
    with pytest.raises(PeerError):
        reader.read_data(memoryview(bytearray(1)))


def test_a_sleeping_reader_keeps_no_memory() -> None:
    reader = FrameReader(limits.MAX_CONTROL)
    reader.feed(frame(b"x" * limits.MIB))
    assert reader.read_control() == b"x" * limits.MIB
    reader.release()
    assert reader.buffered == 0
    assert len(reader._buffer) == 0
