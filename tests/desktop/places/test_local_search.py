"""Searching this computer: in slices, within a limit, and past what cannot be read."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from desktop.places import local_search
from desktop.places.local import LocalPlace, _entry
from desktop.places.local_search import LocalSearch
from shared.errors import LocalError
from shared.patterns import NamePattern
from shared.work import Findings, WorkProgress


def search(top: Path, pattern: str, limit: int = 1000) -> LocalSearch:
    return LocalSearch(str(top), ("top",), NamePattern(pattern), limit, _entry)


def run(each: LocalSearch) -> list[Findings]:
    batches: list[Findings] = []
    is_last = False
    while not is_last:
        found, is_last = each.take()
        batches.append(found)
    return batches


def fill(top: Path) -> None:
    (top / "a" / "B").mkdir(parents=True)
    for name in ("a/Holiday.JPG", "a/B/holiday 2.jpg", "x"):
        (top / name).write_bytes(b"123")
    (top / "a" / "loop").symlink_to(top)


def test_names_are_found_with_what_stands_there(tmp_path: Path) -> None:
    fill(tmp_path)
    each = search(tmp_path, "*.jpg")
    (found,) = run(each)
    assert {match.path for match in found.matches} == {("top", "a", "Holiday.JPG"), ("top", "a", "B", "holiday 2.jpg")}
    assert {match.entry.size for match in found.matches} == {3}
    assert each.seen == 6
    assert not found.is_cut


def test_a_limit_is_kept_and_told(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / str(number)).touch()
    (exact,) = run(search(tmp_path, "*", 20))
    assert (len(exact.matches), exact.is_cut) == (20, False)
    (cut,) = run(search(tmp_path, "*", 19))
    assert (len(cut.matches), cut.is_cut) == (19, True)


def test_a_look_ends_in_time_and_with_a_full_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (tmp_path / str(number)).touch()
    monkeypatch.setattr(local_search, "_BATCH", 8)
    assert [len(batch.matches) for batch in run(search(tmp_path, "*"))] == [8, 8, 4]
    ticks = iter(range(1000))
    slow = LocalSearch(str(tmp_path), (), NamePattern("*"), 1000, _entry, lambda: next(ticks))
    assert len(run(slow)) == 21


def test_what_cannot_be_read_is_passed_by_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    real = os.open

    def refuse(path: str, flags: int, *more: int) -> int:
        if path.endswith("/B"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", refuse)
    (found,) = run(search(tmp_path, "holiday"))
    assert [match.path for match in found.matches] == [("top", "a", "Holiday.JPG")]
    assert found.unread == 1


def test_a_search_that_is_left_closes_what_it_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    monkeypatch.setattr(local_search, "_BATCH", 1)
    before = len(os.listdir("/proc/self/fd"))
    each = search(tmp_path, "*")
    each.take()
    each.close()
    assert len(os.listdir("/proc/self/fd")) == before
    found, is_last = each.take()
    assert (list(found.matches), is_last) == ([], True)


def test_closing_does_not_wait_for_a_look(tmp_path: Path) -> None:
    fill(tmp_path)
    each = search(tmp_path, "*")
    real = each._describe

    def close_in_the_middle(entry: os.DirEntry[str]) -> object:
        each.close()
        return real(entry)

    each._describe = close_in_the_middle  # type: ignore[assignment]
    before = len(os.listdir("/proc/self/fd"))
    found, is_last = each.take()
    assert (len(found.matches), is_last) == (1, True)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.asyncio
async def test_the_place_searches_in_a_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    monkeypatch.setattr(local_search, "_BATCH", 1)
    place = LocalPlace()
    path = place.from_native(str(tmp_path))
    reports: list[WorkProgress] = []
    found = [batch async for batch in place.search(path, "holiday", on_progress=reports.append)]
    assert {match.path[-1] for batch in found for match in batch.matches} == {"Holiday.JPG", "holiday 2.jpg"}
    assert reports[-1].count == 6
    with pytest.raises(LocalError):
        async for _ in place.search(path, ""):
            pass
    searching = place.search(path, "*")
    task = asyncio.ensure_future(anext(searching))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
