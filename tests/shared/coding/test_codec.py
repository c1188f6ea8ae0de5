"""The codec: what comes back is what went in, and no frame is believed in what it claims."""

from __future__ import annotations

import struct
import sys
import threading
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.coding.codec import decode, encode
from shared.protocol import limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAGIC = b"\x28\xb5\x2f\xfd"
TEXT = b"the same words again, and again the same words. " * 200


def frame(content: bytes, **options: int) -> bytes:
    """Return a frame made with other settings than ours."""
    named = {getattr(zstd.CompressionParameter, name): value for name, value in options.items()}
    compressor = zstd.ZstdCompressor(options=named)
    # In two calls, so that the compressor does not know the size beforehand.
    return compressor.compress(content) + compressor.flush()


@given(st.binary(min_size=1, max_size=3000), st.integers(1, 50), st.sampled_from([1, 3, 6]))
def test_what_comes_back_is_what_went_in(piece: bytes, times: int, level: int) -> None:
    content = piece * times
    assert decode(encode(memoryview(content), level), len(content)) == content


def test_a_whole_frame_of_content_fits() -> None:
    content = (TEXT * 200)[: limits.MAX_DATA]
    assert decode(encode(content, 1), limits.MAX_DATA) == content


@given(st.binary(max_size=300), st.integers(1, 5000))
def test_garbage_is_refused_in_words_of_none(garbage: bytes, length: int) -> None:
    for coded in (garbage, MAGIC + garbage):
        content = decode(coded, length)
        assert content is None or len(content) == length


@given(st.data())
def test_a_damaged_frame_gives_the_right_length_or_nothing(data: st.DataObject) -> None:
    coded = bytearray(encode(TEXT, 1))
    where = data.draw(st.integers(0, len(coded) - 1))
    coded[where] ^= data.draw(st.integers(1, 255))
    content = decode(bytes(coded), len(TEXT))
    assert content is None or len(content) == len(TEXT)


@given(st.integers(0, len(encode(TEXT, 1)) - 1))
def test_a_frame_cut_short_is_refused(length: int) -> None:
    assert decode(encode(TEXT, 1)[:length], len(TEXT)) is None


@pytest.mark.parametrize("claimed", [1, len(TEXT) - 1, len(TEXT) + 1, 2 * len(TEXT)])
def test_another_length_than_announced_is_refused(claimed: int) -> None:
    assert decode(encode(TEXT, 1), claimed) is None


SKIPPABLE = struct.pack("<II", 0x184D2A50, 4) + b"skip"


@pytest.mark.parametrize(
    "coded",
    [
        encode(TEXT, 1) + b"x",
        encode(TEXT, 1) + encode(b"x", 1),
        encode(TEXT, 1) + SKIPPABLE,
        SKIPPABLE + encode(TEXT, 1),
        SKIPPABLE,
        encode(TEXT[: len(TEXT) // 2], 1) + encode(TEXT[len(TEXT) // 2 :], 1),
        b"",
    ],
    ids=["a byte more", "a frame more", "skips behind", "skips before", "only skips", "in two frames", "nothing"],
)
def test_anything_but_one_frame_is_refused(coded: bytes) -> None:
    assert decode(coded, len(TEXT)) is None


def test_a_frame_that_does_not_say_its_size_is_refused() -> None:
    assert decode(frame(TEXT, content_size_flag=0), len(TEXT)) is None


def test_a_frame_that_needs_a_dictionary_is_refused() -> None:
    words = zstd.train_dict([b"%d words and %d more of them" % (n, n * n) for n in range(2000)], 4096)
    compressor = zstd.ZstdCompressor(zstd_dict=words)
    coded = compressor.compress(TEXT, zstd.ZstdCompressor.FLUSH_FRAME)
    assert zstd.get_frame_info(coded).dictionary_id
    assert decode(coded, len(TEXT)) is None


def wide(content: bytes) -> bytes:
    """Return a frame of one raw block that states its size and asks for a window of 128 MiB."""
    # RFC 8878, section 3.1.1.1: a content size of 8 bytes and a window descriptor of 2^(10 + 17) bytes.
    block = (len(content) << 3 | 1).to_bytes(3, "little")
    return MAGIC + bytes([0b1100_0000, 17 << 3]) + struct.pack("<Q", len(content)) + block + content


def test_a_window_larger_than_any_content_is_refused() -> None:
    # A decoder that sees the whole frame needs no window, and would take it.
    assert zstd.decompress(wide(b"abc")) == b"abc"
    assert decode(wide(b"abc"), 3) is None


def test_a_bomb_takes_no_memory() -> None:
    bomb = zstd.compress(bytes(256 * limits.MIB), 3)
    lying = bytearray(encode(bytes(limits.MAX_DATA), 1))
    tracemalloc.start()
    try:
        assert decode(bomb, limits.MAX_DATA) is None
        assert decode(bomb, 256) is None
        assert decode(bytes(lying), limits.MAX_DATA - 1) is None
        assert tracemalloc.get_traced_memory()[1] < 2 * limits.MAX_DATA
    finally:
        tracemalloc.stop()


def test_many_threads_share_the_compressors() -> None:
    contents = [bytes([n]) * 5000 + TEXT for n in range(8)]
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(50):
            if decode(encode(contents[number], 1), len(contents[number])) != contents[number]:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
