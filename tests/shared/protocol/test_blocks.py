"""Blocks: every byte belongs to exactly one, and a root names one content only."""

from __future__ import annotations

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol import limits
from shared.protocol.blocks import (
    NO_DIGEST,
    Layout,
    differing,
    digest_block,
    is_comparable,
    range_root,
    root_of,
    start_digest,
)

DIGESTS = st.lists(st.sampled_from([b"", b"a" * 32, b"b" * 32, b"c" * 32]), max_size=8)


@given(st.integers(0, limits.MAX_FILE))
def test_blocks_cover_a_file_without_gap_or_overlap(size: int) -> None:
    layout = Layout(size)
    assert layout.count <= limits.MAX_BLOCKS
    if not layout.count:
        assert size == 0
        return
    last = layout.count - 1
    assert layout.offset(last) + layout.length(last) == size
    assert 0 < layout.length(last) <= layout.block_size
    assert last == 0 or layout.length(0) == layout.length(last - 1) == layout.block_size
    assert last == 0 or layout.offset(1) == layout.length(0)


@pytest.mark.parametrize(
    ("size", "count", "last"),
    [
        (1, 1, 1),
        (limits.MIN_BLOCK - 1, 1, limits.MIN_BLOCK - 1),
        (limits.MIN_BLOCK, 1, limits.MIN_BLOCK),
        (limits.MIN_BLOCK + 1, 2, 1),
    ],
)
def test_the_edges_of_a_block(size: int, count: int, last: int) -> None:
    layout = Layout(size)
    assert (layout.count, layout.length(count - 1)) == (count, last)


@pytest.mark.parametrize("index", [-1, 2])
def test_a_block_outside_the_file_has_no_length(index: int) -> None:
    with pytest.raises(IndexError):
        Layout(limits.MIN_BLOCK + 1).length(index)


def test_a_block_doubles_when_the_list_would_be_too_long() -> None:
    edge = limits.MIN_BLOCK * limits.MAX_BLOCKS
    assert Layout(edge).block_size == limits.MIN_BLOCK
    assert Layout(edge + 1).block_size == 2 * limits.MIN_BLOCK
    assert not is_comparable(edge, edge + 1)
    assert is_comparable(0, edge)


def test_digest_in_pieces_is_the_digest_of_the_whole() -> None:
    digest = start_digest()
    digest.update(b"one")
    digest.update(b"two")
    assert digest.digest() == digest_block(b"onetwo") == blake3(b"onetwo").digest()


def test_root_is_what_the_wire_says() -> None:
    size = limits.MIN_BLOCK + 5
    digests = (b"1" * 32, b"2" * 32)
    material = size.to_bytes(8, "little") + b"".join(digests)
    assert root_of(size, digests) == blake3(material, derive_key_context="wherry 2026 file root v1").digest()


def test_root_differs_from_digest_and_by_size() -> None:
    digest = digest_block(b"x")
    assert len({digest, root_of(1, (digest,)), root_of(2, (digest,)), root_of(0, ())}) == 4


@pytest.mark.parametrize(("size", "digests"), [(0, (b"a" * 32,)), (1, ()), (1, (b"",)), (1, (b"a" * 31,))])
def test_no_root_over_a_list_that_does_not_fit(size: int, digests: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="digests"):
        root_of(size, digests)


@given(DIGESTS, DIGESTS)
def test_sending_what_differs_makes_both_equal(wanted: list[bytes], held: list[bytes]) -> None:
    wanted = [digest or b"d" * 32 for digest in wanted]
    result = (held + [b""] * len(wanted))[: len(wanted)]
    indexes = differing(wanted, held)
    for index in indexes:
        assert result[index] != wanted[index]
        result[index] = wanted[index]
    assert result == wanted
    assert indexes == sorted(set(indexes))


def test_a_block_that_is_not_there_is_never_held() -> None:
    assert differing([b""], [b""]) == [0]


def test_the_root_of_a_range_is_of_its_place_and_of_nothing_else() -> None:
    digests = [digest_block(bytes([number])) for number in range(3)]
    size = 5 * limits.MIN_BLOCK
    root = range_root(size, 1, digests)
    others = [
        range_root(size, 2, digests),
        range_root(size - 1, 1, digests),
        range_root(size, 1, digests[:2]),
        range_root(size, 1, digests[::-1]),
    ]
    assert root not in others
    assert range_root(3 * limits.MIN_BLOCK, 0, digests) != root_of(3 * limits.MIN_BLOCK, digests)


def test_a_range_of_blocks_that_are_not_there_has_no_root() -> None:
    digests = [digest_block(b"a"), digest_block(b"b")]
    for first, wrong in ((4, digests), (0, [*digests, b"short"]), (0, [*digests, NO_DIGEST])):
        with pytest.raises(ValueError, match="blocks"):
            range_root(5 * limits.MIN_BLOCK, first, wrong)
