"""The order people expect of names: ``photo 9`` before ``photo 10``, capitals and small letters together."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"[0-9]+")


def natural_key(name: str) -> str:
    """Return a text that sorts as people count; plain string comparison suffices, which is fast.

    A run of digits becomes one character for its length and then the digits, so that more digits mean a
    larger number. The name itself comes last: no two names have the same key.
    """
    folded = name.casefold()
    if not folded.isascii():
        # Letters with marks sort beside their base: “é” is “e” first, then the accent.
        folded = unicodedata.normalize("NFKD", folded)
    if _DIGITS.search(folded):
        folded = _DIGITS.sub(_count, folded)
    return f"{folded}\0{name}"


def _count(found: re.Match[str]) -> str:
    digits = found.group().lstrip("0") or "0"
    # Digits stand at 0x30 in every order; the length follows at the same place.
    return f"0{chr(min(len(digits), 255) + 0x30)}{digits}"
