"""A server as a place: every call goes to its session, as it was meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from desktop.places.place import Place, SpaceInfo
from desktop.places.remote import RemotePlace
from shared.work import Copied, Findings, OnProgress, WorkProgress


class RecordingSession:
    """Answers at once, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def copy(self, *paths: Any, replace: bool, on_progress: OnProgress) -> Copied:
        self.asked.append(("copy", *paths, replace))
        on_progress(WorkProgress(1))
        return Copied(2, 3)

    async def move(self, *paths: Any, replace: bool, on_progress: OnProgress) -> None:
        self.asked.append(("move", *paths, replace))

    async def remove(self, path: Any, *, recursive: bool, on_progress: OnProgress) -> int:
        self.asked.append(("remove", path, recursive))
        on_progress(WorkProgress(5))
        return 5

    async def digest(self, path: Any, *, on_progress: OnProgress) -> tuple[int, bytes]:
        self.asked.append(("digest", path))
        return 1, b"r"

    async def search(self, path: Any, pattern: str, *, limit: int, on_progress: OnProgress) -> AsyncIterator[Findings]:
        self.asked.append(("search", path, pattern, limit))
        yield Findings(())

    async def space(self) -> tuple[int, int]:
        return 1, 2


@pytest.mark.asyncio
async def test_long_work_goes_to_the_session_with_its_progress() -> None:
    session = RecordingSession()
    place: Place = RemotePlace(session)  # type: ignore[arg-type]
    reports: list[WorkProgress] = []
    assert await place.copy(("a",), ("b",), replace=True, on_progress=reports.append) == Copied(2, 3)
    await place.move(("a",), ("b",))
    await place.remove(("a",), on_progress=reports.append)
    assert await place.digest(("a",)) == (1, b"r")
    assert [batch async for batch in place.search(("a",), "x", limit=7)] == [Findings(())]
    assert await place.space(()) == SpaceInfo(1, 2)
    assert session.asked == [
        ("copy", ("a",), ("b",), True),
        ("move", ("a",), ("b",), False),
        ("remove", ("a",), True),
        ("digest", ("a",)),
        ("search", ("a",), "x", 7),
    ]
    assert [report.count for report in reports] == [1, 5]
