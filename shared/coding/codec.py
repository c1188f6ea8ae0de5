"""Content as one zstd frame (RFC 8878) and back. What comes from the peer is believed in nothing.

A frame stands for at most ``MAX_DATA`` bytes, so both directions need little memory, whatever is claimed.
"""

from __future__ import annotations

import sys
from collections import defaultdict, deque

from shared.protocol import limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_WINDOW_LOG = limits.MAX_DATA.bit_length() - 1
"""The window need be no larger than the content; a frame that asks the decoder for more is refused."""

_SINGLE_SEGMENT = 0x20
"""In the byte after the magic number (RFC 8878, section 3.1.1.1.1): the window is the content. Ours all are so."""

_BOUNDED: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}

_PLAIN: dict[int, int] = {
    # Our digests prove the content; the size is what the other end compares with its own idea of it.
    zstd.CompressionParameter.checksum_flag: 0,
    zstd.CompressionParameter.content_size_flag: 1,
    zstd.CompressionParameter.window_log: _WINDOW_LOG,
}


_MOST_IDLE = 4
"""Compressors of a level that are kept, about a megabyte each: a new one for every small file would cost more than the
file does, and one for every connection would stay with those that sleep."""

_idle: defaultdict[int, deque[zstd.ZstdCompressor]] = defaultdict(lambda: deque(maxlen=_MOST_IDLE))


def encode(content: bytes | memoryview, level: int) -> bytes:
    """Return one frame of ``content``, of at most MAX_DATA bytes. Any thread; lets others run while it works."""
    idle = _idle[level]
    try:
        compressor = idle.pop()
    except IndexError:
        compressor = zstd.ZstdCompressor(options={**_PLAIN, zstd.CompressionParameter.compression_level: level})
    frame = compressor.compress(content, zstd.ZstdCompressor.FLUSH_FRAME)
    # Not after an error: what it would do next is not known.
    idle.append(compressor)
    return frame


def decode(coded: bytes | memoryview, length: int) -> bytes | None:
    """Return the content of a frame, which must be ``length`` bytes; None when it is anything else.

    Refused are a frame that claims or holds more or less, one that claims nothing, one that needs a dictionary or a
    larger window, one that skips, and whatever follows the frame. Takes no more memory than content and window.
    """
    try:
        info = zstd.get_frame_info(coded)
        if info.decompressed_size != length or info.dictionary_id or not coded[4] & _SINGLE_SEGMENT:
            return None
        decompressor = zstd.ZstdDecompressor(options=_BOUNDED)
        content = decompressor.decompress(coded, length)
    except (zstd.ZstdError, EOFError, ValueError):
        return None
    is_whole = decompressor.eof and not decompressor.unused_data
    return content if is_whole and len(content) == length else None
