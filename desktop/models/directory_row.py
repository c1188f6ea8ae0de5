"""A row of a pane's list as values: its columns, what it sorts by, and how it compares to the other pane.

Knows no Qt model; what a row shows as text is made from its entry when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Any

from msgspec import Struct

from desktop.models.natural import natural_key
from shared.entries import Entry, Kind
from shared.look import filetypes
from shared.names import display


class Column(IntEnum):
    """The columns, in their first order."""

    NAME = 0
    SIZE = 1
    MODIFIED = 2
    KIND = 3
    PERMISSIONS = 4


class Mark(StrEnum):
    """How an entry compares to the one of the same name in the other pane."""

    NEW = "new"
    """Only here."""
    NEWER = "newer"
    OLDER = "older"
    DIFFERENT = "different"
    """Other contents, and the time does not tell which is the later."""
    EQUAL = "equal"


class Row(Struct, gc=False, eq=False):
    """One entry with what sorting and filtering compare; made once, by :func:`row_of`.

    Two rows are equal only when they are the same: lists of 100,000 are searched for one.
    """

    entry: Entry
    key: str
    text: str
    """The name, safe to display."""
    size: int
    """Bytes of a file, 0 for everything else."""
    mark: Mark | None = None


def row_of(entry: Entry) -> Row:
    """Return the row of an entry, in a few microseconds."""
    name = entry.name
    return Row(entry, natural_key(name), display(name), entry.size if entry.kind is Kind.FILE else 0)


SortKey = Callable[[Row], Any]


def _size_key(row: Row) -> tuple[int, str]:
    return row.size, row.key


def _modified_key(row: Row) -> tuple[int, str]:
    return row.entry.mtime_ns, row.key


def _kind_key(row: Row) -> tuple[str, str]:
    return filetypes.kind_text(row.entry), row.key


def _permissions_key(row: Row) -> tuple[int, str]:
    return row.entry.mode, row.key


SORT_KEYS: dict[Column, SortKey] = {
    # No two names have the same key, so every order is a total one.
    Column.NAME: attrgetter("key"),
    Column.SIZE: _size_key,
    Column.MODIFIED: _modified_key,
    Column.KIND: _kind_key,
    Column.PERMISSIONS: _permissions_key,
}
