"""Compares the listings of two folders by what they say: names, sizes and times. Pure; reads no content."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.models.directory_row import Mark
from shared.entries import Entry, Kind

TIME_GRAIN_NS = 2_000_000_000
"""Times that differ by less are the same: FAT keeps every other second, many tools drop what is below one."""

_OPPOSITE = {Mark.NEWER: Mark.OLDER, Mark.OLDER: Mark.NEWER}

Marks = dict[str, Mark]


def compare(left: Sequence[Entry], right: Sequence[Entry]) -> tuple[Marks, Marks]:
    """Return the marks of the names on the left and of those on the right.

    Folders that are on both sides have none: what is in them has not been looked at.
    """
    others = {entry.name: entry for entry in right}
    here: Marks = {}
    there: Marks = {}
    for entry in left:
        other = others.pop(entry.name, None)
        if other is None:
            here[entry.name] = Mark.NEW
        elif (mark := _mark(entry, other)) is not None:
            here[entry.name] = mark
            there[entry.name] = _OPPOSITE.get(mark, mark)
    there |= dict.fromkeys(others, Mark.NEW)
    return here, there


def alike(left: Sequence[Entry], right: Sequence[Entry]) -> list[str]:
    """Return the names of files of the same size on both sides: only reading them tells whether they are equal."""
    sizes = {entry.name: entry.size for entry in right if entry.kind is Kind.FILE}
    return [entry.name for entry in left if entry.kind is Kind.FILE and sizes.get(entry.name) == entry.size]


def with_contents(marks: tuple[Marks, Marks], equal: dict[str, bool]) -> tuple[Marks, Marks]:
    """Return the marks again, knowing of some names whether the contents are equal."""
    result = dict(marks[0]), dict(marks[1])
    for name, is_equal in equal.items():
        for side in result:
            if is_equal:
                side[name] = Mark.EQUAL
            elif side.get(name) is Mark.EQUAL:
                side[name] = Mark.DIFFERENT
    return result


def _mark(entry: Entry, other: Entry) -> Mark | None:
    if entry.kind is not other.kind:
        return Mark.DIFFERENT
    if entry.kind is not Kind.FILE:
        return None
    distance = entry.mtime_ns - other.mtime_ns
    if abs(distance) < TIME_GRAIN_NS:
        return Mark.EQUAL if entry.size == other.size else Mark.DIFFERENT
    return Mark.NEWER if distance > 0 else Mark.OLDER
