"""Filters and orders the rows of a folder in small steps, so that whoever runs it can do other things in between.

A plain sort of 100,000 names holds a thread, and with it the interpreter, for a tenth of a second. Here the rows are
dealt into buckets between sampled pivots first (sample sort; Frazer and McKellar, J. ACM 17(3), 1970), and each bucket
is sorted by itself. Pure: it starts no timer and knows no view.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

from desktop.models.directory_row import Row, SortKey, row_of
from shared.entries import Entry

STEP = 500
"""Rows in one step: less than a millisecond of work."""

_BUCKET = 800
_SAMPLES_PER_BUCKET = 4

Keep = Callable[[Row], bool]
Steps = Generator[None, None, list[Row]]
"""Yields between the steps and returns the rows."""


def make_rows(entries: Sequence[Entry], known: Mapping[str, Row], by_name: dict[str, Row]) -> Steps:
    """Return a row for each entry and put it into ``by_name``; one that is ``known`` and the same is used again."""
    rows: list[Row] = []
    for start in range(0, len(entries), STEP):
        for entry in entries[start : start + STEP]:
            row = known.get(entry.name)
            if row is None or row.entry != entry:
                row = row_of(entry)
            rows.append(row)
            by_name[entry.name] = row
        yield
    return rows


def arrange(rows: Sequence[Row], keep: Keep | None, key: SortKey, is_descending: bool) -> Steps:
    """Return those rows that ``keep`` wants, folders before everything else, each part ordered by ``key``."""
    folders: list[Row] = []
    others: list[Row] = []
    for start in range(0, len(rows), STEP):
        for row in rows[start : start + STEP]:
            if keep is None or keep(row):
                (folders if row.entry.is_folder else others).append(row)
        yield
    first = yield from _ordered(folders, key, is_descending)
    second = yield from _ordered(others, key, is_descending)
    return first + second


def finish(steps: Steps) -> list[Row]:
    """Run all steps at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: list[Row] = end.value
            return result


def _ordered(rows: list[Row], key: SortKey, is_descending: bool) -> Steps:
    if len(rows) > 2 * _BUCKET:
        result: list[Row] = []
        buckets = yield from _dealt(rows, key)
        for bucket in reversed(buckets) if is_descending else buckets:
            bucket.sort(key=key, reverse=is_descending)
            result += bucket
            yield
        return result
    rows.sort(key=key, reverse=is_descending)
    return rows


def _dealt(rows: Sequence[Row], key: SortKey) -> Generator[None, None, list[list[Row]]]:
    count = len(rows) // _BUCKET
    samples = sorted(map(key, _spread(rows, count * _SAMPLES_PER_BUCKET)))
    pivots = samples[_SAMPLES_PER_BUCKET::_SAMPLES_PER_BUCKET]
    buckets: list[list[Row]] = [[] for _ in range(len(pivots) + 1)]
    yield
    for start in range(0, len(rows), STEP):
        for row in rows[start : start + STEP]:
            buckets[bisect_right(pivots, key(row))].append(row)
        yield
    return buckets


def _spread(rows: Sequence[Row], count: int) -> Iterable[Row]:
    """Return about ``count`` rows from all over the list: listings come in runs that are in order."""
    return rows[:: max(1, len(rows) // count)]
