"""What a person types to choose by name: ``*.jpg; *.png; !draft*``. Pure; knows neither rows nor Qt."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

SEPARATOR = ";"
EXCLUDE = "!"

Matches = Callable[[str], object]
"""Takes a name as it is displayed; the answer is true or false."""


def matcher(text: str, *, anywhere: bool = True) -> Matches | None:
    """Return what tells whether a name fits ``text``, capitals or not; None when there is nothing to look for.

    Patterns are separated by ``;`` and a name fits when one of them does. One that begins with ``!`` leaves out what
    fits it, whatever the others say. ``*`` and ``?`` stand for any characters. anywhere: a pattern may be a part of
    the name; else it is meant for the whole name, as masks are, unless it has no wildcard.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for word in text.casefold().split(SEPARATOR):
        word = word.strip()
        if word.startswith(EXCLUDE):
            if word := word.removeprefix(EXCLUDE).strip():
                # What is left out is named exactly: “!*.c” should keep “main.cpp”.
                unwanted.append(_expression(word, anywhere=False))
        elif word:
            wanted.append(_expression(word, anywhere=anywhere))
    if not wanted and not unwanted:
        return None
    if len(wanted) == 1 and not unwanted and not _has_wildcard(text):
        part = text.strip().rstrip(SEPARATOR).strip().casefold()
        return lambda name: part in name.casefold()
    found = re.compile("|".join(wanted), re.DOTALL).match if wanted else None
    refused = re.compile("|".join(unwanted), re.DOTALL).match if unwanted else None

    def matches(name: str) -> bool:
        folded = name.casefold()
        return (found is None or found(folded) is not None) and (refused is None or refused(folded) is None)

    return matches


def _expression(word: str, *, anywhere: bool) -> str:
    if not _has_wildcard(word) or anywhere:
        word = f"*{word}*"
    # fnmatch would read “[” as the start of a set, which nobody means who types a name.
    return fnmatch.translate(word.replace("[", "[[]"))


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text
