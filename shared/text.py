"""Sizes, rates and times as people read and write them. Knows no language but English and no widget."""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import Decimal

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_FACTORS = {
    "": 1,
    **{letter: 1024**power for power, letter in enumerate("kmgtp", 1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgtp", 1)},
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgtp", 1)},
    "b": 1,
}
_SIZE = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)\s*([a-z]{0,3})", re.ASCII | re.IGNORECASE)

UNKNOWN = "–"
"""Shown for a rate or a time that nobody knows yet."""


def format_size(size: int) -> str:
    """Return bytes as ``999 B``, ``1.50 KiB``, ``12.3 MiB`` or ``512 GiB``: three digits that count."""
    if abs(size) < 1024:
        return f"{size} B"
    value, unit = float(size), 0
    # 1023.6 KiB would round to the four digits of 1024.
    while abs(value) >= 999.5 and unit < len(_UNITS) - 1:
        value /= 1024
        unit += 1
    decimals = 2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0
    return f"{value:.{decimals}f} {_UNITS[unit]}"


def format_rate(bytes_per_second: float) -> str:
    """Return a rate as ``12.3 MiB/s``; what is no number or negative is :data:`UNKNOWN`."""
    if not math.isfinite(bytes_per_second) or bytes_per_second < 0:
        return UNKNOWN
    return f"{format_size(round(bytes_per_second))}/s"


def format_duration(seconds: float) -> str:
    """Return a time span by its two largest units: ``8 s``, ``2 min 5 s``, ``1 h 0 min``, ``3 d 4 h``.

    Rounded up, as time left that says 0 s and goes on is a lie. Without end, no number or negative: UNKNOWN.
    """
    if not math.isfinite(seconds) or seconds < 0:
        return UNKNOWN
    whole = math.ceil(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def format_time(when: float) -> str:
    """Return seconds since the epoch as local ``2024-05-31 17:05``; what no calendar has is :data:`UNKNOWN`."""
    try:
        return datetime.fromtimestamp(when).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return UNKNOWN


def parse_size(text: str) -> int:
    """Read bytes as people write them: ``1500``, ``10M``, ``1.5 GiB``, ``2 GB``; case does not count.

    ``K M G T P``, alone or with ``iB``, are powers of 1024, as in rsync and wget; with ``B`` they are
    powers of 1000. Raises ``ValueError`` with a sentence for a person.
    """
    match = _SIZE.fullmatch(text.strip())
    factor = _FACTORS.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise ValueError(f"{text[:40]!r} is not a size; write for example 500K, 10M or 1.5G")
    return int(Decimal(match[1]) * factor)
