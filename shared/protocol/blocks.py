"""A file as a list of blocks, each with its BLAKE3, and one root over them. Opens no file and sends nothing.

How a file of a given size divides is fixed by :func:`shared.protocol.limits.block_size_for`, so two ends that
know a size agree on the blocks without a word. An empty file has no block, and a root all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from blake3 import blake3

from shared.protocol.limits import block_size_for

DIGEST_BYTES = 32
"""BLAKE3's default output, 256 bits (BLAKE3 paper, section 2.1)."""

NO_DIGEST = b""
"""In a block list: this block is not there."""

ROOT_CONTEXT = "wherry 2026 file root v1"
"""Context of the key derivation mode (BLAKE3 paper, section 2.3): a root is never mistaken for a block's digest."""

RANGE_CONTEXT = "wherry 2026 range root v1"
"""The same for some blocks of a file: it is never mistaken for the root of a whole one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file of ``size`` bytes divides into blocks. All values in bytes, or block numbers from 0."""

    size: int
    block_size: int = field(init=False)
    count: int = field(init=False)

    def __post_init__(self) -> None:
        block_size = block_size_for(self.size)
        object.__setattr__(self, "block_size", block_size)
        object.__setattr__(self, "count", -(-self.size // block_size))

    def offset(self, index: int) -> int:
        """Return where block ``index`` begins."""
        return index * self.block_size

    def length(self, index: int) -> int:
        """Return how long block ``index`` is; only the last one may be short. Raises IndexError beyond it."""
        if not 0 <= index < self.count:
            raise IndexError(f"block {index} of {self.count}")
        return min(self.block_size, self.size - index * self.block_size)


def digest_block(data: bytes | bytearray | memoryview) -> bytes:
    """Return the digest of one block's content. Lets other threads run while it works on a large one."""
    return blake3(data).digest()


def start_digest() -> blake3:
    """Return a hasher for a block that comes in pieces: ``update`` each in order, then ``digest()``."""
    return blake3()


def root_of(size: int, digests: Sequence[bytes]) -> bytes:
    """Return the root over a file's size and the digests of all its blocks, in order.

    BLAKE3 in key derivation mode over the size as 8 bytes, little endian, then the digests. Raises ValueError
    when the number or form of the digests does not fit the size: such a root would prove nothing.
    """
    if len(digests) != Layout(size).count or any(len(digest) != DIGEST_BYTES for digest in digests):
        raise ValueError("the digests are not those of all blocks")
    hasher = blake3(size.to_bytes(8, "little"), derive_key_context=ROOT_CONTEXT)
    hasher.update(b"".join(digests))
    return hasher.digest()


def range_root(size: int, first: int, digests: Sequence[bytes]) -> bytes:
    """Return the root over some blocks of a file of ``size`` bytes, those from number ``first`` on.

    As :func:`root_of`, with a context of its own, over the size and the number as 8 bytes each. Raises ValueError when
    there are no such blocks.
    """
    if first + len(digests) > Layout(size).count or any(len(digest) != DIGEST_BYTES for digest in digests):
        raise ValueError("the digests are not those of blocks of the file")
    hasher = blake3(size.to_bytes(8, "little"), derive_key_context=RANGE_CONTEXT)
    hasher.update(first.to_bytes(8, "little"))
    hasher.update(b"".join(digests))
    return hasher.digest()


def is_comparable(size: int, other: int) -> bool:
    """Whether block ``i`` of two files of these sizes starts at the same place, so that lists can be compared."""
    return block_size_for(size) == block_size_for(other)


def differing(wanted: Sequence[bytes], held: Sequence[bytes]) -> list[int]:
    """Return the numbers of the ``wanted`` blocks that ``held`` has not, in ascending order.

    Both lists must be of files whose sizes are comparable. Lengths need no look of their own: blocks of
    different length have different digests.
    """
    have = len(held)
    return [index for index, digest in enumerate(wanted) if index >= have or held[index] != digest or not digest]
